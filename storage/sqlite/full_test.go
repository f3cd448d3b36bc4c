package sqlite_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/mattn/go-sqlite3"

	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/storage/sqlite"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// put stores content of so many bytes, and returns its key.
func put(ctx context.Context, s storage.Store, size int) (key string, err error) {
	err = s.Update(ctx, func(tx storage.Tx) (err error) {
		key, _, err = tx.Files().Put(ctx, bytes.NewReader(make([]byte, size)))
		return err
	})
	return key, err
}

// fill stores content until there is no room for more of the size.
func fill(t *testing.T, s storage.Store, size int) (keys []string) {
	t.Helper()
	for range 1000 {
		key, err := put(t.Context(), s, size)
		if errors.Is(err, storage.ErrFull) {
			return keys
		}
		check(t, err)
		keys = append(keys, key)
	}
	t.Fatal("there is always room left")
	return nil
}

// has checks that content is there, whole.
func has(t *testing.T, s storage.Store, size int, keys ...string) {
	t.Helper()
	check(t, s.View(t.Context(), func(tx storage.Tx) error {
		for _, key := range keys {
			if n, err := tx.Files().ReadAt(t.Context(), key, make([]byte, size), 0); n != size {
				return fmt.Errorf("%d bytes of content: %w", n, err)
			}
		}
		return nil
	}))
}

func remove(ctx context.Context, s storage.Store, key string) error {
	return s.Update(ctx, func(tx storage.Tx) error { return tx.Files().Delete(ctx, key) })
}

// TestAFullDatabaseSaysSo, loses nothing, can be deleted from, and goes on when
// there is room again.
func TestAFullDatabaseSaysSo(t *testing.T) {
	t.Parallel()
	var maxPages atomic.Int64
	maxPages.Store(200)
	limit := func() string { return fmt.Sprintf("PRAGMA max_page_count = %d", maxPages.Load()) }
	sql.Register("sqlite3 of few pages", &sqlite3.SQLiteDriver{ConnectHook: func(c *sqlite3.SQLiteConn) error {
		_, err := c.Exec(limit(), nil)
		return err
	}})
	db, err := sql.Open("sqlite3 of few pages", "file:"+filepath.Join(t.TempDir(), "x.db")+"?"+hostParams)
	check(t, err)
	t.Cleanup(func() { check(t, db.Close()) })
	db.SetMaxOpenConns(1)
	s := sqlite.New(db)
	check(t, s.Migrate(t.Context()))

	const size = 50 << 10
	keys := fill(t, s, size)
	if len(keys) < 2 {
		t.Fatalf("%d are stored", len(keys))
	}
	has(t, s, size, keys...)
	check(t, remove(t.Context(), s, keys[0]))
	again, err := put(t.Context(), s, size)
	check(t, err)
	has(t, s, size, append(keys[1:], again)...)
	if more := fill(t, s, size); len(more) != 0 {
		t.Errorf("%d more are stored", len(more))
	}
	maxPages.Store(10_000)
	_, err = db.ExecContext(t.Context(), limit())
	check(t, err)
	more, err := put(t.Context(), s, 10*size)
	check(t, err)
	has(t, s, size, append(keys[1:], again, more)...)
}

// TestAFullDiskSaysSo does the same with a file on a small file system, which root
// may mount.
func TestAFullDiskSaysSo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if out, err := exec.CommandContext(t.Context(), "mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", dir).CombinedOutput(); err != nil {
		t.Skipf("no file system can be mounted here, TestAFullDatabaseSaysSo has to do: %v: %s", err, out)
	}
	t.Cleanup(func() { check(t, exec.Command("umount", dir).Run()) })
	s, err := sqlite.Open(t.Context(), filepath.Join(dir, "x.db"))
	check(t, err)
	t.Cleanup(func() { check(t, s.Close()) })
	check(t, s.Migrate(t.Context()))

	ballast := filepath.Join(dir, "ballast")
	check(t, os.WriteFile(ballast, make([]byte, 6<<20), 0o600))
	const size = 300 << 10
	keys := fill(t, s, size)
	has(t, s, size, keys...)
	for range 3 { // whatever the connections went through
		if _, err := put(t.Context(), s, size); !errors.Is(err, storage.ErrFull) {
			t.Error(err)
		}
	}
	check(t, s.View(t.Context(), func(tx storage.Tx) error { return second(tx.Queues().List(t.Context(), ticket.QueueQuery{Limit: 1})) }))
	has(t, s, size, keys...)
	check(t, os.Remove(ballast))
	more, err := put(t.Context(), s, size)
	check(t, err)
	check(t, remove(t.Context(), s, keys[0]))
	has(t, s, size, append(keys[1:], more)...)
}

// TestTheLogDoesNotStayLarge after a reader who kept it from beginning anew.
func TestTheLogDoesNotStayLarge(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "x.db")
	s, err := sqlite.Open(t.Context(), path)
	check(t, err)
	t.Cleanup(func() { check(t, s.Close()) })
	check(t, s.Migrate(t.Context()))
	logSize := func() int64 {
		info, err := os.Stat(path + "-wal")
		check(t, err)
		return info.Size()
	}
	const megabyte, limit = 1 << 20, 32 << 20
	check(t, s.View(t.Context(), func(tx storage.Tx) error {
		_, err := tx.Queues().List(t.Context(), ticket.QueueQuery{Limit: 1})
		for range 48 {
			if err == nil {
				_, err = put(t.Context(), s, megabyte)
			}
		}
		return err
	}))
	if size := logSize(); size <= limit {
		t.Fatalf("the log has %d bytes", size)
	}
	for range 3 { // the next checkpoint writes all of it back, and the log begins anew
		_, err := put(t.Context(), s, megabyte)
		check(t, err)
	}
	if size := logSize(); size > limit {
		t.Errorf("the log still has %d bytes", size)
	}
}

// TestReadyNoticesThatTheFileIsGone or another.
func TestReadyNoticesThatTheFileIsGone(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "x.db")
	s, err := sqlite.Open(t.Context(), path)
	check(t, err)
	t.Cleanup(func() { _ = s.Close() })
	check(t, s.Migrate(t.Context()))
	check(t, s.Ready(t.Context()))
	check(t, os.Rename(path, path+".old"))
	if err := s.Ready(t.Context()); err == nil {
		t.Error("ready without a file")
	}
	content, err := os.ReadFile(path + ".old")
	check(t, err)
	check(t, os.WriteFile(path, content, 0o600))
	if err := s.Ready(t.Context()); err == nil {
		t.Error("ready with another file")
	}
	check(t, os.Remove(path))
	check(t, os.Rename(path+".old", path))
	check(t, s.Ready(t.Context()))
}
