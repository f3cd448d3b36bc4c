package sqlstore

import (
	"context"
	"fmt"

	"github.com/go-helpdesk/helpdesk/ticket"
)

// find is the statement that reads the tickets which the query selects, in any order.
func (s tickets) find(ctx context.Context, q ticket.Query) (statement, error) {
	c, o, filtered, err := s.selection(ctx, &q)
	if err != nil {
		return statement{}, err
	}
	if filtered {
		page, slow, err := s.page(ctx, q, o)
		if err != nil {
			return statement{}, err
		}
		all := ticketTable.withIDs(page, shortOf(q.Bound).without(q.Without))
		all.slow = slow
		return all, nil
	}
	o.short = shortOf(q.Bound)
	if len(q.IDs) == 0 { // found by their ids alone
		o.short = s.x.shortRows(q.Bound)
	}
	o.short = o.short.without(q.Without)
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
		var slow error
		if find, slow, err = s.page(ctx, q, o); err != nil {
			return nil, err
		}
		find.slow = slow
	} else if len(q.IDs) == 0 {
		find = selecting("id", d.by(ticketsByID), c, o)
	}
	return list(ctx, s.x, "list tickets", find, (*row).Int)
}

// selection says which tickets the query selects, and in which order. When they are
// filtered, or not in the order of ids, Dialect.page is to find them. It expands the
// grants of the query's scope.
func (s tickets) selection(ctx context.Context, q *ticket.Query) (c cond, o order, filtered bool, err error) {
	switch {
	case q.Limit <= 0:
		return c, o, false, fmt.Errorf("list tickets: limit %d is not positive", q.Limit)
	case !q.Order.By.Valid():
		return c, o, false, fmt.Errorf("list tickets: no order by %q", q.Order.By)
	}
	sorted := sortingOf(*q)
	o = order{by: sorted.by(), limit: q.Limit, offset: q.Offset}
	if q.Scope, err = s.x.expandGrants(ctx, q.Scope, len(q.IDs) > 0); err != nil {
		return c, o, false, err
	}
	switch c = s.x.store.o.Dialect.matches(q.Scope, q.Filter); {
	case len(q.IDs) > 0:
		return c.and(sorted.following(q.After)), o, false, nil
	case !c.none() || sorted.column != "id":
		return c, o, true, nil
	case q.After == nil && q.Offset > 0 && !sorted.desc:
		o.offset = 0
		c, err = s.seek(ctx, q.Offset)
		return c, o, false, err
	}
	return sorted.following(q.After), o, false, nil
}
