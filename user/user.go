package user

import (
	"slices"
	"time"
)

// User is an account: staff who work on tickets, and people who submit them.
// The zero value is an inactive user without rights.
type User struct {
	ID           int64
	Username     string // as typed; compared by Key
	FirstName    string
	LastName     string
	Email        string // "" when unknown: it then matches nobody's tickets
	Active       bool   // may log in and be assigned new tickets
	Staff        bool   // may work on tickets
	Superuser    bool   // may do everything; counts as staff
	PasswordHash string `json:"-"` // as Hasher.Hash encodes it; "" accepts no password
	Created      time.Time

	// EmailVerified says that the address is known to be the user's. Otherwise it
	// matches nobody's tickets.
	EmailVerified bool

	// ExternalID is what the host calls a user that is the host's: nobody logs in
	// to one with a password.
	ExternalID *string

	// Permissions and Queues, by id, are granted to the user, beside what the
	// user's groups have. They mean something for staff only.
	Permissions []Permission
	Queues      []int64

	// Token is what the user acts through, nil for none. It is not kept.
	Token *Token `json:"-"`
}

// Clone is a copy that shares nothing with u, its Token aside.
func (u *User) Clone() *User {
	c := *u
	c.Permissions, c.Queues = slices.Clone(u.Permissions), slices.Clone(u.Queues)
	return &c
}

// FullName is first and last name, "" when both are empty.
func (u *User) FullName() string {
	switch {
	case u.FirstName == "":
		return u.LastName
	case u.LastName == "":
		return u.FirstName
	}
	return u.FirstName + " " + u.LastName
}

// DisplayName is the full name, or the username when there is none.
func (u *User) DisplayName() string {
	if name := u.FullName(); name != "" {
		return name
	}
	return u.Username
}

// PublicName is the name that requesters see: the full name, or else Support for
// staff, whose usernames are not theirs to know, and the username for others.
func (u *User) PublicName() string {
	if u.FullName() == "" && (u.Staff || u.Superuser) {
		return "Support"
	}
	return u.DisplayName()
}

// IsStaff reports whether the user is active staff; a superuser counts.
func (u *User) IsStaff() bool { return u.Active && (u.Staff || u.Superuser) }

// Holds reports whether the user is active staff to whom the permission was
// granted; superusers hold every one.
func (u *User) Holds(p Permission) bool {
	return u.IsSuperuser() || u.IsStaff() && slices.Contains(u.Permissions, p)
}

// IsSuperuser reports whether the user is an active superuser.
func (u *User) IsSuperuser() bool { return u.Active && u.Superuser }
