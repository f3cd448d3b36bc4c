package helpdesk_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// TestEveryChangeRaisesModified: a change of a ticket, of its follow-ups or of its
// files raises the time of the ticket's last change, which never decreases.
func TestEveryChangeRaisesModified(t *testing.T) {
	t.Parallel()
	clock := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	d := handled(testdesk.New(t, helpdesk.Config{Now: func() time.Time { return clock }}))
	ctx := t.Context()
	first, second := d.ticket(t).ID, d.ticket(t).ID
	raises := func(what string, id int64, change func() error) {
		t.Helper()
		for _, step := range []time.Duration{time.Minute, -time.Hour, 2 * time.Hour} {
			before := d.thread(t, id)
			clock = clock.Add(step)
			check(t, change())
			after := d.thread(t, id)
			want := clock
			if step < 0 {
				want = before.Modified
			}
			if !after.Modified.Equal(want) {
				t.Errorf("%s at %v: modified at %v after %v", what, clock, after.Modified, before.Modified)
			}
		}
	}
	n := 0
	text := func() *string { n++; return new(string(rune('a' + n))) }
	raises("an edit", first, func() error {
		_, err := d.UpdateTicket(ctx, d.staff, first, func(t *ticket.Ticket) error { t.Title += "!"; return nil })
		return err
	})
	var f *followup.FollowUp
	reply := func(id int64, comment string) (err error) {
		f, err = d.Reply(ctx, d.staff, &followup.FollowUp{TicketID: id, Comment: &comment}, file("a.txt", []byte("a")))
		return err
	}
	raises("a reply", first, func() error { return reply(first, "x") })
	raises("an edit of a follow-up", first, func() error {
		_, err := d.UpdateFollowUp(ctx, d.staff, f.ID, func(f *followup.FollowUp) error { f.Comment = text(); return nil })
		return err
	})
	raises("a new file", first, func() error {
		_, err := d.CreateAttachment(ctx, d.staff, &followup.Attachment{FollowUpID: f.ID}, file("b.txt", []byte("b")))
		return err
	})
	file := f.Attachments[0].ID
	raises("an edit of a file", first, func() error {
		_, err := d.UpdateAttachment(ctx, d.staff, file, func(a *followup.Attachment) error { a.Filename = *text(); return nil }, nil)
		return err
	})
	raises("a deleted file", first, func() error {
		check(t, reply(first, "y"))
		return d.DeleteAttachment(ctx, d.staff, f.Attachments[0].ID)
	})
	raises("a deleted follow-up", first, func() error {
		check(t, reply(first, "z"))
		return d.DeleteFollowUp(ctx, d.staff, f.ID)
	})
	move := func() error {
		check(t, reply(first, "moves"))
		_, err := d.UpdateFollowUp(ctx, d.staff, f.ID, func(f *followup.FollowUp) error { f.TicketID = second; return nil })
		return err
	}
	raises("a follow-up that leaves", first, move)
	raises("a follow-up that comes", second, move)
	moveFile := func() error {
		check(t, reply(second, "takes it"))
		target := f.ID
		check(t, reply(first, "gives it"))
		_, err := d.UpdateAttachment(ctx, d.staff, f.Attachments[0].ID,
			func(a *followup.Attachment) error { a.FollowUpID = target; return nil }, nil)
		return err
	}
	raises("a file that leaves", first, moveFile)
	raises("a file that comes", second, moveFile)

	before := d.thread(t, first)
	clock = clock.Add(time.Hour)
	third := must(d.CreateTicket(ctx, d.staff, &ticket.Ticket{QueueID: d.support.ID, Title: "third", Description: new("see #1")}))(t)
	if after := d.thread(t, first); first != 1 || !after.Modified.Equal(clock) || third.ID == first {
		t.Errorf("a back-link: modified at %v after %v", after.Modified, before.Modified)
	}
	clock = clock.Add(time.Hour)
	nothing := d.thread(t, second)
	_, err := d.UpdateFollowUp(ctx, d.staff, nothing.Conversation[0].ID, func(*followup.FollowUp) error { return nil })
	check(t, err)
	equal(t, d.thread(t, second).Modified, nothing.Modified)
}

// TestDatesFollowTheOrderOfChanges: a change that was made after another has no earlier
// date, though its clock is behind. Otherwise a conversation would be read in another
// order than the one in which it happened.
func TestDatesFollowTheOrderOfChanges(t *testing.T) {
	t.Parallel()
	d, clock := watched(t)
	ctx, start := t.Context(), *clock
	d.public(t, d.support, nil)
	id := d.request(t, d.jane).ID
	*clock = start.Add(-time.Hour)
	must(d.Reply(ctx, d.staff, closing(id, ticket.Resolved)))(t)
	must(d.CreateRequesterReply(ctx, d.jane, id, "No."))(t)
	d.edit(t, id, func(n *ticket.Ticket) { n.Title = "Later" })
	d.ticket(t, func(n *ticket.Ticket) { n.Description = new(fmt.Sprintf("see #%d", id)) })
	conversation := d.thread(t, id).Conversation
	equal(t, len(conversation), 4)
	for _, f := range conversation {
		equal(t, f.Date, start)
		for _, c := range f.Changes {
			equal(t, c.Date, start)
		}
	}
	for c, err := range d.History(d.staff, id).All(ctx) {
		check(t, err)
		equal(t, c.Date, start)
	}
}
