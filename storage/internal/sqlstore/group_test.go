package sqlstore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/mattn/go-sqlite3"

	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/storage/internal/direct"
)

var errDisk = errors.New("the disk is full")

// worn is a connection whose commits fail as often as that.
type worn struct {
	*sqlite3.SQLiteConn
	failures *int
}

func (w worn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	st, err := w.SQLiteConn.PrepareContext(ctx, query)
	if query == "COMMIT" && err == nil {
		return wornCommit{st.(*sqlite3.SQLiteStmt), w.failures}, nil
	}
	return st, err
}

type wornCommit struct {
	*sqlite3.SQLiteStmt
	failures *int
}

func (w wornCommit) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	if *w.failures > 0 {
		*w.failures--
		return nil, errDisk
	}
	return w.SQLiteStmt.ExecContext(ctx, args)
}

type wornConnector struct {
	path     string
	failures *int
}

func (c wornConnector) Connect(context.Context) (driver.Conn, error) {
	conn, err := c.Driver().Open(c.path)
	if err != nil {
		return nil, err
	}
	return worn{conn.(*sqlite3.SQLiteConn), c.failures}, nil
}

func (c wornConnector) Driver() driver.Driver { return &sqlite3.SQLiteDriver{} }

// sharing is a store whose Updates share transactions, the next commits of which
// fail in this way.
func sharing(t *testing.T, failures *int, busy bool) (*Store, *sql.DB) {
	t.Helper()
	db := sql.OpenDB(direct.Connector{Connector: wornConnector{filepath.Join(t.TempDir(), "x.db"), failures}})
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { _ = db.Close() })
	_, err := db.ExecContext(t.Context(), "CREATE TABLE x (n)")
	if err != nil {
		t.Fatal(err)
	}
	return New(Options{Write: db, Read: db, Direct: true, OneWriter: true, Share: time.Hour, Dialect: Dialect{
		Begin: "BEGIN IMMEDIATE", BeginRead: "BEGIN", Error: func(err error) error {
			if busy && errors.Is(err, errDisk) {
				return errors.Join(storage.ErrBusy, err)
			}
			return err
		},
	}}), db
}

// pair has two Updates share a transaction.
func pair(t *testing.T, s *Store) (errs [2]error) {
	t.Helper()
	var all sync.WaitGroup
	insert := func(x *transaction) error {
		return x.exec(t.Context(), "insert", statement{text: "INSERT INTO x VALUES (?)", args: []any{1}})
	}
	join := sync.OnceFunc(func() {
		all.Go(func() { errs[1] = s.update(t.Context(), insert) })
		for s.Waiting() == 0 {
			time.Sleep(time.Millisecond)
		}
	})
	errs[0] = s.update(t.Context(), func(x *transaction) error {
		join()
		return insert(x)
	})
	all.Wait()
	return errs
}

// TestACommitThatFailsFailsForAll who share it, and leaves nothing.
func TestACommitThatFailsFailsForAll(t *testing.T) {
	failures := 1
	s, db := sharing(t, &failures, false)
	for i, err := range pair(t, s) {
		if !errors.Is(err, errDisk) {
			t.Errorf("%d: %v", i, err)
		}
	}
	has(t, db, 0)
	for i, err := range pair(t, s) { // and all is well again
		if err != nil {
			t.Errorf("%d: %v", i, err)
		}
	}
	has(t, db, 2)
}

// TestACommitThatIsBusyIsTriedAgain by all who share it.
func TestACommitThatIsBusyIsTriedAgain(t *testing.T) {
	failures := 1
	s, db := sharing(t, &failures, true)
	for i, err := range pair(t, s) {
		if err != nil {
			t.Errorf("%d: %v", i, err)
		}
	}
	if failures != 0 {
		t.Error("no commit failed")
	}
	has(t, db, 2)
}

func has(t *testing.T, db *sql.DB, want int) {
	t.Helper()
	var n int
	if err := db.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM x").Scan(&n); err != nil || n != want {
		t.Errorf("%d rows, %v, want %d", n, err, want)
	}
}
