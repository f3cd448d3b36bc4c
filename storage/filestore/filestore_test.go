package filestore_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"
	"time"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/storage/filestore"
	"github.com/go-helpdesk/helpdesk/storage/sqlite"
	"github.com/go-helpdesk/helpdesk/storage/storagetest"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// openIn opens a database, and a directory of files, in a folder.
func openIn(t testing.TB, place string) (*filestore.Store, *sqlite.Store) {
	t.Helper()
	db, err := sqlite.Open(t.Context(), filepath.Join(place, "desk.db"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(place, "files"), 0o700); err != nil {
		t.Fatal(err)
	}
	root, err := os.OpenRoot(filepath.Join(place, "files"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(db.Close(), root.Close()); err != nil {
			t.Error(err)
		}
	})
	return filestore.Wrap(db, root), db
}

func TestSuite(t *testing.T) {
	storagetest.Run(t, func(t testing.TB) storage.Store {
		s, _ := openIn(t, t.TempDir())
		return s
	})
}

// TestEachTransactionReadsTheDirectory finds a method of the wrapped Store that passes by.
func TestEachTransactionReadsTheDirectory(t *testing.T) {
	f := newFixture(t)
	var key string
	err := f.Update(t.Context(), func(tx storage.Tx) (err error) {
		key, _, err = tx.Files().Put(t.Context(), strings.NewReader("content"))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, run := range map[string]func(context.Context, func(storage.Tx) error) error{"View": f.View, "Read": f.Read,
		"Update": f.Update} {
		err := run(t.Context(), func(tx storage.Tx) error {
			content := make([]byte, len("content"))
			if _, err := tx.Files().ReadAt(t.Context(), key, content, 0); err != nil || string(content) != "content" {
				t.Errorf("%s reads %q, %v", name, content, err)
			}
			return nil
		})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSuiteRunTwice(t *testing.T) {
	storagetest.Run(t, func(t testing.TB) storage.Store {
		db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "desk.db"))
		if err != nil {
			t.Fatal(err)
		}
		root, err := os.OpenRoot(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = root.Close() })
		return filestore.Wrap(storagetest.Rerun(db), root)
	})
}

// fixture is a store with a follow-up to hang attachments on.
type fixture struct {
	*testing.T
	*filestore.Store
	db    *sqlite.Store
	place string // the folder of the database
	files string // the directory
	id    int64  // of the follow-up
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	place := t.TempDir()
	s, db := openIn(t, place)
	f := &fixture{t, s, db, place, filepath.Join(place, "files"), 0}
	f.ok(s.Migrate(t.Context()))
	f.ok(s.Store.Update(t.Context(), func(tx storage.Tx) error {
		q, r := &ticket.Queue{Slug: "q"}, &followup.FollowUp{TicketID: 1}
		err := errors.Join(tx.Queues().Insert(t.Context(), q), tx.Tickets().Insert(t.Context(), &ticket.Ticket{QueueID: q.ID}, nil),
			tx.FollowUps().Insert(t.Context(), r))
		f.id = r.ID
		return err
	}))
	return f
}

func (f *fixture) ok(err error) {
	f.Helper()
	if err != nil {
		f.Fatal(err)
	}
}

// has counts the files there are.
func (f *fixture) has(want int) {
	f.Helper()
	got := 0
	f.ok(filepath.WalkDir(f.files, func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			got++
		}
		return err
	}))
	if got != want {
		f.Fatalf("%d files, want %d", got, want)
	}
}

func (f *fixture) sweep(want int) {
	f.Helper()
	removed, err := f.Sweep(f.Context(), -time.Minute) // those written just now too
	f.ok(err)
	if removed != want {
		f.Fatalf("%d files swept, want %d", removed, want)
	}
}

func (f *fixture) attach(tx storage.Tx, content string) error {
	key, size, err := tx.Files().Put(f.Context(), strings.NewReader(content))
	if err != nil {
		return err
	}
	return tx.Attachments().Insert(f.Context(), &followup.Attachment{FollowUpID: f.id, Filename: content, Size: size, Content: key})
}

// detach removes the first attachment.
func (f *fixture) detach(tx storage.Tx) error {
	found, err := tx.Attachments().List(f.Context(), followup.AttachmentQuery{
		Scope: ticket.Scope{All: true}, Limit: 1,
	})
	if err != nil {
		return err
	}
	return errors.Join(tx.Attachments().Delete(f.Context(), found[0].ID), tx.Files().Delete(f.Context(), found[0].Content))
}

var errOwn = errors.New("the test's own")

func TestFilesFollowTheTransaction(t *testing.T) {
	f := newFixture(t)
	f.ok(f.Update(t.Context(), func(tx storage.Tx) error {
		f.has(0)
		return errors.Join(f.attach(tx, "a"), f.attach(tx, "b"))
	}))
	f.has(2)
	err := f.Update(t.Context(), func(tx storage.Tx) error {
		err := errors.Join(f.attach(tx, "c"), f.detach(tx))
		f.has(3)
		return errors.Join(err, errOwn)
	})
	if !errors.Is(err, errOwn) {
		t.Fatal(err)
	}
	f.has(2)
	func() {
		defer func() { _ = recover() }()
		_ = f.Update(t.Context(), func(tx storage.Tx) error { f.ok(f.attach(tx, "c")); panic("out") })
	}()
	f.has(2)
	f.ok(f.Update(t.Context(), func(tx storage.Tx) error {
		err := f.detach(tx)
		f.has(2)
		return err
	}))
	f.has(1)
	f.sweep(0)
	f.has(1)
}

func TestRunAgain(t *testing.T) {
	f := newFixture(t)
	root := must(os.OpenRoot(f.files))(t)
	defer root.Close()
	s := filestore.Wrap(storagetest.Rerun(f.db), root)
	f.ok(s.Update(t.Context(), func(tx storage.Tx) error { f.has(0); return f.attach(tx, "a") }))
	f.has(1)
	f.sweep(0)
}

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func TestFailedReader(t *testing.T) {
	f := newFixture(t)
	f.ok(f.Update(t.Context(), func(tx storage.Tx) error {
		_, _, err := tx.Files().Put(t.Context(), io.MultiReader(bytes.NewReader(make([]byte, 100_000)), iotest.ErrReader(errOwn)))
		if err != errOwn {
			t.Errorf("error is %v", err)
		}
		f.has(0)
		return nil
	}))
}

func TestViewWritesNoFiles(t *testing.T) {
	f := newFixture(t)
	f.ok(f.View(t.Context(), func(tx storage.Tx) error {
		if _, _, err := tx.Files().Put(t.Context(), strings.NewReader("x")); err == nil {
			t.Error("put: no error")
		}
		if err := tx.Files().Delete(t.Context(), "x"); err == nil {
			t.Error("delete: no error")
		}
		return nil
	}))
	f.has(0)
}

// A commit that fails may have been carried out, so its files wait for a sweep.
func TestFailedCommit(t *testing.T) {
	f := newFixture(t)
	ctx, cancel := context.WithCancel(t.Context())
	err := f.Update(ctx, func(tx storage.Tx) error { defer cancel(); return f.attach(tx, "a") })
	if !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	f.has(1)
	f.sweep(1)
	f.has(0)
}

func TestJoined(t *testing.T) {
	f := newFixture(t)
	host := must(sql.Open("sqlite3", "file:"+filepath.Join(f.place, "desk.db")+"?_foreign_keys=1&_txlock=immediate"))(t)
	defer host.Close()
	for _, commit := range []bool{true, false} {
		tx := must(host.BeginTx(t.Context(), nil))(t)
		s := f.Joined(f.db.Join(tx))
		f.ok(s.Update(t.Context(), func(tx storage.Tx) error { return f.attach(tx, "a") }))
		err := s.Update(t.Context(), func(tx storage.Tx) error { return errors.Join(f.attach(tx, "b"), errOwn) })
		if !errors.Is(err, errOwn) {
			t.Fatal(err)
		}
		if commit {
			f.ok(tx.Commit())
		} else {
			f.ok(tx.Rollback())
		}
	}
	f.has(2)
	f.sweep(1) // of the transaction that was rolled back
	tx := must(host.BeginTx(t.Context(), nil))(t)
	f.ok(f.Joined(f.db.Join(tx)).Update(t.Context(), f.detach))
	f.has(1)
	f.ok(tx.Commit())
	f.has(1)
	f.sweep(1)
}

func TestSweepLeavesTheRest(t *testing.T) {
	f := newFixture(t)
	f.ok(f.Update(t.Context(), func(tx storage.Tx) error { return f.attach(tx, "named") }))
	key := strings.Repeat("0", 28)
	for name, ours := range map[string]bool{
		"README": false, "00/00/README.tmp": false, key + "0000": false, "00/11/" + key + "0000": false,
		"00/00/" + key + "0000": true, "00/00/" + key + "0000.tmp": true,
	} {
		file := filepath.Join(f.files, name)
		f.ok(os.MkdirAll(filepath.Dir(file), 0o700))
		f.ok(os.WriteFile(file, []byte("x"), 0o600))
		if ours {
			f.ok(os.Chtimes(file, time.Time{}, time.Now().Add(-time.Hour)))
		}
	}
	f.has(7)
	if removed, err := f.Sweep(t.Context(), 2*time.Hour); removed != 0 || err != nil {
		t.Errorf("%d files swept, %v", removed, err)
	}
	if removed, err := f.Sweep(t.Context(), time.Minute); removed != 2 || err != nil {
		t.Errorf("%d files swept, %v", removed, err)
	}
	f.has(5)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := f.Sweep(ended, 0); !errors.Is(err, context.Canceled) {
		t.Errorf("under an ended context: %v", err)
	}
}

func TestBrokenDirectory(t *testing.T) {
	f := newFixture(t)
	root := must(os.OpenRoot(f.files))(t)
	f.ok(root.Close())
	s := filestore.Wrap(f.db, root)
	if err := s.Update(t.Context(), func(tx storage.Tx) error { return f.attach(tx, "a") }); err == nil {
		t.Error("put: no error")
	}
	f.ok(s.View(t.Context(), func(tx storage.Tx) error {
		_, err := tx.Files().ReadAt(t.Context(), strings.Repeat("0", 32), make([]byte, 1), 0)
		if err == nil || errors.Is(err, storage.ErrNotFound) {
			t.Errorf("read: %v", err)
		}
		return nil
	}))
	if _, err := s.Sweep(t.Context(), 0); err == nil {
		t.Error("sweep: no error")
	}
}

// TestAFullDirectorySaysSo also to a reader of the content that meets it first.
func TestAFullDirectorySaysSo(t *testing.T) {
	s, _ := openIn(t, t.TempDir())
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	err := s.Update(t.Context(), func(tx storage.Tx) error {
		_, _, err := tx.Files().Put(t.Context(), iotest.ErrReader(&fs.PathError{Op: "write", Path: "x", Err: syscall.ENOSPC}))
		return err
	})
	if !errors.Is(err, storage.ErrFull) || !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("got %v", err)
	}
}
