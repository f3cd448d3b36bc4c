package mysql_test

import (
	"context"
	"database/sql"
	"flag"
	"strings"
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
	storagetest.Run(t, func(t testing.TB) storage.Store {
		dsn := mariadb.Database(t)
		return copying(t, mysql.New(pool(t, dsn)), dsn)
	})
}

// copying returns a Store whose Migrate copies the schema that another test has made,
// unless the test is of Migrate.
func copying(t testing.TB, s storage.Store, dsn string) storage.Store {
	t.Helper()
	if strings.HasSuffix(t.Name(), "/Migrate") {
		return s
	}
	return copier{s, dsn}
}

type copier struct {
	storage.Store
	dsn string
}

func (s copier) Migrate(ctx context.Context) error {
	return mariadb.Schema(ctx, s.dsn, s.Store.Migrate)
}

// TestACopiedSchemaIsTheSame as one that was migrated, with as many rows.
func TestACopiedSchemaIsTheSame(t *testing.T) {
	t.Parallel()
	var made [3]string // by migrating twice, should no other test have, and by copying
	for i := range made {
		dsn := mariadb.Database(t)
		s := openDSN(t, dsn)
		migrate := s.Migrate
		if i > 0 {
			migrate = copier{s, dsn}.Migrate
		}
		check(t, migrate(t.Context()))
		check(t, s.Ready(t.Context()))
		var err error
		made[i], err = mariadb.Describe(t.Context(), dsn)
		check(t, err)
	}
	if made[0] == "" || made[1] != made[0] || made[2] != made[0] {
		t.Errorf("migrated:\n%s\nfirst:\n%s\ncopied:\n%s", made[0], made[1], made[2])
	}
}
