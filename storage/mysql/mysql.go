package mysql

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/storage/internal/direct"
	"github.com/go-helpdesk/helpdesk/storage/internal/failover"
	"github.com/go-helpdesk/helpdesk/storage/internal/sqlstore"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations returns the SQL files that make the schema, for a host that applies
// them with a tool of its own. They are named NNNN_name.up.sql and begin with
// "-- +goose Up", so that goose and golang-migrate take them as they are;
// golang-migrate needs multiStatements=true in the data source name. There are
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

// Store is a storage.Store on a MySQL server or a cluster of them. Open and New
// make one. It is safe for concurrent use, also by several processes.
type Store struct {
	core  *sqlstore.Store
	pools []*sql.DB // its own
}

type options struct {
	sqlstore.Options
	connections int
	causal      *bool
}

// Option adjusts a Store.
type Option func(*options)

// Observe has fn called after each SQL statement, START TRANSACTION and COMMIT included,
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
// 5 seconds by default and when d is 0. MySQL and TiDB count it in whole milliseconds, of
// which there is at least one, and MariaDB in microseconds.
func StatementTimeout(d time.Duration) Option {
	return func(o *options) { o.StatementTimeout = d }
}

// Patience is how long Update keeps trying after deadlocks, failed
// certifications, lock timeouts and lost connections, before it returns
// storage.ErrBusy, and how long anything waits for a server that answers; 10
// seconds by default.
func Patience(d time.Duration) Option {
	return func(o *options) { o.Patience = d }
}

// Connections is how many connections Open makes at most: half of them to write,
// half to read; 32 by default. It does nothing to a pool that New is given.
func Connections(n int) Option {
	return func(o *options) { o.connections = n }
}

// CausalReads says whether a transaction waits until its node of a Galera
// cluster has applied every write that was acknowledged before, on whichever
// node. It is on when Open is given several addresses, and off otherwise. The
// wait is one round of messages between the nodes, and as long as the node is
// behind. Other servers have nothing to wait for.
func CausalReads(on bool) Option {
	return func(o *options) { o.causal = &on }
}

// Open connects to the server that a data source name of the driver tells:
//
//	user:password@tcp(host:3306)/database
//	user:password@tcp(one:3306,two:3306,three:3306)/database
//
// Of several addresses, which are nodes of one cluster, writes go to the first
// that serves, and stay there until it is gone; reads go to each in turn. The
// schema is Migrate's to make.
func Open(ctx context.Context, dsn string, opts ...Option) (*Store, error) {
	nodes, err := connectors(dsn)
	if err != nil {
		return nil, err
	}
	o := gather(opts)
	if o.causal == nil {
		several := len(nodes) > 1
		o.causal = &several
	}
	// Each pool has its level of isolation, and writing is always in a transaction:
	// to begin one need not be said.
	o.Direct, o.Dialect.Isolate, o.Dialect.IsolateRead, o.Dialect.Begin = true, "", "", ""
	o.Dialect.Alone = "SET SESSION autocommit = 1"
	session := func(level string, more ...string) []string {
		all := append([]string{"SET SESSION " + level, "DO 1"}, more...) // DO, which a node outside of its cluster refuses
		if *o.causal {
			all = append(all, "SET SESSION wsrep_sync_wait = 1")
		}
		return all
	}
	ignore := func(err error) bool { return number(err) == unknownVariable }
	o.Write = pool(&failover.Connector{Nodes: nodes, Session: session(isolate, "SET SESSION autocommit = 0"), Ignore: ignore},
		o.connections)
	o.Read = pool(&failover.Connector{Nodes: nodes, Session: session(isolateRead), Ignore: ignore, Rotate: true}, o.connections)
	clustered, err := isClustered(ctx, o.Read)
	if clustered {
		o.Dialect.Begin, o.Dialect.Commit = beginGuarded, commitGuarded
	}
	s := &Store{sqlstore.New(o.Options), []*sql.DB{o.Read, o.Write}}
	if err == nil {
		err = s.core.Connect(ctx)
	}
	if err == nil {
		err = s.core.Validate(ctx)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open: %w", err), s.Close())
	}
	return s, nil
}

// A node of a Galera cluster that takes a transaction back for another node's does not
// always say so. What follows would be the beginning of another transaction, and COMMIT
// would keep that part alone. A savepoint at the beginning is gone by then: to release it
// fails, in front of COMMIT in the same message.
const (
	beginGuarded  = "SAVEPOINT helpdesk_0"
	commitGuarded = "RELEASE SAVEPOINT helpdesk_0; COMMIT"
)

// isClustered reports whether the server is a node of a Galera cluster.
func isClustered(ctx context.Context, db *sql.DB) (on bool, err error) {
	err = db.QueryRowContext(ctx, "SELECT @@wsrep_on").Scan(&on)
	switch {
	case err == nil || number(err) == unknownVariable:
		return on, nil
	case ctx.Err() != nil:
		return false, fmt.Errorf("connect: %w", ctx.Err())
	}
	return false, fmt.Errorf("connect: %w", mapError(err))
}

// pool keeps as many connections as it may make: they are dear to make anew.
func pool(c *failover.Connector, connections int) *sql.DB {
	db := sql.OpenDB(direct.Connector{Connector: c, Several: true})
	n := max(1, connections/2)
	db.SetMaxOpenConns(n)
	db.SetMaxIdleConns(n)
	db.SetConnMaxIdleTime(5 * time.Minute)
	return db
}

// New returns a Store on the host's pool of connections by the driver
// github.com/go-sql-driver/mysql. A connection is checked before it is used for the
// first time, and refused when its settings would lose or change data: without
// strict mode, utf8mb4, foreign keys or autocommit. The pool's data source name
// should say interpolateParams=true, which saves round trips, and
// maxAllowedPacket=0. Nothing about the pool is changed, and Close leaves it
// open. It should have more than one connection: a function that is called during a
// transaction and uses the pool again would wait for itself.
//
// Use Open on a Galera cluster. Where a node takes back the beginning of a transaction
// without an error, only Open notices it; a pool with autocommit keeps the rest. Option
// CausalReads is for Open, too: here the data source name may say wsrep_sync_wait=1.
func New(db *sql.DB, opts ...Option) *Store {
	o := gather(opts)
	o.Write, o.Read, o.Validate, o.ValidateHost = db, db, validateHostSettings, validateHostSettings
	return &Store{core: sqlstore.New(o.Options)}
}

func gather(opts []Option) options {
	o := options{Options: sqlstore.Options{Dialect: dialect, Migrations: Migrations(), Validate: validateSettings,
		ValidateJoined: validateSettings}, connections: 32}
	for _, opt := range opts {
		opt(&o)
	}
	return o
}

// View implements storage.Store.
func (s *Store) View(ctx context.Context, fn func(storage.Tx) error) error {
	return s.core.View(ctx, fn)
}

// Read implements storage.Store.
func (s *Store) Read(ctx context.Context, fn func(storage.Tx) error) error {
	return s.core.Read(ctx, fn)
}

// Update implements storage.Store. A connection that was lost during the commit
// is storage.ErrUnknownOutcome.
func (s *Store) Update(ctx context.Context, fn func(storage.Tx) error) error {
	return s.core.Update(ctx, fn)
}

// Nouns implements storage.Store.
func (s *Store) Nouns() storage.Tx { return s.core.Nouns() }

// Sweep implements storage.Store.
func (s *Store) Sweep(ctx context.Context, grace time.Duration) (removed int, err error) {
	return s.core.Sweep(ctx, grace)
}

// Migrate implements storage.Store. The server commits every change of a table
// at once, so a migration that was cut short stays half applied: Migrate and
// Ready then return an error wrapping storage.ErrSchema that says what to do.
func (s *Store) Migrate(ctx context.Context) error { return s.core.Migrate(ctx) }

// Ready implements storage.Store.
func (s *Store) Ready(ctx context.Context) error { return s.core.Ready(ctx) }

// Join returns a Store that works inside tx, a transaction of the host on the
// same database: what its Update wrote is committed or rolled back with tx. What is
// done with the Store that it was made from is not, and waits for what tx locks. An
// Update that fails takes back its own part only; should even that fail, as it
// does after a deadlock, its error says so and tx must be rolled back. No
// transaction is repeated. Settings of the connection are checked before the first
// Update, as New says. What an Update reads it locks until tx ends, so that it sees
// what others have committed at any level of isolation; begin tx with
// sql.LevelReadCommitted, so that it locks no more than these rows. The Store is used by one goroutine, cannot migrate, and has nothing
// to close.
func (s *Store) Join(tx *sql.Tx) storage.Store { return s.core.Join(tx) }

// Close closes what Open opened. It does nothing to a pool that New was given.
// It returns nil: that a connection was lost before is no failure to close it.
func (s *Store) Close() error {
	for _, pool := range s.pools {
		_ = pool.Close()
	}
	return nil
}
