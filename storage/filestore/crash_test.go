package filestore_test

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/storage/filestore"
	"github.com/go-helpdesk/helpdesk/storage/sqlite"
	"github.com/go-helpdesk/helpdesk/ticket"
)

const (
	crashAt    = "FILESTORE_TEST_CRASH_AT"
	crashPlace = "FILESTORE_TEST_CRASH_PLACE"
)

// TestMain is a program that dies in the middle of a transaction when it is told to.
func TestMain(m *testing.M) {
	if at := os.Getenv(crashAt); at != "" {
		err := crash(context.Background(), at, os.Getenv(crashPlace))
		panic(err) // it should have died
	}
	os.Exit(m.Run())
}

const died = 7

func die() { os.Exit(died) }

func crash(ctx context.Context, at, place string) error {
	db, err1 := sqlite.Open(ctx, filepath.Join(place, "desk.db"))
	root, err2 := os.OpenRoot(filepath.Join(place, "files"))
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	return filestore.Wrap(dieAfterCommit{db}, root).Update(ctx, func(tx storage.Tx) error {
		found, err := tx.Attachments().List(ctx, followup.AttachmentQuery{Scope: ticket.Scope{All: true}})
		if err != nil {
			return err
		}
		var content io.Reader = strings.NewReader("new")
		if at == "put" {
			content = io.MultiReader(content, dying{})
		}
		key, size, err := tx.Files().Put(ctx, content)
		if at == "transaction" {
			die()
		}
		after := *found[0]
		after.Content, after.Size = key, size
		return errors.Join(err, tx.Attachments().Update(ctx, found[0], &after), tx.Files().Delete(ctx, found[0].Content))
	})
}

type dying struct{}

func (dying) Read([]byte) (int, error) { die(); return 0, nil }

type dieAfterCommit struct{ storage.Store }

func (d dieAfterCommit) Update(ctx context.Context, fn func(storage.Tx) error) error {
	if err := d.Store.Update(ctx, fn); err != nil {
		return err
	}
	die()
	return nil
}

// Wherever the process dies, the attachment has its content, and a sweep finds
// the one file too many.
func TestCrash(t *testing.T) {
	for at, want := range map[string]string{"put": "old", "transaction": "old", "commit": "new"} {
		t.Run(at, func(t *testing.T) {
			f := newFixture(t)
			f.ok(f.Update(t.Context(), func(tx storage.Tx) error { return f.attach(tx, "old") }))
			child := exec.CommandContext(t.Context(), os.Args[0])
			child.Env = append(os.Environ(), crashAt+"="+at, crashPlace+"="+f.place)
			out, err := child.CombinedOutput()
			if child.ProcessState.ExitCode() != died {
				t.Fatalf("%v: %s", err, out)
			}
			f.has(2)
			f.sweep(1)
			f.has(1)
			f.ok(f.View(t.Context(), func(tx storage.Tx) error {
				a, err := tx.Attachments().Get(t.Context(), 1, ticket.Scope{All: true})
				if err != nil {
					return err
				}
				got := make([]byte, a.Size)
				_, err = tx.Files().ReadAt(t.Context(), a.Content, got, 0)
				if string(got) != want {
					t.Errorf("content is %q, want %q", got, want)
				}
				return err
			}))
		})
	}
}
