package mysql_test

import (
	"database/sql"
	"errors"
	"io/fs"
	"strings"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk/internal/mariadb"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/storage/mysql"
)

func execute(t *testing.T, db *sql.DB, queries ...string) {
	t.Helper()
	for _, query := range queries {
		if _, err := db.ExecContext(t.Context(), query); err != nil {
			t.Fatal(err)
		}
	}
}

// Replicas of a program that start at once all migrate.
func TestMigrateTogether(t *testing.T) {
	dsn := mariadb.Database(t)
	failures := make(chan error)
	for range 4 {
		s := openDSN(t, dsn)
		go func() { failures <- errors.Join(s.Migrate(t.Context()), s.Ready(t.Context())) }()
	}
	for range 4 {
		if err := <-failures; err != nil {
			t.Error(err)
		}
	}
}

// As a host's own tool does.
func TestMigrations(t *testing.T) {
	ctx, db := t.Context(), pool(t, mariadb.Database(t)+"?multiStatements=true")
	files, err := fs.Glob(mysql.Migrations(), "*.sql")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, name := range files {
		text, err := fs.ReadFile(mysql.Migrations(), name)
		if err != nil {
			t.Fatal(err)
		}
		execute(t, db, string(text))
	}
	s := mysql.New(db)
	if err := errors.Join(s.Ready(ctx), s.Migrate(ctx), s.Ready(ctx)); err != nil {
		t.Error(err)
	}
}

// A process that ended in the middle of a migration has left a table behind.
func TestHalfApplied(t *testing.T) {
	ctx, db := t.Context(), pool(t, mariadb.Database(t))
	execute(t, db, "CREATE TABLE helpdesk_user (id BIGINT PRIMARY KEY)")
	s := mysql.New(db, mysql.Patience(time.Millisecond))
	if err := s.Migrate(ctx); err == nil || !strings.Contains(err.Error(), "0001_initial.up.sql") {
		t.Errorf("error is %v", err)
	}
	for call, err := range map[string]error{"Ready": s.Ready(ctx), "Migrate": s.Migrate(ctx)} {
		if !errors.Is(err, storage.ErrSchema) || !strings.Contains(err.Error(), "version 1 was begun and has not ended") {
			t.Errorf("%s: %v", call, err)
		}
	}
	execute(t, db, "DROP TABLE helpdesk_user", "DROP TABLE helpdesk_migration", "DELETE FROM helpdesk_migrating")
	if err := errors.Join(s.Migrate(ctx), s.Ready(ctx)); err != nil {
		t.Error(err)
	}
	execute(t, db, "INSERT INTO helpdesk_migrating VALUES (1)") // it ended before it could say so
	if err := errors.Join(s.Ready(ctx), s.Migrate(ctx)); err != nil {
		t.Error(err)
	}
}

// Whoever waits for a migration sees its end, also through another server of a
// cluster, where the lock is another.
func TestWaitsForAMigration(t *testing.T) {
	ctx, db := t.Context(), pool(t, mariadb.Database(t))
	s := mysql.New(db)
	execute(t, db, "CREATE TABLE helpdesk_migrating (version BIGINT PRIMARY KEY)", "INSERT INTO helpdesk_migrating VALUES (1)")
	done := make(chan error)
	go func() { done <- s.Migrate(ctx) }()
	time.Sleep(50 * time.Millisecond)
	execute(t, db, "DELETE FROM helpdesk_migrating")
	if err := errors.Join(<-done, s.Ready(ctx)); err != nil {
		t.Error(err)
	}
}

func TestSchemaOfNewerCode(t *testing.T) {
	ctx, db := t.Context(), pool(t, mariadb.Database(t))
	s := mysql.New(db)
	if err := s.Ready(ctx); !errors.Is(err, storage.ErrSchema) || !strings.Contains(err.Error(), "call Migrate") {
		t.Errorf("without a schema: %v", err)
	}
	if err := s.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	execute(t, db, "INSERT INTO helpdesk_migration (version, name) VALUES (99, 'later')")
	if err := s.Ready(ctx); !errors.Is(err, storage.ErrSchema) || !strings.Contains(err.Error(), "newer code") {
		t.Errorf("newer: %v", err)
	}
}
