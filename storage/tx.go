package storage

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/go-helpdesk/helpdesk/event"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/idempotency"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
	"github.com/go-helpdesk/helpdesk/webhook"
)

// Tx gives access to the rows inside one transaction. It ends with the function it was
// passed to, and is used by one goroutine.
//
// Tx grows with the library. A type that implements it embeds BaseTx, so that it
// compiles when Tx has a new method.
type Tx interface {
	Users() user.Store
	Groups() user.GroupStore
	Tokens() user.TokenStore
	Addresses() user.AddressStore
	Queues() ticket.QueueStore
	CustomFields() ticket.CustomFieldStore
	Tickets() ticket.Store
	FollowUps() followup.Store
	Attachments() followup.AttachmentStore
	Changes() followup.ChangeStore
	Files() followup.Files
	Requests() idempotency.Store
	Events() event.Store
	Webhooks() webhook.Store
	Deliveries() webhook.DeliveryStore

	// Savepoint runs fn as a nested transaction. When fn returns an error or panics,
	// what was written since the savepoint is taken back and the transaction goes on,
	// also after a write that was refused with ErrDuplicate or ErrReferenced. It
	// returns fn's error as it is.
	//
	// Savepoints nest, and each that is open has a name of its own. After a failure
	// that ends the whole transaction, such as a deadlock, Savepoint returns an error
	// and nothing can be committed. In a View and in a Read, where nothing is
	// written, it runs fn and no more. A Store without savepoints returns an error
	// that wraps errors.ErrUnsupported, and does not run fn.
	Savepoint(ctx context.Context, fn func() error) error

	Statements
}

// Statements runs statements of the host's own in the transaction of a Tx. Their text is in
// the language of the database, and an argument is marked as its driver wants it. The
// statements must not begin or end a transaction.
type Statements interface {
	// Exec runs a statement that returns no rows. In a View and in a Read it returns an
	// error. After an error the transaction cannot be committed, unless it is
	// ErrDuplicate or ErrReferenced.
	Exec(ctx context.Context, query string, args ...any) error

	// Query runs a SELECT and yields its rows, or one error and nothing after it. The
	// values are those that a driver of database/sql returns: int64, float64, bool,
	// []byte, string, time.Time or nil. The Tx must not be used inside the loop.
	Query(ctx context.Context, query string, args ...any) iter.Seq2[[]any, error]
}

// BaseTx is for a type that implements Tx to embed. It keeps no noun: each method for
// one returns nil.
type BaseTx struct{}

var _ Tx = BaseTx{}

// Users returns nil.
func (BaseTx) Users() user.Store { return nil }

// Groups returns nil.
func (BaseTx) Groups() user.GroupStore { return nil }

// Tokens returns nil.
func (BaseTx) Tokens() user.TokenStore { return nil }

// Addresses returns nil.
func (BaseTx) Addresses() user.AddressStore { return nil }

// Queues returns nil.
func (BaseTx) Queues() ticket.QueueStore { return nil }

// CustomFields returns nil.
func (BaseTx) CustomFields() ticket.CustomFieldStore { return nil }

// Tickets returns nil.
func (BaseTx) Tickets() ticket.Store { return nil }

// FollowUps returns nil.
func (BaseTx) FollowUps() followup.Store { return nil }

// Attachments returns nil.
func (BaseTx) Attachments() followup.AttachmentStore { return nil }

// Changes returns nil.
func (BaseTx) Changes() followup.ChangeStore { return nil }

// Files returns nil.
func (BaseTx) Files() followup.Files { return nil }

// Requests returns nil.
func (BaseTx) Requests() idempotency.Store { return nil }

// Events returns nil.
func (BaseTx) Events() event.Store { return nil }

// Webhooks returns nil.
func (BaseTx) Webhooks() webhook.Store { return nil }

// Deliveries returns nil.
func (BaseTx) Deliveries() webhook.DeliveryStore { return nil }

// Savepoint returns an error that wraps errors.ErrUnsupported.
func (BaseTx) Savepoint(context.Context, func() error) error {
	return fmt.Errorf("this store has no savepoints: %w", errors.ErrUnsupported)
}

var errNoStatements = fmt.Errorf("this store runs no statements of the host: %w", errors.ErrUnsupported)

// Exec returns an error that wraps errors.ErrUnsupported.
func (BaseTx) Exec(context.Context, string, ...any) error { return errNoStatements }

// Query yields an error that wraps errors.ErrUnsupported.
func (BaseTx) Query(context.Context, string, ...any) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) { yield(nil, errNoStatements) }
}
