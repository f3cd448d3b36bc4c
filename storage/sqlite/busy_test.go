package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/storage/sqlite"
	"github.com/go-helpdesk/helpdesk/user"
)

// another returns a store, and a connection of another program to its file.
func another(t *testing.T, opts ...sqlite.Option) (*sqlite.Store, *sql.Conn) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "desk.db")
	s, err := sqlite.Open(t.Context(), path, opts...)
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite3", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(conn.Close(), db.Close(), s.Close()); err != nil {
			t.Error(err)
		}
	})
	return s, conn
}

func run(t *testing.T, conn *sql.Conn, query string) {
	t.Helper()
	if _, err := conn.ExecContext(t.Context(), query); err != nil {
		t.Error(err)
	}
}

func TestBusy(t *testing.T) {
	ctx := t.Context()
	s, conn := another(t, sqlite.Patience(150*time.Millisecond))
	add := func(tx storage.Tx) error { return insert(ctx, tx, "ada") }

	run(t, conn, "BEGIN IMMEDIATE")
	if err := s.Update(ctx, add); !errors.Is(err, storage.ErrBusy) {
		t.Errorf("error is %v", err)
	}
	if err := s.View(ctx, func(tx storage.Tx) error { _, err := tx.Users().Count(ctx, user.Filter{}); return err }); err != nil {
		t.Errorf("reading: %v", err)
	}
	run(t, conn, "ROLLBACK")
	if err := s.Update(ctx, add); err != nil {
		t.Error(err)
	}
}

func TestBusyUntilTheContextEnds(t *testing.T) {
	s, conn := another(t, sqlite.Patience(time.Hour))
	run(t, conn, "BEGIN IMMEDIATE")
	ending, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if err := s.Update(ending, func(tx storage.Tx) error { return insert(ending, tx, "ada") }); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error is %v", err)
	}
	run(t, conn, "ROLLBACK")
}

func TestWaits(t *testing.T) {
	s, conn := another(t, sqlite.Patience(time.Hour))
	run(t, conn, "BEGIN IMMEDIATE")
	var wg sync.WaitGroup
	wg.Go(func() {
		time.Sleep(250 * time.Millisecond)
		run(t, conn, "ROLLBACK")
	})
	if err := s.Update(t.Context(), func(tx storage.Tx) error { return insert(t.Context(), tx, "ada") }); err != nil {
		t.Error(err)
	}
	wg.Wait()
}

// Without WAL a reader keeps a writer from committing: all of it is done again.
func TestRunsAgain(t *testing.T) {
	ctx := t.Context()
	db := pool(t, "_foreign_keys=1&_journal_mode=DELETE&_busy_timeout=1")
	s := sqlite.New(db)
	if err := s.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	reader, err := db.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	run(t, reader, "BEGIN")
	var n int
	if err := reader.QueryRowContext(ctx, "SELECT COUNT(*) FROM helpdesk_user").Scan(&n); err != nil {
		t.Fatal(err)
	}
	runs := 0
	err = s.Update(ctx, func(tx storage.Tx) error {
		if runs++; runs == 3 {
			run(t, reader, "COMMIT")
		}
		return insert(ctx, tx, "ada")
	})
	if err != nil || runs != 3 {
		t.Errorf("%d runs, %v", runs, err)
	}
}

// Contexts that end at any moment: each transaction is whole or not there.
func TestInterrupted(t *testing.T) {
	s := open(t)
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	const each = 10
	committed, next := 0, 0
	for range 100 {
		ctx, cancel := context.WithTimeout(t.Context(), rand.N(4*time.Millisecond))
		err := s.Update(ctx, func(tx storage.Tx) error {
			for range each {
				next++
				if err := insert(ctx, tx, strconv.Itoa(next)); err != nil {
					return err
				}
			}
			return nil
		})
		cancel()
		switch {
		case err == nil:
			committed++
		case !errors.Is(err, context.DeadlineExceeded):
			t.Fatal(err)
		}
	}
	err := s.View(t.Context(), func(tx storage.Tx) error {
		users, err := tx.Users().List(t.Context(), user.Query{Limit: 10_000})
		if len(users) != committed*each {
			t.Errorf("%d users, want %d times %d", len(users), committed, each)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// Two stores on one file are as two processes.
func TestTwoStores(t *testing.T) {
	path := filepath.Join(t.TempDir(), "desk.db")
	var stores [2]*sqlite.Store
	for i := range stores {
		s, err := sqlite.Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		stores[i] = s
	}
	if err := stores[0].Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	const writers, writes = 3, 10
	count := func(tx storage.Tx) error { // one user more each time
		n, err := tx.Users().Count(t.Context(), user.Filter{})
		if err != nil {
			return err
		}
		return insert(t.Context(), tx, strconv.Itoa(n))
	}
	var wg sync.WaitGroup
	for _, s := range stores {
		for range writers {
			wg.Go(func() {
				for range writes {
					if err := s.Update(t.Context(), count); err != nil {
						t.Error(err)
					}
				}
			})
		}
	}
	wg.Wait()
	err := stores[0].View(t.Context(), func(tx storage.Tx) error {
		n, err := tx.Users().Count(t.Context(), user.Filter{})
		if n != len(stores)*writers*writes {
			t.Errorf("%d users", n)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// TestNoConnectionWithin: who waits for a connection, or for a turn to write, does not
// wait forever.
func TestNoConnectionWithin(t *testing.T) {
	ctx := t.Context()
	own, _ := another(t, sqlite.MaxWait(time.Second))
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(t.TempDir(), "host.db")+"?_foreign_keys=1")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	hosts := sqlite.New(db, sqlite.MaxWait(time.Second))
	if err := hosts.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	nothing := func(storage.Tx) error { return nil }
	busy := func(name string, err error) {
		if !errors.Is(err, storage.ErrBusy) {
			t.Errorf("%s: error is %v", name, err)
		}
	}
	for name, s := range map[string]*sqlite.Store{"own": own, "host's": hosts} {
		if err := s.Update(ctx, func(storage.Tx) error {
			busy(name+" update", s.Update(ctx, nothing))
			if s == own { // which has others to read
				return s.View(ctx, nothing)
			}
			busy(name+" view", s.View(ctx, nothing))
			busy(name+" read", s.Read(ctx, nothing))
			return nil
		}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := s.Update(ctx, nothing); err != nil {
			t.Errorf("%s afterwards: %v", name, err)
		}
	}
}
