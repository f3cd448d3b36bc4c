package helpdesk_test

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"regexp"
	"testing"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/storage/storagetest"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// pieces is how many rows of attachment content there are: also those that no
// attachment names.
func pieces(t testing.TB, db *sql.DB) (n int) {
	t.Helper()
	check(t, db.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM helpdesk_content").Scan(&n))
	return n
}

// TestAFailedUseCaseLeavesNothing lets every write of every use case fail.
func TestAFailedUseCaseLeavesNothing(t *testing.T) {
	t.Parallel()
	for _, w := range writings() {
		t.Run(w.name, func(t *testing.T) {
			t.Parallel()
			var b *busy
			var db *sql.DB
			var before, failures int
			storagetest.EachFailure(t, func(t testing.TB) storage.Store {
				var store storage.Store
				db, store = testdesk.OpenHost(t)
				b = newBusy(t, store)
				before = pieces(t, db)
				return store
			}, func(s storage.Store) error {
				return w.do(t.Context(), b.over(s))
			}, func(storage.Store) {
				failures++
				equal(t, pieces(t, db), before)
			})
			if failures == 0 {
				t.Error("there was no write to fail")
			}
		})
	}
}

// TestAFailedUseCaseCanBeTriedAgain: nothing a failure left in memory is in
// the way of the next attempt.
func TestAFailedUseCaseCanBeTriedAgain(t *testing.T) {
	t.Parallel()
	for _, w := range writings() {
		t.Run(w.name, func(t *testing.T) {
			t.Parallel()
			b := newBusy(t, testdesk.OpenStore(t))
			is(t, w.do(t.Context(), b.over(storagetest.Fail(b.store, 1))), storagetest.ErrInjected)
			check(t, w.do(t.Context(), b))
		})
	}
}

// TestAUseCaseStandsBeingRunAgain runs every transaction twice, as a store may
// after a deadlock, and expects the effects of one.
func TestAUseCaseStandsBeingRunAgain(t *testing.T) {
	t.Parallel()
	for _, w := range writings() {
		t.Run(w.name, func(t *testing.T) {
			t.Parallel()
			once, twice := newBusy(t, testdesk.OpenStore(t)), newBusy(t, testdesk.OpenStore(t))
			check(t, w.do(t.Context(), once))
			check(t, w.do(t.Context(), twice.over(storagetest.Rerun(twice.store))))
			if a, b := unrandom(once.dump(t)), unrandom(twice.dump(t)); a != b {
				t.Errorf("once:\n%stwice:\n%s", a, b)
			}
		})
	}
}

var random = regexp.MustCompile(`"(?:Content|Prefix)":"[^"]*"|(?:content|secret) \w+|` +
	`"(?:ID|TicketID|FollowUpID|Position)":\d+|"(?:ticket|followup)":(?:\d+|\{[^}]*\})|#\d+`)

// unrandom is a dump without what differs between equal desks: secrets, ids, of which a
// transaction that was rolled back may have taken some, and positions of events, which a
// joined transaction does not give.
func unrandom(dump string) string { return random.ReplaceAllString(dump, "") }

// TestACancelledUseCaseLeavesNothing ends the context where it hurts: inside
// the transaction, once all is written that will be.
func TestACancelledUseCaseLeavesNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.ticket(t).ID
	unchanged := d.unchanged(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancelling := file("a.txt", []byte("x"))
	content := cancelling.Open
	cancelling.Open = func() (io.ReadCloser, error) {
		cancel()
		return content()
	}
	_, err := d.Reply(ctx, d.staff, &followup.FollowUp{TicketID: id, NewStatus: new(ticket.Closed)}, cancelling)
	is(t, err, context.Canceled)
	unchanged()
}

func TestAnUploadThatCannotBeReadLeavesNothing(t *testing.T) {
	t.Parallel()
	unreadable := errors.New("unreadable")
	for name, open := range map[string]func() (io.ReadCloser, error){
		"open":  func() (io.ReadCloser, error) { return nil, unreadable },
		"read":  func() (io.ReadCloser, error) { return brokenFile{read: unreadable}, nil },
		"close": func() (io.ReadCloser, error) { return brokenFile{read: io.EOF, close: unreadable}, nil },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			id := d.ticket(t).ID
			unchanged := d.unchanged(t)
			f := file("a.txt", []byte("x"))
			f.Open = open
			_, err := d.Reply(t.Context(), d.staff, &followup.FollowUp{TicketID: id}, file("first.txt", []byte("x")), f)
			is(t, err, unreadable)
			unchanged()
		})
	}
}

type brokenFile struct{ read, close error }

func (f brokenFile) Read([]byte) (int, error) { return 0, f.read }
func (f brokenFile) Close() error             { return f.close }

func TestAPanicInAnUpdateFunctionLeavesNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.ticket(t).ID
	unchanged := d.unchanged(t)
	func() {
		defer func() { equal(t, recover(), any("oh")) }()
		_, _ = d.UpdateTicket(t.Context(), d.staff, id, func(*ticket.Ticket) error { panic("oh") })
	}()
	unchanged()
	d.edit(t, id, func(n *ticket.Ticket) { n.Title = "the store goes on" })
}
