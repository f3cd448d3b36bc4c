package helpdesk

import (
	"context"
	"errors"
	"slices"

	"github.com/go-helpdesk/helpdesk/internal/validate"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// FindUser returns the user with this username, letter case aside, and nil
// when there is none. It asks nobody's permission: authenticators need it.
func (d *Desk) FindUser(ctx context.Context, username string) (*user.User, error) {
	key := user.Key(username)
	u, err := cachedOr(d.cache, &d.cache.logins, key, d.cache.now(), func() (u user.User, err error) {
		err = d.glance(ctx, func(tx *transaction) (err error) {
			u, err = deref(tx.Users().ByUsername(ctx, key))
			return err
		})
		return u, err
	})
	if none, err := missing(err); none || err != nil {
		return nil, err
	}
	return u.Clone(), nil
}

// Passwords is what hashes and verifies this desk's passwords.
func (d *Desk) Passwords() *user.Hasher { return d.hasher }

// User returns a user; the actor must be staff, or ask for themselves.
func (d *Desk) User(ctx context.Context, actor *user.User, id int64) (*user.User, error) {
	if err := d.Allow(actor, ReadOwnTickets); err != nil {
		return nil, err
	}
	if id != actor.ID {
		if err := d.Allow(actor, ReadTickets); err != nil {
			return nil, err
		}
	}
	var u *user.User
	err := d.view(ctx, func(tx *transaction) (err error) {
		u, err = tx.Users().Get(ctx, id)
		return err
	})
	return u, err
}

// Users returns all users, by ascending id.
func (d *Desk) Users(actor *user.User) *List[*user.User] {
	return newList(d, actor, ReadTickets, listing[*user.User]{
		count: func(ctx context.Context, tx *transaction) (int, error) { return tx.Users().Count(ctx) },
		read: func(ctx context.Context, tx *transaction, p span) ([]*user.User, error) {
			return tx.Users().List(ctx, user.Query{After: p.after.id, Offset: p.offset, Limit: p.limit})
		},
		key: func(u *user.User) position { return position{id: u.ID} },
	})
}

// CreateUser adds a user with a password. ID, PasswordHash, Created and
// ExternalID are the desk's to set. From an actor who is no superuser the user
// is active and has no rights, whatever u says.
func (d *Desk) CreateUser(ctx context.Context, actor *user.User, u *user.User, password string) (*user.User, error) {
	// Hashing takes long: what is wrong is found before, outside the transaction.
	if err := d.CheckUser(ctx, actor, u); err != nil {
		return nil, err
	}
	n := d.newUser(actor, u)
	if err := checkPassword("password", password, n); err != nil {
		return nil, err
	}
	hash, err := d.hasher.Hash(ctx, password)
	if err != nil {
		return nil, err
	}
	n.PasswordHash, n.Created = hash, d.now()
	err = d.updateCached(ctx, actor, func(tx *transaction) error {
		if err := taken("username", tx.Users().Insert(ctx, n)); err != nil {
			return err
		}
		return grant(ctx, tx, n)
	})
	if err != nil {
		return nil, err
	}
	return n, nil
}

// newUser is a user as the actor may add one.
func (d *Desk) newUser(actor, u *user.User) *user.User {
	n := *u
	n.ID, n.ExternalID, n.EmailUnverified, n.Token = 0, nil, false, nil
	n.Queues = ordered(n.Queues)
	if d.Allow(actor, ManageRights) != nil {
		keepRights(&n, &user.User{Active: true})
	}
	n.Permissions, n.Queues = slices.Clone(n.Permissions), ordered(n.Queues)
	return &n
}

// keepRights leaves a user with the rights of before.
func keepRights(u, before *user.User) {
	u.Active, u.Staff, u.Superuser = before.Active, before.Staff, before.Superuser
	u.Permissions, u.Queues = before.Permissions, before.Queues
}

// grant writes what was granted to a new user.
func grant(ctx context.Context, tx *transaction, u *user.User) error {
	if len(u.Queues) == 0 {
		return nil
	}
	return tx.Users().Grant(ctx, u.ID, u.Queues)
}

// CheckUser returns what CreateUser would find wrong with the user, the
// password aside, as a ValidationError, and writes nothing.
func (d *Desk) CheckUser(ctx context.Context, actor *user.User, u *user.User) error {
	if err := d.Allow(actor, ManageUsers); err != nil {
		return err
	}
	return d.view(ctx, func(tx *transaction) error {
		return checkUserRow(ctx, tx, d.newUser(actor, u), validate.Error{})
	})
}

func checkPassword(field, password string, u *user.User) error {
	problems := validate.Error{}
	problems.Add(field, user.CheckPassword(password, u)...)
	return problems.Err()
}

// checkUserRow completes problems by what is wrong with a user, a username
// that another one has included, and returns them when there are any.
func checkUserRow(ctx context.Context, tx *transaction, u *user.User, problems validate.Error) error {
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
	return checkGrants(ctx, tx, u, problems)
}

// checkGrants completes problems by what is wrong with what is granted to a
// user, and returns them when there are any.
func checkGrants(ctx context.Context, tx *transaction, u *user.User, problems validate.Error) error {
	for _, p := range u.Permissions {
		if !p.Grantable() {
			problems.AddNew("permissions", validate.Problem{Reason: validate.NotChoice, Value: string(p)})
		}
	}
	if err := checkQueues(ctx, tx, u.Queues, problems); err != nil {
		return err
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

// checkQueues reports the first of the queues that does not exist.
func checkQueues(ctx context.Context, tx *transaction, ids []int64, problems validate.Error) error {
	if len(ids) == 0 {
		return nil
	}
	found, err := tx.Queues().List(ctx, ticket.QueueQuery{IDs: ids, Limit: len(ids)})
	for _, id := range ids {
		if !slices.ContainsFunc(found, func(q *ticket.Queue) bool { return q.ID == id }) {
			problems.AddNew("queues", noObject(id))
		}
	}
	return err
}

// UpdateUser changes a user's names, e-mail address and rights. Change is as
// for UpdateTicket; ID, PasswordHash, Created and ExternalID are not its to set.
// An actor who is no superuser changes no superuser (ErrForbidden) and nobody's
// rights: these stay as they are. The last active superuser stays one
// (ErrLastSuperuser).
func (d *Desk) UpdateUser(ctx context.Context, actor *user.User, id int64, change func(*user.User) error) (*user.User, error) {
	return d.editUser(ctx, actor, id, func(tx *transaction, before, u *user.User) error {
		problems, err := findings(change(u))
		if err != nil {
			return err
		}
		u.ID, u.PasswordHash, u.Created, u.ExternalID, u.Token = before.ID, before.PasswordHash, before.Created, before.ExternalID, nil
		u.Queues = ordered(u.Queues)
		if d.Allow(actor, ManageRights) != nil {
			keepRights(u, before)
		}
		u.Queues = ordered(u.Queues)
		if u.Email != before.Email {
			u.EmailUnverified = false // somebody who manages users says so
		}
		if err := checkUserRow(ctx, tx, u, problems); err != nil {
			return err
		}
		if !slices.Equal(u.Queues, before.Queues) {
			if err := tx.Users().Grant(ctx, id, u.Queues); err != nil {
				return err
			}
		}
		if before.IsSuperuser() && !u.IsSuperuser() {
			return notLast(ctx, tx, id)
		}
		return nil
	})
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

// SetPassword gives a user a new password; one of staff gets it from a superuser
// only, and nobody through a token. A user of the host's has none.
func (d *Desk) SetPassword(ctx context.Context, actor *user.User, id int64, password string) error {
	if err := d.Allow(actor, ManageUsers); err != nil {
		return err
	}
	u, err := d.User(ctx, actor, id)
	if err != nil {
		return err
	}
	if err := checkPassword("password", password, u); err != nil {
		return err
	}
	hash, err := d.hasher.Hash(ctx, password)
	if err != nil {
		return err
	}
	_, err = d.editUser(ctx, actor, id, func(_ *transaction, _, u *user.User) error {
		if u.ExternalID != nil {
			return ErrForbidden
		}
		// Or one could act with the rights of a colleague, or make a token last.
		if u.Staff || actor.Token != nil {
			if err := d.Allow(actor, ManageRights); err != nil {
				return err
			}
		}
		u.PasswordHash = hash
		return nil
	})
	return err
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
	hash, err := d.hasher.Hash(ctx, password)
	if err != nil {
		return err
	}
	return d.writeCached(ctx, actor, ManageAccount, func(tx *transaction) error {
		before, err := tx.Users().Lock(ctx, u.ID)
		if err != nil {
			return err
		}
		if before.PasswordHash != u.PasswordHash { // another request has changed it meanwhile
			return validate.Error{"old_password": {{Reason: validate.WrongPassword}}}
		}
		after := *before
		after.PasswordHash = hash
		return tx.Users().Update(ctx, before, &after)
	})
}

// editUser writes what change makes of a user.
func (d *Desk) editUser(ctx context.Context, actor *user.User, id int64, change func(tx *transaction, before, after *user.User) error) (*user.User, error) {
	var edited *user.User
	err := d.writeCached(ctx, actor, ManageUsers, func(tx *transaction) error {
		before, err := d.lockUser(ctx, tx, id)
		if err != nil {
			return err
		}
		edited = before.Clone()
		if err := change(tx, before, edited); err != nil {
			return err
		}
		return taken("username", tx.Users().Update(ctx, before, edited))
	})
	if err != nil {
		return nil, err
	}
	return edited, nil
}

// lockUser locks a user whom the actor, who manages users, may manage.
func (d *Desk) lockUser(ctx context.Context, tx *transaction, id int64) (*user.User, error) {
	u, err := tx.Users().Lock(ctx, id)
	if err != nil {
		return nil, err
	}
	if u.Superuser {
		err = d.Allow(tx.actor, ManageRights)
	}
	return u, err
}

// DeleteUser removes a user, or returns ErrInUse for one who wrote or owns
// something: deactivate such a user instead. Of superusers it is as with
// UpdateUser.
func (d *Desk) DeleteUser(ctx context.Context, actor *user.User, id int64) error {
	return d.writeCached(ctx, actor, ManageUsers, func(tx *transaction) error {
		u, err := d.lockUser(ctx, tx, id)
		if err != nil {
			return err
		}
		if u.IsSuperuser() {
			if err := notLast(ctx, tx, id); err != nil {
				return err
			}
		}
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
