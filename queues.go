package helpdesk

import (
	"context"
	"slices"

	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// Queue returns a queue.
func (d *Desk) Queue(ctx context.Context, actor *user.User, id int64) (*ticket.Queue, error) {
	return view(ctx, d, actor, ReadTickets, func(tx *transaction) (*ticket.Queue, error) {
		return tx.Queues().Get(ctx, id)
	})
}

// Queues returns the queues that the filter selects, by ascending id.
func (d *Desk) Queues(actor *user.User, f ticket.QueueFilter) *List[*ticket.Queue] {
	return newList(d, actor, ReadTickets, listing[*ticket.Queue]{
		count: func(ctx context.Context, tx *transaction) (int, error) { return tx.Queues().Count(ctx, f) },
		read: func(ctx context.Context, tx *transaction, p span) ([]*ticket.Queue, error) {
			return tx.Queues().List(ctx, ticket.QueueQuery{QueueFilter: f, Descending: p.backward, After: p.after.id,
				Offset: p.offset, Limit: p.limit})
		},
		key:   func(q *ticket.Queue) position { return position{id: q.ID} },
		order: "id",
	})
}

// CreateQueue adds a queue.
func (d *Desk) CreateQueue(ctx context.Context, actor *user.User, q *ticket.Queue) (*ticket.Queue, error) {
	if err := required("a queue", q); err != nil {
		return nil, err
	}
	return write(ctx, d, by(actor, ManageQueues), func(tx *transaction) (*ticket.Queue, error) {
		n := *q
		n.ID = 0
		if err := validateQueue(ctx, tx, &n, problem.Error{}); err != nil {
			return nil, err
		}
		if err := taken("slug", tx.Queues().Insert(ctx, &n)); err != nil {
			return nil, err
		}
		tx.created(queueObject(&n), &n)
		return &n, nil
	})
}

// validateQueue trims a queue. It adds what is wrong with it to the problems, also a slug
// that another queue has, and returns them when there are any.
func validateQueue(ctx context.Context, tx *transaction, q *ticket.Queue, problems problem.Error) error {
	q.Trim()
	problems.Merge(q.Check())
	other, err := tx.Queues().BySlug(ctx, q.Slug)
	none, err := missing(err)
	if err != nil {
		return err
	}
	if !none && other.ID != q.ID {
		problems.AddNew("slug", problem.Problem{Reason: problem.Taken})
	}
	if q.DefaultOwner != nil {
		_, err := tx.Users().Get(ctx, *q.DefaultOwner)
		none, err := missing(err)
		if err != nil {
			return err
		}
		if none {
			problems.AddNew("default_owner", noObject(*q.DefaultOwner))
		}
	}
	return tx.invalid(problems)
}

// UpdateQueue changes a queue. Change is as for UpdateTicket.
func (d *Desk) UpdateQueue(ctx context.Context, actor *user.User, id int64, change func(*ticket.Queue) error) (*ticket.Queue, error) {
	return write(ctx, d, by(actor, ManageQueues), func(tx *transaction) (*ticket.Queue, error) {
		before, err := tx.Queues().Lock(ctx, id)
		if err != nil {
			return nil, err
		}
		if err := checkCurrent(ctx, before); err != nil {
			return nil, err
		}
		q := *before
		problems, err := problemsOfChange(change(&q))
		if err != nil {
			return nil, err
		}
		q.ID, q.Version = before.ID, before.Version
		if err := validateQueue(ctx, tx, &q, problems); err != nil {
			return nil, err
		}
		if same(before, &q) {
			return &q, nil
		}
		if err := taken("slug", tx.Queues().Update(ctx, before, &q)); err != nil {
			return nil, err
		}
		tx.updated(queueObject(before), queueObject(&q), before, &q)
		return &q, nil
	})
}

// DeleteQueue removes a queue, or returns ErrInUse while it has tickets.
func (d *Desk) DeleteQueue(ctx context.Context, actor *user.User, id int64) error {
	return d.write(ctx, by(actor, ManageQueues), func(tx *transaction) error {
		q, err := tx.Queues().Lock(ctx, id)
		if err != nil {
			return err
		}
		if err := checkCurrent(ctx, q); err != nil {
			return err
		}
		if err := inUse(tx.Queues().Delete(ctx, id)); err != nil {
			return err
		}
		tx.deleted(queueObject(q), q)
		return nil
	})
}

// findQueues reports the first of the queues that does not exist.
func findQueues(ctx context.Context, tx *transaction, ids []int64, problems problem.Error) error {
	if len(ids) == 0 {
		return nil
	}
	found, err := tx.Queues().List(ctx, ticket.QueueQuery{QueueFilter: ticket.QueueFilter{IDs: ids}, Limit: len(ids)})
	for _, id := range ids {
		if !slices.ContainsFunc(found, func(q *ticket.Queue) bool { return q.ID == id }) {
			problems.AddNew("queues", noObject(id))
		}
	}
	return err
}
