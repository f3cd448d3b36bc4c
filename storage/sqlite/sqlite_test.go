package sqlite_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"flag"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/iotest"

	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/storage/sqlite"
	"github.com/go-helpdesk/helpdesk/storage/storagetest"
	"github.com/go-helpdesk/helpdesk/ticket"
)

func init() {
	flag.IntVar(&storagetest.Rounds, "rounds", storagetest.Rounds, "how often each goroutine of the tests of concurrency does what it does")
}

func open(t testing.TB, opts ...sqlite.Option) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "desk.db"), opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() }) // twice is fine
	return s
}

// pool is one of the host's own.
func pool(t testing.TB, params string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(t.TempDir(), "host.db")+"?"+params)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

const hostParams = "_foreign_keys=1&_journal_mode=WAL&_busy_timeout=2000"

func TestOpen(t *testing.T) {
	storagetest.Run(t, func(t testing.TB) storage.Store { return open(t) })
}

func TestNew(t *testing.T) {
	storagetest.Run(t, func(t testing.TB) storage.Store { return sqlite.New(pool(t, hostParams)) })
}

func TestPaths(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	for _, name := range []string{"plain.db", "a b?c#d%41&e=f;g.db", "é😀.db", "mode=ro", "x?mode=memory"} {
		path := filepath.Join(dir, name)
		s, err := sqlite.Open(ctx, path)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if err := errors.Join(s.Migrate(ctx), s.Ready(ctx), s.Close()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := os.Stat(path); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, path := range []string{"", ":memory:", "file:x.db", "a\x00b", filepath.Join(dir, "none", "x.db"), dir} {
		if _, err := sqlite.Open(ctx, path); err == nil {
			t.Errorf("%q: opened", path)
		}
	}
}

func TestRelativePath(t *testing.T) {
	t.Chdir(t.TempDir())
	s, err := sqlite.Open(t.Context(), "c:x?.db")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat("c:x?.db"); err != nil {
		t.Error(err)
	}
}

func TestHostPoolStays(t *testing.T) {
	ctx, db := t.Context(), pool(t, hostParams)
	db.SetMaxOpenConns(3)
	s := sqlite.New(db)
	if err := errors.Join(s.Migrate(ctx), s.Ready(ctx), s.Close()); err != nil {
		t.Fatal(err)
	}
	if err := db.PingContext(ctx); err != nil {
		t.Errorf("after Close: %v", err)
	}
	if got := db.Stats().MaxOpenConnections; got != 3 {
		t.Errorf("%d connections at most, want 3", got)
	}
}

func TestForeignKeysOff(t *testing.T) {
	ctx, db := t.Context(), pool(t, "_journal_mode=WAL")
	s := sqlite.New(db)
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	nothing := func(storage.Tx) error { return nil }
	for call, err := range map[string]error{
		"Migrate": s.Migrate(ctx), "Ready": s.Ready(ctx), "Update": s.Update(ctx, nothing), "Join": s.Join(tx).Update(ctx, nothing),
	} {
		if err == nil || !strings.Contains(err.Error(), "_foreign_keys=1") {
			t.Errorf("%s: %v", call, err)
		}
	}
	if err := tx.Rollback(); err != nil {
		t.Error(err)
	}
	if err := sqlite.New(pool(t, "_foreign_keys=maybe")).Ready(ctx); err == nil {
		t.Error("over a pool without connections: no error")
	}
}

func TestMigrations(t *testing.T) {
	ctx, db := t.Context(), pool(t, hostParams)
	files, err := fs.Glob(sqlite.Migrations(), "*.sql")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, name := range files { // as a host's own tool does
		text, err := fs.ReadFile(sqlite.Migrations(), name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.ExecContext(ctx, string(text)); err != nil {
			t.Fatal(name, err)
		}
	}
	s := sqlite.New(db)
	if err := errors.Join(s.Ready(ctx), s.Migrate(ctx)); err != nil {
		t.Error(err)
	}
}

// Two processes that start at once both migrate.
func TestMigrateTogether(t *testing.T) {
	path := filepath.Join(t.TempDir(), "desk.db")
	failures := make(chan error)
	for range 4 {
		go func() {
			s, err := sqlite.Open(t.Context(), path)
			if err == nil {
				err = errors.Join(s.Migrate(t.Context()), s.Ready(t.Context()), s.Close())
			}
			failures <- err
		}()
	}
	for range 4 {
		if err := <-failures; err != nil {
			t.Error(err)
		}
	}
}

func TestStatementsPerList(t *testing.T) {
	ctx := t.Context()
	var statements atomic.Int64
	s := open(t, sqlite.Observe(func(_ context.Context, s storage.Statement) {
		if strings.HasPrefix(s.Query, "SELECT") {
			statements.Add(1)
		}
	}))
	list := func(want int) (n int64) {
		err := s.View(ctx, func(tx storage.Tx) error {
			statements.Store(0)
			found, err := tx.Tickets().List(ctx, ticket.Query{Scope: ticket.Scope{All: true}, Limit: 100})
			if len(found) != want {
				t.Errorf("%d tickets, want %d", len(found), want)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
		return statements.Load()
	}
	if err := s.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	addTickets(t, s, 1)
	one := list(1)
	addTickets(t, s, 99)
	if many := list(100); many != one || one != 2 {
		t.Errorf("%d statements for one ticket, %d for a hundred", one, many)
	}
}

func addTickets(t *testing.T, s storage.Store, n int) {
	t.Helper()
	err := s.Update(t.Context(), func(tx storage.Tx) error {
		q := &ticket.Queue{Slug: strings.Repeat("x", n)}
		err := tx.Queues().Insert(t.Context(), q)
		for range n {
			err = errors.Join(err, tx.Tickets().Insert(t.Context(), &ticket.Ticket{QueueID: q.ID}, nil))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A reader that fails leaves no chunk of what came before.
func TestFailedReader(t *testing.T) {
	ctx, db := t.Context(), pool(t, hostParams)
	s := sqlite.New(db)
	if err := s.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	err := s.Update(ctx, func(tx storage.Tx) error {
		r := io.MultiReader(bytes.NewReader(make([]byte, 600_000)), iotest.ErrReader(io.ErrUnexpectedEOF))
		if _, _, err := tx.Files().Put(ctx, r); err != io.ErrUnexpectedEOF {
			t.Errorf("error is %v", err)
		}
		return nil
	})
	var chunks int
	err = errors.Join(err, db.QueryRowContext(ctx, "SELECT COUNT(*) FROM helpdesk_content").Scan(&chunks))
	if err != nil || chunks != 0 {
		t.Errorf("%d chunks, %v", chunks, err)
	}
}
