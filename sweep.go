package helpdesk

import (
	"context"
	"errors"
	"time"
)

// sweepGrace is how old content must be for Sweep to delete it: older than any
// transaction.
const sweepGrace = 24 * time.Hour

// Sweep deletes what nobody needs any more: requests with an idempotency key that are older
// than idempotency.Lifetime, events that are older than Config.EventRetention, and the
// content of files that have no attachment and are at least a day old. It returns how many
// files there were. A crash may leave such files, or a host that rolls its transaction back.
// A host calls Sweep now and then, for example once a day. Without it the number of events
// only grows. It works in small transactions, and several processes may call it at once.
func (d *Desk) Sweep(ctx context.Context) (files int, err error) {
	files, err = d.store.Sweep(ctx, sweepGrace)
	return files, errors.Join(err, d.sweepRequests(ctx), d.sweepEvents(ctx))
}

// sweepEvents deletes old events, in small transactions.
func (d *Desk) sweepEvents(ctx context.Context) error {
	if d.keepEvents < 0 {
		return nil
	}
	before := d.now().Add(-d.keepEvents)
	for {
		n := 0
		err := d.write(ctx, writer{}, func(tx *transaction) (err error) { // bookkeeping, which reports no change
			n, err = tx.Events().DeleteBefore(ctx, before, sweepBatch)
			return err
		})
		if err != nil || n == 0 {
			return err
		}
	}
}
