package storage

import "context"

type aloneKey struct{}

// Alone returns a context under which an Update has a transaction and a commit of its
// own: it does not share them with Updates that come at the same time. Use it for a
// transaction that runs longer than a single change, so that nobody waits for its
// commit and no failure of another can end it.
func Alone(ctx context.Context) context.Context {
	return context.WithValue(ctx, aloneKey{}, true)
}

// IsAlone reports whether ctx comes from Alone. It is for those who write a Store.
func IsAlone(ctx context.Context) bool { return ctx.Value(aloneKey{}) != nil }
