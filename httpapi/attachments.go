package httpapi

import (
	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/followup"
)

const attachmentDownloadPath = "/followups-attachments/:id/download"

var attachmentDownload = newLink(attachmentDownloadPath)

var attachments = &resource[*followup.Attachment]{
	table: newAttachmentTable(
		func(a *followup.Attachment) *followup.Attachment { return a },
		func(b []byte, a *followup.Attachment, to writer) []byte {
			return attachmentDownload.append(b, to.base(), a.ID)
		},
	),
	list:  listAll((*helpdesk.Desk).Attachments),
	get:   (*helpdesk.Desk).Attachment,
	start: startNew[followup.Attachment],
	create: func(x *exchange, a *followup.Attachment, e *extras) (*followup.Attachment, error) {
		return x.desk.CreateAttachment(x.r.Context(), x.actor, a, orZero(e.file()))
	},
	update: func(x *exchange, id int64, change func(*followup.Attachment) error, e *extras) (*followup.Attachment, error) {
		return x.h.desk.UpdateAttachment(x.r.Context(), x.actor, id, change, e.file())
	},
	delete: (*helpdesk.Desk).DeleteAttachment,
	tag: func(t *tagParts, a *followup.Attachment) {
		t.object("attachment", a.ID, a.Version)
		t.links()
	},
}

// newAttachmentTable returns the table of what has an attachment, which is downloaded
// at a URL.
func newAttachmentTable[T any](of func(T) *followup.Attachment, appendURL func([]byte, T, writer) []byte) *table[T] {
	return newTable(
		integer("id", func(v T) int64 { return of(v).ID }),
		reference("followup", func(v T) *int64 { return &of(v).FollowUpID }, required),
		file[T]("file", required).shownAs(nil, appendURL),
		text("filename", func(v T) *string { return &of(v).Filename }, blank, maxLength(followup.MaxFilename)),
		text("mime_type", func(v T) *string { return &of(v).MIMEType }, blank, maxLength(followup.MaxMIMEType)),
		integer("size", func(v T) int64 { return of(v).Size }),
	)
}

func downloadAttachment(x *exchange) error {
	id, err := x.id()
	if err != nil {
		return err
	}
	a, content, err := x.h.desk.OpenAttachment(x.r.Context(), x.actor, id)
	if err != nil {
		return err
	}
	x.serveFile(a, content)
	return nil
}
