package helpdesk

import (
	"context"
	"errors"

	"github.com/go-helpdesk/helpdesk/internal/validate"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/user"
)

// FindUser returns the user with this username, letter case aside, and nil
// when there is none. It asks nobody's permission: authenticators need it.
func (d *Desk) FindUser(ctx context.Context, username string) (*user.User, error) {
	var u *user.User
	err := d.store.View(ctx, func(tx storage.Tx) (err error) {
		u, err = tx.Users().ByUsername(ctx, user.Key(username))
		return err
	})
	if none, err := missing(err); none || err != nil {
		return nil, err
	}
	return u, nil
}

// Passwords is what hashes and verifies this desk's passwords.
func (d *Desk) Passwords() *user.Hasher { return d.hasher }

// User returns a user; the actor must be staff, or ask for themselves.
func (d *Desk) User(ctx context.Context, actor *user.User, id int64) (*user.User, error) {
	if err := d.Allow(actor, ReadOwnTickets); err != nil {
		return nil, err
	}
	if id != actor.ID {
		if err := d.Allow(actor, WorkOnTickets); err != nil {
			return nil, err
		}
	}
	var u *user.User
	err := d.store.View(ctx, func(tx storage.Tx) (err error) {
		u, err = tx.Users().Get(ctx, id)
		return err
	})
	return u, err
}

// Users calls use with all users, by ascending id.
func (d *Desk) Users(ctx context.Context, actor *user.User, use func(*List[*user.User]) error) error {
	if err := d.Allow(actor, WorkOnTickets); err != nil {
		return err
	}
	return d.store.View(ctx, func(tx storage.Tx) error {
		count, err := tx.Users().Count(ctx)
		if err != nil {
			return err
		}
		return use(&List[*user.User]{count, func(last *user.User, offset, limit int) ([]*user.User, error) {
			q := user.Query{Offset: offset, Limit: limit}
			if last != nil {
				q.After = last.ID
			}
			return tx.Users().List(ctx, q)
		}})
	})
}

// CreateUser adds a user with a password. ID, PasswordHash and Created are the
// desk's to set.
func (d *Desk) CreateUser(ctx context.Context, actor *user.User, u *user.User, password string) (*user.User, error) {
	if err := d.Allow(actor, ManageUsers); err != nil {
		return nil, err
	}
	// Hashing takes long: what is wrong is found before, outside the transaction.
	if err := d.CheckUser(ctx, actor, u); err != nil {
		return nil, err
	}
	if err := checkPassword(password, u); err != nil {
		return nil, err
	}
	hash, err := d.hasher.Hash(ctx, password)
	if err != nil {
		return nil, err
	}
	var created *user.User
	err = d.store.Update(ctx, func(tx storage.Tx) error {
		n := *u
		n.ID, n.PasswordHash, n.Created = 0, hash, d.now()
		created = &n
		return taken("username", tx.Users().Insert(ctx, &n))
	})
	if err != nil {
		return nil, err
	}
	return created, nil
}

// CheckUser returns what CreateUser would find wrong with the user, the
// password aside, as a ValidationError, and writes nothing.
func (d *Desk) CheckUser(ctx context.Context, actor *user.User, u *user.User) error {
	if err := d.Allow(actor, ManageUsers); err != nil {
		return err
	}
	return d.store.View(ctx, func(tx storage.Tx) error {
		return checkUserRow(ctx, tx, u, validate.Error{})
	})
}

func checkPassword(password string, u *user.User) error {
	problems := validate.Error{}
	problems.Add("password", user.CheckPassword(password, u)...)
	return problems.Err()
}

// checkUserRow completes problems by what is wrong with a user, a username
// that another one has included, and returns them when there are any.
func checkUserRow(ctx context.Context, tx storage.Tx, u *user.User, problems validate.Error) error {
	problems.Merge(u.Check())
	if len(problems["username"]) == 0 {
		other, err := tx.Users().ByUsername(ctx, user.Key(u.Username))
		none, err := missing(err)
		if err != nil {
			return err
		}
		if !none && other.ID != u.ID {
			problems.Add("username", validate.Problem{Reason: validate.Taken})
		}
	}
	return problems.Err()
}

// taken turns a duplicate into what a client is told.
func taken(field string, err error) error {
	if errors.Is(err, storage.ErrDuplicate) {
		return validate.Error{field: {{Reason: validate.Taken}}}
	}
	return err
}

// UpdateUser changes a user's names, e-mail address and rights. Change is as
// for UpdateTicket; ID, PasswordHash and Created are not its to set.
func (d *Desk) UpdateUser(ctx context.Context, actor *user.User, id int64, change func(*user.User) error) (*user.User, error) {
	if err := d.Allow(actor, ManageUsers); err != nil {
		return nil, err
	}
	return d.editUser(ctx, id, func(tx storage.Tx, u *user.User) error {
		before := *u
		problems, err := findings(change(u))
		if err != nil {
			return err
		}
		u.ID, u.PasswordHash, u.Created = before.ID, before.PasswordHash, before.Created
		return checkUserRow(ctx, tx, u, problems)
	})
}

// SetPassword gives a user a new password.
func (d *Desk) SetPassword(ctx context.Context, actor *user.User, id int64, password string) error {
	if err := d.Allow(actor, ManageUsers); err != nil {
		return err
	}
	u, err := d.User(ctx, actor, id)
	if err != nil {
		return err
	}
	if err := checkPassword(password, u); err != nil {
		return err
	}
	hash, err := d.hasher.Hash(ctx, password)
	if err != nil {
		return err
	}
	_, err = d.editUser(ctx, id, func(_ storage.Tx, u *user.User) error {
		u.PasswordHash = hash
		return nil
	})
	return err
}

// editUser writes what change makes of a user.
func (d *Desk) editUser(ctx context.Context, id int64, change func(storage.Tx, *user.User) error) (*user.User, error) {
	var edited *user.User
	err := d.store.Update(ctx, func(tx storage.Tx) error {
		u, err := tx.Users().Get(ctx, id)
		if err != nil {
			return err
		}
		if err := change(tx, u); err != nil {
			return err
		}
		edited = u
		return taken("username", tx.Users().Update(ctx, u))
	})
	if err != nil {
		return nil, err
	}
	return edited, nil
}

// DeleteUser removes a user, or returns ErrInUse for one who wrote or owns
// something: deactivate such a user instead.
func (d *Desk) DeleteUser(ctx context.Context, actor *user.User, id int64) error {
	if err := d.Allow(actor, ManageUsers); err != nil {
		return err
	}
	return d.store.Update(ctx, func(tx storage.Tx) error {
		return inUse(tx.Users().Delete(ctx, id))
	})
}

// inUse turns a reference that stands in a deletion's way into ErrInUse.
func inUse(err error) error {
	if errors.Is(err, storage.ErrReferenced) {
		return ErrInUse
	}
	return err
}
