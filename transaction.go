package helpdesk

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/user"
)

// transaction is one use case in a transaction of the store.
type transaction struct {
	storage.Tx
	actor *user.User // on whose behalf a write happens
	now   time.Time  // when it happens

	mark     mark // of what it reads, for the cache
	uncached bool // the cache is not asked
	again    bool // it is run again: definitions are locked, so that it succeeds
}

// view runs fn on one consistent state of the store.
func (d *Desk) view(ctx context.Context, fn func(*transaction) error) error {
	return d.read(ctx, d.store.View, fn)
}

// glance runs fn without a transaction: each read sees a state of its own.
func (d *Desk) glance(ctx context.Context, fn func(*transaction) error) error {
	return d.read(ctx, d.store.Read, fn)
}

func (d *Desk) read(ctx context.Context, run func(context.Context, func(storage.Tx) error) error, fn func(*transaction) error) error {
	m := d.cache.mark()
	return run(ctx, func(tx storage.Tx) error { return fn(&transaction{Tx: tx, now: d.now(), mark: m}) })
}

// maxRuns is how often a write is run when what it refers to keeps changing.
const maxRuns = 10

// errMoved has a write run again: what it found was deleted or moved before it could
// be locked.
var errMoved = errors.New("helpdesk: moved by another transaction")

// write runs fn in a writing transaction on behalf of an actor who holds the
// permission. It may run fn again.
//
// What fn refers to may be deleted between its checks and its writes, or may come
// from an outdated cache. The store then refuses the write with ErrReferenced, and
// fn runs again past the cache: its checks find that the thing is gone, and say so
// in the words for it. The definitions of custom fields are locked then, because
// another process may change them faster than fn can be run.
func (d *Desk) write(ctx context.Context, actor *user.User, p Permission, fn func(*transaction) error) error {
	if err := d.Allow(actor, p); err != nil {
		return err
	}
	return d.update(ctx, actor, fn)
}

// writeCached is write for a use case that changes what the Desk caches.
func (d *Desk) writeCached(ctx context.Context, actor *user.User, p Permission, fn func(*transaction) error) error {
	if err := d.Allow(actor, p); err != nil {
		return err
	}
	return d.updateCached(ctx, actor, fn)
}

// update is write for a use case that asks nobody's permission.
func (d *Desk) update(ctx context.Context, actor *user.User, fn func(*transaction) error) (err error) {
	for n := range maxRuns {
		m := d.cache.mark()
		again := n > 0
		err = d.store.Update(ctx, func(tx storage.Tx) error {
			if again {
				if err := exists(ctx, tx, actor); err != nil {
					return err
				}
			}
			return fn(&transaction{Tx: tx, actor: actor, now: d.now(), mark: m, uncached: again, again: again})
		})
		if !errors.Is(err, storage.ErrReferenced) && !errors.Is(err, errMoved) {
			return err
		}
	}
	return fmt.Errorf("%w: %s", ErrConflict, err.Error()) // not ErrReferenced, which is nothing a caller can act on
}

// exists returns ErrForbidden for an actor who is no user of the store any more.
func exists(ctx context.Context, tx storage.Tx, actor *user.User) error {
	if actor == nil || actor.ID == 0 {
		return nil
	}
	_, err := tx.Users().Get(ctx, actor.ID)
	if errors.Is(err, storage.ErrNotFound) {
		return ErrForbidden
	}
	return err
}

// updateCached is writeCached for a use case that asks nobody's permission.
func (d *Desk) updateCached(ctx context.Context, actor *user.User, fn func(*transaction) error) error {
	changed := false
	defer func() {
		if changed { // also when nobody knows whether it was committed
			d.cache.end()
		}
	}()
	return d.update(ctx, actor, func(tx *transaction) error {
		tx.uncached = true
		err := fn(tx)
		if err == nil && !changed {
			changed = true
			d.cache.begin()
		}
		return err
	})
}
