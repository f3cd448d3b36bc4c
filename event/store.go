package event

import (
	"context"
	"time"

	"github.com/go-helpdesk/helpdesk/ticket"
)

// Store stores events. An implementation works inside one transaction and is used by one
// goroutine. Its errors are those of package storage.
type Store interface {
	// Append stores events, in their order, and sets their IDs. These grow in this order,
	// and are greater than those of events that were committed before Append. It sets
	// their positions where these are known already.
	Append(ctx context.Context, events []*Event) error

	// Waiting reports whether there are committed events without a position.
	Waiting(ctx context.Context) (bool, error)

	// Sequence gives positions to committed events that have none, at most limit of them,
	// those with the lowest ids first. Only one transaction does so at a time, so that
	// positions become visible in their order. It returns how many events got one. A
	// Store whose transactions write one after the other may give positions in Append
	// instead: then nothing is ever waiting.
	Sequence(ctx context.Context, limit int) (int, error)

	// Last returns the greatest position of an event, 0 when there is none.
	Last(ctx context.Context) (int64, error)

	// List returns events after a position, at most limit of them, by position. A ticket
	// that is not 0 selects the events on it. An event without a position is not listed.
	// Data is nil until Event.ReadData.
	List(ctx context.Context, after, ticketID int64, limit int) ([]*Event, error)

	// Expand returns the scope with the queues that are granted to GrantedTo among its
	// Queues, for Audience.In.
	Expand(ctx context.Context, s ticket.Scope) (ticket.Scope, error)

	// Present returns which of some tickets, follow-ups or attachments there are whose
	// ticket is in the scope. With public it leaves out what is not public.
	Present(ctx context.Context, k Kind, ids []int64, s ticket.Scope, public bool) ([]int64, error)

	// Deletions returns the events on some tickets about the deletion of an object with
	// one of some ids, of whichever kind. Data is nil until Event.ReadData.
	Deletions(ctx context.Context, tickets, objects []int64) ([]*Event, error)

	// DeleteBefore deletes events of before a time. With a position that is not 0, it keeps
	// events with that position or a later one, and those without a position. It looks at
	// the events with the lowest ids, at most limit of them, and returns how many it
	// deleted.
	DeleteBefore(ctx context.Context, before time.Time, position int64, limit int) (int, error)
}
