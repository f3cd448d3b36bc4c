package user

import (
	"slices"

	"github.com/go-helpdesk/helpdesk/internal/validate"
	"github.com/go-helpdesk/helpdesk/problem"
)

// Group is a number of users to whom queues are granted together.
type Group struct {
	ID     int64
	Name   string  // at most MaxGroupName characters, unique
	Users  []int64 // the members, ascending
	Queues []int64 // what is granted, ascending
}

// MaxGroupName is the longest name of a group, in characters.
const MaxGroupName = 150

// Clone is a copy that shares nothing with g.
func (g *Group) Clone() *Group {
	c := *g
	c.Users, c.Queues = slices.Clone(g.Users), slices.Clone(g.Queues)
	return &c
}

// Check returns everything wrong with the name, under the key name. Whether it
// is taken, and members and queues exist, is not asked here.
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
