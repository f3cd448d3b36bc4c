package helpdesk

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"slices"
	"time"

	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/user"
)

// An address where a user's password was right is a known address for user.KnownFor.
// Guesses that are made elsewhere do not keep the user from logging in there.

const (
	// addressStep is how exactly it is known when a password was right. Without it,
	// every login would write.
	addressStep = time.Hour

	// maxAddressWait bounds how long a login waits for its address to be written.
	maxAddressWait = time.Second
)

// knownAddress returns a known address of a user, or nil when the address is not known. A
// user who does not exist has the id 0, and takes the same time.
func (d *Desk) knownAddress(ctx context.Context, userID int64, address string) (found *user.KnownAddress, err error) {
	err = d.lookUp(ctx, func(tx *transaction) error {
		found = nil
		key, err := d.addresses.find(func() ([]byte, error) { return tx.Addresses().Key(ctx) })
		if err != nil {
			return err
		}
		all, err := tx.Addresses().List(ctx, userID)
		if key == nil || err != nil {
			return err
		}
		if a := addressIn(all, user.AddressDigest(key, address)); a != nil && a.Known(d.now()) {
			found = a
		}
		return nil
	})
	return found, err
}

func addressIn(all []*user.KnownAddress, digest []byte) *user.KnownAddress {
	i := slices.IndexFunc(all, func(a *user.KnownAddress) bool { return bytes.Equal(a.Digest, digest) })
	if i < 0 {
		return nil
	}
	return all[i]
}

// noteAddress stores that a user's password was right at an address. Before is what
// knownAddress returned. A failure is logged, and no error of the login.
func (d *Desk) noteAddress(ctx context.Context, userID int64, address string, before *user.KnownAddress) {
	now := d.now()
	if before != nil && now.Sub(before.LastRight) < addressStep {
		return
	}
	bounded, cancel := context.WithTimeout(ctx, maxAddressWait)
	defer cancel()
	write := func() error {
		return d.write(bounded, writer{}, func(tx *transaction) error { // bookkeeping, which reports no change
			return d.writeAddress(bounded, tx, userID, address, now)
		})
	}
	err := write()
	if errors.Is(err, storage.ErrDuplicate) { // another process made the key
		err = write()
	}
	if _, err := missing(err); err != nil && ctx.Err() == nil { // a client that went away is nobody's error
		d.log.LogAttrs(ctx, slog.LevelWarn, "helpdesk: the address of a login was not written down",
			slog.Int64("user", userID), slog.Any("error", err))
	}
}

// writeAddress stores an address as the latest of a user, and removes the oldest when there
// are more than user.MaxKnownAddresses.
func (d *Desk) writeAddress(ctx context.Context, tx *transaction, userID int64, address string, now time.Time) error {
	if _, err := tx.Users().Lock(ctx, userID); err != nil { // or two logins at once would leave too many
		return err
	}
	key, err := tx.Addresses().Key(ctx)
	none, err := missing(err)
	if none {
		key = make([]byte, 32)
		rand.Read(key) // never fails: see crypto/rand
		err = tx.Addresses().InsertKey(ctx, key)
	}
	if err != nil {
		return err
	}
	all, err := tx.Addresses().List(ctx, userID)
	if err != nil {
		return err
	}
	a := &user.KnownAddress{UserID: userID, Digest: user.AddressDigest(key, address), LastRight: now}
	if addressIn(all, a.Digest) != nil {
		return tx.Addresses().Update(ctx, a)
	}
	for i := user.MaxKnownAddresses - 1; i < len(all); i++ {
		if err := tx.Addresses().Delete(ctx, userID, all[i].Digest); err != nil {
			return err
		}
	}
	return tx.Addresses().Insert(ctx, a)
}
