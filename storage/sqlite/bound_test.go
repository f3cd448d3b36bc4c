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
		page := ticket.Query{Scope: every, After: &ticket.Position{}, Limit: 9, Bound: q.Bound}
		check(t, store.View(ctx, func(tx storage.Tx) error {
			for range 2 { // the connection is as it was
				found, err := tx.FollowUps().Threads(ctx, page)
				if err != nil || len(found) != 1 || found[0].More != (c.want != nil) {
					t.Errorf("a page with a comment of %d bytes: %d tickets, %v", c.bytes, len(found), err)
				}
			}
			return nil
		}))
		check(t, store.View(ctx, func(tx storage.Tx) error {
			whole, err := tx.FollowUps().Get(ctx, f.ID, every)
			if err == nil && len(*whole.Comment) != c.bytes {
				t.Errorf("%d bytes of %d", len(*whole.Comment), c.bytes)
			}
			return err
		}))
	}
}
