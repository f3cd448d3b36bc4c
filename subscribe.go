package helpdesk

import (
	"context"
	"errors"
	"time"
)

// Subscribe returns a channel with a notice of each event that this process commits from
// now on, after its commit. It is for the host: nobody's permission is asked, and nothing is
// left out of the events. Events of writes that happen at the same time come in any order,
// and their IDs say in which they happened. The channel is closed when ctx ends.
//
// The first notice has no event, but the position after which the subscription begins. A
// subscriber that does not take its notices keeps nobody waiting: when more than 256 are
// waiting, the last of them has no event either, and others are left out. The subscriber then
// reads with Events, from that position or from where its last call of Events ended. Then an
// event may come twice, which its ID tells.
//
// Events of other processes are not in the channel. Those of a host's transaction (With) are
// when the host calls Notify.
func (d *Desk) Subscribe(ctx context.Context) (<-chan Notice, error) {
	last, err := d.EndOfEvents(ctx)
	if err != nil {
		return nil, err
	}
	return d.notices.subscribe(ctx, last), nil
}

// Notify tells subscribers of what the use cases of this Desk, which With returned, have
// written since the last call. The host calls it after the commit of its transaction, and
// not after a rollback. For any other Desk, it looks for events of other processes, so that
// those who wait for them need not wait for the next look.
func (d *Desk) Notify() {
	if d.written == nil {
		d.notices.rouse()
		return
	}
	d.notices.publish(d.written.take())
}

// EventSignal tells when there may be new events.
type EventSignal struct {
	desk    *Desk
	changed <-chan struct{}
}

// EventSignal returns a signal for events that are committed from now on. To miss none, get
// the signal, then call Events, then Wait.
func (d *Desk) EventSignal() EventSignal { return EventSignal{d, d.notices.signal()} }

// given reports whether Wait would return nil at once.
func (s EventSignal) given() bool {
	select {
	case <-s.changed:
		return true
	default:
		return false
	}
}

// Wait returns nil when there may be new events, of this process or another, and the error
// of ctx when that ends before. While it waits it holds no connection to the database. About
// once a second, one of those who wait on this Desk looks for events of other processes.
func (s EventSignal) Wait(ctx context.Context) error {
	tick := time.NewTicker(pollInterval)
	defer tick.Stop()
	for {
		select {
		case <-s.changed:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
		err := s.desk.notices.poll(func() (int64, bool, error) { return s.desk.endOfEvents(ctx) })
		if err != nil && ctx.Err() == nil && !errors.Is(err, ErrBusy) {
			return err
		}
	}
}

// EndOfEvents returns the position of the last event, 0 when there is none. What is committed
// later comes after it.
func (d *Desk) EndOfEvents(ctx context.Context) (int64, error) {
	for before := int64(-1); ; {
		if err := d.sequenceEvents(ctx); err != nil {
			return 0, err
		}
		last, _, err := d.endOfEvents(ctx)
		if err != nil || last-before < maxSequenced { // none is left of those that were there
			return last, err
		}
		before = last
	}
}

// endOfEvents returns the last position of the feed, and whether there are events without a
// position.
func (d *Desk) endOfEvents(ctx context.Context) (last int64, waiting bool, err error) {
	err = d.lookUp(ctx, func(tx *transaction) (err error) {
		if last, err = tx.Events().Last(ctx); err == nil {
			waiting, err = tx.Events().Waiting(ctx)
		}
		return err
	})
	return last, waiting, err
}
