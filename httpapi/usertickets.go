package httpapi

import (
	"net/http"
	"strconv"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/internal/jsontext"
)

func listOwnTickets(x *exchange) error {
	return x.h.desk.OwnTickets(x.r.Context(), x.actor, func(l *helpdesk.List[*helpdesk.OwnTicket]) error {
		return sendList(x, l, appendOwnTicket)
	})
}

func getOwnTicket(x *exchange) error {
	id, err := x.id()
	if err != nil {
		return err
	}
	t, err := x.h.desk.OwnTicket(x.r.Context(), x.actor, id)
	if err != nil {
		return err
	}
	x.send(http.StatusOK, appendOwnTicket(nil, t))
	return nil
}

// appendOwnTicket appends a ticket as the one who submitted it sees it.
func appendOwnTicket(b []byte, t *helpdesk.OwnTicket) []byte {
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
	b = appendValues(b, t.Fields, t.Values)
	return append(b, '}')
}
