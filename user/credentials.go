package user

import "time"

// Credentials are a username and a password that somebody logs in with.
type Credentials struct {
	Username string
	Password string `json:"-"`

	// Address is the IP address that the request comes from, with or without a port.
	// Wrong passwords are counted for each address. Everything that is not an IP
	// address counts as the same address. It is "" for a program that logs somebody
	// in by itself.
	Address string
}

// Throttled is the error for a password that was not checked because too many
// passwords were wrong before.
type Throttled struct {
	RetryAfter time.Duration // when the next attempt will be checked
}

// Error returns a text for logs.
func (t *Throttled) Error() string { return "user: throttled for " + t.RetryAfter.String() }
