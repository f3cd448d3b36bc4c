package migrations

import (
	"context"
	"database/sql"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
)

// Goose applies the migrations that are still to come with goose. The dialect is
// database.DialectSQLite3 or database.DialectMySQL.
func Goose(ctx context.Context, db *sql.DB, dialect database.Dialect, files fs.FS) error {
	table, err := database.NewStore(dialect, "helpdesk_goose")
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider("", db, files, goose.WithStore(table))
	if err != nil {
		return err
	}
	_, err = provider.Up(ctx)
	return err
}
