package sqlstore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/go-helpdesk/helpdesk/storage"
)

const (
	defaultPatience = 10 * time.Second
	longestPause    = 100 * time.Millisecond
)

// Store implements storage.Store. It is safe for concurrent use.
type Store struct {
	o Options
}

// New returns a Store over open pools, which stay the caller's to close.
func New(o Options) *Store {
	if o.Patience == 0 {
		o.Patience = defaultPatience
	}
	if o.Observe == nil {
		o.Observe = func(string) {}
	}
	if o.Check == nil {
		o.Check = func(context.Context, Conn) error { return nil }
	}
	return &Store{o}
}

// View implements storage.Store.
func (s *Store) View(ctx context.Context, fn func(storage.Tx) error) error {
	return s.view(ctx, func(x *session) error { return fn(x) })
}

// Update implements storage.Store.
func (s *Store) Update(ctx context.Context, fn func(storage.Tx) error) error {
	return s.update(ctx, func(x *session) error { return fn(x) })
}

func (s *Store) view(ctx context.Context, fn func(*session) error) error {
	_, err := s.transact(ctx, false, fn)
	return err
}

func (s *Store) update(ctx context.Context, fn func(*session) error) error {
	start := time.Now()
	for pause := time.Millisecond; ; pause = min(2*pause, longestPause) {
		again, err := s.transact(ctx, true, fn)
		switch {
		case !again:
			return err
		case time.Since(start) > s.o.Patience:
			return fmt.Errorf("gave up after %s: %w", time.Since(start).Round(time.Millisecond), err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause/2 + rand.N(pause)):
		}
	}
}

// transact runs fn once in a transaction on a connection of its own. It
// reports whether the database asked for the transaction to be run again.
func (s *Store) transact(ctx context.Context, write bool, fn func(*session) error) (again bool, err error) {
	pool, begin := s.o.Read, s.o.Dialect.BeginRead
	if write {
		pool, begin = s.o.Write, s.o.Dialect.Begin
	}
	conn, err := pool.Conn(ctx)
	if err != nil {
		err = s.failure(ctx, "connect", err)
		return errors.Is(err, storage.ErrBusy), err
	}
	defer conn.Close()
	if write {
		if err := s.o.Check(ctx, conn); err != nil {
			return false, err
		}
	}
	x := &session{on: conn, store: s, write: write}
	if err := x.raw(ctx, "begin", begin); err != nil {
		if errors.Is(err, storage.ErrBusy) {
			return true, err
		}
		discard(conn) // it may have begun all the same
		return false, err
	}

	open := true
	defer func() { // also when fn panics
		if open && x.finish(ctx, "ROLLBACK") != nil {
			discard(conn)
		}
	}()
	if err := fn(x); err != nil || !write {
		return write && errors.Is(x.broken, storage.ErrBusy), err
	}
	if err := x.commit(ctx, "COMMIT"); err != nil {
		return errors.Is(err, storage.ErrBusy), err
	}
	open = false
	return false, nil
}

// discard has the pool close a connection whose state is unknown.
func discard(conn *sql.Conn) {
	_ = conn.Raw(func(any) error { return driver.ErrBadConn })
}

// failure says what failed, with the sentinel error that the failure stands for.
func (s *Store) failure(ctx context.Context, what string, err error) error {
	if ctx.Err() != nil {
		err = ctx.Err()
	} else {
		err = s.o.Dialect.Error(err)
	}
	return fmt.Errorf("%s: %w", what, err)
}
