package helpdesk

import (
	"context"
	"errors"
	"log/slog"
	"time"
)

// sweepGrace is how old content must be for Sweep to delete it: older than any
// transaction.
const sweepGrace = 24 * time.Hour

// Sweep deletes what nobody needs any more: requests with an idempotency key that are older
// than idempotency.Lifetime, events and ended deliveries that are older than
// Config.EventRetention, and the content of files that have no attachment and are at least a
// day old. An event that an active webhook still waits for is kept longer, up to
// Config.MaxEventRetention. Sweep returns how many files there were. A crash may leave such
// files, or a host that rolls its transaction back.
//
// A host that does not use Run calls Sweep now and then, for example once a day. Without
// either the number of events only grows. Sweep works in small transactions, and several
// processes may call it at once.
func (d *Desk) Sweep(ctx context.Context) (files int, err error) {
	files, err = d.store.Sweep(ctx, sweepGrace)
	return files, errors.Join(err, d.sweepRequests(ctx), d.sweepDeliveries(ctx), d.sweepEvents(ctx))
}

// sweepDeliveries deletes old deliveries.
func (d *Desk) sweepDeliveries(ctx context.Context) error {
	if d.keepEvents < 0 {
		return nil
	}
	before := d.now().Add(-d.keepEvents)
	_, err := d.deleteAll(ctx, func(tx *transaction) (int, error) { return tx.Deliveries().DeleteBefore(ctx, before, sweepBatch) })
	return err
}

// sweepEvents deletes old events. It logs how many of them a webhook was waiting for.
func (d *Desk) sweepEvents(ctx context.Context) error {
	if d.keepEvents < 0 {
		return nil
	}
	needed := int64(0) // the position from which on events are
	err := d.lookUp(ctx, func(tx *transaction) error {
		position, some, err := tx.Webhooks().Floor(ctx)
		if some {
			needed = position
		}
		return err
	})
	if err != nil {
		return err
	}
	now := d.now()
	old, tooOld := now.Add(-d.keepEvents), now.Add(-d.keepNeeded)
	if _, err := d.deleteAll(ctx, func(tx *transaction) (int, error) {
		return tx.Events().DeleteBefore(ctx, old, needed, sweepBatch)
	}); err != nil || needed == 0 {
		return err
	}
	lost, err := d.deleteAll(ctx, func(tx *transaction) (int, error) { return tx.Events().DeleteBefore(ctx, tooOld, 0, sweepBatch) })
	if lost > 0 {
		d.log.LogAttrs(ctx, slog.LevelError, "helpdesk: deleted events that a webhook had not got", slog.Int("events", lost))
	}
	return err
}

// deleteAll calls remove in small transactions until it deletes nothing, and returns how
// many rows it has deleted.
func (d *Desk) deleteAll(ctx context.Context, remove func(tx *transaction) (int, error)) (sum int, err error) {
	for {
		n := 0
		err := d.write(ctx, writer{}, func(tx *transaction) (err error) { // bookkeeping, which reports no change
			n, err = remove(tx)
			return err
		})
		sum += n
		if err != nil || n == 0 {
			return sum, err
		}
	}
}
