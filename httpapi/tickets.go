package httpapi

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/internal/jsontext"
	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/ticket"
)

func listTickets(x *exchange) error {
	status, err := statusFilter(parseQuery(x.r.URL.RawQuery))
	if err != nil {
		return err
	}
	return sendList(x, x.h.desk.Tickets(x.actor, helpdesk.TicketFilter{Status: status}), x.appendThread)
}

// statusFilter reads ?status=, a comma list of numbers and labels.
func statusFilter(q query) ([]ticket.Status, error) {
	given, _ := q.get("status")
	var status []ticket.Status
	for part := range strings.SplitSeq(given, ",") {
		if part == "" {
			continue
		}
		s, ok := ticket.StatusByLabel(part)
		if n, err := strconv.Atoi(part); !ok && err == nil && strconv.Itoa(n) == part {
			s, ok = ticket.Status(n), ticket.Status(n).Valid()
		}
		if !ok {
			return nil, problem.Error{"status": {{Reason: problem.NotAvailable, Value: part}}}
		}
		status = append(status, s)
	}
	return status, nil
}

func getTicket(x *exchange) error { return sendItem(x, x.h.desk.Ticket, x.appendThread) }

func createTicket(x *exchange) error {
	ctx, desk := x.r.Context(), x.h.desk
	in, err := x.read()
	if err != nil {
		return err
	}
	definitions, err := x.definitions(in, creating, (*helpdesk.Desk).Fields)
	if err != nil {
		return err
	}
	t, f := &ticket.Ticket{}, newFields(in, false)
	upload := readTicket(f, t, definitions, oldNullable)
	var files []followup.Upload
	if upload != nil {
		files = append(files, *upload)
	}
	if f.err() != nil {
		return f.complete(desk.CheckTicket(ctx, x.actor, t, files...))
	}
	thread, err := desk.CreateTicket(ctx, x.actor, t, files...)
	if err != nil {
		return err
	}
	return respond(x, http.StatusCreated, thread, x.appendThread)
}

func updateTicket(x *exchange) error {
	ctx, desk := x.r.Context(), x.h.desk
	id, err := x.id()
	if err != nil {
		return err
	}
	if err := desk.TicketExists(ctx, x.actor, id); err != nil {
		return err
	}
	in, err := x.read()
	if err != nil {
		return err
	}
	definitions, err := x.definitions(in, map[bool]mode{true: changing, false: replacing}[x.partial()], (*helpdesk.Desk).Fields)
	if err != nil {
		return err
	}
	thread, err := desk.UpdateTicket(x.reading(), x.actor, id, func(t *ticket.Ticket) error {
		f := newFields(in, x.partial())
		if upload := readTicket(f, t, definitions, 0); upload != nil { // a follow-up takes it
			f.problems.Add("attachment", desk.CheckUpload(*upload)...)
			f.problems.AddNew("attachment", problem.Problem{Reason: problem.FileUnused})
		}
		return f.err()
	})
	if err != nil {
		return err
	}
	return respond(x, http.StatusOK, thread, x.appendThread)
}

// readTicket reads the fields of a ticket and its attachment. The priority may
// be null where the rule says so.
func readTicket(f *fields, t *ticket.Ticket, definitions []*ticket.CustomField, priority rule) *followup.Upload {
	f.reference("queue", &t.QueueID)
	f.text("title", &t.Title, oldRequired, problem.NotString)
	f.nullText("description", &t.Description, problem.NotString)
	f.nullText("resolution", &t.Resolution, problem.NotString)
	f.nullText("submitter_email", &t.SubmitterEmail, problem.BadEmail)
	f.nullReference("assigned_to", &t.AssignedTo)
	oldChoice(f, "status", &t.Status, ticket.Statuses(), 0)
	f.boolean("on_hold", &t.OnHold)
	oldChoice(f, "priority", &t.Priority, ticket.Priorities(), priority)
	f.nullTime("due_date", &t.DueDate)
	f.nullReference("merged_to", &t.MergedTo)
	f.custom(definitions, &t.Values)
	return f.file("attachment", 0)
}

func deleteTicket(x *exchange) error {
	return x.remove(x.h.desk.DeleteTicket)
}

func listHistory(x *exchange) error {
	id, err := x.id()
	if err != nil {
		return err
	}
	return sendList(x, x.h.desk.History(x.actor, id), x.appendChange)
}

// appendThread appends a ticket as staff see it.
func (x *exchange) appendThread(b []byte, t *helpdesk.Thread) []byte {
	b = append(appendTicket(b, t.Ticket, x), `,"followup_set":[`...)
	followUps, all := t.Loaded()
	if !all {
		return x.streamFollowUps(b, t)
	}
	for i, f := range followUps {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendFollowUp(b, f, x)
	}
	return append(appendValues(append(b, ']'), t.ID, t.Fields, t.Values, x), '}')
}

// appendTicket begins a ticket, up to its conversation.
func appendTicket(b []byte, t *ticket.Ticket, to writer) []byte {
	b = strconv.AppendInt(append(b, `{"id":`...), t.ID, 10)
	b = strconv.AppendInt(append(b, `,"queue":`...), t.QueueID, 10)
	b = jsontext.String(append(b, `,"title":`...), t.Title)
	b = appendNullText(append(b, `,"description":`...), t.Description, to)
	b = appendNullText(append(b, `,"resolution":`...), t.Resolution, to)
	b = jsontext.NullString(append(b, `,"submitter_email":`...), t.SubmitterEmail)
	b = jsontext.NullInt(append(b, `,"assigned_to":`...), t.AssignedTo)
	b = strconv.AppendInt(append(b, `,"status":`...), int64(t.Status), 10)
	b = strconv.AppendBool(append(b, `,"on_hold":`...), t.OnHold)
	b = strconv.AppendInt(append(b, `,"priority":`...), int64(t.Priority), 10)
	b = jsontext.NullTime(append(b, `,"due_date":`...), t.DueDate)
	b = jsontext.NullInt(append(b, `,"merged_to":`...), t.MergedTo)
	b = jsontext.Time(append(b, `,"created":`...), t.Created)
	return jsontext.Time(append(b, `,"modified":`...), t.Modified)
}

// streamFollowUps appends the rest of a ticket with a long conversation, which it sends
// in parts. The ticket itself, which may be large, is not in memory meanwhile.
func (x *exchange) streamFollowUps(b []byte, t *helpdesk.Thread) []byte {
	if x.r.Method == http.MethodHead {
		x.header(-1)
		return b
	}
	followUps := t.FollowUps(x.reading())
	before := x.aside
	x.aside = &spool{}
	end := appendValues([]byte{']'}, t.ID, t.Fields, t.Values, x)
	behind := x.aside
	defer behind.remove()
	x.aside, x.streams, t = before, true, nil

	b = x.element(b, firstPart)
	n := 0
	for f, err := range followUps {
		if err != nil {
			x.broken = x.abort(err)
		}
		if x.broken != nil {
			return b
		}
		if n++; n > 1 {
			b = append(b, ',')
		}
		b = x.element(x.appendFollowUp(b, f), bufferSize)
	}
	if behind.size > 0 {
		b = x.flush(b)
		x.copy(behind)
	}
	return append(append(b, end...), '}')
}

// appendValues appends the custom fields of a ticket. A value that does not fit the
// type of its field, which the stores prevent but nodes of a Galera cluster may
// still write, reads null.
func appendValues(b []byte, id int64, definitions []*ticket.CustomField, values ticket.Values, to writer) []byte {
	for _, d := range definitions {
		b = append(b, `,"custom_`...)
		b = append(append(b, d.Name...), `":`...) // a name is a slug: nothing to escape
		v := values.Get(d.ID)
		switch {
		case v.Null:
			b = append(b, "null"...)
		case !v.Canonical(d.Type):
			b = append(b, "null"...)
			to.reportValue(id, d)
		case d.Type == ticket.Integer || d.Type == ticket.Boolean:
			b = append(b, v.Text...)
		default:
			b = to.text(b, v.Text)
		}
	}
	return b
}
