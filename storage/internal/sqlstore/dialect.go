package sqlstore

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"time"

	"github.com/go-helpdesk/helpdesk/storage"
)

// Dialect is what databases do differently.
type Dialect struct {
	Begin     string // starts a writing transaction; "" where one is always open
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

	// Hint is what has a table be read by the index whose name is its %s.
	Hint string

	// Filename is the column that attachments are sorted by. It has so many bytes
	// of their names, or all when 0.
	Filename      string
	FilenameBytes int

	// Merges says that parts of a UNION which have the order it asks for are merged,
	// until there are enough rows. Otherwise all rows of each part are read.
	Merges bool

	// IDStep, when set, asks for the step between the IDs of rows that one
	// statement inserted, and LastInsertId is the first of them. Otherwise the
	// step is 1, and LastInsertId is the last.
	IDStep string

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

// by is the table with the hint to use an index.
func (d *Dialect) by(table, index string) string { return table + " " + fmt.Sprintf(d.Hint, index) }
