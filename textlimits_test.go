package helpdesk_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/ticket"
)

func problemsOf(t *testing.T, err error) problem.Error {
	t.Helper()
	found, ok := errors.AsType[problem.Error](err)
	if !ok {
		t.Errorf("got %v, want a problem.Error", err)
	}
	return found
}

// TestTextsAreBounded: one as large as may be is kept, a larger one is refused wherever
// it is given.
func TestTextsAreBounded(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ctx := t.Context()
	d.public(t, d.support, nil)
	id := d.ticket(t).ID
	opened := must(d.CreateRequesterTicket(ctx, d.jane, &ticket.Ticket{QueueID: d.support.ID, Title: "x"}))(t).ID
	answer := d.reply(t, &followup.FollowUp{TicketID: id}).ID
	notes, company := d.fields["notes"], d.fields["company"]
	field := must(d.CreateCustomField(ctx, d.admin, &ticket.CustomField{Name: "late", Label: "Late", Type: ticket.Text}))(t)
	writes := map[string]struct {
		field string
		with  func(text string) error
	}{
		"description": {"description", func(text string) error {
			return failure(d.CreateTicket(ctx, d.staff, &ticket.Ticket{QueueID: d.support.ID, Title: "x", Description: &text}))
		}},
		"request": {"description", func(text string) error {
			return failure(d.CreateRequesterTicket(ctx, d.jane, &ticket.Ticket{QueueID: d.support.ID, Title: "x", Description: &text}))
		}},
		"resolution": {"resolution", func(text string) error {
			return failure(d.UpdateTicket(ctx, d.staff, id, func(n *ticket.Ticket) error {
				n.Resolution = &text
				return nil
			}))
		}},
		"value": {notes.Key(), func(text string) error {
			return failure(d.UpdateTicket(ctx, d.staff, id, func(n *ticket.Ticket) error {
				n.Values = ticket.Values{{Field: notes.ID, Text: text}}
				return nil
			}))
		}},
		"comment": {"comment", func(text string) error {
			return failure(d.Reply(ctx, d.staff, &followup.FollowUp{TicketID: id, Comment: &text}))
		}},
		"edited comment": {"comment", func(text string) error {
			return failure(d.UpdateFollowUp(ctx, d.staff, answer, func(f *followup.FollowUp) error {
				f.Comment = &text
				return nil
			}))
		}},
		"answer": {"comment", func(text string) error { return failure(d.CreateRequesterReply(ctx, d.jane, opened, text)) }},
		"help text": {"help_text", func(text string) error {
			return failure(d.UpdateCustomField(ctx, d.admin, field.ID, func(f *ticket.CustomField) error {
				f.HelpText = &text
				return nil
			}))
		}},
		"list values": {"list_values", func(text string) error {
			return failure(d.UpdateCustomField(ctx, d.admin, field.ID, func(f *ticket.CustomField) error {
				f.ListValues = &text
				return nil
			}))
		}},
	}
	longest := strings.Repeat("é", ticket.MaxText/2)
	unchanged := d.unchanged(t)
	for name, write := range writes {
		problems := problemsOf(t, write.with(longest+"x"))
		if p := problems[write.field]; len(p) != 1 || p[0] != (problem.Problem{Reason: problem.TooLarge, Limit: ticket.MaxText}) {
			t.Errorf("%s: %v", name, problems)
		}
	}
	unchanged()
	for _, write := range writes {
		check(t, write.with(longest))
	}
	half := strings.Repeat("x", ticket.MaxValues)
	err := failure(d.UpdateTicket(ctx, d.staff, id, func(n *ticket.Ticket) error {
		n.Values = ticket.Values{{Field: company.ID, Text: "ACME"}, {Field: notes.ID, Text: half}}
		return nil
	}))
	if problems := problemsOf(t, err); len(problems) != 1 || problems[notes.Key()][0].Reason != problem.TooLarge {
		t.Errorf("values together: %v", problems)
	}
}
