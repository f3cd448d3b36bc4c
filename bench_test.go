package helpdesk_test

import (
	"context"
	"crypto/rand"
	"reflect"
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

// BenchmarkDesk measures every use case, on the database of HELPDESK_TEST_STORE.
// Those that read come first: what the others leave behind would change them.
func BenchmarkDesk(b *testing.B) {
	d := newFilled(b, 400)
	for _, m := range append(measuredReads(), measuredWrites()...) {
		b.Run(m.name, func(b *testing.B) {
			element := "item"
			if strings.Contains(m.name, "Tickets/") {
				element = "ticket"
			}
			testdesk.Measure(b, element, func(i int) int {
				d.seen = 0
				check(b, m.do(b.Context(), d, i))
				return d.seen
			})
		})
	}
}

// TestEveryUseCaseIsMeasured, and can be repeated.
func TestEveryUseCaseIsMeasured(t *testing.T) {
	t.Parallel()
	d := newFilled(t, 8)
	measured := map[string]bool{}
	for _, m := range append(measuredReads(), measuredWrites()...) {
		methods, _, _ := strings.Cut(m.name, "/")
		for method := range strings.SplitSeq(methods, "+") {
			measured[method] = true
		}
		for i := range 3 {
			if err := m.do(t.Context(), d, i); err != nil {
				t.Errorf("%s: %v", m.name, err)
			}
		}
	}
	others := []string{"Allow", "CheckLimits", "CheckUpload", "EndOfEvents", "EventSignal", "Limits", "Logger", "Notify", "Passwords",
		"Ready", "Run", "Subscribe", "With"}
	for method := range reflect.TypeFor[*helpdesk.Desk]().Methods() {
		if !measured[method.Name] && !slices.Contains(others, method.Name) {
			t.Errorf("%s is not measured", method.Name)
		}
	}
}

// measured is a use case that can be repeated: the methods of the desk that it
// consists of, and behind a slash how they are used.
type measured struct {
	name string
	do   func(c context.Context, d *filled, i int) error
}

func failure(_ any, err error) error { return err }

func measuredReads() []measured {
	type ctxt = context.Context
	return []measured{
		{"EnsureSuperuser", func(c ctxt, d *filled, _ int) error {
			return failure(d.EnsureSuperuser(c, &user.User{Username: "root"}, idlePassword))
		}},
		{"UserByExternalID", func(c ctxt, d *filled, _ int) error { return failure(d.UserByExternalID(c, d.staff, d.host.ID)) }},
		{"Login", func(c ctxt, d *filled, _ int) error {
			return failure(d.Login(c, user.Credentials{Username: d.idle.Username, Password: idlePassword}))
		}},
		{"Ticket", func(c ctxt, d *filled, i int) error { return failure(d.Ticket(c, d.staff, d.one(i))) }},
		{"TicketExists", func(c ctxt, d *filled, i int) error { return d.TicketExists(c, d.staff, d.one(i)) }},
		{"Tickets/page25", func(c ctxt, d *filled, _ int) error {
			return each(c, d, 25, d.Tickets(d.staff, helpdesk.TicketQuery{}))
		}},
		{"Tickets/page25open", func(c ctxt, d *filled, _ int) error {
			f := helpdesk.TicketQuery{Filter: ticket.Filter{Status: ticket.OneOf(ticket.Open, ticket.Reopened)}}
			return each(c, d, 25, d.Tickets(d.staff, f))
		}},
		{"Tickets/page100", func(c ctxt, d *filled, _ int) error {
			return each(c, d, 100, d.Tickets(d.staff, helpdesk.TicketQuery{}))
		}},
		{"Tickets/all", func(c ctxt, d *filled, _ int) error {
			return each(c, d, 0, d.Tickets(d.staff, helpdesk.TicketQuery{}))
		}},
		{"FindTickets/page25", func(c ctxt, d *filled, _ int) error {
			found, _, err := d.FindTickets(c, d.staff, helpdesk.TicketQuery{}, helpdesk.Cursor{}, 25)
			d.seen += len(found)
			return err
		}},
		{"CountTickets/by status and queue", func(c ctxt, d *filled, _ int) error {
			return failure(d.CountTickets(c, d.staff, ticket.Filter{}, ticket.CountByStatus, ticket.CountByQueue))
		}},
		{"History", func(c ctxt, d *filled, i int) error {
			return each(c, d, 0, d.History(d.staff, d.one(i)))
		}},
		{"FollowUp", func(c ctxt, d *filled, i int) error { return failure(d.FollowUp(c, d.staff, d.opening(i))) }},
		{"FollowUpExists", func(c ctxt, d *filled, i int) error { return d.FollowUpExists(c, d.staff, d.opening(i)) }},
		{"FollowUps/page25", func(c ctxt, d *filled, _ int) error {
			return each(c, d, 25, d.FollowUps(d.staff, helpdesk.FollowUpQuery{}))
		}},
		{"FollowUps/all", func(c ctxt, d *filled, _ int) error {
			return each(c, d, 0, d.FollowUps(d.staff, helpdesk.FollowUpQuery{}))
		}},
		{"Attachment", func(c ctxt, d *filled, i int) error {
			return failure(d.Attachment(c, d.staff, d.attachment(i)))
		}},
		{"Attachments/page25", func(c ctxt, d *filled, _ int) error {
			return each(c, d, 25, d.Attachments(d.staff))
		}},
		{"OpenAttachment", func(c ctxt, d *filled, i int) error {
			return drain(d.OpenAttachment(c, d.staff, d.attachment(i)))
		}},
		{"RequesterTicket", func(c ctxt, d *filled, i int) error { return failure(d.RequesterTicket(c, d.jane, d.one(i))) }},
		{"RequesterTicketExists", func(c ctxt, d *filled, i int) error { return d.RequesterTicketExists(c, d.jane, d.one(i)) }},
		{"RequesterTickets/page25", func(c ctxt, d *filled, _ int) error {
			return each(c, d, 25, d.RequesterTickets(d.jane, helpdesk.RequesterTicketFilter{}))
		}},
		{"RequesterTickets/all", func(c ctxt, d *filled, _ int) error {
			return each(c, d, 0, d.RequesterTickets(d.jane, helpdesk.RequesterTicketFilter{}))
		}},
		{"RequesterFollowUps", func(c ctxt, d *filled, i int) error {
			return each(c, d, 0, d.RequesterFollowUps(d.jane, d.one(i)))
		}},
		{"OpenRequesterAttachment", func(c ctxt, d *filled, i int) error {
			return drain(d.OpenRequesterAttachment(c, d.jane, d.one(i), d.attachment(i)))
		}},
		{"OpenToRequesters", func(c ctxt, d *filled, _ int) error { return failure(d.OpenToRequesters(c)) }},
		{"RequesterFields", func(c ctxt, d *filled, _ int) error { return failure(d.RequesterFields(c, d.jane)) }},
		{"RequesterFieldList", func(c ctxt, d *filled, _ int) error { return each(c, d, 0, d.RequesterFieldList(d.jane)) }},
		{"RequesterQueues", func(c ctxt, d *filled, _ int) error { return each(c, d, 0, d.RequesterQueues(d.jane)) }},
		{"Webhook", func(c ctxt, d *filled, _ int) error { return failure(d.Webhook(c, d.admin, d.hook)) }},
		{"Webhooks", func(c ctxt, d *filled, _ int) error { return each(c, d, 0, d.Webhooks(d.admin)) }},
		{"Deliveries", func(c ctxt, d *filled, _ int) error { return each(c, d, 0, d.Deliveries(d.admin, d.hook)) }},
		{"QueueID", func(c ctxt, d *filled, _ int) error { return failure(d.QueueID(c, d.jane, "support")) }},
		{"Queue", func(c ctxt, d *filled, _ int) error { return failure(d.Queue(c, d.staff, d.support.ID)) }},
		{"Events/page100", func(c ctxt, d *filled, i int) error {
			found, _, err := d.Events(c, d.staff, int64(i%d.tickets), event.Filter{}, 100)
			d.seen += len(found)
			return err
		}},
		{"RequesterEvents/page100", func(c ctxt, d *filled, i int) error {
			found, _, err := d.RequesterEvents(c, d.jane, int64(i%d.tickets), event.Filter{}, 100)
			d.seen += len(found)
			return err
		}},
		{"Queues", func(c ctxt, d *filled, _ int) error { return each(c, d, 0, d.Queues(d.staff, ticket.QueueFilter{})) }},
		{"CustomField", func(c ctxt, d *filled, _ int) error { return failure(d.CustomField(c, d.staff, d.field)) }},
		{"CustomFields", func(c ctxt, d *filled, _ int) error {
			return each(c, d, 0, d.CustomFields(d.staff, ticket.CustomFieldFilter{}))
		}},
		{"Fields", func(c ctxt, d *filled, _ int) error { return failure(d.Fields(c, d.staff)) }},
		{"RefreshFields", func(c ctxt, d *filled, _ int) error { return d.RefreshFields(c) }},
		{"Progress", func(c ctxt, d *filled, _ int) error {
			return failure(d.Progress(c, d.staff, helpdesk.Request{Key: "k"}))
		}},
		{"Sweep", func(c ctxt, d *filled, _ int) error { return failure(d.Sweep(c)) }},
		{"User", func(c ctxt, d *filled, _ int) error { return failure(d.User(c, d.staff, d.jane.ID)) }},
		{"Users", func(c ctxt, d *filled, _ int) error { return each(c, d, 0, d.Users(d.staff, helpdesk.UserQuery{})) }},
		{"FindUser", func(c ctxt, d *filled, _ int) error { return failure(d.FindUser(c, "staff")) }},
		{"Group", func(c ctxt, d *filled, _ int) error { return failure(d.Group(c, d.staff, d.group)) }},
		{"Groups", func(c ctxt, d *filled, _ int) error { return each(c, d, 0, d.Groups(d.staff, helpdesk.GroupQuery{})) }},
		{"Token", func(c ctxt, d *filled, _ int) error { return failure(d.Token(c, d.jane, d.token)) }},
		{"Tokens", func(c ctxt, d *filled, _ int) error {
			return each(c, d, 0, d.Tokens(d.jane, d.jane.ID))
		}},
		{"FindToken", func(c ctxt, d *filled, _ int) error { return failure(d.FindToken(c, d.secret)) }},
		{"ExternalUser/known", func(c ctxt, d *filled, _ int) error { return failure(d.ExternalUser(c, d.host)) }},
	}
}

// measuredWrites changes what is there, adds and removes again, and only adds at
// the end. What there is for a whole desk must not pile up.
func measuredWrites() []measured {
	type ctxt = context.Context
	return []measured{
		{"UpdateTicket", func(c ctxt, d *filled, i int) error {
			return failure(d.UpdateTicket(c, d.staff, d.one(i), func(n *ticket.Ticket) error {
				n.Title = rand.Text()
				n.Values.Set(ticket.Value{Field: d.fields["notes"].ID, Text: n.Title})
				return nil
			}))
		}},
		{"UpdateFollowUp", func(c ctxt, d *filled, i int) error {
			return failure(d.UpdateFollowUp(c, d.staff, d.opening(i), func(f *followup.FollowUp) error {
				f.Comment = new(rand.Text())
				return nil
			}))
		}},
		{"UpdateAttachment", func(c ctxt, d *filled, i int) error {
			return failure(d.UpdateAttachment(c, d.staff, d.attachment(i), func(*followup.Attachment) error { return nil },
				new(testdesk.File("new.txt", rand.Text()))))
		}},
		{"UpdateUser", func(c ctxt, d *filled, _ int) error {
			return failure(d.UpdateUser(c, d.admin, d.idle.ID, func(u *user.User) error {
				u.FirstName = rand.Text()
				return nil
			}))
		}},
		{"UpdateUserAndPassword", func(c ctxt, d *filled, _ int) error {
			return failure(d.UpdateUserAndPassword(c, d.admin, d.idle.ID, func(u *user.User) error {
				u.FirstName = rand.Text()
				return nil
			}, idlePassword))
		}},
		{"SetPassword", func(c ctxt, d *filled, _ int) error { return d.SetPassword(c, d.admin, d.idle.ID, idlePassword) }},
		{"ChangePassword", func(c ctxt, d *filled, _ int) error {
			return d.ChangePassword(c, d.idle, idlePassword, idlePassword, "")
		}},
		{"UpdateGroup", func(c ctxt, d *filled, _ int) error {
			return failure(d.UpdateGroup(c, d.admin, d.group, func(g *user.Group) error {
				g.Name = rand.Text()
				return nil
			}))
		}},
		{"UpdateQueue", func(c ctxt, d *filled, _ int) error {
			return failure(d.UpdateQueue(c, d.admin, d.support.ID, func(q *ticket.Queue) error {
				q.Title = rand.Text()
				return nil
			}))
		}},
		{"UpdateCustomField", func(c ctxt, d *filled, _ int) error {
			return failure(d.UpdateCustomField(c, d.admin, d.field, func(f *ticket.CustomField) error {
				f.Label = rand.Text()
				return nil
			}))
		}},
		{"CreateTicket+DeleteTicket", func(c ctxt, d *filled, _ int) error {
			made, err := d.CreateTicket(c, d.staff, d.draft())
			if err != nil {
				return err
			}
			return d.DeleteTicket(c, d.staff, made.ID)
		}},
		{"Reply+DeleteFollowUp", func(c ctxt, d *filled, i int) error {
			made, err := d.Reply(c, d.staff, &followup.FollowUp{TicketID: d.one(i), Comment: new("Have you tried again?")})
			if err != nil {
				return err
			}
			return d.DeleteFollowUp(c, d.staff, made.ID)
		}},
		{"CreateAttachment+DeleteAttachment", func(c ctxt, d *filled, i int) error {
			made, err := d.CreateAttachment(c, d.staff, &followup.Attachment{FollowUpID: d.opening(i)},
				testdesk.File("new.txt", rand.Text()))
			if err != nil {
				return err
			}
			return d.DeleteAttachment(c, d.staff, made.ID)
		}},
		{"CreateUser+DeleteUser", func(c ctxt, d *filled, _ int) error {
			made, err := d.CreateUser(c, d.admin, &user.User{Username: rand.Text()}, idlePassword)
			if err != nil {
				return err
			}
			return d.DeleteUser(c, d.admin, made.ID)
		}},
		{"CreateGroup+DeleteGroup", func(c ctxt, d *filled, _ int) error {
			made, err := d.CreateGroup(c, d.admin,
				&user.Group{Name: rand.Text(), Users: []int64{d.jane.ID}, Queues: []int64{d.support.ID}})
			if err != nil {
				return err
			}
			return d.DeleteGroup(c, d.admin, made.ID)
		}},
		{"CreateToken+DeleteToken", func(c ctxt, d *filled, _ int) error {
			made, _, err := d.CreateToken(c, d.jane, &user.Token{UserID: d.jane.ID, Name: "new"})
			if err != nil {
				return err
			}
			return d.DeleteToken(c, d.jane, made.ID)
		}},
		{"CreateQueue+DeleteQueue", func(c ctxt, d *filled, _ int) error {
			made, err := d.CreateQueue(c, d.admin, &ticket.Queue{Title: "New", Slug: strings.ToLower(rand.Text())})
			if err != nil {
				return err
			}
			return d.DeleteQueue(c, d.admin, made.ID)
		}},
		{"CreateCustomField+DeleteCustomField", func(c ctxt, d *filled, _ int) error {
			made, err := d.CreateCustomField(c, d.admin,
				&ticket.CustomField{Name: strings.ToLower(rand.Text()), Label: "New", Type: ticket.Text})
			if err != nil {
				return err
			}
			return d.DeleteCustomField(c, d.admin, made.ID)
		}},
		{"CreateWebhook+TestWebhook+RetryDelivery+ReplayWebhook+DeleteWebhook", func(c ctxt, d *filled, _ int) error {
			made, err := d.CreateWebhook(c, d.admin, &webhook.Webhook{URL: "https://example.org/", Active: true})
			if err != nil {
				return err
			}
			sent, err := d.TestWebhook(c, d.admin, made.ID)
			if err != nil {
				return err
			}
			if err := failure(d.RetryDelivery(c, d.admin, made.ID, sent.ID)); err != nil {
				return err
			}
			if _, _, err := d.ReplayWebhook(c, d.admin, made.ID, 0, 0); err != nil {
				return err
			}
			return d.DeleteWebhook(c, d.admin, made.ID)
		}},
		{"UpdateWebhook", func(c ctxt, d *filled, _ int) error {
			return failure(d.UpdateWebhook(c, d.admin, d.hook, func(w *webhook.Webhook) error {
				w.Description = rand.Text()
				return nil
			}))
		}},
		{"RotateWebhook", func(c ctxt, d *filled, _ int) error { return failure(d.RotateWebhook(c, d.admin, d.hook)) }},
		{"CreateTicket", func(c ctxt, d *filled, _ int) error {
			return failure(d.CreateTicket(c, d.staff, d.draft()))
		}},
		{"Atomically", func(c ctxt, d *filled, i int) error {
			return d.Atomically(c, func(inner *helpdesk.Desk) error {
				for range 2 {
					if _, err := inner.Reply(c, d.staff, &followup.FollowUp{TicketID: d.one(i)}); err != nil {
						return err
					}
				}
				return nil
			})
		}},
		{"Once", func(c ctxt, d *filled, _ int) error {
			r := helpdesk.Request{Key: rand.Text(), Scope: "tickets", Content: []byte("Broken")}
			_, _, err := d.Once(c, d.staff, r, func(inner *helpdesk.Desk) ([]byte, error) {
				return []byte("done"), failure(inner.CreateTicket(c, d.staff, d.draft()))
			})
			return err
		}},
		{"Once/replayed", func(c ctxt, d *filled, _ int) error {
			r := helpdesk.Request{Key: "the same", Scope: "tickets", Content: []byte("Broken")}
			_, _, err := d.Once(c, d.staff, r, func(inner *helpdesk.Desk) ([]byte, error) {
				return []byte("done"), failure(inner.CreateTicket(c, d.staff, d.draft()))
			})
			return err
		}},
		{"CreateTicket/file", func(c ctxt, d *filled, _ int) error {
			return failure(d.CreateTicket(c, d.staff, d.draft(), testdesk.File("new.txt", rand.Text())))
		}},
		{"CreateRequesterTicket", func(c ctxt, d *filled, _ int) error { return failure(d.CreateRequesterTicket(c, d.jane, d.draft())) }},
		{"Reply", func(c ctxt, d *filled, i int) error {
			return failure(d.Reply(c, d.staff, &followup.FollowUp{TicketID: d.one(i), Comment: new("Have you tried again?"),
				NewStatus: new(ticket.Status(1 + i%4))}))
		}},
		{"Reply/file", func(c ctxt, d *filled, i int) error {
			return failure(d.Reply(c, d.staff, &followup.FollowUp{TicketID: d.one(i)}, testdesk.File("new.txt", rand.Text())))
		}},
		{"CreateRequesterReply", func(c ctxt, d *filled, i int) error {
			return failure(d.CreateRequesterReply(c, d.jane, d.one(i), "I have, and it does not."))
		}},
		{"CreateUser", func(c ctxt, d *filled, _ int) error {
			return failure(d.CreateUser(c, d.admin, &user.User{Username: rand.Text()}, idlePassword))
		}},
		{"ExternalUser/new", func(c ctxt, d *filled, _ int) error {
			return failure(d.ExternalUser(c, &user.External{ID: rand.Text(), Username: rand.Text()}))
		}},
	}
}
