package httpapi

import (
	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/auth"
	"github.com/go-helpdesk/helpdesk/user"
)

var users = &resource[*user.User]{
	table: newTable(
		text("first_name", func(u *user.User) *string { return &u.FirstName }, blank, maxLength(user.MaxName)),
		text("last_name", func(u *user.User) *string { return &u.LastName }, blank, maxLength(user.MaxName)),
		text("username", func(u *user.User) *string { return &u.Username }, required, maxLength(user.MaxUsername),
			unique("A user with that username already exists.")),
		text("email", func(u *user.User) *string { return &u.Email }, email, blank, maxLength(user.MaxEmail)),
		integer("id", func(u *user.User) int64 { return u.ID }),
		boolean("is_staff", func(u *user.User) *bool { return &u.Staff }, keptByForms),
		boolean("is_superuser", func(u *user.User) *bool { return &u.Superuser }, keptByForms),
		boolean("is_active", func(u *user.User) *bool { return &u.Active }, keptByForms),
		boolean("email_verified", func(u *user.User) *bool { return &u.EmailVerified }, keptByForms, readOn(onlyUpdate)),
		// The reference's clients do not know these two keys.
		words("permissions", func(u *user.User) *[]user.Permission { return &u.Permissions }, user.Permissions()).
			omittedIf(func(u *user.User) bool { return len(u.Permissions) == 0 }),
		references("queues", func(u *user.User) *[]int64 { return &u.Queues }).
			omittedIf(func(u *user.User) bool { return len(u.Queues) == 0 }),
		password[*user.User]("password", func(e *extras) **string { return &e.password }, required),
	),
	list:  listBy(userFilters, (*helpdesk.Desk).Users),
	get:   (*helpdesk.Desk).User,
	start: func(*exchange) (*user.User, error) { return &user.User{Active: true}, nil },
	create: func(x *exchange, u *user.User, e *extras) (*user.User, error) {
		return x.desk.CreateUser(x.r.Context(), x.actor, u, orZero(e.password))
	},
	update: func(x *exchange, id int64, change func(*user.User) error, e *extras) (*user.User, error) {
		if e.password == nil {
			return x.h.desk.UpdateUser(x.r.Context(), x.actor, id, change)
		}
		return x.h.desk.UpdateUserAndPassword(x.r.Context(), x.actor, id, change, *e.password)
	},
	delete: (*helpdesk.Desk).DeleteUser,
	tag:    tagUser,
}

// tagUser adds the version of a user only for whoever may write the user, and for the user.
// It counts new passwords, and others need not know of these.
func tagUser(t *tagParts, u *user.User) {
	t.object("user", u.ID, 0)
	t.numbers(u.Queues...) // the deletion of a queue counts no version up
	if t.x.writes(u) || t.x.actor.ID == u.ID {
		t.numbers(u.Version)
		return
	}
	for _, s := range []string{u.Username, u.FirstName, u.LastName, u.Email} {
		t.text(s)
	}
	for _, p := range u.Permissions {
		t.text(string(p))
	}
	t.flags(u.Staff, u.Superuser, u.Active, u.EmailVerified)
}

// writes reports whether the actor may write a user.
func (x *exchange) writes(u *user.User) bool {
	permission := helpdesk.ManageUsers
	if u.Superuser {
		permission = helpdesk.ManageRights
	}
	return x.h.desk.Allow(x.actor, permission) == nil
}

func getMe(x *exchange) error {
	if err := users.readKeys(x); err != nil {
		return err
	}
	if err := x.settle(); err != nil {
		return err
	}
	me, err := x.h.desk.User(x.r.Context(), x.actor, x.actor.ID)
	if err != nil {
		return err
	}
	return users.show(x, me)
}

var passwordChange = newTable(
	password[*user.User]("old_password", func(e *extras) **string { return &e.oldPassword }, required),
	password[*user.User]("new_password", func(e *extras) **string { return &e.password }, required),
).called("PasswordChange")

func changePassword(x *exchange) error {
	if x.keyed != nil && x.keyed.progress == helpdesk.Done {
		return x.replayKnown()
	}
	in, err := x.read()
	if err != nil {
		return err
	}
	d := newDecoder(in, creating)
	passwordChange.decodeExtras(d)
	if err := d.err(); err != nil {
		return err
	}
	change := func() error {
		return x.desk.ChangePassword(x.r.Context(), x.actor, *d.extras.oldPassword, *d.extras.password, auth.ClientAddress(x.r))
	}
	if x.keyed != nil {
		return x.once(false, func() (func([]byte) []byte, error) { return nil, change() })
	}
	if err := change(); err != nil {
		return err
	}
	x.sendNothing()
	return nil
}
