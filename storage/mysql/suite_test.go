package mysql_test

import (
	"database/sql"
	"flag"
	"testing"

	"github.com/go-helpdesk/helpdesk/internal/mariadb"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/storage/mysql"
	"github.com/go-helpdesk/helpdesk/storage/storagetest"
)

func init() {
	flag.IntVar(&storagetest.Rounds, "rounds", storagetest.Rounds, "how often each goroutine of the tests of concurrency does what it does")
}

// open returns a store over a new database.
func open(t testing.TB, opts ...mysql.Option) *mysql.Store {
	t.Helper()
	return openDSN(t, mariadb.Database(t), opts...)
}

func openDSN(t testing.TB, dsn string, opts ...mysql.Option) *mysql.Store {
	t.Helper()
	s, err := mysql.Open(t.Context(), dsn, opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// pool is a host's.
func pool(t testing.TB, dsn string) *sql.DB {
	t.Helper()
	db, err := sql.Open("mysql", dsn)
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

func TestSuiteOpen(t *testing.T) {
	storagetest.Run(t, func(t testing.TB) storage.Store { return open(t) })
}

func TestSuiteNew(t *testing.T) {
	storagetest.Run(t, func(t testing.TB) storage.Store { return mysql.New(pool(t, mariadb.Database(t))) })
}
