package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"io/fs"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	_ "github.com/mattn/go-sqlite3"

	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/storage/internal/direct"
	"github.com/go-helpdesk/helpdesk/user"
)

var errOwn = errors.New("the test's own")

func file(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(annotation + text)} }

const (
	first  = "CREATE TABLE helpdesk_migration (version INTEGER, name TEXT);\nINSERT INTO helpdesk_migration VALUES (1, 'first');\n"
	second = "CREATE TABLE other (x);\nINSERT INTO helpdesk_migration VALUES (2, 'second');\n"
)

// scratch is a store over a database with nothing in it.
func scratch(t *testing.T, migrations fs.FS) (*Store, *sql.DB) {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(t.TempDir(), "x.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return New(Options{Write: db, Read: db, Migrations: migrations, Dialect: Dialect{
		Begin: "BEGIN IMMEDIATE", BeginRead: "BEGIN", Error: func(err error) error { return err },
		TableExists: "SELECT COUNT(*) FROM sqlite_schema WHERE name = ?",
	}}), db
}

func TestMigrateStepByStep(t *testing.T) {
	ctx := t.Context()
	files := fstest.MapFS{"0001_first.up.sql": file(first)}
	s, _ := scratch(t, files)
	if err := s.Ready(ctx); !errors.Is(err, storage.ErrSchema) || !strings.Contains(err.Error(), "call Migrate") {
		t.Errorf("without a schema: %v", err)
	}
	if err := errors.Join(s.Migrate(ctx), s.Ready(ctx)); err != nil {
		t.Fatal(err)
	}
	files["0002_second.up.sql"] = file(second)
	if err := s.Ready(ctx); !errors.Is(err, storage.ErrSchema) || !strings.Contains(err.Error(), "call Migrate") {
		t.Errorf("older: %v", err)
	}
	if err := errors.Join(s.Migrate(ctx), s.Migrate(ctx), s.Ready(ctx)); err != nil {
		t.Fatal(err)
	}
	delete(files, "0002_second.up.sql")
	if err := s.Ready(ctx); !errors.Is(err, storage.ErrSchema) || !strings.Contains(err.Error(), "newer code") {
		t.Errorf("newer: %v", err)
	}
	if err := s.Migrate(ctx); err != nil {
		t.Errorf("migrate to an older version: %v", err)
	}
}

func TestFailedMigration(t *testing.T) {
	ctx := t.Context()
	files := fstest.MapFS{"0001_first.up.sql": file(first), "0002_bad.up.sql": file("CREATE TABLE other (x);\nCREATE NONSENSE;\n")}
	s, _ := scratch(t, files)
	if err := s.Migrate(ctx); err == nil || !strings.Contains(err.Error(), "0002_bad.up.sql") {
		t.Errorf("error is %v", err)
	}
	files["0002_bad.up.sql"] = file(second)
	if err := errors.Join(s.Migrate(ctx), s.Ready(ctx)); err != nil {
		t.Errorf("the table is still there: %v", err)
	}
}

func TestMisnamedMigrations(t *testing.T) {
	for _, files := range []fstest.MapFS{
		{"0002_second.up.sql": file(second)},
		{"first.up.sql": file(first)},
		{"0001_first.sql": file(first)},
		{"0001_first.down.sql": file(first)},
		{"0001_first.up.sql": {Data: []byte(first)}},
		{"0001_first.up.sql": file(first), "0001_again.up.sql": file(first)},
		{"0001_folder.up.sql/x": file(first)},
	} {
		s, _ := scratch(t, files)
		if s.Migrate(t.Context()) == nil || s.Ready(t.Context()) == nil {
			t.Errorf("%v: no error", files)
		}
	}
}

// A connection whose transaction did not end as it should is not used again.
func TestUnknownStateIsDiscarded(t *testing.T) {
	s, db := scratch(t, nil)
	nothing := func(storage.Tx) error { return nil }
	for name, begin := range map[string]string{"cannot commit": "SELECT 1", "cannot begin": "NONSENSE"} {
		s.o.Dialect.Begin = begin
		if err := s.Update(t.Context(), nothing); err == nil {
			t.Errorf("%s: no error", name)
		}
		if n := db.Stats().OpenConnections; n != 0 {
			t.Errorf("%s: %d connections left", name, n)
		}
	}
	s.o.Dialect.BeginRead = "SELECT 1"
	if err := s.View(t.Context(), func(storage.Tx) error { return errOwn }); err != errOwn {
		t.Errorf("view: %v", err)
	}
	if n := db.Stats().OpenConnections; n != 0 {
		t.Errorf("view: %d connections left", n)
	}
}

// Whatever the database says, each method passes it on with what it was doing.
func TestErrorsPassThrough(t *testing.T) {
	ctx := t.Context()
	s, _ := scratch(t, nil) // without a single table
	for name, use := range map[string]func(storage.Tx) error{
		"get user":   func(tx storage.Tx) error { _, err := tx.Users().Get(ctx, 1); return err },
		"list users": func(tx storage.Tx) error { _, err := tx.Users().List(ctx, user.Query{Limit: 1}); return err },
		"insert user": func(tx storage.Tx) error {
			return tx.Users().Insert(ctx, &user.User{})
		},
		"put content": func(tx storage.Tx) error {
			_, _, err := tx.Files().Put(ctx, strings.NewReader("x"))
			return err
		},
		"find content keys": func(tx storage.Tx) error {
			_, err := tx.Attachments().ContentKeys(ctx, []string{"x"})
			return err
		},
	} {
		if err := s.Update(ctx, use); err == nil || !strings.HasPrefix(err.Error(), name+": ") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestScanErrors(t *testing.T) {
	s, _ := scratch(t, nil)
	for query, scan := range map[string]func(*row){
		"SELECT 'no number'":  func(r *row) { integer(r) },
		"SELECT 'no instant'": func(r *row) { nullInstant(r) },
		"SELECT 'no JSON'":    func(r *row) { fromJSON[string](r) },
	} {
		err := s.view(t.Context(), func(x *transaction) error {
			return x.each(t.Context(), "read", statement{text: query}, func(r *row) error { scan(r); return nil })
		})
		if err == nil || !strings.HasPrefix(err.Error(), "read: ") {
			t.Errorf("%s: error is %v", query, err)
		}
	}
}

func TestClosedPool(t *testing.T) {
	s, db := scratch(t, nil)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	err := s.Update(context.Background(), func(storage.Tx) error { return nil })
	if err == nil || !strings.HasPrefix(err.Error(), "connect: ") {
		t.Errorf("error is %v", err)
	}
}

// TestWords reads what asJSON stores, and what others may have.
func TestWords(t *testing.T) {
	s, _ := scratch(t, nil)
	for _, want := range [][]string{nil, {}, {""}, {"", ""}, {"a@b.co"}, {"a", "b", "c"}, {`q"uote`, "x"}, {`back\slash`}, {"<é&>"},
		{`","`}, {`["`, `"]`}} {
		read := func(stored any) (got []string) {
			err := s.view(t.Context(), func(x *transaction) error {
				return x.each(t.Context(), "read", statement{text: "SELECT ?", args: []any{stored}}, func(r *row) error {
					got = fromJSON[string](r)
					return nil
				})
			})
			if err != nil {
				t.Error(err)
			}
			return got
		}
		if got := read(asJSON(want)); !reflect.DeepEqual(got, want) {
			t.Errorf("%#v became %#v", want, got)
		}
		if want == nil {
			continue
		}
		spaced, err := json.MarshalIndent(want, " ", " ")
		if err != nil {
			t.Fatal(err)
		}
		if got := read(string(spaced)); !reflect.DeepEqual(got, want) {
			t.Errorf("%s became %#v", spaced, got)
		}
	}
}

// TestASingleReadEndsItsTransaction has reads that must be of one state fail between the
// beginning and the end of their transaction: the connection is not used again.
func TestASingleReadEndsItsTransaction(t *testing.T) {
	s, db := scratch(t, nil)
	one := func(text string) batch {
		return func(steps []direct.Step) []direct.Step {
			return append(steps, direct.Step{Text: text, Use: func(r *row) error { _ = r.Int(); return nil }})
		}
	}
	consistent := func(batches ...batch) error {
		return s.Read(t.Context(), func(tx storage.Tx) error {
			return tx.(*transaction).consistent(t.Context(), "read", batches...)
		})
	}
	if err := consistent(one("SELECT 1"), one("SELECT 2")); err != nil {
		t.Error(err)
	}
	if n := db.Stats().OpenConnections; n != 1 {
		t.Errorf("%d connections after a read that succeeded, want the one", n)
	}
	if err := consistent(one("SELECT 1"), one("NONSENSE")); err == nil {
		t.Error("no error")
	}
	if n := db.Stats().OpenConnections; n != 0 {
		t.Errorf("%d connections are left with an open transaction", n)
	}
}
