package event

import (
	"reflect"
	"slices"
	"time"

	"github.com/go-helpdesk/helpdesk/user"
)

// UserData is the Data of "user.created" and "user.deleted".
type UserData struct {
	Username      Text
	FirstName     Text
	LastName      Text
	Email         Text
	EmailVerified bool
	Active        bool
	Staff         bool
	Superuser     bool
	Permissions   []user.Permission
	Queues        IDs // those granted to the user alone
}

func (d *UserData) code(c *coder) {
	text(c, &d.Username)
	text(c, &d.FirstName)
	text(c, &d.LastName)
	text(c, &d.Email)
	boolean(c, &d.EmailVerified)
	boolean(c, &d.Active)
	boolean(c, &d.Staff)
	boolean(c, &d.Superuser)
	words(c, &d.Permissions)
	ids(c, &d.Queues)
}

// UserUpdate is the Data of "user.updated". What has not changed is nil. Nothing in it
// tells of a password.
type UserUpdate struct {
	Username      *Change[Text]
	FirstName     *Change[Text]
	LastName      *Change[Text]
	Email         *Change[Text]
	EmailVerified *Change[bool]
	Active        *Change[bool]
	Staff         *Change[bool]
	Superuser     *Change[bool]
	Permissions   *Change[[]user.Permission]
	QueuesAdded   IDs
	QueuesRemoved IDs
}

func (u *UserUpdate) code(c *coder) {
	change(c, &u.Username, text)
	change(c, &u.FirstName, text)
	change(c, &u.LastName, text)
	change(c, &u.Email, text)
	change(c, &u.EmailVerified, boolean)
	change(c, &u.Active, boolean)
	change(c, &u.Staff, boolean)
	change(c, &u.Superuser, boolean)
	change(c, &u.Permissions, words)
	ids(c, &u.QueuesAdded)
	ids(c, &u.QueuesRemoved)
}

func userData(l limit, u *user.User) *UserData {
	return &UserData{l.text(u.Username), l.text(u.FirstName), l.text(u.LastName), l.text(u.Email), u.EmailVerified, u.Active, u.Staff,
		u.Superuser, u.Permissions, l.ids(u.Queues)}
}

func userUpdate(l limit, before, after *user.User) *UserUpdate {
	u := &UserUpdate{
		Username: l.change(before.Username, after.Username), FirstName: l.change(before.FirstName, after.FirstName),
		LastName: l.change(before.LastName, after.LastName), Email: l.change(before.Email, after.Email),
		EmailVerified: changeOf(before.EmailVerified, after.EmailVerified), Active: changeOf(before.Active, after.Active),
		Staff: changeOf(before.Staff, after.Staff), Superuser: changeOf(before.Superuser, after.Superuser),
		QueuesAdded: l.missing(after.Queues, before.Queues), QueuesRemoved: l.missing(before.Queues, after.Queues),
	}
	if !slices.Equal(before.Permissions, after.Permissions) {
		u.Permissions = &Change[[]user.Permission]{before.Permissions, after.Permissions}
	}
	return u
}

// Empty reports whether the update shows nothing, as that of a new password does.
func (u *UserUpdate) Empty() bool { return reflect.ValueOf(u).Elem().IsZero() }

// GroupData is the Data of "group.created" and "group.deleted".
type GroupData struct {
	Name   Text
	Users  IDs
	Queues IDs
}

func (d *GroupData) code(c *coder) {
	text(c, &d.Name)
	ids(c, &d.Users)
	ids(c, &d.Queues)
}

// GroupUpdate is the Data of "group.updated". What has not changed is nil or empty.
type GroupUpdate struct {
	Name          *Change[Text]
	UsersAdded    IDs
	UsersRemoved  IDs
	QueuesAdded   IDs
	QueuesRemoved IDs
}

func (u *GroupUpdate) code(c *coder) {
	change(c, &u.Name, text)
	ids(c, &u.UsersAdded)
	ids(c, &u.UsersRemoved)
	ids(c, &u.QueuesAdded)
	ids(c, &u.QueuesRemoved)
}

func groupData(l limit, g *user.Group) *GroupData {
	return &GroupData{l.text(g.Name), l.ids(g.Users), l.ids(g.Queues)}
}

func groupUpdate(l limit, before, after *user.Group) *GroupUpdate {
	return &GroupUpdate{l.change(before.Name, after.Name), l.missing(after.Users, before.Users), l.missing(before.Users, after.Users),
		l.missing(after.Queues, before.Queues), l.missing(before.Queues, after.Queues)}
}

// TokenData is the Data of "token.created" and "token.deleted". It has nothing of the
// secret.
type TokenData struct {
	UserID   int64
	Name     Text
	ReadOnly bool
	Created  time.Time
	Expires  *time.Time
}

func (d *TokenData) code(c *coder) {
	integer(c, &d.UserID)
	text(c, &d.Name)
	boolean(c, &d.ReadOnly)
	instant(c, &d.Created)
	null(c, &d.Expires, instant)
}

func tokenData(l limit, t *user.Token) *TokenData {
	return &TokenData{t.UserID, l.text(t.Name), t.ReadOnly, t.Created, t.Expires}
}
