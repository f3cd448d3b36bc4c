package passwords

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-helpdesk/helpdesk/user"
)

// desk is a Checker with the users whom it is asked about.
type desk struct {
	*Checker
	hasher user.Hasher

	mu     sync.Mutex
	hashes map[string]string    // by username; "" for an inactive user
	known  map[string]time.Time // when a password was right, by pair

	computed, nobody atomic.Int32 // hashes computed, and those of nobody
}

func newDesk() *desk {
	d := &desk{hashes: map[string]string{}, known: map[string]time.Time{}}
	d.hasher.Params = user.Params{Memory: 8, Time: 1, Threads: 1}
	d.Checker = New(&d.hasher, true)
	verify := d.verify
	d.verify = func(ctx context.Context, encoded, password string) (bool, error) {
		d.computed.Add(1)
		if encoded == "" {
			d.nobody.Add(1)
		}
		return verify(ctx, encoded, password)
	}
	return d
}

// put stores a user with a fresh hash of the password.
func (d *desk) put(tb testing.TB, username, password string) {
	tb.Helper()
	encoded, err := d.hasher.Hash(tb.Context(), password)
	if err != nil {
		tb.Fatal(err)
	}
	d.set(username, encoded)
}

func (d *desk) set(username, hash string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.hashes[username] = hash
}

func (d *desk) attempt(address, username, password string) Attempt {
	d.mu.Lock()
	defer d.mu.Unlock()
	a := Attempt{Account: username, Place: PlaceOf(address), Hash: d.hashes[username], Password: password}
	a.Known = func() (bool, error) {
		d.mu.Lock()
		defer d.mu.Unlock()
		_, known := d.known[a.pair()]
		return known, nil
	}
	a.Right = func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.known[a.pair()] = time.Now()
	}
	return a
}

// from is a login from an address: "in", "wrong", or the error.
func (d *desk) from(address, username, password string) string {
	return outcome(d.Login(context.Background(), d.attempt(address, username, password)))
}

// change is the same with a password that is not remembered.
func (d *desk) change(address, username, password string) string {
	return outcome(d.Check(context.Background(), d.attempt(address, username, password)))
}

func outcome(ok bool, err error) string {
	throttled, is := errors.AsType[*user.Throttled](err)
	switch {
	case is:
		return fmt.Sprint("throttled for ", throttled.RetryAfter)
	case err != nil:
		return err.Error()
	case ok:
		return "in"
	}
	return "wrong"
}

// wrong is a verify that takes no password, without computing a hash.
func wrong(context.Context, string, string) (bool, error) { return false, nil }

// guess tries n different passwords, and tells how many were verified.
func (d *desk) guess(n int, address, username string) (verified int) {
	for i := range n {
		if d.from(address, username, fmt.Sprint("guess ", i)) == "wrong" {
			verified++
		}
	}
	return verified
}

const (
	home, away, third = "192.0.2.1:4711", "198.51.100.1:4711", "203.0.113.1:4711"
)

// throttled runs a test in a bubble of time, with a desk of ada, whose password is
// secret, and bob, who is inactive.
func throttled(t *testing.T, test func(t *testing.T, d *desk)) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDesk()
		d.put(t, "ada", "secret")
		d.set("bob", "")
		test(t, d)
	})
}
