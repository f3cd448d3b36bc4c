package followup

import (
	"slices"
	"time"

	"github.com/go-helpdesk/helpdesk/ticket"
)

// FollowUp is one entry in a ticket's conversation. Nullable fields are
// pointers: nil is the wire's null, which differs from "".
type FollowUp struct {
	ID              int64
	TicketID        int64
	UserID          *int64  // the author
	Title           *string // at most ticket.MaxTitle characters as given; longer once a status label is appended
	Comment         *string
	Public          bool           // the submitter may see it
	NewStatus       *ticket.Status // the status it moved the ticket to
	TimeSpent       *TimeSpent
	Date            time.Time
	MessageID       *string  // of the mail it came in by
	EmailRecipients []string // who it is addressed to, sorted; nil is null

	// What Store.Complete fills in.
	Attachments []*Attachment // by filename, then id
	Changes     []*Change     // what it changed on the ticket, oldest first
}

// Thread is a ticket with its conversation.
type Thread struct {
	*ticket.Ticket
	FollowUps []*FollowUp // by date, then id
	More      bool        // the follow-ups were not read, as they may be large
}

// Clone returns a copy that shares nothing with f but its attachments and
// changes.
func (f *FollowUp) Clone() *FollowUp {
	c := *f
	c.UserID, c.Title, c.Comment = clone(f.UserID), clone(f.Title), clone(f.Comment)
	c.NewStatus, c.TimeSpent, c.MessageID = clone(f.NewStatus), clone(f.TimeSpent), clone(f.MessageID)
	c.EmailRecipients = slices.Clone(f.EmailRecipients)
	return &c
}

// Equal reports whether two follow-ups are the same, their attachments and changes
// aside.
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

// Attachment is a file on a follow-up. Its content is kept by Files.
type Attachment struct {
	ID         int64
	FollowUpID int64
	Filename   string
	MIMEType   string
	Size       int64  // bytes, as measured
	Content    string // the content's key in Files
}

// Change records that a field of a ticket got another value.
type Change struct {
	ID         int64
	TicketID   int64
	FollowUpID *int64 // the follow-up that made it; nil for an edit of the ticket
	UserID     *int64 // who made it
	Date       time.Time
	Field      string  // the field in words, such as "Status"
	OldValue   *string // nil when there was none
	NewValue   *string // nil when there is none now
}
