package user

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"time"
)

const (
	// MaxKnownAddresses is how many addresses of a user are kept.
	MaxKnownAddresses = 16

	// KnownFor is how long an address stays known after the password was right
	// there.
	KnownFor = 30 * 24 * time.Hour
)

// KnownAddress is an address at which a user's password was right. The address
// itself is not kept.
type KnownAddress struct {
	UserID    int64
	Digest    []byte `json:"-"` // see AddressDigest
	LastRight time.Time
}

// Known reports whether the password was right there recently enough.
func (a *KnownAddress) Known(now time.Time) bool { return now.Sub(a.LastRight) < KnownFor }

// AddressDigest is the HMAC (RFC 2104, with SHA-256) by which an address is kept.
func AddressDigest(key []byte, address string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(address))
	return h.Sum(nil)
}

// AddressStore keeps known addresses, as Store keeps users.
type AddressStore interface {
	// Key returns the key for AddressDigest, or storage.ErrNotFound when there is
	// none yet.
	Key(ctx context.Context) ([]byte, error)

	// InsertKey stores the key. When there is one already it is
	// storage.ErrDuplicate.
	InsertKey(ctx context.Context, key []byte) error

	// List returns the known addresses of a user, the latest first.
	List(ctx context.Context, userID int64) ([]*KnownAddress, error)

	// Insert stores a new address. One that the user has already is
	// storage.ErrDuplicate, a user who does not exist storage.ErrReferenced.
	Insert(ctx context.Context, a *KnownAddress) error

	// Update writes LastRight of the address with a.UserID and a.Digest. It does
	// nothing when there is none.
	Update(ctx context.Context, a *KnownAddress) error

	// Delete removes an address of a user. It does nothing when there is none.
	Delete(ctx context.Context, userID int64, digest []byte) error
}
