package followup

import (
	"context"
	"io"
	"time"

	"github.com/go-helpdesk/helpdesk/ticket"
)

// Store keeps follow-ups. Their attachments and changes have stores of their own;
// Threads and Complete alone read them too. Implementations return the sentinel errors of package
// storage, wrapped or not, and are used inside one transaction by one goroutine.
type Store interface {
	// Get returns the follow-up, or storage.ErrNotFound when there is none or
	// the scope does not admit its ticket.
	Get(ctx context.Context, id int64, s ticket.Scope) (*FollowUp, error)

	// Lock is Get, and keeps every other transaction from changing or deleting the
	// follow-up until this one ends. It needs a writing transaction, and returns the
	// newest state that was committed.
	Lock(ctx context.Context, id int64, s ticket.Scope) (*FollowUp, error)

	// List returns the follow-ups the query selects, by date, then id.
	List(ctx context.Context, q Query) ([]*FollowUp, error)

	// Count returns how many follow-ups the filter matches.
	Count(ctx context.Context, f Filter) (int, error)

	// End returns the position of the last follow-up that List would return without
	// a Bound, or storage.ErrNotFound when it would return none.
	End(ctx context.Context, q Query) (Position, error)

	// Complete fills in the Attachments of follow-ups, by filename in code point
	// order, then id, and the Changes they made, by id. It returns how many of the
	// follow-ups, from the first on, it has completed: all of them, unless what it
	// filled in would be larger than the bound.
	Complete(ctx context.Context, b ticket.Bound, followUps ...*FollowUp) (int, error)

	// Threads returns the tickets that the query selects, as ticket.Store lists
	// them, with their follow-ups by date, then id, and these complete. The bound
	// holds for tickets with all their follow-ups; one that is too large with them
	// comes alone, without any, and is marked by More. What it returns of one ticket
	// is of one state of the database, in a Read too.
	Threads(ctx context.Context, q ticket.Query) ([]*Thread, error)

	// Titled returns which of the tickets have a follow-up with exactly this title.
	Titled(ctx context.Context, tickets []int64, title string) ([]int64, error)

	// CountAnswers returns how many public follow-ups the user wrote on the ticket,
	// the first on the ticket aside.
	CountAnswers(ctx context.Context, ticketID, userID int64) (int, error)

	// Insert stores a new follow-up and sets its ID. A ticket or user that does
	// not exist is storage.ErrReferenced.
	Insert(ctx context.Context, f *FollowUp) error

	// Update writes the columns in which after differs from before, which Lock
	// returned in this transaction. The rest is as for Insert.
	Update(ctx context.Context, before, after *FollowUp) error

	// Delete removes the follow-up with its attachments' rows, or returns
	// storage.ErrNotFound. Its change records stay with the ticket, their
	// FollowUpID null. Attachment content is the caller's to delete.
	Delete(ctx context.Context, id int64) error
}

// AttachmentStore keeps the rows of attachments; Files keeps their content.
type AttachmentStore interface {
	// Get returns the attachment, or storage.ErrNotFound when there is none or
	// the scope does not admit its ticket.
	Get(ctx context.Context, id int64, s ticket.Scope) (*Attachment, error)

	// Lock is Get, and keeps every other transaction from changing or deleting the
	// attachment until this one ends. It needs a writing transaction, and returns
	// the newest state that was committed.
	Lock(ctx context.Context, id int64, s ticket.Scope) (*Attachment, error)

	// List returns the attachments the query selects, by filename in code
	// point order, then id. Of names that are equal in their first 1,020 bytes,
	// which no uploaded name exceeds, a store may disregard the rest.
	List(ctx context.Context, q AttachmentQuery) ([]*Attachment, error)

	// End returns the position of the last attachment that List would return
	// without a Bound, or storage.ErrNotFound when it would return none.
	End(ctx context.Context, q AttachmentQuery) (AttachmentPosition, error)

	// Count returns how many attachments the filter matches.
	Count(ctx context.Context, f Filter) (int, error)

	// Insert stores a new attachment and sets its ID. A follow-up that does not
	// exist is storage.ErrReferenced, content that another attachment names
	// storage.ErrDuplicate.
	Insert(ctx context.Context, a *Attachment) error

	// Update writes the columns in which after differs from before, which Lock
	// returned in this transaction. The rest is as for Insert.
	Update(ctx context.Context, before, after *Attachment) error

	// Delete removes the row, or returns storage.ErrNotFound. Its content is
	// the caller's to delete.
	Delete(ctx context.Context, id int64) error

	// ContentKeys returns those of the keys that an attachment's Content names.
	ContentKeys(ctx context.Context, keys []string) ([]string, error)
}

// ChangeStore keeps the change records, a ticket's history.
type ChangeStore interface {
	// List returns the records the query selects, by ascending id, which is
	// the order they were made in.
	List(ctx context.Context, q ChangeQuery) ([]*Change, error)

	// End returns the id of the last record that List would return without a Bound,
	// or storage.ErrNotFound when it would return none.
	End(ctx context.Context, q ChangeQuery) (int64, error)

	// Count returns how many records the filter matches.
	Count(ctx context.Context, f Filter) (int, error)

	// Insert stores new records in one statement and sets their IDs in order.
	Insert(ctx context.Context, changes ...*Change) error
}

// Files keeps the content of attachments under keys of its own making.
// Content is immutable: a replacement gets a new key.
type Files interface {
	// Put stores content read from r until EOF and returns its key and its size
	// in bytes. It holds no more than a chunk of it in memory. Errors of r are
	// returned as they are, and nothing is kept.
	Put(ctx context.Context, r io.Reader) (key string, size int64, err error)

	// ReadAt fills p from offset off of the content as io.ReaderAt does, with
	// io.EOF at its end; storage.ErrNotFound when there is no such key.
	ReadAt(ctx context.Context, key string, p []byte, off int64) (int, error)

	// Delete removes content; keys that do not exist are fine.
	Delete(ctx context.Context, keys ...string) error
}

// Filter narrows a list of follow-ups, attachments or change records. Members
// that are set must all hold. A nil slice does not narrow, and an empty one selects
// nothing.
type Filter struct {
	Scope     ticket.Scope // admits the ticket they are on
	Tickets   []int64      // on these tickets
	FollowUps []int64      // these follow-ups, or what belongs to them
	Public    bool         // public follow-ups, or what belongs to them
}

// IsEmpty reports whether the filter selects nothing, whatever there is.
func (f Filter) IsEmpty() bool {
	return f.Tickets != nil && len(f.Tickets) == 0 || f.FollowUps != nil && len(f.FollowUps) == 0
}

// Query selects a slice of a filtered list of follow-ups.
type Query struct {
	Filter
	After  Position     // continue behind it; the zero value is the start
	Offset int          // skip so many of the rest
	Limit  int          // at most so many; 0 is all of them
	Bound  ticket.Bound // of what is returned
}

// Position is a place in a list ordered by date, then id.
type Position struct {
	Date time.Time
	ID   int64
}

// AttachmentQuery selects a slice of a filtered list of attachments.
type AttachmentQuery struct {
	Filter
	After  AttachmentPosition // continue behind it; the zero value is the start
	Offset int                // skip so many of the rest
	Limit  int                // at most so many; 0 is all of them
	Bound  ticket.Bound       // of what is returned
}

// AttachmentPosition is a place in a list ordered by filename, then id.
type AttachmentPosition struct {
	Filename string
	ID       int64
}

// ChangeQuery selects a slice of a filtered list of change records. Filtered
// by FollowUps it has only records that a follow-up made.
type ChangeQuery struct {
	Filter
	After  int64        // only ids above this
	Offset int          // skip so many of the rest
	Limit  int          // at most so many; 0 is all of them
	Bound  ticket.Bound // of what is returned
}
