package followup

import (
	"slices"

	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// Recipients returns the e-mail addresses of those who should get a follow-up: the
// assignee, and the submitter if the follow-up is public and has a comment or resolves
// or closes the ticket. The addresses of the actor and of the queue are left out.
// Addresses are compared exactly. The result is sorted by code points and never nil.
// Call it after MoveTicket.
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

// speaks reports whether the follow-up has something for the submitter to read.
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

// addresses returns the given addresses, sorted, without empty ones, duplicates and the
// address of the queue.
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
