package sqlstore

import (
	"cmp"
	"context"
	"database/sql"
	"database/sql/driver"
	"io/fs"
	"slices"
	"strconv"
	"time"

	sq "github.com/Masterminds/squirrel"

	"github.com/go-helpdesk/helpdesk/storage"
)

// Dialect is what databases do differently.
type Dialect struct {
	Begin     string // starts a writing transaction; "" where one is always open
	Commit    string // commits a writing transaction; "" is COMMIT
	BeginRead string // starts a transaction that sees one state of the database
	ForUpdate string // what a SELECT ends with to lock its rows
	ForShare  string // what a SELECT ends with to keep others from changing its rows

	// TableExists counts the tables with the name that is its one argument.
	TableExists string

	// Isolate and IsolateRead, when set, are run before Begin and BeginRead, to
	// say how the next transaction is isolated.
	Isolate     string
	IsolateRead string

	// Error adds a sentinel of package storage to the driver's errors it has
	// one for. ErrBusy means that the transaction may be run again.
	Error func(error) error

	// Limited writes a SELECT so that the server stops it after a time, with an error for
	// which TimedOut returns true. Nil is for a driver that stops a statement when its
	// context ends, and leaves the connection usable.
	Limited  func(query string, after time.Duration) string
	TimedOut func(error) bool

	// Gone, when set, reports whether an error means that the server behind the
	// connection cannot serve any more, so that it is closed.
	Gone func(error) bool

	// RolledBack, when set, reports whether an error of COMMIT means that the
	// transaction did not happen. Any other is ErrUnknownOutcome.
	RolledBack func(error) bool

	// AddCount ends an INSERT of a count: where there is one already, the new is
	// added to it.
	AddCount string

	// CountBlock is how many ids have their tickets counted together, and
	// CountShards in how many rows.
	CountBlock, CountShards int64

	// Hint has a table be read by the index whose name is its %s. A database without
	// hints has "".
	Hint string

	// Filename is the column that attachments are sorted by. It has so many bytes
	// of their names, or all when 0.
	Filename      string
	FilenameBytes int

	// Bytes is the expression for the bytes of the text %s, to be compared exactly.
	// TrimRight is the one for the text %[1]s without any %[2]s at its end.
	Bytes, TrimRight string

	// Merges says that parts of a UNION which have the order it asks for are merged,
	// until there are enough rows. Otherwise all rows of each part are read.
	Merges bool

	// Unions says that a UNION ALL with few rows is quicker than a statement for each of
	// its parts.
	Unions bool

	// EventPosition is the column with the position of an event: "id" where transactions
	// that write come one after the other, so that ids are given in the order of the
	// commits, and else "position".
	EventPosition string

	// Returning, when set, ends an INSERT so that it returns the ids of its rows, in
	// their order. Otherwise the driver tells one id of them: the last, or the first
	// when IDStep is set, which asks for the step between them.
	Returning string
	IDStep    string

	// Placeholders is how placeholders are written; nil means question marks.
	Placeholders sq.PlaceholderFormat

	// RefusalAborts says that a statement which is refused, such as one that would make
	// a duplicate, ends the transaction unless there is a savepoint before it.
	RefusalAborts bool

	// Alone, when set, has each statement of a writing connection committed by
	// itself, as migrating needs it. The connection is closed afterwards.
	Alone string

	// Lock and Unlock, when set, keep other processes from migrating. A
	// database that has them cannot take a migration back: see migrateLocked.
	Lock   string // selects 1 when it has been taken
	Unlock string
}

// Options are what a Store is made of.
type Options struct {
	Dialect    Dialect
	Migrations fs.FS   // files named 0001_name.sql at its root
	Write      *sql.DB // for Update
	Read       *sql.DB // for View; may be Write
	Direct     bool    // the connections of both are of package direct
	OneWriter  bool    // Write has one, of that kind, which Updates that come together share

	// Validate refuses a connection whose settings would break what this package
	// promises. Ready and Migrate ask it.
	Validate func(context.Context, Conn) error

	// ValidateHost is Validate for the connections of a host's pool, nil for pools of our
	// own. It is asked before a connection is used for the first time, or before
	// each writing transaction when ValidateEach is set.
	ValidateHost func(context.Context, Conn) error
	ValidateEach bool

	// ValidateJoined is Validate for a transaction of the host's. It is asked before the
	// first write in it, or before each when ValidateEach is set.
	ValidateJoined func(context.Context, Conn) error

	// Observe, when set, is called after each statement, by the goroutine that
	// ran it.
	Observe storage.Observer

	// MaxWait is how long a transaction waits for a connection before it is
	// ErrBusy; 5 seconds when 0.
	MaxWait time.Duration

	// StatementTimeout is how long a list of tickets, or a count, may take that no index
	// serves, before it is a *storage.SlowListError; 5 seconds when 0.
	StatementTimeout time.Duration

	// Patience is how long Update keeps trying on a busy database; 10 seconds
	// when 0.
	Patience time.Duration

	// Share is how long a transaction is open to Updates that come while another
	// one has its turn, with OneWriter; 5 milliseconds when it is 0.
	Share time.Duration
}

// Statements that end a transaction.
const (
	commit   = "COMMIT"
	rollback = "ROLLBACK"
)

// beginRead are the statements that start a transaction which sees one state.
func (d *Dialect) beginRead() []string { return present(d.IsolateRead, d.BeginRead) }

// beginWrite are the statements that start a writing transaction.
func (d *Dialect) beginWrite() []string { return present(d.Isolate, d.Begin) }

// commitWrite is what commits a writing transaction.
func (d *Dialect) commitWrite() string { return cmp.Or(d.Commit, commit) }

func present(statements ...string) []string {
	return slices.DeleteFunc(statements, func(text string) bool { return text == "" })
}

// savepoint is the statements for a savepoint.
type savepoint struct{ begin, rollBack, release string }

// savepointAt is the savepoint at a depth. By depth, so that names are few and those of
// open savepoints differ: MySQL replaces a savepoint by one of the same name.
func savepointAt(depth int) savepoint {
	name := "helpdesk_" + strconv.Itoa(depth+1)
	return savepoint{"SAVEPOINT " + name, "ROLLBACK TO SAVEPOINT " + name, "RELEASE SAVEPOINT " + name}
}

// insertedIDs are the ids of rows that one statement inserted: all of them, or the first
// with the step between them.
type insertedIDs struct {
	all         []int64
	first, step int64
}

// at is the id of a row, counted from 0.
func (ids insertedIDs) at(i int) int64 {
	if ids.all != nil {
		return ids.all[i]
	}
	return ids.first + int64(i)*ids.step
}

// idsOf are the ids of n rows that a statement inserted, as the driver tells them.
func (d *Dialect) idsOf(res driver.Result, n int) (insertedIDs, error) {
	id, err := res.LastInsertId()
	if d.IDStep == "" { // it is that of the last
		id -= int64(n) - 1
	}
	return insertedIDs{first: id, step: 1}, err
}
