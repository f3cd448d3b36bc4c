package helpdesk

import (
	"context"
	"fmt"
	"slices"

	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// OwnTicket is a ticket as the one who submitted it sees it.
type OwnTicket struct {
	*ticket.Ticket
	Queue  *ticket.Queue
	Fields []*ticket.CustomField // without those for staff only
}

// OwnTicket returns a ticket that the actor submitted: one with the actor's
// own e-mail address, which must not be empty.
func (d *Desk) OwnTicket(ctx context.Context, actor *user.User, id int64) (*OwnTicket, error) {
	if err := d.Allow(actor, ReadOwnTickets); err != nil {
		return nil, err
	}
	var found *OwnTicket
	err := d.viewPart(ctx, func(tx *transaction, b ticket.Bound) error {
		f := ticket.Filter{Scope: d.policy.Own(actor), IDs: []int64{id}}
		owned, err := d.ownTickets(ctx, tx, ticket.Query{Filter: f, Limit: 1, Bound: b})
		if err != nil {
			return err
		}
		if len(owned) == 0 {
			return fmt.Errorf("get ticket: %w", ErrNotFound)
		}
		found = owned[0]
		return nil
	})
	return found, err
}

// OwnTicketExists returns nil when there is a ticket with this id that the actor
// submitted, and ErrNotFound when there is none.
func (d *Desk) OwnTicketExists(ctx context.Context, actor *user.User, id int64) error {
	if err := d.Allow(actor, ReadOwnTickets); err != nil {
		return err
	}
	return d.glance(ctx, func(tx *transaction) error { return ticketExists(ctx, tx, id, d.policy.Own(actor)) })
}

// OwnTickets returns the tickets that the actor submitted, newest first.
func (d *Desk) OwnTickets(actor *user.User) *List[*OwnTicket] {
	query := func(p span) ticket.Query {
		f := ticket.Filter{Scope: d.policy.Own(actor)}
		return ticket.Query{Filter: f, NewestFirst: true, After: p.after.id, Offset: p.offset, Limit: p.limit, Bound: p.bound}
	}
	return newList(d, actor, ReadOwnTickets, listing[*OwnTicket]{
		count: func(ctx context.Context, tx *transaction) (int, error) {
			return tx.Tickets().Count(ctx, query(span{}).Filter)
		},
		read: func(ctx context.Context, tx *transaction, p span) ([]*OwnTicket, error) {
			return d.ownTickets(ctx, tx, query(p))
		},
		key:  func(t *OwnTicket) position { return position{id: t.ID} },
		less: newer,
		end: func(ctx context.Context, tx *transaction, p span) (position, error) {
			return endOfTickets(ctx, tx, query(p))
		},
	})
}

// ownTickets reads the tickets that the query selects.
func (d *Desk) ownTickets(ctx context.Context, tx *transaction, q ticket.Query) ([]*OwnTicket, error) {
	tickets, err := tx.Tickets().List(ctx, q)
	if err != nil || len(tickets) == 0 {
		return nil, err
	}
	fields, err := d.publicFields(ctx, tx)
	if err != nil {
		return nil, err
	}
	return withQueues(ctx, tx, tickets, fields)
}

func (d *Desk) publicFields(ctx context.Context, tx *transaction) ([]*ticket.CustomField, error) {
	all, err := d.customFields(ctx, tx)
	if err != nil {
		return nil, err
	}
	return public(all), nil
}

// public are the custom fields that are not for staff only.
func public(all []*ticket.CustomField) (fields []*ticket.CustomField) {
	for _, f := range all {
		if !f.StaffOnly {
			fields = append(fields, f)
		}
	}
	return fields
}

// withQueues completes tickets with their queues, in one query.
func withQueues(ctx context.Context, tx *transaction, tickets []*ticket.Ticket, fields []*ticket.CustomField) ([]*OwnTicket, error) {
	if len(tickets) == 0 {
		return nil, nil
	}
	var ids []int64
	queues := map[int64]*ticket.Queue{}
	for _, t := range tickets {
		if _, seen := queues[t.QueueID]; !seen {
			queues[t.QueueID] = nil
			ids = append(ids, t.QueueID)
		}
	}
	list, err := tx.Queues().List(ctx, ticket.QueueQuery{IDs: ids, Limit: len(ids)})
	if err != nil {
		return nil, err
	}
	for _, q := range list {
		queues[q.ID] = q
	}
	if slices.ContainsFunc(tickets, func(t *ticket.Ticket) bool { return !fit(t.Values, fields) }) {
		all, err := tx.CustomFields().All(ctx)
		if err != nil {
			return nil, err
		}
		fields = public(all)
	}
	owned := make([]*OwnTicket, len(tickets))
	for i, t := range tickets {
		owned[i] = &OwnTicket{Ticket: t, Queue: queues[t.QueueID], Fields: fields}
	}
	return owned, nil
}
