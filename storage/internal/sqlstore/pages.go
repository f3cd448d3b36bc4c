package sqlstore

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/go-helpdesk/helpdesk/ticket"
)

// find is the statement that reads the tickets which the query selects, in any order.
func (s tickets) find(ctx context.Context, q ticket.Query) (statement, error) {
	c, o, filtered, err := s.selection(ctx, &q)
	if err != nil {
		return statement{}, err
	}
	if filtered {
		return ticketTable.of(s.x.store.o.Dialect.page(q, o)), nil
	}
	return ticketTable.find(c, o), nil
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
		find = selecting("id", d.by(ticketTable.name, "helpdesk_ticket_narrow"), c, o)
	}
	return list(ctx, s.x, "list tickets", find, (*row).Int)
}

// selection says which tickets the query selects, and in which order. They are
// filtered when Dialect.page is to find them. Queues that the scope grants become
// named ones in the query.
func (s tickets) selection(ctx context.Context, q *ticket.Query) (c cond, o order, filtered bool, err error) {
	if q.Limit <= 0 {
		return c, o, false, fmt.Errorf("list tickets: limit %d is not positive", q.Limit)
	}
	o = order{by: "id", limit: q.Limit, offset: q.Offset}
	if q.NewestFirst {
		o.by = "id DESC"
	}
	if q.Scope, err = s.x.named(ctx, q.Scope, len(q.IDs) > 0); err != nil {
		return c, o, false, err
	}
	switch c = matches(q.Filter); {
	case len(q.IDs) > 0:
		return c.and(following(*q)), o, false, nil
	case c.text != "":
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

// How many parts are merged at most, and ids sorted where parts do not merge.
const (
	maxArms   = 16
	maxSorted = 1000
)

// page is the statement that reads the ids of a page from indexes that have all that
// the filter asks for: from few that have its tickets in order, or from the narrow
// one of all tickets.
func (d *Dialect) page(q ticket.Query, o order) statement {
	parts := d.parts(q.Filter)
	for i := range parts {
		parts[i].cond = parts[i].and(following(q))
	}
	switch n := len(parts); {
	case n == 1:
		return selecting("id", parts[0].from, parts[0].cond, o)
	case 1 < n && n <= maxArms && (d.Merges || n*(o.offset+o.limit) <= maxSorted):
		return d.merged(parts, o)
	}
	return selecting("id", d.by(ticketTable.name, "helpdesk_ticket_narrow"), matches(q.Filter).and(following(q)), o)
}

// part is a condition on tickets, which an index has in the order of ids.
type part struct {
	from string
	cond
}

// parts are such that each ticket which the filter selects is in one at least.
func (d *Dialect) parts(f ticket.Filter) (all []part) {
	add := func(column string, value any, c cond) {
		all = append(all, part{d.by(ticketTable.name, "helpdesk_ticket_"+strings.TrimSuffix(column, "_id")), is(column+" = ?", value).and(c)})
	}
	if f.MergedTo != 0 {
		to := f.MergedTo
		f.MergedTo = 0
		add("merged_to", to, matches(f))
		return all
	}
	if len(f.Status) > 0 {
		for _, status := range slices.Compact(slices.Sorted(slices.Values(f.Status))) {
			add("status", int64(status), admitted(f.Scope))
		}
		return all
	}
	for _, queue := range f.Scope.Queues {
		add("queue_id", queue, cond{})
	}
	if f.Scope.Submitter != "" {
		add("submitter_key", ticket.AddressKey(f.Scope.Submitter), cond{})
	}
	if f.Scope.AssignedTo != 0 {
		add("assigned_to", f.Scope.AssignedTo, cond{})
	}
	return all
}

// merged is the statement that reads the ids of one page of the parts.
func (d *Dialect) merged(some []part, o order) statement {
	each := order{by: o.by, limit: o.offset + o.limit}
	if d.Merges {
		each = order{}
	}
	var parts []string
	var args []any
	for _, p := range some {
		q := selecting("id", p.from, p.cond, each)
		text := strings.TrimSpace(q.text)
		if !d.Merges {
			text = "(" + text + ")"
		}
		parts, args = append(parts, text), append(args, q.args...)
	}
	rest, last := o.rest()
	return statement{text: strings.Join(parts, " UNION ") + " " + rest, args: append(args, last...)}
}
