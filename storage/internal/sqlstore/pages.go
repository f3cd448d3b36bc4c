package sqlstore

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/go-helpdesk/helpdesk/ticket"
)

// find is the statement that reads the tickets which the query selects, in any order.
func (s tickets) find(ctx context.Context, q ticket.Query) (statement, error) {
	c, o, filtered, err := s.selection(ctx, &q)
	if err != nil {
		return statement{}, err
	}
	if filtered {
		return ticketTable.withIDs(s.x.store.o.Dialect.page(q, o), shortOf(q.Bound)), nil
	}
	o.short = shortOf(q.Bound)
	return ticketTable.rows(c, o), nil
}

// IDs implements ticket.Store.
func (s tickets) IDs(ctx context.Context, q ticket.Query) ([]int64, error) {
	c, o, filtered, err := s.selection(ctx, &q)
	if err != nil || q.IsEmpty() {
		return nil, err
	}
	d := &s.x.store.o.Dialect
	find := selecting("id", ticketTable.name, c, o)
	if filtered {
		find = d.page(q, o)
	} else if len(q.IDs) == 0 {
		find = selecting("id", d.by(ticketsByID), c, o)
	}
	return list(ctx, s.x, "list tickets", find, (*row).Int)
}

// selection says which tickets the query selects, and in which order. When they are
// filtered, Dialect.page is to find them. It expands the grants of the query's scope.
func (s tickets) selection(ctx context.Context, q *ticket.Query) (c cond, o order, filtered bool, err error) {
	if q.Limit <= 0 {
		return c, o, false, fmt.Errorf("list tickets: limit %d is not positive", q.Limit)
	}
	o = order{by: "id", limit: q.Limit, offset: q.Offset}
	if q.NewestFirst {
		o.by = "id DESC"
	}
	if q.Scope, err = s.x.expandGrants(ctx, q.Scope, len(q.IDs) > 0); err != nil {
		return c, o, false, err
	}
	switch c = matches(q.Filter); {
	case len(q.IDs) > 0:
		return c.and(following(*q)), o, false, nil
	case !c.none():
		return c, o, true, nil
	case q.After == 0 && q.Offset > 0 && !q.NewestFirst:
		o.offset = 0
		c, err = s.seek(ctx, q.Offset)
		return c, o, false, err
	}
	return following(*q), o, false, nil
}

// arrange puts tickets in the order that the query asks for.
func arrange(all []*ticket.Ticket, q ticket.Query) {
	slices.SortFunc(all, func(a, b *ticket.Ticket) int {
		if q.NewestFirst {
			a, b = b, a
		}
		return cmp.Compare(a.ID, b.ID)
	})
}

// following is the condition that a ticket comes after the one that the query names.
func following(q ticket.Query) cond {
	switch {
	case q.After == 0:
		return cond{}
	case q.NewestFirst:
		return is("id < ?", q.After)
	}
	return is("id > ?", q.After)
}
