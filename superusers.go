package helpdesk

import (
	"context"
	"errors"

	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/user"
)

// EnsureSuperuser creates u as a superuser, with the password, when the desk has no active
// superuser, and reports whether it did. A host calls it at every start, and several
// processes may at once. Where there is a superuser, whoever that is, it does nothing and
// does not validate u. It uses the names of u and the e-mail address, which counts as
// verified.
//
// A username that is taken is a problem.Error: nobody who exists becomes a superuser. It
// asks nobody's permission.
func (d *Desk) EnsureSuperuser(ctx context.Context, u *user.User, password string) (made bool, err error) {
	there, err := write(ctx, d, writer{}, func(tx *transaction) (bool, error) { return hasSuperuser(ctx, tx) })
	if there || err != nil {
		return false, err
	}
	n := &user.User{
		Username: u.Username, FirstName: u.FirstName, LastName: u.LastName, Email: u.Email, EmailVerified: u.Email != "",
		Active: true, Staff: true, Superuser: true, Created: d.now(),
	}
	if err := validatePassword("password", password, n); err != nil {
		return false, err
	}
	if n.PasswordHash, err = d.hash(ctx, System(), password); err != nil {
		return false, err
	}
	add := func() (bool, error) {
		return write(ctx, d, writer{}, func(tx *transaction) (bool, error) { return addSuperuser(ctx, tx, n) })
	}
	if made, err = add(); errors.Is(err, storage.ErrDuplicate) { // another process came in between
		made, err = add()
	}
	return made, err
}

// addSuperuser stores a superuser where there is none, and reports whether it did.
func addSuperuser(ctx context.Context, tx *transaction, u *user.User) (made bool, err error) {
	if there, err := hasSuperuser(ctx, tx); there || err != nil {
		return false, err
	}
	if err := validateUser(ctx, tx, u, problem.Error{}); err != nil {
		if there, lost := hasSuperuser(ctx, tx); there || lost != nil { // made a moment ago
			return false, lost
		}
		return false, err
	}
	if err := tx.Users().Insert(ctx, u); err != nil {
		return false, err
	}
	tx.created(userObject(u), u)
	return true, nil
}
