package httpapi

import (
	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/user"
)

var groups = newPlain(
	newTable(
		integer("id", func(g *user.Group) int64 { return g.ID }),
		text("name", func(g *user.Group) *string { return &g.Name }, required, maxLength(user.MaxGroupName),
			unique("Group with this Name already exists.")),
		references("users", func(g *user.Group) *[]int64 { return &g.Users }),
		references("queues", func(g *user.Group) *[]int64 { return &g.Queues }),
	),
	func(t *tagParts, g *user.Group) {
		t.object("group", g.ID, g.Version)
		t.numbers(g.Users...) // the deletion of a user or a queue counts no version up
		t.numbers(g.Queues...)
	},
	startNew[user.Group], groupFilters, (*helpdesk.Desk).Groups, (*helpdesk.Desk).Group,
	(*helpdesk.Desk).CreateGroup, (*helpdesk.Desk).UpdateGroup, (*helpdesk.Desk).DeleteGroup,
)
