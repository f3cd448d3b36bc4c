package helpdesk

import (
	"context"
	"unicode/utf8"

	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/user"
)

// Passwords is what hashes and verifies this desk's passwords.
func (d *Desk) Passwords() *user.Hasher { return d.hasher }

// maxTyped is how long a username may be, in bytes, to be looked up for a login. No
// spelling of a valid username is longer.
const maxTyped = 16 << 10

// Login returns the active user with this username, in any letter case, and this
// password, or nil when there is none. An unknown user, an inactive one and a wrong
// password take the same time, as long as the stored hashes have the parameters of
// Config.Hasher. It asks nobody's permission: authenticators need it.
//
// Wrong passwords are counted, also those given to ChangePassword. When there are too
// many, the error is *user.Throttled and no hash is computed. The limits are:
//
//   - A user at an address where the password was right within 30 days: 20, and one more
//     each 5 seconds, whatever happens elsewhere. An address of IPv6 counts as its /64.
//   - A username at all other addresses together: the same.
//   - Each of these other addresses, for all usernames: 50, and one more each 2 seconds;
//     a /48 of IPv6: 200, and two more a second.
//
// The store keeps the 16 latest addresses of each user. The counts are kept in memory, for
// 8,192 of each kind, so each process counts for itself.
//
// Hashing is slow on purpose, so credentials that were right are cached for five minutes,
// 4,096 of them at most, as a digest with a key that only this process has. They are cached
// for one address, and pass without the throttle until 100 other passwords for the user
// were throttled there. The digest covers the stored hash: a deactivation or a new password
// counts at once, or after Config.CacheTTL when another process wrote it. Equal credentials
// that arrive at the same time are verified once.
//
// The error is user.ErrBusy when too many passwords wait to be hashed. A stored hash that
// cannot be parsed is an error, too.
func (d *Desk) Login(ctx context.Context, c user.Credentials) (*user.User, error) {
	// Nobody has such a name or password, so it tells nothing how fast they are refused.
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
	// An empty hash fits no password, and takes as long to verify as any other. An
	// inactive user gets one too, or a cached password would be refused faster.
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

// SetPassword gives a user a new password, exactly as it is given. The actor must manage
// users, and be a superuser where the user is staff or where staff do not see every ticket.
// A user of the host's has no password, and nobody sets one through a token. Otherwise the
// error is ErrForbidden.
func (d *Desk) SetPassword(ctx context.Context, actor *user.User, id int64, password string) error {
	_, err := d.UpdateUserAndPassword(ctx, actor, id, func(*user.User) error { return nil }, password)
	return err
}

// UpdateUserAndPassword is UpdateUser and SetPassword in one transaction. What is wrong
// with the password is a problem of the field password. It is validated when everything
// else is valid.
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
		if err := checkCurrent(ctx, u); err != nil {
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

// allowNewPassword returns ErrForbidden when an actor who manages users may not give this
// user a password. Whoever knows the password has the user's rights. So it must not give
// the rights of a colleague, open tickets that the actor may not see, or outlive the
// actor's token.
func (d *Desk) allowNewPassword(actor, u *user.User) error {
	if u.ExternalID != nil {
		return ErrForbidden
	}
	if u.Staff || u.Superuser || actor.Token != nil || !d.seesAll(actor) {
		return d.Allow(actor, ManageRights)
	}
	return nil
}

// ChangePassword gives the actor a new password in exchange for the old one. What is wrong
// is a problem.Error of the fields old_password and new_password. The address is that of
// user.Credentials: wrong old passwords count like those given to Login, and the errors
// are the same.
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
