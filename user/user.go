package user

import "time"

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
	PasswordHash string // as Hasher.Hash encodes it; "" accepts no password
	Created      time.Time
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

// IsStaff reports whether the user is active staff; a superuser counts.
func (u *User) IsStaff() bool { return u.Active && (u.Staff || u.Superuser) }

// IsSuperuser reports whether the user is an active superuser.
func (u *User) IsSuperuser() bool { return u.Active && u.Superuser }
