package helpdesk_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/storage/storagetest"
	"github.com/go-helpdesk/helpdesk/user"
)

// token makes a token of a user's own.
func (d *desk) token(t testing.TB, owner *user.User, given user.Token) (*user.Token, string) {
	t.Helper()
	given.UserID = owner.ID
	created, secret, err := d.CreateToken(t.Context(), owner, &given)
	check(t, err)
	return created, secret
}

func (d *desk) tokens(t testing.TB, actor *user.User, owner int64) (all []*user.Token) {
	t.Helper()
	l := d.Tokens(actor, owner)
	all = collect(t, l, 0, 0)
	equal(t, count(t, l), len(all))
	return all
}

// found is whom a secret stands for, "" for nobody.
func (d *desk) found(t testing.TB, secret string) string {
	t.Helper()
	u := must(d.FindToken(t.Context(), secret))(t)
	if u == nil {
		return ""
	}
	return u.Username
}

// watched is a desk with a clock that the test sets.
func watched(t testing.TB) (*desk, *time.Time) {
	t.Helper()
	now := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	return handled(testdesk.New(t, helpdesk.Config{Now: func() time.Time { return now }})), &now
}

func TestATokenStandsForItsOwner(t *testing.T) {
	t.Parallel()
	d, now := watched(t)
	given := &user.Token{ID: 9, UserID: d.jane.ID, Name: "Backup", ReadOnly: true,
		Expires: new(now.Add(time.Hour + 999).In(time.FixedZone("", 3600))),
		Prefix:  "x", Digest: []byte("x"), Created: time.Unix(0, 0), LastUsed: new(time.Unix(0, 0))}
	created, secret, err := d.CreateToken(t.Context(), d.jane, given)
	check(t, err)
	want := &user.Token{ID: created.ID, UserID: d.jane.ID, Name: "Backup", ReadOnly: true, Expires: new(now.Add(time.Hour)),
		Created: *now, Version: 1}
	want.Seal(secret)
	equal(t, asJSON(created), asJSON(want))
	equal(t, asJSON(must(d.Token(t.Context(), d.jane, created.ID))(t)), asJSON(want))

	u := must(d.FindToken(t.Context(), secret))(t)
	equal(t, asJSON(u), asJSON(d.user(t, d.jane.ID)))
	equal(t, u.Token.ID, created.ID)
	equal(t, u.Token.ReadOnly, true)
	if strings.Contains(d.dump(t), secret) {
		t.Error("the secret is kept")
	}
}

func TestWhatIsNoSecretStandsForNobody(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	_, secret := d.token(t, d.jane, user.Token{})
	same := secret[:13] + user.NewTokenSecret()[13:] // of the same prefix
	for _, bad := range []string{"", "x", secret + "x", secret[:len(secret)-1], strings.ToUpper(secret), user.NewTokenSecret(), same,
		testdesk.Password("jane")} {
		unchanged := d.unchanged(t)
		equal(t, d.found(t, bad), "")
		unchanged()
	}
	equal(t, d.found(t, secret), "jane")
}

func TestATokenExpires(t *testing.T) {
	t.Parallel()
	d, now := watched(t)
	_, secret := d.token(t, d.jane, user.Token{Expires: new(now.Add(time.Hour))})
	_, forever := d.token(t, d.jane, user.Token{})
	*now = now.Add(time.Hour - time.Microsecond)
	equal(t, d.found(t, secret), "jane")
	*now = now.Add(time.Microsecond)
	unchanged := d.unchanged(t)
	equal(t, d.found(t, secret), "")
	unchanged() // it was not used
	*now = now.Add(100 * 365 * 24 * time.Hour)
	equal(t, d.found(t, forever), "jane")
}

func TestATokenOfOneWhoIsInactiveStandsForNobody(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	_, secret := d.token(t, d.jane, user.Token{})
	set := func(active bool) {
		must(d.UpdateUser(t.Context(), d.admin, d.jane.ID, func(u *user.User) error {
			u.Active = active
			return nil
		}))(t)
	}
	set(false)
	unchanged := d.unchanged(t)
	equal(t, d.found(t, secret), "")
	unchanged()
	set(true)
	equal(t, d.found(t, secret), "jane")
}

func TestADeletedTokenStandsForNobody(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	created, secret := d.token(t, d.jane, user.Token{})
	check(t, d.DeleteToken(t.Context(), d.jane, created.ID))
	equal(t, d.found(t, secret), "")
	is(t, d.DeleteToken(t.Context(), d.jane, created.ID), helpdesk.ErrNotFound)
}

func TestTheUseOfATokenIsWrittenDownOnceAMinute(t *testing.T) {
	t.Parallel()
	d, now := watched(t)
	created, secret := d.token(t, d.jane, user.Token{Name: "kept", ReadOnly: true})
	if used := must(d.Token(t.Context(), d.jane, created.ID))(t).LastUsed; used != nil {
		t.Errorf("used %v", used)
	}
	start := *now
	for _, step := range []struct {
		at, want time.Duration
		writes   int64
	}{
		{0, 0, 1}, {time.Second, 0, 1}, {time.Minute - time.Microsecond, 0, 1}, {time.Minute, time.Minute, 2},
		{time.Minute + time.Second, time.Minute, 2},
		{time.Hour, time.Hour, 3}, {time.Hour - time.Second, time.Hour, 3}, // the clock was set back
	} {
		*now = start.Add(step.at)
		equal(t, d.found(t, secret), "jane")
		want := *created
		want.LastUsed, want.Version = new(start.Add(step.want)), 1+step.writes
		equal(t, asJSON(must(d.Token(t.Context(), d.jane, created.ID))(t)), asJSON(&want))
	}
}

// TestATokenIsGoodAlsoWhenItsUseCannotBeWrittenDown: that is logged, without
// the secret.
func TestATokenIsGoodAlsoWhenItsUseCannotBeWrittenDown(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	d := handled(testdesk.New(t, helpdesk.Config{Logger: slog.New(slog.NewTextHandler(&log, nil))}))
	_, secret := d.token(t, d.jane, user.Token{})
	unchanged := d.unchanged(t)
	for n := 1; n <= 2; n++ { // the row, the commit
		log.Reset()
		faulty := d.With(storagetest.Fail(d.store, n))
		equal(t, must(faulty.FindToken(t.Context(), secret))(t).Username, "jane")
		unchanged()
		equal(t, strings.Count(log.String(), "\n"), 1)
		equal(t, strings.Contains(log.String(), "injected failure"), true)
		equal(t, strings.Contains(log.String(), secret[:13]), false)
	}
	log.Reset()
	equal(t, d.found(t, secret), "jane")
	equal(t, log.String(), "")
}

// TestTokensOfOthersDoNotExist, but for superusers.
func TestTokensOfOthersDoNotExist(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	manager := d.manager(t)
	theirs, _ := d.token(t, d.jane, user.Token{Name: "theirs"})
	unchanged := d.unchanged(t)
	for _, actor := range []*user.User{d.restricted, d.staff, manager} {
		_, err := d.Token(t.Context(), actor, theirs.ID)
		is(t, err, helpdesk.ErrNotFound)
		is(t, d.DeleteToken(t.Context(), actor, theirs.ID), helpdesk.ErrNotFound)
		is(t, counted(t.Context(), d.Tokens(actor, d.jane.ID)), helpdesk.ErrNotFound)
		_, _, err = d.CreateToken(t.Context(), actor, &user.Token{UserID: d.jane.ID})
		is(t, err, helpdesk.ErrNotFound)
		_, _, err = d.CreateToken(t.Context(), actor, &user.Token{UserID: nobody})
		is(t, err, helpdesk.ErrNotFound)
		_, _, err = d.CreateToken(refusing(t.Context()), actor, &user.Token{UserID: d.jane.ID})
		is(t, err, helpdesk.ErrNotFound)
		_, _, err = d.CreateToken(refusing(t.Context()), actor, &user.Token{UserID: nobody})
		is(t, err, helpdesk.ErrNotFound)
	}
	unchanged()
}

func TestASuperuserHasAnybodysTokens(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	first, _ := d.token(t, d.jane, user.Token{Name: "first"})
	second, secret, err := d.CreateToken(t.Context(), d.admin, &user.Token{UserID: d.jane.ID, Name: "second"})
	check(t, err)
	equal(t, d.found(t, secret), "jane")
	equal(t, must(d.Token(t.Context(), d.admin, first.ID))(t).Name, "first")
	for _, actor := range []*user.User{d.jane, d.admin, helpdesk.System()} {
		all := d.tokens(t, actor, d.jane.ID)
		equal(t, len(all), 2)
		equal(t, all[0].ID, first.ID)
		equal(t, all[1].ID, second.ID)
	}
	equal(t, len(d.tokens(t, d.admin, d.admin.ID)), 0)
	check(t, d.DeleteToken(t.Context(), d.admin, first.ID))
	_, _, err = d.CreateToken(t.Context(), d.admin, &user.Token{UserID: nobody})
	is(t, err, helpdesk.ErrNotFound)
	_, _, err = d.CreateToken(t.Context(), helpdesk.System(), &user.Token{})
	is(t, err, helpdesk.ErrNotFound)
}

func TestThroughATokenNobodyMakesOrDeletesTokens(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, u := range []*user.User{d.jane, d.admin} {
		own, secret := d.token(t, u, user.Token{})
		acting := must(d.FindToken(t.Context(), secret))(t)
		unchanged := d.unchanged(t)
		_, _, err := d.CreateToken(t.Context(), acting, &user.Token{UserID: u.ID})
		is(t, err, helpdesk.ErrForbidden)
		is(t, d.DeleteToken(t.Context(), acting, own.ID), helpdesk.ErrForbidden)
		unchanged()
		equal(t, len(d.tokens(t, acting, u.ID)), 1) // but they see them
		equal(t, must(d.Token(t.Context(), acting, own.ID))(t).ID, own.ID)
	}
}

func TestWhatIsWrongWithATokenIsSaid(t *testing.T) {
	t.Parallel()
	d, now := watched(t)
	unchanged := d.unchanged(t)
	bad := &user.Token{UserID: d.jane.ID, Name: strings.Repeat("x", user.MaxTokenName+1), Expires: now}
	const want = "expires: in the past; name: too long (limit 100)"
	_, _, err := d.CreateToken(t.Context(), d.jane, bad)
	equal(t, wrong(t, err), want)
	_, _, err = d.CreateToken(refusing(t.Context()), d.jane, bad)
	equal(t, wrong(t, err), want+"; x: required")
	_, _, err = d.CreateToken(refusing(t.Context()), d.jane, &user.Token{UserID: d.jane.ID, Expires: new(now.Add(time.Second))})
	accepted(t, err)
	unchanged()
}

func TestTheRightsOfATokenAreItsOwners(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	_, secret := d.token(t, d.staff, user.Token{})
	_, reading := d.token(t, d.staff, user.Token{ReadOnly: true})
	acting, reader := must(d.FindToken(t.Context(), secret))(t), must(d.FindToken(t.Context(), reading))(t)
	check(t, d.Allow(acting, helpdesk.WorkOnTickets))
	is(t, d.Allow(reader, helpdesk.WorkOnTickets), helpdesk.ErrForbidden)
	check(t, d.Allow(reader, helpdesk.ReadTickets))
	is(t, d.Allow(acting, helpdesk.ManageUsers), helpdesk.ErrForbidden)
	must(d.UpdateUser(t.Context(), d.admin, d.staff.ID, func(u *user.User) error {
		u.Staff = false
		return nil
	}))(t)
	is(t, d.Allow(must(d.FindToken(t.Context(), secret))(t), helpdesk.ReadTickets), helpdesk.ErrForbidden)
}
