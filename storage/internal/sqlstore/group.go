package sqlstore

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/storage/internal/direct"
)

// A commit that survives a power failure waits for the disk, which takes longer
// than what is committed. So Updates that come while another one has its turn share
// its transaction, each in a savepoint of its own, on the goroutine of its caller;
// the last to have a turn commits for all, and none returns before.

// maxMembers is how many Updates share a transaction at most.
const maxMembers = 64

// group is the writing transaction of a database that has one writer.
type group struct {
	store *Store
	turns turns

	// Whose turn it is uses these.
	conn    *sql.Conn // with an open transaction, nil for none
	members []chan outcome
	began   time.Time
}

func (g *group) update(ctx context.Context, fn func(*transaction) error) outcome {
	if err := g.turns.wait(ctx, g.store.o.MaxWait); err != nil {
		return outcome{err: err}
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
	mine, o := g.admit(ctx, fn)
	panicked = false
	if storage.IsAlone(ctx) || !g.open() || !g.turns.pass() {
		g.commit(ctx)
		g.turns.end()
	}
	if mine == nil { // it failed
		return o
	}
	return <-mine
}

// open reports whether others may join.
func (g *group) open() bool {
	return g.conn != nil && len(g.members) < maxMembers && time.Since(g.began) < g.store.o.Share
}

// admit runs fn in the transaction, which it begins where there is none, and
// returns where its outcome will come from, or the outcome when fn failed. What failed
// leaves nothing behind.
func (g *group) admit(ctx context.Context, fn func(*transaction) error) (mine chan outcome, o outcome) {
	if err := ctx.Err(); err != nil { // it ended when the turn came
		return nil, outcome{err: err}
	}
	first := g.conn == nil
	if first {
		conn, err := g.store.connect(ctx, g.store.o.Write)
		if err != nil {
			return nil, outcomeOf(err)
		}
		g.conn, g.began = conn, time.Now()
	}
	var usable bool // by others
	err := g.withWriter(ctx, func(w *writer) (err error) {
		if first {
			err = w.beginAndRun(ctx, fn)
		} else {
			err = w.nested(ctx, func() error { return w.complete(ctx, fn) })
		}
		usable, o = !w.unknown, outcome{w.busy(), err}
		return err
	})
	switch {
	case err == nil:
		mine = make(chan outcome, 1)
		g.members = append(g.members, mine)
	case !usable:
		g.lose()
		if o.err == nil { // it did not run
			o.err = err
		}
	case first:
		g.leave(nil)
	}
	return mine, o
}

// withWriter calls fn with the connection. It returns fn's error, or why it did not run.
func (g *group) withWriter(ctx context.Context, fn func(*writer) error) (err error) {
	rawErr := g.conn.Raw(func(dc any) error {
		w := newWriter(&connection{store: g.store, on: g.store.runnerOn(ctx, directRunner{dc.(*direct.Conn)})})
		defer w.end()
		err = fn(w)
		return nil
	})
	if rawErr != nil {
		return g.store.failure(ctx, "connect", rawErr)
	}
	return err
}

// beginAndRun begins the transaction and runs fn. It rolls back when fn fails.
func (w *writer) beginAndRun(ctx context.Context, fn func(*transaction) error) error {
	if err := w.begin(ctx, w.store.o.Dialect.beginWrite()); err != nil {
		return err
	}
	err := w.complete(ctx, fn)
	if err != nil {
		w.rollBack(ctx)
	}
	return err
}

// commit commits what there is, for all its members.
func (g *group) commit(ctx context.Context) {
	if g.conn == nil {
		return
	}
	ctx = context.WithoutCancel(ctx)
	intact := false
	err := g.withWriter(ctx, func(w *writer) error {
		err := w.commit(ctx)
		if err != nil {
			w.rollBack(ctx)
		}
		intact = !w.unknown
		return err
	})
	g.tell(outcomeOf(err))
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
