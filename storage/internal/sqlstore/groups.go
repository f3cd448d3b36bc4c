package sqlstore

import (
	"context"

	"github.com/go-helpdesk/helpdesk/user"
)

var groupTable = &table[user.Group]{
	noun:    "group",
	name:    "helpdesk_group",
	columns: []string{"name"},
	id:      func(g *user.Group) *int64 { return &g.ID },
	values:  func(g *user.Group) []any { return []any{g.Name} },
	scan: func(r *row, g *user.Group) {
		g.ID, g.Name = r.Int(), r.Text()
	},
}

type groups struct{ records[user.Group] }

func (s groups) Get(ctx context.Context, id int64) (*user.Group, error) {
	g, err := s.records.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	return g, s.readLinks(ctx, g)
}

func (s groups) Lock(ctx context.Context, id int64) (*user.Group, error) {
	g, err := s.records.Lock(ctx, id)
	if err != nil {
		return nil, err
	}
	return g, s.readLinks(ctx, g)
}

func (s groups) ByName(ctx context.Context, name string) (*user.Group, error) {
	return s.getBy(ctx, "name", name)
}

func (s groups) List(ctx context.Context, q user.Query) ([]*user.Group, error) {
	c, o, err := selected(q)
	if err != nil {
		return nil, err
	}
	all, err := groupTable.list(ctx, s.x, c, o)
	if err != nil {
		return nil, err
	}
	return all, s.readLinks(ctx, all...)
}

func (s groups) readLinks(ctx context.Context, all ...*user.Group) error {
	ids := idsOf(all, func(g *user.Group) int64 { return g.ID })
	members, err := groupUsers.read(ctx, s.x, ids)
	if err != nil {
		return err
	}
	queues, err := groupQueues.read(ctx, s.x, ids)
	for _, g := range all {
		g.Users, g.Queues = members[g.ID], queues[g.ID]
	}
	return err
}

func (s groups) Count(ctx context.Context) (int, error) {
	return s.count(ctx, nil)
}

func (s groups) Insert(ctx context.Context, g *user.Group) error {
	if err := s.records.Insert(ctx, g); err != nil {
		return err
	}
	if err := groupUsers.change(ctx, s.x, g.ID, nil, g.Users); err != nil {
		return err
	}
	return groupQueues.change(ctx, s.x, g.ID, nil, g.Queues)
}

func (s groups) Update(ctx context.Context, before, after *user.Group) error {
	if err := s.records.Update(ctx, before, after); err != nil {
		return err
	}
	if err := groupUsers.change(ctx, s.x, before.ID, before.Users, after.Users); err != nil {
		return err
	}
	return groupQueues.change(ctx, s.x, before.ID, before.Queues, after.Queues)
}
