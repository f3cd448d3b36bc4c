package httpapi

import (
	"strconv"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/user"
)

var groups = &resource[*user.Group]{
	table: newTable(
		integer("id", func(g *user.Group) int64 { return g.ID }),
		text("name", func(g *user.Group) *string { return &g.Name }, required, maxLength(user.MaxGroupName),
			unique("Group with this Name already exists.")),
		references("users", func(g *user.Group) *[]int64 { return &g.Users }),
		references("queues", func(g *user.Group) *[]int64 { return &g.Queues }),
	),
	list:   listAll((*helpdesk.Desk).Groups),
	get:    (*helpdesk.Desk).Group,
	start:  startNew[user.Group],
	check:  checkPlain((*helpdesk.Desk).CheckGroup),
	create: createPlain((*helpdesk.Desk).CreateGroup),
	update: updatePlain((*helpdesk.Desk).UpdateGroup),
	delete: (*helpdesk.Desk).DeleteGroup,
}

func appendInts(b []byte, list []int64) []byte {
	b = append(b, '[')
	for i, n := range list {
		b = strconv.AppendInt(appendComma(b, i), n, 10)
	}
	return append(b, ']')
}
