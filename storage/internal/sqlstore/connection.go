package sqlstore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"

	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/storage/internal/direct"
)

var errEnded = errors.New("the transaction has ended")

// connection runs the statements of one transaction. It alone knows which failures end
// the transaction, whether it can be retried, and whether the pool may use what it runs
// on again.
type connection struct {
	store *Store
	on    runner

	// failed is the first failure after which the database may have ended the
	// transaction by itself. Statements would then commit one by one, so there
	// are none after it, and no commit.
	failed error

	unknown bool // whether a transaction is open on it
}

// usable returns an error when no statement may run. The context is asked here because
// a driver that finds it ended may or may not have run one.
func (c *connection) usable(ctx context.Context, what string) error {
	if c.failed != nil {
		return c.failed
	}
	if err := ctx.Err(); err != nil {
		return c.fail(ctx, what, err)
	}
	return nil
}

// fail turns the error of a statement into that of the method. Unless a row was
// refused, it ends the transaction.
func (c *connection) fail(ctx context.Context, what string, err error) error {
	err = c.store.failure(ctx, what, err)
	if !errors.Is(err, storage.ErrDuplicate) && !errors.Is(err, storage.ErrReferenced) {
		c.setFailed(err)
	}
	return err
}

func (c *connection) setFailed(err error) {
	if c.failed == nil {
		c.failed = err
	}
}

// busy reports whether the transaction ended because the database was busy, so that it
// can be retried.
func (c *connection) busy() bool { return errors.Is(c.failed, storage.ErrBusy) }

// end lets no statement run any more. It reports whether the pool must close what the
// statements ran on.
func (c *connection) end() (mustClose bool) {
	mustClose = c.unknown || c.store.gone(c.failed)
	c.failed = errEnded
	return mustClose
}

func (c *connection) limitsTexts() bool { return c.on.limitsTexts() }

// stream runs a statement whose rows may take long to come.
func (c *connection) stream(ctx context.Context, what string, s direct.Step) error {
	if err := c.usable(ctx, what); err != nil {
		return err
	}
	if err := c.on.stream(ctx, s); err != nil {
		return c.fail(ctx, what, err)
	}
	return nil
}

// batch runs short statements, in one message where the server takes several.
func (c *connection) batch(ctx context.Context, what string, steps ...direct.Step) error {
	if err := c.usable(ctx, what); err != nil {
		return err
	}
	if err := c.on.batch(ctx, steps...); err != nil {
		return c.fail(ctx, what, err)
	}
	return nil
}

// exec runs a statement that returns no rows.
func (c *connection) exec(ctx context.Context, what string, q statement) (driver.Result, error) {
	if err := c.usable(ctx, what); err != nil {
		return nil, err
	}
	res, err := c.on.exec(ctx, q)
	if err != nil {
		return nil, c.fail(ctx, what, err)
	}
	return res, nil
}

// script runs a text that may have several statements.
func (c *connection) script(ctx context.Context, what, text string) error {
	if err := c.on.script(ctx, text); err != nil {
		return c.fail(ctx, what, err)
	}
	return nil
}

// begin runs the statements that start a transaction. When they fail, it is unknown
// whether one is open, unless the database was busy.
func (c *connection) begin(ctx context.Context, statements []string) error {
	for _, text := range statements {
		if _, err := c.on.exec(ctx, statement{text: text}); err != nil {
			err = c.fail(ctx, "begin", err)
			c.unknown = !errors.Is(err, storage.ErrBusy)
			return err
		}
	}
	return nil
}

// finish runs a statement that ends a transaction or a savepoint. A context that ends
// meanwhile must not cut it short: the outcome would be unknown.
func (c *connection) finish(ctx context.Context, query string) error {
	_, err := c.on.exec(context.WithoutCancel(ctx), statement{text: query})
	return err
}

// rollBack ends the transaction.
func (c *connection) rollBack(ctx context.Context) {
	if c.finish(ctx, rollback) != nil {
		c.unknown = true
	}
}

// withConnection calls fn with a connection of a pool, which it then gives back, or
// closes when the connection says so.
func (s *Store) withConnection(ctx context.Context, write bool, fn func(*connection) outcome) (o outcome) {
	pool := s.o.Read
	if write {
		pool = s.o.Write
	}
	conn, err := s.connect(ctx, pool)
	if err != nil {
		return outcomeOf(err)
	}
	defer conn.Close()
	if err := s.validateHost(ctx, conn, write); err != nil {
		return outcomeOf(err)
	}
	c := &connection{store: s}
	if !s.o.Direct {
		c.on = s.runnerOn(ctx, hostRunner{conn})
		defer func() { // also when fn panics
			if c.end() {
				_ = conn.Raw(badConn)
			}
		}()
		return fn(c)
	}
	ran := false
	rawErr := conn.Raw(func(dc any) (err error) {
		ran = true
		c.on = s.runnerOn(ctx, directRunner{dc.(*direct.Conn)})
		defer func() {
			if c.end() {
				err = badConn(dc)
			}
		}()
		o = fn(c)
		return nil
	})
	if !ran {
		return outcome{err: s.failure(ctx, "connect", rawErr)}
	}
	return o
}

// connect takes a connection of a pool. Who has waited for as long as Options.MaxWait
// gets an error that wraps storage.ErrBusy and errNoRetry.
func (s *Store) connect(ctx context.Context, pool *sql.DB) (*sql.Conn, error) {
	waiting, cancel := context.WithTimeout(ctx, s.o.MaxWait)
	defer cancel()
	conn, err := pool.Conn(waiting)
	switch {
	case err == nil:
		return conn, nil
	case waiting.Err() != nil && ctx.Err() == nil:
		return nil, fmt.Errorf("connect: no connection within %s: %w", s.o.MaxWait, errWaited)
	}
	return nil, s.failure(ctx, "connect", err)
}

// gone reports whether a failure means that the server cannot serve any more.
func (s *Store) gone(err error) bool {
	return err != nil && s.o.Dialect.Gone != nil && s.o.Dialect.Gone(err)
}

// badConn has a pool close a connection, when it is given to sql.Conn.Raw.
func badConn(any) error { return driver.ErrBadConn }

// failure says what failed, with the sentinel error that the failure stands for.
func (s *Store) failure(ctx context.Context, what string, err error) error {
	switch {
	case ctx.Err() != nil:
		err = ctx.Err()
	case errors.Is(err, direct.ErrUnreadable):
		return fmt.Errorf("%s: %w: %w", what, storage.ErrUnreadable, err)
	default:
		err = s.o.Dialect.Error(err)
	}
	return fmt.Errorf("%s: %w", what, err)
}
