package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	sq "github.com/Masterminds/squirrel"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

var (
	errEnded    = errors.New("the transaction has ended")
	errReadOnly = errors.New("a View cannot write")
)

// session runs statements inside one transaction. It implements storage.Tx.
type session struct {
	on    Conn
	store *Store
	write bool

	// broken is the first failure after which the database may have ended the
	// transaction by itself. Statements would then commit one by one, so there
	// are none after it, and no commit.
	broken error
}

func (x *session) Users() user.Store                     { return users{x} }
func (x *session) Queues() ticket.QueueStore             { return queues{x} }
func (x *session) CustomFields() ticket.CustomFieldStore { return customFields{x} }
func (x *session) Tickets() ticket.Store                 { return tickets{x} }
func (x *session) FollowUps() followup.Store             { return followUps{x} }
func (x *session) Attachments() followup.AttachmentStore { return attachments{x} }
func (x *session) Changes() followup.ChangeStore         { return changes{x} }
func (x *session) Files() followup.Files                 { return files{x} }

// begin starts a transaction.
func (x *session) begin(ctx context.Context) error {
	d := &x.store.o.Dialect
	isolate, begin := d.IsolateRead, d.BeginRead
	if x.write {
		isolate, begin = d.Isolate, d.Begin
	}
	if isolate != "" {
		if err := x.raw(ctx, "begin", isolate); err != nil {
			return err
		}
	}
	return x.raw(ctx, "begin", begin)
}

// commit ends the transaction, unless it is broken or ctx ended.
func (x *session) commit(ctx context.Context) error {
	if err := x.whole(ctx); err != nil {
		return err
	}
	err := x.finish(ctx, "COMMIT")
	if err == nil {
		return nil
	}
	if done := x.store.o.Dialect.RolledBack; done != nil && !done(err) {
		x.broken = fmt.Errorf("commit: %w: %w", storage.ErrUnknownOutcome, err)
		return x.broken
	}
	return x.fail(context.WithoutCancel(ctx), "commit", err)
}

// whole returns nil when all that was done may be kept.
func (x *session) whole(ctx context.Context) error {
	if x.broken != nil {
		return x.broken
	}
	return ctx.Err()
}

// finish runs a statement that ends the transaction, which a context that ends
// meanwhile must not cut short: the outcome would be unknown.
func (x *session) finish(ctx context.Context, query string) error {
	x.store.o.Observe(query)
	_, err := x.on.ExecContext(context.WithoutCancel(ctx), query)
	return err
}

// raw runs SQL that is not built.
func (x *session) raw(ctx context.Context, what, query string) error {
	x.store.o.Observe(query)
	if _, err := x.on.ExecContext(ctx, query); err != nil {
		return x.fail(ctx, what, err)
	}
	return nil
}

func (x *session) exec(ctx context.Context, what string, q sq.Sqlizer) (sql.Result, error) {
	if !x.write {
		return nil, fmt.Errorf("%s: %w", what, errReadOnly)
	}
	query, args, err := x.build(ctx, what, q)
	if err != nil {
		return nil, err
	}
	res, err := x.on.ExecContext(ctx, query, args...)
	if err != nil {
		return nil, x.fail(ctx, what, err)
	}
	return res, nil
}

// build returns the SQL of a statement that may run now. The context is asked
// here because a driver that finds it ended may or may not have run one.
func (x *session) build(ctx context.Context, what string, q sq.Sqlizer) (string, []any, error) {
	if x.broken != nil {
		return "", nil, x.broken
	}
	if err := ctx.Err(); err != nil {
		return "", nil, x.fail(ctx, what, err)
	}
	query, args, err := q.ToSql()
	if err != nil {
		return "", nil, fmt.Errorf("%s: %w", what, err)
	}
	x.store.o.Observe(query)
	return query, args, nil
}

// fail turns the error of a statement into that of the method.
func (x *session) fail(ctx context.Context, what string, err error) error {
	err = x.store.failure(ctx, what, err)
	if x.broken == nil && !errors.Is(err, storage.ErrDuplicate) && !errors.Is(err, storage.ErrReferenced) {
		x.broken = err
	}
	return err
}

// row is what a scan function reads from.
type row interface{ Scan(dest ...any) error }

// list returns what scan makes of every row.
func list[T any](ctx context.Context, x *session, what string, q sq.Sqlizer, scan func(row) (T, error)) ([]T, error) {
	query, args, err := x.build(ctx, what, q)
	if err != nil {
		return nil, err
	}
	rows, err := x.on.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, x.fail(ctx, what, err)
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, x.fail(ctx, what, err)
		}
		all = append(all, v)
	}
	if err := rows.Err(); err != nil {
		return nil, x.fail(ctx, what, err)
	}
	return all, nil
}

// one returns what scan makes of the first row, ErrNotFound when there is none.
func one[T any](ctx context.Context, x *session, what string, q sq.Sqlizer, scan func(row) (T, error)) (T, error) {
	all, err := list(ctx, x, what, q, scan)
	if err == nil && len(all) == 0 {
		err = fmt.Errorf("%s: %w", what, storage.ErrNotFound)
	}
	if err != nil {
		var zero T
		return zero, err
	}
	return all[0], nil
}

// scalar scans a row of one column.
func scalar[T any](r row) (v T, err error) {
	err = r.Scan(&v)
	return v, err
}
