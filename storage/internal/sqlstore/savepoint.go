package sqlstore

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
)

// savepointName is what the names of savepoints begin with.
const savepointName = "helpdesk_"

// Savepoint implements storage.Tx.
func (x *session) Savepoint(ctx context.Context, fn func() error) error {
	if !x.write {
		return fn()
	}
	return x.nested(ctx, func() error { return complete(ctx, x, func(*session) error { return fn() }) })
}

// nested runs fn in a savepoint. It rolls back to it when fn fails or panics, and
// releases it in any case.
func (x *session) nested(ctx context.Context, fn func() error) (err error) {
	if err := x.begun(ctx, "begin"); err != nil {
		return err
	}
	// By depth, so that names are few and those of open savepoints differ: MySQL
	// replaces a savepoint by one of the same name.
	name := savepointName + strconv.Itoa(x.depth+1)
	if err := x.raw(ctx, "begin", "SAVEPOINT "+name); err != nil {
		x.lost = true
		return err
	}
	x.depth++
	done := false
	defer func() { // also when fn panics
		x.depth--
		if done {
			return
		}
		if undoErr := x.rollBackTo(ctx, name); undoErr != nil {
			err = errors.Join(err, undoErr)
		}
	}()
	if err := fn(); err != nil {
		return err
	}
	if err := x.finish(ctx, "RELEASE SAVEPOINT "+name); err != nil {
		return x.fail(context.WithoutCancel(ctx), "commit", err)
	}
	done = true
	return nil
}

// rollBackTo takes back what happened since the savepoint. When it cannot, the
// transaction must not be committed. A transaction of the host's that has ended has
// taken everything back by itself.
func (x *session) rollBackTo(ctx context.Context, name string) error {
	for _, query := range []string{"ROLLBACK TO SAVEPOINT " + name, "RELEASE SAVEPOINT " + name} {
		if err := x.finish(ctx, query); err != nil && !errors.Is(err, sql.ErrTxDone) {
			err = fmt.Errorf("roll back to the savepoint: %w", err)
			x.lost, x.broken = true, cmp.Or(x.broken, err)
			return err
		}
	}
	return nil
}
