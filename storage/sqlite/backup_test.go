package sqlite_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/storage/sqlite"
	"github.com/go-helpdesk/helpdesk/user"
)

// stores are one of each kind, with a schema.
func stores(t *testing.T) map[string]*sqlite.Store {
	t.Helper()
	all := map[string]*sqlite.Store{"Open": open(t), "New": sqlite.New(pool(t, hostParams))}
	for _, s := range all {
		check(t, s.Migrate(t.Context()))
	}
	return all
}

// A backup in the middle of writing has each transaction whole or not at all, and
// all that were acknowledged before it began.
func TestBackupWhileOthersWrite(t *testing.T) {
	for name, s := range stores(t) {
		var acknowledged atomic.Int64
		writing, stop := context.WithCancel(t.Context())
		var writers sync.WaitGroup
		for w := range 2 {
			writers.Go(func() {
				for n := 0; writing.Err() == nil; n++ {
					one := strconv.Itoa(w) + "." + strconv.Itoa(n)
					err := s.Update(t.Context(), func(tx storage.Tx) error {
						return errors.Join(insert(t.Context(), tx, one), insert(t.Context(), tx, one+" too"))
					})
					if err != nil {
						t.Error(err)
						return
					}
					acknowledged.Add(2)
				}
			})
		}
		dir := t.TempDir()
		for i := range 5 {
			before := acknowledged.Load()
			path := filepath.Join(dir, strconv.Itoa(i)+"?#% copy.db")
			check(t, s.Backup(t.Context(), path))
			if n := users(t, path); n%2 != 0 || int64(n) < before {
				t.Errorf("%s: %d users, %d were acknowledged before", name, n, before)
			}
		}
		stop()
		writers.Wait()
		if left, err := filepath.Glob(filepath.Join(dir, "*.part")); len(left) > 0 || err != nil {
			t.Errorf("%s: %v, %v", name, left, err)
		}
	}
}

// users opens a backup, and counts its users.
func users(t *testing.T, path string) (n int) {
	t.Helper()
	s, err := sqlite.Open(t.Context(), path)
	check(t, err)
	defer func() { check(t, s.Close()) }()
	check(t, s.Ready(t.Context()))
	check(t, s.View(t.Context(), func(tx storage.Tx) (err error) {
		all, err := tx.Users().List(t.Context(), user.Query{Limit: 1 << 30})
		n = len(all)
		return err
	}))
	return n
}

// A backup that fails leaves nothing, overwrites nothing, and the store works.
func TestFailedBackup(t *testing.T) {
	for name, s := range stores(t) {
		dir := t.TempDir()
		path := filepath.Join(dir, "copy.db")
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		if err := s.Backup(ended, path); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
		if left, err := os.ReadDir(dir); len(left) > 0 || err != nil {
			t.Errorf("%s: %v, %v", name, left, err)
		}
		if err := s.Backup(t.Context(), filepath.Join(dir, "none", "copy.db")); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v", name, err)
		}
		check(t, os.WriteFile(path, []byte("mine"), 0o600))
		if err := s.Backup(t.Context(), path); !errors.Is(err, fs.ErrExist) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", name, err)
		}
		if text, err := os.ReadFile(path); string(text) != "mine" || err != nil {
			t.Errorf("%s: %q, %v", name, text, err)
		}
		check(t, s.Backup(t.Context(), filepath.Join(dir, "other.db")))
		check(t, s.Update(t.Context(), func(tx storage.Tx) error { return insert(t.Context(), tx, "ada") }))
	}
}
