package helpdesk_test

import (
	"context"
	"strconv"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
	"github.com/go-helpdesk/helpdesk/webhook"
)

// busy is a desk in use: what a use case may touch is there. In a database of its own it
// always has the same ids.
type busy struct {
	*desk
	suffix     string // of every name that is unique
	full       int64  // a ticket with everything, of which moved is the second follow-up
	moved      int64
	attachment int64 // on moved
	photo      int64 // on the opening follow-up of full
	other      int64 // a bare ticket
	merged     [2]int64
	idle       int64 // a user whom nothing names
	owner      int64 // a user whom only a queue names
	empty      int64 // a queue without tickets, of the owner
	unused     int64 // a custom field without values
	open       int64 // a public queue, the default owner is staff
	group      int64 // of jane and the owner, granted the empty queue
	token      int64 // jane's
	host       int64 // a user of the host's, for whom outsider is
	second     int64 // another superuser, with tokens and grants
	hook       int64 // a webhook of the admin's
}

func newBusy(t testing.TB, store storage.Store) *busy {
	t.Helper()
	clock := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	d := handled(testdesk.Over(t, store, helpdesk.Config{Now: func() time.Time { return clock }, CacheTTL: -1})) // every read can fail
	return d.busy(t, "", 600<<10)
}

// busy adds what use cases may touch. One file is large.
func (d *desk) busy(t testing.TB, suffix string, large int) *busy {
	t.Helper()
	ctx := t.Context()
	b := &busy{desk: d, suffix: suffix}
	b.other = d.ticket(t).ID
	opening := &ticket.Ticket{QueueID: d.support.ID, Title: "Printer", AssignedTo: &d.staff.ID, SubmitterEmail: &d.jane.Email,
		Values: ticket.Values{{Field: d.fields["company"].ID, Text: "ACME"}}}
	full := must(d.CreateTicket(ctx, d.staff, opening, file("photo.jpg", []byte("jpg"))))(t)
	b.full, b.photo = full.ID, conversation(t, full)[0].Attachments[0].ID
	moved := d.reply(t, &followup.FollowUp{TicketID: b.full, Comment: new("done"), NewStatus: new(ticket.Resolved)},
		file("a.txt", []byte("aaa")), file("b.txt", make([]byte, large)))
	b.moved, b.attachment = moved.ID, moved.Attachments[0].ID
	for i := range b.merged {
		b.merged[i] = d.ticket(t).ID
		d.edit(t, b.merged[i], func(n *ticket.Ticket) { n.MergedTo = &b.full })
	}
	b.idle = must(d.CreateUser(ctx, d.admin, &user.User{Username: b.name("idle"), Active: true}, "long-enough-9"))(t).ID
	b.owner = must(d.CreateUser(ctx, d.admin, &user.User{Username: b.name("owner"), Active: true}, "long-enough-9"))(t).ID
	b.empty = must(d.CreateQueue(ctx, d.admin, &ticket.Queue{Title: "Empty", Slug: b.name("empty"), DefaultOwner: &b.owner}))(t).ID
	b.unused = must(d.CreateCustomField(ctx, d.admin, &ticket.CustomField{Name: b.name("late"), Label: "Late", Type: ticket.Text}))(t).ID
	b.open = must(d.CreateQueue(ctx, d.admin, &ticket.Queue{Title: "Open", Slug: b.name("open"), AllowPublicSubmission: true,
		DefaultOwner: &d.staff.ID}))(t).ID
	g := &user.Group{Name: b.name("Second line"), Users: []int64{d.jane.ID, b.owner}, Queues: []int64{b.empty}}
	b.group = must(d.CreateGroup(ctx, d.admin, g))(t).ID
	jane, _ := d.token(t, d.jane, user.Token{Name: "jane's"})
	b.token = jane.ID
	b.host = d.external(t, outsider(suffix)).ID
	second := d.add(t, user.User{Username: b.name("second"), Active: true, Superuser: true, Queues: []int64{b.empty, b.open}})
	d.token(t, second, user.Token{})
	b.second = second.ID
	b.hook = must(d.CreateWebhook(ctx, d.admin, &webhook.Webhook{URL: "https://example.org/hook", Active: true}))(t).ID
	// ChangePassword writes down that the address is known, unless it is.
	must(d.Login(ctx, user.Credentials{Username: "staff", Password: testdesk.Password("staff")}))(t)
	return b
}

// name is a name that is unique in the database.
func (b *busy) name(s string) string { return s + b.suffix }

// naming is a text that refers to tickets.
func naming(tickets ...int64) *string {
	text := "see"
	for _, id := range tickets {
		text += " #" + strconv.FormatInt(id, 10)
	}
	return &text
}

// outsider is somebody whom the desk has seen.
func outsider(suffix string) *user.External {
	return &user.External{ID: "host|1" + suffix, Username: "jane" + suffix, Queues: []string{"support" + suffix}}
}

// over is the same desk on another store.
func (b *busy) over(s storage.Store) *busy {
	c, d := *b, *b.desk
	d.Desk, d.store = b.With(s), s
	c.desk = &d
	return &c
}

// writing is a use case that writes.
type writing struct {
	name string
	do   func(ctx context.Context, b *busy) error
}

// writings is every use case that writes, doing as much as it can.
func writings() []writing {
	type ctxt = context.Context
	fails := func(_ any, err error) error { return err }
	return []writing{
		{"CreateTicket", func(c ctxt, b *busy) error {
			return fails(b.CreateTicket(c, b.staff, &ticket.Ticket{
				QueueID: b.billing.ID, Title: "New", Description: naming(b.other, b.full), AssignedTo: &b.staff.ID,
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
				TicketID: b.full, Comment: naming(b.other, b.merged[0]), Public: true, NewStatus: new(ticket.Reopened),
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
				a.Filename += ".md"
				return nil
			}, new(file("x.txt", []byte("longer")))))
		}},
		{"DeleteAttachment", func(c ctxt, b *busy) error { return b.DeleteAttachment(c, b.staff, b.attachment) }},
		{"CreateUser", func(c ctxt, b *busy) error {
			return fails(b.CreateUser(c, b.admin, &user.User{Username: b.name("new")}, "long-enough-9"))
		}},
		{"CreateUser with rights", func(c ctxt, b *busy) error {
			u := &user.User{Username: b.name("new"), Staff: true, Permissions: user.Permissions(), Queues: []int64{b.open, b.support.ID}}
			return fails(b.CreateUser(c, b.admin, u, "long-enough-9"))
		}},
		{"UpdateUser of rights", func(c ctxt, b *busy) error {
			return fails(b.UpdateUser(c, b.admin, b.second, func(u *user.User) error {
				u.Superuser, u.Staff, u.Permissions = false, true, user.Permissions()
				u.Queues = []int64{b.support.ID, b.billing.ID}
				return nil
			}))
		}},
		{"DeleteUser with tokens and grants", func(c ctxt, b *busy) error { return b.DeleteUser(c, b.admin, b.second) }},
		{"ChangePassword", func(c ctxt, b *busy) error {
			return b.ChangePassword(c, b.staff, testdesk.Password("staff"), "long-enough-9", "")
		}},
		{"ExternalUser at first sight", func(c ctxt, b *busy) error {
			e := &user.External{ID: b.name("host|2"), Username: b.name("jane"), Permissions: user.Permissions(),
				Queues: []string{b.name("open"), b.name("support")}}
			return fails(b.ExternalUser(c, e))
		}},
		{"ExternalUser, with something new", func(c ctxt, b *busy) error {
			e := outsider(b.suffix)
			e.Staff, e.Queues = true, []string{b.name("open"), b.name("empty")}
			return fails(b.ExternalUser(c, e))
		}},
		{"CreateGroup", func(c ctxt, b *busy) error {
			return fails(b.CreateGroup(c, b.admin,
				&user.Group{Name: b.name("New"), Users: []int64{b.idle, b.owner}, Queues: []int64{b.empty, b.open}}))
		}},
		{"UpdateGroup", func(c ctxt, b *busy) error {
			return fails(b.UpdateGroup(c, b.admin, b.group, func(g *user.Group) error {
				g.Name, g.Users, g.Queues = g.Name+"!", append(g.Users, b.idle), []int64{b.open}
				return nil
			}))
		}},
		{"DeleteGroup", func(c ctxt, b *busy) error { return b.DeleteGroup(c, b.admin, b.group) }},
		{"CreateToken", func(c ctxt, b *busy) error {
			_, _, err := b.CreateToken(c, b.jane, &user.Token{UserID: b.jane.ID, Name: "new"})
			return err
		}},
		{"DeleteToken", func(c ctxt, b *busy) error { return b.DeleteToken(c, b.jane, b.token) }},
		{"CreateRequesterTicket", func(c ctxt, b *busy) error {
			return fails(b.CreateRequesterTicket(c, b.jane, &ticket.Ticket{
				QueueID: b.open, Title: "Help", Description: naming(b.other, b.full),
				Values: ticket.Values{{Field: b.fields["tier"].ID, Text: "gold"}},
			}, file("x.txt", []byte("x")), file("y.txt", []byte("y"))))
		}},
		{"CreateRequesterReply", func(c ctxt, b *busy) error {
			return fails(b.CreateRequesterReply(c, b.jane, b.full, *naming(b.other, b.full), file("x.txt", []byte("x")),
				file("y.txt", []byte("y"))))
		}},
		{"UpdateUser", func(c ctxt, b *busy) error {
			return fails(b.UpdateUser(c, b.admin, b.jane.ID, func(u *user.User) error {
				u.FirstName += "J"
				u.Active = !u.Active
				return nil
			}))
		}},
		{"UpdateUserAndPassword", func(c ctxt, b *busy) error {
			return fails(b.UpdateUserAndPassword(c, b.admin, b.second, func(u *user.User) error {
				u.Superuser, u.Staff, u.Queues = false, true, []int64{b.support.ID, b.billing.ID}
				return nil
			}, "long-enough-9"))
		}},
		{"SetPassword", func(c ctxt, b *busy) error { return b.SetPassword(c, b.admin, b.jane.ID, "long-enough-9") }},
		{"DeleteUser", func(c ctxt, b *busy) error { return b.DeleteUser(c, b.admin, b.owner) }},
		{"CreateQueue", func(c ctxt, b *busy) error {
			return fails(b.CreateQueue(c, b.admin, &ticket.Queue{Title: "New", Slug: b.name("new"), DefaultOwner: &b.idle}))
		}},
		{"UpdateQueue", func(c ctxt, b *busy) error {
			return fails(b.UpdateQueue(c, b.admin, b.support.ID, func(q *ticket.Queue) error {
				q.Title += "!"
				return nil
			}))
		}},
		{"DeleteQueue", func(c ctxt, b *busy) error { return b.DeleteQueue(c, b.admin, b.empty) }},
		{"CreateCustomField", func(c ctxt, b *busy) error {
			return fails(b.CreateCustomField(c, b.admin, &ticket.CustomField{Name: b.name("new"), Label: "New", Type: ticket.Text}))
		}},
		{"UpdateCustomField", func(c ctxt, b *busy) error {
			return fails(b.UpdateCustomField(c, b.admin, b.unused, func(f *ticket.CustomField) error {
				f.Label, f.Type = f.Label+"!", ticket.Integer
				return nil
			}))
		}},
		{"DeleteCustomField", func(c ctxt, b *busy) error { return b.DeleteCustomField(c, b.admin, b.fields["company"].ID) }},
		{"CreateWebhook", func(c ctxt, b *busy) error {
			return fails(b.CreateWebhook(c, b.admin, &webhook.Webhook{URL: "https://example.org/new", QueueIDs: []int64{b.empty}}))
		}},
		{"UpdateWebhook", func(c ctxt, b *busy) error {
			return fails(b.UpdateWebhook(c, b.admin, b.hook, func(w *webhook.Webhook) error {
				w.Description, w.QueueIDs = w.Description+"!", []int64{b.open}
				return nil
			}))
		}},
		{"RotateWebhook", func(c ctxt, b *busy) error { return fails(b.RotateWebhook(c, b.admin, b.hook)) }},
		{"DeleteWebhook", func(c ctxt, b *busy) error { return b.DeleteWebhook(c, b.admin, b.hook) }},
	}
}
