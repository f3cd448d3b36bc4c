package helpdesk_test

import (
	"testing"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

func renamed(first, last string) func(*user.User) error {
	return func(u *user.User) error {
		u.FirstName, u.LastName = first, last
		return nil
	}
}

func TestUsersAreFoundWithoutRegardToCase(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for name, found := range map[string]bool{"staff": true, "STAFF": true, "ｓｔａｆｆ": true, "staf": false, "": false} {
		u := must(d.FindUser(t.Context(), name))(t)
		if (u != nil) != found {
			t.Errorf("%q: %v", name, u)
		}
	}
}

func TestANewUserCanLogIn(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	created := must(d.CreateUser(t.Context(), d.admin, &user.User{ID: 1, Username: "New", Email: "n@example.com", Staff: true},
		"long-enough-9"))(t)
	read := must(d.FindUser(t.Context(), "new"))(t)
	equal(t, asJSON(created), asJSON(read))
	equal(t, read.ID != 1, true)
	equal(t, must(d.Passwords().Verify(t.Context(), read.PasswordHash, "long-enough-9"))(t), true)
}

func TestWhatIsWrongWithANewUserIsSaid(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	unchanged := d.unchanged(t)
	for _, c := range []struct {
		user     user.User
		password string
		want     string
	}{
		{user.User{Username: "ADMIN", Email: "bad", FirstName: "\x00"}, "x",
			"email: not an e-mail address; first_name: null character; username: already taken"},
		{user.User{Username: "a b"}, "long-enough-9", "username: not a username"},
		{user.User{Username: "new", FirstName: "Gertrude"}, "gertrude77", `password: password too similar "first_name"`},
		{user.User{Username: "new"}, "123", "password: password too short (limit 8), password too common, password entirely numeric"},
	} {
		_, err := d.CreateUser(t.Context(), d.admin, &c.user, c.password)
		equal(t, wrong(t, err), c.want)
	}
	unchanged()
}

func TestAnEditOfAUserLeavesPasswordAndTimesAlone(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	updated := must(d.UpdateUser(t.Context(), d.admin, d.jane.ID, func(u *user.User) error {
		*u = user.User{ID: d.staff.ID, Username: "Jane2", LastName: "Doe", PasswordHash: "x", Superuser: true}
		return nil
	}))(t)
	read := must(d.User(t.Context(), d.admin, d.jane.ID))(t)
	equal(t, asJSON(updated), asJSON(read))
	equal(t, read.Username, "Jane2")
	equal(t, read.Superuser, true)
	equal(t, read.PasswordHash, d.jane.PasswordHash)
	equal(t, read.Created.Equal(d.jane.Created), true)
	equal(t, must(d.User(t.Context(), d.admin, d.staff.ID))(t).Username, "staff")
}

func TestFindingsAboutAUserAreCompletedByTheDesk(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	unchanged := d.unchanged(t)
	_, err := d.UpdateUser(t.Context(), d.admin, d.jane.ID, func(u *user.User) error {
		u.Username, u.Email, u.FirstName = "STAFF", "bad", "\x00"
		return problem.Error{"first_name": {{Reason: problem.NotString}}}
	})
	equal(t, wrong(t, err), "email: not an e-mail address; first_name: not a string; username: already taken")
	unchanged()
}

func TestAUserMayKeepTheirNameInAnotherCase(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	must(d.UpdateUser(t.Context(), d.admin, d.jane.ID, func(u *user.User) error {
		u.Username = "JANE"
		return nil
	}))(t)
	equal(t, must(d.FindUser(t.Context(), "jane"))(t).Username, "JANE")
}

func TestAnotherUsersNameIsTaken(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	unchanged := d.unchanged(t)
	_, err := d.UpdateUser(t.Context(), d.admin, d.jane.ID, func(u *user.User) error {
		u.Username = "Staff"
		return nil
	})
	equal(t, wrong(t, err), "username: already taken")
	unchanged()
}

func TestANewPasswordReplacesTheOld(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	check(t, d.SetPassword(t.Context(), d.admin, d.jane.ID, "another-pass-7"))
	hash := must(d.User(t.Context(), d.admin, d.jane.ID))(t).PasswordHash
	equal(t, must(d.Passwords().Verify(t.Context(), hash, "another-pass-7"))(t), true)
	equal(t, must(d.Passwords().Verify(t.Context(), hash, testdesk.Password("jane")))(t), false)
	equal(t, wrong(t, d.SetPassword(t.Context(), d.admin, d.jane.ID, "jane1")),
		`password: password too similar "username", password too short (limit 8)`)
}

// TestAUserWhoWroteOrOwnsSomethingStays goes through what can name a user.
func TestAUserWhoWroteOrOwnsSomethingStays(t *testing.T) {
	t.Parallel()
	for name, use := range map[string]func(d *desk, u *user.User){
		"an author": func(d *desk, u *user.User) {
			must(d.Reply(t.Context(), u, &followup.FollowUp{TicketID: d.ticket(t).ID}))(t)
		},
		"an assignee": func(d *desk, u *user.User) {
			d.ticket(t, func(n *ticket.Ticket) { n.AssignedTo = &u.ID })
		},
		"one who changed something": func(d *desk, u *user.User) {
			must(d.UpdateTicket(t.Context(), u, d.ticket(t).ID, func(n *ticket.Ticket) error {
				n.Title = "changed"
				return nil
			}))(t)
		},
	} {
		d := newDesk(t)
		u := must(d.CreateUser(t.Context(), d.admin, &user.User{Username: "worker", Active: true, Staff: true}, "long-enough-9"))(t)
		use(d, u)
		unchanged := d.unchanged(t)
		if err := d.DeleteUser(t.Context(), d.admin, u.ID); err != helpdesk.ErrInUse {
			t.Errorf("%s: %v", name, err)
		}
		unchanged()
	}
}

func TestAQueueLosesTheOwnerWhoGoes(t *testing.T) {
	t.Parallel()
	b := newBusy(t, testdesk.OpenStore(t))
	check(t, b.DeleteUser(t.Context(), b.admin, b.owner))
	_, err := b.User(t.Context(), b.admin, b.owner)
	is(t, err, helpdesk.ErrNotFound)
	if owner := must(b.Queue(t.Context(), b.admin, b.empty))(t).DefaultOwner; owner != nil {
		t.Errorf("owner %d", *owner)
	}
}

func TestUsersAreListedByID(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	l := d.Users(d.staff, helpdesk.UserQuery{})
	var names []string
	for _, u := range collect(t, l, 0, 0) {
		names = append(names, u.Username)
	}
	equal(t, count(t, l), 5)
	sameLines(t, names, "admin", "staff", "jane", "restricted", "inactive")
}
