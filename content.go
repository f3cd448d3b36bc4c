package helpdesk

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// maxPiece is how many bytes of an attachment a reader reads at once.
const maxPiece = 256 << 10

// contentReader reads content in pieces, each in a transaction.
type contentReader struct {
	ctx   context.Context
	store storage.Store
	key   string
	size  int64
	at    int64
	piece []byte // content from offset start
	start int64
}

func (r *contentReader) Read(p []byte) (int, error) {
	if r.at >= r.size {
		return 0, io.EOF
	}
	if r.at < r.start || r.at >= r.start+int64(len(r.piece)) {
		if err := r.fetch(r.at - r.at%maxPiece); err != nil {
			return 0, err
		}
	}
	n := copy(p, r.piece[r.at-r.start:])
	r.at += int64(n)
	return n, nil
}

func (r *contentReader) fetch(start int64) error {
	want := min(maxPiece, r.size-start)
	if int64(cap(r.piece)) < want {
		r.piece = make([]byte, want)
	}
	r.piece, r.start = r.piece[:want], start
	n := 0
	err := r.store.View(r.ctx, func(tx storage.Tx) (err error) {
		n, err = tx.Files().ReadAt(r.ctx, r.key, r.piece, start)
		return err
	})
	if int64(n) == want {
		return nil
	}
	r.piece = r.piece[:0]
	if err == nil || err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return fmt.Errorf("helpdesk: content of an attachment: %w", err)
}

func (r *contentReader) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += r.at
	case io.SeekEnd:
		offset += r.size
	}
	if offset < 0 {
		return 0, fmt.Errorf("helpdesk: seek to %d", offset)
	}
	r.at = offset
	return offset, nil
}

// attach adds files to a follow-up on a ticket, which is already stored.
func attach(ctx context.Context, tx *transaction, t *ticket.Ticket, f *followup.FollowUp, files []followup.Upload) error {
	for _, file := range files {
		a := &followup.Attachment{FollowUpID: f.ID, Filename: file.Name(), MIMEType: file.Type()}
		if err := putContent(ctx, tx, a, file); err != nil {
			return err
		}
		if err := tx.Attachments().Insert(ctx, a); err != nil {
			return err
		}
		tx.created(attachmentObject(a, f, t), a)
		f.Attachments = append(f.Attachments, a)
	}
	slices.SortStableFunc(f.Attachments, func(a, b *followup.Attachment) int { return cmp.Compare(a.Filename, b.Filename) })
	return nil
}

// putContent stores a file's content for an attachment, and measures it.
func putContent(ctx context.Context, tx *transaction, a *followup.Attachment, file followup.Upload) error {
	if file.Open == nil {
		return errors.New("helpdesk: an Upload needs an Open function")
	}
	content, err := file.Open()
	if err != nil {
		return fmt.Errorf("helpdesk: open upload: %w", err)
	}
	a.Content, a.Size, err = tx.Files().Put(ctx, content)
	if closing := content.Close(); err == nil {
		err = closing
	}
	return err
}

// deleteContent removes the content of the attachments that the filter selects.
func deleteContent(ctx context.Context, tx *transaction, f followup.Filter) error {
	attachments, err := tx.Attachments().List(ctx, followup.AttachmentQuery{Scope: ticket.Scope{All: true}, Filter: f})
	if err != nil || len(attachments) == 0 {
		return err
	}
	keys := make([]string, len(attachments))
	for i, a := range attachments {
		keys[i] = a.Content
	}
	return tx.Files().Delete(ctx, keys...)
}
