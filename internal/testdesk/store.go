package testdesk

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/go-helpdesk/helpdesk/internal/mariadb"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/storage/mysql"
	"github.com/go-helpdesk/helpdesk/storage/sqlite"
)

// OpenStore returns a migrated store on a new database, which is removed after the test.
// It calls the observers after every statement.
func OpenStore(t testing.TB, observers ...func(query string)) storage.Store {
	t.Helper()
	name := Database(t)
	if path, ok := strings.CutPrefix(name, "sqlite:"); ok {
		template, err := migrated()
		if err == nil {
			err = os.WriteFile(path, template, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		return openOn(t, name, observers)
	}
	store := openOn(t, name, observers)
	if err := mariadb.Schema(t.Context(), strings.TrimPrefix(name, "mysql:"), store.Migrate); err != nil {
		t.Fatal(err)
	}
	return store
}

// migrated is a database file of SQLite with the schema. To copy it is quicker than to
// migrate.
var migrated = sync.OnceValues(func() (file []byte, err error) {
	dir, err := os.MkdirTemp("", "helpdesk-template-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	path := filepath.Join(dir, "helpdesk.db")
	store, err := sqlite.Open(context.Background(), path)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(store.Migrate(context.Background()), store.Close()); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// Database makes a new database, which is removed after the test, and returns its name with
// the prefix sqlite: or mysql:.
func Database(t testing.TB) string {
	t.Helper()
	switch kind := os.Getenv("HELPDESK_TEST_STORE"); kind {
	case "", "sqlite":
		return "sqlite:" + filepath.Join(t.TempDir(), "helpdesk.db")
	case "mysql":
		return "mysql:" + mariadb.Database(t)
	default:
		t.Fatalf("HELPDESK_TEST_STORE is %q; it may be sqlite or mysql", kind)
		return ""
	}
}

type unobserved struct{}

// Unobserved returns a context for statements of which the observers of OpenStore are not
// told.
func Unobserved(ctx context.Context) context.Context {
	return context.WithValue(ctx, unobserved{}, true)
}

// OpenEmpty is OpenStore without a schema.
func OpenEmpty(t testing.TB, observers ...func(query string)) storage.Store {
	t.Helper()
	return openOn(t, Database(t), observers)
}

// openOn opens a store on a database, and closes it after the test.
func openOn(t testing.TB, database string, observers []func(query string)) (store storage.Store) {
	t.Helper()
	observe := func(ctx context.Context, s storage.Statement) {
		if ctx.Value(unobserved{}) != nil {
			return
		}
		for _, fn := range observers {
			fn(s.Query)
		}
	}
	kind, name, _ := strings.Cut(database, ":")
	var err error
	if kind == "mysql" {
		store, err = mysql.Open(t.Context(), name, mysql.Connections(8), mysql.Observe(observe))
	} else {
		store, err = sqlite.Open(t.Context(), name, sqlite.Observe(observe))
	}
	if err != nil {
		t.Fatal(err)
	}
	closeAfter(t, store)
	return store
}

// OpenOld returns a store on a new database with the schema of the first version
// migrations, as a tool of the host's would have applied them. It also returns how many
// migrations there are.
func OpenOld(t testing.TB, version int) (store storage.Store, newest int) {
	t.Helper()
	kind, name, _ := strings.Cut(Database(t), ":")
	driver, dsn, files := "sqlite3", "file:"+name+"?_foreign_keys=1&_journal_mode=WAL", sqlite.Migrations()
	if kind == "mysql" {
		driver, dsn, files = kind, name+"?multiStatements=true", mysql.Migrations()
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	closeAfter(t, db)
	names, err := fs.Glob(files, "*.up.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names[:version] {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.ExecContext(t.Context(), string(text)); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	store = sqlite.New(db)
	if kind == "mysql" {
		store = mysql.New(db)
	}
	return store, len(names)
}

// Joiner is a store that also works inside a host's transaction.
type Joiner interface {
	storage.Store
	Join(*sql.Tx) storage.Store
}

// OpenHost returns a host's pool of connections to a new database, and a
// migrated store on it.
func OpenHost(t testing.TB) (*sql.DB, Joiner) {
	t.Helper()
	kind, name, _ := strings.Cut(Database(t), ":")
	driver, dsn := "sqlite3", "file:"+name+"?_foreign_keys=1&_journal_mode=WAL&_busy_timeout=5000&_txlock=immediate"
	if kind == "mysql" {
		driver, dsn = kind, name
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	closeAfter(t, db)
	var store Joiner = sqlite.New(db)
	if kind == "mysql" {
		store = mysql.New(db)
	}
	if err := store.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return db, store
}

func closeAfter(t testing.TB, c io.Closer) {
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
}
