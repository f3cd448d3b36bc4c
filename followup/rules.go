package followup

import (
	"io"

	"github.com/go-helpdesk/helpdesk/internal/validate"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// ParseTimeSpent reads a duration.
func ParseTimeSpent(text string) (TimeSpent, []validate.Problem) { return 0, nil }

func (t TimeSpent) String() string { return "" }

// OpeningTitle is the opening follow-up's title.
func OpeningTitle(assignee *user.User) string { return "" }

// Opening is the opening follow-up.
func Opening(t *ticket.Ticket, actor, assignee *user.User, queue *ticket.Queue) *FollowUp {
	return &FollowUp{}
}

// MoveTicket moves the ticket.
func (f *FollowUp) MoveTicket(t *ticket.Ticket) {}

// Recipients are the addresses.
func Recipients(f *FollowUp, t *ticket.Ticket, actor, assignee *user.User, queue *ticket.Queue) []string {
	return []string{}
}

// Diff lists the differences.
func Diff(before, after *ticket.Ticket, fields []*ticket.CustomField) []*Change { return nil }

// References finds ticket references.
func References(text string, self int64) []int64 { return nil }

// ReferenceTitle is the title.
func ReferenceTitle(source int64) string { return "" }

// CleanFilename cleans.
func CleanFilename(name string) string { return name }

// BaseName is the base name.
func BaseName(name string) string { return name }

// Extension is the extension.
func Extension(name string) string { return "" }

// DefaultExtensions lists the extensions.
func DefaultExtensions() []string { return nil }

// AllowedExtension reports whether allowed.
func AllowedExtension(name string, allowed []string) bool { return true }

// MIMEByName guesses.
func MIMEByName(name string) string { return "application/octet-stream" }

// Upload is a file to be attached.
type Upload struct {
	Filename string
	MIMEType string
	Size     int64
	Open     func() (io.ReadCloser, error)
}

// Check checks the upload.
func (u *Upload) Check(allowed []string) []validate.Problem { return nil }

// Type is the type.
func (u *Upload) Type() string { return u.MIMEType }

// Check checks the follow-up.
func (f *FollowUp) Check() validate.Error { return nil }

// Check checks the attachment.
func (a *Attachment) Check() validate.Error { return nil }
