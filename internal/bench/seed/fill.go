package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	_ "github.com/go-sql-driver/mysql" // the driver "mysql"
	_ "github.com/mattn/go-sqlite3"    // the driver "sqlite3"

	"github.com/go-helpdesk/helpdesk/internal/bench"
)

const (
	batch = 100    // tickets whose rows are written by one statement for each table
	share = 10_000 // tickets in a transaction
)

// fill creates the tables of the schema, if there is one, and writes tickets into a database
// of the shape. If it fails, the database is useless.
func fill(ctx context.Context, db string, tickets int, s shape, schema func(mysql bool) []string) error {
	kind, path, err := bench.Split(db)
	if err != nil {
		return err
	}
	source := path
	before := []string{"SET SESSION foreign_key_checks=0, unique_checks=0"}
	if kind == "sqlite" {
		kind, source = "sqlite3", "file:"+path+"?_synchronous=OFF&_cache_size=-262144"
		before = []string{"PRAGMA journal_mode=OFF"} // the server turns on WAL
	}
	pool, err := sql.Open(kind, source)
	if err != nil {
		return err
	}
	defer pool.Close()
	pool.SetMaxOpenConns(1)
	if schema != nil {
		before = append(before, schema(kind == "mysql")...)
	}
	for _, query := range before {
		if _, err := pool.ExecContext(ctx, query); err != nil {
			return fmt.Errorf("%.60s: %w", query, err)
		}
	}
	progress := bench.NewProgress("seed "+s.ticket.table, tickets)
	for first := 1; first <= tickets; first += share {
		last := min(first+share-1, tickets)
		if err := s.fillShare(ctx, pool, first, last); err != nil {
			return err
		}
		progress.At(last)
	}
	if err := s.count(ctx, pool, kind == "mysql"); err != nil {
		return err
	}
	if kind != "mysql" {
		return flush(path)
	}
	_, err = pool.ExecContext(ctx, "ANALYZE TABLE "+strings.Join([]string{s.ticket.table, s.followUp.table, s.attachment.table,
		s.value.table}, ", "))
	return err
}

// count fills the table of counts, if there is one, as the library would.
func (s *shape) count(ctx context.Context, pool *sql.DB, mysql bool) error {
	if s.counts == "" {
		return nil
	}
	block, shard := "id / 1024", "0"
	if mysql {
		block, shard = "id DIV 8192", "id % 8"
	}
	query := "SELECT " + block + ", " + shard + ", COUNT(*) FROM " + s.ticket.table + " GROUP BY 1, 2"
	_, err := pool.ExecContext(ctx, "INSERT INTO "+s.counts+" (block, shard, n) "+query)
	return err
}

// flush writes a file to the disk, which would otherwise be busy with it during the
// measurements.
func flush(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// fillShare writes the tickets from first to last.
func (s *shape) fillShare(ctx context.Context, pool *sql.DB, first, last int) error {
	tx, err := pool.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	w := &writer{ctx: ctx, tx: tx, statements: map[string]*sql.Stmt{}}
	for from := first; from <= last; from += batch {
		to := min(from+batch-1, last)
		w.write(s.ticket, from, to, func(i int) [][]any { return [][]any{s.ticketRow(i)} })
		w.write(s.value, from, to, s.valueRows)
		w.write(s.followUp, from, to, func(i int) [][]any {
			var rows [][]any
			for n := range followUps {
				rows = append(rows, s.followUpRow(i, n))
			}
			return rows
		})
		w.write(s.attachment, from, to, s.attachmentRows)
		if s.content.table != "" {
			w.write(s.content, from, to, contentRows)
		}
	}
	if w.err != nil {
		_ = tx.Rollback()
		return w.err
	}
	return tx.Commit()
}

// writer inserts many rows at once. After an error it does nothing.
type writer struct {
	ctx        context.Context
	tx         *sql.Tx
	statements map[string]*sql.Stmt // by their text; there are few
	err        error
}

// write inserts the rows of tickets into a table.
func (w *writer) write(t into, from, to int, rows func(ticket int) [][]any) {
	var args []any
	n := 0
	for i := from; i <= to; i++ {
		for _, row := range rows(i) {
			args = append(args, row...)
			n++
		}
	}
	if n == 0 || w.err != nil {
		return
	}
	row := "(?" + strings.Repeat(",?", strings.Count(t.columns, ",")) + ")"
	query := "INSERT INTO " + t.table + " (" + t.columns + ") VALUES " + strings.Join(slices.Repeat([]string{row}, n), ",")
	statement := w.statements[query]
	if statement == nil {
		if statement, w.err = w.tx.PrepareContext(w.ctx, query); w.err != nil {
			return
		}
		w.statements[query] = statement
	}
	_, w.err = statement.ExecContext(w.ctx, args...)
}
