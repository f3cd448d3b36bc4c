package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/storage/internal/direct"
)

// A commit that survives a power failure waits for the disk, which takes longer
// than what is committed. So Updates that come while another one has its turn share
// its transaction, each in a savepoint of its own, on the goroutine of its caller;
// the last to have a turn commits for all, and none returns before.

// mostMembers is how many Updates share a transaction at most.
const mostMembers = 64

// group is the writing transaction of a database that has one writer.
type group struct {
	store *Store
	turns turns

	// Whose turn it is uses these.
	conn    *sql.Conn // with an open transaction, nil for none
	members []chan outcome
	began   time.Time
}

// outcome is what became of an Update.
type outcome struct {
	again bool // it did not happen and may be run again
	err   error
}

func (g *group) update(ctx context.Context, fn func(*session) error) (again bool, err error) {
	if err := g.turns.wait(ctx, g.store.o.MaxWait); err != nil {
		return false, err
	}
	if storage.IsAlone(ctx) {
		g.commit(ctx) // what others left open
	}
	panicked := true
	defer func() {
		if panicked { // which has closed the connection
			g.lose()
			g.turns.end()
		}
	}()
	mine, again, err := g.admit(ctx, fn)
	panicked = false
	if storage.IsAlone(ctx) || !g.open() || !g.turns.pass() {
		g.commit(ctx)
		g.turns.end()
	}
	if err != nil {
		return again, err
	}
	o := <-mine
	return o.again, o.err
}

// open reports whether others may join.
func (g *group) open() bool {
	return g.conn != nil && len(g.members) < mostMembers && time.Since(g.began) < g.store.o.Share
}

// admit runs fn in the transaction, which it begins where there is none, and
// returns where its outcome will come from. What failed leaves nothing behind.
func (g *group) admit(ctx context.Context, fn func(*session) error) (mine chan outcome, again bool, err error) {
	if err := ctx.Err(); err != nil { // it ended when the turn came
		return nil, false, err
	}
	first := g.conn == nil
	if first {
		if g.conn, again, err = g.store.connect(ctx, g.store.o.Write); err != nil {
			return nil, again, err
		}
		g.began = time.Now()
	}
	var left bool // is the transaction fit for others?
	rawErr := g.conn.Raw(func(dc any) error {
		x := &session{on: g.store.observe(ctx, straight{dc.(*direct.Conn)}), store: g.store, write: true}
		left, err = g.run(ctx, x, first, fn)
		again = errors.Is(x.broken, storage.ErrBusy)
		x.broken = errEnded
		return nil
	})
	switch {
	case rawErr != nil:
		err = g.store.failure(ctx, "connect", rawErr)
		g.lose()
	case err == nil:
		mine = make(chan outcome, 1)
		g.members = append(g.members, mine)
	case !left:
		g.lose()
	case first:
		g.leave(nil)
	}
	return mine, again, err
}

// run runs fn: as the first in the transaction that it begins, or in a savepoint.
// It reports whether all but what fn did is still there when fn failed.
func (g *group) run(ctx context.Context, x *session, first bool, fn func(*session) error) (left bool, err error) {
	if !first {
		err = x.nested(ctx, func() error { return complete(ctx, x, fn) })
		return !x.lost, err
	}
	if err = x.begin(ctx); err != nil {
		return errors.Is(err, storage.ErrBusy), err
	}
	if err = complete(ctx, x, fn); err == nil {
		return true, nil
	}
	return x.finish(ctx, "ROLLBACK") == nil, err
}

// complete runs fn, and returns an error unless all that it did may be kept.
func complete(ctx context.Context, x *session, fn func(*session) error) error {
	if err := fn(x); err != nil {
		return err
	}
	return x.whole(ctx)
}

// commit commits what there is, for all its members.
func (g *group) commit(ctx context.Context) {
	if g.conn == nil {
		return
	}
	ctx = context.WithoutCancel(ctx)
	var o outcome
	intact := true
	rawErr := g.conn.Raw(func(dc any) error {
		x := &session{on: g.store.observe(ctx, straight{dc.(*direct.Conn)}), store: g.store, write: true}
		if o.err = x.commit(ctx); o.err != nil {
			intact = x.finish(ctx, "ROLLBACK") == nil
		}
		return nil
	})
	if rawErr != nil {
		o.err, intact = g.store.failure(ctx, "connect", rawErr), false
	}
	o.again = errors.Is(o.err, storage.ErrBusy)
	g.tell(o)
	if intact {
		g.leave(nil)
	} else {
		g.leave(badConn)
	}
}

// lose ends a transaction that is lost. Its members may run again.
func (g *group) lose() {
	g.tell(outcome{true, fmt.Errorf("the transaction was lost with that of another: %w", storage.ErrBusy)})
	g.leave(badConn)
}

// tell tells the members what became of them.
func (g *group) tell(o outcome) {
	for _, m := range g.members {
		m <- o
	}
	g.members = nil
}

// leave gives the connection back, after what is to be done with it.
func (g *group) leave(last func(any) error) {
	if g.conn == nil {
		return
	}
	if last != nil {
		_ = g.conn.Raw(last)
	}
	_ = g.conn.Close() // it may be closed already
	g.conn = nil
}

// Waiting returns the number of Updates that wait for their turn.
func (s *Store) Waiting() int {
	s.group.turns.mu.Lock()
	defer s.group.turns.mu.Unlock()
	return len(s.group.turns.waiting)
}

// turns are taken one after the other, first come first served.
type turns struct {
	mu      sync.Mutex
	taken   bool
	waiting []chan struct{}
}

// wait returns nil when it is the caller's turn, the error of the context, or ErrBusy
// when that takes too long.
func (t *turns) wait(ctx context.Context, most time.Duration) error {
	t.mu.Lock()
	if !t.taken {
		t.taken = true
		t.mu.Unlock()
		return nil
	}
	mine := make(chan struct{})
	t.waiting = append(t.waiting, mine)
	t.mu.Unlock()
	late := time.NewTimer(most)
	defer late.Stop()
	var err error
	select {
	case <-mine:
		return nil
	case <-ctx.Done():
		err = ctx.Err()
	case <-late.C:
		err = fmt.Errorf("no turn to write within %s: %w", most, storage.ErrBusy)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for i, w := range t.waiting {
		if w == mine {
			t.waiting = append(t.waiting[:i], t.waiting[i+1:]...)
			return err
		}
	}
	return nil // it was given away already
}

// pass gives the caller's turn to the next, and reports false where there is none.
func (t *turns) pass() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.waiting) == 0 {
		return false
	}
	close(t.waiting[0])
	t.waiting = t.waiting[1:]
	return true
}

// end ends the caller's turn.
func (t *turns) end() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.waiting) == 0 {
		t.taken = false
		return
	}
	close(t.waiting[0])
	t.waiting = t.waiting[1:]
}
