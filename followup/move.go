package followup

import "github.com/go-helpdesk/helpdesk/ticket"

// MoveTicket completes a new follow-up and applies its NewStatus to its ticket. A nil
// Title becomes the title of the ticket. If NewStatus differs from the status of the
// ticket, it becomes the status, and its label is appended to the Title. Otherwise
// NewStatus becomes nil. A follow-up that resolves the ticket sets the resolution to its
// comment. A follow-up that closes the ticket does so if there is no resolution yet.
func (f *FollowUp) MoveTicket(t *ticket.Ticket) {
	title, comment := t.Title, ""
	if f.Title != nil {
		title = *f.Title
	}
	if f.Comment != nil {
		comment = *f.Comment
	}
	if f.NewStatus != nil && *f.NewStatus == t.Status {
		f.NewStatus = nil
	}
	if f.NewStatus != nil {
		t.Status = *f.NewStatus
		if title != "" {
			title += " and "
		}
		title += t.Status.Label()
		if t.Status == ticket.Resolved || t.Status == ticket.Closed && t.Resolution == nil {
			t.Resolution = new(comment)
		}
	}
	switch {
	case title != "":
	case comment != "":
		title = "Comment"
	default:
		title = "Updated"
	}
	f.Title, f.Comment = &title, &comment
}
