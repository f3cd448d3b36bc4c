package sqlstore

import (
	"context"
	"database/sql"
	"io/fs"
	"time"
)

// Dialect is what databases do differently.
type Dialect struct {
	Begin     string // starts a writing transaction
	BeginRead string // starts a transaction that sees one state of the database
	ForUpdate string // what a SELECT ends with to lock its rows

	// TableExists counts the tables with the name that is its one argument.
	TableExists string

	// Error adds a sentinel of package storage to the driver's errors it has
	// one for. ErrBusy means that the transaction may be run again.
	Error func(error) error

	// InsertedIDs returns the first ID and the step between IDs of n rows that
	// one statement inserted, from what LastInsertId said.
	InsertedIDs func(last int64, n int) (first, step int64)
}

// Options are what a Store is made of.
type Options struct {
	Dialect    Dialect
	Migrations fs.FS   // files named 0001_name.sql at its root
	Write      *sql.DB // for Update
	Read       *sql.DB // for View; may be Write

	// Check, when set, refuses a connection that does not do what this package
	// relies on. It is asked before each writing transaction.
	Check func(context.Context, Conn) error

	// Observe, when set, is told every statement before it runs, from the
	// goroutine that runs it.
	Observe func(query string)

	// Patience is how long Update keeps trying on a busy database; 10 seconds
	// when 0.
	Patience time.Duration
}

// Conn is the part of *sql.Conn and *sql.Tx that statements run on.
type Conn interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}
