package httpapi

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/event"
	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// eventFeed is a feed of events as one kind of readers has it.
type eventFeed struct {
	requester bool
	read      func(*helpdesk.Desk, context.Context, *user.User, int64, event.Filter, int) ([]*event.Event, int64, error)
	fields    func(*helpdesk.Desk, context.Context, *user.User) ([]*ticket.CustomField, error)
}

var (
	staffFeed     = eventFeed{false, (*helpdesk.Desk).Events, (*helpdesk.Desk).Fields}
	requesterFeed = eventFeed{true, (*helpdesk.Desk).RequesterEvents, (*helpdesk.Desk).RequesterFields}
)

// shownEvent is an event with what its JSON depends on.
type shownEvent struct {
	*event.Event
	eventReader
}

var (
	eventActors = newTable(
		nullInteger("id", func(e shownEvent) **int64 { return new(orNil(e.Actor.ID)) }, readOnly),
		computed("name", func(e shownEvent) string { return e.Actor.Name }),
	).called("EventActor")
	eventObjects = newTable(
		computed("kind", func(e shownEvent) string { return string(e.Object.Kind) }),
		integer("id", func(e shownEvent) int64 { return e.Object.ID }),
	).called("EventObject")
	events = newTable(
		integer("position", func(e shownEvent) int64 { return e.Position }),
		integer("id", func(e shownEvent) int64 { return e.ID }),
		computed("type", func(e shownEvent) string { return string(e.Type) }),
		datetime("time", func(e shownEvent) time.Time { return e.Time }),
		shown("actor", kindReference, appendEventActor, nullable, of(&eventActors.schema)),
		nullInteger("ticket", func(e shownEvent) **int64 { return new(orNil(e.TicketID)) }, readOnly),
		shown("object", kindReference, func(b []byte, e shownEvent, to writer) []byte {
			return eventObjects.append(b, e, to)
		}, of(&eventObjects.schema)),
		shown("data", kindObject, func(b []byte, e shownEvent, _ writer) []byte { return e.appendData(b, e.Event) }),
	).called("Event")
)

// of says which table describes the object that a field shows.
func of(s *schema) option { return func(f *spec) { f.of = s } }

// orNil returns nil for no id.
func orNil(id int64) *int64 {
	if id == 0 {
		return nil
	}
	return &id
}

// appendEventActor appends who made a change, or null for nobody who is known.
func appendEventActor(b []byte, e shownEvent, to writer) []byte {
	if e.Actor == (event.Actor{}) {
		return appendNull(b)
	}
	return eventActors.append(b, e, to)
}

const defaultEvents = 100 // events of a page, unless the client asks for another number

// eventParameters choose events.
var eventParameters = []parameter{
	{name: "after", kind: kindInteger, about: "The position that the last page named, or 0 for the beginning."},
	{name: "type", kind: kindText, repeats: true,
		about: "The types of events, separated by commas, such as followup.created or ticket.* for all of a kind."},
	{name: "ticket", kind: kindInteger, about: "The ticket that events are about."},
	{name: "limit", kind: kindInteger, about: "How many events there are at most: " + strconv.Itoa(defaultEvents) +
		" without it, and never more than " + strconv.Itoa(helpdesk.MaxEvents) + "."},
}

// eventQuery is what a request asks for.
type eventQuery struct {
	filter event.Filter
	after  int64
	limit  int
}

// readEventQuery reads the parameters of a feed.
func (x *exchange) readEventQuery() (q eventQuery, err error) {
	a := x.arguments()
	q.after, q.filter.TicketID = a.natural("after", 0), a.natural("ticket", 0)
	limit := a.natural("limit", defaultEvents)
	switch {
	case limit < 1:
		a.problems.Add("limit", problem.Problem{Reason: problem.Below, Limit: 1})
	case limit > helpdesk.MaxEvents:
		a.problems.Add("limit", problem.Problem{Reason: problem.Above, Limit: helpdesk.MaxEvents})
	}
	q.limit = int(min(limit, helpdesk.MaxEvents))
	for _, word := range a.words("type") {
		t := event.Type(word)
		if !slices.ContainsFunc(event.Types(), event.Filter{Types: []event.Type{t}}.AdmitsType) {
			a.wrong("type", problem.NotChoice, word)
		}
		q.filter.Types = append(q.filter.Types, t)
	}
	return q, x.settle()
}

// natural returns a parameter that is a number and not negative. Other values are a
// problem. It returns the default where the query lacks the parameter.
func (a *arguments) natural(name string, byDefault int64) int64 {
	text := strings.TrimSpace(a.last(name))
	if text == "" {
		return byDefault
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || !isDigits(text) {
		a.wrong(name, problem.BadInteger, text)
		return byDefault
	}
	return n
}

// listEvents returns the operation that answers with a page of a feed.
func listEvents(f eventFeed) operation {
	return operation{answers: &events.schema, results: true, after: true, status: http.StatusOK, query: eventParameters,
		do: func(x *exchange) error { return x.sendEvents(f) }}
}

func (x *exchange) sendEvents(f eventFeed) error {
	q, err := x.readEventQuery()
	if err != nil {
		return err
	}
	page, err := x.readEvents(f, q)
	if err != nil {
		return err
	}
	return respond(x, page, func(b []byte, p eventPage) []byte {
		b = append(b, `{"results":[`...)
		for i, e := range p.events {
			b = events.append(appendComma(b, i), e, x)
		}
		return append(strconv.AppendInt(append(b, `],"after":`...), p.after, 10), '}')
	})
}

// eventPage is a part of a feed.
type eventPage struct {
	events []shownEvent
	after  int64 // the position to continue from
}

// readEvents reads a page of a feed as the actor may see it now.
func (x *exchange) readEvents(f eventFeed, q eventQuery) (p eventPage, err error) {
	ctx := x.r.Context()
	found, after, err := f.read(x.h.desk, ctx, x.actor, q.after, q.filter, q.limit)
	if err != nil {
		return p, err
	}
	p.after = after
	if len(found) == 0 {
		return p, nil
	}
	fields, err := f.fields(x.h.desk, ctx, x.actor)
	if err != nil {
		return p, err
	}
	if slices.ContainsFunc(found, func(e *event.Event) bool { return !e.FieldsIn(fields) }) { // another process may have added one
		if err := x.h.desk.RefreshFields(ctx); err != nil {
			return p, err
		}
		if fields, err = f.fields(x.h.desk, ctx, x.actor); err != nil {
			return p, err
		}
	}
	reader := eventReader{fields, x.base(), f.requester}
	for _, e := range found {
		p.events = append(p.events, shownEvent{e, reader})
	}
	return p, nil
}

// AppendEvent appends an event to b, as JSON in the form in which the API answers staff,
// and returns the extended buffer. Fields are the definitions of the custom fields: see
// helpdesk.Desk.Fields. URLs begin with base, as for AppendTicket. The text has everything
// that staff may see: do not send it to requesters.
func AppendEvent(b []byte, e *event.Event, fields []*ticket.CustomField, base string) []byte {
	to := baseURL(base)
	return events.append(b, shownEvent{e, eventReader{fields: fields, base: to.base()}}, to)
}
