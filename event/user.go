package event

import (
	"reflect"
	"slices"
	"time"

	"github.com/go-helpdesk/helpdesk/user"
)

// UserData is the Data of "user.created" and "user.deleted".
type UserData struct {
	Username      Text              `json:"username"`
	FirstName     Text              `json:"first_name,omitzero"`
	LastName      Text              `json:"last_name,omitzero"`
	Email         Text              `json:"email,omitzero"`
	EmailVerified bool              `json:"email_verified,omitzero"`
	Active        bool              `json:"active,omitzero"`
	Staff         bool              `json:"staff,omitzero"`
	Superuser     bool              `json:"superuser,omitzero"`
	Permissions   []user.Permission `json:"permissions,omitempty"`
	Queues        IDs               `json:"queues,omitzero"` // those granted to the user alone
}

// UserUpdate is the Data of "user.updated". What has not changed is nil. Nothing in it
// tells of a password.
type UserUpdate struct {
	Username      *Change[Text]              `json:"username,omitzero"`
	FirstName     *Change[Text]              `json:"first_name,omitzero"`
	LastName      *Change[Text]              `json:"last_name,omitzero"`
	Email         *Change[Text]              `json:"email,omitzero"`
	EmailVerified *Change[bool]              `json:"email_verified,omitzero"`
	Active        *Change[bool]              `json:"active,omitzero"`
	Staff         *Change[bool]              `json:"staff,omitzero"`
	Superuser     *Change[bool]              `json:"superuser,omitzero"`
	Permissions   *Change[[]user.Permission] `json:"permissions,omitzero"`
	QueuesAdded   IDs                        `json:"queues_added,omitzero"`
	QueuesRemoved IDs                        `json:"queues_removed,omitzero"`
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
	Name   Text `json:"name"`
	Users  IDs  `json:"users,omitzero"`
	Queues IDs  `json:"queues,omitzero"`
}

// GroupUpdate is the Data of "group.updated". What has not changed is nil or empty.
type GroupUpdate struct {
	Name          *Change[Text] `json:"name,omitzero"`
	UsersAdded    IDs           `json:"users_added,omitzero"`
	UsersRemoved  IDs           `json:"users_removed,omitzero"`
	QueuesAdded   IDs           `json:"queues_added,omitzero"`
	QueuesRemoved IDs           `json:"queues_removed,omitzero"`
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
	UserID   int64      `json:"user"`
	Name     Text       `json:"name"`
	ReadOnly bool       `json:"read_only,omitzero"`
	Created  time.Time  `json:"created"`
	Expires  *time.Time `json:"expires,omitzero"`
}

func tokenData(l limit, t *user.Token) *TokenData {
	return &TokenData{t.UserID, l.text(t.Name), t.ReadOnly, t.Created, t.Expires}
}
