package migrations

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"

	"github.com/golang-migrate/migrate/v4"
	"github.com/golang-migrate/migrate/v4/database"
	"github.com/golang-migrate/migrate/v4/database/mysql"
	"github.com/golang-migrate/migrate/v4/database/sqlite3"
	"github.com/golang-migrate/migrate/v4/source/iofs"
)

// GolangMigrateSQLite applies the migrations that are still to come with
// golang-migrate.
func GolangMigrateSQLite(db *sql.DB, files fs.FS) error {
	driver, err := sqlite3.WithInstance(db, &sqlite3.Config{MigrationsTable: "helpdesk_migrate"})
	if err != nil {
		return err
	}
	return golangMigrate("sqlite3", driver, files)
}

// GolangMigrateMySQL applies the migrations that are still to come with
// golang-migrate. The data source name of db says multiStatements=true.
func GolangMigrateMySQL(ctx context.Context, db *sql.DB, files fs.FS) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	driver, err := mysql.WithConnection(ctx, conn, &mysql.Config{MigrationsTable: "helpdesk_migrate"})
	if err != nil {
		return err
	}
	return golangMigrate("mysql", driver, files)
}

// golangMigrate does not close the driver, which would close the host's pool.
func golangMigrate(name string, driver database.Driver, files fs.FS) error {
	source, err := iofs.New(files, ".")
	if err != nil {
		return err
	}
	defer source.Close()
	m, err := migrate.NewWithInstance("iofs", source, name, driver)
	if err != nil {
		return err
	}
	if err := m.Up(); err != nil && !errors.Is(err, migrate.ErrNoChange) {
		return err
	}
	return nil
}
