package storagetest

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// SlowLists shows that a list of tickets, or a count, which no index serves is stopped at
// the statement timeout of a Store, that the Store is as good as before afterwards, and
// that a context which ends is not taken for it. The timeout of s must be so short that
// it ends while a list of a million tickets is sorted; db is a pool of the same, empty
// database. So many tickets are made as it takes for a list to be stopped.
func SlowLists(t *testing.T, s, patient storage.Store, db *sql.DB) {
	e := &env{T: t, Store: s, ctx: t.Context()}
	e.ok(s.Migrate(e.ctx))
	e.update(func(tx storage.Tx) {
		e.ticket(tx, strings.Repeat("title ", 30), func(t *ticket.Ticket) { t.Status = ticket.Open })
	})
	byTitle := ticket.Query{Scope: ticket.Scope{All: true}, Order: ticket.Order{By: ticket.ByTitle}, Limit: 1}
	const double = "INSERT INTO helpdesk_ticket (queue_id, title, status, on_hold, priority, created, modified, secret_key) " +
		"SELECT queue_id, CONCAT(title, id % 7), status, on_hold, 1 + id % 5, created + id, modified, secret_key FROM helpdesk_ticket"
	list := func(ctx context.Context, s storage.Store, q ticket.Query) error {
		return s.View(ctx, func(tx storage.Tx) error {
			_, err := tx.Tickets().List(ctx, q)
			return err
		})
	}
	tickets := 1
	more := func() {
		if tickets *= 2; tickets > 1<<20 {
			t.Fatal("a list of a million tickets was not stopped")
		}
		_, err := db.ExecContext(e.ctx, double)
		e.ok(err)
	}
	for _, r := range slowReads(byTitle) {
		for _, run := range []func(context.Context, func(storage.Tx) error) error{s.View, s.Read, s.Update} {
			var slow *storage.SlowListError
			for {
				err := run(e.ctx, func(tx storage.Tx) error { return r.read(e.ctx, tx) })
				if errors.As(err, &slow) {
					break
				}
				e.ok(err)
				more()
			}
			if slow.Timeout <= 0 || slow.Order != r.order || !slices.Equal(slow.Filters, r.filters) {
				t.Errorf("%s: error is %+v", r.name, slow)
			}
		}
	}
	for range 40 { // more often than there are connections
		byID := byTitle
		byID.Order = ticket.Order{}
		e.ok(list(e.ctx, s, byID))
	}
	for {
		short, cancel := context.WithTimeout(e.ctx, time.Millisecond)
		err := list(short, patient, byTitle)
		cancel()
		if errors.Is(err, context.DeadlineExceeded) && !errors.As(err, new(*storage.SlowListError)) {
			break
		}
		e.ok(err)
		more()
	}
	e.ok(list(e.ctx, patient, byTitle))
}

// slowRead is a read that is stopped, and what its error says.
type slowRead struct {
	name    string
	order   ticket.Column
	filters []string
	read    func(context.Context, storage.Tx) error
}

func slowReads(byTitle ticket.Query) []slowRead {
	filtered := byTitle
	filtered.Priority = ticket.Among[ticket.Priority]{NotIn: []ticket.Priority{5}}
	filtered.Status = ticket.OneOf(ticket.Open)
	return []slowRead{
		{"tickets", ticket.ByTitle, nil, func(ctx context.Context, tx storage.Tx) error {
			_, err := tx.Tickets().List(ctx, byTitle)
			return err
		}},
		{"threads", ticket.ByTitle, []string{"status", "priority"}, func(ctx context.Context, tx storage.Tx) error {
			_, err := tx.FollowUps().Threads(ctx, filtered)
			return err
		}},
		{"ids", ticket.ByTitle, []string{"status", "priority"}, func(ctx context.Context, tx storage.Tx) error {
			_, err := tx.Tickets().IDs(ctx, filtered)
			return err
		}},
		{"count", "", []string{"status", "priority"}, func(ctx context.Context, tx storage.Tx) error {
			_, err := tx.Tickets().Count(ctx, filtered.Scope, filtered.Filter)
			return err
		}},
		{"counts", "", []string{"status", "priority"}, func(ctx context.Context, tx storage.Tx) error {
			_, err := tx.Tickets().CountBy(ctx, filtered.Scope, filtered.Filter, []ticket.Dimension{ticket.CountByDay}, 9)
			return err
		}},
	}
}
