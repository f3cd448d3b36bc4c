package sqlstore

import (
	"context"

	"github.com/go-helpdesk/helpdesk/ticket"
)

var queueTable = &table[ticket.Queue]{
	noun:    "queue",
	name:    "helpdesk_queue",
	columns: []string{"title", "slug", "email_address", "allow_public_submission", "default_owner"},
	id:      func(q *ticket.Queue) *int64 { return &q.ID },
	version: func(q *ticket.Queue) *int64 { return &q.Version },
	values: func(q *ticket.Queue) []any {
		return []any{q.Title, q.Slug, q.EmailAddress, q.AllowPublicSubmission, q.DefaultOwner}
	},
	scan: func(r *row, q *ticket.Queue) {
		q.ID, q.Title, q.Slug, q.EmailAddress = r.Int(), r.Text(), r.Text(), r.NullText()
		q.AllowPublicSubmission, q.DefaultOwner = r.Bool(), r.NullInt()
		q.Version = r.Int()
	},
}

type queues struct{ records[ticket.Queue] }

func (s queues) BySlug(ctx context.Context, slug string) (*ticket.Queue, error) {
	return s.getBy(ctx, "slug", slug)
}

func (s queues) List(ctx context.Context, q ticket.QueueQuery) ([]*ticket.Queue, error) {
	return s.read(ctx, queuesMatching(q.QueueFilter), page{keyset: byIDs(q.Descending), id: q.After, offset: q.Offset, limit: q.Limit})
}

// queuesMatching is the condition that the filter admits a row of helpdesk_queue.
func queuesMatching(f ticket.QueueFilter) (c cond) {
	if f.IDs != nil {
		c = in("id", f.IDs)
	}
	if f.Public {
		c = c.and(is("allow_public_submission = ?", true))
	}
	return c.and(amongTexts("slug", f.Slug))
}

func (s queues) Admits(ctx context.Context, id int64, scope ticket.QueueScope) (bool, error) {
	n, err := s.count(ctx, is("id = ?", id).and(queueInScope(scope)))
	return n > 0, err
}

func (s queues) Count(ctx context.Context, f ticket.QueueFilter) (int, error) {
	return s.count(ctx, queuesMatching(f))
}
