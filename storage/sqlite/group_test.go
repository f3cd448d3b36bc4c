package sqlite_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/storage/sqlite"
	"github.com/go-helpdesk/helpdesk/user"
)

// crowd is a store on which Updates come together.
type crowd struct {
	*sqlite.Store
	commits atomic.Int64
}

func newCrowd(t *testing.T) *crowd {
	t.Helper()
	c := &crowd{}
	var err error
	observe := func(_ context.Context, s storage.Statement) {
		if s.Query == "COMMIT" {
			c.commits.Add(1)
		}
	}
	c.Store, err = sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "x.db"), sqlite.Share(time.Hour), sqlite.Observe(observe))
	check(t, err)
	t.Cleanup(func() { check(t, c.Close()) })
	check(t, c.Migrate(t.Context()))
	return c
}

// member is an Update, and what becomes of it.
type member struct {
	ctx  context.Context
	do   func(storage.Tx) error
	runs int
	err  any // or what it panicked with
}

func adds(name string) *member {
	return &member{ctx: context.Background(), do: func(tx storage.Tx) error {
		return tx.Users().Insert(context.Background(), &user.User{Username: name})
	}}
}

// together has the members get in line, in this order, while another Update has
// its turn. The first one then calls inLine, if there is one, and all of them share
// a transaction.
func (c *crowd) together(t *testing.T, inLine func(), members ...*member) {
	t.Helper()
	var all sync.WaitGroup
	gather := sync.OnceFunc(func() { // once, though a panic makes the first run again
		for i, m := range members {
			all.Go(func() {
				defer func() {
					if p := recover(); p != nil {
						m.err = p
					}
				}()
				if err := c.Update(m.ctx, func(tx storage.Tx) error {
					m.runs++
					return m.do(tx)
				}); err != nil {
					m.err = err
				}
			})
			c.waitFor(i + 1)
		}
		if inLine != nil {
			inLine()
		}
	})
	check(t, c.Update(t.Context(), func(storage.Tx) error {
		gather()
		return nil
	}))
	all.Wait()
}

// waitFor returns when so many Updates wait for their turn.
func (c *crowd) waitFor(updates int) {
	for c.Waiting() != updates {
		time.Sleep(time.Millisecond)
	}
}

// names are those of all users, in the order they came.
func (c *crowd) names(t *testing.T) string {
	t.Helper()
	var names []string
	check(t, c.View(t.Context(), func(tx storage.Tx) error {
		users, err := tx.Users().List(t.Context(), user.Query{Limit: 99})
		for _, u := range users {
			names = append(names, u.Username)
		}
		return err
	}))
	return strings.Join(names, " ")
}

// TestAnUpdateAloneSharesNoCommit has one between others that share.
func TestAnUpdateAloneSharesNoCommit(t *testing.T) {
	t.Parallel()
	c := newCrowd(t)
	c.commits.Store(0)
	one, alone, three := adds("one"), adds("alone"), adds("three")
	alone.ctx = storage.Alone(alone.ctx)
	insert, begun, running := alone.do, int64(0), int64(0)
	alone.do = func(tx storage.Tx) error {
		begun = c.commits.Load()
		err := insert(tx)
		running = c.commits.Load()
		return err
	}
	three.do = func(tx storage.Tx) error {
		if got := c.commits.Load(); got != 2 {
			t.Errorf("%d commits before the one that comes after, want 2", got)
		}
		return adds("three").do(tx)
	}
	c.together(t, nil, one, alone, three)
	for _, m := range []*member{one, alone, three} {
		if m.err != nil || m.runs != 1 {
			t.Errorf("%d runs, %v", m.runs, m.err)
		}
	}
	if begun != 1 || running != 1 {
		t.Errorf("%d and %d commits while it ran, want that of those before it", begun, running)
	}
	if got := c.commits.Load(); got != 3 {
		t.Errorf("%d commits, want 3", got)
	}
	if got := c.names(t); got != "one alone three" {
		t.Error(got)
	}
}

func TestUpdatesThatComeTogetherShareACommit(t *testing.T) {
	t.Parallel()
	c := newCrowd(t)
	c.commits.Store(0)
	one, two, three := adds("one"), adds("two"), adds("three")
	c.together(t, nil, one, two, three)
	for _, m := range []*member{one, two, three} {
		if m.err != nil || m.runs != 1 {
			t.Errorf("%d runs, %v", m.runs, m.err)
		}
	}
	if got := c.names(t); got != "one two three" {
		t.Error(got)
	}
	if n := c.commits.Load(); n != 1 {
		t.Errorf("%d commits", n)
	}
}

// TestAMemberThatFailsLeavesNothing behind, whichever it is, and the others lack
// nothing.
func TestAMemberThatFailsLeavesNothing(t *testing.T) {
	t.Parallel()
	boom := errors.New("boom")
	for place := range 3 {
		c := newCrowd(t)
		members := []*member{adds("a"), adds("b"), adds("c")}
		spoilt := members[place]
		add := spoilt.do
		spoilt.do = func(tx storage.Tx) error { return errors.Join(add(tx), boom) }
		c.together(t, nil, members...)
		for i, m := range members {
			if failed := m.err != nil; failed != (i == place) || m.runs != 1 {
				t.Errorf("%d of %d: %d runs, %v", i, place, m.runs, m.err)
			}
		}
		if got, want := c.names(t), []string{"b c", "a c", "a b"}[place]; got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// TestAMemberThatPanicsTakesNobodyAlong: the connection is closed, and the others
// run again.
func TestAMemberThatPanicsTakesNobodyAlong(t *testing.T) {
	t.Parallel()
	for place := range 3 {
		c := newCrowd(t)
		members := []*member{adds("a"), adds("b"), adds("c")}
		spoilt := members[place]
		add := spoilt.do
		spoilt.do = func(tx storage.Tx) error {
			check(t, add(tx))
			panic("boom")
		}
		c.together(t, nil, members...)
		for i, m := range members {
			if i == place && m.err != any("boom") || i != place && m.err != nil {
				t.Errorf("%d of %d: %v", i, place, m.err)
			}
		}
		if got, want := c.names(t), []string{"b c", "a c", "a b"}[place]; len(got) != len(want) || strings.Contains(got, string(rune('a'+place))) {
			t.Errorf("%s, want %s in any order", got, want)
		}
	}
}

// TestAMemberWhoseContextEndsInLine does not run, and those behind it do.
func TestAMemberWhoseContextEndsInLine(t *testing.T) {
	t.Parallel()
	c := newCrowd(t)
	first, gone, last := adds("first"), adds("gone"), adds("last")
	ctx, cancel := context.WithCancel(t.Context())
	gone.ctx = ctx
	c.together(t, func() { cancel(); c.waitFor(2) }, first, gone, last)
	if err, ok := gone.err.(error); !ok || !errors.Is(err, context.Canceled) || gone.runs != 0 {
		t.Errorf("%d runs, %v", gone.runs, gone.err)
	}
	if got := c.names(t); got != "first last" {
		t.Error(got)
	}
}

// TestAMemberWhoseContextEndsBeforeItsEnd is taken back.
func TestAMemberWhoseContextEndsBeforeItsEnd(t *testing.T) {
	t.Parallel()
	c := newCrowd(t)
	first, gone, last := adds("first"), adds("gone"), adds("last")
	ctx, cancel := context.WithCancel(t.Context())
	gone.ctx = ctx
	add := gone.do
	gone.do = func(tx storage.Tx) error {
		defer cancel()
		return add(tx)
	}
	c.together(t, nil, first, gone, last)
	if err, ok := gone.err.(error); !ok || !errors.Is(err, context.Canceled) {
		t.Error(gone.err)
	}
	if got := c.names(t); got != "first last" {
		t.Error(got)
	}
}

// TestNobodyIsToldBeforeTheCommit: what an Update that has returned wrote is there
// for every reader.
func TestNobodyIsToldBeforeTheCommit(t *testing.T) {
	t.Parallel()
	c := newCrowd(t)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for j := range 20 {
				name := string(rune('a'+i)) + string(rune('a'+j))
				err := c.Update(t.Context(), adds(name).do)
				if err == nil {
					err = c.View(t.Context(), func(tx storage.Tx) error {
						_, err := tx.Users().ByUsername(t.Context(), name)
						return err
					})
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
}
