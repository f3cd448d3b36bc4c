package main

import (
	"context"
	"errors"
	"time"

	"github.com/go-helpdesk/helpdesk/storage"
)

// within is a Store inside a transaction that is open already, so that several
// things a desk does are done together or not at all. After a failure the
// transaction must be rolled back.
type within struct{ tx storage.Tx }

func (w within) View(_ context.Context, fn func(storage.Tx) error) error { return fn(w.tx) }

func (w within) Read(_ context.Context, fn func(storage.Tx) error) error { return fn(w.tx) }

func (w within) Update(_ context.Context, fn func(storage.Tx) error) error { return fn(w.tx) }

func (within) Sweep(context.Context, time.Duration) (int, error) { return 0, errors.ErrUnsupported }

func (within) Migrate(context.Context) error { return errors.ErrUnsupported }

func (within) Ready(context.Context) error { return nil }

func (within) Close() error { return nil }
