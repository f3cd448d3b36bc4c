package storage

import (
	"context"
	"errors"
	"time"
)

// Errors that a Store returns, wrapped with what happened. Compare with errors.Is.
var (
	// ErrNotFound: there is no such row, or it is out of scope.
	ErrNotFound = errors.New("not found")

	// ErrDuplicate: a unique name is already taken.
	ErrDuplicate = errors.New("already exists")

	// ErrReferenced: a row that is referred to does not exist, or the row to delete is
	// still referred to.
	ErrReferenced = errors.New("broken reference")

	// ErrBusy: the database could not run the transaction, retries included. Try later.
	ErrBusy = errors.New("database busy")

	// ErrFull: there is no room left on a disk. Nothing was written.
	ErrFull = errors.New("no room left on the disk")

	// ErrUnknownOutcome: the connection was lost while the transaction was being
	// committed, so nobody can say whether it was. Update does not run it again:
	// look for its effect first.
	ErrUnknownOutcome = errors.New("lost the connection during the commit: it may have happened")

	// ErrTooLarge: the first element of a list is larger than the bound of the
	// query. The transaction goes on.
	ErrTooLarge = errors.New("larger than the bound of the query")

	// ErrUnreadable: a row has a value that this version cannot read. The text does not say
	// what the value is.
	ErrUnreadable = errors.New("a row that this version cannot read")

	// ErrSchema: the schema is older or newer than this code; the text says what to do.
	ErrSchema = errors.New("wrong schema version")
)

// Store is a database that keeps a desk. It is safe for concurrent use. View,
// Read and Update return an error wrapping ErrSchema, and do not run fn, when the
// database does not have the schema that this code needs.
type Store interface {
	// View runs fn on a snapshot: one consistent state of the database. It never
	// writes. It returns fn's error, and may run fn again when its first read failed.
	View(ctx context.Context, fn func(Tx) error) error

	// Read runs fn without a transaction: each read in it sees the newest committed
	// state by itself. It never writes. For a single read it does as well as View,
	// and costs less. It returns fn's error, and may run fn again.
	Read(ctx context.Context, fn func(Tx) error) error

	// Update runs fn in a writing transaction. It commits when fn returns nil. It
	// rolls back when fn returns an error or panics, or when ctx ends before the
	// commit. It may run fn again after a deadlock, a busy database or a failed
	// certification, so fn must change nothing but the Tx and variables that it
	// assigns each time. It returns the last error of fn as it is.
	//
	// A Store may let Updates that come at the same time share one commit, each in a
	// savepoint of its own. Under a context of Alone an Update never shares one.
	Update(ctx context.Context, fn func(Tx) error) error

	// Nouns returns a Tx outside of any transaction, from which helpdesk.New learns
	// which nouns the Store keeps: those whose methods do not return nil. Nothing is
	// read or written through it, and Nouns does not use the database.
	Nouns() Tx

	// Sweep deletes the content of files that no attachment names and that was stored
	// longer ago than grace. It returns how many files it deleted. A crash, or a host
	// that rolls a joined transaction back, may leave such content. Grace must be
	// longer than the longest transaction; a day is plenty. Sweep works in small
	// transactions, and several processes may call it at once.
	Sweep(ctx context.Context, grace time.Duration) (removed int, err error)

	// Migrate brings the schema up to date. It does nothing when it already is.
	// Several processes may call it at once.
	Migrate(ctx context.Context) error

	// Ready returns nil when the database answers and has the schema that this
	// code needs, an error wrapping ErrSchema when it has another.
	Ready(ctx context.Context) error

	// Close closes the connections that the Store opened. A pool of the host's stays
	// open.
	Close() error
}
