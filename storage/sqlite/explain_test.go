package sqlite_test

import (
	"context"
	"database/sql"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/storage/sqlite"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

var ctx = context.Background() // of reads, which are data

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var update = flag.Bool("update", false, "write testdata/plans.txt anew")

// reads are the lists, filters and orders that a desk asks for.
func reads() []struct {
	name string
	do   func(storage.Tx) error
} {
	all, staff, own := ticket.Scope{All: true}, ticket.Scope{GrantedTo: 1, AssignedTo: 1}, ticket.Scope{Submitter: "a@example.com"}
	page := func(f ticket.Filter, offset int) func(storage.Tx) error {
		return func(tx storage.Tx) error {
			if _, err := tx.Tickets().Count(ctx, f); err != nil {
				return err
			}
			_, err := tx.Tickets().List(ctx, ticket.Query{Filter: f, Offset: offset, Limit: 25})
			return err
		}
	}
	threads := func(tx storage.Tx, ids ...int64) error {
		_, err := tx.FollowUps().Threads(ctx, ticket.Query{Filter: ticket.Filter{Scope: all, IDs: ids}, Limit: len(ids)})
		return err
	}
	return []struct {
		name string
		do   func(storage.Tx) error
	}{
		{"a page of tickets", page(ticket.Filter{Scope: all}, 0)},
		{"a page of tickets far behind", page(ticket.Filter{Scope: all}, 1000)},
		{"tickets behind another", func(tx storage.Tx) error {
			_, err := tx.Tickets().List(ctx, ticket.Query{Filter: ticket.Filter{Scope: all}, After: 7, Limit: 100})
			return err
		}},
		{"tickets in some queues behind another", func(tx storage.Tx) error {
			_, err := tx.Tickets().List(ctx, ticket.Query{Filter: ticket.Filter{Scope: staff}, After: 7, Limit: 100})
			return err
		}},
		{"tickets by status", page(ticket.Filter{Scope: all, Status: []ticket.Status{1}}, 0)},
		{"tickets in some queues", page(ticket.Filter{Scope: staff}, 0)},
		{"tickets merged into one", page(ticket.Filter{Scope: all, MergedTo: 1}, 0)},
		{"a requester's tickets", func(tx storage.Tx) error {
			if _, err := tx.Tickets().Count(ctx, ticket.Filter{Scope: own}); err != nil {
				return err
			}
			_, err := tx.Tickets().List(ctx, ticket.Query{Filter: ticket.Filter{Scope: own}, NewestFirst: true, Limit: 25})
			return err
		}},
		{"a ticket in some queues", func(tx storage.Tx) error { _, err := tx.Tickets().Get(ctx, 1, staff); return err }},
		{"threads of a page", func(tx storage.Tx) error { return threads(tx, 1, 2, 3) }},
		{"a page of follow-ups", func(tx storage.Tx) error {
			_, err := tx.FollowUps().List(ctx, followup.Query{Filter: followup.Filter{Scope: all}, Offset: 100, Limit: 25})
			return err
		}},
		{"follow-ups behind another", func(tx storage.Tx) error {
			_, err := tx.FollowUps().List(ctx, followup.Query{Filter: followup.Filter{Scope: all}, After: followup.Position{Date: time.Unix(1, 0), ID: 1}, Limit: 100})
			return err
		}},
		{"public follow-ups of a ticket", func(tx storage.Tx) error {
			_, err := tx.FollowUps().List(ctx, followup.Query{Filter: followup.Filter{Scope: own, Tickets: []int64{1}, Public: true}, Limit: 25})
			return err
		}},
		{"threads of scattered tickets", func(tx storage.Tx) error { return threads(tx, 1, 3, 7) }},
		{"the parts of follow-ups", func(tx storage.Tx) error {
			return tx.FollowUps().Complete(ctx, &followup.FollowUp{ID: 1}, &followup.FollowUp{ID: 3})
		}},
		{"a page of attachments", func(tx storage.Tx) error {
			_, err := tx.Attachments().List(ctx, followup.AttachmentQuery{Filter: followup.Filter{Scope: all}, Limit: 25})
			return err
		}},
		{"the history of a ticket", func(tx storage.Tx) error {
			_, err := tx.Changes().List(ctx, followup.ChangeQuery{Filter: followup.Filter{Scope: staff, Tickets: []int64{1}}, Limit: 25})
			return err
		}},
		{"a page of users", func(tx storage.Tx) error { _, err := tx.Users().List(ctx, user.Query{Limit: 25}); return err }},
		{"a user by name", func(tx storage.Tx) error { _, err := tx.Users().ByUsername(ctx, "ada"); return err }},
		{"a user of the host's", func(tx storage.Tx) error { _, err := tx.Users().ByExternalID(ctx, "17"); return err }},
		{"a token", func(tx storage.Tx) error { _, err := tx.Tokens().ByPrefix(ctx, "hd_"); return err }},
		{"a user's tokens", func(tx storage.Tx) error { _, err := tx.Tokens().List(ctx, 1, user.Query{Limit: 25}); return err }},
	}
}

// TestPlans: how SQLite goes about what a desk reads. No list reads a table that
// grows from its start, or sorts what it found, but for the first part of the
// tickets in some queues, which come from several indexes, and the few changes of
// a page's follow-ups.
func TestPlans(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "x.db")
	var seen []string
	store, err := sqlite.Open(t.Context(), path, sqlite.Observe(func(query string) { seen = append(seen, query) }))
	check(t, err)
	defer store.Close()
	check(t, store.Migrate(t.Context()))
	db, err := sql.Open("sqlite3", "file:"+path)
	check(t, err)
	defer db.Close()
	var out strings.Builder
	for _, r := range reads() {
		seen = nil
		if err := store.View(t.Context(), func(tx storage.Tx) error { _ = r.do(tx); return nil }); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&out, "%s\n", r.name)
		for _, query := range seen {
			if strings.HasPrefix(query, "SELECT") {
				explain(t, &out, db, query)
			}
		}
	}
	const golden = "testdata/plans.txt"
	if *update {
		check(t, os.WriteFile(golden, []byte(out.String()), 0o644))
	}
	want, err := os.ReadFile(golden)
	check(t, err)
	if got := out.String(); got != string(want) {
		t.Errorf("plans have changed; look at them, and write them with go test ./storage/sqlite -update:\n%s", got)
	}
}

func explain(t *testing.T, out *strings.Builder, db *sql.DB, query string) {
	t.Helper()
	_, from, _ := strings.Cut(query, " FROM ")
	fmt.Fprintf(out, "\t%s\n", from)
	rows, err := db.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+query, make([]any, strings.Count(query, "?"))...)
	check(t, err)
	defer rows.Close()
	for rows.Next() {
		var id, parent, unused int
		var step string
		check(t, rows.Scan(&id, &parent, &unused, &step))
		fmt.Fprintf(out, "\t\t%s\n", step)
	}
	check(t, rows.Err())
}
