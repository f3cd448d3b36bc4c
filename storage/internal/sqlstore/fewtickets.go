package sqlstore

import (
	"context"

	"github.com/go-helpdesk/helpdesk/ticket"
)

// maxFew is how many tickets are read to sort them. An index that has the order is entered
// for more, where it does not take long to find a page of them.
const maxFew = 1000

// owned is the tickets that an index has of some queues, some assignees or a submitter.
type owned struct {
	index Index
	cond  cond
}

// owners are such that each of them has all tickets that are selected, by a queue, an
// assignee or a submitter.
func owners(s selection) (all []owned) {
	add := func(name, column string, c cond) {
		all = append(all, owned{ticketsBy(name, column), c})
	}
	if a := s.filter.AssignedTo; (len(a.In) > 0 || a.None) && len(a.NotIn) == 0 && !a.NotNone {
		add("assigned_to", "assigned_to", among("assigned_to", a, in))
	}
	if a := s.filter.Queue; len(a.In) > 0 && len(a.NotIn) == 0 && !a.None && !a.NotNone {
		add("queue", "queue_id", among("queue_id", a, in))
	}
	switch scope := s.scope; {
	case scope.All || scope.GrantedTo != 0:
	case scope.AssignedTo == 0 && scope.Submitter == "" && len(scope.Queues) > 0:
		add("queue", "queue_id", in("queue_id", scope.Queues))
	case scope.AssignedTo != 0 && scope.Submitter == "" && len(scope.Queues) == 0:
		add("assigned_to", "assigned_to", is("assigned_to = ?", scope.AssignedTo))
	case scope.AssignedTo == 0 && scope.Submitter != "" && len(scope.Queues) == 0:
		add("submitter_key", "submitter_key", is("submitter_key = ?", ticket.AddressKey(scope.Submitter)))
	}
	return all
}

// few is the statement that reads the ids of a page out of at most maxFew tickets, which
// are sorted. It reports false when the selection may have more.
func (s tickets) few(ctx context.Context, q ticket.Query, o order, sorted sorting) (statement, bool, error) {
	d := &s.x.store.o.Dialect
	for _, own := range owners(selection{q.Scope, q.Filter}) {
		first := selecting("1 AS found", d.by(own.index), own.cond, order{limit: maxFew + 1})
		count := statement{text: "SELECT COUNT(*) FROM (" + first.text + ") part", args: first.args}
		n, err := one(ctx, s.x, "count few tickets", count, integer)
		if err != nil {
			return statement{}, false, err
		}
		if n <= maxFew {
			c := d.matches(q.Scope, q.Filter).and(sorted.following(q.After))
			return selecting("id", d.by(own.index), c, o), true, nil
		}
	}
	return statement{}, false, nil
}

// page is the statement that reads the ids of a page of tickets which are filtered or
// sorted, and the error when it takes too long.
func (s tickets) page(ctx context.Context, q ticket.Query, o order) (find statement, slow error, err error) {
	sorted := sortingOf(q)
	if sorted.column != "id" {
		find, few, err := s.few(ctx, q, o, sorted)
		if few || err != nil {
			return find, nil, err
		}
	}
	find, served := s.x.store.o.Dialect.page(q, o)
	if !served {
		slow = s.x.store.slowList(q.Filter, q.Order.By)
	}
	return find, slow, nil
}
