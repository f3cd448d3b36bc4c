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
var userTickets = &resource[*helpdesk.RequesterTicket]{
	table: newTable(
		shown("ticket", kindText, appendTicketNumber),
		integer("id", func(t *helpdesk.RequesterTicket) int64 { return t.ID }),
		text("title", func(t *helpdesk.RequesterTicket) *string { return &t.Title }, required, maxLength(ticket.MaxTitle)),
		reference("queue", func(t *helpdesk.RequesterTicket) *int64 { return &t.QueueID }, required).
			shownAs(&queueOfTicket.schema, func(b []byte, t *helpdesk.RequesterTicket, to writer) []byte {
				return queueOfTicket.append(b, t.Queue, to)
			}),
		computed("status", func(t *helpdesk.RequesterTicket) string { return t.StatusLine() }),
		datetime("created", func(t *helpdesk.RequesterTicket) time.Time { return t.Created }),
		nullDatetime("due_date", func(t *helpdesk.RequesterTicket) **time.Time { return &t.DueDate }),
		nullText("submitter", func(t *helpdesk.RequesterTicket) **string { return &t.SubmitterEmail }, readOnly),
		computed("kbitem", func(*helpdesk.RequesterTicket) string { return "" }), // there is no knowledge base
		computed("secret_key", func(t *helpdesk.RequesterTicket) string { return t.SecretKey }),
		custom(func(t *helpdesk.RequesterTicket) customValues { return customValues{t.ID, t.Fields, &t.Values} }),
		nullText("description", func(t *helpdesk.RequesterTicket) **string { return &t.Description }, nullable, blank, writeOnly),
		choice("priority", func(t *helpdesk.RequesterTicket) *ticket.Priority { return &t.Priority }, ticket.Priorities(), nullOnCreate,
			writeOnly),
		file[*helpdesk.RequesterTicket]("attachment"),
	),
	list: listBy(ownTicketFilters, (*helpdesk.Desk).RequesterTickets),
	get:  (*helpdesk.Desk).RequesterTicket,
	start: func(*exchange) (*helpdesk.RequesterTicket, error) {
		return &helpdesk.RequesterTicket{Ticket: &ticket.Ticket{}}, nil
	},
	create: func(x *exchange, t *helpdesk.RequesterTicket, e *extras) (*helpdesk.RequesterTicket, error) {
		return x.desk.CreateRequesterTicket(x.r.Context(), x.actor, t.Ticket, e.files...)
	},
	definitions: (*helpdesk.Desk).RequesterFields,
	limited:     true,
	tag:         tagRequesterTicket,
}

// tagRequesterTicket adds what the requester sees. The version of the ticket is no part: it
// counts what staff write among themselves, and a tag that changes would tell of it.
func tagRequesterTicket(t *tagParts, v *helpdesk.RequesterTicket) {
	t.text("user ticket")
	t.numbers(v.ID, v.QueueID)
	t.text(v.Queue.Title)
	t.text(v.Queue.Slug)
	t.text(v.Title)
	t.text(v.StatusLine())
	t.nullText(v.SubmitterEmail)
	if v.DueDate == nil {
		t.numbers()
	} else {
		t.numbers(v.DueDate.UnixMicro())
	}
	t.definitions(v.Fields)
	for _, f := range v.Fields {
		value := v.Values.Get(f.ID)
		if value.Null {
			t.nullText(nil)
		} else {
			t.nullText(&value.Text)
		}
	}
}

func appendTicketNumber(b []byte, t *helpdesk.RequesterTicket, _ writer) []byte {
	return jsontext.String(b, strconv.FormatInt(t.ID, 10)+" "+t.Number(t.Queue))
}

// queueOfTicket describes the queue of a ticket to the one who submitted it.
var queueOfTicket = newTable(
	computed("title", func(q *ticket.Queue) string { return q.Title }),
	integer("id", func(q *ticket.Queue) int64 { return q.ID }),
).called("QueueOfTicket")

// answers describes a follow-up as the one who submitted the ticket sees it: in words,
// like the ticket.
var answers = &resource[*helpdesk.RequesterFollowUp]{
	table: newTable(
		integer("id", func(a *helpdesk.RequesterFollowUp) int64 { return a.ID }),
		integer("ticket", func(a *helpdesk.RequesterFollowUp) int64 { return a.TicketID }),
		computed("user", func(a *helpdesk.RequesterFollowUp) string { return a.Author }),
		nullText("title", func(a *helpdesk.RequesterFollowUp) **string { return &a.Title }, readOnly),
		nullText("comment", func(a *helpdesk.RequesterFollowUp) **string { return &a.Comment }, required),
		shown("new_status", kindText, appendNewStatus, maybeNull),
		objects("followupattachment_set", func(a *helpdesk.RequesterFollowUp) []*followup.Attachment { return a.Attachments }, fileOfAnswer,
			answerFiles),
		datetime("date", func(a *helpdesk.RequesterFollowUp) time.Time { return a.Date }),
		files[*helpdesk.RequesterFollowUp]("attachments"),
	),
	list: listing[*helpdesk.RequesterFollowUp]{open: func(x *exchange) (*helpdesk.List[*helpdesk.RequesterFollowUp], error) {
		id, err := x.id()
		return x.h.desk.RequesterFollowUps(x.actor, id), err
	}},
	start: startAnswer,
	create: func(x *exchange, a *helpdesk.RequesterFollowUp, e *extras) (*helpdesk.RequesterFollowUp, error) {
		return x.desk.CreateRequesterReply(x.r.Context(), x.actor, a.TicketID, orZero(a.Comment), e.files...)
	},
	limited: true,
	tag: func(t *tagParts, a *helpdesk.RequesterFollowUp) {
		t.object("answer", a.ID, a.Version)
		t.files(a.Attachments)
		t.text(a.Author)
		t.links()
	},
}

// startAnswer starts an answer to the ticket in the path.
func startAnswer(x *exchange) (*helpdesk.RequesterFollowUp, error) {
	id, err := x.id()
	if err != nil {
		return nil, err
	}
	answer := &helpdesk.RequesterFollowUp{FollowUp: &followup.FollowUp{TicketID: id}}
	return answer, x.h.desk.RequesterTicketExists(x.r.Context(), x.actor, id)
}

func appendNewStatus(b []byte, a *helpdesk.RequesterFollowUp, _ writer) []byte {
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

func fileOfAnswer(a *helpdesk.RequesterFollowUp, file *followup.Attachment) answerFile {
	return answerFile{file, a.TicketID}
}

var answerFiles = newAttachmentTable(
	func(f answerFile) *followup.Attachment { return f.Attachment },
	func(b []byte, f answerFile, to writer) []byte {
		return answerDownload.append(b, to.base(), f.ticketID, f.ID)
	},
).called("UserTicketAttachment")

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
	a, content, err := x.h.desk.OpenRequesterAttachment(x.r.Context(), x.actor, id, file)
	if err != nil {
		return err
	}
	x.serveFile(a, content)
	return nil
}
