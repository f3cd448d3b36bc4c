package event

import (
	"time"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// FollowUpData is the Data of "followup.created" and "followup.deleted".
type FollowUpData struct {
	UserID    *int64 // the author
	Title     *Text
	Comment   *Text
	Public    bool
	NewStatus *ticket.Status
	TimeSpent *followup.TimeSpent
	Date      time.Time

	Recipients    []string // EmailRecipients of the follow-up
	RecipientsCut bool     // whether recipients are missing
}

func (d *FollowUpData) code(c *coder) {
	null(c, &d.UserID, integer)
	null(c, &d.Title, text)
	null(c, &d.Comment, text)
	boolean(c, &d.Public)
	null(c, &d.NewStatus, integer)
	null(c, &d.TimeSpent, integer)
	instant(c, &d.Date)
	list(c, &d.Recipients, &d.RecipientsCut, word)
}

// FollowUpUpdate is the Data of "followup.updated". What has not changed is nil.
type FollowUpUpdate struct {
	TicketID  *Change[int64]
	Title     *Change[*Text]
	Comment   *Change[*Text]
	Public    *Change[bool]
	NewStatus *Change[*ticket.Status]
	TimeSpent *Change[*followup.TimeSpent]
}

func (u *FollowUpUpdate) code(c *coder) {
	change(c, &u.TicketID, integer)
	changeOfNull(c, &u.Title, text)
	changeOfNull(c, &u.Comment, text)
	change(c, &u.Public, boolean)
	changeOfNull(c, &u.NewStatus, integer)
	changeOfNull(c, &u.TimeSpent, integer)
}

func followUpData(l limit, f *followup.FollowUp) *FollowUpData {
	d := &FollowUpData{UserID: f.UserID, Title: l.nullText(f.Title), Comment: l.nullText(f.Comment), Public: f.Public,
		NewStatus: f.NewStatus, TimeSpent: f.TimeSpent, Date: f.Date}
	d.Recipients, d.RecipientsCut = first(l, f.EmailRecipients)
	return d
}

func followUpUpdate(l limit, before, after *followup.FollowUp) *FollowUpUpdate {
	return &FollowUpUpdate{
		TicketID: changeOf(before.TicketID, after.TicketID), Title: l.nullChange(before.Title, after.Title),
		Comment: l.nullChange(before.Comment, after.Comment), Public: changeOf(before.Public, after.Public),
		NewStatus: nullChange(before.NewStatus, after.NewStatus), TimeSpent: nullChange(before.TimeSpent, after.TimeSpent),
	}
}

// HideOld implements Update.
func (u *FollowUpUpdate) HideOld() {
	hideOld(u.TicketID, u.Title, u.Comment, u.Public, u.NewStatus, u.TimeSpent)
}

// AttachmentData is the Data of "attachment.created" and "attachment.deleted".
type AttachmentData struct {
	FollowUpID int64
	Filename   Text
	MIMEType   Text
	Size       int64 // in bytes
}

func (d *AttachmentData) code(c *coder) {
	integer(c, &d.FollowUpID)
	text(c, &d.Filename)
	text(c, &d.MIMEType)
	integer(c, &d.Size)
}

// AttachmentUpdate is the Data of "attachment.updated". What has not changed is nil.
type AttachmentUpdate struct {
	FollowUpID *Change[int64]
	Filename   *Change[Text]
	MIMEType   *Change[Text]
	Size       *Change[int64]
	Content    bool // whether the content was replaced
}

func (u *AttachmentUpdate) code(c *coder) {
	change(c, &u.FollowUpID, integer)
	change(c, &u.Filename, text)
	change(c, &u.MIMEType, text)
	change(c, &u.Size, integer)
	boolean(c, &u.Content)
}

func attachmentData(l limit, a *followup.Attachment) *AttachmentData {
	return &AttachmentData{a.FollowUpID, l.text(a.Filename), l.text(a.MIMEType), a.Size}
}

func attachmentUpdate(l limit, before, after *followup.Attachment) *AttachmentUpdate {
	return &AttachmentUpdate{
		FollowUpID: changeOf(before.FollowUpID, after.FollowUpID), Filename: l.change(before.Filename, after.Filename),
		MIMEType: l.change(before.MIMEType, after.MIMEType), Size: changeOf(before.Size, after.Size),
		Content: before.Content != after.Content,
	}
}

// HideOld implements Update.
func (u *AttachmentUpdate) HideOld() { hideOld(u.FollowUpID, u.Filename, u.MIMEType, u.Size) }
