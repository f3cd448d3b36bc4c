package httpapi

import (
	"time"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/ticket"
)

var followUps = &resource[*followup.FollowUp]{
	table: newTable(
		integer("id", func(f *followup.FollowUp) int64 { return f.ID }),
		reference("ticket", func(f *followup.FollowUp) *int64 { return &f.TicketID }, required),
		nullReference("user", func(f *followup.FollowUp) **int64 { return &f.UserID }, readOnly),
		nullText("title", func(f *followup.FollowUp) **string { return &f.Title }, nullable, blank, maxLength(ticket.MaxTitle)),
		nullText("comment", func(f *followup.FollowUp) **string { return &f.Comment }, nullable, blank),
		boolean("public", func(f *followup.FollowUp) *bool { return &f.Public }),
		nullChoice("new_status", func(f *followup.FollowUp) **ticket.Status { return &f.NewStatus }, ticket.Statuses()),
		nullDuration("time_spent", func(f *followup.FollowUp) **followup.TimeSpent { return &f.TimeSpent }),
		objects("followupattachment_set", attachmentsOf, itself, attachments.table),
		objects("ticketchange_set", func(f *followup.FollowUp) []*followup.Change { return f.Changes }, itself, changes),
		datetime("date", func(f *followup.FollowUp) time.Time { return f.Date }),
		nullText("message_id", func(f *followup.FollowUp) **string { return &f.MessageID }, readOnly),
		texts("email_recipients", func(f *followup.FollowUp) []string { return f.EmailRecipients }),
		files[*followup.FollowUp]("attachments", readOn(onlyCreate)),
	),
	list:   listBy(followUpFilters, (*helpdesk.Desk).FollowUps),
	get:    (*helpdesk.Desk).FollowUp,
	exists: (*helpdesk.Desk).FollowUpExists,
	start:  startNew[followup.FollowUp],
	create: func(x *exchange, f *followup.FollowUp, e *extras) (*followup.FollowUp, error) {
		return x.desk.Reply(x.r.Context(), x.actor, f, e.files...)
	},
	update: func(x *exchange, id int64, change func(*followup.FollowUp) error, _ *extras) (*followup.FollowUp, error) {
		return x.h.desk.UpdateFollowUp(x.r.Context(), x.actor, id, change)
	},
	edited: func(d *decoder, f *followup.FollowUp) {
		if !d.absent("title") {
			d.problems.AddNew("title", f.Check()["title"]...) // even one that is there already
		}
		if f.Comment == nil && d.in.get("comment").sent == sentNull {
			f.Comment = new("")
		}
	},
	delete: (*helpdesk.Desk).DeleteFollowUp,
	tag: func(t *tagParts, f *followup.FollowUp) {
		t.object("follow-up", f.ID, f.Version)
		t.files(f.Attachments)
		t.changes(f.Changes)
		t.links()
	},
}

func attachmentsOf(f *followup.FollowUp) []*followup.Attachment { return f.Attachments }

// changes describes a record of the history of a ticket.
var changes = newTable(
	integer("id", func(c *followup.Change) int64 { return c.ID }),
	datetime("date", func(c *followup.Change) time.Time { return c.Date }),
	nullReference("user", func(c *followup.Change) **int64 { return &c.UserID }, readOnly),
	computed("field", func(c *followup.Change) string { return c.Field }),
	nullText("old_value", func(c *followup.Change) **string { return &c.OldValue }, readOnly),
	nullText("new_value", func(c *followup.Change) **string { return &c.NewValue }, readOnly),
	nullReference("followup", func(c *followup.Change) **int64 { return &c.FollowUpID }, readOnly),
).called("Change")
