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
)

func TestGuessesFromOneAddressAreThrottled(t *testing.T) {
	throttled(t, func(t *testing.T, d *desk) {
		verified := 0
		for i := range 100 {
			verified += d.guess(1, home, fmt.Sprint("user", i))
		}
		if verified != 50 {
			t.Errorf("%d guesses were verified, want 50", verified)
		}
		if got := d.from(home, "ada", "secret"); got != "throttled for 2s" {
			t.Errorf("the right password: %s", got)
		}
		if got := d.from(away, "ada", "secret"); got != "in" {
			t.Errorf("from elsewhere: %s", got)
		}
		time.Sleep(2 * time.Second)
		if n := d.guess(2, home, "eve"); n != 1 {
			t.Errorf("%d guesses were verified after two seconds, want 1", n)
		}
		time.Sleep(2 * time.Second)
		if got := d.from(home, "ada", "secret"); got != "in" {
			t.Errorf("the right password two seconds later: %s", got)
		}
		if n := d.guess(1, home, "eve"); n != 1 {
			t.Error("the right password cost something")
		}
	})
}

func TestGuessesFromOneNetworkAreThrottled(t *testing.T) {
	throttled(t, func(t *testing.T, d *desk) {
		d.verify = wrong
		for name, guesses := range map[string]struct {
			format string
			want   int
		}{
			"a /64":     {"[2001:db8:1:2::%x]:443", 50},
			"a /48":     {"[2001:db8:2:%x::1]:443", 200},
			"others":    {"[2001:db8:%x::1]:443", 1000},
			"addresses": {"192.0.2.%d:443", 1000},
		} {
			verified := 0
			for i := range 1000 {
				verified += d.guess(1, fmt.Sprintf(guesses.format, 256+i), fmt.Sprint(name, i))
			}
			if verified != guesses.want {
				t.Errorf("%s: %d guesses were verified, want %d", name, verified, guesses.want)
			}
		}
	})
}

// Many addresses guess at one user.
func TestGuessesAtOneUserAreThrottled(t *testing.T) {
	throttled(t, func(t *testing.T, d *desk) {
		for _, guess := range []func(address, username, password string) string{d.from, d.change} {
			verified := 0
			for i := range 300 {
				if guess(fmt.Sprintf("198.51.%d.%d:1", i/256, i%256), "ada", fmt.Sprint("guess ", i)) == "wrong" {
					verified++
				}
			}
			if verified != 20 {
				t.Errorf("%d guesses were verified, want 20", verified)
			}
			if got := guess(third, "ada", "secret"); got != "throttled for 5s" {
				t.Errorf("the right password from an address that is not known: %s", got)
			}
			if n := d.guess(50, home, "eve"); n != 20 {
				t.Errorf("%d guesses at another were verified, want 20: what is throttled costs nothing", n)
			}
			time.Sleep(4 * time.Second)
			if got := guess(third, "ada", "secret"); got != "throttled for 1s" {
				t.Errorf("after four seconds: %s", got)
			}
			time.Sleep(time.Second)
			if got := guess(third, "ada", "secret"); got != "in" {
				t.Errorf("after five seconds: %s", got)
			}
			d.known = map[string]time.Time{}
			time.Sleep(time.Hour)
		}
	})
}

// The owner has logged in at home before, perhaps long ago and in another process.
func TestGuessesDoNotLockOutTheOwnerAtAKnownAddress(t *testing.T) {
	throttled(t, func(t *testing.T, d *desk) {
		d.attempt(home, "ada", "").Right()
		attack := func() {
			for i := range 300 {
				d.from(fmt.Sprintf("198.51.%d.%d:1", i/256, i%256), "ada", fmt.Sprint("guess ", i))
				d.from(home, fmt.Sprint("user ", i), "x") // somebody at the same address guesses at others
			}
		}
		attack()
		if got := d.change(home, "ada", "secret"); got != "in" {
			t.Errorf("at home: %s", got)
		}
		if got := d.from(home, "ada", "typo"); got != "wrong" {
			t.Errorf("mistyped: %s", got)
		}
		for range 20 {
			attack()
			if got := d.change(home, "ada", "secret"); got != "in" {
				t.Errorf("after mistyping: %s", got)
			}
			time.Sleep(3 * time.Second)
		}
		if n := d.guess(100, home, "ada"); n != 20 {
			t.Errorf("%d wrong passwords were verified at home, want 20", n)
		}
		if got := d.from(home, "ada", "secret"); got != "throttled for 5s" {
			t.Errorf("after twenty: %s", got)
		}
		time.Sleep(5 * time.Second)
		if got := d.from(home, "ada", "secret"); got != "in" {
			t.Errorf("five seconds later: %s", got)
		}
	})
}

func TestWhoeverIsLoggedInStaysSoAtASharedAddress(t *testing.T) {
	throttled(t, func(t *testing.T, d *desk) {
		if got := d.from(home, "ada", "secret"); got != "in" {
			t.Fatal(got)
		}
		d.guess(20, away, "ada")
		for i := range 100 {
			d.guess(1, home, fmt.Sprint("user", i))
		}
		d.guess(60, home, "ada")
		if got := d.from(home, "ada", "secret"); got != "in" {
			t.Errorf("after sixty guesses: %s", got)
		}
	})
}

// A right guess that is remembered must look like a wrong one to whoever has
// guessed too often, or it could be found without limit.
func TestThrottledGuessesFindNothingRemembered(t *testing.T) {
	throttled(t, func(t *testing.T, d *desk) {
		if got := d.from(home, "ada", "secret"); got != "in" {
			t.Fatal(got)
		}
		d.guess(50, away, "ada")
		if got := d.from(away, "ada", "secret"); got != "throttled for 5s" {
			t.Errorf("from elsewhere: %s", got)
		}
		d.guess(20+100+1, home, "ada")
		if got := d.from(home, "ada", "secret"); got != "throttled for 5s" {
			t.Errorf("among guesses: %s", got)
		}
		time.Sleep(5 * time.Second)
		if got := d.from(home, "ada", "secret"); got != "in" {
			t.Errorf("after five seconds: %s", got)
		}
		d.guess(2, home, "ada")
		d.guess(2, home, "ada")
		if got := d.from(home, "ada", "secret"); got != "throttled for 5s" {
			t.Errorf("among more guesses: %s", got)
		}
	})
}

func TestGuessesAtTheSameTimeAreThrottled(t *testing.T) {
	throttled(t, func(t *testing.T, d *desk) {
		var computed atomic.Int32
		d.verify = func(context.Context, string, string) (bool, error) {
			computed.Add(1)
			time.Sleep(time.Second)
			return false, nil
		}
		var wg sync.WaitGroup
		for i := range 200 {
			wg.Go(func() { d.from(home, "ada", fmt.Sprint("guess ", i)) })
			synctest.Wait()
		}
		for i := range 200 {
			wg.Go(func() { d.from(fmt.Sprintf("[2001:db8::%x]:443", i), fmt.Sprint("user ", i), "x") })
			synctest.Wait()
		}
		if got := d.from(home, "ada", "late"); got != "throttled for 1s" {
			t.Errorf("while all are under way: %s", got)
		}
		wg.Wait()
		if n := computed.Load(); n != 70 {
			t.Errorf("%d guesses were verified, want 20 at a user and 50 from a network", n)
		}
	})
}

func TestThrottledAnswersTakeNoHash(t *testing.T) {
	throttled(t, func(t *testing.T, d *desk) {
		d.guess(100, home, "ada")
		if n := d.computed.Load(); n != 20 {
			t.Errorf("%d hashes computed, want 20", n)
		}
	})
}

func TestOnlyWrongPasswordsCost(t *testing.T) {
	throttled(t, func(t *testing.T, d *desk) {
		verify := d.verify
		d.verify = func(context.Context, string, string) (bool, error) { return false, errors.New("broken") }
		d.guess(100, home, "ada")
		d.verify = func(context.Context, string, string) (bool, error) { panic("verify") }
		for range 100 {
			func() {
				defer func() { _ = recover() }()
				d.from(home, "ada", "secret")
			}()
		}
		d.verify = verify
		for range 100 {
			if got := d.change(home, "ada", "secret"); got != "in" {
				t.Fatal(got)
			}
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			_, _ = d.Login(ctx, d.attempt(home, "ada", "wrong"))
		}
		if n := d.guess(100, home, "ada"); n != 20 {
			t.Errorf("%d guesses were verified, want 20", n)
		}
	})
}

// A client that hangs up cannot see the answer, but a right guess would be
// remembered for its next request.
func TestHangingUpMakesNoGuessFree(t *testing.T) {
	throttled(t, func(t *testing.T, d *desk) {
		ctx, cancel := context.WithCancel(t.Context())
		d.verify = func(context.Context, string, string) (bool, error) { cancel(); return false, nil }
		for i := range 20 {
			_, _ = d.Login(ctx, d.attempt(home, "ada", fmt.Sprint("guess ", i)))
		}
		if got := d.from(home, "ada", "secret"); got != "throttled for 5s" {
			t.Errorf("after guesses that hung up: %s", got)
		}
	})
}

func TestThrottlingTellsNothingOfUsers(t *testing.T) {
	throttled(t, func(t *testing.T, d *desk) {
		for i, username := range []string{"ada", "bob", "nobody"} {
			address := fmt.Sprintf("192.0.2.%d:1", i)
			if n := d.guess(50, address, username); n != 20 {
				t.Errorf("%s: %d guesses were verified, want 20", username, n)
			}
			if got := d.from(address, username, "x"); got != "throttled for 5s" {
				t.Errorf("%s: %s", username, got)
			}
		}
	})
}

func TestUnthrottledVerifiesEverything(t *testing.T) {
	t.Parallel()
	d := newDesk()
	d.throttle = nil
	if n := d.guess(200, home, "ada"); n != 200 {
		t.Errorf("%d guesses were verified, want 200", n)
	}
}

func TestWhatIsKnownCannotBeTold(t *testing.T) {
	t.Parallel()
	d, away := newDesk(), errors.New("away")
	d.put(t, "ada", "secret")
	a := d.attempt(home, "ada", "secret")
	a.Known = func() (bool, error) { return false, away }
	if ok, err := d.Login(t.Context(), a); ok || !errors.Is(err, away) {
		t.Errorf("%v, %v", ok, err)
	}
	if got := d.from(home, "ada", "secret"); got != "in" {
		t.Errorf("afterwards: %s", got)
	}
}

func TestBucketsAreBounded(t *testing.T) {
	throttled(t, func(t *testing.T, d *desk) {
		d.throttle = newThrottle(16)
		d.guess(20, home, "ada")
		for i := range 1000 { // throttled, so they leave full buckets
			d.from(fmt.Sprintf("198.51.%d.%d:1", i/256, i%256), "ada", "secret")
		}
		if got := d.from(home, "ada", "secret"); got != "throttled for 5s" {
			t.Errorf("a failure was forgotten before what cost nothing: %s", got)
		}
		d.verify = wrong
		for i := range 1000 {
			address := fmt.Sprintf("[2001:db8:%x::1]:1", i)
			d.guess(1, address, fmt.Sprint("user ", i))
			d.attempt(address, fmt.Sprint("known ", i), "").Right()
			d.guess(22, address, fmt.Sprint("known ", i))
			for _, kind := range []buckets{d.throttle.addresses, d.throttle.networks, d.throttle.accounts, d.throttle.pairs,
				d.throttle.comparisons} {
				if len(kind.byName) > 16 {
					t.Fatalf("%d are remembered, want 16 at most", len(kind.byName))
				}
			}
		}
	})
}

func TestThrottleConcurrently(t *testing.T) {
	t.Parallel()
	d := newDesk()
	d.put(t, "ada", "secret")
	d.throttle = newThrottle(8) // buckets come and go
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			d.guess(50, fmt.Sprintf("192.0.2.%d:1", i), fmt.Sprint("user ", i%4))
			d.from(home, "ada", "secret")
		})
	}
	wg.Wait()
	for _, kind := range []buckets{d.throttle.addresses, d.throttle.accounts, d.throttle.pairs} {
		for _, bucket := range kind.byName {
			if bucket.pending != 0 {
				t.Errorf("%d logins were never settled", bucket.pending)
			}
		}
	}
}
