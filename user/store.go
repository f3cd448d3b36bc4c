package user

import "context"

// Store keeps users. Implementations return the sentinel errors of package
// storage, wrapped or not, and are used inside one transaction by one goroutine.
type Store interface {
	// Get returns the user, or storage.ErrNotFound.
	Get(ctx context.Context, id int64) (*User, error)

	// Lock is Get, and keeps every other transaction from changing or deleting the
	// user until this one ends. It needs a writing transaction, and returns the
	// newest state that was committed.
	Lock(ctx context.Context, id int64) (*User, error)

	// ByUsername returns the user whose username has this Key, without Queues,
	// or storage.ErrNotFound.
	ByUsername(ctx context.Context, key string) (*User, error)

	// ByExternalID returns the user with exactly this ExternalID, without
	// Queues, or storage.ErrNotFound.
	ByExternalID(ctx context.Context, id string) (*User, error)

	// Superusers returns the ids of the active superusers, ascending, and keeps
	// every other transaction from changing these users until this one ends. It
	// needs a writing transaction.
	Superusers(ctx context.Context) ([]int64, error)

	// List returns the users the query selects, by ascending id.
	List(ctx context.Context, q Query) ([]*User, error)

	// Count returns how many users there are.
	Count(ctx context.Context) (int, error)

	// Insert stores a new user without Queues and sets its ID. A username whose
	// Key is taken and an ExternalID that is are storage.ErrDuplicate.
	Insert(ctx context.Context, u *User) error

	// Update writes the columns in which after differs from before, which Lock
	// returned in this transaction; Queues are for Grant to write. A Key or an
	// ExternalID of another user is storage.ErrDuplicate.
	Update(ctx context.Context, before, after *User) error

	// Grant grants these queues to the user, and no others, or returns
	// storage.ErrNotFound; a queue that does not exist is storage.ErrReferenced.
	Grant(ctx context.Context, id int64, queues []int64) error

	// Delete removes the user with their tokens, grants and memberships, or
	// returns storage.ErrNotFound. A user that a ticket, a follow-up or a change
	// record names is storage.ErrReferenced; queues they own by default lose
	// their default owner.
	Delete(ctx context.Context, id int64) error
}

// Query selects a slice of the list of users.
type Query struct {
	IDs    []int64 // only these; nil does not narrow, and an empty slice selects nothing
	After  int64   // only ids above this
	Offset int     // skip so many of the rest
	Limit  int     // at most so many; must be positive
}

// GroupStore keeps groups of users, as Store keeps users.
type GroupStore interface {
	// Get returns the group, or storage.ErrNotFound.
	Get(ctx context.Context, id int64) (*Group, error)

	// Lock is Get, and keeps every other transaction from changing or deleting the
	// group until this one ends. It needs a writing transaction, and returns the
	// newest state that was committed.
	Lock(ctx context.Context, id int64) (*Group, error)

	// ByName returns the group with exactly this name, without Users and Queues,
	// or storage.ErrNotFound.
	ByName(ctx context.Context, name string) (*Group, error)

	// List returns the groups the query selects, by ascending id.
	List(ctx context.Context, q Query) ([]*Group, error)

	// Count returns how many groups there are.
	Count(ctx context.Context) (int, error)

	// Insert stores a new group with its members and queues and sets its ID. A
	// name in use is storage.ErrDuplicate; names differ when any byte differs. A
	// user or queue that does not exist is storage.ErrReferenced.
	Insert(ctx context.Context, g *Group) error

	// Update writes what differs between before, which Lock returned in this
	// transaction, and after, members and queues included. The rest is as for
	// Insert.
	Update(ctx context.Context, before, after *Group) error

	// Delete removes the group, or returns storage.ErrNotFound.
	Delete(ctx context.Context, id int64) error
}

// TokenStore keeps tokens, as Store keeps users.
type TokenStore interface {
	// Get returns the token, or storage.ErrNotFound.
	Get(ctx context.Context, id int64) (*Token, error)

	// Lock is Get, and keeps every other transaction from changing or deleting the
	// token until this one ends. It needs a writing transaction, and returns the
	// newest state that was committed.
	Lock(ctx context.Context, id int64) (*Token, error)

	// ByPrefix returns the token with exactly this Prefix, or storage.ErrNotFound.
	ByPrefix(ctx context.Context, prefix string) (*Token, error)

	// List returns the tokens of a user that the query selects, by ascending id.
	List(ctx context.Context, userID int64, q Query) ([]*Token, error)

	// Count returns how many tokens a user has.
	Count(ctx context.Context, userID int64) (int, error)

	// Insert stores a new token and sets its ID. A Prefix in use is
	// storage.ErrDuplicate, a user who does not exist storage.ErrReferenced.
	Insert(ctx context.Context, t *Token) error

	// Update writes the columns in which after differs from before, which Lock
	// returned in this transaction.
	Update(ctx context.Context, before, after *Token) error

	// Delete removes the token, or returns storage.ErrNotFound.
	Delete(ctx context.Context, id int64) error
}
