package mysql_test

import (
	"cmp"
	"context"
	"database/sql"
	"flag"
	"fmt"
	"strings"
	"testing"

	driver "github.com/go-sql-driver/mysql"

	"github.com/go-helpdesk/helpdesk/internal/mariadb"
	"github.com/go-helpdesk/helpdesk/storage/internal/plans"
	"github.com/go-helpdesk/helpdesk/storage/mysql"
)

var rewrite = flag.Bool("update", false, "write testdata/plans.txt anew")

var exceptions = plans.Exceptions{
	plans.Scans: {
		// Counted from the smallest index, or from the narrow one for who may see them.
		"count of follow-ups", "count of attachments", "count of users",
		"count of tickets in queues granted", "count of follow-ups in queues granted", "count of attachments in queues granted",
	},
	plans.Skips: {
		// All that somebody may see is what is counted.
		"count of tickets in queues granted by *",
		// Far behind, of what several queues or statuses have: the narrow index.
		"tickets in queues *, far behind", "tickets of statuses in a row*, far behind", "tickets of scattered statuses*, far behind",
		// In the order of dates or names, until a page is full of what somebody may see.
		"follow-ups in queues granted*", "attachments in queues granted*", "the last * in queues granted",
		// What is pending stays, of webhooks whose receivers do not answer.
		"old deliveries to delete",
	},
	plans.Sorts: {
		// The counts of all tickets that somebody asks to have counted.
		"count of tickets* by *",
		// The counts of many blocks at once, of which a million tickets have a thousand.
		"tickets, far behind",
		// A handful: the files of a ticket or of a page of answers, and definitions.
		"attachments of a *", "files of answers", "custom fields",
		// The ids of a page in each of several queues or statuses, a thousand at most.
		"tickets in queues *", "tickets of statuses in a row*", "tickets of scattered statuses*", "the last ticket in queues granted",
		// The ids of a page of each status, from up to three parts of the order: fifteen pages at most.
		"tickets by *", "tickets in many queues by *", "tickets of nobody by *",
		// A thousand tickets at most, of a queue or an assignee.
		"tickets in a queue by *", "tickets of somebody by *",
		// Every ticket, since no index has the order and the filter.
		"any tickets *",
	},
}

// kept is the server whose plans are kept: another one reckons differently.
const kept = "10.11."

// TestPlans: how MariaDB goes about what a desk reads, with so many rows that it goes
// about more in the same way. Sorted lists of many tickets are right.
func TestPlans(t *testing.T) {
	c, err := driver.ParseDSN(mariadb.Database(t))
	check(t, err)
	c.InterpolateParams = true // as Open has it
	r := plans.NewRecorder(driver.MySQLDriver{}, c.FormatDSN())
	db := sql.OpenDB(r)
	t.Cleanup(func() { _ = db.Close() })
	var version string
	check(t, db.QueryRowContext(t.Context(), "SELECT VERSION()").Scan(&version))
	if !strings.HasPrefix(version, kept) || !strings.Contains(version, "MariaDB") {
		t.Skipf("plans of MariaDB %s* are kept, this is %s", kept, version)
	}
	store := mysql.New(db)
	check(t, store.Migrate(t.Context()))
	check(t, plans.Seed(t.Context(), db, 8192))
	_, err = db.ExecContext(t.Context(), "UPDATE helpdesk_event SET position = id WHERE object_id % 100 > 0") // most were listed before
	check(t, err)
	check(t, analyze(t.Context(), db))
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

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// analyze has the server look at what is in the tables, as it does by itself some
// time after they grew.
func analyze(ctx context.Context, db *sql.DB) error {
	var tables string
	const all = "SELECT GROUP_CONCAT(table_name) FROM information_schema.tables WHERE table_schema = DATABASE()"
	if err := db.QueryRowContext(ctx, all).Scan(&tables); err != nil {
		return err
	}
	_, err := db.ExecContext(ctx, "ANALYZE TABLE "+tables)
	return err
}

// explain tells table, type, key and Extra; the rest are estimates.
func explain(ctx context.Context, db *sql.DB, s plans.Statement) (steps []plans.Step, err error) {
	if _, query, limited := strings.Cut(s.Text, " FOR */ "); limited { // MariaDB does not explain SET STATEMENT
		s.Text = query
	}
	rows, err := db.QueryContext(ctx, "EXPLAIN "+s.Text, s.Args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id, kind, name, access, possible, key, length, ref, count, extra sql.NullString
		if err := rows.Scan(&id, &kind, &name, &access, &possible, &key, &length, &ref, &count, &extra); err != nil {
			return nil, err
		}
		table := plans.Table(s.Text, name.String)
		steps = append(steps, plans.Step{
			Text: strings.TrimSuffix(fmt.Sprintf("%s: %s, %s; %s", table, access.String, cmp.Or(key.String, "no key"), extra.String), "; "),
			Slow: slow(s.Text, table, kind.String, access.String, extra.String),
		})
	}
	return steps, rows.Err()
}

// slow is why a step is slow.
func slow(statement, table, kind, access, extra string) plans.Slow {
	switch {
	case strings.Contains(extra, "Using filesort"), strings.Contains(extra, "Using temporary"):
		return plans.Sorts
	case !plans.Grows(table):
		return ""
	case access == "ALL":
		return plans.Scans
	case access == "index":
		return plans.Scan(statement)
	case kind == "MATERIALIZED":
		return plans.Gathers
	}
	return ""
}
