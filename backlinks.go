package helpdesk

import (
	"context"
	"slices"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// linkBack leaves a private follow-up on every ticket that a text on the
// source ticket names, once per pair, where the actor reaches it.
func linkBack(ctx context.Context, tx *transaction, r role, source int64, text string) error {
	ids := followup.References(text, source)
	if len(ids) == 0 {
		return nil
	}
	ids, err := tx.Tickets().IDs(ctx, ticket.Query{Scope: r.tickets, Filter: ticket.Filter{IDs: ids}, Limit: len(ids)})
	if err != nil || len(ids) == 0 {
		return err
	}
	title := followup.ReferenceTitle(source)
	linked, err := tx.FollowUps().Titled(ctx, ids, title)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if slices.Contains(linked, id) {
			continue
		}
		t, err := tx.Tickets().Lock(ctx, id, r.tickets)
		if none, err := missing(err); err != nil {
			return err
		} else if none { // deleted or moved out of reach since it was listed
			continue
		}
		f := &followup.FollowUp{TicketID: id, UserID: authorID(r.actor), Title: &title, Date: tx.timeOn(t)}
		if err := tx.FollowUps().Insert(ctx, f); err != nil {
			return err
		}
		tx.created(followUpObject(f, t), f)
		if err := touch(ctx, tx, t); err != nil {
			return err
		}
	}
	return nil
}
