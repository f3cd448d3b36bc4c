package event

import (
	"time"

	"github.com/go-helpdesk/helpdesk/ticket"
)

// TicketData is the Data of "ticket.created" and "ticket.deleted".
type TicketData struct {
	QueueID        int64
	Title          Text
	Description    *Text
	Resolution     *Text
	SubmitterEmail *string
	AssignedTo     *int64
	Status         ticket.Status
	OnHold         bool
	Priority       ticket.Priority
	DueDate        *time.Time
	MergedTo       *int64
	Created        time.Time
	Values         []Value // of the custom fields; none for a deletion
	ValuesCut      bool    // whether values are missing
}

func (d *TicketData) code(c *coder) {
	integer(c, &d.QueueID)
	text(c, &d.Title)
	null(c, &d.Description, text)
	null(c, &d.Resolution, text)
	null(c, &d.SubmitterEmail, word)
	null(c, &d.AssignedTo, integer)
	integer(c, &d.Status)
	boolean(c, &d.OnHold)
	integer(c, &d.Priority)
	null(c, &d.DueDate, instant)
	null(c, &d.MergedTo, integer)
	instant(c, &d.Created)
	list(c, &d.Values, &d.ValuesCut, value)
}

// Value is the value of a custom field.
type Value struct {
	Field     int64
	Value     *Text // as ticket.Value has it; nil is null
	StaffOnly bool  // the field was hidden from requesters
}

func value(c *coder, v *Value) {
	c.customKey()
	integer(c, &v.Field)
	null(c, &v.Value, text)
	boolean(c, &v.StaffOnly)
}

// TicketUpdate is the Data of "ticket.updated". What has not changed is nil.
type TicketUpdate struct {
	QueueID        *Change[int64]
	Title          *Change[Text]
	Description    *Change[*Text]
	Resolution     *Change[*Text]
	SubmitterEmail *Change[*string]
	AssignedTo     *Change[*int64]
	Status         *Change[ticket.Status]
	OnHold         *Change[bool]
	Priority       *Change[ticket.Priority]
	DueDate        *Change[*time.Time]
	MergedTo       *Change[*int64]
	Values         []ValueChange
	ValuesCut      bool // whether values are missing
}

func (u *TicketUpdate) code(c *coder) {
	change(c, &u.QueueID, integer)
	change(c, &u.Title, text)
	changeOfNull(c, &u.Description, text)
	changeOfNull(c, &u.Resolution, text)
	changeOfNull(c, &u.SubmitterEmail, word)
	changeOfNull(c, &u.AssignedTo, integer)
	change(c, &u.Status, integer)
	change(c, &u.OnHold, boolean)
	change(c, &u.Priority, integer)
	changeOfNull(c, &u.DueDate, instant)
	changeOfNull(c, &u.MergedTo, integer)
	list(c, &u.Values, &u.ValuesCut, valueChange)
}

// ValueChange is a change of the value of a custom field.
type ValueChange struct {
	Field     int64
	Old       *Text // nil is null
	New       *Text // nil is null
	StaffOnly bool  // the field was hidden from requesters
}

func valueChange(c *coder, v *ValueChange) {
	c.customKey()
	integer(c, &v.Field)
	null(c, &v.Old, text)
	null(c, &v.New, text)
	boolean(c, &v.StaffOnly)
}

func ticketData(l limit, t *ticket.Ticket, fields []*ticket.CustomField) *TicketData {
	d := &TicketData{
		QueueID: t.QueueID, Title: l.text(t.Title), Description: l.nullText(t.Description), Resolution: l.nullText(t.Resolution),
		SubmitterEmail: t.SubmitterEmail, AssignedTo: t.AssignedTo, Status: t.Status, OnHold: t.OnHold, Priority: t.Priority,
		DueDate: t.DueDate, MergedTo: t.MergedTo, Created: t.Created,
	}
	for _, v := range t.Values {
		if !v.Null {
			d.Values = append(d.Values, Value{v.Field, new(l.text(v.Text)), staffOnly(fields, v.Field)})
		}
	}
	d.Values, d.ValuesCut = first(l, d.Values)
	return d
}

// staffOnly reports whether a field is hidden from requesters, as one is that is unknown.
func staffOnly(fields []*ticket.CustomField, id int64) bool {
	for _, f := range fields {
		if f.ID == id {
			return f.StaffOnly
		}
	}
	return true
}

func ticketUpdate(l limit, before, after *ticket.Ticket, fields []*ticket.CustomField) *TicketUpdate {
	u := &TicketUpdate{
		QueueID: changeOf(before.QueueID, after.QueueID), Title: l.change(before.Title, after.Title),
		Description:    l.nullChange(before.Description, after.Description),
		Resolution:     l.nullChange(before.Resolution, after.Resolution),
		SubmitterEmail: nullChange(before.SubmitterEmail, after.SubmitterEmail),
		AssignedTo:     nullChange(before.AssignedTo, after.AssignedTo), Status: changeOf(before.Status, after.Status),
		OnHold: changeOf(before.OnHold, after.OnHold), Priority: changeOf(before.Priority, after.Priority),
		DueDate: nullChange(before.DueDate, after.DueDate), MergedTo: nullChange(before.MergedTo, after.MergedTo),
	}
	for _, v := range after.Values { // a write leaves other values as they are
		if old := before.Values.Get(v.Field); old != v {
			u.Values = append(u.Values, ValueChange{v.Field, l.value(old), l.value(v), staffOnly(fields, v.Field)})
		}
	}
	u.Values, u.ValuesCut = first(l, u.Values)
	return u
}

func (l limit) value(v ticket.Value) *Text {
	if v.Null {
		return nil
	}
	return new(l.text(v.Text))
}

// HideOld implements Update.
func (u *TicketUpdate) HideOld() {
	hideOld(u.QueueID, u.Title, u.Description, u.Resolution, u.SubmitterEmail, u.AssignedTo, u.Status, u.OnHold, u.Priority, u.DueDate,
		u.MergedTo)
	for i := range u.Values {
		u.Values[i].Old = nil
	}
}
