package sqlstore

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/storage/internal/direct"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

var (
	errEnded    = errors.New("the transaction has ended")
	errReadOnly = errors.New("a View cannot write")
)

// session runs statements inside one transaction. It implements storage.Tx.
type session struct {
	on    runner
	store *Store
	write bool
	loose bool // there is no transaction
	open  bool // but one, of a loose session, that failed

	// lockReads ends every SELECT of a write in a host's transaction. At REPEATABLE
	// READ a plain SELECT would show the snapshot from before a lock was waited for,
	// and a write by it would undo what others have committed meanwhile.
	lockReads string

	start []string // starts the transaction, and goes with its first statement
	read  bool     // a statement has succeeded

	grantee int64 // for whom named was asked last, and what it found
	granted []int64

	// broken is the first failure after which the database may have ended the
	// transaction by itself. Statements would then commit one by one, so there
	// are none after it, and no commit.
	broken error

	depth int  // how many savepoints are open
	lost  bool // a savepoint could not be made or returned to
}

func (x *session) Users() user.Store                     { return users{x} }
func (x *session) Groups() user.GroupStore               { return groups{x} }
func (x *session) Tokens() user.TokenStore               { return tokens{x} }
func (x *session) Addresses() user.AddressStore          { return addresses{x} }
func (x *session) Queues() ticket.QueueStore             { return queues{x} }
func (x *session) CustomFields() ticket.CustomFieldStore { return customFields{x} }
func (x *session) Tickets() ticket.Store                 { return tickets{x} }
func (x *session) FollowUps() followup.Store             { return followUps{x} }
func (x *session) Attachments() followup.AttachmentStore { return attachments{x} }
func (x *session) Changes() followup.ChangeStore         { return changes{x} }
func (x *session) Files() followup.Files                 { return files{x} }

// begin starts a transaction.
func (x *session) begin(ctx context.Context) error {
	if !x.write && x.on.joins() {
		x.start = x.beginning()
		return nil
	}
	for _, text := range x.beginning() {
		if _, err := x.on.exec(ctx, statement{text: text}); err != nil {
			return x.fail(ctx, "begin", err)
		}
	}
	return nil
}

// started is the steps with what starts the transaction before them, if that is
// still to come.
func (x *session) started(steps ...direct.Step) []direct.Step {
	if len(x.start) == 0 {
		return steps
	}
	var all []direct.Step
	for _, text := range x.start {
		all = append(all, direct.Step{Text: text})
	}
	x.start = nil
	return append(all, steps...)
}

// beginning are the statements that start a transaction.
func (x *session) beginning() []string {
	d := &x.store.o.Dialect
	isolate, begin := d.IsolateRead, d.BeginRead
	if x.write {
		isolate, begin = d.Isolate, d.Begin
	}
	return slices.DeleteFunc([]string{isolate, begin}, func(text string) bool { return text == "" })
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
	if len(x.start) > 0 { // there is nothing to end
		x.start = nil
		return nil
	}
	_, err := x.on.exec(context.WithoutCancel(ctx), statement{text: query})
	return err
}

// raw runs SQL that is not built.
func (x *session) raw(ctx context.Context, what, query string) error {
	if err := x.on.script(ctx, query); err != nil {
		return x.fail(ctx, what, err)
	}
	return nil
}

func (x *session) exec(ctx context.Context, what string, q statement) (driver.Result, error) {
	if !x.write {
		return nil, fmt.Errorf("%s: %w", what, errReadOnly)
	}
	if err := x.begun(ctx, what); err != nil {
		return nil, err
	}
	res, err := x.on.exec(ctx, q)
	if err != nil {
		return nil, x.fail(ctx, what, err)
	}
	return res, nil
}

// do is exec where nobody needs the result.
func (x *session) do(ctx context.Context, what string, q statement) error {
	_, err := x.exec(ctx, what, q)
	return err
}

// begun returns an error when a statement may not run. The context
// is asked here because a driver that finds it ended may or may not have run one.
func (x *session) begun(ctx context.Context, what string) error {
	if x.broken != nil {
		return x.broken
	}
	if err := ctx.Err(); err != nil {
		return x.fail(ctx, what, err)
	}
	return nil
}

// fail turns the error of a statement into that of the method.
func (x *session) fail(ctx context.Context, what string, err error) error {
	err = x.store.failure(ctx, what, err)
	if x.broken == nil && !errors.Is(err, storage.ErrDuplicate) && !errors.Is(err, storage.ErrReferenced) {
		x.broken = err
	}
	return err
}

// run runs short statements that belong together.
func (x *session) run(ctx context.Context, what string, steps ...direct.Step) error {
	for i, s := range steps {
		if s.Use != nil {
			steps[i].Text = x.lockingRead(s.Text)
		}
	}
	if err := x.begun(ctx, what); err != nil {
		return err
	}
	if err := x.on.run(ctx, x.started(steps...)...); err != nil {
		return x.fail(ctx, what, err)
	}
	x.read = true
	return nil
}

// snapshot is run, on one state of the database.
func (x *session) snapshot(ctx context.Context, what string, steps ...direct.Step) error {
	x.beginSnapshot()
	return x.endSnapshot(ctx, what, steps...)
}

// beginSnapshot has the statements that follow see one state of the database, until
// endSnapshot. A transaction does so anyway.
func (x *session) beginSnapshot() {
	if x.loose {
		x.open, x.start = true, x.beginning()
	}
}

// endSnapshot runs the last statements of a snapshot, of which there may be none.
func (x *session) endSnapshot(ctx context.Context, what string, steps ...direct.Step) error {
	if x.loose {
		steps = append(steps, direct.Step{Text: "ROLLBACK"})
	}
	if len(steps) == 0 {
		return nil
	}
	err := x.run(ctx, what, steps...)
	if err == nil {
		x.open = false
	}
	return err
}

// each calls use with every row.
func (x *session) each(ctx context.Context, what string, q statement, use func(*row) error) error {
	q.text = x.lockingRead(q.text)
	if err := x.begun(ctx, what); err != nil {
		return err
	}
	run := x.on.query
	if len(x.start) > 0 {
		run = func(ctx context.Context, s direct.Step) error { return x.on.run(ctx, x.started(s)...) }
	}
	if err := run(ctx, direct.Step{Text: q.text, Args: q.args, Use: use}); err != nil {
		return x.fail(ctx, what, err)
	}
	x.read = true
	return nil
}

// lockingRead is a SELECT that ends with lockReads, if it can. A UNION cannot; it
// selects ids of rows, which are locked by themselves before they are written.
func (x *session) lockingRead(query string) string {
	d := &x.store.o.Dialect
	if x.lockReads == "" || strings.HasSuffix(query, d.ForUpdate) || strings.HasSuffix(query, x.lockReads) || !strings.Contains(query, " FROM helpdesk_") || strings.Contains(query, " UNION ") {
		return query
	}
	return query + " " + x.lockReads
}

// list returns what scan makes of every row.
func list[T any](ctx context.Context, x *session, what string, q statement, scan func(*row) T) (all []T, err error) {
	err = x.each(ctx, what, q, collect(&all, scan))
	if err != nil {
		return nil, err
	}
	return all, nil
}

// collect appends what scan makes of a row.
func collect[T any](all *[]T, scan func(*row) T) func(*row) error {
	return func(r *row) error {
		*all = append(*all, scan(r))
		return nil
	}
}

// one returns what scan makes of the first row, ErrNotFound when there is none.
func one[T any](ctx context.Context, x *session, what string, q statement, scan func(*row) T) (T, error) {
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
