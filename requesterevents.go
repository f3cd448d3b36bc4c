package helpdesk

import (
	"context"
	"slices"

	"github.com/go-helpdesk/helpdesk/event"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// RequesterEvents is Events for the tickets that the actor submitted: what happens to them,
// to public follow-ups and to the files of these. Data has only what requesters see of such
// objects. Fields for staff only are left out, and so is an update of nothing else. Of the
// actor of an event there is the public name.
func (d *Desk) RequesterEvents(ctx context.Context, actor *user.User, after int64, f event.Filter, limit int) (
	events []*event.Event, next int64, err error,
) {
	if err := d.Allow(actor, ReadOwnTickets); err != nil {
		return nil, after, err
	}
	v := &viewer{scope: d.policy.Own(actor), requester: true, redact: d.publicEvents}
	return d.readEvents(ctx, v, after, f, limit)
}

// publicEvents leaves out of events what is not for requesters.
func (d *Desk) publicEvents(ctx context.Context, tx *transaction, events []*event.Event) ([]*event.Event, error) {
	all, err := d.customFields(ctx, tx)
	if err == nil && slices.ContainsFunc(events, func(e *event.Event) bool { return !e.FieldsIn(all) }) {
		tx.uncached = true // another process may have added one
		all, err = d.customFields(ctx, tx)
	}
	if err != nil {
		return nil, err
	}
	fields := public(all)
	isPublic := func(field int64) bool {
		return slices.ContainsFunc(fields, func(f *ticket.CustomField) bool { return f.ID == field })
	}
	var actors []int64
	events = slices.DeleteFunc(events, func(e *event.Event) bool {
		some := false
		e.Data, some = publicData(e.Data, isPublic)
		if e.Actor.ID != 0 {
			actors = append(actors, e.Actor.ID)
		}
		return !some
	})
	names, err := publicNames(ctx, tx, actors)
	if err != nil {
		return nil, err
	}
	for _, e := range events {
		e.Actor = event.Actor{Name: names[e.Actor.ID]}
	}
	return events, nil
}

// publicData is the part of the Data of an event that requesters see. It reports whether
// there is any.
func publicData(d event.Data, public func(field int64) bool) (event.Data, bool) {
	switch d := d.(type) {
	case *event.TicketData:
		return &event.TicketData{QueueID: d.QueueID, Title: d.Title, SubmitterEmail: d.SubmitterEmail, Status: d.Status, OnHold: d.OnHold,
			DueDate: d.DueDate, Created: d.Created, ValuesCut: d.ValuesCut,
			Values: slices.DeleteFunc(d.Values, func(v event.Value) bool { return v.StaffOnly || !public(v.Field) })}, true
	case *event.TicketUpdate:
		u := &event.TicketUpdate{QueueID: d.QueueID, Title: d.Title, SubmitterEmail: d.SubmitterEmail, Status: d.Status, OnHold: d.OnHold,
			DueDate: d.DueDate, ValuesCut: d.ValuesCut,
			Values: slices.DeleteFunc(d.Values, func(v event.ValueChange) bool { return v.StaffOnly || !public(v.Field) })}
		return u, u.QueueID != nil || u.Title != nil || u.SubmitterEmail != nil || u.Status != nil || u.OnHold != nil || u.DueDate != nil ||
			len(u.Values) > 0
	case *event.FollowUpData:
		return &event.FollowUpData{Title: publicTitle(d.Title), Comment: d.Comment, Public: d.Public, NewStatus: d.NewStatus,
			Date: d.Date}, true
	case *event.FollowUpUpdate:
		u := &event.FollowUpUpdate{TicketID: d.TicketID, Comment: d.Comment, Public: d.Public, NewStatus: d.NewStatus}
		if d.Title != nil {
			u.Title = &event.Change[*event.Text]{Old: publicTitle(d.Title.Old), New: publicTitle(d.Title.New)}
		}
		return u, u.TicketID != nil || u.Title != nil || u.Comment != nil || u.Public != nil || u.NewStatus != nil
	case *event.AttachmentData, *event.AttachmentUpdate:
		return d, true
	}
	return nil, false
}

// publicTitle is followup.PublicTitle for a title that may be cut.
func publicTitle(t *event.Text) *event.Text {
	if t == nil {
		return nil
	}
	return &event.Text{String: *followup.PublicTitle(&t.String), Cut: t.Cut}
}
