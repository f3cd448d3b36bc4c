package helpdesk_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/event"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
	"github.com/go-helpdesk/helpdesk/webhook"
)

// typesSeen are the types of the events that an actor sees, sorted.
func typesSeen(t *testing.T, list listEvents, actor *user.User, after int64) string {
	t.Helper()
	found, _ := eventsAfter(t, list, actor, after)
	var types []string
	for _, e := range found {
		types = append(types, string(e.Type))
	}
	slices.Sort(types)
	return strings.Join(slices.Compact(types), " ")
}

// allTypes are all types, sorted, without those that begin with one of some texts.
func allTypes(without ...string) string {
	var types []string
	for _, t := range event.Types() {
		if !slices.ContainsFunc(without, func(s string) bool { return strings.HasPrefix(string(t), s) }) {
			types = append(types, string(t))
		}
	}
	slices.Sort(types)
	return strings.Join(types, " ")
}

// TestWhoSeesWhichTypes is the matrix of actors and types of events. All use cases have run
// before, so that there are events of each type.
func TestWhoSeesWhichTypes(t *testing.T) {
	t.Parallel()
	for _, perQueue := range []bool{false, true} {
		t.Run(fmt.Sprintf("per queue %v", perQueue), func(t *testing.T) {
			t.Parallel()
			d := handled(testdesk.New(t, helpdesk.Config{CacheTTL: -1, Policy: helpdesk.DefaultPolicy{PerQueue: perQueue}}))
			d.everyType(t)
			none := d.add(t, user.User{Username: "nowhere", Active: true, Staff: true})
			hooks := d.add(t, user.User{Username: "hooks", Active: true, Staff: true,
				Permissions: []helpdesk.Permission{helpdesk.ManageWebhooks}})
			allHooks := allTypes("token")
			byToken := d.admin.Clone()
			byToken.Token = &user.Token{ReadOnly: true}
			notTickets := allTypes("ticket", "followup", "attachment", "token", "webhook")
			onTickets := "attachment.created attachment.deleted attachment.updated followup.created followup.deleted followup.updated " +
				"ticket.created ticket.deleted ticket.updated"
			reachesAll, nowhere := allTypes("token", "webhook"), allTypes("token", "webhook")
			if perQueue {
				reachesAll, nowhere, allHooks = notTickets, notTickets, notTickets
			}
			for _, c := range []struct {
				name            string
				actor           *user.User
				staff, customer string // "" for none
			}{
				{"a superuser", d.admin, allTypes(), ""},
				{"the program", helpdesk.System(), allTypes(), ""},
				{"a superuser with a token", byToken, allTypes("token", "webhook"), ""},
				{"staff who reach no ticket in a desk per queue", none, nowhere, ""},
				{"staff", d.staff, reachesAll, ""},
				{"staff who manage webhooks", hooks, allHooks, ""},
				{"the requester", d.jane, "forbidden", onTickets},
				{"another requester", d.restricted, "forbidden", ""},
				{"somebody who is inactive", d.inactive, "forbidden", "forbidden"},
				{"nobody", nil, "forbidden", "forbidden"},
			} {
				for side, want := range map[string]string{"staff": c.staff, "customer": c.customer} {
					list := d.Events
					if side == "customer" {
						list = d.RequesterEvents
					}
					if want == "forbidden" {
						_, _, err := list(t.Context(), c.actor, 0, event.Filter{}, 0)
						is(t, err, helpdesk.ErrForbidden)
						continue
					}
					if got := typesSeen(t, list, c.actor, 0); got != want {
						t.Errorf("%s, as %s, sees\n\t%s\nwant\n\t%s", c.name, side, got, want)
					}
				}
			}
		})
	}
}

// everyType has an event of each type happen. What belongs to tickets is jane's, public and
// in a queue that is granted to nobody.
func (d *desk) everyType(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	open := func() int64 {
		n := &ticket.Ticket{QueueID: d.billing.ID, Title: "Printer", SubmitterEmail: &d.jane.Email}
		return must(d.CreateTicket(ctx, d.admin, n))(t).ID
	}
	id := open()
	must(d.UpdateTicket(ctx, d.admin, id, func(n *ticket.Ticket) error { n.Title = "Scanner"; return nil }))(t)
	for range 2 {
		f := must(d.Reply(ctx, d.admin, &followup.FollowUp{TicketID: id, Public: true, Comment: new("one")}, file("a.txt", []byte("x"))))(t)
		edit := func(f *followup.FollowUp) error { f.Comment = new("two"); return nil }
		must(d.UpdateFollowUp(ctx, d.admin, f.ID, edit))(t)
		rename := func(a *followup.Attachment) error { a.Filename = "b.txt"; return nil }
		must(d.UpdateAttachment(ctx, d.admin, f.Attachments[0].ID, rename, nil))(t)
		check(t, d.DeleteAttachment(ctx, d.admin, f.Attachments[0].ID))
		check(t, d.DeleteFollowUp(ctx, d.admin, f.ID))
	}
	check(t, d.DeleteTicket(ctx, d.admin, open()))
	u := must(d.CreateUser(ctx, d.admin, &user.User{Username: "u", Active: true}, "long-enough-9"))(t)
	must(d.UpdateUser(ctx, d.admin, u.ID, func(u *user.User) error { u.FirstName = "U"; return nil }))(t)
	check(t, d.DeleteUser(ctx, d.admin, u.ID))
	g := must(d.CreateGroup(ctx, d.admin, &user.Group{Name: "g"}))(t)
	must(d.UpdateGroup(ctx, d.admin, g.ID, func(g *user.Group) error { g.Users = []int64{d.jane.ID}; return nil }))(t)
	check(t, d.DeleteGroup(ctx, d.admin, g.ID))
	q := must(d.CreateQueue(ctx, d.admin, &ticket.Queue{Title: "Q", Slug: "q"}))(t)
	must(d.UpdateQueue(ctx, d.admin, q.ID, func(q *ticket.Queue) error { q.Title = "R"; return nil }))(t)
	check(t, d.DeleteQueue(ctx, d.admin, q.ID))
	f := must(d.CreateCustomField(ctx, d.admin, &ticket.CustomField{Name: "f", Label: "F", Type: ticket.Text}))(t)
	must(d.UpdateCustomField(ctx, d.admin, f.ID, func(f *ticket.CustomField) error { f.Label = "G"; return nil }))(t)
	check(t, d.DeleteCustomField(ctx, d.admin, f.ID))
	w := must(d.CreateWebhook(ctx, d.admin, &webhook.Webhook{URL: "https://example.org/"}))(t)
	must(d.RotateWebhook(ctx, d.admin, w.ID))(t)
	check(t, d.DeleteWebhook(ctx, d.admin, w.ID))
	token, _ := d.token(t, d.jane, user.Token{Name: "of jane"})
	check(t, d.DeleteToken(ctx, d.jane, token.ID))
}

// linesSeen are the events after a position that an actor sees, each in a line with the old
// and the new text of what was changed.
func linesSeen(t *testing.T, list listEvents, actor *user.User, after int64) (lines []string) {
	t.Helper()
	found, _ := eventsAfter(t, list, actor, after)
	for _, e := range found {
		line := fmt.Sprintf("%s %d", e.Type, e.TicketID)
		switch d := e.Data.(type) {
		case *event.TicketUpdate:
			if d.Title != nil {
				line += ": " + d.Title.Old.String + " → " + d.Title.New.String
			}
		case *event.FollowUpData:
			line += ": " + d.Comment.String
		case *event.FollowUpUpdate:
			if d.Comment != nil {
				line += ": " + nullTextOf(d.Comment.Old) + " → " + nullTextOf(d.Comment.New)
			}
		}
		lines = append(lines, line)
	}
	return lines
}

func nullTextOf(t *event.Text) string {
	if t == nil {
		return "null"
	}
	return t.String
}

// TestATicketThatMovesBetweenQueues: staff of a queue see what happens while it is there, if
// it is there now. They do not see what it was before.
func TestATicketThatMovesBetweenQueues(t *testing.T) {
	t.Parallel()
	d := newDivided(t)
	_, after := eventsAfter(t, d.Events, d.admin, 0)
	edit := func(id int64, title string, queue int64) {
		must(d.UpdateTicket(t.Context(), d.admin, id, func(n *ticket.Ticket) error {
			n.Title, n.QueueID = title, queue
			return nil
		}))(t)
	}
	in, out := d.theirs, d.mine
	edit(in, "hidden", d.billing.ID)
	edit(in, "arrived", d.support.ID)
	edit(in, "here", d.support.ID)
	edit(out, "while here", d.support.ID)
	edit(out, "left", d.billing.ID)
	edit(out, "elsewhere", d.billing.ID)
	sameLines(t, linesSeen(t, d.Events, d.staff, after),
		fmt.Sprintf("ticket.updated %d:  → arrived", in), fmt.Sprintf("ticket.updated %d: arrived → here", in))
	equal(t, len(linesSeen(t, d.Events, d.admin, after)), 6)
	// Of a deleted ticket there is what they could read when it was deleted.
	check(t, d.DeleteTicket(t.Context(), d.admin, in))
	check(t, d.DeleteTicket(t.Context(), d.admin, out))
	sameLines(t, linesSeen(t, d.Events, d.staff, after), fmt.Sprintf("ticket.updated %d:  → arrived", in),
		fmt.Sprintf("ticket.updated %d: arrived → here", in), fmt.Sprintf("ticket.deleted %d", in))
}

// TestNotesAreNoEventsForRequesters, also when they become public or are deleted.
func TestNotesAreNoEventsForRequesters(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ctx := t.Context()
	id := must(d.CreateTicket(ctx, d.staff, &ticket.Ticket{QueueID: d.support.ID, Title: "Printer", SubmitterEmail: &d.jane.Email}))(t).ID
	_, after := eventsAfter(t, d.Events, d.admin, 0)
	write := func(comment string, public bool) int64 {
		f := &followup.FollowUp{TicketID: id, Comment: &comment, Public: public}
		return must(d.Reply(ctx, d.staff, f, file("a.txt", []byte("x"))))(t).ID
	}
	change := func(id int64, comment string, public bool) {
		must(d.UpdateFollowUp(ctx, d.staff, id, func(f *followup.FollowUp) error {
			f.Comment, f.Public = &comment, public
			return nil
		}))(t)
	}
	write("a note", false)
	shown, hidden, gone, noted := write("secret", false), write("shown at first", true), write("deleted", true), write("deleted note", true)
	change(shown, "for all", true)
	change(shown, "for everybody", true)
	change(hidden, "not any more", false)
	change(noted, "changed to a note", false)
	check(t, d.DeleteFollowUp(ctx, d.staff, gone))
	check(t, d.DeleteFollowUp(ctx, d.staff, noted))
	sameLines(t, linesSeen(t, d.RequesterEvents, d.jane, after),
		fmt.Sprintf("followup.created %d: deleted", id), fmt.Sprintf("followup.updated %d: null → for all", id),
		fmt.Sprintf("followup.updated %d: for all → for everybody", id), fmt.Sprintf("followup.deleted %d: deleted", id))
	equal(t, len(linesSeen(t, d.Events, d.staff, after)), 5*2+4+2)
}

// TestRequestersSeeThePublicPartOfAnEvent.
func TestRequestersSeeThePublicPartOfAnEvent(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	_, after := eventsAfter(t, d.Events, d.admin, 0)
	secret := ticket.Value{Field: d.fields["secret"].ID, Text: "s3cret"}
	n := &ticket.Ticket{QueueID: d.support.ID, Title: "Printer", Description: new("internal"), SubmitterEmail: &d.jane.Email,
		AssignedTo: &d.staff.ID, Values: ticket.Values{secret, {Field: d.fields["company"].ID, Text: "ACME"}}}
	id := must(d.CreateTicket(t.Context(), d.staff, n))(t).ID
	d.edit(t, id, func(n *ticket.Ticket) { n.Priority = ticket.High }) // nothing that a requester sees
	d.edit(t, id, func(n *ticket.Ticket) {
		n.Title, n.AssignedTo = "Scanner", nil
		n.Values.Set(ticket.Value{Field: secret.Field, Text: "changed"})
	})
	d.edit(t, id, func(n *ticket.Ticket) { n.SubmitterEmail = new("other@example.com") })
	d.edit(t, id, func(n *ticket.Ticket) { n.Title = "not jane's" })
	d.edit(t, id, func(n *ticket.Ticket) { n.Title, n.SubmitterEmail = "jane's again", &d.jane.Email })
	found, _ := eventsAfter(t, d.RequesterEvents, d.jane, after)
	equal(t, eventsInWords(found), "created ticket, updated ticket, updated ticket")
	data := found[0].Data.(*event.TicketData)
	equal(t, data.Title.String, "Printer")
	equal(t, valueOf(data.Values, d.fields["company"].ID), "ACME")
	equal(t, valueOf(data.Values, secret.Field), "none")
	equal(t, data.Description == nil && data.AssignedTo == nil && data.Priority == 0, true)
	equal(t, found[0].Actor, event.Actor{Name: "Support"})
	u := found[1].Data.(*event.TicketUpdate)
	equal(t, u.Title.Old.String+u.Title.New.String, "PrinterScanner")
	equal(t, len(u.Values) == 0 && u.AssignedTo == nil, true)
	last := found[2].Data.(*event.TicketUpdate) // what it was is another's
	equal(t, last.Title.Old.String == "" && last.SubmitterEmail.Old == nil && last.Title.New.String == "jane's again", true)
	for _, e := range found {
		body := asJSON(e)
		for _, hidden := range []string{"s3cret", "changed", "internal", "other@example.com"} {
			if strings.Contains(body, hidden) {
				t.Errorf("%s has %q: %s", e.Type, hidden, body)
			}
		}
	}
	// What becomes visible to staff only later is hidden, too.
	must(d.UpdateCustomField(t.Context(), d.admin, d.fields["company"].ID, func(f *ticket.CustomField) error {
		f.StaffOnly = true
		return nil
	}))(t)
	found, _ = eventsAfter(t, d.RequesterEvents, d.jane, after)
	equal(t, valueOf(found[0].Data.(*event.TicketData).Values, d.fields["company"].ID), "none")
}

func valueOf(values []event.Value, field int64) string {
	for _, v := range values {
		if v.Field == field {
			return nullTextOf(v.Value)
		}
	}
	return "none"
}
