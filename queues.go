package helpdesk

import (
	"context"

	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// Queue returns a queue.
func (d *Desk) Queue(ctx context.Context, actor *user.User, id int64) (*ticket.Queue, error) {
	if err := d.Allow(actor, ReadTickets); err != nil {
		return nil, err
	}
	var q *ticket.Queue
	err := d.view(ctx, func(tx *transaction) (err error) {
		q, err = tx.Queues().Get(ctx, id)
		return err
	})
	return q, err
}

// Queues returns all queues, by ascending id.
func (d *Desk) Queues(actor *user.User) *List[*ticket.Queue] {
	return newList(d, actor, ReadTickets, listing[*ticket.Queue]{
		count: func(ctx context.Context, tx *transaction) (int, error) { return tx.Queues().Count(ctx) },
		read: func(ctx context.Context, tx *transaction, p span) ([]*ticket.Queue, error) {
			return tx.Queues().List(ctx, ticket.QueueQuery{After: p.after.id, Offset: p.offset, Limit: p.limit})
		},
		key: func(q *ticket.Queue) position { return position{id: q.ID} },
	})
}

// CreateQueue adds a queue.
func (d *Desk) CreateQueue(ctx context.Context, actor *user.User, q *ticket.Queue) (*ticket.Queue, error) {
	if err := required("a queue", q); err != nil {
		return nil, err
	}
	var created *ticket.Queue
	err := d.writeCached(ctx, actor, ManageQueues, func(tx *transaction) error {
		n := *q
		n.ID = 0
		n.Trim()
		problems := n.Check()
		if err := checkQueueRow(ctx, tx, &n, problems); err != nil {
			return err
		}
		if err := problems.Err(); err != nil {
			return err
		}
		created = &n
		return taken("slug", tx.Queues().Insert(ctx, &n))
	})
	if err != nil {
		return nil, err
	}
	return created, nil
}

// CheckQueue returns what CreateQueue would find wrong, as a problem.Error,
// and writes nothing.
func (d *Desk) CheckQueue(ctx context.Context, actor *user.User, q *ticket.Queue) error {
	if err := d.Allow(actor, ManageQueues); err != nil {
		return err
	}
	if err := required("a queue", q); err != nil {
		return err
	}
	return d.view(ctx, func(tx *transaction) error {
		n := *q
		n.Trim()
		problems := n.Check()
		if err := checkQueueRow(ctx, tx, &n, problems); err != nil {
			return err
		}
		return problems.Err()
	})
}

// checkQueueRow reports a slug that another queue has and a default owner who
// does not exist.
func checkQueueRow(ctx context.Context, tx *transaction, q *ticket.Queue, problems problem.Error) error {
	other, err := tx.Queues().BySlug(ctx, q.Slug)
	none, err := missing(err)
	if err != nil {
		return err
	}
	if !none && other.ID != q.ID {
		problems.AddNew("slug", problem.Problem{Reason: problem.Taken})
	}
	if q.DefaultOwner == nil {
		return nil
	}
	_, err = tx.Users().Get(ctx, *q.DefaultOwner)
	none, err = missing(err)
	if none {
		problems.AddNew("default_owner", noObject(*q.DefaultOwner))
	}
	return err
}

// UpdateQueue changes a queue. Change is as for UpdateTicket.
func (d *Desk) UpdateQueue(ctx context.Context, actor *user.User, id int64, change func(*ticket.Queue) error) (*ticket.Queue, error) {
	var updated *ticket.Queue
	err := d.writeCached(ctx, actor, ManageQueues, func(tx *transaction) error {
		before, err := tx.Queues().Lock(ctx, id)
		if err != nil {
			return err
		}
		q := *before
		problems, err := findings(change(&q))
		if err != nil {
			return err
		}
		q.ID = before.ID
		q.Trim()
		problems.Merge(q.Check())
		if err := checkQueueRow(ctx, tx, &q, problems); err != nil {
			return err
		}
		if err := problems.Err(); err != nil {
			return err
		}
		updated = &q
		return taken("slug", tx.Queues().Update(ctx, before, &q))
	})
	if err != nil {
		return nil, err
	}
	return updated, nil
}

// DeleteQueue removes a queue, or returns ErrInUse while it has tickets.
func (d *Desk) DeleteQueue(ctx context.Context, actor *user.User, id int64) error {
	return d.writeCached(ctx, actor, ManageQueues, func(tx *transaction) error {
		return inUse(tx.Queues().Delete(ctx, id))
	})
}
