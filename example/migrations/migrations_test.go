package migrations_test

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/go-sql-driver/mysql" // the driver "mysql"
	_ "github.com/mattn/go-sqlite3"    // the driver "sqlite3"
	"github.com/pressly/goose/v3/database"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/example/migrations"
	"github.com/go-helpdesk/helpdesk/internal/mariadb"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/storage/mysql"
	"github.com/go-helpdesk/helpdesk/storage/sqlite"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// tool makes the schema, or brings it up to date.
type tool func(context.Context, *sql.DB) error

// TestTools is on the database of HELPDESK_TEST_STORE: a tool makes the schema that
// Migrate makes, and the desk works on it.
func TestTools(t *testing.T) {
	open, tools, schema := openSQLite, toolsOfSQLite, schemaOfSQLite
	if strings.HasPrefix(testdesk.Database(t), "mysql:") {
		open, tools, schema = openMySQL, toolsOfMySQL, schemaOfMySQL
	}
	for name, migrate := range tools {
		t.Run(name, func(t *testing.T) {
			migrated, store := open(t)
			makes(t, migrated, store, migrate)
			reference, store := open(t)
			if err := store.Migrate(t.Context()); err != nil {
				t.Fatal(err)
			}
			for _, query := range schema {
				same(t, migrated, reference, query)
			}
		})
	}
}

var toolsOfSQLite = map[string]tool{
	"goose": func(ctx context.Context, db *sql.DB) error {
		return migrations.Goose(ctx, db, database.DialectSQLite3, sqlite.Migrations())
	},
	"golang-migrate": func(_ context.Context, db *sql.DB) error {
		return migrations.GolangMigrateSQLite(db, sqlite.Migrations())
	},
}

var schemaOfSQLite = []string{
	"SELECT sql FROM sqlite_schema WHERE tbl_name LIKE 'helpdesk%' " +
		"AND tbl_name NOT IN ('helpdesk_goose', 'helpdesk_migrate') ORDER BY name",
}

func openSQLite(t *testing.T) (*sql.DB, storage.Store) {
	db := pool(t, "sqlite3", "file:"+filepath.Join(t.TempDir(), "host.db")+"?_foreign_keys=1&_journal_mode=WAL")
	return db, sqlite.New(db)
}

var toolsOfMySQL = map[string]tool{
	"goose": func(ctx context.Context, db *sql.DB) error {
		return migrations.Goose(ctx, db, database.DialectMySQL, mysql.Migrations())
	},
	"golang-migrate": func(ctx context.Context, db *sql.DB) error {
		return migrations.GolangMigrateMySQL(ctx, db, mysql.Migrations())
	},
}

const inSchema = " WHERE table_schema = DATABASE() " +
	"AND table_name NOT IN ('helpdesk_goose', 'helpdesk_migrate', 'helpdesk_migrating') ORDER BY 1"

var schemaOfMySQL = []string{
	"SELECT CONCAT_WS(' ', table_name, column_name, column_type, is_nullable, column_default, collation_name, extra) " +
		"FROM information_schema.columns" + inSchema,
	"SELECT CONCAT_WS(' ', table_name, index_name, seq_in_index, column_name, non_unique, sub_part) " +
		"FROM information_schema.statistics" + inSchema,
}

func openMySQL(t *testing.T) (*sql.DB, storage.Store) {
	db := pool(t, "mysql", mariadb.Database(t)+"?multiStatements=true&parseTime=true")
	return db, mysql.New(db)
}

// makes has a tool make the schema, twice, and uses it.
func makes(t *testing.T, db *sql.DB, store storage.Store, migrate tool) {
	t.Helper()
	ctx := t.Context()
	desk, err := helpdesk.New(store, helpdesk.Config{})
	if err != nil {
		t.Fatal(err)
	}
	if err := desk.Ready(ctx); !errors.Is(err, storage.ErrSchema) {
		t.Errorf("before: %v", err)
	}
	for range 2 {
		if err := errors.Join(migrate(ctx, db), desk.Ready(ctx), store.Migrate(ctx)); err != nil {
			t.Fatal(err)
		}
	}
	system := helpdesk.System()
	queue, err := desk.CreateQueue(ctx, system, &ticket.Queue{Title: "Support", Slug: "support"})
	if err != nil {
		t.Fatal(err)
	}
	created, err := desk.CreateTicket(ctx, system, &ticket.Ticket{QueueID: queue.ID, Title: "Printer"})
	if err != nil {
		t.Fatal(err)
	}
	if found, err := desk.Ticket(ctx, system, created.ID); err != nil || found.Title != "Printer" {
		t.Errorf("%+v, %v", found, err)
	}
}

// same fails the test unless a query has the same rows on both databases.
func same(t *testing.T, a, b *sql.DB, query string) {
	t.Helper()
	rows := func(db *sql.DB) string {
		found, err := db.QueryContext(t.Context(), query)
		if err != nil {
			t.Fatal(err)
		}
		defer found.Close()
		var all []string
		for found.Next() {
			var text sql.NullString
			if err := found.Scan(&text); err != nil {
				t.Fatal(err)
			}
			all = append(all, text.String)
		}
		if err := found.Err(); err != nil || len(all) == 0 {
			t.Fatalf("%d rows, %v", len(all), err)
		}
		return strings.Join(all, "\n")
	}
	if got, want := rows(a), rows(b); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func pool(t *testing.T, driver, name string) *sql.DB {
	t.Helper()
	db, err := sql.Open(driver, name)
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
