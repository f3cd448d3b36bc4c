package followup

import (
	"context"
	"io"

	"github.com/go-helpdesk/helpdesk/ticket"
)

// Store stores follow-ups. Only Threads and Complete also read their attachments and
// changes, which have stores of their own. An implementation works inside one
// transaction and is used by one goroutine. Its errors wrap the sentinel errors of
// package storage.
type Store interface {
	// Get returns the follow-up, or storage.ErrNotFound if there is none whose ticket
	// is in the scope.
	Get(ctx context.Context, id int64, s ticket.Scope) (*FollowUp, error)

	// Lock is like Get, but also keeps other transactions from changing or deleting
	// the follow-up until this one ends. It returns the latest committed state. It needs a
	// write transaction.
	Lock(ctx context.Context, id int64, s ticket.Scope) (*FollowUp, error)

	// List returns the follow-ups that the query selects.
	List(ctx context.Context, q Query) ([]*FollowUp, error)

	// Count returns how many follow-ups, whose ticket is in the scope, the filter selects.
	Count(ctx context.Context, s ticket.Scope, f Filter) (int, error)

	// End returns the position of the last follow-up that List would return without
	// a Bound, or storage.ErrNotFound if it would return none.
	End(ctx context.Context, q Query) (Position, error)

	// Complete sets the Attachments of follow-ups, by filename in code point order,
	// then id, and their Changes, by id. It stops before what it reads gets larger than
	// the bound, and returns how many of the follow-ups, from the first on, are
	// complete.
	Complete(ctx context.Context, b ticket.Bound, followUps ...*FollowUp) (int, error)

	// Threads returns the tickets that ticket.Store.List would return, with their
	// complete follow-ups by date, then id. The bound includes the follow-ups. A thread
	// that is larger than the bound is returned alone, without follow-ups, and with
	// More set. Each thread is from one snapshot, even outside of a transaction.
	Threads(ctx context.Context, q ticket.Query) ([]*Thread, error)

	// Titled returns the ids of those tickets that have a follow-up with exactly this
	// title.
	Titled(ctx context.Context, tickets []int64, title string) ([]int64, error)

	// CountAnswers returns how many public follow-ups of the ticket the user wrote. The
	// first follow-up of the ticket does not count.
	CountAnswers(ctx context.Context, ticketID, userID int64) (int, error)

	// Insert stores a new follow-up and sets its ID and Version. It returns
	// storage.ErrReferenced if the ticket or the user does not exist.
	Insert(ctx context.Context, f *FollowUp) error

	// Update writes the columns in which after differs from before, and sets
	// after.Version to before.Version plus one. Lock must have returned before in this
	// transaction. Errors are those of Insert.
	Update(ctx context.Context, before, after *FollowUp) error

	// Delete removes the follow-up with the rows of its attachments, or returns
	// storage.ErrNotFound. Its change records stay, without a FollowUpID. The caller
	// deletes the content of the attachments.
	Delete(ctx context.Context, id int64) error
}

// AttachmentStore stores the rows of attachments, under the same rules as Store. Files
// stores their content.
type AttachmentStore interface {
	// Get returns the attachment, or storage.ErrNotFound if there is none whose ticket
	// is in the scope.
	Get(ctx context.Context, id int64, s ticket.Scope) (*Attachment, error)

	// Lock is like Get, but also keeps other transactions from changing or deleting
	// the attachment until this one ends. It returns the latest committed state. It needs a
	// write transaction.
	Lock(ctx context.Context, id int64, s ticket.Scope) (*Attachment, error)

	// List returns the attachments that the query selects. Filenames are in code point
	// order. A store may ignore what follows the first 1,020 bytes of a name;
	// no uploaded name is longer.
	List(ctx context.Context, q AttachmentQuery) ([]*Attachment, error)

	// End returns the position of the last attachment that List would return without a
	// Bound, or storage.ErrNotFound if it would return none.
	End(ctx context.Context, q AttachmentQuery) (AttachmentPosition, error)

	// Count returns how many attachments, whose ticket is in the scope, the filter selects.
	Count(ctx context.Context, s ticket.Scope, f Filter) (int, error)

	// Insert stores a new attachment and sets its ID and Version. It returns
	// storage.ErrReferenced if the follow-up does not exist, and storage.ErrDuplicate if
	// another attachment has the same Content.
	Insert(ctx context.Context, a *Attachment) error

	// Update writes the columns in which after differs from before, and sets
	// after.Version to before.Version plus one. Lock must have returned before in this
	// transaction. Errors are those of Insert.
	Update(ctx context.Context, before, after *Attachment) error

	// Delete removes the row, or returns storage.ErrNotFound. The caller deletes the
	// content.
	Delete(ctx context.Context, id int64) error

	// ContentKeys returns those of the keys that are the Content of an attachment.
	ContentKeys(ctx context.Context, keys []string) ([]string, error)
}

// ChangeStore stores the change records, which are the history of the tickets, under
// the same rules as Store.
type ChangeStore interface {
	// List returns the records that the query selects. The order of their ids is that in
	// which they were made.
	List(ctx context.Context, q ChangeQuery) ([]*Change, error)

	// End returns the id of the last record that List would return without a Bound,
	// or storage.ErrNotFound if it would return none.
	End(ctx context.Context, q ChangeQuery) (int64, error)

	// Count returns how many records, whose ticket is in the scope, the filter selects.
	Count(ctx context.Context, s ticket.Scope, f Filter) (int, error)

	// Insert stores new records in one statement and sets their IDs in order.
	Insert(ctx context.Context, changes ...*Change) error
}

// Files stores the content of attachments under keys that it makes. Content is
// immutable: a replacement gets a new key.
type Files interface {
	// Put stores what it reads from r until EOF, and returns its key and its size in
	// bytes. It has at most one chunk in memory. If r fails, it stores nothing and
	// returns the error unwrapped.
	Put(ctx context.Context, r io.Reader) (key string, size int64, err error)

	// ReadAt reads the content into p from the offset off, with the semantics of
	// io.ReaderAt. It returns storage.ErrNotFound if there is no such key.
	ReadAt(ctx context.Context, key string, p []byte, off int64) (int, error)

	// Delete removes content. It ignores keys that do not exist.
	Delete(ctx context.Context, keys ...string) error
}
