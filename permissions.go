package helpdesk

import (
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// Permission is a kind of thing an actor may or may not do.
type Permission string

// The permissions.
const (
	ReadOwnTickets Permission = "read own tickets" // any active user
	WorkOnTickets  Permission = "work on tickets"  // staff: tickets, follow-ups, attachments, and reading the rest
	ManageUsers    Permission = "manage users"     // superusers
	ManageQueues   Permission = "manage queues"    // superusers
	ManageFields   Permission = "manage fields"    // superusers
)

// Allow returns nil when the actor holds the permission, else ErrForbidden. A
// nil actor holds none.
func (d *Desk) Allow(actor *user.User, p Permission) error {
	if actor == nil || !actor.Active {
		return ErrForbidden
	}
	switch p {
	case ReadOwnTickets:
		return nil
	case WorkOnTickets:
		if actor.IsStaff() {
			return nil
		}
	case ManageUsers, ManageQueues, ManageFields:
		if actor.IsSuperuser() {
			return nil
		}
	}
	return ErrForbidden
}

// System returns an actor for what the program does by itself: a superuser who
// is no row of the store, so what it writes has no author.
func System() *user.User {
	return &user.User{Username: "system", Active: true, Staff: true, Superuser: true}
}

// reach is the scope of the tickets that the actor works on.
func reach(actor *user.User) ticket.Scope { return ticket.Scope{All: actor.IsStaff()} }

// own is the scope of the tickets that the actor submitted.
func own(actor *user.User) ticket.Scope { return ticket.Scope{Submitter: actor.Email} }

// authorID is the actor's id as rows name it.
func authorID(actor *user.User) *int64 {
	if actor.ID == 0 {
		return nil
	}
	return new(actor.ID)
}
