package storagetest

import (
	"context"
	"errors"

	"github.com/go-helpdesk/helpdesk/storage"
)

// Rerun returns s with every Update and every Read running its function twice, as a
// Store may. Update runs it first in a transaction that is rolled back, then in the
// one that counts. Code that keeps the rule of Update does not notice.
func Rerun(s storage.Store) storage.Store { return rerun{s} }

type rerun struct{ storage.Store }

var errAgain = errors.New("run again")

// Read implements storage.Store.
func (r rerun) Read(ctx context.Context, fn func(storage.Tx) error) error {
	return r.Store.Read(ctx, func(tx storage.Tx) error {
		_ = fn(tx)
		return fn(tx)
	})
}

// Update implements storage.Store.
func (r rerun) Update(ctx context.Context, fn func(storage.Tx) error) error {
	err := r.Store.Update(ctx, func(tx storage.Tx) error {
		_ = fn(tx) // it is as if the database had not got to know
		return errAgain
	})
	if !errors.Is(err, errAgain) {
		return err
	}
	return r.Store.Update(ctx, fn)
}
