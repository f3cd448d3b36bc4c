package plans

import (
	"context"
	"fmt"
	"slices"

	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// CheckOrders returns an error when a sorted list of the tickets that Seed made is not what
// sorting them in memory gives, read page by page, forward and back. There are so many
// tickets that the lists are read from the indexes that have the orders.
func CheckOrders(ctx context.Context, store storage.Store) error {
	return store.View(ctx, func(tx storage.Tx) error {
		every, err := tx.Tickets().List(ctx, ticket.Query{Scope: all, Limit: ticketCount})
		if err != nil {
			return err
		}
		for _, by := range ticket.Columns() {
			for _, in := range inboxes {
				for _, descending := range []bool{false, true} {
					o := ticket.Order{By: by, Descending: descending}
					if err := checkOrder(ctx, tx, every, in.filter, o); err != nil {
						return fmt.Errorf("%s by %s, descending: %v: %w", in.name, by, descending, err)
					}
				}
			}
		}
		return nil
	})
}

// checkOrder compares all pages of a list with the tickets that a filter selects.
func checkOrder(ctx context.Context, tx storage.Tx, every []*ticket.Ticket, f ticket.Filter, o ticket.Order) error {
	var want []*ticket.Ticket
	for _, t := range every {
		status, queue := int64(t.Status), t.QueueID
		if has(f.Status, &status) && has(f.Queue, &queue) && has(f.AssignedTo, t.AssignedTo) {
			want = append(want, t)
		}
	}
	slices.SortFunc(want, func(a, b *ticket.Ticket) int { return o.Compare(o.Of(a), o.Of(b)) })
	const size = 900 // so that a page ends amid tickets of one status and priority
	for _, backward := range []bool{false, true} {
		q := ticket.Query{Scope: all, Filter: f, Order: o, Backward: backward, Limit: size}
		for rest := want; len(rest) > 0; rest = rest[min(size, len(rest)):] {
			got, err := tx.Tickets().IDs(ctx, q)
			if err != nil {
				return err
			}
			n := min(size, len(rest))
			if len(got) != n {
				return fmt.Errorf("a page has %d tickets, want %d", len(got), n)
			}
			for i, id := range got {
				if id != rest[i].ID {
					return fmt.Errorf("ticket %d, backward: %v, want %d", id, backward, rest[i].ID)
				}
			}
			last := o.Of(rest[n-1])
			q.After = &last
		}
		slices.Reverse(want)
	}
	return nil
}

// has reports whether a condition, of values or of their absence, admits a value.
func has[T ~int | ~int64](a ticket.Among[T], value *int64) bool {
	switch {
	case a.IsZero():
		return true
	case value == nil:
		return a.None
	}
	return slices.Contains(a.In, T(*value))
}
