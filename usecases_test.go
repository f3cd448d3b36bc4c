package helpdesk_test

import (
	"context"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// busy is a desk in use: what a use-case may touch is there, always with the
// same ids.
type busy struct {
	*desk
	full       int64 // a ticket with everything, of which moved is the second follow-up
	moved      int64
	attachment int64 // on moved
	other      int64 // a bare ticket
	merged     [2]int64
	idle       int64 // a user whom nothing names
	owner      int64 // a user whom only a queue names
	empty      int64 // a queue without tickets, of the owner
	unused     int64 // a custom field without values
}

func newBusy(t testing.TB, store storage.Store) *busy {
	t.Helper()
	ctx := t.Context()
	clock := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	d := handled(testdesk.Over(t, store, helpdesk.Config{Now: func() time.Time { return clock }}))
	b := &busy{desk: d}
	b.other = d.ticket(t).ID
	opening := &ticket.Ticket{QueueID: d.support.ID, Title: "Printer", AssignedTo: &d.staff.ID, SubmitterEmail: new("jane@example.com"),
		Values: ticket.Values{{Field: d.fields["company"].ID, Text: "ACME"}}}
	b.full = must(d.CreateTicket(ctx, d.staff, opening, file("photo.jpg", []byte("jpg"))))(t).ID
	moved := d.reply(t, &followup.FollowUp{TicketID: b.full, Comment: new("done"), NewStatus: new(ticket.Resolved)},
		file("a.txt", []byte("aaa")), file("b.txt", make([]byte, 600<<10)))
	b.moved, b.attachment = moved.ID, moved.Attachments[0].ID
	for i := range b.merged {
		b.merged[i] = d.ticket(t).ID
		d.edit(t, b.merged[i], func(n *ticket.Ticket) { n.MergedTo = &b.full })
	}
	b.idle = must(d.CreateUser(ctx, d.admin, &user.User{Username: "idle", Active: true}, "long-enough-9"))(t).ID
	b.owner = must(d.CreateUser(ctx, d.admin, &user.User{Username: "owner", Active: true}, "long-enough-9"))(t).ID
	b.empty = must(d.CreateQueue(ctx, d.admin, &ticket.Queue{Title: "Empty", Slug: "empty", DefaultOwner: &b.owner}))(t).ID
	b.unused = must(d.CreateCustomField(ctx, d.admin, &ticket.CustomField{Name: "late", Label: "Late", Type: ticket.Text}))(t).ID
	return b
}

// over is the same desk on another store.
func (b *busy) over(s storage.Store) *busy {
	c, d := *b, *b.desk
	d.Desk, d.store = b.With(s), s
	c.desk = &d
	return &c
}

// writing is a use-case that writes.
type writing struct {
	name string
	do   func(ctx context.Context, b *busy) error
}

// writings is every use-case that writes, doing as much as it can.
func writings() []writing {
	type ctxt = context.Context
	fails := func(_ any, err error) error { return err }
	return []writing{
		{"CreateTicket", func(c ctxt, b *busy) error {
			return fails(b.CreateTicket(c, b.staff, &ticket.Ticket{
				QueueID: b.billing.ID, Title: "New", Description: new("see #1 and #2"), AssignedTo: &b.staff.ID,
				Values: ticket.Values{{Field: b.fields["tier"].ID, Text: "gold"}, {Field: b.fields["vip"].ID, Text: "true"}},
			}, file("x.txt", []byte("x")), file("y.txt", []byte("y"))))
		}},
		{"UpdateTicket", func(c ctxt, b *busy) error {
			return fails(b.UpdateTicket(c, b.staff, b.full, func(n *ticket.Ticket) error {
				n.Title += "!"
				n.QueueID, n.OnHold, n.AssignedTo, n.MergedTo = b.billing.ID, true, nil, &b.other
				n.Values.Set(ticket.Value{Field: b.fields["company"].ID, Text: n.Title})
				return nil
			}))
		}},
		{"DeleteTicket", func(c ctxt, b *busy) error { return b.DeleteTicket(c, b.staff, b.full) }},
		{"Reply", func(c ctxt, b *busy) error {
			return fails(b.Reply(c, b.admin, &followup.FollowUp{
				TicketID: b.full, Comment: new("see #1 and #3"), Public: true, NewStatus: new(ticket.Reopened),
			}, file("x.txt", []byte("x")), file("y.txt", []byte("y"))))
		}},
		{"UpdateFollowUp", func(c ctxt, b *busy) error {
			return fails(b.UpdateFollowUp(c, b.staff, b.moved, func(f *followup.FollowUp) error {
				f.Comment, f.TicketID = new(*f.Comment+"!"), b.other
				return nil
			}))
		}},
		{"DeleteFollowUp", func(c ctxt, b *busy) error { return b.DeleteFollowUp(c, b.staff, b.moved) }},
		{"CreateAttachment", func(c ctxt, b *busy) error {
			return fails(b.CreateAttachment(c, b.staff, &followup.Attachment{FollowUpID: b.moved}, file("x.txt", []byte("x"))))
		}},
		{"UpdateAttachment", func(c ctxt, b *busy) error {
			return fails(b.UpdateAttachment(c, b.staff, b.attachment, func(a *followup.Attachment) error {
				a.Filename += ".bak"
				return nil
			}, new(file("x.txt", []byte("longer")))))
		}},
		{"DeleteAttachment", func(c ctxt, b *busy) error { return b.DeleteAttachment(c, b.staff, b.attachment) }},
		{"CreateUser", func(c ctxt, b *busy) error {
			return fails(b.CreateUser(c, b.admin, &user.User{Username: "new"}, "long-enough-9"))
		}},
		{"UpdateUser", func(c ctxt, b *busy) error {
			return fails(b.UpdateUser(c, b.admin, b.jane.ID, func(u *user.User) error {
				u.FirstName += "J"
				u.Active = !u.Active
				return nil
			}))
		}},
		{"SetPassword", func(c ctxt, b *busy) error { return b.SetPassword(c, b.admin, b.jane.ID, "long-enough-9") }},
		{"DeleteUser", func(c ctxt, b *busy) error { return b.DeleteUser(c, b.admin, b.owner) }},
		{"CreateQueue", func(c ctxt, b *busy) error {
			return fails(b.CreateQueue(c, b.admin, &ticket.Queue{Title: "New", Slug: "new", DefaultOwner: &b.idle}))
		}},
		{"UpdateQueue", func(c ctxt, b *busy) error {
			return fails(b.UpdateQueue(c, b.admin, b.support.ID, func(q *ticket.Queue) error {
				q.Title += "!"
				return nil
			}))
		}},
		{"DeleteQueue", func(c ctxt, b *busy) error { return b.DeleteQueue(c, b.admin, b.empty) }},
		{"CreateCustomField", func(c ctxt, b *busy) error {
			return fails(b.CreateCustomField(c, b.admin, &ticket.CustomField{Name: "new", Label: "New", Type: ticket.Text}))
		}},
		{"UpdateCustomField", func(c ctxt, b *busy) error {
			return fails(b.UpdateCustomField(c, b.admin, b.unused, func(f *ticket.CustomField) error {
				f.Label, f.Type = f.Label+"!", ticket.Integer
				return nil
			}))
		}},
		{"DeleteCustomField", func(c ctxt, b *busy) error { return b.DeleteCustomField(c, b.admin, b.fields["company"].ID) }},
	}
}
