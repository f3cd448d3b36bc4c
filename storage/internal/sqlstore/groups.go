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

func (s groups) ByName(ctx context.Context, name string) (*user.Group, error) {
	return s.getBy(ctx, "name", name)
}

func (s groups) List(ctx context.Context, q user.Query) ([]*user.Group, error) {
	return s.listByID(ctx, nil, q)
}

func (s groups) Count(ctx context.Context) (int, error) {
	return s.count(ctx, nil)
}

// readGroupLinks reads the users and queues of groups.
func readGroupLinks(ctx context.Context, x *transaction, all ...*user.Group) error {
	ids := idsOf(all, func(g *user.Group) int64 { return g.ID })
	members, err := groupUsers.read(ctx, x, ids)
	if err != nil {
		return err
	}
	queues, err := groupQueues.read(ctx, x, ids)
	for _, g := range all {
		g.Users, g.Queues = members[g.ID], queues[g.ID]
	}
	return err
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
