package auth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

const (
	home, away, third = "192.0.2.1:4711", "198.51.100.1:4711", "203.0.113.1:4711"
)

// from is a login from an address: "in", "wrong", or the error.
func from(b *BasicAuthenticator, address, username, password string) string {
	r := request(username, password)
	r.RemoteAddr = address
	return outcome(b, r)
}

// guess tries n different passwords, and tells how many were verified.
func guess(b *BasicAuthenticator, n int, address, username string) (verified int) {
	for i := range n {
		if from(b, address, username, fmt.Sprint("guess ", i)) == "wrong" {
			verified++
		}
	}
	return verified
}

// throttled runs a test in a bubble of time, with Basic for ada, whose password
// is secret, and bob, who is inactive.
func throttled(t *testing.T, test func(t *testing.T, p *people, b *BasicAuthenticator)) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPeople()
		p.put(t, "ada", "secret", true)
		p.put(t, "bob", "secret", false)
		test(t, p, Basic(p))
	})
}

func TestGuessesFromOneAddressAreThrottled(t *testing.T) {
	throttled(t, func(t *testing.T, _ *people, b *BasicAuthenticator) {
		verified := 0
		for i := range 100 {
			verified += guess(b, 1, home, fmt.Sprint("user", i))
		}
		if verified != 50 {
			t.Errorf("%d guesses were verified, want 50", verified)
		}
		if got := from(b, home, "ada", "secret"); got != "auth: throttled for 2s" {
			t.Errorf("the right password: %s", got)
		}
		if got := from(b, away, "ada", "secret"); got != "in" {
			t.Errorf("from elsewhere: %s", got)
		}
		time.Sleep(2 * time.Second)
		if n := guess(b, 2, home, "eve"); n != 1 {
			t.Errorf("%d guesses were verified after two seconds, want 1", n)
		}
		time.Sleep(2 * time.Second)
		if got := from(b, home, "ada", "secret"); got != "in" {
			t.Errorf("the right password two seconds later: %s", got)
		}
		if n := guess(b, 1, home, "eve"); n != 1 {
			t.Error("the right password cost something")
		}
	})
}

func TestGuessesAtOneUserAreThrottled(t *testing.T) {
	throttled(t, func(t *testing.T, _ *people, b *BasicAuthenticator) {
		if n := guess(b, 50, home, "ada"); n != 20 {
			t.Errorf("%d guesses were verified, want 20", n)
		}
		if got := from(b, home, "ADA", "secret"); got != "auth: throttled for 5s" {
			t.Errorf("otherwise spelt: %s", got)
		}
		if n := guess(b, 50, home, "eve"); n != 20 {
			t.Errorf("%d guesses at another were verified, want 20: what is throttled costs nothing", n)
		}
		time.Sleep(4 * time.Second)
		if got := from(b, home, "ada", "secret"); got != "auth: throttled for 1s" {
			t.Errorf("after four seconds: %s", got)
		}
		time.Sleep(time.Second)
		if got := from(b, home, "ada", "secret"); got != "in" {
			t.Errorf("after five seconds: %s", got)
		}
	})
}

func TestGuessesLockNobodyOutElsewhere(t *testing.T) {
	throttled(t, func(t *testing.T, _ *people, b *BasicAuthenticator) {
		guess(b, 20, home, "ada")
		if n := guess(b, 5, away, "ada"); n != 1 {
			t.Errorf("%d guesses from another address were verified, want 1", n)
		}
		if got := from(b, third, "ada", "secret"); got != "in" {
			t.Errorf("from a third: %s", got)
		}
		for range 3 {
			time.Sleep(150 * time.Second)
			guess(b, 50, home, "ada")
		}
		if n := guess(b, 5, away, "ada"); n != 0 {
			t.Errorf("%d guesses were verified after 7½ minutes, want 0", n)
		}
		time.Sleep(150 * time.Second)
		guess(b, 50, home, "ada")
		if n := guess(b, 5, away, "ada"); n != 1 {
			t.Errorf("%d guesses were verified after ten minutes, want 1", n)
		}
	})
}

func TestWhatIsRememberedIsNotThrottled(t *testing.T) {
	throttled(t, func(t *testing.T, _ *people, b *BasicAuthenticator) {
		if got := from(b, home, "ada", "secret"); got != "in" {
			t.Fatal(got)
		}
		guess(b, 20, away, "ada")
		for i := range 100 {
			guess(b, 1, home, fmt.Sprint("user", i))
		}
		if got := from(b, home, "ada", "secret"); got != "in" {
			t.Errorf("with nothing left for user nor address: %s", got)
		}
	})
}

// A right guess that is remembered must look like a wrong one to whoever is
// throttled, or it could be found without limit.
func TestThrottledGuessesFindNothingRemembered(t *testing.T) {
	throttled(t, func(t *testing.T, p *people, b *BasicAuthenticator) {
		if got := from(b, home, "ada", "secret"); got != "in" {
			t.Fatal(got)
		}
		guess(b, 50, away, "ada")
		if got := from(b, away, "ada", "secret"); got != "auth: throttled for 5s" {
			t.Errorf("from elsewhere: %s", got)
		}
		guess(b, 2, home, "ada") // the first is verified, as home is not suspicious yet
		if got := from(b, home, "ada", "secret"); got != "auth: throttled for 5s" {
			t.Errorf("among guesses: %s", got)
		}
	})
}

func TestGuessesAtTheSameTimeAreThrottled(t *testing.T) {
	throttled(t, func(t *testing.T, _ *people, b *BasicAuthenticator) {
		var computed atomic.Int32
		b.verify = func(context.Context, string, string) (bool, error) {
			computed.Add(1)
			time.Sleep(time.Second)
			return false, nil
		}
		var wg sync.WaitGroup
		for i := range 200 {
			wg.Go(func() { from(b, home, "ada", fmt.Sprint("guess ", i)) })
			synctest.Wait()
		}
		for i := range 200 {
			wg.Go(func() { from(b, fmt.Sprintf("[2001:db8::%x]:443", i), fmt.Sprint("user ", i), "x") })
			synctest.Wait()
		}
		if got := from(b, home, "ada", "late"); got != "auth: throttled for 1s" {
			t.Errorf("while all are under way: %s", got)
		}
		wg.Wait()
		if n := computed.Load(); n != 70 {
			t.Errorf("%d guesses were verified, want 20 at a user and 50 from a network", n)
		}
	})
}

func TestThrottledAnswersTakeNoHash(t *testing.T) {
	t.Parallel()
	p := newPeople()
	b, computed, _ := counted(p)
	guess(b, 100, home, "ada")
	if n := computed.Load(); n != 20 {
		t.Errorf("%d hashes computed, want 20", n)
	}
}

func TestOnlyWrongPasswordsCost(t *testing.T) {
	throttled(t, func(t *testing.T, _ *people, b *BasicAuthenticator) {
		verify := b.verify
		b.verify = func(context.Context, string, string) (bool, error) { return false, errors.New("broken") }
		guess(b, 100, home, "ada")
		b.verify = func(context.Context, string, string) (bool, error) { panic("verify") }
		for range 100 {
			func() {
				defer func() { _ = recover() }()
				from(b, home, "ada", "secret")
			}()
		}
		b.verify = verify
		for range 100 {
			b.verified.forget(loginKey{place(home), "ada"})
			if got := from(b, home, "ada", "secret"); got != "in" {
				t.Fatal(got)
			}
			r := request("", "")
			r.Header.Set("Authorization", "Basic !")
			_, _ = b.Authenticate(r)
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			_, _ = b.Authenticate(request("ada", "wrong").WithContext(ctx))
		}
		if n := guess(b, 100, home, "ada"); n != 20 {
			t.Errorf("%d guesses were verified, want 20", n)
		}
	})
}

// A client that hangs up cannot see the answer, but a right guess would be
// remembered for its next request.
func TestHangingUpMakesNoGuessFree(t *testing.T) {
	throttled(t, func(t *testing.T, _ *people, b *BasicAuthenticator) {
		ctx, cancel := context.WithCancel(t.Context())
		b.verify = func(context.Context, string, string) (bool, error) { cancel(); return false, nil }
		for i := range 20 {
			_, _ = b.Authenticate(request("ada", fmt.Sprint("guess ", i)).WithContext(ctx))
		}
		if got := outcome(b, request("ada", "secret")); got != "auth: throttled for 5s" {
			t.Errorf("after guesses that hung up: %s", got)
		}
	})
}

func TestThrottlingTellsNothingOfUsers(t *testing.T) {
	throttled(t, func(t *testing.T, _ *people, b *BasicAuthenticator) {
		for i, username := range []string{"ada", "bob", "nobody"} {
			address := fmt.Sprintf("192.0.2.%d:1", i)
			if n := guess(b, 50, address, username); n != 20 {
				t.Errorf("%s: %d guesses were verified, want 20", username, n)
			}
			if got := from(b, address, username, "x"); got != "auth: throttled for 5s" {
				t.Errorf("%s: %s", username, got)
			}
		}
	})
}

func TestUnthrottledVerifiesEverything(t *testing.T) {
	t.Parallel()
	if n := guess(Basic(newPeople(), Unthrottled()), 200, home, "ada"); n != 200 {
		t.Errorf("%d guesses were verified, want 200", n)
	}
}

func TestClientsBehindAProxyAreApart(t *testing.T) {
	t.Parallel()
	b := Basic(newPeople(), ByAddress(func(r *http.Request) string { return r.Header.Get("X-Real-Ip") }))
	login := func(client, username string) string {
		r := request(username, "x")
		r.Header.Set("X-Real-Ip", client)
		return outcome(b, r)
	}
	verified := 0
	for i := range 100 {
		if login("192.0.2.1", fmt.Sprint("user ", i)) == "wrong" {
			verified++
		}
	}
	if verified < 50 || verified == 100 {
		t.Errorf("%d guesses of one client were verified", verified)
	}
	if got := login("192.0.2.2", "ada"); got != "wrong" {
		t.Errorf("another client: %s", got)
	}
}

func TestPlace(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"192.0.2.1:80":             "192.0.2.1",
		"192.0.2.1":                "192.0.2.1",
		"[::ffff:192.0.2.1]:80":    "192.0.2.1",
		"[2001:db8:1:2:3:4:5:6]:1": "2001:db8:1:2::/64",
		"2001:db8:1:2::1":          "2001:db8:1:2::/64",
		"[2001:db8:1:2::1]":        "2001:db8:1:2::/64",
		"[fe80::1%eth0]:80":        "fe80::/64",
		"":                         "",
		"@":                        "@", // a Unix socket
		"pipe":                     "pipe",
	} {
		if got := place(address); got != want {
			t.Errorf("place(%q) = %q, want %q", address, got, want)
		}
	}
}

func TestBucketsAreBounded(t *testing.T) {
	throttled(t, func(t *testing.T, _ *people, b *BasicAuthenticator) {
		b.throttle = newThrottle(16)
		guess(b, 20, home, "ada")
		for i := range 1000 { // cost nothing, so they leave full buckets
			from(b, fmt.Sprintf("198.51.%d.%d:1", i/256, i%256), "ada", "secret")
		}
		if got := from(b, home, "ada", "secret"); got != "auth: throttled for 5s" {
			t.Errorf("a failure was forgotten before a success: %s", got)
		}
		for i := range 1000 {
			guess(b, 1, fmt.Sprintf("198.51.%d.%d:1", i/256, i%256), fmt.Sprint("user ", i))
			if a, u := len(b.throttle.addresses.byName), len(b.throttle.usernames.byName); a > 16 || u > 16 {
				t.Fatalf("%d addresses and %d usernames are remembered, want 16 at most", a, u)
			}
		}
	})
}

func TestThrottleConcurrently(t *testing.T) {
	t.Parallel()
	p := newPeople()
	p.put(t, "ada", "secret", true)
	b := Basic(p)
	b.throttle = newThrottle(8) // buckets come and go
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			guess(b, 50, fmt.Sprintf("192.0.2.%d:1", i), fmt.Sprint("user ", i%4))
			from(b, home, "ada", "secret")
		})
	}
	wg.Wait()
	for _, kind := range []buckets{b.throttle.addresses, b.throttle.usernames} {
		for _, bucket := range kind.byName {
			if bucket.pending != 0 {
				t.Errorf("%d logins were never settled", bucket.pending)
			}
		}
	}
}
