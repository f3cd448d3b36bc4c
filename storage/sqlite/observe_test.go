package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/storage/sqlite"
	"github.com/go-helpdesk/helpdesk/ticket"
)

type traceKey struct{}

// TestObserveTellsContextDurationAndError of each statement, on a pool that Open
// made, on the host's, and inside of a transaction of the host.
func TestObserveTellsContextDurationAndError(t *testing.T) {
	t.Parallel()
	var told []storage.Statement
	observe := sqlite.Observe(func(ctx context.Context, s storage.Statement) {
		if ctx.Value(traceKey{}) == "here" {
			told = append(told, s)
		}
		if s.Duration <= 0 {
			t.Errorf("%q took %s", s.Query, s.Duration)
		}
	})
	ctx := context.WithValue(t.Context(), traceKey{}, "here")
	path := filepath.Join(t.TempDir(), "x.db")
	opened, err := sqlite.Open(t.Context(), path, observe)
	check(t, err)
	t.Cleanup(func() { check(t, opened.Close()) })
	check(t, opened.Migrate(t.Context()))
	db, err := sql.Open("sqlite3", "file:"+path+"?_foreign_keys=1&_txlock=immediate")
	check(t, err)
	t.Cleanup(func() { check(t, db.Close()) })
	hosts := sqlite.New(db, observe)
	tx, err := db.BeginTx(t.Context(), nil)
	check(t, err)

	for _, c := range []struct {
		name  string
		store storage.Store
	}{{"joined", hosts.Join(tx)}, {"host", hosts}, {"opened", opened}} {
		if c.name == "host" {
			check(t, tx.Rollback())
		}
		told = nil
		err := c.store.Update(ctx, func(tx storage.Tx) error {
			return tx.Queues().Insert(ctx, &ticket.Queue{Slug: c.name, DefaultOwner: new(int64(99))})
		})
		if !errors.Is(err, storage.ErrReferenced) {
			t.Errorf("%s: %v", c.name, err)
		}
		i := slices.IndexFunc(told, func(s storage.Statement) bool { return strings.HasPrefix(s.Query, "INSERT") })
		if len(told) < 3 || i < 1 || told[0].Err != nil || told[i].Err == nil || told[len(told)-1].Err != nil {
			t.Errorf("%s: told %v", c.name, told)
		}
	}
}

// TestAnObserverOfAContextIsToldOfItsStatementsAlone also where the Store has an
// observer, and none costs nothing.
func TestAnObserverOfAContextIsToldOfItsStatementsAlone(t *testing.T) {
	t.Parallel()
	var all, mine []string
	s := open(t, sqlite.Observe(func(_ context.Context, s storage.Statement) { all = append(all, s.Query) }))
	check(t, s.Migrate(t.Context()))
	all = nil
	ctx := storage.WithObserver(t.Context(), func(_ context.Context, s storage.Statement) { mine = append(mine, s.Query) })
	for _, ctx := range []context.Context{t.Context(), ctx} {
		check(t, s.View(ctx, func(tx storage.Tx) error { return second(tx.Queues().List(ctx, ticket.QueueQuery{Limit: 1})) }))
	}
	if len(mine) < 3 || !slices.Equal(slices.Concat(mine, mine), all) {
		t.Errorf("the context's observer was told %q, the store's %q", mine, all)
	}
}

func second[T any](_ T, err error) error { return err }
