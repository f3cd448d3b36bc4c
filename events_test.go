package helpdesk_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/event"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// listEvents is Desk.Events or Desk.RequesterEvents.
type listEvents func(ctx context.Context, actor *user.User, after int64, f event.Filter, limit int) ([]*event.Event, int64, error)

// eventsAfter returns all events after a position, and the position to continue from.
func eventsAfter(t testing.TB, list listEvents, actor *user.User, after int64) (all []*event.Event, next int64) {
	t.Helper()
	for {
		some, next, err := list(t.Context(), actor, after, event.Filter{}, 0)
		check(t, err)
		if next == after {
			return all, next
		}
		all, after = append(all, some...), next
	}
}

// eventsInWords are events as inWords has changes.
func eventsInWords(events []*event.Event) string {
	var words []string
	for _, e := range events {
		words = append(words, string(e.Type.Verb())+" "+string(e.Type.Kind()))
	}
	return strings.Join(words, ", ")
}

// TestEveryUseCaseHasItsEvents: those of what it reports, with data and without secrets.
func TestEveryUseCaseHasItsEvents(t *testing.T) {
	t.Parallel()
	for _, w := range writings() {
		t.Run(w.name, func(t *testing.T) {
			t.Parallel()
			b := newBusy(t, testdesk.OpenStore(t))
			_, after := eventsAfter(t, b.Events, b.admin, 0)
			check(t, w.do(t.Context(), b))
			found, _ := eventsAfter(t, b.Events, b.admin, after)
			equal(t, eventsInWords(found), reported[w.name])
			for _, e := range found {
				checkEvent(t, e)
			}
		})
	}
}

// checkEvent checks an event by itself.
func checkEvent(t *testing.T, e *event.Event) {
	t.Helper()
	equal(t, e.ID > 0 && e.Position > 0 && e.Object.ID > 0 && !e.Time.IsZero(), true)
	equal(t, e.Object.Kind, e.Type.Kind())
	equal(t, e.TicketID > 0, e.Type.Kind().OnTicket())
	equal(t, e.Audience == nil && e.Before == nil && e.Body() == "", true)
	body, err := json.Marshal(e)
	check(t, err)
	for _, secret := range []string{"argon2", "hd_", "assword", "igest", "ecret_key", "SecretKey"} {
		if strings.Contains(string(body), secret) {
			t.Errorf("%s has %q: %s", e.Type, secret, body)
		}
	}
}

// TestAnUpdateSaysWhatItChanged.
func TestAnUpdateSaysWhatItChanged(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.ticket(t).ID
	_, after := eventsAfter(t, d.Events, d.admin, 0)
	d.edit(t, id, func(n *ticket.Ticket) {
		n.Title, n.AssignedTo, n.Description = "New", &d.staff.ID, new(strings.Repeat("ä", 3000))
		n.Values.Set(ticket.Value{Field: d.fields["company"].ID, Text: "ACME"})
	})
	found, next := eventsAfter(t, d.Events, d.admin, after)
	equal(t, eventsInWords(found), "updated ticket")
	e := found[0]
	equal(t, e.Actor, event.Actor{ID: d.staff.ID, Name: "staff"})
	equal(t, e.Object, event.Object{Kind: event.Ticket, ID: id})
	u := e.Data.(*event.TicketUpdate)
	equal(t, u.Title.New, event.Text{String: "New"})
	equal(t, u.AssignedTo.Old == nil && *u.AssignedTo.New == d.staff.ID, true)
	equal(t, *u.Description.New, event.Text{String: strings.Repeat("ä", 2048), Cut: true})
	equal(t, u.Values[0].New.String, "ACME")
	equal(t, u.Status == nil && u.QueueID == nil && u.DueDate == nil, true)

	d.edit(t, id, func(n *ticket.Ticket) { n.Title = " New " })
	nothing, _ := eventsAfter(t, d.Events, d.admin, next)
	equal(t, len(nothing), 0)
}

// TestEventsAreListedInParts: each call is bounded, and continues where the last ended.
func TestEventsAreListedInParts(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	first, second := d.ticket(t).ID, d.ticket(t).ID
	d.reply(t, closing(first, ticket.Closed))
	whole, end := eventsAfter(t, d.Events, d.staff, 0)
	var parts []*event.Event
	for after := int64(0); after != end; {
		some, next, err := d.Events(t.Context(), d.staff, after, event.Filter{}, 2)
		check(t, err)
		equal(t, len(some) <= 2 && next > after, true)
		parts, after = append(parts, some...), next
	}
	equal(t, asJSON(parts), asJSON(whole))
	for want, f := range map[string]event.Filter{
		"created ticket, created followup, updated ticket": {TicketID: first},
		"created ticket":                   {TicketID: second},
		"created ticket, created ticket":   {Types: []event.Type{"ticket.created"}},
		"created followup":                 {Types: []event.Type{"followup.*"}, TicketID: first},
		"":                                 {Types: []event.Type{}},
		"created ticket, updated ticket":   {Types: []event.Type{"ticket.*"}, TicketID: first},
		"created followup, updated ticket": {Types: []event.Type{"followup.created", "ticket.updated"}},
	} {
		found, next, err := d.Events(t.Context(), d.staff, 0, f, 100)
		check(t, err)
		equal(t, eventsInWords(found), want)
		equal(t, next > 0, true)
		for i := range found { // a limit does not skip what comes after it
			one, next, err := d.Events(t.Context(), d.staff, 0, f, i+1)
			check(t, err)
			equal(t, len(one), i+1)
			rest, _, err := d.Events(t.Context(), d.staff, next, f, 100)
			check(t, err)
			equal(t, len(rest), len(found)-i-1)
		}
	}
	// A call that sees nothing advances.
	none, next, err := d.RequesterEvents(t.Context(), d.restricted, 0, event.Filter{}, 1)
	check(t, err)
	equal(t, len(none) == 0 && next == end, true)
}

// TestEventsOfAJoinedTransaction exist when the host commits.
func TestEventsOfAJoinedTransaction(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	_, after := eventsAfter(t, h.Events, h.admin, 0)
	tx, joined := h.begin(t)
	h.workOn(t, joined)
	check(t, tx.Rollback())
	found, next := eventsAfter(t, h.Events, h.admin, after)
	equal(t, len(found), 0)
	tx, joined = h.begin(t)
	h.workOn(t, joined)
	check(t, tx.Commit())
	found, _ = eventsAfter(t, h.Events, h.admin, next)
	equal(t, eventsInWords(found), "created ticket, created attachment, created followup, updated ticket, created attachment, "+
		"updated ticket, created user")
}

// TestEventsOfAtomically are those of the use cases in it that succeed.
func TestEventsOfAtomically(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ctx := t.Context()
	_, after := eventsAfter(t, d.Events, d.admin, 0)
	check(t, d.Atomically(ctx, func(inner *helpdesk.Desk) error {
		n, err := inner.CreateTicket(ctx, d.staff, &ticket.Ticket{QueueID: d.support.ID, Title: "One"})
		if err != nil {
			return err
		}
		equal(t, failure(inner.Reply(ctx, d.staff, &followup.FollowUp{TicketID: 1 << 40})) == nil, false)
		if _, _, err := inner.Events(ctx, d.staff, 0, event.Filter{}, 0); err != nil {
			return err
		}
		return failure(inner.Reply(ctx, d.staff, &followup.FollowUp{TicketID: n.ID}))
	}))
	found, _ := eventsAfter(t, d.Events, d.admin, after)
	equal(t, eventsInWords(found), "created ticket, created followup")
}

// TestSweepDeletesOldEvents.
func TestSweepDeletesOldEvents(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		keep time.Duration
		left string
	}{
		"by default": {0, "created ticket"}, "for an hour": {time.Hour, "created ticket"},
		"for ever": {-1, "created ticket, created ticket"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clock := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
			d := handled(testdesk.New(t, helpdesk.Config{Now: func() time.Time { return clock }, EventRetention: c.keep}))
			_, after := eventsAfter(t, d.Events, d.admin, 0)
			d.ticket(t)
			clock = clock.Add(90*24*time.Hour + time.Second)
			d.ticket(t)
			must(d.Sweep(t.Context()))(t)
			found, _ := eventsAfter(t, d.Events, d.admin, after)
			equal(t, eventsInWords(found), c.left)
		})
	}
}

// TestSweepDeletesEventsInSmallTransactions.
func TestSweepDeletesEventsInSmallTransactions(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	check(t, d.store.Update(t.Context(), func(tx storage.Tx) error {
		old := make([]*event.Event, 450)
		for i := range old {
			old[i] = &event.Event{Type: "queue.created", Object: event.Object{Kind: event.Queue, ID: 1}, Time: time.UnixMicro(0)}
			if err := old[i].Describe(nil, &ticket.Queue{ID: 1}, nil); err != nil {
				return err
			}
		}
		return tx.Events().Append(t.Context(), old)
	}))
	young, _ := eventsAfter(t, d.Events, d.admin, 0)
	commits := &commits{Store: d.store}
	must(d.With(commits).Sweep(t.Context()))(t)
	left, _ := eventsAfter(t, d.Events, d.admin, 0)
	equal(t, asJSON(left), asJSON(young[:len(young)-450])) // what the desk began with
	equal(t, commits.n, 2+4)                               // requests and deliveries; three that delete events, and one that finds none
}

// TestLongDataIsCut: an event has a bounded size, whatever is written.
func TestLongDataIsCut(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	long := strings.Repeat("\x01", 1<<20) // of six bytes each in JSON
	id := must(d.CreateTicket(t.Context(), d.staff, &ticket.Ticket{QueueID: d.support.ID, Title: strings.Repeat("t", 200),
		Description: &long, Values: ticket.Values{{Field: d.fields["notes"].ID, Text: strings.Repeat("x", 500<<10)}}}))(t).ID
	found, after := eventsAfter(t, d.Events, d.staff, 0)
	last := found[len(found)-1]
	checkEvent(t, last)
	equal(t, last.Data.(*event.TicketData).Description.Cut, true)
	must(d.Reply(t.Context(), d.staff, &followup.FollowUp{TicketID: id, Comment: &long, NewStatus: new(ticket.Resolved)}))(t)
	found, _ = eventsAfter(t, d.Events, d.staff, after)
	equal(t, eventsInWords(found), "created followup, updated ticket")
	for _, e := range found {
		checkEvent(t, e)
	}
	check(t, d.store.View(t.Context(), func(tx storage.Tx) error {
		all, err := tx.Events().List(t.Context(), 0, 0, 1<<20)
		for _, e := range all {
			equal(t, len(e.Body()) <= event.MaxBody, true)
		}
		return err
	}))
}
