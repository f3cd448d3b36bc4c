package helpdesk

import (
	"context"
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
	err := d.view(ctx, func(tx *transaction) error {
		t, err := tx.Tickets().Get(ctx, id, d.policy.Own(actor))
		if err != nil {
			return err
		}
		fields, err := d.publicFields(ctx, tx)
		if err != nil {
			return err
		}
		owned, err := withQueues(ctx, tx, []*ticket.Ticket{t}, fields)
		if err != nil {
			return err
		}
		found = owned[0]
		return nil
	})
	return found, err
}

// OwnTickets calls use with the tickets that the actor submitted, newest first.
func (d *Desk) OwnTickets(ctx context.Context, actor *user.User, use func(*List[*OwnTicket]) error) error {
	if err := d.Allow(actor, ReadOwnTickets); err != nil {
		return err
	}
	f := ticket.Filter{Scope: d.policy.Own(actor)}
	return d.view(ctx, func(tx *transaction) error {
		count, err := tx.Tickets().Count(ctx, f)
		if err != nil {
			return err
		}
		fields, err := d.publicFields(ctx, tx)
		if err != nil {
			return err
		}
		return use(&List[*OwnTicket]{count, func(last *OwnTicket, offset, limit int) ([]*OwnTicket, error) {
			q := ticket.Query{Filter: f, NewestFirst: true, Offset: offset, Limit: limit}
			if last != nil {
				q.After = last.ID
			}
			tickets, err := tx.Tickets().List(ctx, q)
			if err != nil {
				return nil, err
			}
			return withQueues(ctx, tx, tickets, fields)
		}})
	})
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
