package user

import "context"

// Store stores users. An implementation works inside one transaction and is used by
// one goroutine. Its errors wrap the sentinel errors of package storage.
type Store interface {
	// Get returns the user, or storage.ErrNotFound.
	Get(ctx context.Context, id int64) (*User, error)

	// Lock is like Get, but also keeps other transactions from changing or deleting
	// the user until this one ends. It returns the latest committed state. It needs a
	// write transaction.
	Lock(ctx context.Context, id int64) (*User, error)

	// ByUsername returns the user whose username has this Key, without Queues,
	// or storage.ErrNotFound.
	ByUsername(ctx context.Context, key string) (*User, error)

	// ByExternalID returns the user with exactly this ExternalID, without
	// Queues, or storage.ErrNotFound.
	ByExternalID(ctx context.Context, id string) (*User, error)

	// Superusers returns the ids of the active superusers, ascending, and keeps other
	// transactions from changing these users until this one ends. It needs a write
	// transaction.
	Superusers(ctx context.Context) ([]int64, error)

	// List returns the users that the query selects. The order is by ByID or ByUsername.
	List(ctx context.Context, q Query) ([]*User, error)

	// Count returns how many users the filter selects.
	Count(ctx context.Context, f Filter) (int, error)

	// Insert stores a new user without Queues and sets its ID and Version. It returns
	// storage.ErrDuplicate if another user has the Key of the username or the
	// ExternalID.
	Insert(ctx context.Context, u *User) error

	// Update writes the columns in which after differs from before, except Queues, which
	// Grant writes, and sets after.Version to before.Version plus one. Call it also where
	// Queues alone differs. Lock must have returned before in this transaction. It returns
	// storage.ErrDuplicate as Insert does.
	Update(ctx context.Context, before, after *User) error

	// Grant replaces the queues that are granted to the user. It returns
	// storage.ErrNotFound if there is no such user, and storage.ErrReferenced if a
	// queue does not exist.
	Grant(ctx context.Context, id int64, queues []int64) error

	// Delete removes the user with their tokens, grants and memberships. Queues whose
	// default owner is the user lose their default owner. It returns
	// storage.ErrNotFound if there is no such user, and storage.ErrReferenced if a
	// ticket, a follow-up or a change record refers to the user.
	Delete(ctx context.Context, id int64) error
}

// GroupStore stores groups, under the same rules as Store.
type GroupStore interface {
	// Get returns the group, or storage.ErrNotFound.
	Get(ctx context.Context, id int64) (*Group, error)

	// Lock is like Get, but also keeps other transactions from changing or deleting
	// the group until this one ends. It returns the latest committed state. It needs a
	// write transaction.
	Lock(ctx context.Context, id int64) (*Group, error)

	// ByName returns the group with exactly this name, without Users and Queues,
	// or storage.ErrNotFound.
	ByName(ctx context.Context, name string) (*Group, error)

	// List returns the groups that the query selects. The order is by ByID or ByName.
	List(ctx context.Context, q GroupQuery) ([]*Group, error)

	// Count returns how many groups the filter selects.
	Count(ctx context.Context, f GroupFilter) (int, error)

	// Insert stores a new group with its members and queues and sets its ID and Version.
	// It returns storage.ErrDuplicate if another group has the name; names differ if any
	// byte differs. It returns storage.ErrReferenced if a user or queue does not exist.
	Insert(ctx context.Context, g *Group) error

	// Update writes what differs between before and after, including members and
	// queues, and sets after.Version to before.Version plus one. Lock must have returned
	// before in this transaction. Errors are those of Insert.
	Update(ctx context.Context, before, after *Group) error

	// Delete removes the group, or returns storage.ErrNotFound.
	Delete(ctx context.Context, id int64) error
}

// TokenStore stores tokens, under the same rules as Store.
type TokenStore interface {
	// Get returns the token, or storage.ErrNotFound.
	Get(ctx context.Context, id int64) (*Token, error)

	// Lock is like Get, but also keeps other transactions from changing or deleting
	// the token until this one ends. It returns the latest committed state. It needs a
	// write transaction.
	Lock(ctx context.Context, id int64) (*Token, error)

	// ByPrefix returns the token with exactly this Prefix, or storage.ErrNotFound.
	ByPrefix(ctx context.Context, prefix string) (*Token, error)

	// List returns the tokens of a user that the query selects, by id.
	List(ctx context.Context, userID int64, q TokenQuery) ([]*Token, error)

	// Count returns how many tokens a user has.
	Count(ctx context.Context, userID int64) (int, error)

	// Insert stores a new token and sets its ID and Version. It returns
	// storage.ErrDuplicate if another token has the Prefix, and storage.ErrReferenced if
	// the user does not exist.
	Insert(ctx context.Context, t *Token) error

	// Update writes the columns in which after differs from before, and sets
	// after.Version to before.Version plus one. Lock must have returned before in this
	// transaction.
	Update(ctx context.Context, before, after *Token) error

	// Delete removes the token, or returns storage.ErrNotFound.
	Delete(ctx context.Context, id int64) error
}
