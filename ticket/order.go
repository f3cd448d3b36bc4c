package ticket

import (
	"cmp"
	"slices"
	"strings"
)

// Column is a column that a list of tickets can be sorted by. The empty Column is ByID.
type Column string

// The columns, by their names on the wire.
const (
	ByID         Column = "id"
	ByCreated    Column = "created"
	ByModified   Column = "modified"
	ByPriority   Column = "priority"
	ByStatus     Column = "status"
	ByDueDate    Column = "due_date"
	ByTitle      Column = "title"       // by code point
	ByQueue      Column = "queue"       // by the id of the queue
	ByAssignedTo Column = "assigned_to" // by the id of the assignee
)

// Columns lists every column.
func Columns() []Column {
	return []Column{ByID, ByCreated, ByModified, ByPriority, ByStatus, ByDueDate, ByTitle, ByQueue, ByAssignedTo}
}

// Valid reports whether c is one of the columns, or empty.
func (c Column) Valid() bool { return c == "" || slices.Contains(Columns(), c) }

// Order is the order of a list of tickets. Ties are broken by id, in the same direction.
// Tickets without a value come last in both directions. The zero Order is by ascending id.
type Order struct {
	By         Column
	Descending bool
}

// NewestFirst is the order of descending id.
var NewestFirst = Order{By: ByID, Descending: true}

// Position is a place in an Order: that of a ticket with this id and this value. Number
// has times as microseconds since 1970. None says that the ticket has no value.
type Position struct {
	ID     int64
	Number int64
	Text   string
	None   bool
}

// Of returns the position of a ticket in the order.
func (o Order) Of(t *Ticket) Position {
	p := Position{ID: t.ID}
	switch o.By {
	case ByCreated:
		p.Number = t.Created.UnixMicro()
	case ByModified:
		p.Number = t.Modified.UnixMicro()
	case ByPriority:
		p.Number = int64(t.Priority)
	case ByStatus:
		p.Number = int64(t.Status)
	case ByQueue:
		p.Number = t.QueueID
	case ByTitle:
		p.Text = t.Title
	case ByAssignedTo:
		if p.None = t.AssignedTo == nil; !p.None {
			p.Number = *t.AssignedTo
		}
	case ByDueDate:
		if p.None = t.DueDate == nil; !p.None {
			p.Number = t.DueDate.UnixMicro()
		}
	}
	return p
}

// Compare returns a negative number when a comes before b in the order, and a positive one
// when it comes after b.
func (o Order) Compare(a, b Position) int {
	switch {
	case a.None && !b.None:
		return 1
	case b.None && !a.None:
		return -1
	}
	c := cmp.Or(cmp.Compare(a.Number, b.Number), strings.Compare(a.Text, b.Text), cmp.Compare(a.ID, b.ID))
	if o.Descending {
		return -c
	}
	return c
}

// Parts are parts of tickets that a list leaves out. What is left out is not read: fields
// of the ticket are zero, and there are no follow-ups.
type Parts uint8

// The parts that can be left out.
const (
	FollowUps Parts = 1 << iota // with their attachments and changes
	CustomValues
	Description
	Resolution
)

// Has reports whether all of the parts in some are among p.
func (p Parts) Has(some Parts) bool { return p&some == some }
