package plans

import (
	"context"
	"fmt"
	"slices"

	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// Read is one thing that a desk reads.
type Read struct {
	Name  string
	Locks bool // it needs a writing transaction
	Do    func(storage.Tx) (any, error)
}

// Who reads.
var (
	all   = ticket.Scope{All: true}
	staff = ticket.Scope{GrantedTo: someStaff, AssignedTo: someStaff} // who work in some queues
	own   = ticket.Scope{Submitter: "user7@example.com"}              // a requester
	often = ticket.Scope{Submitter: "monitor@example.com"}            // one with many tickets
)

// Of a list: a page, what comes after it when all of the list is read, and how far
// behind the last page of a long one is.
const (
	page   = 25
	chunk  = 200
	behind = ticketCount / 2
	far    = ticketCount * 9 / 10
)

// Reads are what a desk reads of the rows that Seed made.
func Reads(ctx context.Context) []Read {
	return slices.Concat(tickets(ctx), orders(ctx), threads(ctx), ownTickets(ctx), followUps(ctx), answers(ctx), attachments(ctx),
		history(ctx), users(ctx), groups(ctx), tokens(ctx), queues(ctx), customFields(ctx), requests(ctx), events(ctx),
		webhooks(ctx), deliveries(ctx))
}

// countBy counts tickets by some dimensions.
func countBy(ctx context.Context, name string, s ticket.Scope, f ticket.Filter, by ...ticket.Dimension) Read {
	return Read{Name: fmt.Sprintf("count of %s by %s", name, by), Do: func(tx storage.Tx) (any, error) {
		return tx.Tickets().CountBy(ctx, s, f, by, 100)
	}}
}

// tickets are those that somebody works on.
func tickets(ctx context.Context) []Read {
	some := func(name string, s ticket.Scope, f ticket.Filter, distance int) []Read {
		list := func(how string, q ticket.Query) Read {
			q.Scope, q.Filter = s, f
			return Read{Name: name + how, Do: func(tx storage.Tx) (any, error) { return tx.Tickets().List(ctx, q) }}
		}
		return []Read{
			{Name: "count of " + name, Do: func(tx storage.Tx) (any, error) { return tx.Tickets().Count(ctx, s, f) }},
			list("", ticket.Query{Limit: page}),
			list(", far behind", ticket.Query{Offset: distance, Limit: page}),
			list(", behind another", ticket.Query{After: &ticket.Position{ID: behind}, Limit: chunk}),
		}
	}
	reads := slices.Concat(
		some("tickets", all, ticket.Filter{}, far),
		some("tickets in queues granted", staff, ticket.Filter{}, 1000),
		some("tickets in queues named", ticket.Scope{Queues: []int64{2, 5}}, ticket.Filter{}, 500), // as a host's policy may have them
		some("tickets merged into one", all, ticket.Filter{MergedTo: ticket.OneOf[int64](mergeTarget)}, page))
	for _, of := range []struct {
		name     string
		status   []ticket.Status
		distance int
	}{
		{"of a rare status", []ticket.Status{ticket.Reopened}, 200},
		{"of a frequent status", []ticket.Status{ticket.Closed}, 3000},
		{"of statuses in a row", []ticket.Status{ticket.Resolved, ticket.Closed}, 3000},
		{"of scattered statuses", []ticket.Status{ticket.Open, ticket.Resolved}, 600},
	} {
		reads = slices.Concat(reads,
			some("tickets "+of.name, all, ticket.Filter{Status: ticket.OneOf(of.status...)}, of.distance),
			some("tickets "+of.name+" in queues granted", staff, ticket.Filter{Status: ticket.OneOf(of.status...)}, of.distance/4))
	}
	reads = append(reads,
		countBy(ctx, "tickets", all, ticket.Filter{}, ticket.CountByStatus, ticket.CountByQueue, ticket.CountByAssignedTo),
		countBy(ctx, "tickets in queues granted", staff, ticket.Filter{}, ticket.CountByStatus),
		countBy(ctx, "tickets of a rare status", all, ticket.Filter{Status: ticket.OneOf(ticket.Reopened)}, ticket.CountByQueue),
		countBy(ctx, "tickets", all, ticket.Filter{}, ticket.CountByPriority),
		countBy(ctx, "tickets", all, ticket.Filter{}, ticket.CountByDay))
	named := ticket.Query{Scope: staff, Filter: ticket.Filter{IDs: []int64{2, 7, 30, 31, 32, 33, 34, 35}}, Limit: 8}
	return append(reads,
		Read{Name: "tickets that a text names", Do: func(tx storage.Tx) (any, error) { return tx.Tickets().List(ctx, named) }},
		Read{Name: "a ticket", Do: func(tx storage.Tx) (any, error) { return tx.Tickets().Get(ctx, granted, all) }},
		Read{Name: "a ticket in queues granted", Do: func(tx storage.Tx) (any, error) { return tx.Tickets().Get(ctx, granted, staff) }},
		Read{Name: "a ticket to change", Locks: true, Do: func(tx storage.Tx) (any, error) {
			return tx.Tickets().Lock(ctx, granted, staff)
		}},
		Read{Name: "its values", Locks: true, Do: func(tx storage.Tx) (any, error) { return tx.Tickets().Values(ctx, granted) }})
}

// bound is that of a list, which is smaller.
var bound = ticket.Bound{Bytes: 1 << 20}

// threads are tickets with all that belongs to them, as they are answered.
func threads(ctx context.Context) []Read {
	list := func(name string, q ticket.Query) Read {
		q.Bound = bound
		return Read{Name: name, Do: func(tx storage.Tx) (any, error) { return tx.FollowUps().Threads(ctx, q) }}
	}
	return []Read{
		list("threads", ticket.Query{Scope: all, Limit: page}),
		list("threads of scattered tickets", ticket.Query{Scope: all, Filter: ticket.Filter{Status: ticket.OneOf(ticket.Reopened)},
			Limit: page}),
		list("a thread", ticket.Query{Scope: staff, Filter: ticket.Filter{IDs: []int64{granted}}, Limit: 1}),
		{Name: "the last ticket", Do: func(tx storage.Tx) (any, error) {
			return tx.Tickets().IDs(ctx, ticket.Query{Scope: all, Order: ticket.NewestFirst, Limit: 1})
		}},
		{Name: "the last ticket in queues granted", Do: func(tx storage.Tx) (any, error) {
			return tx.Tickets().IDs(ctx, ticket.Query{Scope: staff, Order: ticket.NewestFirst, Limit: 1})
		}},
	}
}

// ownTickets are those of a requester.
func ownTickets(ctx context.Context) []Read {
	list := func(name string, s ticket.Scope, q ticket.Query) Read {
		q.Scope, q.Order = s, ticket.NewestFirst
		return Read{Name: name, Do: func(tx storage.Tx) (any, error) { return tx.Tickets().List(ctx, q) }}
	}
	return []Read{
		{Name: "count of own tickets", Do: func(tx storage.Tx) (any, error) { return tx.Tickets().Count(ctx, own, ticket.Filter{}) }},
		list("own tickets", own, ticket.Query{Limit: page}),
		list("own tickets, behind another", own, ticket.Query{After: &ticket.Position{ID: behind}, Limit: chunk}),
		list("own tickets, many", often, ticket.Query{Limit: page}),
		list("own tickets, many, far behind", often, ticket.Query{Offset: 1000, Limit: page}),
		list("own tickets, many, behind another", often, ticket.Query{After: &ticket.Position{ID: behind}, Limit: chunk}),
		{Name: "an own ticket", Do: func(tx storage.Tx) (any, error) { return tx.Tickets().Get(ctx, ownTicket, own) }},
	}
}
