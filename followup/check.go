package followup

import (
	"strconv"

	"github.com/go-helpdesk/helpdesk/internal/validate"
	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// Maximum lengths, in characters.
const (
	MaxFilename = 1000
	MaxMIMEType = 255
)

// Check returns everything that is wrong with the follow-up by itself, under the keys
// in docs/contract.md, "Follow-ups". Call it before MoveTicket, which may make the
// title longer than Check allows. Return the result through its Err.
func (f *FollowUp) Check() problem.Error {
	wrong := problem.Error{}
	if f.Title != nil {
		wrong.Add("title", validate.Text(*f.Title, ticket.MaxTitle)...)
	}
	if f.Comment != nil {
		wrong.Add("comment", validate.Text(*f.Comment, 0)...)
	}
	if f.NewStatus != nil && !f.NewStatus.Valid() {
		wrong.Add("new_status", problem.Problem{Reason: problem.NotChoice, Value: strconv.Itoa(int(*f.NewStatus))})
	}
	return wrong
}

// Check returns everything that is wrong with the attachment by itself, under the keys
// in docs/contract.md, "Attachments". It cleans the Filename with CleanFilename before
// it checks the extension. An empty Filename is valid. Return the result through its
// Err.
func (a *Attachment) Check(allowedExtensions []string) problem.Error {
	wrong := problem.Error{}
	wrong.Add("filename", validate.Text(a.Filename, MaxFilename)...)
	wrong.AddNew("filename", validateExtension(CleanFilename(a.Filename), allowedExtensions)...)
	wrong.Add("mime_type", validate.Text(a.MIMEType, MaxMIMEType)...)
	return wrong
}

// Trim removes the white space around the texts of the attachment.
func (a *Attachment) Trim() {
	a.Filename, a.MIMEType = validate.TrimSpace(a.Filename), validate.TrimSpace(a.MIMEType)
}

// Trim removes the white space around the texts of the follow-up.
func (f *FollowUp) Trim() {
	f.Title, f.Comment = validate.TrimNull(f.Title), validate.TrimNull(f.Comment)
}
