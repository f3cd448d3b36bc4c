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

// check asks Options.CheckJoined, unless it was asked before.
func (j *joined) check(ctx context.Context) error {
	if j.checked || j.store.o.CheckJoined == nil {
		return nil
	}
	if err := j.store.o.CheckJoined(ctx, j.tx); err != nil {
		return err
	}
	j.checked = !j.store.o.CheckEach
	return nil
}

func (j *joined) View(ctx context.Context, fn func(storage.Tx) error) error {
	x := &session{on: j.store.observe(ctx, pooled{j.tx}), store: j.store}
	defer func() { x.broken = errEnded }()
	return withSchema(ctx, fn)(x)
}

func (j *joined) Read(ctx context.Context, fn func(storage.Tx) error) error { return j.View(ctx, fn) }

func (j *joined) Update(ctx context.Context, fn func(storage.Tx) error) error {
	if err := j.check(ctx); err != nil {
		return err
	}
	x := &session{
		on: j.store.observe(ctx, pooled{j.tx}), store: j.store,
		write: true, lockReads: j.store.o.Dialect.ForShare, depth: j.depth,
	}
	j.depth++
	defer func() {
		j.depth--
		x.broken = errEnded
	}()
	return x.nested(ctx, func() error { return complete(ctx, x, withSchema(ctx, fn)) })
}

func (j *joined) Sweep(context.Context, time.Duration) (int, error) {
	return 0, errors.New("a joined store cannot sweep: call Sweep on the store it was made from")
}

func (j *joined) Migrate(context.Context) error {
	return errors.New("a joined store cannot migrate: call Migrate on the store it was made from")
}

func (j *joined) Ready(ctx context.Context) error {
	if err := j.check(ctx); err != nil {
		return err
	}
	return j.store.ready(ctx, &session{on: j.store.observe(ctx, pooled{j.tx}), store: j.store})
}

func (j *joined) Close() error { return nil }
