package helpdesk

import (
	"cmp"
	"context"
	"errors"
	"io"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// Attachment returns an attachment on a ticket that the actor works on.
func (d *Desk) Attachment(ctx context.Context, actor *user.User, id int64) (*followup.Attachment, error) {
	return view(ctx, d, actor, ReadTickets, func(tx *transaction) (*followup.Attachment, error) {
		return tx.Attachments().Get(ctx, id, d.policy.Reach(actor))
	})
}

// OpenAttachment returns an attachment with a reader of its content. Between calls the
// reader holds one piece of the content in memory and no connection to the database.
// Reading ends with ctx, and fails with ErrNotFound when the content was replaced
// meanwhile.
func (d *Desk) OpenAttachment(ctx context.Context, actor *user.User, id int64) (*followup.Attachment, io.ReadSeeker, error) {
	a, err := d.Attachment(ctx, actor, id)
	if err != nil {
		return nil, nil, err
	}
	return a, &contentReader{ctx: ctx, store: d.store, key: a.Content, size: a.Size}, nil
}

// Attachments returns the attachments on tickets that the actor works on, by filename,
// then id.
func (d *Desk) Attachments(actor *user.User) *List[*followup.Attachment] {
	query := func(p span) followup.AttachmentQuery {
		return followup.AttachmentQuery{Scope: d.policy.Reach(actor), Descending: p.backward, After: atFilename(p.after),
			Offset: p.offset, Limit: p.limit, Bound: p.bound}
	}
	return newList(d, actor, ReadTickets, listing[*followup.Attachment]{
		count: func(ctx context.Context, tx *transaction) (int, error) {
			return tx.Attachments().Count(ctx, d.policy.Reach(actor), followup.Filter{})
		},
		read: func(ctx context.Context, tx *transaction, p span) ([]*followup.Attachment, error) {
			return tx.Attachments().List(ctx, query(p))
		},
		bounded: true,
		key:     func(a *followup.Attachment) position { return position{text: a.Filename, id: a.ID} },
		less:    alphabetical,
		order:   "filename",
		end: func(ctx context.Context, tx *transaction, p span) (position, error) {
			last, err := tx.Attachments().End(ctx, query(p))
			return position{text: last.Filename, id: last.ID}, err
		},
	})
}

// CreateAttachment adds a file to the follow-up a.FollowUpID. An empty Filename means the
// name of the file, an empty MIMEType the one that goes with the name.
func (d *Desk) CreateAttachment(ctx context.Context, actor *user.User, a *followup.Attachment,
	file followup.Upload,
) (*followup.Attachment, error) {
	if err := required("an attachment", a); err != nil {
		return nil, err
	}
	w := by(actor, WorkOnTickets).creating(max(0, file.Size))
	return write(ctx, d, w, func(tx *transaction) (*followup.Attachment, error) {
		n := &followup.Attachment{FollowUpID: a.FollowUpID, Filename: a.Filename, MIMEType: a.MIMEType}
		problems := d.validateAttachment(n, "", &file)
		t, f, err := d.lockParent(ctx, tx, n.FollowUpID, problems)
		if err != nil {
			return nil, err
		}
		if err := tx.invalid(problems); err != nil {
			return nil, err
		}
		if err := putContent(ctx, tx, n, file); err != nil {
			return nil, err
		}
		if err := tx.Attachments().Insert(ctx, n); err != nil {
			return nil, err
		}
		tx.created(attachmentObject(n, f, t), n)
		return n, touch(ctx, tx, t)
	})
}

// CheckUpload returns what is wrong with a file by itself.
func (d *Desk) CheckUpload(file followup.Upload) []problem.Problem { return file.Check(d.extensions) }

// validateAttachment completes an attachment: an empty name with that of the file, or of
// the stored attachment without a file, and an empty type with the one that goes with the
// name. It returns what is wrong with the attachment and the file.
func (d *Desk) validateAttachment(a *followup.Attachment, stored string, file *followup.Upload) problem.Error {
	a.Trim()
	problems := a.Check(d.extensions)
	if a.Filename == stored {
		delete(problems, "filename") // whatever is allowed now
	}
	a.Filename = followup.CleanFilename(a.Filename)
	fallback := stored
	if file != nil {
		bare := followup.Upload{Filename: file.Filename, Size: file.Size} // the type it declares is not used
		problems.Add("file", bare.Check(d.extensions)...)
		fallback = file.Name()
	}
	a.Filename = cmp.Or(a.Filename, fallback)
	if a.MIMEType == "" {
		a.MIMEType = followup.MIMEByName(a.Filename)
	}
	return problems
}

// lockParent locks the follow-up that an attachment is to be on, and its ticket. It reports
// a follow-up that does not exist.
func (d *Desk) lockParent(ctx context.Context, tx *transaction, followUp int64, problems problem.Error) (
	*ticket.Ticket, *followup.FollowUp, error,
) {
	t, f, err := d.lockFollowUp(ctx, tx, followUp)
	none, err := missing(err)
	if none {
		problems.AddNew("followup", noObject(followUp))
	}
	return t, f, err
}

// lockAttachment locks an attachment on a ticket that the actor works on, and before
// it the follow-up and the ticket.
func (d *Desk) lockAttachment(ctx context.Context, tx *transaction, id int64) (
	*ticket.Ticket, *followup.FollowUp, *followup.Attachment, error,
) {
	scope := d.policy.Reach(tx.actor)
	found, err := tx.Attachments().Get(ctx, id, scope)
	if err != nil {
		return nil, nil, nil, err
	}
	t, f, err := d.lockFollowUp(ctx, tx, found.FollowUpID)
	if errors.Is(err, storage.ErrNotFound) { // deleted, or the attachment has moved to another follow-up
		return nil, nil, nil, errMoved
	}
	if err != nil {
		return nil, nil, nil, err
	}
	a, err := tx.Attachments().Lock(ctx, id, scope)
	if err != nil {
		return nil, nil, nil, err
	}
	if a.FollowUpID != f.ID {
		return nil, nil, nil, errMoved
	}
	return t, f, a, nil
}

// UpdateAttachment changes an attachment on a ticket that the actor works on,
// and replaces its content when file is not nil; the size follows the content.
// Change is as for UpdateTicket; an empty Filename means the new file's name,
// else the present one, and an empty MIMEType the one that goes with the name.
func (d *Desk) UpdateAttachment(ctx context.Context, actor *user.User, id int64, change func(*followup.Attachment) error,
	file *followup.Upload,
) (*followup.Attachment, error) {
	return write(ctx, d, by(actor, WorkOnTickets), func(tx *transaction) (*followup.Attachment, error) {
		t, f, before, err := d.lockAttachment(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		if err := checkCurrent(ctx, before); err != nil {
			return nil, err
		}
		a := *before
		problems, err := problemsOfChange(change(&a))
		if err != nil {
			return nil, err
		}
		a.ID, a.Size, a.Content, a.Version = before.ID, before.Size, before.Content, before.Version
		problems.Merge(d.validateAttachment(&a, before.Filename, file))
		target, parent := t, f
		if a.FollowUpID != before.FollowUpID {
			if target, parent, err = d.lockParent(ctx, tx, a.FollowUpID, problems); err != nil {
				return nil, err
			}
		}
		if err := tx.invalid(problems); err != nil {
			return nil, err
		}
		if file == nil && a == *before {
			return &a, nil
		}
		if err := saveAttachment(ctx, tx, before, &a, file); err != nil {
			return nil, err
		}
		tx.updated(attachmentObject(before, f, t), attachmentObject(&a, parent, target), before, &a)
		return &a, touch(ctx, tx, t, target)
	})
}

// saveAttachment writes an edited attachment, and replaces its content when file is not
// nil.
func saveAttachment(ctx context.Context, tx *transaction, before, a *followup.Attachment, file *followup.Upload) error {
	if file != nil {
		if err := putContent(ctx, tx, a, *file); err != nil {
			return err
		}
		if err := tx.Files().Delete(ctx, before.Content); err != nil {
			return err
		}
	}
	return tx.Attachments().Update(ctx, before, a)
}

// DeleteAttachment removes an attachment and its content.
func (d *Desk) DeleteAttachment(ctx context.Context, actor *user.User, id int64) error {
	return d.write(ctx, by(actor, WorkOnTickets), func(tx *transaction) error {
		t, f, a, err := d.lockAttachment(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := checkCurrent(ctx, a); err != nil {
			return err
		}
		if err := tx.Files().Delete(ctx, a.Content); err != nil {
			return err
		}
		if err := tx.Attachments().Delete(ctx, id); err != nil {
			return err
		}
		tx.deleted(attachmentObject(a, f, t), a)
		return touch(ctx, tx, t)
	})
}
