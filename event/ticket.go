package event

import (
	"time"

	"github.com/go-helpdesk/helpdesk/ticket"
)

// TicketData is the Data of "ticket.created" and "ticket.deleted".
type TicketData struct {
	QueueID        int64           `json:"queue"`
	Title          Text            `json:"title"`
	Description    *Text           `json:"description,omitzero"`
	Resolution     *Text           `json:"resolution,omitzero"`
	SubmitterEmail *string         `json:"submitter,omitzero"`
	AssignedTo     *int64          `json:"assigned_to,omitzero"`
	Status         ticket.Status   `json:"status"`
	OnHold         bool            `json:"on_hold,omitzero"`
	Priority       ticket.Priority `json:"priority"`
	DueDate        *time.Time      `json:"due_date,omitzero"`
	MergedTo       *int64          `json:"merged_to,omitzero"`
	Created        time.Time       `json:"created"`
	Values         []Value         `json:"values,omitempty"`    // of the custom fields; none for a deletion
	ValuesCut      bool            `json:"values_cut,omitzero"` // whether values are missing
}

// Value is the value of a custom field.
type Value struct {
	Field     int64 `json:"f"`
	Value     *Text `json:"v,omitzero"` // as ticket.Value has it; nil is null
	StaffOnly bool  `json:"s,omitzero"` // the field was hidden from requesters
}

// TicketUpdate is the Data of "ticket.updated". What has not changed is nil.
type TicketUpdate struct {
	QueueID        *Change[int64]           `json:"queue,omitzero"`
	Title          *Change[Text]            `json:"title,omitzero"`
	Description    *Change[*Text]           `json:"description,omitzero"`
	Resolution     *Change[*Text]           `json:"resolution,omitzero"`
	SubmitterEmail *Change[*string]         `json:"submitter,omitzero"`
	AssignedTo     *Change[*int64]          `json:"assigned_to,omitzero"`
	Status         *Change[ticket.Status]   `json:"status,omitzero"`
	OnHold         *Change[bool]            `json:"on_hold,omitzero"`
	Priority       *Change[ticket.Priority] `json:"priority,omitzero"`
	DueDate        *Change[*time.Time]      `json:"due_date,omitzero"`
	MergedTo       *Change[*int64]          `json:"merged_to,omitzero"`
	Values         []ValueChange            `json:"values,omitempty"`
	ValuesCut      bool                     `json:"values_cut,omitzero"` // whether values are missing
}

// ValueChange is a change of the value of a custom field.
type ValueChange struct {
	Field     int64 `json:"f"`
	Old       *Text `json:"o,omitzero"` // nil is null
	New       *Text `json:"n,omitzero"` // nil is null
	StaffOnly bool  `json:"s,omitzero"` // the field was hidden from requesters
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
