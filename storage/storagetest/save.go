package storagetest

import (
	"context"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
	"github.com/go-helpdesk/helpdesk/webhook"
)

// locker is a store whose rows are locked, then written.
type locker[T any] interface {
	Lock(ctx context.Context, id int64) (*T, error)
	Update(ctx context.Context, before, after *T) error
}

// save writes a row as v says.
func save[T user.User | user.Group | user.Token | ticket.Queue | ticket.CustomField | webhook.Webhook | webhook.Delivery](
	ctx context.Context, s locker[T], id int64, v *T,
) error {
	before, err := s.Lock(ctx, id)
	if err != nil {
		return err
	}
	return s.Update(ctx, before, v)
}

// saveTicket writes a ticket with its values.
func saveTicket(ctx context.Context, tx storage.Tx, t *ticket.Ticket) error {
	before, err := tx.Tickets().Lock(ctx, t.ID, all)
	if err != nil {
		return err
	}
	if before.Values, err = tx.Tickets().Values(ctx, t.ID); err != nil {
		return err
	}
	fields, err := tx.CustomFields().All(ctx)
	if err != nil {
		return err
	}
	return tx.Tickets().Update(ctx, before, t, fields)
}

// insertTicket stores a new ticket with its values.
func insertTicket(ctx context.Context, tx storage.Tx, t *ticket.Ticket) error {
	fields, err := tx.CustomFields().All(ctx)
	if err != nil {
		return err
	}
	return tx.Tickets().Insert(ctx, t, fields)
}

func saveFollowUp(ctx context.Context, tx storage.Tx, f *followup.FollowUp) error {
	before, err := tx.FollowUps().Lock(ctx, f.ID, all)
	if err != nil {
		return err
	}
	return tx.FollowUps().Update(ctx, before, f)
}

func saveAttachment(ctx context.Context, tx storage.Tx, a *followup.Attachment) error {
	before, err := tx.Attachments().Lock(ctx, a.ID, all)
	if err != nil {
		return err
	}
	return tx.Attachments().Update(ctx, before, a)
}
