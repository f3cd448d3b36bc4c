package event

import (
	"slices"
	"strings"
	"time"

	"github.com/go-helpdesk/helpdesk/ticket"
)

// Event says that one object was created, updated or deleted.
type Event struct {
	// Position is the place of the event in the feed. Positions grow in the order in which
	// changes became visible. It is 0 until the event has a place.
	Position int64

	ID       int64 // unique; one write to an object has a greater ID than those before it
	Type     Type
	Time     time.Time // when the change was made, UTC, to the microsecond
	Actor    Actor
	TicketID int64 // the ticket that the object is or belongs to; 0 for none
	Object   Object

	// Data is of the type that Type goes with: see NewData. Stores leave it nil: see
	// ReadData.
	Data Data

	// OldHidden says that the old values of an update are left out of Data: the reader
	// could not read the object before.
	OldHidden bool

	// Audience is what decided after the write who could read the object, or before it
	// for a deletion. Before is the same before an update that changed it, else nil. Both
	// are nil for objects that belong to no ticket. They are for the Desk, which leaves
	// them out of what it returns.
	Audience, Before *Audience `json:"-"`

	body string // the stored form, once it is known
	data string // the part of it that Data is read from, until it is
}

// FieldsIn reports whether some definitions have every custom field that Data names. A
// reader whose definitions lack one may have outdated ones, or the field was deleted.
func (e *Event) FieldsIn(fields []*ticket.CustomField) bool {
	defined := func(id int64) bool {
		return slices.ContainsFunc(fields, func(f *ticket.CustomField) bool { return f.ID == id })
	}
	switch d := e.Data.(type) {
	case *TicketData:
		return !slices.ContainsFunc(d.Values, func(v Value) bool { return !defined(v.Field) })
	case *TicketUpdate:
		return !slices.ContainsFunc(d.Values, func(v ValueChange) bool { return !defined(v.Field) })
	}
	return true
}

// Actor is who made a change. The zero Actor is nobody who is known, such as the program.
type Actor struct {
	ID   int64  // a user; 0 for none
	Name string // the name to show, as it was then
}

func actor(c *coder, a *Actor) {
	integer(c, &a.ID)
	word(c, &a.Name)
}

// Object is what was changed.
type Object struct {
	Kind Kind
	ID   int64
}

// Kind is a noun.
type Kind string

// The kinds of objects.
const (
	Ticket      Kind = "ticket"
	FollowUp    Kind = "followup"
	Attachment  Kind = "attachment"
	User        Kind = "user"
	Group       Kind = "group"
	Queue       Kind = "queue"
	CustomField Kind = "customfield"
	Token       Kind = "token"
	Webhook     Kind = "webhook"
)

// Kinds returns every kind.
func Kinds() []Kind {
	return []Kind{Ticket, FollowUp, Attachment, User, Group, Queue, CustomField, Token, Webhook}
}

// OnTicket reports whether objects of this kind are tickets or belong to one.
func (k Kind) OnTicket() bool { return k == Ticket || k == FollowUp || k == Attachment }

// Verb is what happened to an object.
type Verb string

// The verbs.
const (
	Created Verb = "created"
	Updated Verb = "updated"
	Deleted Verb = "deleted"
)

// Verbs returns every verb.
func Verbs() []Verb { return []Verb{Created, Updated, Deleted} }

// Type is a kind and a verb with a dot between them, such as "ticket.created".
type Type string

// TypeOf returns the type of events about a kind of objects.
func TypeOf(k Kind, v Verb) Type { return Type(string(k) + "." + string(v)) }

// Kind returns the kind of the object.
func (t Type) Kind() Kind {
	kind, _, _ := strings.Cut(string(t), ".")
	return Kind(kind)
}

// Verb returns what happened to the object.
func (t Type) Verb() Verb {
	_, verb, _ := strings.Cut(string(t), ".")
	return Verb(verb)
}

// Types returns every type. Tokens are never updated.
func Types() (all []Type) {
	for _, k := range Kinds() {
		for _, v := range Verbs() {
			if k != Token || v != Updated {
				all = append(all, TypeOf(k, v))
			}
		}
	}
	return all
}

// Filter selects events. The zero Filter selects all.
type Filter struct {
	// Types are the types to select. One that ends with ".*", such as "ticket.*", stands
	// for all types of the kind. Nil is no condition, and an empty slice selects nothing.
	Types []Type

	TicketID int64 // events on this ticket; 0 is no condition
}

// Admits reports whether the filter selects an event.
func (f Filter) Admits(e *Event) bool {
	return (f.TicketID == 0 || f.TicketID == e.TicketID) && f.AdmitsType(e.Type)
}

// AdmitsType reports whether the filter selects events of a type.
func (f Filter) AdmitsType(t Type) bool {
	if f.Types == nil {
		return true
	}
	for _, wanted := range f.Types {
		if wanted == t || wanted.Verb() == "*" && wanted.Kind() == t.Kind() {
			return true
		}
	}
	return false
}

// Audience is what decides who reads a ticket, and what belongs to it.
type Audience struct {
	QueueID    int64
	AssignedTo int64  // a user; 0 for none
	Submitter  string // the ticket.AddressKey of the submitter's address
	Public     bool   // the requester sees it; always true for a ticket
}

func audience(c *coder, a *Audience) {
	integer(c, &a.QueueID)
	integer(c, &a.AssignedTo)
	word(c, &a.Submitter)
	boolean(c, &a.Public)
}

// AudienceOf returns the audience of a ticket, or of what is public or not on it.
func AudienceOf(t *ticket.Ticket, public bool) *Audience {
	a := &Audience{QueueID: t.QueueID, Public: public}
	if t.AssignedTo != nil {
		a.AssignedTo = *t.AssignedTo
	}
	if t.SubmitterEmail != nil {
		a.Submitter = ticket.AddressKey(*t.SubmitterEmail)
	}
	return a
}

// In reports whether the scope admits the audience. GrantedTo of the scope is not looked
// at: see Store.Expand.
func (a *Audience) In(s ticket.Scope) bool {
	if s.All {
		return true
	}
	if a == nil {
		return false
	}
	if s.Submitter != "" && a.Submitter == ticket.AddressKey(s.Submitter) || s.AssignedTo != 0 && a.AssignedTo == s.AssignedTo {
		return true
	}
	for _, id := range s.Queues {
		if id == a.QueueID {
			return true
		}
	}
	return false
}
