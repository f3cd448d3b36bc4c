//go:build cgo

package sqlite

import (
	"errors"
	"fmt"

	"github.com/mattn/go-sqlite3"

	"github.com/go-helpdesk/helpdesk/internal/diskfull"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/storage/internal/sqlstore"
)

var dialect = sqlstore.Dialect{
	Begin:       "BEGIN IMMEDIATE", // a transaction that reads first could not be sure to write later
	BeginRead:   "BEGIN",
	AddCount:    "ON CONFLICT (block, shard) DO UPDATE SET n = n + excluded.n",
	CountBlock:  1024,
	Hint:        "INDEXED BY %s",
	Filename:    "filename",
	Merges:      true,
	CountShards: 1, // there is one writer
	Bytes:       "%s",
	TrimRight:   "RTRIM(%[1]s, '%[2]s')",
	ForUpdate:   "", // there is one writer
	TableExists: "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name = ?",
	Error:       mapError,

	EventPosition: "id", // there is one writer
}

// mapError adds the sentinel that SQLite's result code stands for.
func mapError(err error) error {
	var e sqlite3.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.ExtendedCode {
	case sqlite3.ErrConstraintUnique, sqlite3.ErrConstraintPrimaryKey:
		return fmt.Errorf("%w: %w", storage.ErrDuplicate, err)
	case sqlite3.ErrConstraintForeignKey:
		return fmt.Errorf("%w: %w", storage.ErrReferenced, err)
	}
	if e.Code == sqlite3.ErrFull || diskfull.Is(e.SystemErrno) {
		return fmt.Errorf("%w: %w", storage.ErrFull, err)
	}
	switch e.Code {
	case sqlite3.ErrBusy, sqlite3.ErrLocked:
		return fmt.Errorf("%w: %w", storage.ErrBusy, err)
	}
	return err
}
