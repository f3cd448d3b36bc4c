package mysql

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"

	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/storage/internal/sqlstore"
)

// A view is one state of the database: REPEATABLE READ, from the start on. It
// is not declared READ ONLY, which TiDB does not take together with a snapshot;
// sqlstore lets nothing write in it.
//
// A writing transaction is READ COMMITTED. Under REPEATABLE READ the row of a
// ticket that was waited for comes as it is now, but what is read next still
// comes from the snapshot before the wait: half of an old ticket would be
// written back. It also locks no gaps, so that fewer transactions deadlock.
const (
	isolate     = "TRANSACTION ISOLATION LEVEL READ COMMITTED"
	isolateRead = "TRANSACTION ISOLATION LEVEL REPEATABLE READ"
)

// lockName is that of the desk in this database: locks are the server's.
const lockName = "CONCAT('helpdesk ', MD5(DATABASE()))"

var dialect = sqlstore.Dialect{
	Isolate:       "SET " + isolate,
	IsolateRead:   "SET " + isolateRead,
	Begin:         "START TRANSACTION",
	BeginRead:     "START TRANSACTION WITH CONSISTENT SNAPSHOT",
	AddCount:      "ON DUPLICATE KEY UPDATE n = n + VALUES(n)",
	CountBlock:    8192,
	CountShards:   8,
	Hint:          "FORCE INDEX (%s)",
	Filename:      "filename_start",
	FilenameBytes: 1020,
	Unions:        true,
	Bytes:         "CAST(%s AS BINARY)",
	TrimRight:     "TRIM(TRAILING '%[2]s' FROM %[1]s)",
	ForUpdate:     "FOR UPDATE",
	ForShare:      "LOCK IN SHARE MODE",
	TableExists:   "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ?",
	EventPosition: "position",
	IDStep:        "SELECT @@auto_increment_increment",
	Lock:          "SELECT GET_LOCK(" + lockName + ", 60)",
	Unlock:        "SELECT RELEASE_LOCK(" + lockName + ")",
	Limited:       limited,
	TimedOut:      timedOut,
	Error:         mapError,
	Gone:          gone,
	RolledBack:    rolledBack,
}

// Numbers of errors, the same on MySQL, MariaDB and TiDB.
const (
	tooManyConnections = 1040
	unknownCommand     = 1047 // what a node says that has left its cluster
	shuttingDown       = 1053
	duplicateEntry     = 1062
	unknownVariable    = 1193
	lockTimeout        = 1205
	deadlock           = 1213 // also a failed certification, of COMMIT and of ROLLBACK
	noParentRow        = 1216
	hasChildRows       = 1217
	doesNotExist       = 1305 // a savepoint or a procedure
	optionPrevents     = 1290 // a server that is read-only
	rowIsReferenced    = 1451
	noReferencedRow    = 1452
	diskFull           = 1021
	tableFull          = 1114 // also a tablespace, for want of room on the disk
	recordChanged      = 1020 // a snapshot that is too old to lock a row
	readOnlyMode       = 1836
	connectionKilled   = 1927
	statementTimeout   = 1969 // of MariaDB
	queryTimeout       = 3024 // of MySQL and TiDB
)

// number is that of a server's error, 0 for any other error.
func number(err error) uint16 {
	if e, ok := errors.AsType[*mysql.MySQLError](err); ok {
		return e.Number
	}
	return 0
}

// lostSavepoint reports whether the server lacks a savepoint of ours. Then it has rolled
// the transaction back by itself, as a node of a cluster does for a transaction of another
// node. It may tell so only by this error.
func lostSavepoint(err error) bool {
	e, ok := errors.AsType[*mysql.MySQLError](err)
	return ok && e.Number == doesNotExist && strings.HasPrefix(e.Message, "SAVEPOINT helpdesk_")
}

// mapError adds the sentinel that an error stands for.
func mapError(err error) error {
	switch number(err) {
	case duplicateEntry:
		return fmt.Errorf("%w: %w", storage.ErrDuplicate, err)
	case rowIsReferenced, noReferencedRow, noParentRow, hasChildRows:
		return fmt.Errorf("%w: %w", storage.ErrReferenced, err)
	case diskFull, tableFull:
		return fmt.Errorf("%w: %w", storage.ErrFull, err)
	case deadlock, lockTimeout, recordChanged, tooManyConnections:
		return fmt.Errorf("%w: %w", storage.ErrBusy, err)
	}
	if gone(err) || lostSavepoint(err) {
		return fmt.Errorf("%w: %w", storage.ErrBusy, err)
	}
	return err
}

// gone reports whether the connection is lost, or leads to a server that does
// not serve: another connection may lead to another.
func gone(err error) bool {
	switch number(err) {
	case unknownCommand, shuttingDown, optionPrevents, readOnlyMode, connectionKilled:
		return true
	case 0:
		_, network := errors.AsType[*net.OpError](err)
		return network || lost(err) ||
			errors.Is(err, mysql.ErrInvalidConn) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
	}
	return false
}

// lost reports whether the connection was lost before a statement was sent.
func lost(err error) bool {
	return errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone)
}

// limited is a SELECT that the server stops after a time. Only MariaDB reads the first
// comment, and only other servers need the second one.
func limited(query string, after time.Duration) string {
	hint := fmt.Sprintf("SELECT /*+ MAX_EXECUTION_TIME(%d) */ ", max(after, time.Millisecond).Milliseconds())
	return fmt.Sprintf("/*M!100100 SET STATEMENT max_statement_time=%.6f FOR */ ", max(after, time.Microsecond).Seconds()) +
		strings.Replace(query, "SELECT ", hint, 1) // a UNION may begin with a parenthesis
}

// timedOut reports whether the server stopped a statement that limited has written.
func timedOut(err error) bool { return number(err) == statementTimeout || number(err) == queryTimeout }

// rolledBack reports whether a COMMIT that failed has certainly not happened.
func rolledBack(err error) bool {
	switch number(err) {
	case deadlock, lockTimeout, unknownCommand, optionPrevents, readOnlyMode, recordChanged:
		return true
	}
	return lost(err) || lostSavepoint(err)
}

// settings are what a connection must have, or data would be cut, changed or lost.
type settings struct {
	mode, client, connection, results string
	foreignKeys, autocommit           bool
	completion                        string
	selectLimit                       uint64
}

// validateSettings refuses a connection with settings that would break what this
// package promises.
func validateSettings(ctx context.Context, conn sqlstore.Conn) error {
	_, err := readSettings(ctx, conn)
	return err
}

// validateHostSettings is validateSettings for a host's pool, whose connections also have
// to commit each statement that is in no transaction.
func validateHostSettings(ctx context.Context, conn sqlstore.Conn) error {
	s, err := readSettings(ctx, conn)
	if err == nil && !s.autocommit {
		return errors.New("mysql: autocommit is off on this connection, so that what it reads would grow old: " +
			"set autocommit=1 in the data source name")
	}
	return err
}

func readSettings(ctx context.Context, conn sqlstore.Conn) (s settings, err error) {
	err = conn.QueryRowContext(ctx, "SELECT @@sql_mode, @@character_set_client, @@character_set_connection, @@character_set_results, "+
		"@@foreign_key_checks, @@autocommit, @@completion_type, @@sql_select_limit").
		Scan(&s.mode, &s.client, &s.connection, &s.results, &s.foreignKeys, &s.autocommit, &s.completion, &s.selectLimit)
	switch {
	case ctx.Err() != nil:
		return s, ctx.Err()
	case err != nil:
		return s, fmt.Errorf("mysql: %w", mapError(err))
	case !strings.Contains(s.mode, "STRICT_TRANS_TABLES") && !strings.Contains(s.mode, "STRICT_ALL_TABLES"):
		return s, fmt.Errorf("mysql: sql_mode is %q, under which the server cuts text that is too long: add STRICT_TRANS_TABLES to it",
			s.mode)
	case s.client != "utf8mb4" || s.connection != "utf8mb4" || s.results != "utf8mb4":
		return s, fmt.Errorf("mysql: the character sets of the connection are %s, %s and %s: add charset=utf8mb4 to the data source name",
			s.client, s.connection, s.results)
	case !s.foreignKeys:
		return s, errors.New("mysql: foreign_key_checks is off on this connection: set foreign_key_checks=1 in the data source name")
	case s.completion != "NO_CHAIN":
		return s, fmt.Errorf("mysql: completion_type is %s on this connection: set completion_type=NO_CHAIN", s.completion)
	case s.selectLimit < math.MaxInt64:
		return s, fmt.Errorf("mysql: sql_select_limit is %d on this connection, which cuts lists: set sql_select_limit=DEFAULT",
			s.selectLimit)
	}
	return s, nil
}
