package main

import (
	"context"
	"database/sql/driver"
	"fmt"
	"io"
	"strings"

	"github.com/go-sql-driver/mysql"
	"github.com/mattn/go-sqlite3"

	"github.com/go-helpdesk/helpdesk/internal/bench"
)

// conn is a connection of the driver, without database/sql, with its prepared statements
// and its buffers.
type conn struct {
	count, page, from, followUps, attachments, values       driver.Stmt
	begin, commit, rollback                                 driver.Stmt
	addTicket, addValues, addFollowUp, touch                driver.Stmt
	row                                                     []driver.Value
	out                                                     []byte
	ticketPieces, followUpPieces, attachPieces, valuePieces pieces
}

// dialer returns a function that connects. Its settings for SQLite are those of a fast
// program. With full, commits survive a power failure.
func dialer(db string, full bool) (dial func() (driver.Conn, error), isMySQL bool, err error) {
	kind, source, err := bench.Split(db)
	if err != nil {
		return nil, false, err
	}
	if kind == "mysql" {
		c, err := mysql.ParseDSN(source)
		if err != nil {
			return nil, false, err
		}
		connector, err := mysql.NewConnector(c)
		return func() (driver.Conn, error) { return connector.Connect(context.Background()) }, true, err
	}
	synchronous := "NORMAL"
	if full {
		synchronous = "FULL"
	}
	sqlite := &sqlite3.SQLiteDriver{ConnectHook: func(c *sqlite3.SQLiteConn) error {
		_, err := c.Exec("PRAGMA mmap_size=1073741824; PRAGMA temp_store=MEMORY; PRAGMA wal_autocheckpoint=4000", nil)
		return err
	}}
	name := "file:" + source + "?_mutex=no&_journal_mode=WAL&_busy_timeout=10000&_cache_size=-65536&_synchronous=" + synchronous
	return func() (driver.Conn, error) { return sqlite.Open(name) }, false, nil
}

const (
	selectTicket = "SELECT id, queue_id, title, description, resolution, submitter_email, assigned_to, status, on_hold, priority, " +
		"due_date, merged_to FROM "
	narrow = "SELECT id FROM ticket INDEXED BY ticket_narrow ORDER BY id LIMIT 1 OFFSET ?"
)

// newConn prepares the statements of a connection.
func newConn(dc driver.Conn, isMySQL, writes bool) (*conn, error) {
	c := &conn{row: make([]driver.Value, 16)}
	begin, hint := "BEGIN", "INDEXED BY ticket_narrow"
	if writes {
		begin = "BEGIN IMMEDIATE"
	}
	page := selectTicket + "ticket WHERE id >= (" + narrow + ") ORDER BY id LIMIT ?"
	if isMySQL {
		begin, hint = "BEGIN", "FORCE INDEX (ticket_narrow)"
		// MariaDB would compare every id with the subquery, so the page is found first and joined.
		page = selectTicket + "(SELECT id AS k FROM ticket FORCE INDEX (ticket_narrow) ORDER BY id LIMIT ?, ?) AS page " +
			"JOIN ticket ON id = k ORDER BY k"
	}
	for statement, query := range map[*driver.Stmt]string{
		&c.count: "SELECT count(*) FROM ticket " + hint,
		&c.page:  page,
		&c.from:  selectTicket + "ticket WHERE id >= ? ORDER BY id LIMIT ?",
		&c.followUps: "SELECT id, ticket_id, user_id, title, comment, public, new_status, time_spent, date, message_id, " +
			"email_recipients FROM followup WHERE ticket_id BETWEEN ? AND ? ORDER BY ticket_id, date",
		&c.attachments: "SELECT id, followup_id, file, filename, mime_type, size FROM attachment " +
			"WHERE ticket_id BETWEEN ? AND ? ORDER BY ticket_id, followup_id",
		&c.values:   "SELECT ticket_id, field_id, value FROM custom WHERE ticket_id BETWEEN ? AND ? ORDER BY ticket_id, field_id",
		&c.begin:    begin,
		&c.commit:   "COMMIT",
		&c.rollback: "ROLLBACK",
		&c.addTicket: "INSERT INTO ticket (queue_id, title, description, resolution, submitter_email, assigned_to, status, on_hold, " +
			"priority, due_date, merged_to, created, modified) VALUES " + marks(13),
		&c.addValues: "INSERT INTO custom (ticket_id, field_id, value) VALUES (?, 1, ?), (?, 2, ?), (?, 3, ?)",
		&c.addFollowUp: "INSERT INTO followup (ticket_id, user_id, title, comment, public, new_status, time_spent, date, message_id, " +
			"email_recipients) VALUES " + marks(10),
		&c.touch: "UPDATE ticket SET modified = ? WHERE id = ?",
	} {
		var err error
		if *statement, err = dc.Prepare(query); err != nil {
			return nil, fmt.Errorf("%s: %w", query, err)
		}
	}
	return c, nil
}

func marks(n int) string { return "(?" + strings.Repeat(", ?", n-1) + ")" }

func named(values []driver.Value) []driver.NamedValue {
	args := make([]driver.NamedValue, len(values))
	for i, v := range values {
		args[i] = driver.NamedValue{Ordinal: i + 1, Value: v}
	}
	return args
}

// query calls use with each row of the result.
func (c *conn) query(s driver.Stmt, columns int, use func(row []driver.Value), args ...driver.Value) error {
	rows, err := s.(driver.StmtQueryContext).QueryContext(context.Background(), named(args))
	if err != nil {
		return err
	}
	defer rows.Close()
	for row := c.row[:columns]; ; use(row) {
		if err := rows.Next(row); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// exec runs a statement and returns the id of the last inserted row.
func (c *conn) exec(s driver.Stmt, args ...driver.Value) (int64, error) {
	result, err := s.(driver.StmtExecContext).ExecContext(context.Background(), named(args))
	if err != nil {
		return 0, err
	}
	return result.LastInsertId()
}

// number returns an integer of a row.
func number(v driver.Value) int64 {
	n, _ := v.(int64)
	return n
}
