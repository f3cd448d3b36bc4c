package followup

import (
	"slices"
	"time"

	"github.com/go-helpdesk/helpdesk/ticket"
)

// FollowUp is one entry in the conversation of a ticket. Pointer fields are nullable in
// the API: nil is null, which differs from "".
type FollowUp struct {
	ID              int64
	TicketID        int64
	UserID          *int64  // the author
	Title           *string // at most ticket.MaxTitle characters, or more once MoveTicket has appended a status
	Comment         *string
	Public          bool           // whether the requester sees it
	NewStatus       *ticket.Status // the status that it gave the ticket; nil if it did not change the status
	TimeSpent       *TimeSpent
	Date            time.Time // on one ticket never before that of an earlier follow-up
	MessageID       *string   // id of the mail that it came from
	EmailRecipients []string  // addresses of its recipients, sorted; nil is null
	Version         int64     // starts at 1, and is incremented by each write

	// These are set by Store.Complete.
	Attachments []*Attachment // by filename, then id
	Changes     []*Change     // its changes to the ticket, oldest first
}

// Thread is a ticket with its conversation.
type Thread struct {
	*ticket.Ticket
	FollowUps []*FollowUp // by date, then id
	More      bool        // whether the follow-ups were left out because of their size
}

// Clone returns a copy that shares nothing with f except its attachments and changes.
func (f *FollowUp) Clone() *FollowUp {
	c := *f
	c.UserID, c.Title, c.Comment = clone(f.UserID), clone(f.Title), clone(f.Comment)
	c.NewStatus, c.TimeSpent, c.MessageID = clone(f.NewStatus), clone(f.TimeSpent), clone(f.MessageID)
	c.EmailRecipients = slices.Clone(f.EmailRecipients)
	return &c
}

// Equal reports whether two follow-ups are equal. It ignores attachments, changes and versions.
func (f *FollowUp) Equal(g *FollowUp) bool {
	return f.ID == g.ID && f.TicketID == g.TicketID && same(f.UserID, g.UserID) && same(f.Title, g.Title) &&
		same(f.Comment, g.Comment) && f.Public == g.Public && same(f.NewStatus, g.NewStatus) &&
		same(f.TimeSpent, g.TimeSpent) && f.Date.Equal(g.Date) && same(f.MessageID, g.MessageID) &&
		slices.Equal(f.EmailRecipients, g.EmailRecipients) && (f.EmailRecipients == nil) == (g.EmailRecipients == nil)
}

func same[T comparable](a, b *T) bool { return a == b || a != nil && b != nil && *a == *b }

func clone[T any](p *T) *T {
	if p == nil {
		return nil
	}
	return new(*p)
}

// Attachment is a file on a follow-up. Files stores its content.
type Attachment struct {
	ID         int64
	FollowUpID int64
	Filename   string
	MIMEType   string
	Size       int64  // measured, in bytes
	Content    string // key of the content in Files
	Version    int64  // starts at 1, and is incremented by each write
}

// Change is the record that one field of a ticket got another value.
type Change struct {
	ID         int64
	TicketID   int64
	FollowUpID *int64 // the follow-up that made the change; nil for an edit of the ticket
	UserID     *int64 // the user who made the change
	Date       time.Time
	Field      string  // name of the field for people, such as "Status"
	OldValue   *string // nil for null
	NewValue   *string // nil for null
}
