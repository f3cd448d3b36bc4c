package sqlstore

import (
	"context"

	sq "github.com/Masterminds/squirrel"

	"github.com/go-helpdesk/helpdesk/ticket"
)

var queueTable = &table[ticket.Queue]{
	noun:    "queue",
	name:    "helpdesk_queue",
	columns: []string{"title", "slug", "email_address", "allow_public_submission", "default_owner"},
	values: func(q *ticket.Queue) []any {
		return []any{q.Title, q.Slug, q.EmailAddress, q.AllowPublicSubmission, q.DefaultOwner}
	},
	scan: func(r row) (*ticket.Queue, error) {
		var q ticket.Queue
		return &q, r.Scan(&q.ID, &q.Title, &q.Slug, &q.EmailAddress, &q.AllowPublicSubmission, &q.DefaultOwner)
	},
}

type queues struct{ x *session }

func (s queues) Get(ctx context.Context, id int64) (*ticket.Queue, error) {
	return queueTable.get(ctx, s.x, queueTable.rows().Where(sq.Eq{"id": id}))
}

func (s queues) BySlug(ctx context.Context, slug string) (*ticket.Queue, error) {
	return queueTable.get(ctx, s.x, queueTable.rows().Where(sq.Eq{"slug": slug}))
}

func (s queues) List(ctx context.Context, q ticket.QueueQuery) ([]*ticket.Queue, error) {
	rows := queueTable.rows()
	if len(q.IDs) > 0 {
		rows = rows.Where(in("id", q.IDs))
	}
	rows, err := byID(rows, q.After, q.Offset, q.Limit)
	if err != nil {
		return nil, err
	}
	return queueTable.list(ctx, s.x, rows)
}

func (s queues) Count(ctx context.Context) (int, error) {
	return queueTable.count(ctx, s.x, nil)
}

func (s queues) Insert(ctx context.Context, q *ticket.Queue) (err error) {
	q.ID, err = queueTable.insert(ctx, s.x, q)
	return err
}

func (s queues) Update(ctx context.Context, q *ticket.Queue) error {
	return queueTable.update(ctx, s.x, q.ID, q)
}

func (s queues) Delete(ctx context.Context, id int64) error {
	return queueTable.delete(ctx, s.x, id)
}
