package mysql_test

import (
	"slices"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk/event"
	"github.com/go-helpdesk/helpdesk/internal/mariadb"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/storage/mysql"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// appendEvent appends an event about a ticket.
func appendEvent(t *testing.T, tx storage.Tx, id int64) error {
	t.Helper()
	e := &event.Event{Type: event.TypeOf(event.Ticket, event.Created), Time: time.Now(), TicketID: id,
		Object: event.Object{Kind: event.Ticket, ID: id}}
	check(t, e.Describe(nil, &ticket.Ticket{ID: id}, nil))
	return tx.Events().Append(t.Context(), []*event.Event{e})
}

// readOn gives positions to what was committed, and returns the tickets of the events after
// a position, and the last position.
func readOn(t *testing.T, s storage.Store, after int64) (tickets []int64, next int64) {
	t.Helper()
	check(t, s.Update(t.Context(), func(tx storage.Tx) error {
		_, err := tx.Events().Sequence(t.Context(), 1000)
		return err
	}))
	check(t, s.View(t.Context(), func(tx storage.Tx) error {
		found, err := tx.Events().List(t.Context(), after, 0, 1000)
		tickets, next = nil, after
		for _, e := range found {
			tickets, next = append(tickets, e.TicketID), e.Position
		}
		return err
	}))
	return tickets, next
}

// TestAReaderDoesNotMissASlowCommit: a transaction that has written its event first and
// commits last is read last. It keeps nobody from writing and reading.
func TestAReaderDoesNotMissASlowCommit(t *testing.T) {
	for name, open := range map[string]func(*testing.T) storage.Store{
		"Open": func(t *testing.T) storage.Store { return open(t) },
		"New":  func(t *testing.T) storage.Store { return mysql.New(pool(t, mariadb.Database(t))) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t)
			check(t, s.Migrate(t.Context()))
			const slow, others = 1, 20
			written, release, ended := make(chan struct{}), make(chan struct{}), make(chan error, 1)
			go func() {
				ended <- s.Update(t.Context(), func(tx storage.Tx) error {
					err := appendEvent(t, tx, slow)
					close(written)
					<-release
					return err
				})
			}()
			<-written
			var all []int64
			after := int64(0)
			for i := range int64(others) {
				check(t, s.Update(t.Context(), func(tx storage.Tx) error { return appendEvent(t, tx, 100+i) }))
				var some []int64
				some, after = readOn(t, s, after)
				all = append(all, some...)
			}
			if len(all) != others || slices.Contains(all, slow) {
				t.Errorf("read %d before the slow commit", all)
			}
			close(release)
			check(t, <-ended)
			last, _ := readOn(t, s, after)
			if !slices.Equal(last, []int64{slow}) {
				t.Errorf("read %d after the slow commit, want %d", last, slow)
			}
		})
	}
}
