package helpdesk

import (
	"cmp"
	"context"
	"slices"

	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/user"
)

// FindUser returns the user with this username, in any letter case, or nil when there is
// none. It asks nobody's permission: authenticators need it.
func (d *Desk) FindUser(ctx context.Context, username string) (*user.User, error) {
	key := user.Key(username)
	u, err := cachedOr(d.cache, &d.cache.logins, key, d.cache.mark(), func() (u user.User, err error) {
		err = d.lookUp(ctx, func(tx *transaction) (err error) {
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
	p := ReadTickets
	if actor != nil && id == actor.ID {
		p = ReadOwnTickets
	}
	return view(ctx, d, actor, p, func(tx *transaction) (*user.User, error) { return tx.Users().Get(ctx, id) })
}

// UserQuery selects users and sorts them. The zero UserQuery selects all, by ascending id.
type UserQuery struct {
	user.Filter
	Order user.Order
}

// Users returns the users that the query selects.
func (d *Desk) Users(actor *user.User, q UserQuery) *List[*user.User] {
	l := listing[*user.User]{
		count: func(ctx context.Context, tx *transaction) (int, error) { return tx.Users().Count(ctx, q.Filter) },
		read: func(ctx context.Context, tx *transaction, p span) ([]*user.User, error) {
			return tx.Users().List(ctx, user.Query{Filter: q.Filter, Order: towards(p, q.Order), After: atName(p.after),
				Offset: p.offset, Limit: p.limit})
		},
		key:   func(u *user.User) position { return position{id: u.ID} },
		less:  inOrder(q.Order.Descending),
		order: orderName(cmp.Or(string(q.Order.By), string(user.ByID)), q.Order.Descending),
	}
	if q.Order.By == user.ByUsername {
		l.key = func(u *user.User) position { return position{text: u.Username, id: u.ID} }
	}
	return newList(d, actor, ReadTickets, l)
}

// CreateUser adds a user with a password. ID, PasswordHash, Created,
// EmailVerified and ExternalID are the desk's to set. From an actor who is no
// superuser the user is active and has no rights, whatever u says.
//
// An address from an actor who may not see every ticket is unverified until a
// superuser confirms it, since it opens the tickets that carry it.
func (d *Desk) CreateUser(ctx context.Context, actor *user.User, u *user.User, password string) (*user.User, error) {
	if err := required("a user", u); err != nil {
		return nil, err
	}
	// Hashing takes long, so what is wrong is found before, in another transaction.
	n, err := view(ctx, d, actor, ManageUsers, func(tx *transaction) (*user.User, error) {
		tx.found = problemsOf(ctx)
		n := d.newUser(actor, u)
		if err := validateUser(ctx, tx, n, problem.Error{}); err != nil {
			return nil, err
		}
		return n, validatePassword("password", password, n)
	})
	if err != nil {
		return nil, err
	}
	if n.PasswordHash, err = d.hash(ctx, actor, password); err != nil {
		return nil, err
	}
	return write(ctx, d, by(actor, ManageUsers), func(tx *transaction) (*user.User, error) {
		n.Created = tx.now
		if err := validateGrants(ctx, tx, n, problem.Error{}); err != nil { // a queue may have been deleted since
			return nil, err
		}
		return n, insertUser(ctx, tx, n)
	})
}

// newUser is a user as the actor may add one.
func (d *Desk) newUser(actor, u *user.User) *user.User {
	n := *u
	n.Trim()
	n.ID, n.ExternalID, n.Token = 0, nil, nil
	n.EmailVerified = n.Email != "" && d.vouches(actor)
	if d.Allow(actor, ManageRights) != nil {
		keepRights(&n, &user.User{Active: true})
	}
	n.Permissions, n.Queues = slices.Clone(n.Permissions), sortedIDs(n.Queues)
	return &n
}

// keepRights gives a user the rights of before.
func keepRights(u, before *user.User) {
	u.Active, u.Staff, u.Superuser = before.Active, before.Staff, before.Superuser
	u.Permissions, u.Queues = before.Permissions, before.Queues
}

// insertUser stores a new user with what is granted to them.
func insertUser(ctx context.Context, tx *transaction, u *user.User) error {
	if err := taken("username", tx.Users().Insert(ctx, u)); err != nil {
		return err
	}
	if len(u.Queues) > 0 {
		if err := tx.Users().Grant(ctx, u.ID, u.Queues); err != nil {
			return err
		}
	}
	tx.created(userObject(u), u)
	return nil
}

// validateUser adds what is wrong with a user to the problems, also a username that another
// user has, and returns them when there are any.
func validateUser(ctx context.Context, tx *transaction, u *user.User, problems problem.Error) error {
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
	return validateGrants(ctx, tx, u, problems)
}

// validateGrants adds what is wrong with the permissions and queues of a user to the
// problems, and returns them when there are any.
func validateGrants(ctx context.Context, tx *transaction, u *user.User, problems problem.Error) error {
	for _, p := range u.Permissions {
		if !p.Grantable() {
			problems.AddNew("permissions", problem.Problem{Reason: problem.NotChoice, Value: string(p)})
		}
	}
	if err := findQueues(ctx, tx, u.Queues, problems); err != nil {
		return err
	}
	return tx.invalid(problems)
}

// UpdateUser changes a user's names, e-mail address and rights. Change is as
// for UpdateTicket; ID, PasswordHash, Created and ExternalID are not its to set.
// An actor who is no superuser changes no superuser (ErrForbidden) and nobody's
// rights: these stay as they are. The last active superuser stays one
// (ErrLastSuperuser).
//
// A superuser sets EmailVerified. A new address is verified when it comes from
// a superuser or from somebody who may see every ticket, and otherwise unverified. A
// superuser who wants a new address to be unverified says so in a second update.
func (d *Desk) UpdateUser(ctx context.Context, actor *user.User, id int64, change func(*user.User) error) (*user.User, error) {
	return d.editUser(ctx, actor, id, func(tx *transaction, before, u *user.User) error {
		return d.changeUser(ctx, tx, before, u, change)
	})
}

// changeUser applies a change to a user, and writes what is granted.
func (d *Desk) changeUser(ctx context.Context, tx *transaction, before, u *user.User, change func(*user.User) error) error {
	if err := d.applyChange(ctx, tx, before, u, change); err != nil {
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

// applyChange applies a change to a user as far as the actor may make it, and
// returns what is wrong with the result.
func (d *Desk) applyChange(ctx context.Context, tx *transaction, before, u *user.User, change func(*user.User) error) error {
	problems, err := problemsOfChange(change(u))
	if err != nil {
		return err
	}
	u.Trim()
	u.ID, u.PasswordHash, u.Created = before.ID, before.PasswordHash, before.Created
	u.ExternalID, u.Token, u.Version = before.ExternalID, nil, before.Version
	u.Queues = sortedIDs(u.Queues)
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
	return validateUser(ctx, tx, u, problems)
}

// vouches reports whether an e-mail address that the actor gives to a user counts as
// verified. An address opens the tickets that carry it, so where staff do not see every
// ticket it must come from a superuser.
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
func (d *Desk) editUser(ctx context.Context, actor *user.User, id int64,
	change func(tx *transaction, before, after *user.User) error,
) (*user.User, error) {
	return write(ctx, d, by(actor, ManageUsers), func(tx *transaction) (*user.User, error) {
		before, err := d.lockUser(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		after := before.Clone()
		if err := change(tx, before, after); err != nil {
			return nil, err
		}
		return after, updateUser(ctx, tx, before, after)
	})
}

// updateUser writes an edited user, except for what is granted to them.
func updateUser(ctx context.Context, tx *transaction, before, after *user.User) error {
	if sameUser(before, after) {
		return nil
	}
	if err := taken("username", tx.Users().Update(ctx, before, after)); err != nil {
		return err
	}
	tx.updated(userObject(before), userObject(after), before, after)
	return nil
}

// sameUser reports whether an edit of a user has changed nothing.
func sameUser(a, b *user.User) bool {
	return a.Username == b.Username && a.PasswordHash == b.PasswordHash && a.Active == b.Active && sameProfile(a, b)
}

// sameProfile compares what a host says about a user, the username aside.
func sameProfile(a, b *user.User) bool {
	return a.FirstName == b.FirstName && a.LastName == b.LastName && a.Email == b.Email &&
		a.EmailVerified == b.EmailVerified && a.Staff == b.Staff && a.Superuser == b.Superuser &&
		slices.Equal(a.Permissions, b.Permissions) && slices.Equal(a.Queues, b.Queues)
}

// lockUser locks a user whom the actor, who manages users, may manage, and who meets the
// precondition.
func (d *Desk) lockUser(ctx context.Context, tx *transaction, id int64) (*user.User, error) {
	u, err := tx.Users().Lock(ctx, id)
	if err != nil {
		return nil, err
	}
	if u.Superuser {
		if err := d.Allow(tx.actor, ManageRights); err != nil {
			return nil, err
		}
	}
	return u, checkCurrent(ctx, u)
}

// DeleteUser removes a user, or returns ErrInUse for one who wrote or owns something:
// deactivate such a user instead. For superusers the rules of UpdateUser hold.
func (d *Desk) DeleteUser(ctx context.Context, actor *user.User, id int64) error {
	return d.write(ctx, by(actor, ManageUsers), func(tx *transaction) error {
		u, err := d.lockUser(ctx, tx, id)
		if err != nil {
			return err
		}
		if u.IsSuperuser() {
			if err := notLast(ctx, tx, id); err != nil {
				return err
			}
		}
		if err := inUse(tx.Users().Delete(ctx, id)); err != nil {
			return err
		}
		tx.deleted(userObject(u), u)
		return nil
	})
}

// hasSuperuser reports whether there is an active superuser.
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
