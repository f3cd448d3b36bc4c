package helpdesk

import (
	"context"
	"errors"
	"slices"

	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// FindUser returns the user with this username, letter case aside, and nil
// when there is none. It asks nobody's permission: authenticators need it.
func (d *Desk) FindUser(ctx context.Context, username string) (*user.User, error) {
	key := user.Key(username)
	u, err := cachedOr(d.cache, &d.cache.logins, key, d.cache.mark(), func() (u user.User, err error) {
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

// CreateUser adds a user with a password. ID, PasswordHash, Created,
// EmailVerified and ExternalID are the desk's to set. From an actor who is no
// superuser the user is active and has no rights, whatever u says.
//
// An address from an actor who may not see every ticket is unverified until a
// superuser confirms it, since it opens the tickets that carry it.
func (d *Desk) CreateUser(ctx context.Context, actor *user.User, u *user.User, password string) (*user.User, error) {
	// Hashing takes long: what is wrong is found before, outside the transaction.
	if err := d.CheckUser(ctx, actor, u); err != nil {
		return nil, err
	}
	n := d.newUser(actor, u)
	if err := checkPassword("password", password, n); err != nil {
		return nil, err
	}
	hash, err := d.hash(ctx, actor, password)
	if err != nil {
		return nil, err
	}
	n.PasswordHash, n.Created = hash, d.now()
	err = d.updateCached(ctx, actor, func(tx *transaction) error {
		if err := checkGrants(ctx, tx, n, problem.Error{}); err != nil { // a queue may have been deleted since
			return err
		}
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
	n.Trim()
	n.ID, n.ExternalID, n.Token = 0, nil, nil
	n.EmailVerified = n.Email != "" && d.vouches(actor)
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
// password aside, as a problem.Error, and writes nothing.
func (d *Desk) CheckUser(ctx context.Context, actor *user.User, u *user.User) error {
	if err := d.Allow(actor, ManageUsers); err != nil {
		return err
	}
	if err := required("a user", u); err != nil {
		return err
	}
	return d.view(ctx, func(tx *transaction) error {
		return checkUserRow(ctx, tx, d.newUser(actor, u), problem.Error{})
	})
}

// checkUserRow completes problems by what is wrong with a user, a username
// that another one has included, and returns them when there are any.
func checkUserRow(ctx context.Context, tx *transaction, u *user.User, problems problem.Error) error {
	problems.Merge(u.Check())
	if len(problems["username"]) == 0 {
		other, err := tx.Users().ByUsername(ctx, user.Key(u.Username))
		none, err := missing(err)
		if err != nil {
			return err
		}
		if !none && other.ID != u.ID {
			problems.Add("username", problem.Problem{Reason: problem.Taken})
		}
	}
	return checkGrants(ctx, tx, u, problems)
}

// checkGrants completes problems by what is wrong with what is granted to a
// user, and returns them when there are any.
func checkGrants(ctx context.Context, tx *transaction, u *user.User, problems problem.Error) error {
	for _, p := range u.Permissions {
		if !p.Grantable() {
			problems.AddNew("permissions", problem.Problem{Reason: problem.NotChoice, Value: string(p)})
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
		return problem.Error{field: {{Reason: problem.Taken}}}
	}
	return err
}

// checkQueues reports the first of the queues that does not exist.
func checkQueues(ctx context.Context, tx *transaction, ids []int64, problems problem.Error) error {
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
//
// A superuser sets EmailVerified. A new address is verified when it comes from
// a superuser or from somebody who may see every ticket, and else unverified. To
// leave a new address unverified, a superuser says so in a change of its own.
func (d *Desk) UpdateUser(ctx context.Context, actor *user.User, id int64, change func(*user.User) error) (*user.User, error) {
	return d.editUser(ctx, actor, id, func(tx *transaction, before, u *user.User) error {
		return d.changeUser(ctx, tx, before, u, change)
	})
}

// changeUser applies a change to a user, and writes what is granted.
func (d *Desk) changeUser(ctx context.Context, tx *transaction, before, u *user.User, change func(*user.User) error) error {
	if err := d.checkChange(ctx, tx, before, u, change); err != nil {
		return err
	}
	if !slices.Equal(u.Queues, before.Queues) {
		if err := tx.Users().Grant(ctx, u.ID, u.Queues); err != nil {
			return err
		}
	}
	if before.IsSuperuser() && !u.IsSuperuser() {
		return notLast(ctx, tx, u.ID)
	}
	return nil
}

// checkChange applies a change to a user as far as the actor may make it, and
// returns what is wrong with the result.
func (d *Desk) checkChange(ctx context.Context, tx *transaction, before, u *user.User, change func(*user.User) error) error {
	problems, err := findings(change(u))
	if err != nil {
		return err
	}
	u.Trim()
	u.ID, u.PasswordHash, u.Created, u.ExternalID, u.Token = before.ID, before.PasswordHash, before.Created, before.ExternalID, nil
	u.Queues = ordered(u.Queues)
	superuser := d.Allow(tx.actor, ManageRights) == nil
	if !superuser {
		keepRights(u, before)
	}
	switch said := superuser && u.EmailVerified != before.EmailVerified; {
	case said:
	case u.Email != before.Email:
		u.EmailVerified = d.vouches(tx.actor)
	default:
		u.EmailVerified = before.EmailVerified
	}
	u.EmailVerified = u.EmailVerified && u.Email != ""
	return checkUserRow(ctx, tx, u, problems)
}

// vouches reports whether an address that the actor gives to a user is taken to
// be the user's. It opens the tickets that carry it, so it must come from a
// superuser where staff do not see every ticket.
func (d *Desk) vouches(actor *user.User) bool {
	return d.Allow(actor, ManageRights) == nil || d.seesAll(actor)
}

// seesAll reports whether the actor may see every ticket as a member of staff
// who is no superuser: whoever acts through a superuser's token counts as one.
func (d *Desk) seesAll(actor *user.User) bool {
	staff := *actor
	staff.Superuser = false
	staff.Staff = actor.Staff || actor.Superuser
	return d.policy.Reach(&staff).All
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
