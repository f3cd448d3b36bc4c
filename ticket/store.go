package ticket

import "context"

// Store keeps tickets together with their custom values. Implementations
// return the sentinel errors of package storage, wrapped or not, and are used
// inside one transaction by one goroutine.
type Store interface {
	// Get returns the ticket, or storage.ErrNotFound when there is none or the
	// scope does not admit it.
	Get(ctx context.Context, id int64, s Scope) (*Ticket, error)

	// Lock is Get without Values, and keeps every other transaction from changing
	// the ticket, and from deleting it, until this one ends. It needs a writing
	// transaction, and returns the newest state that was committed.
	Lock(ctx context.Context, id int64, s Scope) (*Ticket, error)

	// Values returns the custom values of a ticket; after Lock those that go with
	// what it returned.
	Values(ctx context.Context, id int64) (Values, error)

	// List returns the tickets the query selects, by ascending id, or by
	// descending id when NewestFirst. It takes as many statements for many as
	// for one.
	List(ctx context.Context, q Query) ([]*Ticket, error)

	// IDs returns the ids of the tickets that List would return without a Bound.
	IDs(ctx context.Context, q Query) ([]int64, error)

	// Count returns how many tickets the filter matches.
	Count(ctx context.Context, f Filter) (int, error)

	// Insert stores a new ticket with its custom values and sets ID and Version.
	// Fields are the definitions that the values were read by. A queue, assignee
	// or merge target that does not exist is storage.ErrReferenced, and so is a
	// value whose field is not among the fields, is gone or has another type now.
	Insert(ctx context.Context, t *Ticket, fields []*CustomField) error

	// Update writes the columns in which after differs from before, which Lock
	// returned in this transaction, and the custom values of after that before
	// does not have. It sets after.Version to one more than before.Version. Values
	// of fields that after.Values does not name stay as they are. The rest is as
	// for Insert.
	Update(ctx context.Context, before, after *Ticket, fields []*CustomField) error

	// Delete removes the ticket with its follow-ups, attachments' rows, change
	// records and custom values, or returns storage.ErrNotFound. Tickets merged
	// into it lose their MergedTo. Attachment content is the caller's to delete.
	Delete(ctx context.Context, id int64) error
}

// QueueStore keeps queues.
type QueueStore interface {
	// Get returns the queue, or storage.ErrNotFound.
	Get(ctx context.Context, id int64) (*Queue, error)

	// Lock is Get, and keeps every other transaction from changing or deleting the
	// queue until this one ends. It needs a writing transaction, and returns the
	// newest state that was committed. Tickets can be put into the queue meanwhile.
	Lock(ctx context.Context, id int64) (*Queue, error)

	// BySlug returns the queue with exactly this slug, or storage.ErrNotFound.
	BySlug(ctx context.Context, slug string) (*Queue, error)

	// List returns the queues the query selects, by ascending id.
	List(ctx context.Context, q QueueQuery) ([]*Queue, error)

	// Admits reports whether there is a queue with this id that the scope admits.
	Admits(ctx context.Context, id int64, s QueueScope) (bool, error)

	// Count returns how many queues there are.
	Count(ctx context.Context) (int, error)

	// Insert stores a new queue and sets its ID. A slug in use is
	// storage.ErrDuplicate; slugs differ when any byte differs. A default owner who
	// does not exist is storage.ErrReferenced.
	Insert(ctx context.Context, q *Queue) error

	// Update writes the columns in which after differs from before, which Lock
	// returned in this transaction. A slug of another queue is
	// storage.ErrDuplicate, the rest is as for Insert.
	Update(ctx context.Context, before, after *Queue) error

	// Delete removes the queue and what grants it to users and groups, or returns
	// storage.ErrNotFound; with tickets in it, storage.ErrReferenced.
	Delete(ctx context.Context, id int64) error
}

// CustomFieldStore keeps the definitions of custom fields.
type CustomFieldStore interface {
	// Get returns the definition, or storage.ErrNotFound.
	Get(ctx context.Context, id int64) (*CustomField, error)

	// Lock is Get, and keeps every other transaction from changing or deleting the
	// definition until this one ends. It needs a writing transaction, and returns
	// the newest state that was committed. Tickets can get values meanwhile.
	Lock(ctx context.Context, id int64) (*CustomField, error)

	// All returns every definition by Ordering (those without one first), then id.
	All(ctx context.Context) ([]*CustomField, error)

	// LockAll is All, and keeps other transactions from changing or deleting a
	// definition until this one ends; several may have such a lock at once. It needs a
	// writing transaction, and returns the newest state that was committed.
	LockAll(ctx context.Context) ([]*CustomField, error)

	// Insert stores a new definition and sets its ID. A name in use is
	// storage.ErrDuplicate; names differ when any byte differs.
	Insert(ctx context.Context, f *CustomField) error

	// Update writes the columns in which after differs from before, which Lock
	// returned in this transaction. A name of another definition is
	// storage.ErrDuplicate. A new type while any ticket has a value for the field is
	// storage.ErrReferenced, also when the value is written at the same time.
	Update(ctx context.Context, before, after *CustomField) error

	// Delete removes the definition and every ticket's value for it, or returns
	// storage.ErrNotFound.
	Delete(ctx context.Context, id int64) error
}

// Scope says which tickets an actor may reach: it is the same predicate for a
// list, an item and a write. A ticket is in scope when any member admits it;
// the zero Scope admits none.
type Scope struct {
	All        bool    // every ticket
	Submitter  string  // tickets whose submitter address has the same AddressKey; "" admits none
	AssignedTo int64   // tickets assigned to this user; 0 admits none
	GrantedTo  int64   // tickets in queues granted to this user or a group of theirs; 0 admits none
	Queues     []int64 // tickets in these queues
}

// QueueScope says which queues an actor may put tickets in. A queue is in scope
// when any member admits it; the zero QueueScope admits none.
type QueueScope struct {
	All       bool    // every queue
	Public    bool    // queues that allow public submission
	GrantedTo int64   // queues granted to this user or a group of theirs; 0 admits none
	IDs       []int64 // these
}

// Filter narrows a list of tickets. Members that are set must all hold. A nil slice
// does not narrow, and an empty one selects nothing.
type Filter struct {
	Scope    Scope
	IDs      []int64
	Status   []Status
	MergedTo int64 // tickets merged into this one; 0 does not narrow
}

// IsEmpty reports whether the filter selects nothing, whatever tickets there are.
func (f Filter) IsEmpty() bool {
	return f.IDs != nil && len(f.IDs) == 0 || f.Status != nil && len(f.Status) == 0
}

// Query selects a slice of a filtered list.
type Query struct {
	Filter
	NewestFirst bool
	After       int64 // continue behind this id in the list's direction; 0 from the start
	Offset      int   // skip so many of the rest
	Limit       int   // at most so many; must be positive
	Bound       Bound // of what is returned
}

// Bound bounds what a list returns in bytes, so that it fits in memory whatever is
// stored. A list that would be larger ends earlier, but has one element at least.
type Bound struct {
	// Bytes is what the elements may take together, about, with all that belongs to
	// them; 0 is no bound. A Store may count a text of more than 64 KiB as more than
	// the bound, so that it need not read it to find out.
	Bytes int

	// Large lets the first element take more. Without it, a list whose first
	// element does is storage.ErrTooLarge.
	Large bool
}

// QueueQuery selects a slice of the list of queues.
type QueueQuery struct {
	IDs    []int64 // only these; nil does not narrow, and an empty slice selects nothing
	Public bool    // only those that allow public submission
	After  int64   // only ids above this
	Offset int     // skip so many of the rest
	Limit  int     // at most so many; must be positive
}
