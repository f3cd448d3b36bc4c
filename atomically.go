package helpdesk

import (
	"context"
	"errors"
	"time"

	"github.com/go-helpdesk/helpdesk/storage"
)

// Atomically runs several use cases in one transaction: those that fn calls on the Desk
// that it is given. What they write is committed when fn returns nil. When it returns an
// error or panics, nothing is, and Atomically returns the error as it is.
//
// Each use case has a savepoint. One that fails leaves nothing behind, and the work of
// the others stays: fn may go on. A use case sees what those before it wrote, and nobody
// else sees it before the commit. Atomically can be called on the Desk inside, too.
//
// Fn may be called again, as the whole transaction is repeated after a deadlock or when
// the database is busy. So it must do nothing but use the Desk and set results, which it
// sets anew each time. It uses the Desk in one goroutine, and only until it returns; a
// List or a Thread from it may be read later. The transaction should be short: others
// wait for what it has written, and with SQLite for all of it. A write with another Desk
// would wait for it, too, so fn must not do that.
//
// No password is hashed while the transaction is open. Where fn needs a hash, its
// transaction is rolled back, the hash is computed, and fn is called again with it. Fn
// should therefore pass the same passwords each time, and return the errors of Login and
// ChangePassword: these fail when they are called for the first time.
//
// On a Desk inside a transaction of the host's (see With) a savepoint takes the place of
// the transaction. Nothing is repeated there: fn is called once, and passwords are hashed
// at once.
func (d *Desk) Atomically(ctx context.Context, fn func(d *Desk) error) error {
	return d.inUnit(ctx, true, func(inner *Desk, _ storage.Tx) error { return fn(inner) })
}

// inUnit runs fn in a unit, again where it needs hashes. Alone says that it shares no
// commit with others.
func (d *Desk) inUnit(ctx context.Context, alone bool, fn func(*Desk, storage.Tx) error) error {
	if d.unit != nil {
		return d.runUnit(ctx, &unit{slow: d.unit.slow, alone: alone}, fn)
	}
	s := &slowWork{desk: d, inPlace: d.joined}
	for {
		err := d.runUnit(ctx, &unit{slow: s, alone: alone}, fn)
		if !errors.Is(err, errHashFirst) {
			return err
		}
		s.work(ctx)
	}
}

// unit is a transaction that several use cases share, those of one Atomically. Nil stands
// for none.
type unit struct {
	slow   *slowWork
	alone  bool              // it shares no commit with others
	settle []func(done bool) // for creations that count if the unit is committed

	written batch // by its use cases
}

// runUnit runs fn in a unit.
func (d *Desk) runUnit(ctx context.Context, u *unit, fn func(*Desk, storage.Tx) error) error {
	if u.alone {
		ctx = storage.Alone(ctx)
	}
	p := &purge{cache: d.cache}
	defer p.end()
	done := false
	defer func() { u.end(d.unit, done) }() // also when fn panics
	err := d.store.Update(ctx, func(tx storage.Tx) error {
		u.end(nil, false) // of an earlier run
		u.written = batch{}
		if d.unit == nil {
			u.slow.begin()
		}
		inner, end := d.inside(u, tx)
		defer end()
		err := fn(inner, tx)
		if d.unit == nil && len(u.slow.waiting) > 0 {
			return errHashFirst
		}
		if err == nil && inner.cache.changed {
			p.begin()
		}
		return err
	})
	done = err == nil || errors.Is(err, ErrUnknownOutcome)
	d.announce(u.written, err)
	return err
}

// inside returns the Desk whose use cases run in a transaction, and a function to call
// when that ends.
func (d *Desk) inside(u *unit, tx storage.Tx) (inner *Desk, end func()) {
	store := &within{Store: d.store, tx: tx}
	c := *d
	c.unit, c.store, c.cache = u, store, &cache{parent: d.cache, deferred: true}
	c.addresses, c.requests = &storedKey{}, &storedKey{} // what the transaction writes may be rolled back
	return &c, func() { store.tx = nil }
}

// counted has a creation count against the limits if it was done, and if the unit is
// committed.
func (u *unit) counted(settle func(done bool), done bool) {
	if u == nil || !done {
		settle(done)
		return
	}
	u.settle = append(u.settle, settle)
}

// end settles what the use cases have created. Outer is the unit around this one.
func (u *unit) end(outer *unit, done bool) {
	for _, settle := range u.settle {
		outer.counted(settle, done)
	}
	u.settle = nil
}

// within is a Store inside a transaction. Each Update is a savepoint. When the
// transaction has ended, it reads like the Store around it.
type within struct {
	storage.Store
	tx storage.Tx // nil when it has ended
}

var errEnded = errors.New("helpdesk: the Desk of Atomically was used after the end of its transaction")

func (w *within) View(ctx context.Context, fn func(storage.Tx) error) error {
	if w.tx == nil {
		return w.Store.View(ctx, fn)
	}
	return fn(w.tx)
}

func (w *within) Read(ctx context.Context, fn func(storage.Tx) error) error {
	if w.tx == nil {
		return w.Store.Read(ctx, fn)
	}
	return fn(w.tx)
}

func (w *within) Update(ctx context.Context, fn func(storage.Tx) error) error {
	if w.tx == nil {
		return errEnded
	}
	return w.tx.Savepoint(ctx, func() error { return fn(w.tx) })
}

func (w *within) Sweep(context.Context, time.Duration) (int, error) {
	return 0, errors.New("helpdesk: Sweep has transactions of its own, and cannot be called inside Atomically")
}
