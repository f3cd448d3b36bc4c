package webhook

import (
	"context"
	"time"
)

// Query selects a part of a list.
type Query struct {
	After      int64 // the id after which the part begins, in the order of the list; 0 for its start
	Descending bool  // by descending ids
	Offset     int   // how many are passed over
	Limit      int   // how many there are at most; must be positive
}

// Store stores webhooks. An implementation works inside one transaction and is used by
// one goroutine. Its errors are those of package storage.
type Store interface {
	// Get returns a webhook, or storage.ErrNotFound.
	Get(ctx context.Context, id int64) (*Webhook, error)

	// Lock is Get, and keeps others from changing the webhook until the end of the
	// transaction.
	Lock(ctx context.Context, id int64) (*Webhook, error)

	// List returns webhooks by id.
	List(ctx context.Context, q Query) ([]*Webhook, error)

	// Active returns the ids of active webhooks, the lowest ones, in ascending order.
	// The limit must be positive. Like Lease, it reads only ids, so that a webhook with
	// an unreadable row does not stop the others.
	Active(ctx context.Context, limit int) ([]int64, error)

	// Count returns how many webhooks there are.
	Count(ctx context.Context) (int, error)

	// Insert stores a webhook and sets its ID.
	Insert(ctx context.Context, w *Webhook) error

	// Update writes what differs between two states of a webhook, of which before is the
	// stored one. It writes neither Position nor a lease. Version grows by 1, unless
	// only PausedUntil differs.
	Update(ctx context.Context, before, after *Webhook) error

	// Delete deletes a webhook, with its deliveries, or returns storage.ErrNotFound.
	Delete(ctx context.Context, id int64) error

	// Lease gives a holder the active webhooks of which nobody has a lease at now, those
	// with the lowest ids first, and lengthens the leases that it has already. All end at
	// until. It returns the ids of the webhooks that the holder has now, at most limit of
	// them, in ascending order. Two holders never have a lease of one webhook at the same
	// time, as far as their clocks agree.
	Lease(ctx context.Context, holder string, now, until time.Time, limit int) ([]int64, error)

	// Release ends all leases of a holder.
	Release(ctx context.Context, holder string) error

	// Advance sets the Position of a webhook, if the holder has a lease of it at now and
	// the webhook is active, and reports whether that is so. Others cannot take the lease
	// before the end of the transaction.
	Advance(ctx context.Context, id int64, holder string, now time.Time, position int64) (bool, error)

	// Floor returns the lowest position that an active webhook still needs: the next one
	// to prepare, or that of a pending delivery. It returns false if none needs any.
	Floor(ctx context.Context) (position int64, needed bool, err error)
}

// DeliveryStore stores deliveries, as Store does webhooks.
type DeliveryStore interface {
	// Get returns a delivery, or storage.ErrNotFound.
	Get(ctx context.Context, id int64) (*Delivery, error)

	// Lock is Get, and keeps others from changing the delivery until the end of the
	// transaction.
	Lock(ctx context.Context, id int64) (*Delivery, error)

	// List returns deliveries of a webhook by id.
	List(ctx context.Context, webhookID int64, q Query) ([]*Delivery, error)

	// Count returns how many deliveries of a webhook there are.
	Count(ctx context.Context, webhookID int64) (int, error)

	// Insert stores deliveries and sets their IDs. One of a webhook that does not exist
	// is storage.ErrReferenced.
	Insert(ctx context.Context, deliveries ...*Delivery) error

	// Update writes what differs between two states of a delivery, of which before is
	// the stored one.
	Update(ctx context.Context, before, after *Delivery) error

	// Due returns pending deliveries of a webhook that are due at now, by the time when
	// they are due, at most limit of them.
	Due(ctx context.Context, webhookID int64, now time.Time, limit int) ([]*Delivery, error)

	// CountPending returns how many deliveries of a webhook are pending, counted up to
	// limit.
	CountPending(ctx context.Context, webhookID int64, limit int) (int, error)

	// Abandon makes pending deliveries of a webhook Abandoned, at most limit of them, and
	// returns how many there were.
	Abandon(ctx context.Context, webhookID int64, limit int) (int, error)

	// DeleteBefore deletes deliveries of before a time that are not pending. It looks at
	// those with the lowest ids, at most limit of them, and returns how many it deleted.
	DeleteBefore(ctx context.Context, before time.Time, limit int) (int, error)
}
