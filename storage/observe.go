package storage

import (
	"context"
	"time"
)

// Statement is an SQL statement that a Store ran.
type Statement struct {
	Query string // without its arguments

	// Duration is how long it took, including the use of its rows. Statements that
	// go to a server in one message each have the duration and the error of the message.
	Duration time.Duration

	Err error // nil when it succeeded
}

// Observer is called after a statement ran, with the context it ran under. Many
// goroutines call it at once, and the transaction waits for each call.
type Observer func(ctx context.Context, s Statement)

type observerKey struct{}

// WithObserver returns a context under which a Store calls o after each statement,
// BEGIN and COMMIT included. It also calls the Observers of ctx and of the Store. When
// Updates share a commit, only the observers of one of them see the COMMIT.
func WithObserver(ctx context.Context, o Observer) context.Context {
	if outer := ObserverOf(ctx); outer != nil {
		inner := o
		o = func(ctx context.Context, s Statement) {
			outer(ctx, s)
			inner(ctx, s)
		}
	}
	return context.WithValue(ctx, observerKey{}, o)
}

// ObserverOf returns the Observer of WithObserver, nil when there is none. It is
// for those who write a Store.
func ObserverOf(ctx context.Context) Observer {
	o, _ := ctx.Value(observerKey{}).(Observer)
	return o
}
