package helpdesk

import (
	"context"
	"fmt"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
	"github.com/go-helpdesk/helpdesk/webhook"
)

type preconditionKey struct{}

// IfVersion returns a context for a use case that updates or deletes an object. The use
// case does so only while the Version of the object is this one: a caller who has read the
// object overwrites nothing that came in between. Otherwise it writes nothing and returns
// ErrChanged. The version is compared in the transaction that writes, after the permission
// and before anything is validated.
//
// The Version of a ticket counts its follow-ups and files, too; that of a follow-up does
// not count its files.
//
// A use case that takes several objects compares the one whose id it is given. Reading and
// creating compare nothing. Use the context for one call.
func IfVersion(ctx context.Context, version int64) context.Context {
	return context.WithValue(ctx, preconditionKey{}, func(object any) error {
		if found := versionOf(object); found != version {
			return fmt.Errorf("%w: it has version %d, not %d", ErrChanged, found, version)
		}
		return nil
	})
}

// IfCurrent is like IfVersion, but check decides. It is called with the object as it is
// before the write: a *Thread without its follow-ups, a *followup.FollowUp with its
// attachments and changes, or a pointer to another noun, none of which it may change. An
// error of check ends the use case, and is returned. For an object of another type than T
// the use case fails.
//
// Check may be called again when the transaction has to be repeated.
func IfCurrent[T any](ctx context.Context, check func(current T) error) context.Context {
	return context.WithValue(ctx, preconditionKey{}, func(object any) error {
		current, ok := object.(T)
		if !ok {
			return fmt.Errorf("helpdesk: IfCurrent of %T, but %T is written", current, object)
		}
		return check(current)
	})
}

// versionOf returns the version of an object that a precondition is asked about.
func versionOf(object any) int64 {
	switch v := object.(type) {
	case *Thread:
		return v.Version
	case *followup.FollowUp:
		return v.Version
	case *followup.Attachment:
		return v.Version
	case *user.User:
		return v.Version
	case *user.Group:
		return v.Version
	case *user.Token:
		return v.Version
	case *ticket.Queue:
		return v.Version
	case *ticket.CustomField:
		return v.Version
	case *webhook.Webhook:
		return v.Version
	}
	panic(fmt.Sprintf("helpdesk: a precondition for %T", object))
}

// precondition returns what the context asks of an object that is about to be written, nil
// for nothing.
func precondition(ctx context.Context) func(object any) error {
	check, _ := ctx.Value(preconditionKey{}).(func(any) error)
	return check
}

// checkCurrent returns an error when a locked object does not meet the precondition of the
// context.
func checkCurrent(ctx context.Context, object any) error {
	if check := precondition(ctx); check != nil {
		return check(object)
	}
	return nil
}

// checkCurrentTicket is checkCurrent for a locked ticket. What the check needs besides is
// read past the cache, so that an outdated definition meets no precondition.
func checkCurrentTicket(ctx context.Context, tx *transaction, t *ticket.Ticket) error {
	check := precondition(ctx)
	if check == nil {
		return nil
	}
	fields, err := tx.CustomFields().All(ctx)
	if err != nil {
		return err
	}
	c := t.Clone()
	if c.Values, err = tx.Tickets().Values(ctx, t.ID); err != nil {
		return err
	}
	return check(&Thread{Ticket: c, Fields: fields})
}

// checkCurrentFollowUp is checkCurrent for a locked follow-up.
func checkCurrentFollowUp(ctx context.Context, tx *transaction, f *followup.FollowUp) error {
	check := precondition(ctx)
	if check == nil {
		return nil
	}
	c := f.Clone()
	if _, err := tx.FollowUps().Complete(ctx, ticket.Bound{}, c); err != nil {
		return err
	}
	return check(c)
}
