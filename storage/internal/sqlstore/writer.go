package sqlstore

import (
	"context"
	"database/sql/driver"
	"fmt"

	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/storage/internal/direct"
)

// writer reads and writes in a transaction.
type writer struct {
	*connection

	// lockReads ends every SELECT of a write in a host's transaction. At REPEATABLE
	// READ a plain SELECT would show the snapshot from before a lock was waited for,
	// and a write by it would undo what others have committed meanwhile.
	lockReads string

	depth int // how many savepoints are open
}

func newWriter(c *connection) *writer { return &writer{connection: c} }

// transaction is what a function that writes gets.
func (w *writer) transaction() *transaction {
	return &transaction{reader: w, writer: w, store: w.store}
}

// updateOnce runs fn in a writing transaction of its own.
func updateOnce(ctx context.Context, c *connection, fn func(*transaction) error) outcome {
	w := newWriter(c)
	if err := c.begin(ctx, c.store.o.Dialect.beginWrite()); err != nil {
		return outcomeOf(err)
	}
	open := true
	defer func() { // also when fn panics
		if open {
			c.rollBack(ctx)
		}
	}()
	if err := fn(w.transaction()); err != nil {
		return outcome{c.busy(), err}
	}
	if err := w.commit(ctx); err != nil {
		return outcomeOf(err)
	}
	open = false
	return outcome{}
}

// complete runs fn, and returns an error unless all that it did may be kept.
func (w *writer) complete(ctx context.Context, fn func(*transaction) error) error {
	if err := fn(w.transaction()); err != nil {
		return err
	}
	return w.intact(ctx)
}

// intact returns nil when all that was done may be kept.
func (w *writer) intact(ctx context.Context) error {
	if w.failed != nil {
		return w.failed
	}
	return ctx.Err()
}

// commit ends the transaction, unless it has failed or ctx ended.
func (w *writer) commit(ctx context.Context) error {
	if err := w.intact(ctx); err != nil {
		return err
	}
	err := w.finish(ctx, w.store.o.Dialect.commitWrite())
	if err == nil {
		return nil
	}
	if rolledBack := w.store.o.Dialect.RolledBack; rolledBack != nil && !rolledBack(err) {
		w.failed = fmt.Errorf("commit: %w: %w", storage.ErrUnknownOutcome, err)
		return w.failed
	}
	return w.fail(context.WithoutCancel(ctx), "commit", err)
}

// consistent implements reader. A writing transaction sees what others commit
// meanwhile, unless it has locked the rows.
func (w *writer) consistent(ctx context.Context, what string, batches ...batch) error {
	return eachBatch(ctx, w, what, batches)
}

// insert runs an INSERT of n rows, and returns their ids.
func (w *writer) insert(ctx context.Context, what string, q statement, n int) (ids insertedIDs, err error) {
	d := &w.store.o.Dialect
	if d.Returning != "" {
		q.text += " " + d.Returning
		step := direct.Step{Text: q.text, Args: q.args, Use: collect(&ids.all, (*row).Int)}
		err = w.guarded(ctx, func() error { return w.stream(ctx, what, step) })
		return ids, err
	}
	res, err := w.result(ctx, what, q)
	if err == nil {
		ids, err = d.idsOf(res, n)
	}
	if err == nil && n > 1 && d.IDStep != "" {
		ids.step, err = one(ctx, w.transaction(), "read the step of IDs", statement{text: d.IDStep}, (*row).Int)
	}
	return ids, err
}

// exec runs a statement that writes.
func (w *writer) exec(ctx context.Context, what string, q statement) error {
	_, err := w.result(ctx, what, q)
	return err
}

// result runs a statement that writes, and returns what the driver says of it.
func (w *writer) result(ctx context.Context, what string, q statement) (res driver.Result, err error) {
	if !w.store.o.Dialect.RefusalAborts {
		return w.connection.exec(ctx, what, q)
	}
	err = w.guarded(ctx, func() (err error) {
		res, err = w.connection.exec(ctx, what, q)
		return err
	})
	return res, err
}

// guarded runs fn, in a savepoint where a row that is refused would end the transaction.
func (w *writer) guarded(ctx context.Context, fn func() error) error {
	if !w.store.o.Dialect.RefusalAborts {
		return fn()
	}
	return w.nested(ctx, fn)
}
