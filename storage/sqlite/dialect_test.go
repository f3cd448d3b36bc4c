//go:build cgo

package sqlite

import (
	"context"
	"errors"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	sq "github.com/Masterminds/squirrel"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/storage/internal/sqlstore"
	"github.com/go-helpdesk/helpdesk/storage/storagetest"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// pretended is a dialect as that of PostgreSQL in what SQLite understands too: numbered
// placeholders, RETURNING, no hints, and savepoints around what may be refused.
func pretended(o *options) {
	o.Dialect.Placeholders = sq.Dollar
	o.Dialect.Returning = "RETURNING id"
	o.Dialect.RefusalAborts = true
	o.Dialect.Hint = ""
	o.Dialect.TableExists = "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name = $1"
}

func openPretended(t testing.TB, opts ...Option) *Store {
	t.Helper()
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "x.db"), append(opts, pretended)...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestAnotherDialect(t *testing.T) {
	storagetest.Run(t, func(t testing.TB) storage.Store { return openPretended(t) })
}

// TestAnotherDialectSpellsEachStatement looks at what a database of that dialect is told.
func TestAnotherDialectSpellsEachStatement(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var told []string
	s := openPretended(t, Observe(func(_ context.Context, st storage.Statement) {
		mu.Lock()
		defer mu.Unlock()
		told = append(told, st.Query)
	}))
	defer s.Close()
	ctx := t.Context()
	if err := s.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	told = nil
	err := s.Update(ctx, func(tx storage.Tx) error {
		ada, q := &user.User{Username: "ada"}, &ticket.Queue{Slug: "q"}
		if err := errors.Join(tx.Users().Insert(ctx, ada), tx.Queues().Insert(ctx, q)); err != nil {
			return err
		}
		if err := tx.Users().Insert(ctx, &user.User{Username: "ada"}); !errors.Is(err, storage.ErrDuplicate) {
			t.Errorf("a duplicate: %v", err)
		}
		k := &ticket.Ticket{QueueID: q.ID}
		if err := tx.Tickets().Insert(ctx, k, nil); err != nil {
			return err
		}
		changes := []*followup.Change{{TicketID: k.ID}, {TicketID: k.ID}}
		if err := tx.Changes().Insert(ctx, changes...); err != nil {
			return err
		}
		if changes[0].ID != 1 || changes[1].ID != 2 {
			t.Errorf("ids of changes are %d and %d", changes[0].ID, changes[1].ID)
		}
		hers := ticket.Scope{AssignedTo: ada.ID, Queues: []int64{q.ID}}
		_, err := tx.Tickets().List(ctx, ticket.Query{Scope: hers, Limit: 9})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, query := range told {
		if strings.ContainsAny(query, "?") || strings.Contains(query, "INDEXED") {
			t.Errorf("not of this dialect: %s", query)
		}
		insert := inserted.FindString(query)
		if insert != "" && insert != "INSERT INTO helpdesk_ticket_count" && !strings.HasSuffix(query, "RETURNING id") {
			t.Errorf("returns no id: %s", query)
		}
	}
	if !slices.ContainsFunc(told, func(query string) bool { return strings.HasPrefix(query, "ROLLBACK TO SAVEPOINT ") }) {
		t.Errorf("what was refused ended the transaction: %q", told)
	}
}

var inserted = regexp.MustCompile(`^INSERT INTO \w+`)

// TestIndexesExist has each index that statements name in the schema, with its columns.
func TestIndexesExist(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	s := openPretended(t)
	defer s.Close()
	if err := s.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	for _, index := range sqlstore.Indexes() {
		var columns string
		err := s.read.QueryRowContext(ctx,
			"SELECT COALESCE(group_concat(i.name), '') FROM pragma_index_list(?) l, pragma_index_info(l.name) i WHERE l.name = ?",
			index.Table, index.Name).Scan(&columns)
		if want := strings.Join(index.Columns, ","); err != nil || columns != want && !strings.HasPrefix(columns, want+",") {
			t.Errorf("%s has the columns %q, %v, want %s first", index.Name, columns, err, want)
		}
	}
}
