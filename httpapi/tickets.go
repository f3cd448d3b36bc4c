package httpapi

import (
	"net/http"
	"slices"
	"time"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// ticketTable describes a ticket as staff see it.
var ticketTable = newTable(
	integer("id", func(t *helpdesk.Thread) int64 { return t.ID }),
	reference("queue", func(t *helpdesk.Thread) *int64 { return &t.QueueID }, required),
	text("title", func(t *helpdesk.Thread) *string { return &t.Title }, required, maxLength(ticket.MaxTitle)),
	nullText("description", func(t *helpdesk.Thread) **string { return &t.Description }, nullable, blank),
	nullText("resolution", func(t *helpdesk.Thread) **string { return &t.Resolution }, nullable, blank),
	nullText("submitter_email", func(t *helpdesk.Thread) **string { return &t.SubmitterEmail }, email, nullable, blank,
		maxLength(ticket.MaxEmail)),
	nullReference("assigned_to", func(t *helpdesk.Thread) **int64 { return &t.AssignedTo }),
	choice("status", func(t *helpdesk.Thread) *ticket.Status { return &t.Status }, ticket.Statuses()),
	boolean("on_hold", func(t *helpdesk.Thread) *bool { return &t.OnHold }),
	choice("priority", func(t *helpdesk.Thread) *ticket.Priority { return &t.Priority }, ticket.Priorities(), nullOnCreate),
	nullDatetime("due_date", func(t *helpdesk.Thread) **time.Time { return &t.DueDate }),
	nullReference("merged_to", func(t *helpdesk.Thread) **int64 { return &t.MergedTo }),
	datetime("created", func(t *helpdesk.Thread) time.Time { return t.Created }),
	datetime("modified", func(t *helpdesk.Thread) time.Time { return t.Modified }),
	objects("followup_set", loadedFollowUps, itself, followUps.table),
	custom(func(t *helpdesk.Thread) customValues { return customValues{t.ID, t.Fields, &t.Values} }),
	file[*helpdesk.Thread]("attachment", refusedOnUpdate),
)

// A long conversation is sent between the fields before it and those behind it.
var ticketHead, followUpSet, ticketTail = ticketTable.around("followup_set")

func loadedFollowUps(t *helpdesk.Thread) []*followup.FollowUp {
	loaded, _ := t.Loaded()
	return loaded
}

var tickets = &resource[*helpdesk.Thread]{
	table:   ticketTable,
	list:    filtered(append(slices.Clone(ticketFilters), ticketOrder), listTickets),
	get:     (*helpdesk.Desk).Ticket,
	getPart: getTicketPart,
	exists:  (*helpdesk.Desk).TicketExists,
	start:   func(*exchange) (*helpdesk.Thread, error) { return &helpdesk.Thread{Ticket: &ticket.Ticket{}}, nil },
	create: func(x *exchange, t *helpdesk.Thread, e *extras) (*helpdesk.Thread, error) {
		return x.desk.CreateTicket(x.r.Context(), x.actor, t.Ticket, e.files...)
	},
	update: func(x *exchange, id int64, change func(*helpdesk.Thread) error, _ *extras) (*helpdesk.Thread, error) {
		return x.h.desk.UpdateTicket(x.reading(), x.actor, id, func(t *ticket.Ticket) error {
			return change(&helpdesk.Thread{Ticket: t})
		})
	},
	delete:      (*helpdesk.Desk).DeleteTicket,
	definitions: (*helpdesk.Desk).Fields,
	appendTo:    (*exchange).appendThread,
	tag: func(t *tagParts, v *helpdesk.Thread) {
		t.object("ticket", v.ID, v.Version) // which counts follow-ups and files, too
		t.definitions(v.Fields)
		t.links()
	},
}

// listTickets lists the tickets that a query selects, without reading what is not shown.
func listTickets(x *exchange, q helpdesk.TicketQuery) *helpdesk.List[*helpdesk.Thread] {
	q.Without = x.hiddenParts()
	return x.h.desk.Tickets(x.actor, q)
}

// getTicketPart returns a ticket without reading what is not shown.
func getTicketPart(x *exchange, id int64) (*helpdesk.Thread, error) {
	l := listTickets(x, helpdesk.TicketQuery{Filter: ticket.Filter{IDs: []int64{id}}})
	for t, err := range l.All(x.reading()) {
		return t, err
	}
	return nil, helpdesk.ErrNotFound
}

// hiddenParts returns the parts of tickets that the answer does not show.
func (x *exchange) hiddenParts() (hidden ticket.Parts) {
	k := x.arguments().keys
	for name, part := range map[string]ticket.Parts{
		followUpSet.name: ticket.FollowUps, "description": ticket.Description, "resolution": ticket.Resolution,
	} {
		if !k.has(name) {
			hidden |= part
		}
	}
	if !k.hasCustom() {
		hidden |= ticket.CustomValues
	}
	return hidden
}

// listHistory answers with the changes of a ticket.
func listHistory(x *exchange) error {
	id, err := x.id()
	if err != nil {
		return err
	}
	return sendTable(x, changes, x.h.desk.History(x.actor, id))
}

// appendThread appends a ticket as staff see it: a part of it, or all when part is nil.
func (x *exchange) appendThread(part *selection[*helpdesk.Thread], b []byte, t *helpdesk.Thread) []byte {
	_, loaded := t.Loaded()
	if part == nil {
		if loaded {
			return ticketTable.append(b, t, x)
		}
		b = appendFields(ticketHead, b, t, x)
		return x.streamFollowUps(append(append(b, followUpSet.key...), '['), t, func(b []byte) []byte {
			return appendFields(ticketTail, b, t, x)
		})
	}
	before, after, ok := part.around(followUpSet.name)
	if loaded || !ok {
		return part.append(b, t, x)
	}
	b, n := part.appendFields(append(b, '{'), before, 0, t, x)
	b = append(appendComma(b, n), followUpSet.key[1:]...)
	return x.streamFollowUps(append(b, '['), t, func(b []byte) []byte {
		b, _ = part.appendFields(b, after, n+1, t, x)
		return b
	})
}

// streamFollowUps appends the rest of a ticket with a long conversation, and sends the
// follow-ups as they are read. Meanwhile the ticket itself, which may be large, is not
// kept in memory: what comes behind its follow-ups is encoded first.
func (x *exchange) streamFollowUps(b []byte, t *helpdesk.Thread, tail func([]byte) []byte) []byte {
	if x.r.Method == http.MethodHead {
		x.header(-1)
		return b
	}
	conversation := t.FollowUps(x.reading())
	before := x.overflow
	x.overflow = &spool{}
	end := tail([]byte{']'})
	behind := x.overflow
	defer behind.remove()
	x.overflow, x.streams, t = before, true, nil

	b = x.elementDone(b, firstFlush)
	n := 0
	for f, err := range conversation {
		if err != nil {
			x.failed = x.abort(err)
		}
		if x.failed != nil {
			return b
		}
		b = x.elementDone(followUps.append(appendComma(b, n), f, x), bufferSize)
		n++
	}
	if behind.size > 0 {
		b = x.flush(b)
		x.copy(behind)
	}
	return append(append(b, end...), '}')
}
