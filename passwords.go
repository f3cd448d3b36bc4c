package helpdesk

import (
	"context"

	"github.com/go-helpdesk/helpdesk/internal/validate"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/user"
)

// Passwords is what hashes and verifies this desk's passwords.
func (d *Desk) Passwords() *user.Hasher { return d.hasher }

// checkPassword returns what is wrong with a new password, as a ValidationError.
func checkPassword(field, password string, u *user.User) error {
	problems := validate.Error{}
	problems.Add(field, user.CheckPassword(password, u)...)
	return problems.Err()
}

// hash hashes a password that the actor chose.
func (d *Desk) hash(ctx context.Context, actor *user.User, password string) (string, error) {
	return d.hasher.Hash(user.WithCaller(ctx, user.Caller{Account: user.Key(actor.Username), Known: true}), password)
}

// SetPassword gives a user a new password, which is kept exactly as it is. The
// actor manages users, and is a superuser where the user is staff or where staff
// do not see every ticket. A user of the host's has no password, and nobody sets
// one through a token. All of this is ErrForbidden.
func (d *Desk) SetPassword(ctx context.Context, actor *user.User, id int64, password string) error {
	_, err := d.UpdateUserAndPassword(ctx, actor, id, func(*user.User) error { return nil }, password)
	return err
}

// UpdateUserAndPassword is UpdateUser and SetPassword in one: both or neither.
// What is wrong with the password is a problem of the field password, and is
// looked for when all else is valid.
func (d *Desk) UpdateUserAndPassword(ctx context.Context, actor *user.User, id int64, change func(*user.User) error, password string) (*user.User, error) {
	if err := d.Allow(actor, ManageUsers); err != nil {
		return nil, err
	}
	// Hashing takes long: what is wrong is found before, outside the transaction.
	err := d.store.View(ctx, func(tx storage.Tx) error {
		u, err := tx.Users().Get(ctx, id)
		if err != nil {
			return err
		}
		if err := d.allowNewPassword(actor, u); err != nil {
			return err
		}
		if err := d.checkChange(ctx, tx, actor, u, change); err != nil {
			return err
		}
		return checkPassword("password", password, u)
	})
	if err != nil {
		return nil, err
	}
	hash, err := d.hash(ctx, actor, password)
	if err != nil {
		return nil, err
	}
	return d.editUser(ctx, actor, id, func(tx storage.Tx, u *user.User) error {
		if err := d.allowNewPassword(actor, u); err != nil {
			return err
		}
		if err := d.changeUser(ctx, tx, actor, u, change); err != nil {
			return err
		}
		if err := checkPassword("password", password, u); err != nil {
			return err
		}
		u.PasswordHash = hash
		return nil
	})
}

// allowNewPassword returns ErrForbidden when an actor who manages users may not
// give this user a password. Whoever has the password has the user's rights: it
// must not give those of a colleague, open tickets that the actor may not see, or
// outlive the actor's token.
func (d *Desk) allowNewPassword(actor, u *user.User) error {
	if u.ExternalID != nil {
		return ErrForbidden
	}
	if u.Staff || u.Superuser || actor.Token != nil || !d.seesAll(actor) {
		return d.Allow(actor, ManageRights)
	}
	return nil
}

// ChangePassword gives the actor a new password in exchange for the old one.
// What is wrong is a ValidationError of old_password or new_password.
func (d *Desk) ChangePassword(ctx context.Context, actor *user.User, old, password string) error {
	if err := d.Allow(actor, ManageAccount); err != nil {
		return err
	}
	u, err := d.User(ctx, actor, actor.ID)
	if err != nil {
		return err
	}
	fits, err := d.hasher.Verify(ctx, u.PasswordHash, old)
	if err != nil {
		return err
	}
	if !fits {
		return validate.Error{"old_password": {{Reason: validate.WrongPassword}}}
	}
	if err := checkPassword("new_password", password, u); err != nil {
		return err
	}
	hash, err := d.hash(ctx, actor, password)
	if err != nil {
		return err
	}
	return d.reshape(ctx, func(tx storage.Tx) error {
		now, err := tx.Users().Lock(ctx, u.ID)
		if err != nil {
			return err
		}
		if now.PasswordHash != u.PasswordHash { // it was changed meanwhile: the old one is wrong
			return ErrConflict
		}
		now.PasswordHash = hash
		return tx.Users().Update(ctx, now)
	})
}
