package helpdesk

import (
	"context"
	"slices"
	"time"

	"github.com/go-helpdesk/helpdesk/ticket"
)

// touch raises the time of the last change of locked tickets, for a change of what
// belongs to them. A ticket that occurs twice is touched once.
func touch(ctx context.Context, tx *transaction, tickets ...*ticket.Ticket) error {
	for i, before := range tickets {
		if slices.ContainsFunc(tickets[:i], func(t *ticket.Ticket) bool { return t.ID == before.ID }) {
			continue
		}
		t := before.Clone()
		t.Modified = later(before.Modified, tx.now)
		if err := tx.Tickets().Update(ctx, before, t, nil); err != nil {
			return err
		}
	}
	return nil
}

// later returns the later of two times: clocks of several hosts may differ, and a
// ticket's time of the last change never decreases.
func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
