//go:build cgo

package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"net/url"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/mattn/go-sqlite3"

	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/storage/internal/direct"
	"github.com/go-helpdesk/helpdesk/storage/internal/sqlstore"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations returns the SQL files that make the schema, for a host that applies
// them with a tool of its own. They are named NNNN_name.up.sql and begin with
// "-- +goose Up", so that goose and golang-migrate take them as they are. There are
// no files to migrate down. Each file records itself in helpdesk_migration, which
// Ready and Migrate read; a tool keeps a table of its own besides. A database is
// migrated by a tool or by Migrate, not by both in turn.
func Migrations() fs.FS {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err) // the name is valid
	}
	return files
}

// Store is a storage.Store on an SQLite file. Open and New make one. It is safe
// for concurrent use, also by several processes on the same file.
type Store struct {
	core  *sqlstore.Store
	read  *sql.DB
	pools []*sql.DB // its own, in the order they close in
	file  *file     // that Open opened
}

type options struct {
	sqlstore.Options
	mapped int64
}

// Option adjusts a Store.
type Option func(*options)

// Observe has fn called after each SQL statement, BEGIN and COMMIT included,
// for logs, traces and metrics. Calls come from many goroutines at once.
func Observe(fn func(ctx context.Context, s storage.Statement)) Option {
	return func(o *options) { o.Observe = fn }
}

// MaxWait is how long a transaction waits for a connection of the pool, or for its turn
// to write, before it returns storage.ErrBusy; 5 seconds by default.
func MaxWait(d time.Duration) Option {
	return func(o *options) { o.MaxWait = d }
}

// StatementTimeout is how long a list of tickets, or a count of them, may take where no
// index serves its filter or its order, before it returns a *storage.SlowListError;
// 5 seconds by default and when d is 0.
func StatementTimeout(d time.Duration) Option {
	return func(o *options) { o.StatementTimeout = d }
}

// Patience is how long Update keeps trying while another process writes or
// holds the file locked, before it returns storage.ErrBusy; 10 seconds by default.
func Patience(d time.Duration) Option {
	return func(o *options) { o.Patience = d }
}

// MemoryMap is how many bytes of the file every connection maps into memory, which
// counts as the process's, though the system takes it back at will; 256 MiB by
// default, 0 for none. It does nothing to a pool that New is given.
func MemoryMap(bytes int64) Option {
	return func(o *options) { o.mapped = bytes }
}

// Open opens the file at path, which it makes when there is none, in WAL mode
// with durable commits: one connection to write, several to read. The schema is
// Migrate's to make. The path is that of a file, not a URI. ":memory:" is
// refused, because every connection would see a database of its own.
func Open(ctx context.Context, path string, opts ...Option) (*Store, error) {
	o := gather(opts)
	dsn, err := dataSource(path)
	if err != nil {
		return nil, err
	}
	o.Direct, o.OneWriter = true, true
	o.Write, o.Read = o.pool(dsn+"&"+writing), o.pool(dsn+"&"+reading)
	o.Write.SetMaxOpenConns(1)
	readers := max(16, 4*runtime.GOMAXPROCS(0)) // a long list keeps one for as long as its client takes
	o.Read.SetMaxOpenConns(readers)
	o.Read.SetMaxIdleConns(readers)

	s := &Store{core: sqlstore.New(o.Options), read: o.Read, pools: []*sql.DB{o.Read, o.Write}}
	err = s.core.Connect(ctx)
	if err == nil {
		s.file, err = openedFile(path)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), s.Close())
	}
	return s, nil
}

// pool opens connections of the driver for direct use.
func (o options) pool(dsn string) *sql.DB {
	// Pages of the file are read where the system keeps them anyway, and checkpoints
	// made in larger steps. A write-ahead log that grew beyond two of these, because a
	// reader was slow, is cut when it begins anew.
	tuning := fmt.Sprintf("PRAGMA mmap_size=%d; PRAGMA temp_store=MEMORY; PRAGMA wal_autocheckpoint=4000; PRAGMA journal_size_limit=%d",
		o.mapped, maxLog)
	return sql.OpenDB(direct.Connector{Connector: connector{dsn, tuning}, Spell: spell, LimitTexts: limitTexts, IsTooLong: isTooLong})
}

// limitTexts has SQLite fail with ErrTooBig, without reading it, at a text of more bytes.
func limitTexts(c driver.Conn, bytes int) {
	if bytes == 0 {
		bytes = math.MaxInt32 // the most that SQLite allows
	}
	c.(*sqlite3.SQLiteConn).SetLimit(sqlite3.SQLITE_LIMIT_LENGTH, bytes)
}

func isTooLong(err error) bool {
	e, ok := errors.AsType[sqlite3.Error](err)
	return ok && e.Code == sqlite3.ErrTooBig
}

// maxLog is how many bytes of the write-ahead log are kept for writing again.
const maxLog = 32 << 20

// spell hides the argument of LIMIT in an expression: where SQLite can look at it
// while it plans, it plans anew for each execution.
func spell(query string) string { return strings.ReplaceAll(query, "LIMIT ?", "LIMIT ?+0") }

// connector connects to a data source name, and tunes the connection.
type connector struct{ dsn, tuning string }

func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Driver().Open(c.dsn)
	if err != nil {
		return nil, err
	}
	if _, err := conn.(driver.ExecerContext).ExecContext(ctx, c.tuning, nil); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}

func (c connector) Driver() driver.Driver { return &sqlite3.SQLiteDriver{} }

// New returns a Store on the host's pool of connections to an SQLite database
// by the driver github.com/mattn/go-sqlite3. Migrate, Ready and every Update
// refuse a connection that does not enforce foreign keys at once: the pool's data
// source name must say _foreign_keys=1. It should also say _journal_mode=WAL, so that
// reading does not wait for writing, and _synchronous=FULL, so that what is
// committed survives a power failure. Nothing about the pool is changed, and
// Close leaves it open.
func New(db *sql.DB, opts ...Option) *Store {
	o := gather(opts)
	o.Write, o.Read, o.Validate, o.ValidateHost = db, db, enforcesForeignKeys, enforcesForeignKeys
	return &Store{core: sqlstore.New(o.Options), read: db}
}

func gather(opts []Option) options {
	o := options{Options: sqlstore.Options{Dialect: dialect, Migrations: Migrations()}, mapped: 256 << 20}
	o.ValidateJoined, o.ValidateEach = enforcesForeignKeys, true
	for _, opt := range opts {
		opt(&o)
	}
	return o
}

// The pragmas hold for one connection, so they are part of its name. A writer
// does not sleep in SQLite for long: Update waits, and heeds its context.
const (
	writing = "_journal_mode=WAL&_busy_timeout=100&_cache_size=-4000"
	reading = "_query_only=1&_busy_timeout=10000&_cache_size=-1000"
	common  = "?_foreign_keys=1&_synchronous=FULL&_mutex=no" // database/sql keeps goroutines apart
)

func dataSource(path string) (string, error) {
	if path == "" || path == ":memory:" || strings.HasPrefix(path, "file:") || strings.ContainsRune(path, 0) {
		return "", fmt.Errorf("sqlite: %q is not the path of a file", path)
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	u := url.URL{Path: "/" + strings.TrimPrefix(filepath.ToSlash(path), "/")}
	return "file:" + u.EscapedPath() + common, nil
}

func enforcesForeignKeys(ctx context.Context, conn sqlstore.Conn) error {
	var on, deferred bool
	err := conn.QueryRowContext(ctx, "PRAGMA foreign_keys").Scan(&on)
	if err == nil {
		err = conn.QueryRowContext(ctx, "PRAGMA defer_foreign_keys").Scan(&deferred)
	}
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return fmt.Errorf("sqlite: %w", mapError(err))
	case !on:
		return errors.New("sqlite: foreign keys are off on this connection: add _foreign_keys=1 to the data source name of its pool")
	case deferred:
		return errors.New("sqlite: foreign keys are deferred on this connection: turn PRAGMA defer_foreign_keys off")
	}
	return nil
}

// View implements storage.Store.
func (s *Store) View(ctx context.Context, fn func(storage.Tx) error) error {
	return s.core.View(ctx, fn)
}

// Read implements storage.Store.
func (s *Store) Read(ctx context.Context, fn func(storage.Tx) error) error {
	return s.core.Read(ctx, fn)
}

// Update implements storage.Store. Updates of one Store wait for each other.
func (s *Store) Update(ctx context.Context, fn func(storage.Tx) error) error {
	return s.core.Update(ctx, fn)
}

// Nouns implements storage.Store.
func (s *Store) Nouns() storage.Tx { return s.core.Nouns() }

// Sweep implements storage.Store.
func (s *Store) Sweep(ctx context.Context, grace time.Duration) (removed int, err error) {
	return s.core.Sweep(ctx, grace)
}

// Migrate implements storage.Store.
func (s *Store) Migrate(ctx context.Context) error { return s.core.Migrate(ctx) }

// Ready implements storage.Store. It also returns an error when the file that Open
// opened was deleted or replaced.
func (s *Store) Ready(ctx context.Context) error {
	if s.file != nil {
		if err := s.file.check(); err != nil {
			return err
		}
	}
	return s.core.Ready(ctx)
}

// Join returns a Store that works inside tx, a transaction of the host on the
// same database: what its Update wrote is committed or rolled back with tx. What is
// done with the Store that it was made from is not, and waits for what tx locks. An
// Update that fails takes back its own part only; should even that fail, its
// error says so and tx must be rolled back. An Update refuses a connection that
// does not enforce foreign keys: the data source name of the pool that tx comes from
// must say _foreign_keys=1. No transaction is repeated, so begin tx with BEGIN
// IMMEDIATE (_txlock=immediate). The Store is used by one goroutine,
// cannot migrate, and has nothing to close.
func (s *Store) Join(tx *sql.Tx) storage.Store { return s.core.Join(tx) }

// Close closes what Open opened. It does nothing to a pool that New was given.
func (s *Store) Close() error {
	var all error
	for _, pool := range s.pools {
		all = errors.Join(all, pool.Close())
	}
	return all
}
