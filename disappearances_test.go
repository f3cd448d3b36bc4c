package helpdesk_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// disappearing is a use case that refers to something, what deletes that, and what the
// client is told when it is gone.
type disappearing struct {
	name       string
	do, delete func(context.Context, *busy) error
	want       string // after the id, or "" for ErrNotFound
}

func disappearances() []disappearing {
	type ctxt = context.Context
	deleteIdle := func(c ctxt, b *busy) error { return b.DeleteUser(c, b.admin, b.idle) }
	deleteEmpty := func(c ctxt, b *busy) error { return b.DeleteQueue(c, b.admin, b.empty) }
	deleteOther := func(c ctxt, b *busy) error { return b.DeleteTicket(c, b.staff, b.other) }
	return []disappearing{
		{"a user of a new group", func(c ctxt, b *busy) error {
			return failure(b.CreateGroup(c, b.admin, &user.Group{Name: b.name("New"), Users: []int64{b.idle}}))
		}, deleteIdle, "users: no such object"},
		{"a user of a group", func(c ctxt, b *busy) error {
			return failure(b.UpdateGroup(c, b.admin, b.group, func(g *user.Group) error { g.Users = []int64{b.idle}; return nil }))
		}, deleteIdle, "users: no such object"},
		{"a queue of a new group", func(c ctxt, b *busy) error {
			return failure(b.CreateGroup(c, b.admin, &user.Group{Name: b.name("New"), Queues: []int64{b.empty}}))
		}, deleteEmpty, "queues: no such object"},
		{"the owner of a new queue", func(c ctxt, b *busy) error {
			return failure(b.CreateQueue(c, b.admin, &ticket.Queue{Title: "New", Slug: b.name("new"), DefaultOwner: &b.idle}))
		}, deleteIdle, "default_owner: no such object"},
		{"the owner of a queue", func(c ctxt, b *busy) error {
			return failure(b.UpdateQueue(c, b.admin, b.open, func(q *ticket.Queue) error { q.DefaultOwner = &b.idle; return nil }))
		}, deleteIdle, "default_owner: no such object"},
		{"a queue of a new user", func(c ctxt, b *busy) error {
			return failure(b.CreateUser(c, b.admin, &user.User{Username: b.name("new"), Queues: []int64{b.empty}}, "long-enough-9"))
		}, deleteEmpty, "queues: no such object"},
		{"a queue of a user", func(c ctxt, b *busy) error {
			return failure(b.UpdateUser(c, b.admin, b.idle, func(u *user.User) error { u.Queues = []int64{b.empty}; return nil }))
		}, deleteEmpty, "queues: no such object"},
		{"the owner of a token", func(c ctxt, b *busy) error {
			_, _, err := b.CreateToken(c, b.admin, &user.Token{UserID: b.idle, Name: "new"})
			return err
		}, deleteIdle, ""},
		{"the queue of a new ticket", func(c ctxt, b *busy) error {
			return failure(b.CreateTicket(c, b.staff, &ticket.Ticket{QueueID: b.empty, Title: "New"}))
		}, deleteEmpty, "queue: no such object"},
		{"the queue of a ticket", func(c ctxt, b *busy) error {
			return failure(b.UpdateTicket(c, b.staff, b.full, func(n *ticket.Ticket) error { n.QueueID = b.empty; return nil }))
		}, deleteEmpty, "queue: no such object"},
		{"the assignee of a new ticket", func(c ctxt, b *busy) error {
			return failure(b.CreateTicket(c, b.staff, &ticket.Ticket{QueueID: b.empty, Title: "New", AssignedTo: &b.idle}))
		}, deleteIdle, "assigned_to: no such object"},
		{"the assignee of a ticket", func(c ctxt, b *busy) error {
			return failure(b.UpdateTicket(c, b.staff, b.full, func(n *ticket.Ticket) error { n.AssignedTo = &b.idle; return nil }))
		}, deleteIdle, "assigned_to: no such object"},
		{"what a ticket is merged to", func(c ctxt, b *busy) error {
			return failure(b.UpdateTicket(c, b.staff, b.full, func(n *ticket.Ticket) error { n.MergedTo = &b.other; return nil }))
		}, deleteOther, "merged_to: no such object"},
		{"the ticket of a reply", func(c ctxt, b *busy) error {
			return failure(b.Reply(c, b.staff, &followup.FollowUp{TicketID: b.other}))
		}, deleteOther, "ticket: no such object"},
		{"the ticket that a follow-up moves to", func(c ctxt, b *busy) error {
			return failure(b.UpdateFollowUp(c, b.staff, b.moved, func(f *followup.FollowUp) error { f.TicketID = b.other; return nil }))
		}, deleteOther, "ticket: no such object"},
		{"the follow-up of a file", func(c ctxt, b *busy) error {
			return failure(b.CreateAttachment(c, b.staff, &followup.Attachment{FollowUpID: b.moved}, file("x.txt", []byte("x"))))
		}, func(c ctxt, b *busy) error { return b.DeleteFollowUp(c, b.staff, b.moved) }, "followup: no such object"},
		{"the user of a host's", func(c ctxt, b *busy) error {
			e := outsider(b.suffix)
			e.Staff = true
			return failure(b.ExternalUser(c, e))
		}, func(c ctxt, b *busy) error { return b.DeleteUser(c, b.admin, b.host) }, "-"},
		{"a custom field of a new ticket", func(c ctxt, b *busy) error {
			return failure(b.CreateTicket(c, b.staff,
				&ticket.Ticket{QueueID: b.empty, Title: "New", Values: ticket.Values{{Field: b.unused, Text: "x"}}}))
		}, func(c ctxt, b *busy) error { return b.DeleteCustomField(c, b.admin, b.unused) }, "-"},
	}
}

// TestWhatDisappearsIsTheClientsMistake deletes what a use case refers to before each
// of its writes.
func TestWhatDisappearsIsTheClientsMistake(t *testing.T) {
	t.Parallel()
	s := newShared(t)
	for _, c := range disappearances() {
		t.Run(c.name, func(t *testing.T) {
			s.interrupt(t, c.do, c.delete, func(t *testing.T, _ *busy, err, deletion error) {
				if deletion != nil && !errors.Is(deletion, helpdesk.ErrInUse) {
					t.Error(deletion)
				}
				switch {
				case err == nil:
				case c.want == "":
					is(t, err, helpdesk.ErrNotFound)
				case !strings.HasPrefix(wrong(t, err), c.want):
					t.Errorf("got %v, want %s", err, c.want)
				}
			})
		})
	}
}

// TestTheOwnerOfATokenIsLookedForAnew when it is written, whatever was checked before.
func TestTheOwnerOfATokenIsLookedForAnew(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	idle := d.add(t, user.User{Username: "idle", Active: true})
	gone := d.With(before{d.store, func() { _ = d.DeleteUser(t.Context(), d.admin, idle.ID) }})
	_, _, err := gone.CreateToken(t.Context(), d.admin, &user.Token{UserID: idle.ID, Name: "x"})
	is(t, err, helpdesk.ErrNotFound)
}
