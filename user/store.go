package user

import "context"

// Store keeps users. Implementations return the sentinel errors of package
// storage, wrapped or not, and are used inside one transaction by one goroutine.
type Store interface {
	// Get returns the user, or storage.ErrNotFound.
	Get(ctx context.Context, id int64) (*User, error)

	// ByUsername returns the user whose username has this Key, or storage.ErrNotFound.
	ByUsername(ctx context.Context, key string) (*User, error)

	// List returns the users the query selects, by ascending id.
	List(ctx context.Context, q Query) ([]*User, error)

	// Count returns how many users there are.
	Count(ctx context.Context) (int, error)

	// Insert stores a new user and sets its ID. A username whose Key is taken
	// is storage.ErrDuplicate.
	Insert(ctx context.Context, u *User) error

	// Update writes every field of the user with u.ID, or returns
	// storage.ErrNotFound; a Key taken by another user is storage.ErrDuplicate.
	Update(ctx context.Context, u *User) error

	// Delete removes the user, or returns storage.ErrNotFound. A user that a
	// ticket, a follow-up or a change record names is storage.ErrReferenced;
	// queues they own by default lose their default owner.
	Delete(ctx context.Context, id int64) error
}

// Query selects a slice of the list of users.
type Query struct {
	After  int64 // only ids above this
	Offset int   // skip so many of the rest
	Limit  int   // at most so many; must be positive
}
