package main

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"path/filepath"

	_ "github.com/mattn/go-sqlite3" // the driver "sqlite3"
	"golang.org/x/crypto/bcrypt"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/storage/sqlite"
)

//go:embed schema.sql
var schema string

// shop is the host: what it had of its own, and its help desk.
type shop struct {
	db     *sql.DB
	log    *slog.Logger
	cost   int    // of hashing a password
	nobody []byte // the hash that a password for an unknown login is compared to

	store  *sqlite.Store // the desk's, on db
	desk   *helpdesk.Desk
	queues map[string]int64 // of the desk, by slug
	api    http.Handler     // the desk's
}

// openShop opens the file at path, which it makes when there is none. The desk
// needs foreign keys, and transactions that begin as writers, since it joins
// the shop's.
func openShop(ctx context.Context, path string, cost int, log *slog.Logger) (*shop, error) {
	nobody, err := bcrypt.GenerateFromPassword(nil, cost)
	if err != nil {
		return nil, err
	}
	path, err = filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	file := url.URL{Path: filepath.ToSlash(path)}
	db, err := sql.Open("sqlite3", "file:"+file.EscapedPath()+
		"?_foreign_keys=1&_journal_mode=WAL&_synchronous=FULL&_txlock=immediate&_busy_timeout=5000")
	if err != nil {
		return nil, err
	}
	s := &shop{db: db, log: log, cost: cost, nobody: nobody}
	if _, err := db.ExecContext(ctx, schema); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), db.Close())
	}
	if err := s.openDesk(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return s, nil
}

func (s *shop) close() error { return s.db.Close() }
