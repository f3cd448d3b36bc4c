package sqlstore

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-helpdesk/helpdesk/event"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/idempotency"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/storage/internal/direct"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
	"github.com/go-helpdesk/helpdesk/webhook"
)

var errReadOnly = errors.New("a View and a Read cannot write")

// transaction implements storage.Tx.
type transaction struct {
	reader
	writer *writer // nil where nothing may be written
	store  *Store

	grantee int64 // for whom expandGrants asked last, and what it found
	granted []int64
}

// reader runs statements that read: a snapshot, a single or a writer.
type reader interface {
	// stream runs a statement whose rows may take long to come.
	stream(ctx context.Context, what string, s direct.Step) error

	// batch runs short statements, in one message where the server takes several.
	batch(ctx context.Context, what string, steps ...direct.Step) error

	// consistent runs batches that see one state of the database. Each appends its steps
	// when those before it were read. There is one batch at least; it may be empty.
	consistent(ctx context.Context, what string, batches ...batch) error

	// limitsTexts reports whether steps may have a MaxText.
	limitsTexts() bool
}

// batch appends some steps to others, and returns all of them.
type batch func(steps []direct.Step) []direct.Step

// usualSteps is how many steps a batch rarely exceeds, with those that begin and end its
// transaction.
const usualSteps = 8

// eachBatch runs batches in a transaction.
func eachBatch(ctx context.Context, r reader, what string, batches []batch) error {
	steps := make([]direct.Step, 0, usualSteps)
	for _, with := range batches {
		if steps = with(steps[:0]); len(steps) == 0 {
			continue
		}
		if err := r.batch(ctx, what, steps...); err != nil {
			return err
		}
	}
	return nil
}

func (x *transaction) Users() user.Store {
	return users{records[user.User]{x, userTable, readUserQueues}}
}
func (x *transaction) Groups() user.GroupStore {
	return groups{records[user.Group]{x, groupTable, readGroupLinks}}
}
func (x *transaction) Tokens() user.TokenStore {
	return tokens{records[user.Token]{x: x, table: tokenTable}}
}
func (x *transaction) Addresses() user.AddressStore { return addresses{x} }
func (x *transaction) Queues() ticket.QueueStore {
	return queues{records[ticket.Queue]{x: x, table: queueTable}}
}
func (x *transaction) CustomFields() ticket.CustomFieldStore {
	return customFields{records[ticket.CustomField]{x: x, table: customFieldTable}}
}
func (x *transaction) Tickets() ticket.Store {
	return tickets{records[ticket.Ticket]{x: x, table: ticketTable}}
}
func (x *transaction) FollowUps() followup.Store {
	return followUps{records[followup.FollowUp]{x: x, table: followUpTable}}
}
func (x *transaction) Attachments() followup.AttachmentStore {
	return attachments{records[followup.Attachment]{x: x, table: attachmentTable}}
}
func (x *transaction) Changes() followup.ChangeStore {
	return changes{records[followup.Change]{x: x, table: changeTable}}
}
func (x *transaction) Files() followup.Files       { return files{x} }
func (x *transaction) Requests() idempotency.Store { return requests{x} }
func (x *transaction) Events() event.Store         { return events{x} }
func (x *transaction) Webhooks() webhook.Store {
	return webhooks{records[webhook.Webhook]{x: x, table: webhookTable}}
}
func (x *transaction) Deliveries() webhook.DeliveryStore {
	return deliveries{records[webhook.Delivery]{x: x, table: deliveryTable}}
}

// forWriting returns the writer, or an error where nothing may be written.
func (x *transaction) forWriting(what string) (*writer, error) {
	if x.writer == nil {
		return nil, fmt.Errorf("%s: %w", what, errReadOnly)
	}
	return x.writer, nil
}

// exec runs a statement that writes.
func (x *transaction) exec(ctx context.Context, what string, q statement) error {
	w, err := x.forWriting(what)
	if err != nil {
		return err
	}
	return w.exec(ctx, what, q)
}

// affect is exec, and returns how many rows the statement wrote. MySQL does not count rows
// that had the values already.
func (x *transaction) affect(ctx context.Context, what string, q statement) (int, error) {
	w, err := x.forWriting(what)
	if err != nil {
		return 0, err
	}
	res, err := w.result(ctx, what, q)
	if err != nil {
		return 0, err
	}
	n, err := res.RowsAffected()
	return int(n), err
}

// step is a statement with what is to be done with its rows.
func (x *transaction) step(q statement, use func(*row) error) direct.Step {
	if x.writer != nil && x.writer.lockReads != "" && q.lockable {
		q.text += " " + x.writer.lockReads
		q.columns = 0
	}
	if q.slow != nil { // a part of a union could not be stopped by itself
		q.columns = 0
	}
	return direct.Step{Text: q.text, Args: q.args, Use: use, Columns: q.columns, Slow: q.slow, MaxText: q.maxText}
}

// each calls use with every row.
func (x *transaction) each(ctx context.Context, what string, q statement, use func(*row) error) error {
	return x.stream(ctx, what, x.step(q, use))
}

// list returns what scan makes of every row.
func list[T any](ctx context.Context, x *transaction, what string, q statement, scan func(*row) T) (all []T, err error) {
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
func one[T any](ctx context.Context, x *transaction, what string, q statement, scan func(*row) T) (T, error) {
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
