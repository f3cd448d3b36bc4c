package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/go-helpdesk/helpdesk/storage"
)

// Join returns a Store that works inside tx, which stays the caller's to end.
// Like tx it is used by one goroutine.
func (s *Store) Join(tx *sql.Tx) storage.Store { return &joined{store: s, tx: tx} }

type joined struct {
	store   *Store
	tx      *sql.Tx
	checked bool
	depth   int // how many savepoints are open
}

// validate asks Options.ValidateJoined, unless it was asked before.
func (j *joined) validate(ctx context.Context) error {
	if j.checked || j.store.o.ValidateJoined == nil {
		return nil
	}
	if err := j.store.o.ValidateJoined(ctx, j.tx); err != nil {
		return err
	}
	j.checked = !j.store.o.ValidateEach
	return nil
}

func (j *joined) View(ctx context.Context, fn func(storage.Tx) error) error {
	c := j.connection(ctx)
	defer c.end()
	return withSchema(ctx, fn)(j.reading(c))
}

func (j *joined) Read(ctx context.Context, fn func(storage.Tx) error) error { return j.View(ctx, fn) }

func (j *joined) Update(ctx context.Context, fn func(storage.Tx) error) error {
	if err := j.validate(ctx); err != nil {
		return err
	}
	c := j.connection(ctx)
	w := newWriter(c)
	w.lockReads, w.depth = j.store.o.Dialect.ForShare, j.depth
	j.depth++
	defer func() {
		j.depth--
		c.end()
	}()
	return w.nested(ctx, func() error { return w.complete(ctx, withSchema(ctx, fn)) })
}

// connection is that of the host's transaction.
func (j *joined) connection(ctx context.Context) *connection {
	return &connection{store: j.store, on: j.store.runnerOn(ctx, hostRunner{j.tx})}
}

// reading reads the state that the host's transaction sees.
func (j *joined) reading(c *connection) *transaction {
	return &transaction{reader: &snapshot{connection: c}, store: j.store}
}

func (j *joined) Nouns() storage.Tx { return j.store.Nouns() }

func (j *joined) Sweep(context.Context, time.Duration) (int, error) {
	return 0, errors.New("a joined store cannot sweep: call Sweep on the store it was made from")
}

func (j *joined) Migrate(context.Context) error {
	return errors.New("a joined store cannot migrate: call Migrate on the store it was made from")
}

func (j *joined) Ready(ctx context.Context) error {
	if err := j.validate(ctx); err != nil {
		return err
	}
	return j.store.ready(ctx, j.reading(j.connection(ctx)))
}

func (j *joined) Close() error { return nil }
