package sqlite_test

import (
	"context"
	"database/sql"
	"flag"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mattn/go-sqlite3"

	"github.com/go-helpdesk/helpdesk/storage/internal/plans"
	"github.com/go-helpdesk/helpdesk/storage/sqlite"
)

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var rewrite = flag.Bool("update", false, "write testdata/plans.txt anew")

var exceptions = plans.Exceptions{
	plans.Sorts: {
		// The counts of all tickets that somebody asks to have counted.
		"count of tickets* by *",
		// The counts of many blocks at once, of which a million tickets have a thousand.
		"tickets, far behind",
		// A handful: the files of a ticket or of a page of answers, and definitions.
		"attachments of a *", "files of answers", "custom fields",
		// A thousand tickets at most, of a queue or an assignee.
		"tickets in a queue by *", "tickets of somebody by *", "tickets of scattered statuses of somebody by *",
		// The ids of two pages: of tickets with a value, and of those without one.
		"tickets* by due_date*", "tickets by assigned_to*",
		// Every ticket, since no index has the order and the filter.
		"any tickets *",
	},
	plans.Skips: {
		// In the order of dates or names, until a page is full of what somebody may see.
		"follow-ups in queues granted*", "attachments in queues granted*", "the last * in queues granted",
		// Every ticket, since no index has the filter.
		"any tickets of *",
		// What is pending stays, of webhooks whose receivers do not answer.
		"old deliveries to delete",
	},
	plans.Scans: {
		// Counted from the smallest index.
		"count of follow-ups", "count of attachments", "count of users",
	},
	plans.Gathers: {
		// The follow-ups of one ticket.
		"attachments of a ticket",
		// All that somebody may see is what is counted.
		"count of follow-ups in queues granted", "count of attachments in queues granted",
	},
}

// TestPlans: how SQLite goes about what a desk reads, whatever the tables have. Sorted lists of
// many tickets are right.
func TestPlans(t *testing.T) {
	t.Parallel()
	r := plans.NewRecorder(&sqlite3.SQLiteDriver{}, "file:"+filepath.Join(t.TempDir(), "x.db")+"?_foreign_keys=1&_synchronous=OFF")
	db := sql.OpenDB(r)
	defer db.Close()
	store := sqlite.New(db)
	check(t, store.Migrate(t.Context()))
	check(t, plans.Seed(t.Context(), db, 1024))
	all, err := plans.Collect(t.Context(), store, r, func(s plans.Statement) ([]plans.Step, error) { return explain(t.Context(), db, s) })
	check(t, err)
	if err := plans.Compare(all, "testdata/plans.txt", *rewrite); err != nil {
		t.Error(err)
	}
	if err := plans.Judge(all, exceptions); err != nil {
		t.Error(err)
	}
	if err := plans.CheckOrders(t.Context(), store); err != nil {
		t.Error(err)
	}
}

func explain(ctx context.Context, db *sql.DB, s plans.Statement) (steps []plans.Step, err error) {
	rows, err := db.QueryContext(ctx, "EXPLAIN QUERY PLAN "+s.Text, s.Args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	lists := map[int]bool{} // the steps that make a list to look things up in
	for rows.Next() {
		var id, parent, unused int
		var step string
		if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
			return nil, err
		}
		lists[id] = lists[parent] || strings.HasPrefix(step, "LIST SUBQUERY")
		steps = append(steps, plans.Step{Text: step, Slow: slow(s.Text, step, lists[parent])})
	}
	return steps, rows.Err()
}

// slow is why a step is slow, which may be one of those that make a list.
func slow(statement, step string, list bool) plans.Slow {
	words := strings.Fields(step)
	if strings.Contains(step, "TEMP B-TREE") {
		return plans.Sorts
	}
	if len(words) < 2 || !plans.Grows(plans.Table(statement, words[1])) {
		return ""
	}
	switch {
	case strings.Contains(step, "AUTOMATIC"), words[0] == "SCAN" && list:
		return plans.Scans
	case words[0] == "SCAN":
		return plans.Scan(statement)
	case list && !strings.Contains(step, "(rowid=?)"):
		return plans.Gathers
	}
	return ""
}
