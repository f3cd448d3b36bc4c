package user

import "time"

// Credentials are what somebody logs in with.
type Credentials struct {
	Username string
	Password string `json:"-"`

	// Address is where the request comes from, an IP address with or without a
	// port. Wrong passwords are counted by it; what is no IP address counts as one
	// place. "" is the place of a program that logs somebody in by itself.
	Address string
}

// Throttled says that so many passwords were wrong that this one was not checked.
type Throttled struct {
	RetryAfter time.Duration // until it is worth trying again
}

func (t *Throttled) Error() string { return "user: throttled for " + t.RetryAfter.String() }
