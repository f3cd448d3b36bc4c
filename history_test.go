package helpdesk_test

import (
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/ticket"
)

func TestAnEditIsRecordedFieldByField(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	target, id := d.ticket(t).ID, d.ticket(t).ID
	before := d.thread(t, id)
	d.edit(t, id, func(n *ticket.Ticket) {
		n.Title, n.Description, n.Resolution, n.SubmitterEmail = "New", nil, new("done"), new("a@b.co")
		n.Status, n.OnHold, n.Priority, n.QueueID, n.AssignedTo = ticket.Closed, true, ticket.High, d.billing.ID, &d.jane.ID
		n.DueDate, n.MergedTo = new(time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)), &target
		n.Values.Set(ticket.Value{Field: d.fields["cost"].ID, Text: "1.5"})
		n.Values.Set(ticket.Value{Field: d.fields["vip"].ID, Text: "true"})
	})
	sameLines(t, d.history(t, id),
		"Title: Broken → New", "Status: Open → Closed", "Owner: null → 3", "Priority: Normal → High", "Queue: 1 → 2",
		"Due on: null → 2030-01-02T03:04:05Z", "Description:  → null", "Resolution: null → done", "Submitter E-Mail:  → a@b.co",
		"On Hold: false → true", "Merged To: null → 1", "Cost: null → 1.50", "Vip: false → true")
	after := d.thread(t, id)
	for _, c := range d.changes(t, id) {
		if c.FollowUpID != nil || *c.UserID != d.staff.ID || !c.Date.Equal(after.Modified) || !c.Date.After(before.Created) {
			t.Errorf("got %+v", c)
		}
	}
}

func TestAReplyIsRecordedOnItsFollowUp(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.ticket(t).ID
	answer := d.reply(t, &followup.FollowUp{TicketID: id, Comment: new("done"), NewStatus: new(ticket.Resolved)})
	d.reply(t, &followup.FollowUp{TicketID: id, Comment: new("and more")})
	sameLines(t, d.history(t, id), "Status: Open → Resolved", "Resolution: null → done")
	for i, c := range d.changes(t, id) {
		equal(t, *c.FollowUpID, answer.ID)
		equal(t, asJSON(c), asJSON(answer.Changes[i]))
	}
	equal(t, asJSON(d.thread(t, id).Conversation[1].Changes), asJSON(answer.Changes))
}

// TestTheHistoryReplaysToTheTicket edits a ticket at random, by every path,
// and expects the initial state and the records to give what is stored.
func TestTheHistoryReplaysToTheTicket(t *testing.T) {
	t.Parallel()
	b := newBusy(t, testdesk.OpenStore(t))
	id := b.other
	state := states(b.thread(t, id).Thread)
	rnd := rand.New(rand.NewPCG(1, 2))
	one := func(texts ...string) string { return texts[rnd.IntN(len(texts))] }
	for range 60 {
		if rnd.IntN(3) == 0 {
			f := &followup.FollowUp{TicketID: id, Comment: new(one("", "a", "b"))}
			if s := rnd.IntN(6); s > 0 {
				f.NewStatus = new(ticket.Status(s))
			}
			b.reply(t, f)
			continue
		}
		b.edit(t, id, func(n *ticket.Ticket) {
			switch rnd.IntN(7) {
			case 0:
				n.Title, n.Status, n.OnHold = one("x", "y"), ticket.Status(1+rnd.IntN(5)), rnd.IntN(2) == 0
			case 1:
				n.Description, n.Resolution, n.SubmitterEmail = nil, new(one("", "r")), new(one("", "a@b.co"))
			case 2:
				n.Description, n.Resolution, n.SubmitterEmail = new(one("d", "e")), nil, nil
			case 3:
				n.AssignedTo, n.MergedTo, n.DueDate = nil, nil, nil
			case 4:
				n.AssignedTo, n.MergedTo = &b.jane.ID, &b.full
				n.DueDate = new(time.Unix(rnd.Int64N(1e9), rnd.Int64N(1e9)/1000*1000).UTC())
			case 5:
				n.QueueID, n.Priority = 1+rnd.Int64N(2), ticket.Priority(1+rnd.IntN(5))
				n.Values.Set(ticket.Value{Field: b.fields["cost"].ID, Text: strconv.Itoa(rnd.IntN(3))})
				n.Values.Set(ticket.Value{Field: b.fields["notes"].ID, Text: one("m", "n")})
			case 6:
				n.Values.Set(ticket.Value{Field: b.fields["notes"].ID, Null: true})
			}
		})
	}
	check(t, b.DeleteTicket(t.Context(), b.staff, b.full)) // changes MergedTo, perhaps
	for _, c := range b.changes(t, id) {
		if was := state[c.Field]; was != textOf(c.OldValue) {
			t.Errorf("record %d: %s was %s, not %s", c.ID, c.Field, was, textOf(c.OldValue))
		}
		state[c.Field] = textOf(c.NewValue)
	}
	for field, now := range states(b.thread(t, id).Thread) {
		if state[field] != now {
			t.Errorf("%s replays to %s, stored is %s", field, state[field], now)
		}
	}
}

// states is every field of a ticket in the words of its history: what an
// empty ticket would have to change to become this one.
func states(thread *helpdesk.Thread) map[string]string {
	state := map[string]string{}
	for _, from := range []*ticket.Ticket{{}, {
		ID: thread.ID, QueueID: nobody, Title: "-", Description: new("-"), Resolution: new("-"), SubmitterEmail: new("-"),
		AssignedTo: new(int64(nobody)),
		Status:     0, OnHold: !thread.OnHold, DueDate: new(time.Time{}), MergedTo: new(int64(nobody)),
		Values: strange(thread.Fields),
	}} {
		for _, c := range followup.Diff(from, thread.Ticket, thread.Fields) {
			state[c.Field] = textOf(c.NewValue)
		}
	}
	return state
}

func strange(fields []*ticket.CustomField) (values ticket.Values) {
	for _, f := range fields {
		values.Set(ticket.Value{Field: f.ID, Text: "-"})
	}
	return values
}

func TestTheHistoryIsOldestFirst(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	d := handled(testdesk.New(t, helpdesk.Config{Now: func() time.Time { return now }}))
	id := d.ticket(t).ID
	for i := range 5 {
		now = now.Add(-time.Hour) // a clock set back does not reorder it
		d.edit(t, id, func(n *ticket.Ticket) { n.Title = strconv.Itoa(i) })
	}
	l := d.History(d.staff, id)
	equal(t, count(t, l), 5)
	var titles string
	for _, c := range collect(t, l, 1, 3) {
		titles += *c.NewValue
	}
	equal(t, titles, "123")
}

func TestAHistoryIsOfOneTicket(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	a, b := d.ticket(t).ID, d.ticket(t).ID
	d.edit(t, a, func(n *ticket.Ticket) { n.Title = "a" })
	d.edit(t, b, func(n *ticket.Ticket) { n.Title = "b" })
	sameLines(t, d.history(t, a), "Title: Broken → a")
}
