package mariadb

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"sync"

	"github.com/go-sql-driver/mysql"
)

// schema is what the first migration of this process made: a text that makes the same in
// an empty database, and its arguments.
var schema struct {
	sync.Mutex
	text string
	args []any
}

// Schema makes the tables and rows that migrate makes. Every call in a process must pass
// the same migration. The first call runs it and keeps a copy of what it made. Later calls
// use the copy, which takes a third of the time. They run migrate if the database is not
// empty.
func Schema(ctx context.Context, dsn string, migrate func(context.Context) error) error {
	db, err := openTogether(dsn)
	if err != nil {
		return err
	}
	defer db.Close()
	schema.Lock()
	text, args := schema.text, schema.args
	schema.Unlock()
	if text != "" {
		if _, err := db.ExecContext(ctx, text, args...); err == nil {
			return nil
		}
	}
	if err := migrate(ctx); err != nil || text != "" {
		return err
	}
	if text, args, err = describe(ctx, db); err != nil {
		return err
	}
	schema.Lock()
	defer schema.Unlock()
	schema.text, schema.args = text, args
	return nil
}

// Describe returns the statements that make the tables of a database and their rows,
// without the values of these.
func Describe(ctx context.Context, dsn string) (string, error) {
	db, err := openTogether(dsn)
	if err != nil {
		return "", err
	}
	defer db.Close()
	text, _, err := describe(ctx, db)
	return text, err
}

// openTogether opens a database for several statements at once.
func openTogether(dsn string) (*sql.DB, error) {
	c, err := mysql.ParseDSN(dsn)
	if err != nil {
		return nil, err
	}
	c.MultiStatements, c.InterpolateParams = true, true
	connector, err := mysql.NewConnector(c)
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(connector), nil
}

// describe returns the text that makes the tables of a database and their rows.
func describe(ctx context.Context, db *sql.DB) (text string, args []any, err error) {
	tables, err := column(ctx, db, "SHOW TABLES", 1)
	if err != nil {
		return "", nil, err
	}
	all := []string{"SET foreign_key_checks = 0"} // their order does not matter
	for _, table := range tables {
		create, err := column(ctx, db, "SHOW CREATE TABLE "+table, 2)
		if err != nil {
			return "", nil, err
		}
		all = append(all, create...)
	}
	for _, table := range tables {
		rows, err := rowsOf(ctx, db, "SELECT * FROM "+table)
		if err != nil {
			return "", nil, err
		}
		for _, row := range rows {
			all = append(all, "INSERT INTO "+table+" VALUES (?"+strings.Repeat(",?", len(row)-1)+")")
			args = append(args, row...)
		}
	}
	return strings.Join(all, ";"), args, nil
}

// column returns the texts in a column, counted from 1.
func column(ctx context.Context, db *sql.DB, query string, n int) (texts []string, err error) {
	rows, err := rowsOf(ctx, db, query)
	for _, row := range rows {
		text, ok := row[n-1].([]byte)
		if !ok {
			return nil, errors.New(query + ": no text")
		}
		texts = append(texts, string(text))
	}
	return texts, err
}

func rowsOf(ctx context.Context, db *sql.DB, query string) (all [][]any, err error) {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	for rows.Next() {
		row, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range row {
			into[i] = &row[i]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		all = append(all, row)
	}
	return all, rows.Err()
}
