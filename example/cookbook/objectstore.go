package cookbook

import (
	"context"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/storage"
)

// ObjectStore keeps files in Bucket, and everything else in Store.
type ObjectStore struct {
	storage.Store
	Bucket Bucket
}

// View implements storage.Store.
func (s ObjectStore) View(ctx context.Context, fn func(storage.Tx) error) error {
	return s.Store.View(ctx, func(tx storage.Tx) error { return fn(objectTx{tx, s.Bucket}) })
}

// Read implements storage.Store.
func (s ObjectStore) Read(ctx context.Context, fn func(storage.Tx) error) error {
	return s.Store.Read(ctx, func(tx storage.Tx) error { return fn(objectTx{tx, s.Bucket}) })
}

// Update implements storage.Store.
func (s ObjectStore) Update(ctx context.Context, fn func(storage.Tx) error) error {
	return s.Store.Update(ctx, func(tx storage.Tx) error { return fn(objectTx{tx, s.Bucket}) })
}

type objectTx struct {
	storage.Tx
	Bucket
}

func (t objectTx) Files() followup.Files { return t }

// Delete leaves files to Sweep, since the transaction may roll back.
func (t objectTx) Delete(context.Context, ...string) error { return nil }
