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
	Email        string // "" if unknown; then it matches no tickets
	Active       bool   // may log in and be assigned new tickets
	Staff        bool   // may work on tickets
	Superuser    bool   // may do everything; counts as staff
	PasswordHash string `json:"-"` // as Hasher.Hash encodes it; "" accepts no password
	Created      time.Time

	// EmailVerified says that the address is known to be the user's. An unverified
	// address matches no tickets.
	EmailVerified bool

	// ExternalID is the External.ID of a user who comes from the host, or nil. Such a
	// user cannot log in with a password.
	ExternalID *string

	// Permissions and Queues (by id) are granted to the user, in addition to what is
	// granted to their groups. They have an effect for staff only.
	Permissions []Permission
	Queues      []int64

	// Version starts at 1, and is incremented by each write of the user and of Queues. The
	// deletion of a granted queue does not count.
	Version int64

	// Token is the token through which the user acts, or nil. It is not stored.
	Token *Token `json:"-"`
}

// Clone returns a copy that shares nothing with u except its Token.
func (u *User) Clone() *User {
	c := *u
	c.Permissions, c.Queues = slices.Clone(u.Permissions), slices.Clone(u.Queues)
	return &c
}

// FullName returns the first and last name, or "" if both are empty.
func (u *User) FullName() string {
	switch {
	case u.FirstName == "":
		return u.LastName
	case u.LastName == "":
		return u.FirstName
	}
	return u.FirstName + " " + u.LastName
}

// DisplayName returns the full name, or the username if there is none.
func (u *User) DisplayName() string {
	if name := u.FullName(); name != "" {
		return name
	}
	return u.Username
}

// PublicName returns the name that requesters see: the full name if there is one.
// Otherwise it is the username, or Support for staff, whose usernames requesters must
// not learn.
func (u *User) PublicName() string {
	if u.FullName() == "" && (u.Staff || u.Superuser) {
		return "Support"
	}
	return u.DisplayName()
}

// IsStaff reports whether the user is active staff. Superusers count as staff.
func (u *User) IsStaff() bool { return u.Active && (u.Staff || u.Superuser) }

// Holds reports whether the user is active staff to whom the permission was granted,
// or an active superuser.
func (u *User) Holds(p Permission) bool {
	return u.IsSuperuser() || u.IsStaff() && slices.Contains(u.Permissions, p)
}

// IsSuperuser reports whether the user is an active superuser.
func (u *User) IsSuperuser() bool { return u.Active && u.Superuser }
