package helpdesk

import (
	"context"
	"slices"
	"time"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// History returns the change records of a ticket that the actor works on, oldest
// first.
func (d *Desk) History(actor *user.User, id int64) *List[*followup.Change] {
	query := func(p span) followup.ChangeQuery {
		return followup.ChangeQuery{Scope: d.policy.Reach(actor), Filter: followup.On(id), Descending: p.backward, After: p.after.id,
			Offset: p.offset, Limit: p.limit, Bound: p.bound}
	}
	return newList(d, actor, ReadTickets, listing[*followup.Change]{
		check: func(ctx context.Context, tx *transaction) error {
			return ticketExists(ctx, tx, id, d.policy.Reach(actor))
		},
		count: func(ctx context.Context, tx *transaction) (int, error) {
			return tx.Changes().Count(ctx, d.policy.Reach(actor), followup.On(id))
		},
		read: func(ctx context.Context, tx *transaction, p span) ([]*followup.Change, error) {
			return tx.Changes().List(ctx, query(p))
		},
		bounded: true,
		key:     func(c *followup.Change) position { return position{id: c.ID} },
		order:   "id",
		end: func(ctx context.Context, tx *transaction, p span) (position, error) {
			last, err := tx.Changes().End(ctx, query(p))
			return position{id: last}, err
		},
	})
}

// saveTicket writes an edited ticket, its history, and the report of the change. An edit
// that changes nothing writes nothing. A custom value that was empty and is cleared is
// written, since it reads null from then on, but has no place in the history.
func saveTicket(ctx context.Context, tx *transaction, before, t *ticket.Ticket, fields []*ticket.CustomField) error {
	diff := followup.Diff(before, t, fields)
	changed := func(v ticket.Value) bool { return !slices.Contains(before.Values, v) }
	if len(diff) == 0 && !slices.ContainsFunc(t.Values, changed) {
		return nil
	}
	date := tx.timeOn(before)
	if len(diff) > 0 {
		t.Modified = date
	}
	if err := tx.Tickets().Update(ctx, before, t, fields); err != nil {
		return err
	}
	tx.updated(ticketObject(before, nil), ticketObject(t, fields), before, t)
	return record(ctx, tx, diff, followup.Change{TicketID: t.ID, UserID: authorID(tx.actor), Date: date})
}

// record stores change records with the author and the time of the origin.
func record(ctx context.Context, tx *transaction, records []*followup.Change, origin followup.Change) error {
	if len(records) == 0 {
		return nil
	}
	for _, c := range records {
		c.TicketID, c.FollowUpID, c.UserID, c.Date = origin.TicketID, origin.FollowUpID, origin.UserID, origin.Date
	}
	return tx.Changes().Insert(ctx, records...)
}

// touch raises the time of the last change of locked tickets, because something that
// belongs to them was changed. The tickets themselves have no change to report. A ticket
// that occurs twice is touched once.
func touch(ctx context.Context, tx *transaction, tickets ...*ticket.Ticket) error {
	for i, before := range tickets {
		if slices.ContainsFunc(tickets[:i], func(t *ticket.Ticket) bool { return t.ID == before.ID }) {
			continue
		}
		t := before.Clone()
		t.Modified = tx.timeOn(before)
		if err := tx.Tickets().Update(ctx, before, t, nil); err != nil {
			return err
		}
	}
	return nil
}

// timeOn is when the transaction happens to a locked ticket: now, but never before the
// ticket's last change. A transaction takes its time before it locks the ticket, and the
// clocks of several hosts differ, so another change may have a later time already.
func (tx *transaction) timeOn(t *ticket.Ticket) time.Time {
	if tx.now.Before(t.Modified) {
		return t.Modified
	}
	return tx.now
}
