package helpdesk_test

import (
	"context"
	"errors"
	"testing"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/event"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// cut ends a context when a store has run so many statements.
type cut struct {
	after  int // below 0 for never
	seen   int
	cancel context.CancelFunc
}

// cutAfter returns a cut, which after 0 has happened.
func cutAfter(n int, cancel context.CancelFunc) cut {
	if n == 0 {
		cancel()
	}
	return cut{after: n, cancel: cancel}
}

func (c *cut) observe(string) {
	if c.seen++; c.seen == c.after {
		c.cancel()
	}
}

// cutDesk is a desk in use, and what cuts its use cases off.
func cutDesk(t *testing.T) (*busy, *cut) {
	t.Helper()
	c := &cut{after: -1}
	return newBusy(t, testdesk.OpenStore(t, c.observe)), c
}

// TestAUseCaseCutOffAnywhereLeavesNothing ends the context before every statement
// of every use case that writes, one after the other.
func TestAUseCaseCutOffAnywhereLeavesNothing(t *testing.T) {
	t.Parallel()
	for _, w := range writings() {
		t.Run(w.name, func(t *testing.T) {
			t.Parallel()
			b, c := cutDesk(t)
			unchanged := b.unchanged(t)
			for after := 0; ; after++ {
				ctx, cancel := context.WithCancel(t.Context())
				*c = cutAfter(after, cancel)
				err := w.do(ctx, b)
				cancel()
				c.after = -1
				if err == nil { // the commit itself is not cut off
					equal(t, c.seen >= after && after > 1, true)
					return
				}
				is(t, err, context.Canceled)
				unchanged()
			}
		})
	}
}

// readings is every use case that reads, on rows that exist.
func readings() []writing {
	type ctxt = context.Context
	fails := func(_ any, err error) error { return err }
	return []writing{
		{"Ticket", func(c ctxt, b *busy) error { return fails(b.Ticket(c, b.staff, b.full)) }},
		{"TicketExists", func(c ctxt, b *busy) error { return b.TicketExists(c, b.staff, b.full) }},
		{"Tickets", func(c ctxt, b *busy) error { return readAll(c, b.Tickets(b.staff, helpdesk.TicketQuery{})) }},
		{"History", func(c ctxt, b *busy) error { return readAll(c, b.History(b.staff, b.full)) }},
		{"RequesterTicket", func(c ctxt, b *busy) error { return fails(b.RequesterTicket(c, b.jane, b.full)) }},
		{"RequesterTicketExists", func(c ctxt, b *busy) error { return b.RequesterTicketExists(c, b.jane, b.full) }},
		{"RequesterTickets", func(c ctxt, b *busy) error {
			return readAll(c, b.RequesterTickets(b.jane, helpdesk.RequesterTicketFilter{}))
		}},
		{"FollowUp", func(c ctxt, b *busy) error { return fails(b.FollowUp(c, b.staff, b.moved)) }},
		{"FollowUpExists", func(c ctxt, b *busy) error { return b.FollowUpExists(c, b.staff, b.moved) }},
		{"FollowUps", func(c ctxt, b *busy) error { return readAll(c, b.FollowUps(b.staff, helpdesk.FollowUpQuery{})) }},
		{"Attachment", func(c ctxt, b *busy) error { return fails(b.Attachment(c, b.staff, b.attachment)) }},
		{"Attachments", func(c ctxt, b *busy) error { return readAll(c, b.Attachments(b.staff)) }},
		{"Users", func(c ctxt, b *busy) error { return readAll(c, b.Desk.Users(b.staff, helpdesk.UserQuery{})) }},
		{"User", func(c ctxt, b *busy) error { return fails(b.User(c, b.staff, b.jane.ID)) }},
		{"FindUser", func(c ctxt, b *busy) error { return fails(b.FindUser(c, "jane")) }},
		{"FindToken", func(c ctxt, b *busy) error { return fails(b.FindToken(c, user.NewTokenSecret())) }},
		{"ExternalUser", func(c ctxt, b *busy) error { return fails(b.ExternalUser(c, outsider(""))) }},
		{"Token", func(c ctxt, b *busy) error { return fails(b.Token(c, b.jane, b.token)) }},
		{"Tokens", func(c ctxt, b *busy) error { return readAll(c, b.Tokens(b.jane, b.jane.ID)) }},
		{"Group", func(c ctxt, b *busy) error { return fails(b.Group(c, b.staff, b.group)) }},
		{"Groups", func(c ctxt, b *busy) error { return readAll(c, b.Groups(b.staff, helpdesk.GroupQuery{})) }},
		{"OpenToRequesters", func(c ctxt, b *busy) error { return fails(b.OpenToRequesters(c)) }},
		{"RequesterFields", func(c ctxt, b *busy) error { return fails(b.RequesterFields(c, b.jane)) }},
		{"RequesterFieldList", func(c ctxt, b *busy) error { return readAll(c, b.RequesterFieldList(b.jane)) }},
		{"RequesterQueues", func(c ctxt, b *busy) error { return readAll(c, b.RequesterQueues(b.jane)) }},
		{"QueueID", func(c ctxt, b *busy) error { return fails(b.QueueID(c, b.jane, "support")) }},
		{"RequesterFollowUps", func(c ctxt, b *busy) error { return readAll(c, b.RequesterFollowUps(b.jane, b.full)) }},
		{"OpenRequesterAttachment", func(c ctxt, b *busy) error {
			_, _, err := b.OpenRequesterAttachment(c, b.jane, b.full, b.photo)
			return err
		}},
		{"Events", func(c ctxt, b *busy) error {
			_, _, err := b.Events(c, b.staff, 0, event.Filter{}, 0)
			return err
		}},
		{"RequesterEvents", func(c ctxt, b *busy) error {
			_, _, err := b.RequesterEvents(c, b.jane, 0, event.Filter{}, 0)
			return err
		}},
		{"Queues", func(c ctxt, b *busy) error { return readAll(c, b.Desk.Queues(b.staff, ticket.QueueFilter{})) }},
		{"Queue", func(c ctxt, b *busy) error { return fails(b.Queue(c, b.staff, b.support.ID)) }},
		{"CustomFields", func(c ctxt, b *busy) error { return readAll(c, b.CustomFields(b.staff, ticket.CustomFieldFilter{})) }},
		{"CustomField", func(c ctxt, b *busy) error { return fails(b.CustomField(c, b.staff, b.unused)) }},
		{"CreateTicket", func(c ctxt, b *busy) error {
			return refusal(b.CreateTicket(refusing(c), b.staff,
				&ticket.Ticket{QueueID: b.support.ID, Title: "x", AssignedTo: &b.staff.ID, MergedTo: &b.full}))
		}},
		{"Reply", func(c ctxt, b *busy) error {
			return refusal(b.Reply(refusing(c), b.staff, &followup.FollowUp{TicketID: b.full}))
		}},
		{"CreateAttachment", func(c ctxt, b *busy) error {
			return refusal(b.CreateAttachment(refusing(c), b.staff, &followup.Attachment{FollowUpID: b.moved}, file("a.txt", []byte("x"))))
		}},
		{"CreateUser", func(c ctxt, b *busy) error {
			return refusal(b.CreateUser(refusing(c), b.admin, &user.User{Username: "new", Queues: []int64{b.empty}}, ""))
		}},
		{"CreateGroup", func(c ctxt, b *busy) error {
			return refusal(b.CreateGroup(refusing(c), b.admin, &user.Group{Name: "new", Users: []int64{b.idle}, Queues: []int64{b.empty}}))
		}},
		{"CreateToken", func(c ctxt, b *busy) error {
			_, _, err := b.CreateToken(refusing(c), b.jane, &user.Token{UserID: b.jane.ID})
			return refusal(nil, err)
		}},
		{"CreateRequesterTicket", func(c ctxt, b *busy) error {
			return refusal(b.CreateRequesterTicket(refusing(c), b.jane, &ticket.Ticket{QueueID: b.open, Title: "x"}))
		}},
		{"CreateRequesterReply", func(c ctxt, b *busy) error {
			return refusal(b.CreateRequesterReply(refusing(c), b.jane, b.full, "x"))
		}},
		{"CreateQueue", func(c ctxt, b *busy) error {
			return refusal(b.CreateQueue(refusing(c), b.admin, &ticket.Queue{Title: "x", Slug: "x", DefaultOwner: &b.jane.ID}))
		}},
		{"CreateCustomField", func(c ctxt, b *busy) error {
			return refusal(b.CreateCustomField(refusing(c), b.admin, &ticket.CustomField{Name: "x", Label: "x", Type: ticket.Text}))
		}},
	}
}

// refusal drops the answer of a use case that found nothing wrong itself, in the context
// of refusing: it has read everything.
func refusal(_ any, err error) error {
	if err != nil && err.Error() == "helpdesk: invalid x: required" {
		return nil
	}
	return err
}

func readAll[T any](c context.Context, l *helpdesk.List[T]) error {
	for _, err := range l.All(c) {
		if err != nil {
			return err
		}
	}
	return nil
}

// TestReadingCutOffAnywhereSaysSo: half an answer is none.
func TestReadingCutOffAnywhereSaysSo(t *testing.T) {
	t.Parallel()
	b, c := cutDesk(t)
	for _, r := range readings() {
		for after := 0; ; after++ {
			ctx, cancel := context.WithCancel(t.Context())
			*c = cutAfter(after, cancel)
			err := r.do(ctx, b)
			cancel()
			if err == nil {
				if after < 1 {
					t.Errorf("%s: cut off after statement %d of %d, and no error", r.name, after, c.seen)
				}
				break
			}
			if !errors.Is(err, context.Canceled) {
				t.Errorf("%s: %v", r.name, err)
			}
		}
	}
}
