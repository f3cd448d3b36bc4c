package helpdesk

import (
	"context"
	"errors"
	"slices"

	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/user"
)

// EnsureSuperuser makes a superuser of u, with the password, when the desk has no
// active superuser, and reports whether it did. A host calls it at every start,
// by as many processes at once as it likes: where there is a superuser, whoever it
// is, nothing is done and nothing is wrong with u. Of u are used the names, the
// username and the e-mail address, which counts as verified.
//
// A username that somebody has who is no superuser is a problem.Error: nobody
// becomes one in passing. It asks nobody's permission.
func (d *Desk) EnsureSuperuser(ctx context.Context, u *user.User, password string) (made bool, err error) {
	there := false
	err = d.update(ctx, nil, func(tx *transaction) (err error) {
		there, err = hasSuperuser(ctx, tx)
		return err
	})
	if there || err != nil {
		return false, err
	}
	n := &user.User{Username: u.Username, FirstName: u.FirstName, LastName: u.LastName, Email: u.Email, EmailVerified: u.Email != "",
		Active: true, Staff: true, Superuser: true, Created: d.now()}
	if err := checkPassword("password", password, n); err != nil {
		return false, err
	}
	if n.PasswordHash, err = d.hash(ctx, System(), password); err != nil {
		return false, err
	}
	write := func() error {
		return d.updateCached(ctx, nil, func(tx *transaction) error {
			made = false
			if there, err := hasSuperuser(ctx, tx); there || err != nil {
				return err
			}
			if err := checkUserRow(ctx, tx, n, problem.Error{}); err != nil {
				if there, lost := hasSuperuser(ctx, tx); there || lost != nil { // made a moment ago
					return lost
				}
				return err
			}
			made = true
			return tx.Users().Insert(ctx, n)
		})
	}
	if err = write(); errors.Is(err, storage.ErrDuplicate) { // another process came in between
		err = write()
	}
	return made && err == nil, err
}

func hasSuperuser(ctx context.Context, tx *transaction) (bool, error) {
	all, err := tx.Users().Superusers(ctx)
	return len(all) > 0, err
}

// notLast returns ErrLastSuperuser when nobody else is an active superuser.
func notLast(ctx context.Context, tx *transaction, id int64) error {
	all, err := tx.Users().Superusers(ctx)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(all, func(other int64) bool { return other != id }) {
		return ErrLastSuperuser
	}
	return nil
}
