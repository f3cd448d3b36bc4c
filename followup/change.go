package followup

import (
	"strconv"
	"time"

	"github.com/go-helpdesk/helpdesk/internal/validate"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// Diff returns a Change for each field in which two states of a ticket differ, in a
// fixed order. Custom fields come last, under their labels and in the given order. The
// old and new values are complete, so that the state can be restored from the history:
// statuses and priorities by label, references as ids, times as in the API, null as
// nil. The caller sets the author and the time.
func Diff(before, after *ticket.Ticket, fields []*ticket.CustomField) []*Change {
	var changes []*Change
	add := func(field string, old, now *string) {
		if (old == nil) != (now == nil) || old != nil && *old != *now {
			changes = append(changes, &Change{TicketID: after.ID, Field: field, OldValue: old, NewValue: now})
		}
	}
	add("Title", &before.Title, &after.Title)
	add("Status", new(before.Status.Label()), new(after.Status.Label()))
	add("Owner", idText(before.AssignedTo), idText(after.AssignedTo))
	add("Priority", new(before.Priority.Label()), new(after.Priority.Label()))
	add("Queue", idText(&before.QueueID), idText(&after.QueueID))
	add("Due on", timeText(before.DueDate), timeText(after.DueDate))
	add("Description", before.Description, after.Description)
	add("Resolution", before.Resolution, after.Resolution)
	add("Submitter E-Mail", before.SubmitterEmail, after.SubmitterEmail)
	add("On Hold", new(strconv.FormatBool(before.OnHold)), new(strconv.FormatBool(after.OnHold)))
	add("Merged To", idText(before.MergedTo), idText(after.MergedTo))
	for _, f := range fields {
		if old, now := before.Values.Get(f.ID), after.Values.Get(f.ID); now.Null && f.IsEmpty(old) {
			continue // clearing what is empty changes nothing
		}
		add(f.Label, valueText(before.Values.Get(f.ID)), valueText(after.Values.Get(f.ID)))
	}
	return changes
}

func idText(id *int64) *string {
	if id == nil {
		return nil
	}
	return new(strconv.FormatInt(*id, 10))
}

func timeText(t *time.Time) *string {
	if t == nil {
		return nil
	}
	return new(validate.FormatDatetime(*t))
}

func valueText(v ticket.Value) *string {
	if v.Null {
		return nil
	}
	return &v.Text
}
