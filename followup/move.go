package followup

import "github.com/go-helpdesk/helpdesk/ticket"

// MoveTicket completes a new follow-up and lets it act on its ticket (SPEC
// part 4, steps 1 and 2, and part 8.7). A title that was not given is the
// ticket's. A new status moves the ticket and is told in the title, unless the
// ticket has it already: then NewStatus becomes nil. The resolution is the
// comment of the follow-up that resolves the ticket, or that closes it while
// it has none.
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
