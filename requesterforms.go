package helpdesk

import (
	"context"
	"slices"

	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// QueueID returns the id of the queue with a slug, or ErrNotFound. Whoever reads tickets
// may ask, since the number of a ticket has the slug of its queue.
func (d *Desk) QueueID(ctx context.Context, actor *user.User, slug string) (id int64, err error) {
	if err := d.Allow(actor, ReadOwnTickets); err != nil {
		return 0, err
	}
	err = d.lookUp(ctx, func(tx *transaction) error {
		q, err := tx.Queues().BySlug(ctx, slug)
		if err == nil {
			id = q.ID
		}
		return err
	})
	return id, err
}

// RequesterQueues returns the queues that requesters open tickets in: those that allow
// public submission, by ascending id.
func (d *Desk) RequesterQueues(actor *user.User) *List[*ticket.Queue] {
	public := ticket.QueueFilter{Public: true}
	return newList(d, actor, ReadOwnTickets, listing[*ticket.Queue]{
		count: func(ctx context.Context, tx *transaction) (int, error) { return tx.Queues().Count(ctx, public) },
		read: func(ctx context.Context, tx *transaction, p span) ([]*ticket.Queue, error) {
			return tx.Queues().List(ctx, ticket.QueueQuery{QueueFilter: public, Descending: p.backward, After: p.after.id,
				Offset: p.offset, Limit: p.limit})
		},
		key:   func(q *ticket.Queue) position { return position{id: q.ID} },
		order: "id",
	})
}

// RequesterFieldList returns the definitions of the custom fields that requesters see and
// fill in, by ascending id.
func (d *Desk) RequesterFieldList(actor *user.User) *List[*ticket.CustomField] {
	all := func(ctx context.Context, tx *transaction, p span) ([]*ticket.CustomField, error) {
		fields, err := d.publicFields(ctx, tx)
		return sliceOfFields(slices.Clone(fields), ticket.CustomFieldFilter{}, p), err
	}
	return newList(d, actor, ReadOwnTickets, listing[*ticket.CustomField]{
		count: func(ctx context.Context, tx *transaction) (int, error) {
			fields, err := all(ctx, tx, span{})
			return len(fields), err
		},
		read: func(ctx context.Context, tx *transaction, p span) ([]*ticket.CustomField, error) {
			fields, err := all(ctx, tx, p)
			fields = fields[min(p.offset, len(fields)):]
			return fields[:min(p.limit, len(fields))], err
		},
		key:   func(f *ticket.CustomField) position { return position{id: f.ID} },
		order: "id",
	})
}
