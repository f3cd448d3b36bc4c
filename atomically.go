package helpdesk

import "context"

// unit is a transaction that several use cases run in. Nil is for none.
type unit struct{}

// settle counts a creation against the limits, or gives it back.
func (u *unit) settle(settle func(done bool), done bool) { settle(done) }

// hash returns what run returns.
func (u *unit) hash(ctx context.Context, password string, run func(context.Context) (string, error)) (string, error) {
	return run(ctx)
}
