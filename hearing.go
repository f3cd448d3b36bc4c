package helpdesk

import (
	"context"

	"github.com/go-helpdesk/helpdesk/event"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// follow reads the feed for events of hosts' transactions, and tells subscribers of them,
// until ctx ends.
func (b *background) follow(ctx context.Context) {
	position, err := b.desk.EndOfEvents(ctx)
	for ; err != nil && ctx.Err() == nil; position, err = b.desk.EndOfEvents(ctx) {
		b.log(err)
		sleep(ctx, failurePause)
	}
	defer b.desk.notices.look()() // what is expected from now on comes after the position
	for ctx.Err() == nil {
		signal := b.desk.EventSignal()
		if position, err = b.hear(ctx, position); err != nil {
			if ctx.Err() == nil {
				b.log(err)
			}
			sleep(ctx, failurePause)
			continue
		}
		_ = signal.Wait(ctx) // an error means to look again
		sleep(ctx, gathering)
	}
}

// hear reads the feed after a position, and returns the position to continue from. When
// nothing is expected it goes to the end of the feed. What is expected later comes after
// that: a transaction tells of its events before it is committed.
func (b *background) hear(ctx context.Context, after int64) (int64, error) {
	n := b.desk.notices
	if !n.expecting() {
		end, err := b.desk.EndOfEvents(ctx)
		if err != nil {
			return after, err
		}
		if !n.expecting() {
			return end, nil
		}
	}
	for {
		events, next, err := b.desk.listEvents(ctx, allEvents(), after, event.Filter{}, MaxEvents)
		if err != nil {
			return after, err
		}
		n.hear(events)
		if next == after {
			return next, nil
		}
		after = next
	}
}

// allEvents is a viewer who may see everything.
func allEvents() *viewer {
	all := func(int64) bool { return true }
	return &viewer{scope: ticket.Scope{All: true}, webhooks: true, ownToken: all, ownPassword: all}
}
