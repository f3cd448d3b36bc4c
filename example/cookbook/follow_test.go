package cookbook

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/event"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// hostDB is a database of the host's with the table of positions.
func hostDB(t testing.TB) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(t.TempDir(), "host.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	run(t, db, "CREATE TABLE positions (name VARCHAR(50) PRIMARY KEY, position BIGINT NOT NULL)")
	return db
}

func run(t testing.TB, db *sql.DB, statement string) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}

// newSupport is a desk with one queue, whose id is 1.
func newSupport(t testing.TB) *helpdesk.Desk {
	t.Helper()
	desk := newDesk(t, open(t))
	if _, err := desk.CreateQueue(t.Context(), helpdesk.System(), &ticket.Queue{Title: "Support", Slug: "support"}); err != nil {
		t.Fatal(err)
	}
	return desk
}

// newTicket creates a ticket of queue 1.
func newTicket(t testing.TB, desk *helpdesk.Desk, n *ticket.Ticket) *helpdesk.Thread {
	t.Helper()
	n.QueueID = 1
	made, err := desk.CreateTicket(t.Context(), helpdesk.System(), n)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// catchUp is a program that starts, handles what there is, and ends. It returns the errors
// after which an event came again.
func catchUp(t testing.TB, desk *helpdesk.Desk, p Position, handle Handler, types ...event.Type) (failed []error) {
	t.Helper()
	for {
		after, err := p.Load(t.Context(), desk)
		if err != nil {
			t.Fatal(err)
		}
		end, err := desk.EndOfEvents(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if after >= end {
			return failed
		}
		if err := follow(t.Context(), desk, p, handle, types); err != nil {
			if failed = append(failed, err); len(failed) > 9 {
				t.Fatal(failed)
			}
		}
	}
}

// Events that happen before, during and between five runs of the program are handled once,
// in order, although the handler fails and the program is stopped within pages.
func TestFollow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		desk, p := newSupport(t), Position{DB: hostDB(t), Name: "test"}
		newTicket(t, desk, &ticket.Ticket{Title: "before the first start"})
		var mu sync.Mutex
		var handled []int64
		attempts := 0
		program := func() (stop func()) {
			ctx, cancel := context.WithCancel(t.Context())
			done := make(chan struct{})
			go func() {
				defer close(done)
				Follow(ctx, desk, p, func(ctx context.Context, e *event.Event) error {
					if ctx.Err() != nil {
						return ctx.Err()
					}
					mu.Lock()
					defer mu.Unlock()
					if attempts++; attempts%3 == 0 {
						return errors.New("fails now and then")
					}
					if handled = append(handled, e.TicketID); len(handled)%4 == 0 {
						cancel() // the program is stopped while it handles an event
					}
					return nil
				}, "ticket.created")
			}()
			return func() { cancel(); <-done }
		}
		var want []int64
		add := func(n int) {
			for range n {
				want = append(want, newTicket(t, desk, &ticket.Ticket{Title: fmt.Sprint(len(want))}).ID)
			}
		}
		for range 5 {
			stop := program()
			time.Sleep(time.Second) // of the bubble's clock
			add(2)
			time.Sleep(time.Minute)
			stop()
			add(3)
		}
		stop := program()
		time.Sleep(time.Minute)
		stop()
		for range 8 { // each stops after four events
			stop := program()
			time.Sleep(time.Minute)
			stop()
		}
		if !slices.Equal(handled, want) {
			t.Errorf("handled %v, not %v", handled, want)
		}
	})
}

// An event whose position cannot be stored comes again.
func TestFollowWithoutPosition(t *testing.T) {
	desk, db := newSupport(t), hostDB(t)
	p := Position{DB: db, Name: "test"}
	if failed := catchUp(t, desk, p, nil); failed != nil {
		t.Fatal(failed)
	}
	newTicket(t, desk, &ticket.Ticket{Title: "once more"})
	run(t, db, "CREATE TRIGGER full BEFORE INSERT ON positions BEGIN SELECT RAISE(ABORT, 'full'); END")
	handled := 0
	failed := catchUp(t, desk, p, func(context.Context, *event.Event) error {
		if handled++; handled == 2 {
			run(t, db, "DROP TRIGGER full")
		}
		return nil
	}, "ticket.*")
	if handled != 2 || len(failed) != 1 {
		t.Errorf("handled %d times after %v", handled, failed)
	}
}
