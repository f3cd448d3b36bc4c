package helpdesk_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/storage/storagetest"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

func ada() *user.External {
	return &user.External{ID: "host|1", Username: "ada", FirstName: "Ada", LastName: "Lovelace", Email: "ada@example.com"}
}

// external is the desk's user for somebody of the host's.
func (d *desk) external(t testing.TB, e *user.External) *user.User {
	t.Helper()
	return must(d.ExternalUser(t.Context(), e))(t)
}

func (d *desk) countUsers(t testing.TB) (n int) {
	t.Helper()
	l := d.Users(d.staff, helpdesk.UserQuery{})
	n = count(t, l)
	return n
}

func TestSomebodyOfTheHostsBecomesAUserAtFirstSight(t *testing.T) {
	t.Parallel()
	d, now := watched(t)
	e := ada()
	e.EmailVerified, e.Staff, e.Superuser = true, true, true
	e.Permissions, e.Queues = []helpdesk.Permission{helpdesk.ManageQueues}, []string{"billing", "support", "unknown", "billing"}
	u := d.external(t, e)
	want := &user.User{ID: u.ID, Username: "ada", FirstName: "Ada", LastName: "Lovelace", Email: "ada@example.com", EmailVerified: true,
		Active: true, Staff: true, Superuser: true, Created: *now, ExternalID: new("host|1"),
		Permissions: []helpdesk.Permission{helpdesk.ManageQueues}, Queues: []int64{d.support.ID, d.billing.ID}, Version: 1}
	equal(t, asJSON(u), asJSON(want))
	equal(t, asJSON(d.user(t, u.ID)), asJSON(want))
}

func TestAUserOfTheHostsHasNoPassword(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.external(t, ada())
	equal(t, d.user(t, u.ID).PasswordHash, "")
	equal(t, must(d.Passwords().Verify(t.Context(), u.PasswordHash, ""))(t), false)
}

func TestSomebodyOfTheHostsIsTheSameEverAfter(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for name, e := range map[string]*user.External{
		"plain": {ID: "1", Username: "plain"},
		"grants": {ID: "2", Username: "grants", Permissions: user.Permissions(),
			Queues: []string{"support", "billing", "unknown"}},
		"nothing granted": {ID: "3", Username: "nothing", Permissions: []helpdesk.Permission{}, Queues: []string{}},
		"a namesake":      {ID: "4", Username: "jane"},
	} {
		first := d.external(t, e)
		unchanged := d.unchanged(t)
		faulty := d.With(storagetest.Fail(d.store, 1)) // nothing is written
		again, err := faulty.ExternalUser(t.Context(), e)
		if err != nil || asJSON(again) != asJSON(first) {
			t.Errorf("%s: %s, %v, was %s", name, asJSON(again), err, asJSON(first))
		}
		unchanged()
	}
}

// TestWhatTheHostSaysAnewIsWritten goes through every member.
func TestWhatTheHostSaysAnewIsWritten(t *testing.T) {
	t.Parallel()
	d, now := watched(t)
	u := d.external(t, ada())
	created := *now
	*now = now.AddDate(1, 0, 0)
	e := ada()
	for _, change := range []func(){
		func() { e.Username, u.Username = "Ada", "Ada" },
		func() { e.Username, u.Username = "countess", "countess" },
		func() { e.FirstName, u.FirstName = "A.", "A." },
		func() { e.LastName, u.LastName = "", "" },
		func() { e.Email, u.Email = "a@example.com", "a@example.com" },
		func() { e.EmailVerified, u.EmailVerified = true, true },
		func() { e.Staff, u.Staff = true, true },
		func() { e.Superuser, u.Superuser = true, true },
		func() {
			e.Permissions, u.Permissions = []helpdesk.Permission{helpdesk.ManageUsers}, []helpdesk.Permission{helpdesk.ManageUsers}
		},
		func() { e.Queues, u.Queues = []string{"billing"}, []int64{d.billing.ID} },
		func() { e.Queues, u.Queues = []string{}, nil },
		func() { e.Staff, u.Staff, e.Superuser, u.Superuser = false, false, false, false },
	} {
		change()
		u.Version++
		equal(t, asJSON(d.external(t, e)), asJSON(u))
		equal(t, asJSON(d.user(t, u.ID)), asJSON(u))
	}
	equal(t, u.Created, created)
}

func TestWhatTheDeskGrantedStaysWhereTheHostSaysNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.external(t, ada())
	granted := must(d.UpdateUser(t.Context(), d.admin, u.ID, func(u *user.User) error {
		u.Permissions, u.Queues = []helpdesk.Permission{helpdesk.ManageFields}, []int64{d.support.ID}
		return nil
	}))(t)
	e := ada()
	d.external(t, e)
	equal(t, asJSON(d.user(t, u.ID)), asJSON(granted))
	e.FirstName, granted.FirstName = "A.", "A." // also when something else is written
	granted.Version++
	d.external(t, e)
	equal(t, asJSON(d.user(t, u.ID)), asJSON(granted))
	e.Permissions, granted.Permissions = []helpdesk.Permission{}, []helpdesk.Permission{}
	granted.Version++
	d.external(t, e)
	equal(t, asJSON(d.user(t, u.ID)), asJSON(granted))
	e.Queues, granted.Queues = []string{}, nil
	granted.Version++
	d.external(t, e)
	equal(t, asJSON(d.user(t, u.ID)), asJSON(granted))
}

func TestOneWhomTheDeskDeactivatedStaysInactive(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := d.external(t, ada())
	must(d.UpdateUser(t.Context(), d.admin, u.ID, func(u *user.User) error {
		u.Active = false
		return nil
	}))(t)
	e := ada()
	equal(t, d.external(t, e).Active, false)
	e.FirstName, e.Superuser = "A.", true
	equal(t, d.external(t, e).Active, false)
	equal(t, d.user(t, u.ID).Active, false)
}

func TestWhoeverHasAUsernameKeepsIt(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	admin := d.user(t, d.admin.ID)
	first := d.external(t, &user.External{ID: "1", Username: "ADMIN"})
	second := d.external(t, &user.External{ID: "2", Username: "ａdmin"})
	equal(t, first.Username, "ADMIN-2")
	equal(t, second.Username, "ａdmin-3")
	equal(t, first.ID != admin.ID && second.ID != first.ID && second.ID != admin.ID, true)
	equal(t, asJSON(d.user(t, d.admin.ID)), asJSON(admin))
	equal(t, first.IsStaff(), false)

	must(d.UpdateUser(t.Context(), d.admin, d.admin.ID, func(u *user.User) error {
		u.Username = "root"
		return nil
	}))(t)
	equal(t, d.external(t, &user.External{ID: "2", Username: "ａdmin"}).Username, "ａdmin") // who asks first
	equal(t, d.external(t, &user.External{ID: "1", Username: "ADMIN"}).Username, "ADMIN-2")
}

func TestANamesakeTakesNoTicketsOver(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.submitted(t, new("jane@example.com"))
	e := &user.External{ID: "1", Username: "jane", Email: "jane@example.com"}
	_, err := d.RequesterTicket(t.Context(), d.external(t, e), id)
	is(t, err, helpdesk.ErrNotFound)
	e.EmailVerified = true
	equal(t, must(d.RequesterTicket(t.Context(), d.external(t, e), id))(t).ID, id)
}

func TestThereIsAnEndToNamesakes(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for i := range 100 {
		d.external(t, &user.External{ID: strconv.Itoa(i), Username: "smith"})
	}
	unchanged := d.unchanged(t)
	_, err := d.ExternalUser(t.Context(), &user.External{ID: "one more", Username: "Smith"})
	equal(t, wrong(t, err), "username: already taken")
	unchanged()
	equal(t, d.external(t, &user.External{ID: "99", Username: "smith"}).Username, "smith-100")
}

func TestIDsOfTheHostDifferWhenAnyByteDiffers(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	seen := map[int64]bool{}
	for i, id := range []string{"a", "A", "á", "a ", "ａ", "1", "01", strings.Repeat("é", user.MaxExternalID/2)} {
		u := d.external(t, &user.External{ID: id, Username: "u" + strconv.Itoa(i)})
		equal(t, seen[u.ID], false)
		equal(t, *u.ExternalID, id)
		seen[u.ID] = true
	}
}

func TestWhatCannotBeAUserIsRefused(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	known := d.external(t, ada())
	unchanged := d.unchanged(t)
	for _, id := range []string{"", strings.Repeat("x", user.MaxExternalID+1), "\xff"} {
		if u, err := d.ExternalUser(t.Context(), &user.External{ID: id, Username: "new"}); err == nil {
			t.Errorf("%q: %v", id, u)
		}
	}
	for want, change := range map[string]func(*user.External){
		"username: not a username":     func(e *user.External) { e.Username = "Ada Lovelace" },
		"username: blank":              func(e *user.External) { e.Username = "" },
		"email: not an e-mail address": func(e *user.External) { e.Email = "nowhere" },
		"first_name: null character":   func(e *user.External) { e.FirstName = "\x00" },
		`permissions: not a choice "manage_rights"`: func(e *user.External) {
			e.Permissions = []helpdesk.Permission{helpdesk.ManageRights}
		},
		"username: too long (limit " + strconv.Itoa(user.MaxUsername) +
			")": func(e *user.External) { e.Username = strings.Repeat("x", user.MaxUsername+1) },
	} {
		for _, id := range []string{*known.ExternalID, "new"} {
			e := ada()
			e.ID, e.Username = id, "other"
			change(e)
			_, err := d.ExternalUser(t.Context(), e)
			equal(t, wrong(t, err), want)
		}
	}
	unchanged()
}

// TestOneIDNeverBecomesTwoUsers: somebody's first requests come all at once.
func TestOneIDNeverBecomesTwoUsers(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	const requests = 20
	before := d.countUsers(t)
	found := make(chan *user.User)
	for range requests {
		go func() {
			e := ada()
			e.Queues = []string{"support"}
			u, err := d.ExternalUser(t.Context(), e)
			if err != nil {
				t.Error(err)
				u = &user.User{}
			}
			found <- u
		}()
	}
	first := <-found
	for range requests - 1 {
		equal(t, asJSON(<-found), asJSON(first))
	}
	equal(t, asJSON(d.user(t, first.ID)), asJSON(first))
	equal(t, d.countUsers(t), before+1)
}

func TestNamesakesWhoComeAtOnceAllGetAName(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	const people = 20
	names := make(chan string)
	for i := range people {
		go func() {
			u, err := d.ExternalUser(t.Context(), &user.External{ID: strconv.Itoa(i), Username: "smith"})
			if err != nil {
				t.Error(err)
				u = &user.User{}
			}
			names <- u.Username
		}()
	}
	seen := map[string]bool{}
	for range people {
		seen[<-names] = true
	}
	equal(t, len(seen), people)
	equal(t, seen["smith"] && seen["smith-"+strconv.Itoa(people)], true)
}

// TestARefreshAndAnEditAtOnceBothCount: the host renames who the desk
// deactivates.
func TestARefreshAndAnEditAtOnceBothCount(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for i := range 20 {
		e := &user.External{ID: strconv.Itoa(i), Username: "u" + strconv.Itoa(i)}
		u := d.external(t, e)
		e.FirstName = "Anew"
		done := make(chan error)
		go func() {
			_, err := d.ExternalUser(t.Context(), e)
			done <- err
		}()
		must(d.UpdateUser(t.Context(), d.admin, u.ID, func(u *user.User) error {
			u.Active = false
			return nil
		}))(t)
		check(t, <-done)
		after := d.user(t, u.ID)
		equal(t, after.Active, false)
		equal(t, after.FirstName, "Anew")
	}
}

func TestAUserOfTheHostsIsWhatTheCallerCannotChange(t *testing.T) {
	t.Parallel()
	d := handled(testdesk.New(t, helpdesk.Config{}))
	e := ada()
	e.Permissions = []helpdesk.Permission{helpdesk.ManageUsers}
	u := d.external(t, e)
	e.ID, e.Permissions[0] = "host|2", helpdesk.ManageQueues
	equal(t, *u.ExternalID, "host|1")
	equal(t, u.Permissions[0], helpdesk.ManageUsers)
}

// TestAUserOfTheHostIsFoundByTheHostsID: made before they come, found, deactivated
// and brought back.
func TestAUserOfTheHostIsFoundByTheHostsID(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	unchanged := d.unchanged(t)
	_, err := d.UserByExternalID(t.Context(), d.staff, "host|1")
	is(t, err, helpdesk.ErrNotFound)
	unchanged()

	made := must(d.ExternalUser(t.Context(), &user.External{ID: "host|1", Username: "ada", Staff: true, Queues: []string{"support"}}))(t)
	assigned := d.ticket(t, func(n *ticket.Ticket) { n.AssignedTo = &made.ID })
	equal(t, *assigned.AssignedTo, made.ID)
	found := must(d.UserByExternalID(t.Context(), d.staff, "host|1"))(t)
	equal(t, asJSON(found), asJSON(d.user(t, made.ID)))
	for _, active := range []bool{false, true} {
		must(d.UpdateUser(t.Context(), helpdesk.System(), found.ID, func(u *user.User) error {
			u.Active = active
			return nil
		}))(t)
		equal(t, must(d.ExternalUser(t.Context(), &user.External{ID: "host|1", Username: "ada", Staff: true}))(t).Active, active)
	}
}
