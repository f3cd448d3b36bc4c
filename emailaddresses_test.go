package helpdesk_test

import (
	"testing"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// ownPolicy is a host's, which embeds the default and keeps tickets from staff in a
// way of its own. It says nothing about addresses and passwords.
type ownPolicy struct{ helpdesk.DefaultPolicy }

func (ownPolicy) Reach(actor *user.User) ticket.Scope {
	if actor.IsSuperuser() {
		return ticket.Scope{All: true}
	}
	return ticket.Scope{AssignedTo: actor.ID}
}

// ofFewTickets calls test with desks in which staff do not see every ticket.
func ofFewTickets(t *testing.T, test func(t *testing.T, d *desk)) {
	t.Parallel()
	for name, p := range map[string]helpdesk.Policy{"per queue": helpdesk.DefaultPolicy{PerQueue: true}, "a host's": ownPolicy{}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, handled(testdesk.New(t, helpdesk.Config{Policy: p})))
		})
	}
}

// addressed changes a user's address.
func addressed(address string) func(*user.User) error {
	return func(u *user.User) error {
		u.Email = address
		return nil
	}
}

// verified says whether a user's address is theirs.
func verified(is bool) func(*user.User) error {
	return func(u *user.User) error {
		u.EmailVerified = is
		return nil
	}
}

// ownCount is how many tickets a user has submitted, as far as they see it.
func (d *desk) ownCount(t testing.TB, id int64) int {
	t.Helper()
	return count(t, d.RequesterTickets(d.user(t, id), helpdesk.RequesterTicketFilter{}))
}

// TestAnAddressFromAManagerOpensNoTickets until a superuser confirms it.
func TestAnAddressFromAManagerOpensNoTickets(t *testing.T) {
	ofFewTickets(t, func(t *testing.T, d *desk) {
		manager := d.manager(t)
		must(d.CreateTicket(t.Context(), d.admin, &ticket.Ticket{QueueID: d.billing.ID, Title: "Secret",
			SubmitterEmail: new("jane@example.com")}))(t)
		equal(t, d.ownCount(t, d.jane.ID), 1)

		equal(t, must(d.UpdateUser(t.Context(), manager, manager.ID, addressed("jane@example.com")))(t).EmailVerified, false)
		created := must(d.CreateUser(t.Context(), manager,
			&user.User{Username: "new", Email: "jane@example.com", EmailVerified: true, Active: true}, "long-enough-9"))(t)
		equal(t, created.EmailVerified, false)
		throughToken := must(d.CreateUser(t.Context(), through(d.admin, user.Token{}),
			&user.User{Username: "newer", Email: "jane@example.com"}, "long-enough-9"))(t)
		for _, id := range []int64{manager.ID, created.ID, throughToken.ID} {
			equal(t, d.user(t, id).EmailVerified, false)
			equal(t, d.ownCount(t, id), 0)
			must(d.UpdateUser(t.Context(), manager, id, verified(true)))(t)
			must(d.UpdateUser(t.Context(), through(d.admin, user.Token{}), id, verified(true)))(t)
			equal(t, d.ownCount(t, id), 0)
			must(d.UpdateUser(t.Context(), d.admin, id, renamed("New", "Name")))(t)
			equal(t, d.ownCount(t, id), 0)
			must(d.UpdateUser(t.Context(), d.admin, id, verified(true)))(t)
			equal(t, d.ownCount(t, id), 1)
			must(d.UpdateUser(t.Context(), manager, id, renamed("Newer", "Name")))(t)
			equal(t, d.ownCount(t, id), 1)
		}
		must(d.UpdateUser(t.Context(), manager, created.ID, addressed("other@example.com")))(t)
		must(d.UpdateUser(t.Context(), manager, created.ID, addressed("jane@example.com")))(t)
		equal(t, d.ownCount(t, created.ID), 0)
	})
}

func TestAnAddressFromASuperuserOrTheHostIsVerified(t *testing.T) {
	ofFewTickets(t, func(t *testing.T, d *desk) {
		for i, actor := range []*user.User{d.admin, helpdesk.System()} {
			u := must(d.CreateUser(t.Context(), actor, &user.User{Username: string(rune('a' + i)), Email: "x@example.com"},
				"long-enough-9"))(t)
			equal(t, u.EmailVerified, true)
			equal(t, must(d.UpdateUser(t.Context(), actor, u.ID, verified(false)))(t).EmailVerified, false)
			equal(t, must(d.UpdateUser(t.Context(), actor, u.ID, addressed("y@example.com")))(t).EmailVerified, true)
			equal(t, must(d.UpdateUser(t.Context(), actor, u.ID, addressed("")))(t).EmailVerified, false)
			equal(t, must(d.UpdateUser(t.Context(), actor, u.ID, verified(true)))(t).EmailVerified, false) // there is none
		}
		e := &user.External{ID: "1", Username: "z", Email: "z@example.com"}
		equal(t, must(d.ExternalUser(t.Context(), e))(t).EmailVerified, false)
		e.EmailVerified = true
		equal(t, must(d.ExternalUser(t.Context(), e))(t).EmailVerified, true)
	})
}

func TestWhereStaffSeeEveryTicketTheirAddressesCount(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	manager := d.manager(t)
	u := must(d.CreateUser(t.Context(), manager, &user.User{Username: "new", Email: "new@example.com"}, "long-enough-9"))(t)
	equal(t, u.EmailVerified, true)
	must(d.UpdateUser(t.Context(), d.admin, u.ID, verified(false)))(t)
	equal(t, must(d.UpdateUser(t.Context(), manager, u.ID, renamed("X", "")))(t).EmailVerified, false)
	equal(t, must(d.UpdateUser(t.Context(), manager, u.ID, addressed("other@example.com")))(t).EmailVerified, true)
}

// TestAManagerSetsNoPassword where staff do not see every ticket: with it one
// would log in as a requester.
func TestAManagerSetsNoPassword(t *testing.T) {
	ofFewTickets(t, func(t *testing.T, d *desk) {
		manager := d.manager(t)
		unchanged := d.unchanged(t)
		is(t, d.SetPassword(t.Context(), manager, d.jane.ID, "another-pass-7"), helpdesk.ErrForbidden)
		is(t, d.SetPassword(t.Context(), through(d.admin, user.Token{}), d.jane.ID, "another-pass-7"), helpdesk.ErrForbidden)
		unchanged()
		check(t, d.SetPassword(t.Context(), d.admin, d.jane.ID, "another-pass-7"))
	})
}

func TestNobodySetsAPasswordThroughAToken(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	manager := d.manager(t)
	unchanged := d.unchanged(t)
	for _, actor := range []*user.User{d.admin, manager} {
		_, err := d.UpdateUserAndPassword(t.Context(), through(actor, user.Token{}), d.jane.ID, renamed("New", "Name"), "another-pass-7")
		is(t, err, helpdesk.ErrForbidden)
	}
	unchanged()
}

// TestAUserAndTheirPasswordChangeTogether or not at all.
func TestAUserAndTheirPasswordChangeTogether(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	unchanged := d.unchanged(t)
	for password, want := range map[string]string{
		"Newname-77": `password: password too similar "first_name"`, // by the name that they are to have
		"   ":        "password: blank",
	} {
		_, err := d.UpdateUserAndPassword(t.Context(), d.admin, d.jane.ID, renamed("Newname", "x"), password)
		equal(t, wrong(t, err), want)
	}
	_, err := d.UpdateUserAndPassword(t.Context(), d.admin, d.jane.ID, addressed("nowhere"), "x")
	equal(t, wrong(t, err), "email: not an e-mail address")
	unchanged()

	u := must(d.UpdateUserAndPassword(t.Context(), d.admin, d.jane.ID, renamed("New", "Name"), "  another-pass-7 "))(t)
	equal(t, u.FirstName, "New")
	for password, want := range map[string]bool{"  another-pass-7 ": true, "another-pass-7": false} {
		equal(t, must(d.Passwords().Verify(t.Context(), d.user(t, d.jane.ID).PasswordHash, password))(t), want)
	}
}
