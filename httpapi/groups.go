package httpapi

import (
	"net/http"
	"strconv"

	"github.com/go-helpdesk/helpdesk/internal/jsontext"
	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/user"
)

func listGroups(x *exchange) error {
	return sendList(x, x.h.desk.Groups(x.actor), appendGroup)
}

func getGroup(x *exchange) error { return sendItem(x, x.h.desk.Group, appendGroup) }

func createGroup(x *exchange) error {
	ctx, desk := x.r.Context(), x.h.desk
	in, err := x.read()
	if err != nil {
		return err
	}
	g, f := &user.Group{}, newFields(in, false)
	readGroup(f, g)
	if f.err() != nil {
		return f.complete(desk.CheckGroup(ctx, x.actor, g))
	}
	created, err := desk.CreateGroup(ctx, x.actor, g)
	if err != nil {
		return err
	}
	return respond(x, http.StatusCreated, created, appendGroup)
}

func updateGroup(x *exchange) error {
	ctx, desk := x.r.Context(), x.h.desk
	id, err := x.id()
	if err != nil {
		return err
	}
	if _, err := desk.Group(ctx, x.actor, id); err != nil {
		return err
	}
	in, err := x.read()
	if err != nil {
		return err
	}
	updated, err := desk.UpdateGroup(ctx, x.actor, id, func(g *user.Group) error {
		f := newFields(in, x.partial())
		readGroup(f, g)
		return f.err()
	})
	if err != nil {
		return err
	}
	return respond(x, http.StatusOK, updated, appendGroup)
}

func deleteGroup(x *exchange) error { return x.remove(x.h.desk.DeleteGroup) }

func readGroup(f *fields, g *user.Group) {
	f.text("name", &g.Name, required, problem.NotString)
	f.references("users", &g.Users)
	f.references("queues", &g.Queues)
}

func appendGroup(b []byte, g *user.Group) []byte {
	b = strconv.AppendInt(append(b, `{"id":`...), g.ID, 10)
	b = jsontext.String(append(b, `,"name":`...), g.Name)
	b = appendInts(append(b, `,"users":`...), g.Users)
	b = appendInts(append(b, `,"queues":`...), g.Queues)
	return append(b, '}')
}

func appendInts(b []byte, list []int64) []byte {
	b = append(b, '[')
	for i, n := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, n, 10)
	}
	return append(b, ']')
}
