package sqlstore

import (
	"context"
	"fmt"

	"github.com/go-helpdesk/helpdesk/user"
)

var groupTable = &table[user.Group]{
	noun:    "group",
	name:    "helpdesk_group",
	columns: []string{"name"},
	id:      func(g *user.Group) *int64 { return &g.ID },
	version: func(g *user.Group) *int64 { return &g.Version },
	values:  func(g *user.Group) []any { return []any{g.Name} },
	scan: func(r *row, g *user.Group) {
		g.ID, g.Name = r.Int(), r.Text()
		g.Version = r.Int()
	},
}

type groups struct{ records[user.Group] }

func (s groups) ByName(ctx context.Context, name string) (*user.Group, error) {
	return s.getBy(ctx, "name", name)
}

func (s groups) List(ctx context.Context, q user.GroupQuery) ([]*user.Group, error) {
	p := page{keyset: byIDs(q.Order.Descending), id: q.After.ID, offset: q.Offset, limit: q.Limit}
	switch q.Order.By {
	case "", user.ByID:
	case user.ByName:
		p.column, p.value = "name", q.After.Name
	default:
		return nil, fmt.Errorf("list groups: no order by %q", q.Order.By)
	}
	return s.read(ctx, matchingTexts("name", q.Name), p)
}

func (s groups) Count(ctx context.Context, f user.GroupFilter) (int, error) {
	return s.count(ctx, matchingTexts("name", f.Name))
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
