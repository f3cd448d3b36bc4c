package helpdesk_test

import (
	"context"
	"io"
	"testing"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
	"github.com/go-helpdesk/helpdesk/webhook"
)

// filled is a desk of so many tickets, and of what else there is something.
type filled struct {
	*desk
	tickets             int
	idle                *user.User // whose password is idlePassword
	field, group, token int64
	hook                int64  // a webhook
	secret              string // of the token, which is jane's
	host                *user.External
	seen                int // elements of lists
}

const idlePassword = "long-enough-9"

func newFilled(t testing.TB, tickets int) *filled {
	t.Helper()
	ctx, start := t.Context(), testdesk.New(t, helpdesk.Config{})
	start.Fill(t, tickets)
	d := &filled{desk: handled(start), tickets: tickets, host: outsider("")}
	must(d.UpdateQueue(ctx, d.admin, d.support.ID, func(q *ticket.Queue) error {
		q.AllowPublicSubmission, q.DefaultOwner = true, &d.staff.ID
		return nil
	}))(t)
	d.idle = must(d.CreateUser(ctx, d.admin, &user.User{Username: "idle", Active: true}, idlePassword))(t)
	d.field = must(d.CreateCustomField(ctx, d.admin, &ticket.CustomField{Name: "late", Label: "Late", Type: ticket.Text}))(t).ID
	d.group = must(d.CreateGroup(ctx, d.admin, &user.Group{Name: "Second line", Users: []int64{d.jane.ID},
		Queues: []int64{d.support.ID}}))(t).ID
	d.hook = must(d.CreateWebhook(ctx, d.admin, &webhook.Webhook{URL: "https://example.org/hook"}))(t).ID
	token, secret := d.desk.token(t, d.jane, user.Token{Name: "script"})
	d.token, d.secret = token.ID, secret
	d.external(t, d.host)
	return d
}

// one is a ticket of jane's, always another.
func (d *filled) one(i int) int64 { return testdesk.JanesTicket(d.tickets, i) }

// opening is the follow-up that one begins with, and attachment the file on it:
// tickets have four follow-ups, and every second a file, from the first on.
func (d *filled) opening(i int) int64    { return 4*d.one(i) - 3 }
func (d *filled) attachment(i int) int64 { return (d.one(i) + 1) / 2 }

// draft is a ticket to open.
func (d *filled) draft() *ticket.Ticket {
	return &ticket.Ticket{QueueID: d.support.ID, Title: "Broken", Description: new("It does not print."),
		Values: ticket.Values{{Field: d.fields["company"].ID, Text: "ACME"}, {Field: d.fields["tier"].ID, Text: "gold"}}}
}

// each reads a page of a list, or all of it when the limit is 0.
func each[T any](c context.Context, d *filled, limit int, l *helpdesk.List[T]) error {
	page, err := l.Page(c, func(int) (helpdesk.Window, error) { return helpdesk.Window{Limit: limit}, nil })
	if err != nil {
		return err
	}
	for _, err := range page.Items(c) {
		if err != nil {
			return err
		}
		d.seen++
	}
	return nil
}

// drain reads a file.
func drain(_ *followup.Attachment, file io.Reader, err error) error {
	if err == nil {
		_, err = io.Copy(io.Discard, file)
	}
	return err
}
