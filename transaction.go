package helpdesk

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/go-helpdesk/helpdesk/event"
	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/user"
)

// Every use case goes through this file: those that read through view or snapshot, those
// that write through Desk.write, the one write path.

// transaction is one use case in a transaction of the store.
type transaction struct {
	storage.Tx
	actor   *user.User // on whose behalf it happens; nil when nobody's permission is asked
	now     time.Time  // when it happens
	changes []change   // what it has changed so far, in order

	// found is what the caller found wrong before: see WithProblems.
	found problem.Error

	mark     mark // when it began, for the cache
	uncached bool // it reads past the cache
	again    bool // it is repeated: definitions are locked, so that it succeeds
}

// view runs fn on one consistent state of the store, for an actor who holds the
// permission.
func view[T any](ctx context.Context, d *Desk, actor *user.User, p Permission, fn func(*transaction) (T, error)) (v T, err error) {
	if err := d.Allow(actor, p); err != nil {
		return v, err
	}
	return withResult(fn, func(fn func(*transaction) error) error { return d.snapshot(ctx, fn) })
}

// withResult runs fn by way of run, and returns the zero value along with an error.
func withResult[T any](fn func(*transaction) (T, error), run func(func(*transaction) error) error) (T, error) {
	var v, zero T
	err := run(func(tx *transaction) (err error) {
		v, err = fn(tx)
		return err
	})
	if err != nil {
		return zero, err
	}
	return v, nil
}

// snapshot runs fn on one consistent state of the store.
func (d *Desk) snapshot(ctx context.Context, fn func(*transaction) error) error {
	return d.read(ctx, d.store.View, fn)
}

// lookUp runs fn without a transaction: each read sees a state of its own.
func (d *Desk) lookUp(ctx context.Context, fn func(*transaction) error) error {
	return d.read(ctx, d.store.Read, fn)
}

func (d *Desk) read(ctx context.Context, run func(context.Context, func(storage.Tx) error) error, fn func(*transaction) error) error {
	m := d.cache.mark()
	return run(ctx, func(tx storage.Tx) error { return fn(&transaction{Tx: tx, now: d.now(), mark: m}) })
}

// writer is who writes, and what must hold before. The zero value is for a use case that
// asks nobody's permission.
type writer struct {
	actor      *user.User
	permission Permission
	limited    bool  // it counts against the limits of the actor
	bytes      int64 // what it stores
}

// by is an actor who must hold the permission.
func by(actor *user.User, p Permission) writer { return writer{actor: actor, permission: p} }

// creating is the same writer, whose limits must admit a creation of so many bytes.
func (w writer) creating(bytes int64) writer {
	w.limited, w.bytes = true, bytes
	return w
}

// write is Desk.write for a use case with a result.
func write[T any](ctx context.Context, d *Desk, w writer, fn func(*transaction) (T, error)) (T, error) {
	return withResult(fn, func(fn func(*transaction) error) error { return d.write(ctx, w, fn) })
}

// write is the write path. It checks the permission and the limits of the writer, runs fn
// in a writing transaction, which may run fn again, and commits what fn did. Fn reports
// each change to the transaction.
//
// Where the caller has found problems already (WithProblems), fn runs without the right
// to write, to find the others.
func (d *Desk) write(ctx context.Context, w writer, fn func(*transaction) error) error {
	if w.permission != "" {
		if err := d.Allow(w.actor, w.permission); err != nil {
			return err
		}
	}
	if found := problemsOf(ctx); len(found) > 0 {
		return d.snapshot(ctx, func(tx *transaction) error {
			tx.actor, tx.found = w.actor, found
			if err := fn(tx); err != nil {
				return err
			}
			return found.Err()
		})
	}
	if !w.limited {
		return d.update(ctx, w.actor, fn)
	}
	settle, err := d.usage.reserve(w.actor, d.Limits(w.actor), w.bytes, d.clock())
	if err != nil {
		return err
	}
	done := false
	defer func() { d.unit.counted(settle, done) }() // also when fn panics
	err = d.update(ctx, w.actor, fn)
	done = err == nil || errors.Is(err, ErrUnknownOutcome)
	return err
}

// maxRuns is how often a write is run when what it refers to keeps changing.
const maxRuns = 10

// errMoved has a write run again: what it found was deleted or moved before it could
// be locked.
var errMoved = errors.New("helpdesk: moved by another transaction")

// update runs fn in a writing transaction, and purges the cache where fn reports a change
// of what may be cached.
//
// What fn refers to may be deleted between its checks and its writes, or may come
// from an outdated cache. The store then refuses the write with ErrReferenced, and
// fn runs again past the cache: its checks find that the thing is gone, and report
// that. The definitions of custom fields are locked then, because another process may
// change them faster than fn can be run.
func (d *Desk) update(ctx context.Context, actor *user.User, fn func(*transaction) error) (err error) {
	p := &purge{cache: d.cache}
	defer p.end() // also when nobody knows whether it was committed
	for n := range maxRuns {
		m, written := d.cache.mark(), batch{}
		again := n > 0
		err = d.store.Update(ctx, func(s storage.Tx) error {
			tx := &transaction{Tx: s, actor: actor, now: d.now(), mark: m, uncached: again, again: again}
			if again {
				if err := exists(ctx, tx, actor); err != nil {
					return err
				}
			}
			err := fn(tx)
			if err != nil {
				return err
			}
			written.events, err = d.finish(ctx, tx, p)
			return err
		})
		d.announce(written, err)
		if !errors.Is(err, storage.ErrReferenced) && !errors.Is(err, errMoved) {
			return err
		}
	}
	return fmt.Errorf("%w: %s", ErrConflict, err.Error()) // not ErrReferenced, which is nothing a caller can act on
}

// finish does what is due for the changes of a use case before they are committed.
func (d *Desk) finish(ctx context.Context, tx *transaction, p *purge) ([]*event.Event, error) {
	if tx.changesCached() {
		p.begin()
	}
	if d.observe != nil {
		d.observe(tx.changes)
	}
	events, err := tx.writeEvents(ctx)
	if err != nil || len(events) == 0 || d.beforeCommit == nil {
		return events, err
	}
	copies, err := forHost(events)
	if err != nil {
		return nil, err
	}
	if err := d.beforeCommit(ctx, tx.Tx, copies); err != nil {
		return nil, refusal(err)
	}
	return events, nil
}

// refusal is the error of BeforeCommit. A row that a statement of the host's lacks is
// nothing that the use case could look for again.
func refusal(err error) error {
	if errors.Is(err, storage.ErrReferenced) {
		return fmt.Errorf("helpdesk: BeforeCommit: %s", err.Error())
	}
	return err
}

// exists returns ErrForbidden for an actor who is no user of the store any more.
func exists(ctx context.Context, tx *transaction, actor *user.User) error {
	if actor == nil || actor.ID == 0 {
		return nil
	}
	_, err := tx.Users().Get(ctx, actor.ID)
	if errors.Is(err, storage.ErrNotFound) {
		return ErrForbidden
	}
	return err
}
