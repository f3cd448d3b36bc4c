package idempotency

import (
	"context"
	"time"
)

const (
	// MaxKey is how many bytes a key may have.
	MaxKey = 255

	// MaxAnswer is how many bytes an answer may have that is kept.
	MaxAnswer = 128 << 10

	// Lifetime is how long a request is kept. After that its key may be used anew.
	Lifetime = 24 * time.Hour
)

// Request is what is kept of a request that was carried out. It does not have the key,
// nor anything from which the content could be read or guessed.
type Request struct {
	ID      []byte // a keyed digest of the account, the scope and the key; 64 bytes at most
	Content []byte // a keyed digest of what was asked for; 64 bytes at most
	Secret  string `json:"-"` // the hash of a password in it, as user.Hasher encodes it; "" for none
	Answer  []byte // the first answer, of MaxAnswer bytes at most
	Created time.Time
}

// Store stores requests. Its errors are those of package storage.
type Store interface {
	// Key returns the key for the digests, or storage.ErrNotFound if there is none yet.
	Key(ctx context.Context) ([]byte, error)

	// InsertKey stores the key for the digests. If there is one already, the error is
	// storage.ErrDuplicate.
	InsertKey(ctx context.Context, key []byte) error

	// Get returns the request with an ID, or storage.ErrNotFound.
	Get(ctx context.Context, id []byte) (*Request, error)

	// Insert stores a new request. If there is one with the ID, the error is
	// storage.ErrDuplicate. Where another transaction has inserted it and has not ended,
	// Insert waits for its end; or the later of the two to commit fails, and is run again.
	Insert(ctx context.Context, r *Request) error

	// SetAnswer stores the answer of a request that this transaction has inserted.
	SetAnswer(ctx context.Context, id, answer []byte) error

	// DeleteBefore deletes requests that were created before a time, at most limit of
	// them, the oldest first. It returns how many it deleted.
	DeleteBefore(ctx context.Context, before time.Time, limit int) (int, error)

	// DeleteExpired deletes the request with an ID if it was created before a time.
	DeleteExpired(ctx context.Context, id []byte, before time.Time) error
}
