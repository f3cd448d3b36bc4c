package ticket

import "context"

// Store stores tickets with their custom values. An implementation works inside one
// transaction and is used by one goroutine. Its errors wrap the sentinel errors of
// package storage.
type Store interface {
	// Get returns the ticket, or storage.ErrNotFound if there is none in the scope.
	Get(ctx context.Context, id int64, s Scope) (*Ticket, error)

	// Lock is like Get without Values, but also keeps other transactions from changing
	// or deleting the ticket until this one ends. It returns the latest committed
	// state. It needs a write transaction.
	Lock(ctx context.Context, id int64, s Scope) (*Ticket, error)

	// Values returns the custom values of a ticket. After Lock, they belong to the
	// state that Lock returned.
	Values(ctx context.Context, id int64) (Values, error)

	// List returns the tickets that the query selects, in its order. The number of its
	// statements does not depend on the number of tickets.
	List(ctx context.Context, q Query) ([]*Ticket, error)

	// IDs returns the ids of the tickets that List would return without a Bound, in the
	// same order.
	IDs(ctx context.Context, q Query) ([]int64, error)

	// Count returns how many tickets the filter selects in the scope.
	Count(ctx context.Context, s Scope, f Filter) (int, error)

	// CountBy returns how many tickets the filter selects in the scope, for each combination
	// of values that some of them have in the dimensions. The counts are sorted by these
	// values, where no value comes last. It returns at most limit counts. Without a
	// dimension it returns one, which may be 0.
	CountBy(ctx context.Context, s Scope, f Filter, by []Dimension, limit int) ([]Count, error)

	// Insert stores a new ticket with its custom values and sets ID and Version.
	// Fields are the definitions that the values were parsed with. It returns
	// storage.ErrReferenced if the queue, the assignee or the merge target does not
	// exist, or if the field of a value is not among fields, was deleted, or has
	// another type now.
	Insert(ctx context.Context, t *Ticket, fields []*CustomField) error

	// Update writes the columns and custom values in which after differs from before.
	// Lock must have returned before in this transaction. Values of fields that
	// after.Values does not contain stay as they are. Update sets after.Version to
	// before.Version plus one. Errors are those of Insert.
	Update(ctx context.Context, before, after *Ticket, fields []*CustomField) error

	// Delete removes the ticket with its follow-ups, the rows of its attachments, its
	// change records and its custom values, or returns storage.ErrNotFound. Tickets
	// that were merged into it lose their MergedTo. The Version of a ticket to which a
	// follow-up was moved that has made changes to the deleted one is incremented, because
	// the follow-up loses these. The caller deletes the content of the attachments.
	Delete(ctx context.Context, id int64) error
}

// QueueStore stores queues, under the same rules as Store.
type QueueStore interface {
	// Get returns the queue, or storage.ErrNotFound.
	Get(ctx context.Context, id int64) (*Queue, error)

	// Lock is like Get, but also keeps other transactions from changing or deleting
	// the queue until this one ends. It returns the latest committed state. It needs a
	// write transaction. Tickets can still be put into the queue.
	Lock(ctx context.Context, id int64) (*Queue, error)

	// BySlug returns the queue with exactly this slug, or storage.ErrNotFound.
	BySlug(ctx context.Context, slug string) (*Queue, error)

	// List returns the queues that the query selects, by id.
	List(ctx context.Context, q QueueQuery) ([]*Queue, error)

	// Admits reports whether there is a queue with this id in the scope.
	Admits(ctx context.Context, id int64, s QueueScope) (bool, error)

	// Count returns how many queues the filter selects.
	Count(ctx context.Context, f QueueFilter) (int, error)

	// Insert stores a new queue and sets its ID and Version. It returns
	// storage.ErrDuplicate if another queue has the slug; slugs differ if any byte
	// differs. It returns storage.ErrReferenced if the default owner does not exist.
	Insert(ctx context.Context, q *Queue) error

	// Update writes the columns in which after differs from before, and sets
	// after.Version to before.Version plus one. Lock must have returned before in this
	// transaction. Errors are those of Insert.
	Update(ctx context.Context, before, after *Queue) error

	// Delete removes the queue and its grants to users and groups. It returns
	// storage.ErrNotFound if there is no such queue, and storage.ErrReferenced if it
	// has tickets.
	Delete(ctx context.Context, id int64) error
}

// CustomFieldStore stores the definitions of custom fields, under the same rules as
// Store.
type CustomFieldStore interface {
	// Get returns the definition, or storage.ErrNotFound.
	Get(ctx context.Context, id int64) (*CustomField, error)

	// Lock is like Get, but also keeps other transactions from changing or deleting
	// the definition until this one ends. It returns the latest committed state. It needs a
	// write transaction. Tickets can still get values.
	Lock(ctx context.Context, id int64) (*CustomField, error)

	// All returns every definition by Ordering, then id. Definitions without Ordering
	// come first.
	All(ctx context.Context) ([]*CustomField, error)

	// LockAll is like All, but also keeps other transactions from changing or deleting
	// a definition until this one ends. The lock is shared: several transactions may
	// hold it at once. It returns the latest committed state. It needs a write
	// transaction.
	LockAll(ctx context.Context) ([]*CustomField, error)

	// Insert stores a new definition and sets its ID and Version. It returns
	// storage.ErrDuplicate if another definition has the name; names differ if any byte
	// differs.
	Insert(ctx context.Context, f *CustomField) error

	// Update writes the columns in which after differs from before, and sets
	// after.Version to before.Version plus one. Lock must have returned before in this
	// transaction. It returns storage.ErrDuplicate as Insert does. It returns
	// storage.ErrReferenced if the type changes while a ticket has a value for the field,
	// even if the value is written at the same time.
	Update(ctx context.Context, before, after *CustomField) error

	// Delete removes the definition and all values for it, or returns
	// storage.ErrNotFound.
	Delete(ctx context.Context, id int64) error
}

// Scope is the set of tickets that an actor may reach. Lists, single tickets and writes
// use the same Scope. It is the union of what its fields select; the zero Scope is
// empty.
type Scope struct {
	All        bool    // every ticket
	Submitter  string  // tickets whose submitter address has the same AddressKey; "" selects none
	AssignedTo int64   // tickets that are assigned to this user; 0 selects none
	GrantedTo  int64   // tickets in queues that are granted to this user or their groups; 0 selects none
	Queues     []int64 // tickets in these queues
}

// QueueScope is the set of queues that an actor may put tickets in. It is the union of
// what its fields select; the zero QueueScope is empty.
type QueueScope struct {
	All       bool    // every queue
	Public    bool    // queues that allow public submission
	GrantedTo int64   // queues that are granted to this user or their groups; 0 selects none
	IDs       []int64 // these queues
}

// Query selects a part of a list of tickets. After, Offset and Limit apply in this order.
type Query struct {
	Scope Scope
	Filter
	Order Order

	// Backward reads the list from its end: the elements come in the reversed order,
	// and After is what they come before. Tickets without a value are first then.
	Backward bool

	Without Parts     // what need not be read
	After   *Position // start after this place in the order; nil is the beginning
	Offset  int       // how many of the rest to skip
	Limit   int       // maximum number of results; must be positive
	Bound   Bound     // maximum size of the results
}

// Bound bounds the size of the results of a list in bytes, so that they fit in memory
// whatever is stored. A list that would be larger ends earlier, but not before its first
// element.
type Bound struct {
	// Bytes is approximately how many bytes the results may take together with all
	// that belongs to them. 0 is no bound. A Store may treat an element with a text of
	// more than 64 KiB as larger than any bound, so that it need not read the text.
	Bytes int

	// Large allows the first element alone to take more than Bytes. Otherwise such an
	// element is storage.ErrTooLarge.
	Large bool
}
