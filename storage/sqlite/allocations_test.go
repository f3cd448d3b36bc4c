package sqlite_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"io"
	"path/filepath"
	"testing"

	"github.com/mattn/go-sqlite3"

	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/storage/internal/plans"
	"github.com/go-helpdesk/helpdesk/storage/sqlite"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// TestAThreadTakesFewAllocationsBesidesTheDrivers, which makes some for every value:
// eight for a ticket with its follow-ups and all that.
func TestAThreadTakesFewAllocationsBesidesTheDrivers(t *testing.T) { // not in parallel, which would be counted
	const n = 100
	file := filepath.Join(t.TempDir(), "x.db")
	r := plans.NewRecorder(&sqlite3.SQLiteDriver{}, "file:"+file+"?_foreign_keys=1&_synchronous=OFF")
	db := sql.OpenDB(r)
	defer db.Close()
	check(t, sqlite.New(db).Migrate(t.Context()))
	check(t, plans.Seed(t.Context(), db, 2*n))
	read := func(tx storage.Tx) error {
		found, err := tx.FollowUps().Threads(t.Context(), ticket.Query{
			Scope: ticket.Scope{All: true}, After: &ticket.Position{ID: 10}, Limit: n,
		})
		if len(found) != n {
			t.Errorf("%d tickets", len(found))
		}
		return err
	}
	r.Take()
	check(t, sqlite.New(db).View(t.Context(), read))
	ofDriver := driversOwn(t, file, r.Take())
	store, err := sqlite.Open(t.Context(), file)
	check(t, err)
	defer store.Close()
	check(t, store.View(t.Context(), func(tx storage.Tx) error {
		all := testing.AllocsPerRun(10, func() { check(t, read(tx)) })
		if all-ofDriver > 8*n {
			t.Errorf("%.1f allocations for a ticket, of which the driver makes %.1f", all/n, ofDriver/n)
		}
		return nil
	}))
}

// driversOwn is how often the driver alone allocates for queries on a database.
func driversOwn(t *testing.T, file string, queries []plans.Statement) float64 {
	t.Helper()
	conn, err := (&sqlite3.SQLiteDriver{}).Open(file)
	check(t, err)
	defer conn.Close()
	var all []func()
	for _, q := range queries {
		st, err := conn.(driver.ConnPrepareContext).PrepareContext(t.Context(), q.Text)
		check(t, err)
		defer st.Close()
		var args []driver.NamedValue
		for i, arg := range q.Args {
			args = append(args, driver.NamedValue{Ordinal: i + 1, Value: arg})
		}
		var row []driver.Value
		all = append(all, func() {
			rows, err := st.(driver.StmtQueryContext).QueryContext(context.Background(), args)
			check(t, err)
			if row == nil {
				row = make([]driver.Value, len(rows.Columns()))
			}
			for err == nil {
				err = rows.Next(row)
			}
			if err != io.EOF {
				t.Error(err)
			}
			check(t, rows.Close())
		})
	}
	return testing.AllocsPerRun(10, func() {
		for _, run := range all {
			run()
		}
	})
}
