package sqlstore

import (
	"context"
	"database/sql"
	"errors"
)

// Savepoint implements storage.Tx.
func (x *transaction) Savepoint(ctx context.Context, fn func() error) error {
	if x.writer == nil {
		return fn()
	}
	return x.writer.nested(ctx, func() error {
		if err := fn(); err != nil {
			return err
		}
		return x.writer.intact(ctx)
	})
}

// nested runs fn in a savepoint. It rolls back to it when fn fails or panics, and
// releases it in any case.
func (w *writer) nested(ctx context.Context, fn func() error) (err error) {
	if err := w.usable(ctx, "begin"); err != nil {
		return err
	}
	p := savepointAt(w.depth)
	if err := w.script(ctx, "begin", p.begin); err != nil {
		w.unknown = true
		return err
	}
	w.depth++
	done := false
	defer func() { // also when fn panics
		w.depth--
		if done {
			return
		}
		if undoErr := w.rollBackTo(ctx, p); undoErr != nil {
			err = errors.Join(err, undoErr)
		}
	}()
	if err := fn(); err != nil {
		return err
	}
	if err := w.finish(ctx, p.release); err != nil {
		return w.fail(context.WithoutCancel(ctx), "commit", err)
	}
	done = true
	return nil
}

// rollBackTo takes back what happened since the savepoint. When it cannot, the
// transaction must not be committed. A transaction of the host's that has ended has
// taken everything back by itself.
func (w *writer) rollBackTo(ctx context.Context, p savepoint) error {
	for _, query := range []string{p.rollBack, p.release} {
		if err := w.finish(ctx, query); err != nil && !errors.Is(err, sql.ErrTxDone) {
			err = w.store.failure(context.WithoutCancel(ctx), "roll back to the savepoint", err)
			w.unknown = true
			w.setFailed(err)
			return err
		}
	}
	return nil
}
