package filestore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"time"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/internal/diskfull"
	"github.com/go-helpdesk/helpdesk/storage"
)

// Store is a storage.Store with the content of attachments in a directory. Wrap
// makes one. It is safe for concurrent use, also by several processes.
type Store struct {
	storage.Store
	dir    *directory
	joined bool // the commit is the host's
}

// Wrap returns a Store that keeps content in root and the rest in s. Closing it
// closes s; root stays the caller's, and must be open as long as the Store is
// in use. Content that s itself keeps is not seen.
func Wrap(s storage.Store, root *os.Root) *Store {
	return &Store{Store: s, dir: &directory{root: root, synced: map[string]bool{}}}
}

// Joined returns a Store with the same directory over s, which works inside a
// transaction of the host's: store.Joined(db.Join(tx)). What becomes of tx is
// not known here, so files that it adds and then rolls back, and files that it
// deletes, stay until a Sweep.
func (s *Store) Joined(inner storage.Store) storage.Store {
	return &Store{Store: inner, dir: s.dir, joined: true}
}

// View implements storage.Store.
func (s *Store) View(ctx context.Context, fn func(storage.Tx) error) error {
	return s.Store.View(ctx, func(tx storage.Tx) error {
		return fn(transaction{tx, files{dir: s.dir}})
	})
}

// Read implements storage.Store.
func (s *Store) Read(ctx context.Context, fn func(storage.Tx) error) error {
	return s.Store.Read(ctx, func(tx storage.Tx) error {
		return fn(transaction{tx, files{dir: s.dir}})
	})
}

// Update implements storage.Store. When the commit itself fails, the files that
// were added stay until a Sweep: it may have been carried out all the same.
func (s *Store) Update(ctx context.Context, fn func(storage.Tx) error) error {
	w := &work{}
	open := false // fn is running, or has failed: nothing it did is kept
	undo := func() {
		s.dir.remove(w.added)
		*w = work{}
	}
	defer func() { // also when fn panics
		if open {
			undo()
		}
	}()
	err := s.Store.Update(ctx, func(tx storage.Tx) error {
		undo() // what an earlier run did
		open = true
		err := fn(transaction{tx, files{s.dir, w}})
		open = err != nil
		return err
	})
	if err == nil && !s.joined {
		s.dir.remove(w.deleted)
	}
	return err
}

// sweepBatch is how many keys are looked up at once.
const sweepBatch = 500

// Sweep implements storage.Store. Files that this package did not make stay. Content
// that the wrapped store keeps is not swept.
func (s *Store) Sweep(ctx context.Context, grace time.Duration) (removed int, err error) {
	before := time.Now().Add(-grace)
	var keys []string
	flush := func() error {
		n, err := s.removeUnnamed(ctx, keys)
		removed += n
		keys = keys[:0]
		return err
	}
	err = fs.WalkDir(s.dir.root.FS(), ".", func(path string, d fs.DirEntry, err error) error {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		key, temporary := parse(path)
		if key == "" {
			return nil
		}
		info, err := d.Info()
		switch {
		case errors.Is(err, fs.ErrNotExist): // deleted meanwhile
			return nil
		case err != nil || !info.ModTime().Before(before):
			return err
		case temporary:
			removed++
			return s.dir.root.Remove(path)
		}
		if keys = append(keys, key); len(keys) == sweepBatch {
			return flush()
		}
		return nil
	})
	if err == nil {
		err = flush()
	}
	if err != nil {
		err = fmt.Errorf("sweep: %w", err)
	}
	return removed, err
}

func (s *Store) removeUnnamed(ctx context.Context, keys []string) (removed int, err error) {
	named := map[string]bool{}
	err = s.Store.View(ctx, func(tx storage.Tx) error {
		found, err := tx.Attachments().ContentKeys(ctx, keys)
		for _, key := range found {
			named[key] = true
		}
		return err
	})
	if err != nil {
		return 0, err
	}
	for _, key := range keys {
		if named[key] {
			continue
		}
		if err := s.dir.root.Remove(place(key)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return removed, err
		}
		removed++
	}
	return removed, nil
}

// transaction is a storage.Tx with other Files.
type transaction struct {
	storage.Tx
	files files
}

func (tx transaction) Files() followup.Files { return tx.files }

// Savepoint implements storage.Tx. Files that fn added are removed when it is taken
// back, and those that it deleted stay.
func (tx transaction) Savepoint(ctx context.Context, fn func() error) error {
	w := tx.files.work
	if w == nil { // nothing is written
		return tx.Tx.Savepoint(ctx, fn)
	}
	added, deleted := len(w.added), len(w.deleted)
	kept := false
	defer func() { // also when fn panics
		if !kept {
			tx.files.dir.remove(w.added[added:])
			w.added, w.deleted = w.added[:added], w.deleted[:deleted]
		}
	}()
	err := tx.Tx.Savepoint(ctx, fn)
	kept = err == nil
	return err
}

// work is what a transaction did to files: deleting waits for the commit.
type work struct {
	added, deleted []string
}

// files implements followup.Files.
type files struct {
	dir  *directory
	work *work // nil in a View
}

var errReadOnly = errors.New("a View cannot write files")

func (f files) Put(ctx context.Context, r io.Reader) (key string, size int64, err error) {
	if f.work == nil {
		return "", 0, errReadOnly
	}
	key, size, err = f.dir.write(contextReader{ctx, r})
	if diskfull.Is(err) {
		err = fmt.Errorf("%w: %w", storage.ErrFull, err)
	}
	if err != nil {
		return "", 0, err
	}
	f.work.added = append(f.work.added, key)
	return key, size, nil
}

func (f files) ReadAt(ctx context.Context, key string, p []byte, off int64) (int, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	if f.work.hasDeleted(key) {
		return 0, fmt.Errorf("read content: %w", storage.ErrNotFound)
	}
	return f.dir.readAt(key, p, off)
}

func (f files) Delete(_ context.Context, keys ...string) error {
	if f.work == nil {
		return errReadOnly
	}
	f.work.deleted = append(f.work.deleted, keys...)
	return nil
}

func (w *work) hasDeleted(key string) bool {
	return w != nil && slices.Contains(w.deleted, key)
}

// contextReader stops reading when the context has ended.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (c contextReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}
