package helpdesk_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/user"
)

// add makes a user by a superuser.
func (d *desk) add(t testing.TB, u user.User) *user.User {
	t.Helper()
	if u.Username == "" {
		u.Username = "worker"
	}
	return must(d.CreateUser(t.Context(), d.admin, &u, "long-enough-9"))(t)
}

// manager is staff to whom it was granted to manage users.
func (d *desk) manager(t testing.TB) *user.User {
	t.Helper()
	return d.add(t, user.User{Username: "manager", Email: "manager@example.com", Active: true, Staff: true,
		Permissions: []helpdesk.Permission{helpdesk.ManageUsers}})
}

// through is a user who acts through a token.
func through(u *user.User, token user.Token) *user.User {
	acting := *u
	acting.Token = &token
	return &acting
}

// user is a user as they are stored.
func (d *desk) user(t testing.TB, id int64) *user.User {
	t.Helper()
	return must(d.User(t.Context(), helpdesk.System(), id))(t)
}

// everyRight is what nobody gives but a superuser.
func (d *desk) everyRight(u *user.User) {
	u.Staff, u.Superuser = true, true
	u.Permissions, u.Queues = user.Permissions(), []int64{d.support.ID}
}

// before does something before every transaction that writes.
type before struct {
	storage.Store
	do func()
}

func (b before) Update(ctx context.Context, fn func(storage.Tx) error) error {
	b.do()
	return b.Store.Update(ctx, fn)
}

func TestASuperuserGivesRights(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	given := user.User{Username: "new", Staff: true, Permissions: []helpdesk.Permission{helpdesk.ManageFields, helpdesk.ManageUsers},
		Queues: []int64{d.billing.ID, d.support.ID, d.billing.ID}}
	created := must(d.CreateUser(t.Context(), d.admin, &given, "long-enough-9"))(t)
	equal(t, asJSON(d.user(t, created.ID)), asJSON(created))
	equal(t, created.Active, false)
	equal(t, slices.Equal(created.Queues, []int64{d.support.ID, d.billing.ID}), true)
	equal(t, len(given.Queues), 3)
	updated := must(d.UpdateUser(t.Context(), d.admin, created.ID, func(u *user.User) error {
		u.Active, u.Staff, u.Superuser = true, false, true
		u.Permissions = u.Permissions[:1]
		u.Queues = []int64{d.billing.ID, d.billing.ID}
		return nil
	}))(t)
	equal(t, asJSON(d.user(t, created.ID)), asJSON(updated))
	equal(t, asJSON(updated.Permissions), `["manage_fields"]`)
	equal(t, asJSON(updated.Queues), asJSON([]int64{d.billing.ID}))
	equal(t, updated.IsSuperuser(), true)
}

// TestGrantsMayBeEditedInPlace: what change was given is its own.
func TestGrantsMayBeEditedInPlace(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	worker := d.add(t, user.User{Active: true, Staff: true, Queues: []int64{d.support.ID},
		Permissions: []helpdesk.Permission{helpdesk.ManageUsers}})
	edit := func(u *user.User) error {
		u.Queues[0], u.Permissions[0] = d.billing.ID, helpdesk.ManageFields
		return nil
	}
	unchanged := d.unchanged(t)
	must(d.UpdateUser(t.Context(), worker, worker.ID, edit))(t)
	unchanged()
	must(d.UpdateUser(t.Context(), d.admin, worker.ID, edit))(t)
	after := d.user(t, worker.ID)
	equal(t, asJSON(after.Queues), asJSON([]int64{d.billing.ID}))
	equal(t, asJSON(after.Permissions), `["manage_fields"]`)
}

func TestWhatIsWrongWithRightsIsSaid(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	unchanged := d.unchanged(t)
	const want = `permissions: not a choice "manage_rights"; queues: no such object "987654321"; username: already taken`
	bad := user.User{Username: "Jane", Permissions: []helpdesk.Permission{helpdesk.ManageUsers, helpdesk.ManageRights, "fly"},
		Queues: []int64{d.support.ID, nobody, nobody + 1}}
	_, err := d.CreateUser(t.Context(), d.admin, &bad, "long-enough-9")
	equal(t, wrong(t, err), want)
	_, err = d.CreateUser(refusing(t.Context()), d.admin, &bad, "")
	equal(t, wrong(t, err), want+"; x: required")
	_, err = d.UpdateUser(t.Context(), d.admin, d.staff.ID, func(u *user.User) error {
		u.Username, u.Permissions, u.Queues = bad.Username, bad.Permissions, bad.Queues
		return nil
	})
	equal(t, wrong(t, err), want)
	unchanged()
}

func TestAManagerMakesUsersWithoutRights(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	manager := d.manager(t)
	given := user.User{Username: "new", Email: "new@example.com", ExternalID: new("x"), Token: &user.Token{}}
	d.everyRight(&given)
	created := must(d.CreateUser(t.Context(), manager, &given, "long-enough-9"))(t)
	equal(t, asJSON(d.user(t, created.ID)), asJSON(created))
	plain := &user.User{ID: created.ID, Username: "new", Email: "new@example.com", EmailVerified: true, Active: true,
		PasswordHash: created.PasswordHash, Created: created.Created, Version: 1}
	equal(t, asJSON(created), asJSON(plain))
	given.Queues, given.Username = []int64{nobody}, "other"
	must(d.CreateUser(t.Context(), manager, &given, "long-enough-9"))(t) // it is not granted
}

func TestAManagerChangesNobodysRights(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	manager := d.manager(t)
	granted := d.add(t, user.User{Username: "granted", Staff: true, Permissions: []helpdesk.Permission{helpdesk.ManageQueues},
		Queues: []int64{d.billing.ID}})
	for _, u := range []*user.User{manager, d.staff, d.jane, granted} {
		before := d.user(t, u.ID)
		after := must(d.UpdateUser(t.Context(), manager, u.ID, func(u *user.User) error {
			d.everyRight(u)
			u.Active, u.FirstName = !u.Active, "F."
			return nil
		}))(t)
		before.FirstName = "F."
		before.Version++
		equal(t, asJSON(after), asJSON(before))
		equal(t, asJSON(d.user(t, u.ID)), asJSON(before))
	}
}

func TestAManagerTouchesNoSuperuser(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	manager := d.manager(t)
	retired := d.add(t, user.User{Username: "retired", Superuser: true}) // could be brought back
	unchanged := d.unchanged(t)
	for _, u := range []*user.User{d.admin, retired} {
		_, err := d.UpdateUser(t.Context(), manager, u.ID, renamed("x", "y"))
		is(t, err, helpdesk.ErrForbidden)
		is(t, d.SetPassword(t.Context(), manager, u.ID, "another-pass-7"), helpdesk.ErrForbidden)
		is(t, d.DeleteUser(t.Context(), manager, u.ID), helpdesk.ErrForbidden)
	}
	unchanged()
}

func TestAManagerSetsNoPasswordOfStaff(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	manager := d.manager(t)
	unchanged := d.unchanged(t)
	for _, u := range []*user.User{d.staff, d.inactive, manager} {
		is(t, d.SetPassword(t.Context(), manager, u.ID, "another-pass-7"), helpdesk.ErrForbidden)
	}
	unchanged()
	check(t, d.SetPassword(t.Context(), manager, d.jane.ID, "another-pass-7"))
	check(t, d.SetPassword(t.Context(), d.admin, d.staff.ID, "another-pass-7"))
}

func TestAManagerDeletesUsers(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	manager := d.manager(t)
	for _, u := range []*user.User{d.jane, d.staff} {
		check(t, d.DeleteUser(t.Context(), manager, u.ID))
		_, err := d.User(t.Context(), d.admin, u.ID)
		is(t, err, helpdesk.ErrNotFound)
	}
}

func TestAUserTakesTokensAndMembershipsAlong(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	worker := d.add(t, user.User{Active: true, Staff: true, Queues: []int64{d.support.ID}})
	g := must(d.CreateGroup(t.Context(), d.admin, &user.Group{Name: "g", Users: []int64{worker.ID, d.jane.ID}}))(t)
	_, secret := d.token(t, worker, user.Token{})
	check(t, d.DeleteUser(t.Context(), d.admin, worker.ID))
	equal(t, must(d.FindToken(t.Context(), secret))(t), nil)
	equal(t, asJSON(must(d.Group(t.Context(), d.admin, g.ID))(t).Users), asJSON([]int64{d.jane.ID}))
}

func TestTheLastActiveSuperuserStays(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	second := d.add(t, user.User{Username: "second", Superuser: true}) // inactive, and so none
	unchanged := d.unchanged(t)
	stepDown := func(change func(*user.User)) error {
		_, err := d.UpdateUser(t.Context(), d.admin, d.admin.ID, func(u *user.User) error {
			change(u)
			return nil
		})
		return err
	}
	is(t, stepDown(func(u *user.User) { u.Superuser = false }), helpdesk.ErrLastSuperuser)
	is(t, stepDown(func(u *user.User) { u.Active = false }), helpdesk.ErrLastSuperuser)
	is(t, stepDown(func(u *user.User) { *u = user.User{Username: "admin"} }), helpdesk.ErrLastSuperuser)
	is(t, d.DeleteUser(t.Context(), d.admin, d.admin.ID), helpdesk.ErrLastSuperuser)
	is(t, d.DeleteUser(t.Context(), helpdesk.System(), d.admin.ID), helpdesk.ErrLastSuperuser)
	unchanged()
	check(t, stepDown(func(u *user.User) { u.Staff, u.FirstName = false, "Still" })) // counts as staff anyway

	second = must(d.UpdateUser(t.Context(), d.admin, second.ID, func(u *user.User) error {
		u.Active = true
		return nil
	}))(t)
	check(t, d.DeleteUser(t.Context(), second, d.admin.ID))
	is(t, d.DeleteUser(t.Context(), second, second.ID), helpdesk.ErrLastSuperuser)
}

// TestSuperusersWhoAllStepDownAtOnce leave one.
func TestSuperusersWhoAllStepDownAtOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	all := []*user.User{d.admin}
	for _, name := range []string{"b", "c", "d", "e", "f", "g", "h"} {
		all = append(all, d.add(t, user.User{Username: name, Active: true, Superuser: true}))
	}
	results := make(chan error)
	for i, u := range all {
		go func() {
			if i%2 == 0 {
				results <- d.DeleteUser(t.Context(), helpdesk.System(), u.ID)
				return
			}
			_, err := d.UpdateUser(t.Context(), helpdesk.System(), u.ID, func(u *user.User) error {
				u.Active = false
				return nil
			})
			results <- err
		}()
	}
	refused := 0
	for range all {
		if err := <-results; err != nil {
			is(t, err, helpdesk.ErrLastSuperuser)
			refused++
		}
	}
	equal(t, refused, 1)
}

// TestEditsOfAUserAtOnceAllCount: none writes back what another has changed.
func TestEditsOfAUserAtOnceAllCount(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	const edits = 20
	var all sync.WaitGroup
	for range edits {
		all.Go(func() {
			_, err := d.UpdateUser(t.Context(), d.admin, d.jane.ID, func(u *user.User) error {
				u.FirstName += "x"
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	equal(t, d.user(t, d.jane.ID).FirstName, strings.Repeat("x", edits))
}

func TestOneChangesOnesOwnPassword(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	old := testdesk.Password("jane")
	check(t, d.ChangePassword(t.Context(), d.jane, old, "another-pass-7", ""))
	hash := d.user(t, d.jane.ID).PasswordHash
	equal(t, must(d.Passwords().Verify(t.Context(), hash, "another-pass-7"))(t), true)
	unchanged := d.unchanged(t)
	equal(t, wrong(t, d.ChangePassword(t.Context(), d.jane, old, "yet-another-8", "")), "old_password: wrong password")
	equal(t, wrong(t, d.ChangePassword(t.Context(), d.jane, "", "yet-another-8", "")), "old_password: wrong password")
	equal(t, wrong(t, d.ChangePassword(t.Context(), d.jane, "another-pass-7", "jane1", "")),
		`new_password: password too similar "username", password too short (limit 8)`)
	is(t, d.ChangePassword(t.Context(), through(d.jane, user.Token{}), "another-pass-7", "yet-another-8", ""), helpdesk.ErrForbidden)
	is(t, d.ChangePassword(t.Context(), helpdesk.System(), "", "yet-another-8", ""), helpdesk.ErrNotFound)
	unchanged()
}

func TestAPasswordThatWasChangedMeanwhileIsTheOldOne(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	meanwhile := d.With(before{d.store, func() { check(t, d.SetPassword(t.Context(), d.admin, d.jane.ID, "meanwhile-set-6")) }})
	err := meanwhile.ChangePassword(t.Context(), d.jane, testdesk.Password("jane"), "another-pass-7", "")
	equal(t, wrong(t, err), "old_password: wrong password")
	equal(t, must(d.Passwords().Verify(t.Context(), d.user(t, d.jane.ID).PasswordHash, "meanwhile-set-6"))(t), true)
}

// TestAPasswordIsChangedOnceInExchangeForTheOld, however many try at once.
func TestAPasswordIsChangedOnceInExchangeForTheOld(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	equal(t, d.login(t, "", "jane", testdesk.Password("jane")), "in") // or the address would be written first
	results := make(chan error)
	const tries = 8
	var start sync.WaitGroup
	start.Add(tries)
	together := d.With(before{d.store, func() { start.Done(); start.Wait() }})
	for range tries {
		go func() {
			results <- together.ChangePassword(t.Context(), d.jane, testdesk.Password("jane"), "another-pass-7", "")
		}()
	}
	changed := 0
	for range tries {
		if err := <-results; err == nil {
			changed++
		} else {
			equal(t, wrong(t, err), "old_password: wrong password")
		}
	}
	equal(t, changed, 1)
}

func TestNobodyTradesInAUserOfTheHosts(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	u := must(d.ExternalUser(t.Context(), &user.External{ID: "1", Username: "x"}))(t)
	unchanged := d.unchanged(t)
	is(t, d.SetPassword(t.Context(), d.admin, u.ID, "another-pass-7"), helpdesk.ErrForbidden)
	equal(t, wrong(t, d.ChangePassword(t.Context(), u, "", "another-pass-7", "")), "old_password: wrong password")
	must(d.UpdateUser(t.Context(), d.admin, u.ID, func(u *user.User) error {
		u.ExternalID, u.PasswordHash = nil, d.jane.PasswordHash
		return nil
	}))(t)
	unchanged()
}
