package helpdesk_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/user"
)

const (
	home = "192.0.2.1:4711"
	away = "198.51.100.1:4711"
)

// login is "in", "wrong", "throttled", or the error.
func (d *desk) login(t testing.TB, address, username, password string) string {
	t.Helper()
	u, err := d.Login(t.Context(), user.Credentials{Username: username, Password: password, Address: address})
	switch _, throttled := errors.AsType[*user.Throttled](err); {
	case throttled:
		return "throttled"
	case err != nil:
		return err.Error()
	case u == nil:
		return "wrong"
	case user.Key(u.Username) != user.Key(username):
		return "taken for " + u.Username
	}
	return "in"
}

// guess tries n different passwords, each from another address when the address
// has a verb for it, and tells how many were checked.
func (d *desk) guess(t testing.TB, n int, address, username string) (checked int) {
	t.Helper()
	for i := range n {
		from := address
		if strings.Contains(address, "%") {
			from = fmt.Sprintf(address, i)
		}
		if d.login(t, from, username, fmt.Sprint("guess ", i)) == "wrong" {
			checked++
		}
	}
	return checked
}

// restarted is the same desk in another process, with a clock of its own.
func (d *desk) restarted(t testing.TB, now time.Time) *desk {
	t.Helper()
	again := *d
	again.Desk = must(helpdesk.New(d.store, helpdesk.Config{Hasher: d.Passwords(), Now: func() time.Time { return now }}))(t)
	return &again
}

// addresses are the known addresses of a user.
func (d *desk) addresses(t testing.TB, id int64) (all []*user.KnownAddress) {
	t.Helper()
	check(t, d.store.View(t.Context(), func(tx storage.Tx) (err error) {
		all, err = tx.Addresses().List(t.Context(), id)
		return err
	}))
	return all
}

func TestLogin(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	must(d.ExternalUser(t.Context(), &user.External{ID: "1", Username: "host"}))(t)
	for i, c := range []struct{ username, password, want string }{
		{"jane", "jane-pass-1", "in"},
		{"JANE", "jane-pass-1", "in"},
		{"ＪＡＮＥ", "jane-pass-1", "in"},
		{"jane", "Jane-pass-1", "wrong"},
		{"jane", "jane-pass-1 ", "wrong"},
		{"jane", " jane-pass-1", "wrong"},
		{"jane", "", "wrong"},
		{" jane", "jane-pass-1", "wrong"},
		{"nobody", "jane-pass-1", "wrong"},
		{"", "", "wrong"},
		{"inactive", "inactive-pass-1", "wrong"},
		{"host", "", "wrong"},
		{"jane", strings.Repeat("é", user.MaxPassword+1), "wrong"},
		{strings.Repeat("a", 20<<10), "x", "wrong"},
	} {
		equal(t, d.login(t, fmt.Sprintf("203.0.113.%d", i), c.username, c.password), c.want)
	}
}

func TestANewPasswordAndADeactivationCountAtOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	equal(t, d.login(t, home, "jane", testdesk.Password("jane")), "in")
	check(t, d.SetPassword(t.Context(), d.admin, d.jane.ID, "another-pass-7"))
	equal(t, d.login(t, home, "jane", testdesk.Password("jane")), "wrong")
	equal(t, d.login(t, home, "jane", "another-pass-7"), "in")
	must(d.UpdateUser(t.Context(), d.admin, d.jane.ID, func(u *user.User) error {
		u.Active = false
		return nil
	}))(t)
	equal(t, d.login(t, home, "jane", "another-pass-7"), "wrong")
}

// TestAKnownAddressOutlivesAttacksAndRestarts, and an unknown one does not.
func TestAKnownAddressOutlivesAttacksAndRestarts(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	password, began := testdesk.Password("jane"), time.Now()
	equal(t, d.login(t, home, "jane", password), "in")

	again := d.restarted(t, began.Add(29*24*time.Hour))
	if n := again.guess(t, 300, "198.51.100.%d", "jane"); n < 20 || n > 100 { // a slow machine gives more time
		t.Errorf("%d guesses from 300 addresses were checked", n)
	}
	equal(t, again.login(t, away, "jane", password), "throttled")
	equal(t, again.login(t, home, "jane", "typo"), "wrong")
	equal(t, again.login(t, home, "jane", password), "in")
	equal(t, again.login(t, "[2001:db8::1]:1", "staff", testdesk.Password("staff")), "in")

	later := d.restarted(t, began.Add(59*24*time.Hour-time.Minute)) // it was right again meanwhile
	later.guess(t, 100, "198.51.100.%d", "jane")
	equal(t, later.login(t, home, "jane", password), "in")
	tooLate := d.restarted(t, began.Add(59*24*time.Hour+31*24*time.Hour))
	tooLate.guess(t, 100, "198.51.100.%d", "jane")
	equal(t, tooLate.login(t, home, "jane", password), "throttled")
	tooLate.guess(t, 100, "198.51.100.%d", "staff")
	equal(t, tooLate.login(t, "[2001:db8::2]:1", "staff", testdesk.Password("staff")), "throttled")
	equal(t, len(d.addresses(t, d.jane.ID)), 1)
}

func TestAddressesAreNotKeptAsTheyAre(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, username := range []string{"jane", "staff"} {
		equal(t, d.login(t, home, username, testdesk.Password(username)), "in")
	}
	jane, staff := d.addresses(t, d.jane.ID), d.addresses(t, d.staff.ID)
	equal(t, len(jane), 1)
	equal(t, len(jane[0].Digest), 32)
	equal(t, bytes.Equal(jane[0].Digest, staff[0].Digest), true) // one key for all
	other := newDesk(t)
	equal(t, other.login(t, home, "jane", testdesk.Password("jane")), "in")
	equal(t, bytes.Equal(jane[0].Digest, other.addresses(t, other.jane.ID)[0].Digest), false)
}

func TestSixteenAddressesAreKept(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	password, now := testdesk.Password("jane"), time.Now()
	for i := range 20 {
		at := d.restarted(t, now.Add(time.Duration(i)*time.Minute))
		equal(t, at.login(t, fmt.Sprintf("203.0.113.%d", i), "jane", password), "in")
	}
	equal(t, len(d.addresses(t, d.jane.ID)), user.MaxKnownAddresses)
	at := d.restarted(t, now.Add(time.Hour))
	at.guess(t, 100, "198.51.100.%d", "jane")
	equal(t, at.login(t, "203.0.113.3", "jane", password), "throttled") // the earliest are forgotten
	equal(t, at.login(t, "203.0.113.4", "jane", password), "in")

	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			each := d.restarted(t, now)
			equal(t, each.login(t, fmt.Sprintf("203.0.114.%d", i), "staff", testdesk.Password("staff")), "in")
		})
	}
	all.Wait()
	equal(t, len(d.addresses(t, d.staff.ID)), user.MaxKnownAddresses)
}

// TestEveryWrongPasswordCounts, the old one of a change too.
func TestEveryWrongPasswordCounts(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	change := func(address string, i int) (throttled bool) {
		err := d.ChangePassword(t.Context(), d.jane, fmt.Sprint("guess ", i), "another-pass-7", address)
		_, throttled = errors.AsType[*user.Throttled](err)
		if !throttled {
			equal(t, wrong(t, err), "old_password: wrong password")
		}
		return throttled
	}
	for i := 0; !change(fmt.Sprintf("203.0.113.%d", i%256), i); i++ {
		if i > 100 {
			t.Fatal("a hundred guesses at the old password were checked")
		}
	}
	equal(t, d.login(t, away, "jane", "wrong"), "throttled")
	if _, ok := errors.AsType[*user.Throttled](d.ChangePassword(t.Context(), d.jane, testdesk.Password("jane"), "another-pass-7",
		home)); !ok {
		t.Error("the right password was checked")
	}

	d = newDesk(t)
	check(t, d.ChangePassword(t.Context(), d.jane, testdesk.Password("jane"), "another-pass-7", home))
	d.guess(t, 100, "198.51.100.%d", "jane")
	check(t, d.ChangePassword(t.Context(), d.jane, "another-pass-7", "yet-another-8", home)) // the address is known
}

// TestUnthrottledChecksEveryPassword, for hosts with a throttle of their own.
func TestUnthrottledChecksEveryPassword(t *testing.T) {
	t.Parallel()
	d := handled(testdesk.New(t, helpdesk.Config{Unthrottled: true}))
	equal(t, d.guess(t, 200, home, "jane"), 200)
}

// full is a store that cannot write.
type full struct{ storage.Store }

func (full) Update(context.Context, func(storage.Tx) error) error { return storage.ErrBusy }

// TestALoginNeedsNoWrite: the address is not known then, and that is all.
func TestALoginNeedsNoWrite(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	var out bytes.Buffer
	d.Desk = must(helpdesk.New(full{d.store}, helpdesk.Config{Hasher: d.Passwords(),
		Logger: slog.New(slog.NewTextHandler(&out, nil))}))(t)
	equal(t, d.login(t, home, "jane", testdesk.Password("jane")), "in")
	equal(t, d.login(t, home, "jane", testdesk.Password("jane")), "in")
	equal(t, strings.Count(out.String(), "the address of a login was not written down"), 1)
	equal(t, strings.Contains(out.String(), "192.0.2.1"), false)
}

// TestARolledBackLoginKeepsNoKey: in a host's transaction, what was written may be
// undone.
func TestARolledBackLoginKeepsNoKey(t *testing.T) {
	t.Parallel()
	db, store := testdesk.OpenHost(t)
	d := handled(testdesk.Over(t, store, helpdesk.Config{}))
	tx := must(db.BeginTx(t.Context(), nil))(t)
	joined := *d
	joined.Desk = d.With(store.Join(tx))
	equal(t, joined.login(t, home, "jane", testdesk.Password("jane")), "in")
	check(t, tx.Rollback())
	equal(t, d.login(t, away, "jane", testdesk.Password("jane")), "in")
	again := d.restarted(t, time.Now())
	again.guess(t, 100, "203.0.113.%d", "jane")
	equal(t, again.login(t, away, "jane", testdesk.Password("jane")), "in")
}
