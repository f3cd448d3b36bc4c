package passwords

import (
	"context"
	"errors"
	"time"

	"github.com/go-helpdesk/helpdesk/user"
)

const (
	maxVerified = 4096            // cached logins
	verifiedTTL = 5 * time.Minute // how long one is cached
)

// Checker verifies passwords with one throttle and one queue for the hashes. New makes
// one. It is safe for concurrent use.
type Checker struct {
	verify   func(ctx context.Context, encoded, password string) (bool, error)
	verified *verified
	throttle *throttle // nil for none
}

// New returns a Checker that uses the Hasher. Where throttled is false, it verifies every
// password.
func New(h *user.Hasher, throttled bool) *Checker {
	c := &Checker{verify: h.Verify, verified: newVerified(maxVerified, verifiedTTL)}
	if throttled {
		c.throttle = newThrottle(maxBuckets)
	}
	return c
}

// Attempt is a password to verify.
type Attempt struct {
	Account  string // the user.Key of the username, whether there is such a user or not
	Place    Place
	Hash     string // of the right password; "" when none is right
	Password string

	// Known reports whether the password was right at the place not long ago. It
	// is asked before a hash is computed.
	Known func() (bool, error)

	// Right is called when a hash was computed and the password is right.
	Right func()
}

// Login reports whether the password is right. One that was right is cached for five
// minutes, for its account and place only, and then does not have to pass the throttle. The
// error is *user.Throttled, or that of the Hasher or of Known.
func (c *Checker) Login(ctx context.Context, a Attempt) (bool, error) {
	who := loginKey{a.Place.Address, a.Account}
	return c.verified.check(ctx, who, c.verified.digest(a.Hash, a.Password), func() (bool, error) {
		ok, err := c.Check(ctx, a)
		if _, throttled := errors.AsType[*user.Throttled](err); throttled && !c.throttle.mayCompare(a) {
			c.verified.remove(who) // or guesses could find a cached password for free
		}
		return ok, err
	})
}

// Check is Login without the cache.
func (c *Checker) Check(ctx context.Context, a Attempt) (bool, error) {
	known, err := a.Known()
	if err != nil {
		return false, err
	}
	caller := user.Caller{Account: a.Account, Address: a.Place.Address}
	if known { // nobody else's requests stand in the way
		caller = user.Caller{Account: a.pair(), Known: true}
	}
	ctx = user.WithCaller(ctx, caller)
	verify := func() (bool, error) { return c.verify(ctx, a.Hash, a.Password) }
	ok := false
	if c.throttle == nil {
		ok, err = verify()
	} else {
		ok, err = c.throttle.guard(a, known, verify)
	}
	if ok && err == nil {
		a.Right()
	}
	return ok, err
}

// pair names the account at the place.
func (a *Attempt) pair() string { return a.Account + "\x00" + a.Place.Address }
