package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/storage/sqlite"
	"github.com/go-helpdesk/helpdesk/user"
)

var errOwn = errors.New("the test's own")

// host is a program with a table and a desk in one database.
type host struct {
	*testing.T
	db    *sql.DB
	store *sqlite.Store
}

func newHost(t *testing.T) *host {
	t.Helper()
	h := &host{T: t, db: pool(t, hostParams+"&_txlock=immediate")}
	h.store = sqlite.New(h.db)
	h.ok(h.store.Migrate(t.Context()))
	_, err := h.db.ExecContext(t.Context(), "CREATE TABLE orders (name TEXT)")
	h.ok(err)
	return h
}

func (h *host) ok(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

// begin starts a transaction with an order in it.
func (h *host) begin() *sql.Tx {
	h.Helper()
	tx, err := h.db.BeginTx(h.Context(), nil)
	h.ok(err)
	_, err = tx.ExecContext(h.Context(), "INSERT INTO orders VALUES ('pump')")
	h.ok(err)
	return tx
}

func (h *host) has(orders, users int) {
	h.Helper()
	var o, u int
	row := h.db.QueryRowContext(h.Context(), "SELECT (SELECT COUNT(*) FROM orders), (SELECT COUNT(*) FROM helpdesk_user)")
	h.ok(row.Scan(&o, &u))
	if o != orders || u != users {
		h.Errorf("%d orders and %d users, want %d and %d", o, u, orders, users)
	}
}

func insert(ctx context.Context, tx storage.Tx, name string) error {
	return tx.Users().Insert(ctx, &user.User{Username: name})
}

func TestJoinCommit(t *testing.T) {
	h, ctx := newHost(t), t.Context()
	tx := h.begin()
	s := h.store.Join(tx)
	h.ok(s.Ready(ctx))
	h.ok(s.Update(ctx, func(tx storage.Tx) error { return insert(ctx, tx, "ada") }))
	h.ok(s.View(ctx, func(tx storage.Tx) error {
		if n, err := tx.Users().Count(ctx, user.Filter{}); n != 1 {
			t.Errorf("%d users, %v", n, err)
		}
		if err := insert(ctx, tx, "bob"); err == nil {
			t.Error("a View wrote")
		}
		return nil
	}))
	if err := s.Migrate(ctx); err == nil {
		t.Error("a joined store migrated")
	}
	h.ok(s.Close())
	h.ok(tx.Commit())
	h.has(1, 1)
}

func TestJoinRollback(t *testing.T) {
	h, ctx := newHost(t), t.Context()
	tx := h.begin()
	h.ok(h.store.Join(tx).Update(ctx, func(tx storage.Tx) error { return insert(ctx, tx, "ada") }))
	h.ok(tx.Rollback())
	h.has(0, 0)
}

// A failed Update takes back its own part, and the host goes on.
func TestJoinPartly(t *testing.T) {
	h, ctx := newHost(t), t.Context()
	tx := h.begin()
	s := h.store.Join(tx)
	h.ok(s.Update(ctx, func(tx storage.Tx) error { return insert(ctx, tx, "ada") }))

	if err := s.Update(ctx, func(tx storage.Tx) error { return errors.Join(insert(ctx, tx, "bob"), errOwn) }); !errors.Is(err, errOwn) {
		t.Error(err)
	}
	func() {
		defer func() {
			if recover() != "out" {
				t.Error("no panic")
			}
		}()
		_ = s.Update(ctx, func(tx storage.Tx) error { h.ok(insert(ctx, tx, "bob")); panic("out") })
	}()
	ending, cancel := context.WithCancel(ctx)
	err := s.Update(ending, func(tx storage.Tx) error { defer cancel(); return insert(ctx, tx, "bob") })
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	var kept storage.Tx
	h.ok(s.Update(ctx, func(tx storage.Tx) error { kept = tx; return nil }))
	if err := insert(ctx, kept, "bob"); err == nil {
		t.Error("wrote after the end")
	}
	h.ok(s.View(ctx, func(tx storage.Tx) error { kept = tx; return nil }))
	if _, err := kept.Users().Count(ctx, user.Filter{}); err == nil {
		t.Error("read after the end")
	}
	h.ok(tx.Commit())
	h.has(1, 1)
}

// What cannot be taken back must not go unsaid.
func TestJoinLost(t *testing.T) {
	h, ctx := newHost(t), t.Context()
	tx := h.begin()
	err := h.store.Join(tx).Update(ctx, func(ours storage.Tx) error {
		h.ok(insert(ctx, ours, "ada"))
		_, err := tx.ExecContext(ctx, "RELEASE SAVEPOINT helpdesk_1")
		return errors.Join(err, errOwn)
	})
	if !errors.Is(err, errOwn) || errors.Unwrap(err) != nil {
		t.Errorf("error is %v, want one of two", err)
	}
	h.ok(tx.Rollback())
	h.has(0, 0)

	err = h.store.Join(tx).Update(ctx, func(storage.Tx) error { return nil })
	if !errors.Is(err, sql.ErrTxDone) {
		t.Errorf("after the end: %v", err)
	}
	tx = h.begin()
	err = h.store.Join(tx).Update(ctx, func(storage.Tx) error { return errors.Join(tx.Rollback(), errOwn) })
	if !errors.Is(err, errOwn) {
		t.Error(err)
	}
	h.has(0, 0)
}

// Without BEGIN IMMEDIATE the host's transaction finds the database busy when we write in it.
func TestJoinBusy(t *testing.T) {
	ctx, db := t.Context(), pool(t, "_foreign_keys=1&_journal_mode=WAL&_busy_timeout=1")
	h := &host{T: t, db: db, store: sqlite.New(db)}
	h.ok(h.store.Migrate(ctx))
	writer, err := db.Conn(ctx)
	h.ok(err)
	defer writer.Close()
	run(t, writer, "BEGIN IMMEDIATE")
	tx, err := db.BeginTx(ctx, nil)
	h.ok(err)
	runs := 0
	err = h.store.Join(tx).Update(ctx, func(tx storage.Tx) error { runs++; return insert(ctx, tx, "ada") })
	if !errors.Is(err, storage.ErrBusy) || runs != 1 {
		t.Errorf("%d runs, error %v", runs, err)
	}
	h.ok(tx.Rollback())
	run(t, writer, "ROLLBACK")
}

// TestJoinRefusesToLeaveOrphans: without foreign keys a queue would be deleted from
// under its tickets, whichever store joins.
func TestJoinRefusesToLeaveOrphans(t *testing.T) {
	ctx, path := t.Context(), filepath.Join(t.TempDir(), "desk.db")
	opened, err := sqlite.Open(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	if err := opened.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	for params, want := range map[string]string{
		"_txlock=immediate": "add _foreign_keys=1",
		"_txlock=immediate&_foreign_keys=1&_defer_fk=true": "turn PRAGMA defer_foreign_keys off",
		"_txlock=immediate&_foreign_keys=1":                "",
	} {
		db, err := sql.Open("sqlite3", "file:"+path+"?"+params)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		for name, s := range map[string]*sqlite.Store{"Open": opened, "New": sqlite.New(db)} {
			tx, err := db.BeginTx(ctx, nil)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(params, "_defer_fk") { // it lasts for one transaction
				if _, err := tx.ExecContext(ctx, "PRAGMA defer_foreign_keys=1"); err != nil {
					t.Fatal(err)
				}
			}
			joined := s.Join(tx)
			update := joined.Update(ctx, func(storage.Tx) error { return nil })
			for call, err := range map[string]error{"Update": update, "Ready": joined.Ready(ctx)} {
				if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
					t.Errorf("%s, a store of %s, %s: %v", params, name, call, err)
				}
			}
			if err := tx.Rollback(); err != nil {
				t.Error(err)
			}
		}
	}
}

// TestUpdatesOfAJoinedStoreNest has an Update call others of the same Store: their
// savepoints have names of their own.
func TestUpdatesOfAJoinedStoreNest(t *testing.T) {
	t.Parallel()
	h, ctx := newHost(t), t.Context()
	tx := h.begin()
	joined := h.store.Join(tx)
	err := joined.Update(ctx, func(outer storage.Tx) error {
		h.ok(insert(ctx, outer, "outer"))
		err := joined.Update(ctx, func(inner storage.Tx) error { return errors.Join(insert(ctx, inner, "gone"), errOwn) })
		if !errors.Is(err, errOwn) {
			t.Errorf("the error is %v", err)
		}
		h.ok(joined.Update(ctx, func(inner storage.Tx) error { return insert(ctx, inner, "inner") }))
		return outer.Savepoint(ctx, func() error { return insert(ctx, outer, "last") })
	})
	h.ok(err)
	h.ok(tx.Commit())
	h.has(1, 3)
}
