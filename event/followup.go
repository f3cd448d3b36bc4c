package event

import (
	"time"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// FollowUpData is the Data of "followup.created" and "followup.deleted".
type FollowUpData struct {
	UserID    *int64              `json:"user,omitzero"` // the author
	Title     *Text               `json:"title,omitzero"`
	Comment   *Text               `json:"comment,omitzero"`
	Public    bool                `json:"public,omitzero"`
	NewStatus *ticket.Status      `json:"new_status,omitzero"`
	TimeSpent *followup.TimeSpent `json:"time_spent,omitzero"`
	Date      time.Time           `json:"date"`

	Recipients    []string `json:"recipients,omitempty"`    // EmailRecipients of the follow-up
	RecipientsCut bool     `json:"recipients_cut,omitzero"` // whether recipients are missing
}

// FollowUpUpdate is the Data of "followup.updated". What has not changed is nil.
type FollowUpUpdate struct {
	TicketID  *Change[int64]               `json:"ticket,omitzero"`
	Title     *Change[*Text]               `json:"title,omitzero"`
	Comment   *Change[*Text]               `json:"comment,omitzero"`
	Public    *Change[bool]                `json:"public,omitzero"`
	NewStatus *Change[*ticket.Status]      `json:"new_status,omitzero"`
	TimeSpent *Change[*followup.TimeSpent] `json:"time_spent,omitzero"`
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
	FollowUpID int64 `json:"followup"`
	Filename   Text  `json:"filename"`
	MIMEType   Text  `json:"mime_type"`
	Size       int64 `json:"size"` // in bytes
}

// AttachmentUpdate is the Data of "attachment.updated". What has not changed is nil.
type AttachmentUpdate struct {
	FollowUpID *Change[int64] `json:"followup,omitzero"`
	Filename   *Change[Text]  `json:"filename,omitzero"`
	MIMEType   *Change[Text]  `json:"mime_type,omitzero"`
	Size       *Change[int64] `json:"size,omitzero"`
	Content    bool           `json:"content,omitzero"` // whether the content was replaced
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
