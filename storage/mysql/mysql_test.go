package mysql_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/internal/mariadb"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/storage/filestore"
	"github.com/go-helpdesk/helpdesk/storage/mysql"
	"github.com/go-helpdesk/helpdesk/storage/storagetest"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// TestSuiteFiles has the content of attachments in a directory.
func TestSuiteFiles(t *testing.T) {
	storagetest.Run(t, func(t testing.TB) storage.Store {
		root, err := os.OpenRoot(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = root.Close() })
		dsn := mariadb.Database(t)
		return filestore.Wrap(storagetest.Rerun(copying(t, openDSN(t, dsn), dsn)), root)
	})
}

func TestHostPoolStays(t *testing.T) {
	ctx, db := t.Context(), pool(t, mariadb.Database(t))
	db.SetMaxOpenConns(3)
	s := mysql.New(db)
	if err := errors.Join(s.Migrate(ctx), s.Ready(ctx), s.Close()); err != nil {
		t.Fatal(err)
	}
	if err := db.PingContext(ctx); err != nil {
		t.Errorf("after Close: %v", err)
	}
	if got := db.Stats().MaxOpenConnections; got != 3 {
		t.Errorf("%d connections at most, want 3", got)
	}
}

// What New changes for its transactions does not stay with the connection.
func TestHostSessionStays(t *testing.T) {
	ctx, db := t.Context(), pool(t, mariadb.Database(t))
	db.SetMaxOpenConns(1)
	s := mysql.New(db)
	level := func() (level string) {
		if err := db.QueryRowContext(ctx, "SELECT @@tx_isolation").Scan(&level); err != nil {
			t.Fatal(err)
		}
		return level
	}
	before := level()
	nothing := func(storage.Tx) error { return nil }
	if err := errors.Join(s.Migrate(ctx), s.Update(ctx, nothing), s.View(ctx, nothing)); err != nil {
		t.Fatal(err)
	}
	if after := level(); after != before {
		t.Errorf("isolation was %s, is %s", before, after)
	}
}

// TestUnfitConnections: settings that would lose or change data are refused before
// anything is read or written, with what to set.
func TestUnfitConnections(t *testing.T) {
	ctx := t.Context()
	migrated := mariadb.Database(t)
	if err := openDSN(t, migrated).Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	nothing := func(storage.Tx) error { return nil }
	for params, want := range map[string]string{
		"sql_mode=''":          "add STRICT_TRANS_TABLES",
		"charset=latin1":       "add charset=utf8mb4",
		"foreign_key_checks=0": "set foreign_key_checks=1",
		"completion_type=1":    "set completion_type=NO_CHAIN",
		"sql_select_limit=10":  "set sql_select_limit=DEFAULT",
		"autocommit=0":         "set autocommit=1",
	} {
		db := pool(t, migrated+"?"+params)
		s := mysql.New(db)
		calls := map[string]func() error{
			"Migrate": func() error { return s.Migrate(ctx) },
			"Ready":   func() error { return s.Ready(ctx) },
			"View":    func() error { return s.View(ctx, nothing) },
			"Read":    func() error { return s.Read(ctx, nothing) },
			"Update":  func() error { return s.Update(ctx, nothing) },
		}
		tx, err := db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelReadCommitted})
		if err != nil {
			t.Fatal(err)
		}
		if params != "autocommit=0" { // which means nothing inside a transaction, and is set by Open
			calls["Open"] = func() error { _, err := mysql.Open(ctx, migrated+"?"+params); return err }
			calls["Join.Ready"] = func() error { return s.Join(tx).Ready(ctx) }
			calls["Join.Update"] = func() error { return s.Join(tx).Update(ctx, nothing) }
		}
		for call, fn := range calls {
			err := fn()
			if params == "charset=latin1" && call == "Open" && err != nil {
				continue // the server refuses it together with Open's collation
			}
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s, %s: %v", params, call, err)
			}
		}
		if err := tx.Rollback(); err != nil {
			t.Error(err)
		}
	}
	s := openDSN(t, mariadb.Database(t)+"?sql_mode='STRICT_ALL_TABLES,ANSI_QUOTES,NO_BACKSLASH_ESCAPES'")
	if err := errors.Join(s.Migrate(ctx), s.Ready(ctx)); err != nil {
		t.Error(err)
	}
	err := s.Update(ctx, func(tx storage.Tx) error { return tx.Users().Insert(ctx, &user.User{Username: `a'b\"c`}) })
	if err != nil {
		t.Error(err)
	}
}

// TestEachConnectionIsCheckedOnce: what a host's pool is asked costs one statement a
// connection, not one a transaction.
func TestEachConnectionIsCheckedOnce(t *testing.T) {
	ctx, db := t.Context(), pool(t, mariadb.Database(t))
	s := mysql.New(db)
	if err := s.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	questions := func() (n int) {
		var name string
		if err := db.QueryRowContext(ctx, "SHOW SESSION STATUS LIKE 'Questions'").Scan(&name, &n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	count := func() int {
		before := questions()
		if err := s.Read(ctx, func(tx storage.Tx) error { _, err := tx.Groups().Count(ctx, user.GroupFilter{}); return err }); err != nil {
			t.Fatal(err)
		}
		return questions() - before - 1 // less the question itself
	}
	count()
	if first, second := count(), count(); first != second {
		t.Errorf("%d statements, then %d", first, second)
	}
}

func TestOpenFails(t *testing.T) {
	s := mariadb.Database(t)
	wrong := strings.Replace(s, ":", ":not", 1) // the password
	if _, err := mysql.Open(t.Context(), wrong); err == nil || errors.Is(err, storage.ErrBusy) {
		t.Errorf("wrong password: %v", err)
	}
	_, err := mysql.Open(t.Context(), "u:p@tcp(127.0.0.1:1)/d", mysql.Patience(10*time.Millisecond))
	if !errors.Is(err, storage.ErrBusy) {
		t.Errorf("nobody there: %v", err)
	}
}

// The first address does not answer: the second does.
func TestSeveralAddresses(t *testing.T) {
	ctx := t.Context()
	s := openDSN(t, strings.Replace(mariadb.Database(t), "@tcp(", "@tcp(127.0.0.1:1,", 1))
	if err := errors.Join(s.Migrate(ctx), s.Ready(ctx)); err != nil {
		t.Error(err)
	}
}

func TestLongUsernames(t *testing.T) {
	ctx, s := t.Context(), migrated(t)
	longest := strings.Repeat("\ufdfa", user.MaxUsername) // 18 times as long when folded
	update(t, s, func(tx storage.Tx) error {
		return errors.Join(tx.Users().Insert(ctx, &user.User{Username: longest}),
			tx.Users().Insert(ctx, &user.User{Username: longest[len("\ufdfa"):]}))
	})
	update(t, s, func(tx storage.Tx) error {
		u, err := tx.Users().ByUsername(ctx, user.Key(longest))
		if err != nil || u.Username != longest {
			t.Errorf("found %v, %v", u, err)
		}
		if err := tx.Users().Insert(ctx, &user.User{Username: longest}); !errors.Is(err, storage.ErrDuplicate) {
			t.Errorf("again: %v", err)
		}
		return nil
	})
}

func migrated(t testing.TB, opts ...mysql.Option) *mysql.Store {
	t.Helper()
	s := open(t, opts...)
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

func update(t testing.TB, s storage.Store, fn func(storage.Tx) error) {
	t.Helper()
	if err := s.Update(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

// Large texts of characters that grow when they are quoted, and large files,
// under the packets that servers take by default.
func TestLarge(t *testing.T) {
	const mebi = 1 << 20
	ctx := t.Context()
	for name, s := range map[string]*mysql.Store{"Open": open(t), "New": mysql.New(pool(t, mariadb.Database(t)))} {
		if err := s.Migrate(ctx); err != nil {
			t.Fatal(err)
		}
		content := make([]byte, 25*mebi)
		_, _ = rand.NewChaCha8([32]byte{}).Read(content)
		var key string
		var tickets []*ticket.Ticket
		update(t, s, func(tx storage.Tx) (err error) {
			tickets = nil
			q := &ticket.Queue{Slug: "q"}
			if err := tx.Queues().Insert(ctx, q); err != nil {
				return err
			}
			for _, char := range []string{"x", "'", "😀"} {
				added := &ticket.Ticket{QueueID: q.ID, Description: new(strings.Repeat(char, 2*mebi))}
				if err := tx.Tickets().Insert(ctx, added, nil); err != nil {
					return err
				}
				tickets = append(tickets, added)
			}
			key, _, err = tx.Files().Put(ctx, bytes.NewReader(content))
			return err
		})
		view(t, s, func(tx storage.Tx) error {
			for _, want := range tickets {
				got, err := tx.Tickets().Get(ctx, want.ID, ticket.Scope{All: true})
				if err != nil || *got.Description != *want.Description {
					t.Errorf("%s: a description is not what it was (%v)", name, err)
				}
			}
			if digest(ctx, t, tx.Files(), key) != sha256.Sum256(content) {
				t.Errorf("%s: the content is not what it was", name)
			}
			return nil
		})
	}
}

func view(t testing.TB, s storage.Store, fn func(storage.Tx) error) {
	t.Helper()
	if err := s.View(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

func digest(ctx context.Context, t *testing.T, files followup.Files, key string) (sum [32]byte) {
	t.Helper()
	h, part := sha256.New(), make([]byte, 300_000)
	for off := int64(0); ; off += int64(len(part)) {
		n, err := files.ReadAt(ctx, key, part, off)
		h.Write(part[:n])
		if err == io.EOF {
			return [32]byte(h.Sum(nil))
		}
		if err != nil {
			t.Error(err)
			return sum
		}
	}
}

// Transactions that take the same rows the other way round end up in deadlocks,
// and all come through.
func TestDeadlocks(t *testing.T) {
	ctx, s := t.Context(), migrated(t)
	var ids [2]int64
	update(t, s, func(tx storage.Tx) error {
		q := &ticket.Queue{Slug: "q"}
		err := tx.Queues().Insert(ctx, q)
		for i := range ids {
			added := &ticket.Ticket{QueueID: q.ID}
			err = errors.Join(err, tx.Tickets().Insert(ctx, added, nil))
			ids[i] = added.ID
		}
		return err
	})
	const each = 20
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			for range each {
				err := s.Update(ctx, func(tx storage.Tx) error {
					return errors.Join(note(ctx, tx, ids[i%2]), note(ctx, tx, ids[1-i%2]))
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	view(t, s, func(tx storage.Tx) error {
		for _, id := range ids {
			got, err := tx.Tickets().Get(ctx, id, ticket.Scope{All: true})
			if err != nil || len(got.Title) != 4*each {
				t.Errorf("an update was lost: %v, %v", got, err)
			}
		}
		return nil
	})
}

// A server that rolls a transaction back for another one of its cluster may tell so only by
// not knowing the savepoint. The transaction is run again, and leaves nothing of its first run.
func TestALostSavepointRunsAgain(t *testing.T) {
	ctx, s := t.Context(), migrated(t)
	for _, want := range []error{nil, errors.New("the user's mistake")} {
		runs := 0
		err := s.Update(ctx, func(tx storage.Tx) error {
			runs++
			return tx.Savepoint(ctx, func() error {
				err := insert(ctx, tx, fmt.Sprintf("run%d", runs))
				if runs == 1 {
					err = errors.Join(err, tx.Exec(ctx, "ROLLBACK"))
				}
				return errors.Join(err, want)
			})
		})
		if runs != 2 || want == nil && err != nil || want != nil && !errors.Is(err, want) || errors.Is(err, storage.ErrBusy) {
			t.Errorf("%d runs, which ended with %v; want 2 and %v", runs, err, want)
		}
	}
	view(t, s, func(tx storage.Tx) error {
		all, err := tx.Users().List(ctx, user.Query{Limit: 9})
		if err == nil && (len(all) != 1 || all[0].Username != "run2") {
			t.Errorf("got %d users, want that of the second run alone", len(all))
		}
		return err
	})
}

// note adds a letter to a ticket's title.
func note(ctx context.Context, tx storage.Tx, id int64) error {
	t, err := tx.Tickets().Lock(ctx, id, ticket.Scope{All: true})
	if err != nil {
		return err
	}
	after := t.Clone()
	after.Title += "x"
	return tx.Tickets().Update(ctx, t, after, nil)
}

// TestNoConnectionWithin: who waits for a connection does not wait forever.
func TestNoConnectionWithin(t *testing.T) {
	t.Parallel()
	ctx, name := t.Context(), mariadb.Database(t)
	own, err := mysql.Open(ctx, name, mysql.Connections(2), mysql.MaxWait(time.Second))
	check(t, err)
	defer own.Close()
	check(t, own.Migrate(ctx))
	db, err := sql.Open("mysql", name)
	check(t, err)
	defer db.Close()
	db.SetMaxOpenConns(1)
	nothing := func(storage.Tx) error { return nil }
	for name, s := range map[string]*mysql.Store{"own": own, "host's": mysql.New(db, mysql.MaxWait(time.Second))} {
		check(t, s.Update(ctx, func(storage.Tx) error {
			if err := s.Update(ctx, nothing); !errors.Is(err, storage.ErrBusy) {
				t.Errorf("%s: error is %v", name, err)
			}
			return nil
		}))
		check(t, s.View(ctx, func(storage.Tx) error {
			if err := s.View(ctx, nothing); !errors.Is(err, storage.ErrBusy) {
				t.Errorf("%s: error is %v", name, err)
			}
			return nil
		}))
		check(t, s.Update(ctx, nothing))
	}
}
