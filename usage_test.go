package helpdesk

import (
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk/user"
)

// TestUsageIsBounded: accounts that have used nothing are given up first, and what
// is pending is never forgotten.
func TestUsageIsBounded(t *testing.T) {
	t.Parallel()
	u, l, now := &usage{}, Limits{CreatesPerMinute: 1, Burst: 1}.complete(), time.Now()
	create := func(id int64, now time.Time, done bool) {
		t.Helper()
		settle, err := u.reserve(&user.User{ID: id}, l, 1, now)
		if err != nil {
			t.Fatal(err)
		}
		settle(done)
	}
	const pending, used = 1, 2
	if _, err := u.reserve(&user.User{ID: pending}, l, 1, now); err != nil {
		t.Fatal(err)
	}
	create(used, now, true)
	for id := range int64(maxAccounts) {
		create(100+id, now, false)
	}
	for _, id := range []int64{pending, used} {
		if _, err := u.reserve(&user.User{ID: id}, l, 1, now); err == nil {
			t.Errorf("what account %d used is forgotten", id)
		}
	}
	if len(u.accounts) > maxAccounts/2 {
		t.Errorf("%d accounts that used nothing are kept", len(u.accounts))
	}
	for id := range int64(2 * maxAccounts) {
		create(100_000+id, now, true)
	}
	if len(u.accounts) != maxAccounts || u.accounts[pending] == nil {
		t.Errorf("%d accounts are kept, that with something pending: %v", len(u.accounts), u.accounts[pending])
	}
}

// TestAClockMayBeAnything, also before 1970.
func TestAClockMayBeAnything(t *testing.T) {
	t.Parallel()
	for _, now := range []time.Time{{}, time.Unix(0, 0), time.Unix(1<<40, 0)} {
		u, l := &usage{}, Limits{BytesPerDay: 10}.complete()
		settle, err := u.reserve(&user.User{ID: 1}, l, 10, now)
		if err != nil {
			t.Fatal(err)
		}
		settle(true)
		if _, err := u.reserve(&user.User{ID: 1}, l, 1, now); err == nil {
			t.Errorf("at %s nothing counts", now)
		}
		if _, err := u.reserve(&user.User{ID: 1}, l, 10, now.Add(24*time.Hour)); err != nil {
			t.Errorf("at %s, a day later: %v", now, err)
		}
	}
}
