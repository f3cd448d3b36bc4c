package followup

import (
	"time"

	"github.com/go-helpdesk/helpdesk/ticket"
)

// Filter selects follow-ups for which all of its conditions hold, or attachments and
// change records that belong to such follow-ups. The zero Filter selects all.
type Filter struct {
	FollowUps []int64             // these; nil is no condition, and an empty slice selects nothing
	Ticket    ticket.Among[int64] // what they are on; a change record is on the ticket that changed
	User      ticket.Among[int64] // who wrote them
	Public    *bool               // nil is no condition
	NewStatus ticket.Among[ticket.Status]
	Date      ticket.Range
}

// IsEmpty reports whether the filter selects nothing because of an empty slice.
func (f Filter) IsEmpty() bool {
	return f.FollowUps != nil && len(f.FollowUps) == 0 || f.Ticket.In != nil && len(f.Ticket.In) == 0 && !f.Ticket.None
}

// On returns the filter that selects what is on a ticket.
func On(ticketID int64) Filter { return Filter{Ticket: ticket.Among[int64]{In: []int64{ticketID}}} }

// Column is what a list of follow-ups can be sorted by.
type Column string

// The columns of lists of follow-ups.
const (
	ByDate Column = "date"
	ByID   Column = "id"
)

// Order is the order of a list of follow-ups. Ties are broken by id in the same
// direction. The zero value is ascending by date.
type Order struct {
	By         Column // "" is ByDate
	Descending bool
}

// Reversed returns the opposite order.
func (o Order) Reversed() Order {
	o.Descending = !o.Descending
	return o
}

// Position is a place in a list of follow-ups: that of one with this date and this id.
// The zero value is the beginning. In a list by id, only ID counts.
type Position struct {
	Date time.Time
	ID   int64
}

// Query selects a part of a list of follow-ups. After, Offset and Limit apply in this
// order.
type Query struct {
	Scope ticket.Scope // their ticket is in this scope
	Filter
	Order  Order
	After  Position     // start after it
	Offset int          // how many of the rest to skip
	Limit  int          // maximum number of results; 0 is no limit
	Bound  ticket.Bound // maximum size of the results
}

// AttachmentQuery selects a part of a list of attachments, which is sorted by filename,
// then id. After, Offset and Limit apply in this order.
type AttachmentQuery struct {
	Scope ticket.Scope // their ticket is in this scope
	Filter
	Descending bool
	After      AttachmentPosition // start after it; the zero value is the beginning
	Offset     int                // how many of the rest to skip
	Limit      int                // maximum number of results; 0 is no limit
	Bound      ticket.Bound       // maximum size of the results
}

// AttachmentPosition is a place in a list of attachments.
type AttachmentPosition struct {
	Filename string
	ID       int64
}

// ChangeQuery selects a part of a list of change records, which is sorted by id. After,
// Offset and Limit apply in this order. With a condition on follow-ups it selects only
// records that a follow-up made.
type ChangeQuery struct {
	Scope ticket.Scope // their ticket is in this scope
	Filter
	Descending bool
	After      int64        // start after this id in the order of the list; 0 is the beginning
	Offset     int          // how many of the rest to skip
	Limit      int          // maximum number of results; 0 is no limit
	Bound      ticket.Bound // maximum size of the results
}
