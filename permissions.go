package helpdesk

import (
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// Permission is a kind of thing an actor may or may not do.
type Permission = user.Permission

// The permissions, and who holds them by DefaultPolicy.
const (
	ReadOwnTickets  Permission = "read_own_tickets"  // any user: the tickets they submitted, and themselves
	WriteOwnTickets Permission = "write_own_tickets" // any user: open tickets and reply to their own
	ManageAccount   Permission = "manage_account"    // any user: their own password and tokens
	ReadTickets     Permission = "read_tickets"      // staff: tickets, follow-ups, attachments, and all the rest
	WorkOnTickets   Permission = "work_on_tickets"   // staff: writing tickets, follow-ups, attachments
	ManageUsers                = user.ManageUsers    // staff to whom it was granted: users who are no superusers
	ManageQueues               = user.ManageQueues   // staff to whom it was granted
	ManageFields               = user.ManageFields   // staff to whom it was granted: custom fields
	ManageWebhooks             = user.ManageWebhooks // staff to whom it was granted, and who reach every ticket
	ManageRights    Permission = "manage_rights"     // superusers: who may do what, groups included
)

// Policy decides who may do what. A Desk asks it for every use case, always
// with an active actor. Implementations are safe for concurrent use.
type Policy interface {
	// Allow returns nil when the actor holds the permission, else an error that
	// wraps ErrForbidden.
	Allow(actor *user.User, p Permission) error

	// Reach is the scope of the tickets that the actor works on, with their
	// follow-ups, attachments and history. For the actor, others do not exist.
	Reach(actor *user.User) ticket.Scope

	// Own is the scope of the tickets that the actor submitted.
	Own(actor *user.User) ticket.Scope

	// Queues is the scope of the queues that the actor, working on tickets, may
	// put them in.
	Queues(actor *user.User) ticket.QueueScope
}

// DefaultPolicy is the Policy of a Desk whose Config has none. It makes the
// decisions in docs/contract.md, "Permissions". A host that wants other decisions
// embeds it and overrides a method. The zero value lets staff work on every ticket.
type DefaultPolicy struct {
	// PerQueue has staff who are no superusers reach only the tickets assigned to
	// them and those in queues granted to them or to a group of theirs. They may
	// put tickets in these queues, and in those that allow public submission.
	PerQueue bool
}

// Allow implements Policy.
func (DefaultPolicy) Allow(actor *user.User, p Permission) error {
	switch p {
	case ReadOwnTickets, WriteOwnTickets, ManageAccount:
		return nil
	case ReadTickets, WorkOnTickets:
		if actor.IsStaff() {
			return nil
		}
	case ManageRights:
		if actor.IsSuperuser() {
			return nil
		}
	case ManageUsers, ManageQueues, ManageFields, ManageWebhooks:
		if actor.Holds(p) {
			return nil
		}
	}
	return ErrForbidden
}

// Reach implements Policy.
func (p DefaultPolicy) Reach(actor *user.User) ticket.Scope {
	if p.PerQueue && !actor.IsSuperuser() && actor.IsStaff() {
		return ticket.Scope{GrantedTo: actor.ID, AssignedTo: actor.ID}
	}
	return ticket.Scope{All: actor.IsStaff()}
}

// Own implements Policy: the tickets with the actor's own e-mail address, where
// it is known and verified.
func (DefaultPolicy) Own(actor *user.User) ticket.Scope {
	if !actor.EmailVerified {
		return ticket.Scope{}
	}
	return ticket.Scope{Submitter: actor.Email}
}

// Queues implements Policy.
func (p DefaultPolicy) Queues(actor *user.User) ticket.QueueScope {
	if p.PerQueue && !actor.IsSuperuser() && actor.IsStaff() {
		return ticket.QueueScope{GrantedTo: actor.ID, Public: true}
	}
	return ticket.QueueScope{All: actor.IsStaff()}
}

// Allow returns nil when the actor holds the permission, and otherwise ErrForbidden. A nil
// actor and an inactive one hold none. An actor with a read-only token only reads. With any
// token nobody manages passwords, tokens, webhooks and rights, so that whoever steals a token
// has nothing left when it expires. Webhooks are for those who reach every ticket.
func (d *Desk) Allow(actor *user.User, p Permission) error {
	if actor == nil || !actor.Active {
		return ErrForbidden
	}
	if actor.Token != nil {
		reads := p == ReadOwnTickets || p == ReadTickets
		lasting := p == ManageAccount || p == ManageRights || p == ManageWebhooks
		if lasting || actor.Token.ReadOnly && !reads {
			return ErrForbidden
		}
	}
	if p == ManageWebhooks && (!d.policy.Reach(actor).All || d.policy.Allow(actor, ReadTickets) != nil) {
		return ErrForbidden
	}
	return d.policy.Allow(actor, p)
}

// System returns an actor for what the program does by itself: a superuser who
// is no row of the store, so what it writes has no author.
func System() *user.User {
	return &user.User{Username: "system", Active: true, Staff: true, Superuser: true}
}

// role is how an actor acts on tickets: the same person may work on some and have
// submitted others.
type role struct {
	actor     *user.User
	tickets   ticket.Scope
	queues    ticket.QueueScope
	requester bool // sees and sets what is meant for requesters alone
}

// staff is the role of one who works on tickets.
func (d *Desk) staff(actor *user.User) role {
	return role{actor: actor, tickets: d.policy.Reach(actor), queues: d.policy.Queues(actor)}
}

// requester is the role of one who submitted them.
func (d *Desk) requester(actor *user.User) role {
	return role{actor: actor, tickets: d.policy.Own(actor), queues: ticket.QueueScope{Public: true}, requester: true}
}

// reach says which tickets an actor reaches. It is asked anew for each part of a list.
type reach struct {
	desk  *Desk
	actor *user.User
	whole bool // every ticket, for the result of a change
}

func (d *Desk) reach(actor *user.User) reach { return reach{desk: d, actor: actor} }

func (r reach) scope() ticket.Scope {
	if r.whole {
		return ticket.Scope{All: true}
	}
	return r.desk.policy.Reach(r.actor)
}

// authorID is the actor's id as rows name it.
func authorID(actor *user.User) *int64 {
	if actor.ID == 0 {
		return nil
	}
	return new(actor.ID)
}
