package sqlstore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/storage/internal/direct"
)

const (
	defaultPatience = 10 * time.Second
	defaultShare    = 5 * time.Millisecond
	defaultMaxWait  = 5 * time.Second
	longestPause    = 100 * time.Millisecond
)

// Store implements storage.Store. It is safe for concurrent use.
type Store struct {
	o        Options
	group    *group      // where Updates share transactions
	checked  checked     // connections of a host's pool
	schemaOK atomic.Bool // the schema was found to be right
}

// New returns a Store over open pools, which stay the caller's to close.
func New(o Options) *Store {
	if o.Patience == 0 {
		o.Patience = defaultPatience
	}
	if o.Share == 0 {
		o.Share = defaultShare
	}
	if o.MaxWait == 0 {
		o.MaxWait = defaultMaxWait
	}
	s := &Store{o: o}
	if o.OneWriter {
		s.group = &group{store: s}
	}
	return s
}

// View implements storage.Store.
func (s *Store) View(ctx context.Context, fn func(storage.Tx) error) error {
	return s.view(ctx, withSchema(ctx, fn))
}

// Read implements storage.Store.
func (s *Store) Read(ctx context.Context, fn func(storage.Tx) error) error {
	return s.persist(ctx, func() (bool, error) {
		return s.transact(ctx, &session{store: s, loose: true}, withSchema(ctx, fn))
	})
}

// Update implements storage.Store.
func (s *Store) Update(ctx context.Context, fn func(storage.Tx) error) error {
	return s.update(ctx, withSchema(ctx, fn))
}

// Connect returns nil when the database can be written to, whatever its schema.
func (s *Store) Connect(ctx context.Context) error {
	return s.update(ctx, func(*session) error { return nil })
}

// withSchema runs fn when the database has the schema that this code needs.
func withSchema(ctx context.Context, fn func(storage.Tx) error) func(*session) error {
	return func(x *session) error {
		if err := x.checkSchema(ctx); err != nil {
			return err
		}
		return fn(x)
	}
}

// view tries again only as long as fn has read nothing.
func (s *Store) view(ctx context.Context, fn func(*session) error) error {
	return s.persist(ctx, func() (bool, error) { return s.transact(ctx, &session{store: s}, fn) })
}

func (s *Store) update(ctx context.Context, fn func(*session) error) error {
	return s.persist(ctx, func() (bool, error) {
		if s.group != nil {
			return s.group.update(ctx, fn)
		}
		return s.transact(ctx, &session{store: s, write: true}, fn)
	})
}

// persist calls try until it need not be called again, or the patience ends.
func (s *Store) persist(ctx context.Context, try func() (again bool, err error)) error {
	start := time.Now()
	for pause := time.Millisecond; ; pause = min(2*pause, longestPause) {
		again, err := try()
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

// transact runs fn once in a transaction on a connection of its own, or without
// one in a loose session. It
// reports whether the transaction did not happen and may be run again.
func (s *Store) transact(ctx context.Context, x *session, fn func(*session) error) (again bool, err error) {
	pool := s.o.Read
	if x.write {
		pool = s.o.Write
	}
	conn, again, err := s.connect(ctx, pool)
	if err != nil {
		return again, err
	}
	defer conn.Close()
	if err := s.checkHost(ctx, conn, x.write); err != nil {
		return errors.Is(err, storage.ErrBusy), err
	}
	x.on = s.observe(ctx, pooled{conn})
	bad := false // the state of the connection is unknown
	if !s.o.Direct {
		defer func() {
			if bad {
				_ = conn.Raw(badConn)
			}
		}()
		return s.run(ctx, x, &bad, fn)
	}
	rawErr := conn.Raw(func(dc any) error {
		x.on = s.observe(ctx, straight{dc.(*direct.Conn)})
		if again, err = s.run(ctx, x, &bad, fn); bad {
			return badConn(dc)
		}
		return nil
	})
	if rawErr != nil && !bad { // it did not run
		err = s.failure(ctx, "connect", rawErr)
	}
	return again, err
}

// connect takes a connection of a pool, or reports whether to try again. Who has waited
// for as long as that may take need not.
func (s *Store) connect(ctx context.Context, pool *sql.DB) (conn *sql.Conn, again bool, err error) {
	waiting, cancel := context.WithTimeout(ctx, s.o.MaxWait)
	defer cancel()
	if conn, err = pool.Conn(waiting); err == nil {
		return conn, false, nil
	}
	if waiting.Err() != nil && ctx.Err() == nil {
		return nil, false, fmt.Errorf("connect: no connection within %s: %w", s.o.MaxWait, storage.ErrBusy)
	}
	err = s.failure(ctx, "connect", err)
	return nil, errors.Is(err, storage.ErrBusy), err
}

// run runs fn in a transaction on the session's connection.
func (s *Store) run(ctx context.Context, x *session, bad *bool, fn func(*session) error) (again bool, err error) {
	if x.loose {
		defer func() {
			*bad = x.open || s.gone(x.broken)
			x.broken = errEnded
		}()
		err := fn(x)
		return errors.Is(x.broken, storage.ErrBusy), err
	}
	if err := x.begin(ctx); err != nil {
		*bad = !errors.Is(err, storage.ErrBusy) || s.gone(err) // it may have begun all the same
		return errors.Is(err, storage.ErrBusy), err
	}
	open := true
	defer func() { // also when fn panics
		*bad = open && x.finish(ctx, "ROLLBACK") != nil || s.gone(x.broken)
		x.broken = errEnded
	}()
	if err := fn(x); err != nil || !x.write {
		return (x.write || !x.read) && errors.Is(x.broken, storage.ErrBusy), err
	}
	if err := x.commit(ctx); err != nil {
		return errors.Is(err, storage.ErrBusy), err
	}
	open = false
	return false, nil
}

func (s *Store) gone(err error) bool {
	return err != nil && s.o.Dialect.Gone != nil && s.o.Dialect.Gone(err)
}

// badConn has a pool close a connection, when it is given to sql.Conn.Raw.
func badConn(any) error { return driver.ErrBadConn }

// failure says what failed, with the sentinel error that the failure stands for.
func (s *Store) failure(ctx context.Context, what string, err error) error {
	if ctx.Err() != nil {
		err = ctx.Err()
	} else {
		err = s.o.Dialect.Error(err)
	}
	return fmt.Errorf("%s: %w", what, err)
}
