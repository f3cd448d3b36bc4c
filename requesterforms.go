package helpdesk

import (
	"context"

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
