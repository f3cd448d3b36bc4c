package sqlite_test

import (
	"database/sql"
	"path/filepath"
	"testing"

	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/storage/sqlite"
	"github.com/go-helpdesk/helpdesk/storage/storagetest"
)

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
