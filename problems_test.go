package helpdesk_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// unwritable is a store that fails the test when somebody writes.
type unwritable struct {
	storage.Store
	t *testing.T
}

func (s unwritable) Update(context.Context, func(storage.Tx) error) error {
	s.t.Helper()
	s.t.Error("wrong input has taken the write lock")
	return errors.New("no write was expected")
}

// TestProblemsOfTheFormatAndOfTheValuesComeTogether, without the write lock and without
// counting against the limits.
func TestProblemsOfTheFormatAndOfTheValuesComeTogether(t *testing.T) {
	t.Parallel()
	b := newBusy(t, testdesk.OpenStore(t))
	unchanged := b.unchanged(t) // whoever looks at events may write their positions
	b = b.over(unwritable{b.store, t})
	ctx := t.Context()
	found := problem.Error{"format": {{Reason: problem.NotString}}, "title": {{Reason: problem.Required}}}
	with := helpdesk.WithProblems(ctx, found)
	for name, c := range map[string]struct {
		do   func(ctx context.Context) error
		want string
	}{
		"CreateTicket": {
			func(ctx context.Context) error {
				return failure(b.CreateTicket(ctx, b.staff, &ticket.Ticket{QueueID: nobody, Title: " "}))
			}, `format: not a string; queue: no such object "987654321"; title: required`,
		},
		"CreateRequesterTicket": {
			func(ctx context.Context) error {
				return failure(b.CreateRequesterTicket(ctx, b.jane, &ticket.Ticket{QueueID: nobody, Title: " "}))
			}, `format: not a string; queue: no such object "987654321"; title: required`,
		},
		"Reply": {
			func(ctx context.Context) error {
				return failure(b.Reply(ctx, b.staff, &followup.FollowUp{TicketID: nobody}))
			},
			`format: not a string; ticket: no such object "987654321"; title: required`,
		},
		"Reply to a ticket": {
			func(ctx context.Context) error {
				return failure(b.Reply(ctx, b.staff, &followup.FollowUp{TicketID: b.full}))
			},
			`format: not a string; title: required`,
		},
		"CreateRequesterReply": {
			func(ctx context.Context) error { return failure(b.CreateRequesterReply(ctx, b.jane, b.full, " ")) },
			`comment: blank; format: not a string; title: required`,
		},
		"CreateAttachment": {
			func(ctx context.Context) error {
				return failure(b.CreateAttachment(ctx, b.staff, &followup.Attachment{FollowUpID: nobody}, file("a.txt", []byte("x"))))
			}, `followup: no such object "987654321"; format: not a string; title: required`,
		},
		"CreateAttachment on a follow-up": {
			func(ctx context.Context) error {
				return failure(b.CreateAttachment(ctx, b.staff, &followup.Attachment{FollowUpID: b.moved}, file("a.txt", []byte("x"))))
			}, `format: not a string; title: required`,
		},
		"CreateUser": {
			func(ctx context.Context) error {
				return failure(b.CreateUser(ctx, b.admin, &user.User{Username: "JANE"}, "short"))
			}, `format: not a string; title: required; username: already taken`,
		},
		"CreateGroup": {
			func(ctx context.Context) error {
				return failure(b.CreateGroup(ctx, b.admin, &user.Group{Name: "x", Queues: []int64{nobody}}))
			}, `format: not a string; queues: no such object "987654321"; title: required`,
		},
		"CreateQueue": {
			func(ctx context.Context) error {
				return failure(b.CreateQueue(ctx, b.admin, &ticket.Queue{Slug: "support"}))
			}, `format: not a string; slug: already taken; title: required`,
		},
		"CreateCustomField": {
			func(ctx context.Context) error {
				return failure(b.CreateCustomField(ctx, b.admin, &ticket.CustomField{Name: "tier", Label: "x", Type: ticket.Text}))
			}, `format: not a string; name: already taken; title: required`,
		},
		"CreateToken": {
			func(ctx context.Context) error {
				_, _, err := b.CreateToken(ctx, b.jane, &user.Token{UserID: b.jane.ID, Expires: new(time.Unix(0, 0))})
				return err
			}, `expires: in the past; format: not a string; title: required`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			equal(t, wrong(t, c.do(with)), c.want)
			is(t, b.CheckLimits(b.jane, 0), nil)
		})
	}
	is(t, failure(b.CreateTicket(with, b.jane, &ticket.Ticket{})), helpdesk.ErrForbidden)
	is(t, failure(b.CreateRequesterReply(with, b.jane, nobody, "x")), helpdesk.ErrNotFound)
	equal(t, len(found), 2)
	unchanged()
}

// TestNoProblemsAreNone: the use case is as without them.
func TestNoProblemsAreNone(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	must(d.CreateTicket(helpdesk.WithProblems(t.Context(), problem.Error{}), d.staff, &ticket.Ticket{QueueID: d.support.ID, Title: "x"}))(t)
	must(d.CreateTicket(helpdesk.WithProblems(t.Context(), nil), d.staff, &ticket.Ticket{QueueID: d.support.ID, Title: "x"}))(t)
}
