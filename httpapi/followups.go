package httpapi

import (
	"net/http"
	"strconv"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/internal/jsontext"
	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/ticket"
)

func listFollowUps(x *exchange) error {
	return sendList(x, x.h.desk.FollowUps(x.actor), x.appendFollowUp)
}

func getFollowUp(x *exchange) error { return sendItem(x, x.h.desk.FollowUp, x.appendFollowUp) }

func createFollowUp(x *exchange) error {
	ctx, desk := x.r.Context(), x.h.desk
	in, err := x.read()
	if err != nil {
		return err
	}
	given, f := &followup.FollowUp{}, newFields(in, false)
	readFollowUp(f, given)
	files := f.files("attachments", desk.CheckUpload)
	if f.err() != nil {
		return f.complete(desk.CheckReply(ctx, x.actor, given, files...))
	}
	created, err := desk.Reply(ctx, x.actor, given, files...)
	if err != nil {
		return err
	}
	return respond(x, http.StatusCreated, created, x.appendFollowUp)
}

func updateFollowUp(x *exchange) error {
	ctx, desk := x.r.Context(), x.h.desk
	id, err := x.id()
	if err != nil {
		return err
	}
	if err := desk.FollowUpExists(ctx, x.actor, id); err != nil {
		return err
	}
	in, err := x.read()
	if err != nil {
		return err
	}
	updated, err := desk.UpdateFollowUp(ctx, x.actor, id, func(u *followup.FollowUp) error {
		f := newFields(in, x.partial())
		readFollowUp(f, u)
		if in.get("title").sent != sentNothing {
			f.problems.AddNew("title", u.Check()["title"]...) // even one that is there already
		}
		if u.Comment == nil && in.get("comment").sent == sentNull {
			u.Comment = new("")
		}
		return f.err()
	})
	if err != nil {
		return err
	}
	return respond(x, http.StatusOK, updated, x.appendFollowUp)
}

// readFollowUp reads the fields of a follow-up that a client may set.
func readFollowUp(f *fields, u *followup.FollowUp) {
	f.reference("ticket", &u.TicketID)
	f.nullText("title", &u.Title, problem.NotString)
	f.nullText("comment", &u.Comment, problem.NotString)
	f.boolean("public", &u.Public)
	oldNullChoice(f, "new_status", &u.NewStatus, ticket.Statuses(), oldNullable)
	f.timeSpent("time_spent", &u.TimeSpent)
}

func deleteFollowUp(x *exchange) error {
	return x.remove(x.h.desk.DeleteFollowUp)
}

func (x *exchange) appendFollowUp(b []byte, f *followup.FollowUp) []byte {
	return appendFollowUp(b, f, x)
}

func appendFollowUp(b []byte, f *followup.FollowUp, to writer) []byte {
	b = strconv.AppendInt(append(b, `{"id":`...), f.ID, 10)
	b = strconv.AppendInt(append(b, `,"ticket":`...), f.TicketID, 10)
	b = jsontext.NullInt(append(b, `,"user":`...), f.UserID)
	b = jsontext.NullString(append(b, `,"title":`...), f.Title)
	b = appendNullText(append(b, `,"comment":`...), f.Comment, to)
	b = strconv.AppendBool(append(b, `,"public":`...), f.Public)
	b = append(b, `,"new_status":`...)
	if f.NewStatus == nil {
		b = append(b, "null"...)
	} else {
		b = strconv.AppendInt(b, int64(*f.NewStatus), 10)
	}
	b = append(b, `,"time_spent":`...)
	if f.TimeSpent == nil {
		b = append(b, "null"...)
	} else {
		b = jsontext.String(b, f.TimeSpent.String())
	}
	b = append(b, `,"followupattachment_set":[`...)
	for i, a := range f.Attachments {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendAttachment(b, a, to)
	}
	b = append(b, `],"ticketchange_set":[`...)
	for i, c := range f.Changes {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendChange(b, c, to)
	}
	b = jsontext.Time(append(b, `],"date":`...), f.Date)
	b = jsontext.NullString(append(b, `,"message_id":`...), f.MessageID)
	b = append(b, `,"email_recipients":`...)
	if f.EmailRecipients == nil {
		return append(b, "null}"...)
	}
	b = append(b, '[')
	for i, address := range f.EmailRecipients {
		if i > 0 {
			b = append(b, ',')
		}
		b = jsontext.String(b, address)
	}
	return append(b, "]}"...)
}

func (x *exchange) appendChange(b []byte, c *followup.Change) []byte { return appendChange(b, c, x) }

// appendChange appends a change record, in a history and on its follow-up.
func appendChange(b []byte, c *followup.Change, to writer) []byte {
	b = strconv.AppendInt(append(b, `{"id":`...), c.ID, 10)
	b = jsontext.Time(append(b, `,"date":`...), c.Date)
	b = jsontext.NullInt(append(b, `,"user":`...), c.UserID)
	b = jsontext.String(append(b, `,"field":`...), c.Field)
	b = appendNullText(append(b, `,"old_value":`...), c.OldValue, to)
	b = appendNullText(append(b, `,"new_value":`...), c.NewValue, to)
	b = jsontext.NullInt(append(b, `,"followup":`...), c.FollowUpID)
	return append(b, '}')
}
