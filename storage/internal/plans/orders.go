package plans

import (
	"context"

	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// inboxes are the filters that somebody works by, each in one of the orders of inboxOrders.
var inboxes = []struct {
	name   string
	filter ticket.Filter
}{
	{"tickets", ticket.Filter{}},
	{"tickets of scattered statuses", ticket.Filter{Status: open}},
	{"tickets in many queues", ticket.Filter{Queue: manyQueues}},
	{"tickets in a queue", ticket.Filter{Queue: ticket.OneOf[int64](2)}},
	{"tickets of nobody", ticket.Filter{AssignedTo: nobody}},
	{"tickets of somebody", ticket.Filter{AssignedTo: ticket.OneOf[int64](someStaff)}},
	{"tickets of scattered statuses in many queues", ticket.Filter{Status: open, Queue: manyQueues}},
	{"tickets of scattered statuses of nobody", ticket.Filter{Status: open, AssignedTo: nobody}},
	{"tickets of scattered statuses of somebody", ticket.Filter{Status: open, AssignedTo: ticket.OneOf[int64](someStaff)}},
}

// The values of filters in inboxes. More tickets than are read to sort them are of many
// queues, and of nobody.
var (
	open       = ticket.OneOf(ticket.Open, ticket.Resolved)
	manyQueues = ticket.OneOf[int64](1, 2, 3, 4, 6)
	nobody     = ticket.Among[int64]{None: true}
)

var inboxOrders = []ticket.Order{
	{By: ticket.ByModified, Descending: true}, {By: ticket.ByCreated, Descending: true}, {By: ticket.ByPriority}, {By: ticket.ByDueDate},
}

// orders are tickets in other orders than that of ids.
func orders(ctx context.Context) (reads []Read) {
	list := func(name string, f ticket.Filter, o ticket.Order, after *ticket.Position) {
		name += " by " + string(o.By)
		if after != nil {
			name += ", behind another"
		}
		q := ticket.Query{Scope: all, Filter: f, Order: o, After: after, Limit: page}
		reads = append(reads, Read{Name: name, Do: func(tx storage.Tx) (any, error) { return tx.Tickets().List(ctx, q) }})
	}
	middle := func(o ticket.Order) *ticket.Position {
		switch o.By {
		case ticket.ByPriority:
			return &ticket.Position{ID: behind, Number: 3}
		case ticket.ByStatus, ticket.ByQueue, ticket.ByAssignedTo:
			return &ticket.Position{ID: behind, Number: 2}
		}
		return &ticket.Position{ID: behind, Number: epoch + behind*minute}
	}
	for _, o := range inboxOrders {
		for _, in := range inboxes {
			list(in.name, in.filter, o, nil)
		}
		for _, in := range inboxes[:3] {
			list(in.name, in.filter, o, middle(o))
		}
	}
	for _, by := range []ticket.Column{ticket.ByStatus, ticket.ByQueue, ticket.ByAssignedTo} {
		o := ticket.Order{By: by}
		list("tickets", ticket.Filter{}, o, nil)
		list("tickets", ticket.Filter{}, o, middle(o))
	}
	list("any tickets", ticket.Filter{}, ticket.Order{By: ticket.ByTitle}, nil)
	list("any tickets of a priority", ticket.Filter{Priority: ticket.OneOf(ticket.Priority(3))}, inboxOrders[0], nil)
	return reads
}
