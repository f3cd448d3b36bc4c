package httpapi

import (
	"strconv"
	"time"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/internal/jsontext"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// userTickets describes a ticket as the one who submitted it sees it.
var userTickets = &resource[*helpdesk.OwnTicket]{
	table: newTable(
		shown("ticket", kindText, appendTicketNumber),
		integer("id", func(t *helpdesk.OwnTicket) int64 { return t.ID }),
		text("title", func(t *helpdesk.OwnTicket) *string { return &t.Title }, required, maxLength(ticket.MaxTitle)),
		reference("queue", func(t *helpdesk.OwnTicket) *int64 { return &t.QueueID }, required).
			shownAs(func(b []byte, t *helpdesk.OwnTicket, to writer) []byte { return queueOfTicket.append(b, t.Queue, to) }),
		computed("status", func(t *helpdesk.OwnTicket) string { return t.StatusLine() }),
		datetime("created", func(t *helpdesk.OwnTicket) time.Time { return t.Created }),
		nullDatetime("due_date", func(t *helpdesk.OwnTicket) **time.Time { return &t.DueDate }),
		nullText("submitter", func(t *helpdesk.OwnTicket) **string { return &t.SubmitterEmail }, readOnly),
		computed("kbitem", func(*helpdesk.OwnTicket) string { return "" }), // there is no knowledge base
		computed("secret_key", func(t *helpdesk.OwnTicket) string { return t.SecretKey }),
		custom(func(t *helpdesk.OwnTicket) customValues { return customValues{t.ID, t.Fields, &t.Values} }),
		nullText("description", func(t *helpdesk.OwnTicket) **string { return &t.Description }, nullable, blank, writeOnly),
		choice("priority", func(t *helpdesk.OwnTicket) *ticket.Priority { return &t.Priority }, ticket.Priorities(), nullOnCreate,
			writeOnly),
		file[*helpdesk.OwnTicket]("attachment"),
	),
	list: listAll((*helpdesk.Desk).OwnTickets),
	get:  (*helpdesk.Desk).OwnTicket,
	start: func(*exchange) (*helpdesk.OwnTicket, error) {
		return &helpdesk.OwnTicket{Ticket: &ticket.Ticket{}}, nil
	},
	check: func(x *exchange, t *helpdesk.OwnTicket, e *extras) error {
		return x.h.desk.CheckRequest(x.r.Context(), x.actor, t.Ticket, e.files...)
	},
	create: func(x *exchange, t *helpdesk.OwnTicket, e *extras) (*helpdesk.OwnTicket, error) {
		return x.h.desk.CreateRequest(x.r.Context(), x.actor, t.Ticket, e.files...)
	},
	definitions: (*helpdesk.Desk).RequestFields,
	limited:     true,
}

func appendTicketNumber(b []byte, t *helpdesk.OwnTicket, _ writer) []byte {
	return jsontext.String(b, strconv.FormatInt(t.ID, 10)+" "+t.Number(t.Queue))
}

// queueOfTicket describes the queue of a ticket to the one who submitted it.
var queueOfTicket = newTable(
	computed("title", func(q *ticket.Queue) string { return q.Title }),
	integer("id", func(q *ticket.Queue) int64 { return q.ID }),
)

// answers describes a follow-up as the one who submitted the ticket sees it: in words,
// like the ticket.
var answers = &resource[*helpdesk.Answer]{
	table: newTable(
		integer("id", func(a *helpdesk.Answer) int64 { return a.ID }),
		integer("ticket", func(a *helpdesk.Answer) int64 { return a.TicketID }),
		computed("user", func(a *helpdesk.Answer) string { return a.Author }),
		nullText("title", func(a *helpdesk.Answer) **string { return &a.Title }, readOnly),
		nullText("comment", func(a *helpdesk.Answer) **string { return &a.Comment }, required),
		shown("new_status", kindText, appendNewStatus),
		objects("followupattachment_set", func(a *helpdesk.Answer) []*followup.Attachment { return a.Attachments }, fileOfAnswer,
			answerFiles),
		datetime("date", func(a *helpdesk.Answer) time.Time { return a.Date }),
		files[*helpdesk.Answer]("attachments"),
	),
	list: func(x *exchange) (*helpdesk.List[*helpdesk.Answer], error) {
		id, err := x.id()
		return x.h.desk.Answers(x.actor, id), err
	},
	start: startAnswer,
	check: func(x *exchange, a *helpdesk.Answer, e *extras) error {
		return x.h.desk.CheckAnswer(x.r.Context(), x.actor, a.TicketID, commentOf(a), e.files...)
	},
	create: func(x *exchange, a *helpdesk.Answer, e *extras) (*helpdesk.Answer, error) {
		return x.h.desk.CreateAnswer(x.r.Context(), x.actor, a.TicketID, commentOf(a), e.files...)
	},
	limited: true,
}

// startAnswer starts an answer to the ticket in the path.
func startAnswer(x *exchange) (*helpdesk.Answer, error) {
	id, err := x.id()
	if err != nil {
		return nil, err
	}
	answer := &helpdesk.Answer{FollowUp: &followup.FollowUp{TicketID: id}}
	return answer, x.h.desk.OwnTicketExists(x.r.Context(), x.actor, id)
}

func commentOf(a *helpdesk.Answer) string {
	if a.Comment == nil {
		return ""
	}
	return *a.Comment
}

func appendNewStatus(b []byte, a *helpdesk.Answer, _ writer) []byte {
	if a.NewStatus == nil {
		return appendNull(b)
	}
	return jsontext.String(b, a.NewStatus.Label())
}

const answerDownloadPath = "/user_tickets/:id/attachments/:attachment/download"

var answerDownload = newLink(answerDownloadPath)

// answerFile is an attachment on an answer to a ticket.
type answerFile struct {
	*followup.Attachment
	ticketID int64
}

func fileOfAnswer(a *helpdesk.Answer, file *followup.Attachment) answerFile {
	return answerFile{file, a.TicketID}
}

var answerFiles = newAttachmentTable(
	func(f answerFile) *followup.Attachment { return f.Attachment },
	func(b []byte, f answerFile, to writer) []byte {
		return answerDownload.append(b, to.base(), f.ticketID, f.ID)
	},
)

// downloadAnswerFile answers with the content of an attachment on an answer.
func downloadAnswerFile(x *exchange) error {
	id, err := x.id()
	if err != nil {
		return err
	}
	file, err := x.number("attachment")
	if err != nil {
		return err
	}
	a, content, err := x.h.desk.OpenAnswerFile(x.r.Context(), x.actor, id, file)
	if err != nil {
		return err
	}
	x.serveFile(a, content)
	return nil
}
