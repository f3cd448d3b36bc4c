package user

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"time"
)

const (
	// MaxKnownAddresses is how many known addresses a desk keeps for each user.
	MaxKnownAddresses = 16

	// KnownFor is how long an address stays known after a successful login from
	// it.
	KnownFor = 30 * 24 * time.Hour
)

// KnownAddress is an IP address from which a user has logged in. It has a digest of
// the address, not the address itself.
type KnownAddress struct {
	UserID    int64
	Digest    []byte `json:"-"` // see AddressDigest
	LastRight time.Time
}

// Known reports whether the last successful login was less than KnownFor ago.
func (a *KnownAddress) Known(now time.Time) bool { return now.Sub(a.LastRight) < KnownFor }

// AddressDigest returns the HMAC (RFC 2104, with SHA-256) of an address, which is
// stored in place of the address.
func AddressDigest(key []byte, address string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(address))
	return h.Sum(nil)
}

// AddressStore stores known addresses, under the same rules as Store.
type AddressStore interface {
	// Key returns the key for AddressDigest, or storage.ErrNotFound if there is none
	// yet.
	Key(ctx context.Context) ([]byte, error)

	// InsertKey stores the key. It returns storage.ErrDuplicate if there is one
	// already.
	InsertKey(ctx context.Context, key []byte) error

	// List returns the known addresses of a user, by descending LastRight.
	List(ctx context.Context, userID int64) ([]*KnownAddress, error)

	// Insert stores a new address. It returns storage.ErrDuplicate if the user has
	// this address already, and storage.ErrReferenced if the user does not exist.
	Insert(ctx context.Context, a *KnownAddress) error

	// Update writes LastRight of the address with a.UserID and a.Digest. It does
	// nothing if there is no such address.
	Update(ctx context.Context, a *KnownAddress) error

	// Delete removes an address of a user. It does nothing if there is no such
	// address.
	Delete(ctx context.Context, userID int64, digest []byte) error
}
