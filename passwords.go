package helpdesk

import (
	"context"
	"unicode/utf8"

	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/user"
)

// Passwords is what hashes and verifies this desk's passwords.
func (d *Desk) Passwords() *user.Hasher { return d.hasher }

// maxTyped bounds, in bytes, the username that is looked up for a login. It is
// above the longest spelling that can have the Key of a valid username.
const maxTyped = 16 << 10

// Login returns the active user with this username, letter case aside, and this
// password, and nil when there is none: an unknown user, an inactive one and a wrong
// password take the same time, as long as the stored hashes have the parameters of
// Config.Hasher. It asks nobody's permission: authenticators need it.
//
// Wrong passwords are counted, those that ChangePassword checks included, and when
// they are too many the error is *user.Throttled and no hash is computed. A user at
// an address (IPv6: a /64) where the password was right within 30 days has 20 wrong
// ones and one more each 5 seconds, whatever happens elsewhere. All other addresses
// together have as many for a username. Each of them has 50 for all usernames, and
// one more each 2 seconds; a /48 of IPv6 has 200, and two a second. What is known
// of addresses is kept in the store, for the 16 latest of a user; the counts are
// kept in memory, for 8,192 of each kind, and are this process's own.
//
// As a password hash is made to be slow, credentials that were right are remembered
// for five minutes, 4,096 of them at most, as a digest under a key that this process
// alone has. They are right for the address alone, and need not pass the throttle
// until 100 other passwords for the user were throttled there, or guesses would be
// free. The digest covers the stored hash: a deactivation and a new password count
// at once, or after Config.Remember where another process wrote them. Equal
// credentials that arrive at the same time are verified once.
//
// The error is user.ErrBusy when too many passwords wait to be hashed. A stored hash
// that cannot be read is an error too, as it cannot be told who it is.
func (d *Desk) Login(ctx context.Context, c user.Credentials) (*user.User, error) {
	// Nobody has such a name or password, so how fast they are refused tells nothing.
	if len(c.Username) > maxTyped || utf8.RuneCountInString(c.Password) > user.MaxPassword {
		return nil, nil
	}
	u, err := d.FindUser(ctx, c.Username)
	if err != nil {
		return nil, err
	}
	id, hash := int64(0), ""
	if u != nil {
		id = u.ID
	}
	// No hash is one that no password fits, at the price of any other. An
	// inactive user gets none, lest a remembered password answer faster.
	if u != nil && u.Active {
		hash = u.PasswordHash
	}
	ok, err := d.verify(ctx, guess{
		login: true, userID: id, account: user.Key(c.Username), hash: hash, password: c.Password, address: c.Address,
	})
	if !ok || err != nil {
		return nil, err
	}
	return u, nil
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
func (d *Desk) UpdateUserAndPassword(ctx context.Context, actor *user.User, id int64, change func(*user.User) error,
	password string,
) (*user.User, error) {
	if err := d.Allow(actor, ManageUsers); err != nil {
		return nil, err
	}
	// Hashing takes long, so what is wrong is found before, in another transaction.
	err := d.snapshot(ctx, func(tx *transaction) error {
		tx.actor = actor
		u, err := tx.Users().Get(ctx, id)
		if err != nil {
			return err
		}
		if err := d.allowNewPassword(actor, u); err != nil {
			return err
		}
		after := u.Clone()
		if err := d.applyChange(ctx, tx, u, after, change); err != nil {
			return err
		}
		return validatePassword("password", password, after)
	})
	if err != nil {
		return nil, err
	}
	hash, err := d.hash(ctx, actor, password)
	if err != nil {
		return nil, err
	}
	return d.editUser(ctx, actor, id, func(tx *transaction, before, u *user.User) error {
		if err := d.allowNewPassword(actor, before); err != nil {
			return err
		}
		if err := d.changeUser(ctx, tx, before, u, change); err != nil {
			return err
		}
		if err := validatePassword("password", password, u); err != nil {
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
// What is wrong is a problem.Error of old_password or new_password. The address
// is that of user.Credentials: wrong old passwords count as those of Login do, and
// the errors are the same.
func (d *Desk) ChangePassword(ctx context.Context, actor *user.User, old, password, address string) error {
	if err := d.Allow(actor, ManageAccount); err != nil {
		return err
	}
	u, err := d.User(ctx, actor, actor.ID)
	if err != nil {
		return err
	}
	wrong := problem.Error{"old_password": {{Reason: problem.WrongPassword}}}
	if utf8.RuneCountInString(old) > user.MaxPassword {
		return wrong // nobody has such a password
	}
	fits, err := d.verify(ctx, guess{userID: u.ID, account: user.Key(u.Username), hash: u.PasswordHash, password: old, address: address})
	if err != nil {
		return err
	}
	if !fits {
		return wrong
	}
	if err := validatePassword("new_password", password, u); err != nil {
		return err
	}
	hash, err := d.hash(ctx, actor, password)
	if err != nil {
		return err
	}
	return d.write(ctx, by(actor, ManageAccount), func(tx *transaction) error {
		before, err := tx.Users().Lock(ctx, u.ID)
		if err != nil {
			return err
		}
		if before.PasswordHash != u.PasswordHash { // another request has changed it meanwhile
			return wrong
		}
		after := before.Clone()
		after.PasswordHash = hash
		return updateUser(ctx, tx, before, after)
	})
}
