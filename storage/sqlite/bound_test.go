package sqlite_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// TestBoundedReadsLeaveOutLongTexts: a text of more than 64 KiB is not read to find out
// that it is larger than the bound, so that many readers together need little memory.
func TestBoundedReadsLeaveOutLongTexts(t *testing.T) {
	t.Parallel()
	store := open(t)
	ctx, every := t.Context(), ticket.Scope{All: true}
	if err := store.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	addTickets(t, store, 1)
	for _, c := range []struct {
		bytes int
		want  error
	}{{64 << 10, nil}, {64<<10 + 1, storage.ErrTooLarge}} {
		f := &followup.FollowUp{TicketID: 1, Date: time.Unix(int64(c.bytes), 0), Comment: new(strings.Repeat("x", c.bytes))}
		if err := store.Update(ctx, func(tx storage.Tx) error { return tx.FollowUps().Insert(ctx, f) }); err != nil {
			t.Fatal(err)
		}
		q := followup.Query{Scope: every, Filter: followup.Filter{FollowUps: []int64{f.ID}}, Limit: 1,
			Bound: ticket.Bound{Bytes: 1 << 20}}
		err := store.View(ctx, func(tx storage.Tx) error {
			_, err := tx.FollowUps().List(ctx, q)
			return err
		})
		if !errors.Is(err, c.want) {
			t.Errorf("a comment of %d bytes: %v, want %v", c.bytes, err, c.want)
		}
	}
}
