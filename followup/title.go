package followup

import (
	"strconv"
	"strings"

	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// OpeningTitle returns the title of the follow-up that opens a ticket. It contains the
// name of the assignee, who is nil if the ticket is not assigned.
func OpeningTitle(assignee *user.User) string {
	if assignee == nil {
		return opened
	}
	return openedFor + assignee.DisplayName()
}

const (
	opened    = "Ticket Opened"
	openedFor = opened + " & Assigned to "
)

// PublicTitle returns the title of a follow-up as requesters see it: the title of an
// opening does not contain the assignee.
func PublicTitle(title *string) *string {
	if title != nil && strings.HasPrefix(*title, openedFor) {
		return new(opened)
	}
	return title
}

// Opening returns the public follow-up that opens a ticket, without its date. If the
// actor has no ID, it has no author.
func Opening(t *ticket.Ticket, actor, assignee *user.User, queue *ticket.Queue) *FollowUp {
	f := &FollowUp{
		TicketID:        t.ID,
		Title:           new(OpeningTitle(assignee)),
		Comment:         new(""),
		Public:          true,
		EmailRecipients: addresses(queue, t.SubmitterEmail, mailOf(assignee)),
	}
	if actor != nil && actor.ID != 0 {
		f.UserID = new(actor.ID)
	}
	if t.Description != nil {
		f.Comment = new(*t.Description)
	}
	return f
}

// ReferenceTitle returns the title of the follow-up that a ticket gets if the ticket
// source refers to it.
func ReferenceTitle(source int64) string {
	return "Referenced in ticket #" + strconv.FormatInt(source, 10)
}
