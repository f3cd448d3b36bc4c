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

func TestRightCredentialsAreRemembered(t *testing.T) {
	t.Parallel()
	d := newDesk()
	d.put(t, "ada", "secret")
	d.put(t, "bob", "secret")

	step := func(what, username, password, want string, hashes int32) {
		t.Helper()
		before := d.computed.Load()
		if got := d.from(home, username, password); got != want {
			t.Errorf("%s: %s, want %s", what, got, want)
		}
		if got := d.computed.Load() - before; got != hashes {
			t.Errorf("%s: %d hashes computed, want %d", what, got, hashes)
		}
	}
	step("first", "ada", "secret", "in", 1)
	step("again", "ada", "secret", "in", 0)
	step("another with the same password", "bob", "secret", "in", 1)
	step("wrong", "ada", "wrong", "wrong", 1)
	step("wrong again", "ada", "wrong", "wrong", 1)
	step("nobody", "eve", "secret", "wrong", 1)
	step("nobody again", "eve", "secret", "wrong", 1)

	d.put(t, "ada", "changed")
	step("old password", "ada", "secret", "wrong", 1)
	step("new password", "ada", "changed", "in", 1)
	step("new password again", "ada", "changed", "in", 0)
	d.put(t, "ada", "changed")
	step("same password set anew", "ada", "changed", "in", 1)
	d.set("ada", "")
	step("deactivated", "ada", "changed", "wrong", 1)
	step("deactivated again", "ada", "changed", "wrong", 1)

	before := d.computed.Load()
	if got := d.change(home, "bob", "secret"); got != "in" || d.computed.Load() != before+1 {
		t.Errorf("Check: %s after %d hashes, want 1", got, d.computed.Load()-before)
	}
}

func TestRightCredentialsAreForgotten(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDesk()
		d.put(t, "ada", "secret")
		for i, test := range []struct {
			wait time.Duration
			want int32 // hashes computed since the beginning
		}{
			{0, 1},
			{4 * time.Minute, 1},
			{time.Minute - 1, 1}, // use does not prolong
			{1, 2},
			{5*time.Minute - 1, 2},
			{time.Hour, 3},
		} {
			time.Sleep(test.wait)
			if got := d.from(home, "ada", "secret"); got != "in" {
				t.Errorf("step %d: %s", i, got)
			}
			if got := d.computed.Load(); got != test.want {
				t.Errorf("step %d: %d hashes computed, want %d", i, got, test.want)
			}
		}
	})
}

// yes is a verify that takes every password.
func yes() (bool, error) { return true, nil }

func TestMemoryIsBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		v := newVerified(10, time.Minute)
		secret := v.digest("secret")
		remember := func(from, to int) {
			for i := from; i < to; i++ {
				if ok, err := v.check(t.Context(), loginKey{username: fmt.Sprint(i)}, secret, yes); !ok || err != nil {
					t.Fatal(ok, err)
				}
			}
		}
		remember(0, 100)
		if len(v.right) != 10 {
			t.Errorf("%d entries, want 10", len(v.right))
		}
		if _, found := v.right[loginKey{username: "99"}]; !found {
			t.Error("the newest was forgotten")
		}
		time.Sleep(time.Minute)
		remember(100, 101)
		if len(v.right) != 1 {
			t.Errorf("%d entries, want the one that has not expired", len(v.right))
		}
		if len(v.running) != 0 {
			t.Errorf("%d verifications left behind", len(v.running))
		}
	})
}

func TestDigestSeparatesItsParts(t *testing.T) {
	t.Parallel()
	v, w := newVerified(1, time.Minute), newVerified(1, time.Minute)
	if v.digest("ab", "c", "d") == v.digest("a", "bc", "d") || v.digest("a", "", "b") == v.digest("a", "b", "") {
		t.Error("different credentials have one digest")
	}
	if v.digest("a", "b", "c") == w.digest("a", "b", "c") {
		t.Error("two checkers share a key")
	}
}

// slow is a verify that takes a second, or until its context ends.
func slow(ok bool, computed *int) func(context.Context) (bool, error) {
	return func(ctx context.Context) (bool, error) {
		*computed++ // one at a time, or the race detector tells
		select {
		case <-time.After(time.Second):
			return ok, nil
		case <-ctx.Done():
			return false, ctx.Err()
		}
	}
}

func TestEqualCredentialsAreVerifiedOnce(t *testing.T) {
	t.Parallel()
	for _, right := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			v, computed := newVerified(10, time.Minute), 0
			ada, secret := loginKey{username: "ada"}, v.digest("secret")
			verify := slow(right, &computed)
			var wg sync.WaitGroup
			for range 20 {
				wg.Go(func() {
					ok, err := v.check(t.Context(), ada, secret, func() (bool, error) { return verify(t.Context()) })
					if ok != right || err != nil {
						t.Errorf("%v, %v; want %v", ok, err, right)
					}
				})
			}
			wg.Wait()
			if computed != 1 {
				t.Errorf("%d hashes computed, want 1", computed)
			}
		})
	}
}

func TestTheLatestCredentialsAreVerifiedOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		v, ada := newVerified(10, time.Minute), loginKey{username: "ada"}
		var computed atomic.Int32
		verify := func() bool { // a wrong password
			computed.Add(1)
			time.Sleep(time.Second)
			return false
		}
		var wg sync.WaitGroup
		for _, password := range []string{"old", "new", "new"} { // the third when the first has ended
			wg.Go(func() {
				ok, err := v.check(t.Context(), ada, v.digest(password), func() (bool, error) { return verify(), nil })
				if ok || err != nil {
					t.Errorf("%s: %v, %v", password, ok, err)
				}
			})
			time.Sleep(600 * time.Millisecond)
		}
		wg.Wait()
		if n := computed.Load(); n != 2 {
			t.Errorf("%d hashes computed, want 2", n)
		}
	})
}

func TestOthersOutliveACancelledVerification(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		v, computed := newVerified(10, time.Minute), 0
		ada, secret := loginKey{username: "ada"}, v.digest("secret")
		verify := slow(true, &computed)
		check := func(timeout time.Duration) (bool, error) {
			ctx, cancel := context.WithTimeout(t.Context(), timeout)
			defer cancel()
			return v.check(ctx, ada, secret, func() (bool, error) { return verify(ctx) })
		}
		var wg sync.WaitGroup
		for _, timeout := range []time.Duration{100 * time.Millisecond, 50 * time.Millisecond, time.Minute, time.Minute} {
			wg.Go(func() {
				ok, err := check(timeout)
				if patient := timeout == time.Minute; patient != ok || patient != (err == nil) {
					t.Errorf("waiting for %v: %v, %v", timeout, ok, err)
				}
			})
			synctest.Wait() // the first one computes, the others wait for it
		}
		wg.Wait()
		if computed != 2 {
			t.Errorf("%d hashes computed, want one more after the first was given up", computed)
		}
	})
}

func TestOthersOutliveAPanic(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		v := newVerified(10, time.Minute)
		ada, secret := loginKey{username: "ada"}, v.digest("secret")
		go func() {
			defer func() { _ = recover() }()
			_, _ = v.check(t.Context(), ada, secret, func() (bool, error) {
				time.Sleep(time.Second)
				panic("verify")
			})
		}()
		synctest.Wait()
		if ok, err := v.check(t.Context(), ada, secret, yes); !ok || err != nil {
			t.Errorf("after a panic: %v, %v", ok, err)
		}
	})
}

func TestLoginsConcurrently(t *testing.T) {
	t.Parallel()
	d := newDesk()
	d.set("gone", "")
	for i := range 4 {
		d.put(t, fmt.Sprint("u", i), "secret")
	}
	d.throttle = nil
	d.verified = newVerified(2, time.Hour) // entries come and go
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			name := fmt.Sprint("u", i%4)
			for range 50 {
				if got := d.from(home, name, "secret"); got != "in" {
					t.Errorf("%s: %s", name, got)
				}
				if got := d.from(home, name, "wrong"); got != "wrong" {
					t.Errorf("%s: %s", name, got)
				}
				if got := d.from(home, "gone", "secret"); got != "wrong" {
					t.Errorf("gone: %s", got)
				}
			}
		})
	}
	wg.Wait()
}

func TestFailedVerificationIsNotRemembered(t *testing.T) {
	t.Parallel()
	v := newVerified(10, time.Minute)
	broken := func() (bool, error) { return true, user.ErrMalformedHash }
	if ok, err := v.check(t.Context(), loginKey{username: "ada"}, v.digest("secret"), broken); !errors.Is(err, user.ErrMalformedHash) {
		t.Errorf("check = %v, %v", ok, err)
	}
	if len(v.right) != 0 {
		t.Error("an error was remembered as right")
	}
}
