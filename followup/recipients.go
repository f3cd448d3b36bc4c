package followup

import (
	"slices"

	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// Recipients returns the e-mail addresses that a follow-up is meant for. Call it
// after MoveTicket. They are the assignee's and, when the follow-up is public and has
// a comment or resolves or closes the ticket, the submitter's. The addresses of the
// actor and of the queue are left out; addresses are compared exactly. The result is
// sorted by code points and never nil.
func Recipients(f *FollowUp, t *ticket.Ticket, actor, assignee *user.User, queue *ticket.Queue) []string {
	submitter := t.SubmitterEmail
	if !f.Public || !f.speaks() {
		submitter = nil
	}
	own := mailOf(actor)
	return slices.DeleteFunc(addresses(queue, submitter, mailOf(assignee)), func(address string) bool {
		return own != nil && address == *own
	})
}

// speaks reports whether the submitter has something to read.
func (f *FollowUp) speaks() bool {
	if f.Comment != nil && *f.Comment != "" {
		return true
	}
	return f.NewStatus != nil && (*f.NewStatus == ticket.Resolved || *f.NewStatus == ticket.Closed)
}

func mailOf(u *user.User) *string {
	if u == nil {
		return nil
	}
	return &u.Email
}

// addresses are those given, sorted, without empty ones, repetitions and the
// queue's own.
func addresses(queue *ticket.Queue, given ...*string) []string {
	result := []string{}
	for _, address := range given {
		if address == nil || *address == "" || queue.EmailAddress != nil && *address == *queue.EmailAddress {
			continue
		}
		if !slices.Contains(result, *address) {
			result = append(result, *address)
		}
	}
	slices.Sort(result)
	return result
}
