package user

import (
	"slices"

	"github.com/go-helpdesk/helpdesk/internal/validate"
	"github.com/go-helpdesk/helpdesk/problem"
)

// Group is a set of users to whom queues are granted together.
type Group struct {
	ID     int64
	Name   string  // at most MaxGroupName characters, unique
	Users  []int64 // ids of the members, ascending
	Queues []int64 // ids of the granted queues, ascending

	// Version starts at 1, and is incremented by each write of the group, its members and
	// its queues. The deletion of a member or of a queue does not count.
	Version int64
}

// MaxGroupName is the maximum length of the name of a group, in characters.
const MaxGroupName = 150

// Clone returns a copy that shares nothing with g.
func (g *Group) Clone() *Group {
	c := *g
	c.Users, c.Queues = slices.Clone(g.Users), slices.Clone(g.Queues)
	return &c
}

// Check returns everything that is wrong with the name, under the key name. It does
// not find out whether the name is taken, nor whether the members and queues exist.
// Return the result through its Err.
func (g *Group) Check() problem.Error {
	wrong := problem.Error{}
	if validate.TrimSpace(g.Name) == "" {
		wrong.Add("name", problem.Problem{Reason: problem.Blank})
	} else {
		wrong.Add("name", validate.Text(g.Name, MaxGroupName)...)
	}
	return wrong
}

// Trim removes the white space around the name.
func (g *Group) Trim() { g.Name = validate.TrimSpace(g.Name) }
