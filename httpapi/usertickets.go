package httpapi

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/internal/jsontext"
	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/ticket"
)

func listOwnTickets(x *exchange) error {
	return sendList(x, x.h.desk.RequesterTickets(x.actor), x.appendOwnTicket)
}

func getOwnTicket(x *exchange) error { return sendItem(x, x.h.desk.RequesterTicket, x.appendOwnTicket) }

// appendOwnTicket appends a ticket as the one who submitted it sees it.
func (x *exchange) appendOwnTicket(b []byte, t *helpdesk.RequesterTicket) []byte {
	b = jsontext.String(append(b, `{"ticket":`...), strconv.FormatInt(t.ID, 10)+" "+t.Number(t.Queue))
	b = strconv.AppendInt(append(b, `,"id":`...), t.ID, 10)
	b = jsontext.String(append(b, `,"title":`...), t.Title)
	b = jsontext.String(append(b, `,"queue":{"title":`...), t.Queue.Title)
	b = strconv.AppendInt(append(b, `,"id":`...), t.Queue.ID, 10)
	b = jsontext.String(append(b, `},"status":`...), t.StatusLine())
	b = jsontext.Time(append(b, `,"created":`...), t.Created)
	b = jsontext.NullTime(append(b, `,"due_date":`...), t.DueDate)
	b = jsontext.NullString(append(b, `,"submitter":`...), t.SubmitterEmail)
	b = append(b, `,"kbitem":""`...) // there is no knowledge base
	b = jsontext.String(append(b, `,"secret_key":`...), t.SecretKey)
	b = appendValues(b, t.ID, t.Fields, t.Values, x)
	return append(b, '}')
}

// createRequest opens a ticket for the one who asks.
func createRequest(x *exchange) error {
	ctx, desk := x.r.Context(), x.h.desk
	in, err := x.readNew()
	if err != nil {
		return err
	}
	definitions, err := x.definitions(in, desk.RequesterFields)
	if err != nil {
		return err
	}
	t, f := &ticket.Ticket{}, newFields(in, false)
	f.reference("queue", &t.QueueID)
	f.text("title", &t.Title, required, problem.NotString)
	f.nullText("description", &t.Description, problem.NotString)
	choice(f, "priority", &t.Priority, ticket.Priorities(), nullable)
	f.nullTime("due_date", &t.DueDate)
	f.custom(definitions, &t.Values)
	var files []followup.Upload
	if upload := f.file("attachment", 0); upload != nil {
		files = append(files, *upload)
	}
	if f.err() != nil {
		return f.complete(desk.CheckRequesterTicket(ctx, x.actor, t, files...))
	}
	opened, err := desk.CreateRequesterTicket(ctx, x.actor, t, files...)
	if err != nil {
		return err
	}
	return respond(x, http.StatusCreated, opened, x.appendOwnTicket)
}

func listAnswers(x *exchange) error {
	id, err := x.id()
	if err != nil {
		return err
	}
	return sendList(x, x.h.desk.RequesterFollowUps(x.actor, id), x.appendAnswer)
}

func createAnswer(x *exchange) error {
	ctx, desk := x.r.Context(), x.h.desk
	id, err := x.id()
	if err != nil {
		return err
	}
	if err := desk.RequesterTicketExists(ctx, x.actor, id); err != nil {
		return err
	}
	in, err := x.readNew()
	if err != nil {
		return err
	}
	var comment string
	f := newFields(in, false)
	f.text("comment", &comment, required, problem.NotString)
	files := f.files("attachments", desk.CheckUpload)
	if f.err() != nil {
		return f.complete(desk.CheckRequesterReply(ctx, x.actor, id, comment, files...))
	}
	answer, err := desk.CreateRequesterReply(ctx, x.actor, id, comment, files...)
	if err != nil {
		return err
	}
	return respond(x, http.StatusCreated, answer, x.appendAnswer)
}

func downloadAnswerFile(x *exchange) error {
	id, err := x.id()
	if err != nil {
		return err
	}
	file, err := x.number("attachment")
	if err != nil {
		return err
	}
	a, content, err := x.h.desk.OpenRequesterAttachment(x.r.Context(), x.actor, id, file)
	if err != nil {
		return err
	}
	x.serveFile(a, content)
	return nil
}

// appendAnswer appends a follow-up as the one who submitted the ticket sees it:
// in words, like the ticket.
func (x *exchange) appendAnswer(b []byte, f *helpdesk.RequesterFollowUp) []byte {
	b = strconv.AppendInt(append(b, `{"id":`...), f.ID, 10)
	b = strconv.AppendInt(append(b, `,"ticket":`...), f.TicketID, 10)
	b = jsontext.String(append(b, `,"user":`...), f.Author)
	b = jsontext.NullString(append(b, `,"title":`...), f.Title)
	b = nullText(append(b, `,"comment":`...), f.Comment, x)
	var status *string
	if f.NewStatus != nil {
		status = new(f.NewStatus.Label())
	}
	b = jsontext.NullString(append(b, `,"new_status":`...), status)
	b = append(b, `,"followupattachment_set":[`...)
	for i, a := range f.Attachments {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendFile(b, a, fmt.Sprintf("%s/user_tickets/%d/attachments/%d/download/", x.base(), f.TicketID, a.ID))
	}
	b = jsontext.Time(append(b, `],"date":`...), f.Date)
	return append(b, '}')
}
