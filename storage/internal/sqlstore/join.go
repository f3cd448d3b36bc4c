package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/go-helpdesk/helpdesk/storage"
)

const savepoint = "helpdesk"

// Join returns a Store that works inside tx, which stays the caller's to end.
// Like tx it is used by one goroutine.
func (s *Store) Join(tx *sql.Tx) storage.Store { return &joined{store: s, tx: tx} }

type joined struct {
	store   *Store
	tx      *sql.Tx
	checked bool
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

func (j *joined) Update(ctx context.Context, fn func(storage.Tx) error) (err error) {
	if err := j.check(ctx); err != nil {
		return err
	}
	x := &session{on: j.store.observe(ctx, pooled{j.tx}), store: j.store, write: true, lockReads: j.store.o.Dialect.ForShare}
	if err := x.raw(ctx, "begin", "SAVEPOINT "+savepoint); err != nil {
		return err
	}
	open := true
	defer func() { // also when fn panics
		if open {
			err = errors.Join(err, undo(ctx, x))
		}
		x.broken = errEnded
	}()
	if err := withSchema(ctx, fn)(x); err != nil {
		return err
	}
	if err := x.whole(ctx); err != nil {
		return err
	}
	if err := x.finish(ctx, "RELEASE SAVEPOINT "+savepoint); err != nil {
		return x.fail(context.WithoutCancel(ctx), "commit", err)
	}
	open = false
	return nil
}

// undo takes back what happened since the savepoint. When it cannot, the
// host's transaction must not be committed, so that is said; a transaction
// that has ended has taken everything back by itself.
func undo(ctx context.Context, x *session) error {
	for _, query := range []string{"ROLLBACK TO SAVEPOINT " + savepoint, "RELEASE SAVEPOINT " + savepoint} {
		if err := x.finish(ctx, query); err != nil && !errors.Is(err, sql.ErrTxDone) {
			return fmt.Errorf("roll back the joined transaction: %w", err)
		}
	}
	return nil
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
