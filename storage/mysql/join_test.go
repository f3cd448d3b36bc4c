package mysql_test

import (
	"context"
	"database/sql"
	"errors"
	"testing"

	"github.com/go-helpdesk/helpdesk/internal/mariadb"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/storage/mysql"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

var errOwn = errors.New("the test's own")

// host is a program with a table and a desk in one database.
type host struct {
	*testing.T
	db    *sql.DB
	store *mysql.Store
}

func newHost(t *testing.T) *host {
	t.Helper()
	h := &host{T: t, db: pool(t, mariadb.Database(t))}
	h.store = mysql.New(h.db)
	h.ok(h.store.Migrate(t.Context()))
	execute(t, h.db, "CREATE TABLE orders (name TEXT)")
	return h
}

func (h *host) ok(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

// begin starts a transaction with an order in it.
func (h *host) begin() *sql.Tx {
	h.Helper()
	tx, err := h.db.BeginTx(h.Context(), &sql.TxOptions{Isolation: sql.LevelReadCommitted})
	h.ok(err)
	_, err = tx.ExecContext(h.Context(), "INSERT INTO orders VALUES ('pump')")
	h.ok(err)
	return tx
}

func (h *host) has(orders, users int) {
	h.Helper()
	var o, u int
	row := h.db.QueryRowContext(h.Context(), "SELECT (SELECT COUNT(*) FROM orders), (SELECT COUNT(*) FROM helpdesk_user)")
	h.ok(row.Scan(&o, &u))
	if o != orders || u != users {
		h.Errorf("%d orders and %d users, want %d and %d", o, u, orders, users)
	}
}

func insert(ctx context.Context, tx storage.Tx, name string) error {
	return tx.Users().Insert(ctx, &user.User{Username: name})
}

func TestJoinCommit(t *testing.T) {
	h, ctx := newHost(t), t.Context()
	tx := h.begin()
	s := h.store.Join(tx)
	h.ok(s.Ready(ctx))
	h.ok(s.Update(ctx, func(tx storage.Tx) error { return insert(ctx, tx, "ada") }))
	h.ok(s.View(ctx, func(tx storage.Tx) error {
		if n, err := tx.Users().Count(ctx, user.Filter{}); n != 1 {
			t.Errorf("%d users, %v", n, err)
		}
		return nil
	}))
	if err := s.Migrate(ctx); err == nil {
		t.Error("a joined store migrated")
	}
	h.ok(s.Close())
	h.ok(tx.Commit())
	h.has(1, 1)
}

func TestJoinRollback(t *testing.T) {
	h, ctx := newHost(t), t.Context()
	tx := h.begin()
	h.ok(h.store.Join(tx).Update(ctx, func(tx storage.Tx) error { return insert(ctx, tx, "ada") }))
	h.ok(tx.Rollback())
	h.has(0, 0)
}

// A failed Update takes back its own part, and the host goes on.
func TestJoinPartly(t *testing.T) {
	h, ctx := newHost(t), t.Context()
	tx := h.begin()
	s := h.store.Join(tx)
	h.ok(s.Update(ctx, func(tx storage.Tx) error { return insert(ctx, tx, "ada") }))
	err := s.Update(ctx, func(tx storage.Tx) error { return errors.Join(insert(ctx, tx, "bob"), errOwn) })
	if !errors.Is(err, errOwn) {
		t.Error(err)
	}
	h.ok(tx.Commit())
	h.has(1, 1)
}

// After a deadlock the server has rolled back the host's part as well.
func TestJoinDeadlock(t *testing.T) {
	h, ctx := newHost(t), t.Context()
	update(t, h.store, func(tx storage.Tx) error { return errors.Join(insert(ctx, tx, "ada"), insert(ctx, tx, "bob")) })
	first, second := h.begin(), h.begin()
	deadlock := make(chan error, 2)
	rename := func(tx *sql.Tx, id int64, name string) error {
		return h.store.Join(tx).Update(ctx, func(tx storage.Tx) error {
			before, err := tx.Users().Lock(ctx, id)
			if err != nil {
				return err
			}
			after := before.Clone()
			after.Username = name
			return tx.Users().Update(ctx, before, after)
		})
	}
	h.ok(rename(first, 1, "ada"))
	h.ok(rename(second, 2, "bob"))
	go func() { deadlock <- rename(first, 2, "eve") }()
	go func() { deadlock <- rename(second, 1, "joe") }()
	one, other := <-deadlock, <-deadlock
	if one == nil {
		one, other = other, one
	}
	if !errors.Is(one, storage.ErrBusy) || errors.Unwrap(one) != nil || other != nil {
		t.Errorf("errors are %v and %v, want one of two for one of them", one, other)
	}
	_ = first.Rollback()
	_ = second.Rollback()
	h.has(0, 2)
}

// TestJoinAtRepeatableRead: a host's transaction that has a snapshot already sees what
// others have committed since, so that nothing of theirs is lost.
func TestJoinAtRepeatableRead(t *testing.T) {
	h, ctx := newHost(t), t.Context()
	var group *user.Group
	var queue *ticket.Queue
	update(t, h.store, func(tx storage.Tx) error {
		group, queue = &user.Group{Name: "g"}, &ticket.Queue{Slug: "q"}
		return errors.Join(insert(ctx, tx, "ada"), insert(ctx, tx, "bob"), tx.Groups().Insert(ctx, group),
			tx.Queues().Insert(ctx, queue), tx.Queues().Insert(ctx, &ticket.Queue{Slug: "second"}))
	})
	add := func(member, grant int64, change func(*ticket.Queue)) func(storage.Tx) error {
		return func(tx storage.Tx) error {
			if _, err := tx.CustomFields().LockAll(ctx); err != nil { // which locks by itself
				return err
			}
			before, err := tx.Groups().Lock(ctx, group.ID)
			if err != nil {
				return err
			}
			after := before.Clone()
			after.Users = append(after.Users, member)
			if err := tx.Groups().Update(ctx, before, after); err != nil {
				return err
			}
			ada, err := tx.Users().Lock(ctx, 1)
			if err != nil {
				return err
			}
			if err := tx.Users().Grant(ctx, 1, append(ada.Queues, grant)); err != nil {
				return err
			}
			old, err := tx.Queues().Lock(ctx, queue.ID)
			if err != nil {
				return err
			}
			changed := *old
			change(&changed)
			return tx.Queues().Update(ctx, old, &changed)
		}
	}
	tx, err := h.db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead})
	h.ok(err)
	var n int
	h.ok(tx.QueryRowContext(ctx, "SELECT COUNT(*) FROM helpdesk_user").Scan(&n)) // takes the snapshot
	update(t, h.store, add(1, 1, func(q *ticket.Queue) { q.Title = "others" }))
	h.ok(h.store.Join(tx).Update(ctx, add(2, 2, func(q *ticket.Queue) { q.AllowPublicSubmission = true })))
	h.ok(tx.Commit())
	h.ok(h.store.View(ctx, func(tx storage.Tx) error {
		g, err := tx.Groups().Get(ctx, group.ID)
		h.ok(err)
		ada, err := tx.Users().Get(ctx, 1)
		h.ok(err)
		q, err := tx.Queues().Get(ctx, queue.ID)
		h.ok(err)
		if len(g.Users) != 2 || len(ada.Queues) != 2 || q.Title != "others" || !q.AllowPublicSubmission {
			t.Errorf("members %v, granted %v, queue %+v", g.Users, ada.Queues, q)
		}
		return nil
	}))
}

// TestUpdatesOfAJoinedStoreNest has an Update call others of the same Store: their
// savepoints have names of their own.
func TestUpdatesOfAJoinedStoreNest(t *testing.T) {
	t.Parallel()
	h, ctx := newHost(t), t.Context()
	tx := h.begin()
	joined := h.store.Join(tx)
	err := joined.Update(ctx, func(outer storage.Tx) error {
		h.ok(insert(ctx, outer, "outer"))
		err := joined.Update(ctx, func(inner storage.Tx) error { return errors.Join(insert(ctx, inner, "gone"), errOwn) })
		if !errors.Is(err, errOwn) {
			t.Errorf("the error is %v", err)
		}
		h.ok(joined.Update(ctx, func(inner storage.Tx) error { return insert(ctx, inner, "inner") }))
		return outer.Savepoint(ctx, func() error { return insert(ctx, outer, "last") })
	})
	h.ok(err)
	h.ok(tx.Commit())
	h.has(1, 3)
}
