package sqlite_test

import (
	"database/sql"
	"path/filepath"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk/storage/sqlite"
	"github.com/go-helpdesk/helpdesk/storage/storagetest"
)

// stopped is a statement timeout that ends while a long list is read.
const stopped = time.Millisecond

func TestSlowLists(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "desk.db")
	db, err := sql.Open("sqlite3", "file:"+path+"?"+hostParams)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	open := func(opts ...sqlite.Option) *sqlite.Store {
		s, err := sqlite.Open(t.Context(), path, opts...)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		return s
	}
	storagetest.SlowLists(t, open(sqlite.StatementTimeout(stopped)), open(), db)
}

func TestSlowListsOfAHost(t *testing.T) {
	t.Parallel()
	db := pool(t, hostParams)
	storagetest.SlowLists(t, sqlite.New(db, sqlite.StatementTimeout(stopped)), sqlite.New(db), db)
}
