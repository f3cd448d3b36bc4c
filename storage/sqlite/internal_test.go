package sqlite

import (
	"errors"
	"fmt"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/mattn/go-sqlite3"

	"github.com/go-helpdesk/helpdesk/storage"
)

func TestErrorCodes(t *testing.T) {
	sentinels := []error{storage.ErrNotFound, storage.ErrDuplicate, storage.ErrReferenced, storage.ErrBusy, storage.ErrSchema,
		storage.ErrFull}
	for _, c := range []struct {
		code     sqlite3.ErrNo
		extended sqlite3.ErrNoExtended
		want     error
	}{
		{sqlite3.ErrConstraint, sqlite3.ErrConstraintUnique, storage.ErrDuplicate},
		{sqlite3.ErrConstraint, sqlite3.ErrConstraintPrimaryKey, storage.ErrDuplicate},
		{sqlite3.ErrConstraint, sqlite3.ErrConstraintForeignKey, storage.ErrReferenced},
		{sqlite3.ErrConstraint, sqlite3.ErrConstraintNotNull, nil},
		{sqlite3.ErrConstraint, sqlite3.ErrConstraintTrigger, nil}, // the host's
		{sqlite3.ErrBusy, sqlite3.ErrNoExtended(sqlite3.ErrBusy), storage.ErrBusy},
		{sqlite3.ErrBusy, sqlite3.ErrBusySnapshot, storage.ErrBusy},
		{sqlite3.ErrBusy, sqlite3.ErrBusyRecovery, storage.ErrBusy},
		{sqlite3.ErrLocked, sqlite3.ErrLockedSharedCache, storage.ErrBusy},
		{sqlite3.ErrFull, sqlite3.ErrNoExtended(sqlite3.ErrFull), storage.ErrFull},
		{sqlite3.ErrIoErr, sqlite3.ErrIoErrFsync, nil},
	} {
		raw := fmt.Errorf("wrapped: %w", sqlite3.Error{Code: c.code, ExtendedCode: c.extended})
		got := mapError(raw)
		if !errors.Is(got, raw) {
			t.Errorf("code %d: %v hides the driver's error", c.extended, got)
		}
		for _, sentinel := range sentinels {
			if errors.Is(got, sentinel) != (sentinel == c.want) {
				t.Errorf("code %d: %v, want %v", c.extended, got, c.want)
			}
		}
	}
	full := mapError(sqlite3.Error{Code: sqlite3.ErrIoErr, ExtendedCode: sqlite3.ErrIoErrWrite, SystemErrno: syscall.ENOSPC})
	if !errors.Is(full, storage.ErrFull) {
		t.Errorf("the system's error is %v", full)
	}
	if plain := errors.New("plain"); mapError(plain) != plain {
		t.Error("an error of nobody's was changed")
	}
}

func TestPragmas(t *testing.T) {
	ctx := t.Context()
	s, err := Open(ctx, filepath.Join(t.TempDir(), "desk.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	read, write := s.pools[0], s.pools[1]
	if n := write.Stats().MaxOpenConnections; n != 1 {
		t.Errorf("%d writers", n)
	}
	if n := read.Stats().MaxOpenConnections; n < 4 {
		t.Errorf("%d readers", n)
	}
	const off, on, full = "0", "1", "2"
	for range 3 { // each time another connection to read from
		for pool, readOnly := range map[int]string{0: on, 1: off} {
			conn, err := s.pools[pool].Conn(ctx)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			for pragma, want := range map[string]string{"foreign_keys": on, "synchronous": full, "journal_mode": "wal",
				"query_only": readOnly} {
				var got string
				if err := conn.QueryRowContext(ctx, "PRAGMA "+pragma).Scan(&got); err != nil || got != want {
					t.Errorf("pool %d: %s is %s, want %s (%v)", pool, pragma, got, want, err)
				}
			}
			if pool == 1 {
				if err := conn.Close(); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}
