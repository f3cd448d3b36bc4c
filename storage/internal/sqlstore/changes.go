package sqlstore

import (
	"context"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/ticket"
)

var changeTable = &table[followup.Change]{
	noun:    "change",
	name:    "helpdesk_change",
	columns: []string{"ticket_id", "followup_id", "user_id", "date", "field", "old_value", "new_value"},
	texts:   []string{"old_value", "new_value"},
	id:      func(c *followup.Change) *int64 { return &c.ID },
	values: func(c *followup.Change) []any {
		return []any{c.TicketID, c.FollowUpID, c.UserID, micros(c.Date), c.Field, c.OldValue, c.NewValue}
	},
	scan: func(r *row, c *followup.Change) {
		c.ID, c.TicketID, c.FollowUpID, c.UserID = r.Int(), r.Int(), r.NullInt(), r.NullInt()
		c.Date, c.Field, c.OldValue, c.NewValue = instant(r), r.Text(), r.NullText(), r.NullText()
	},
}

type changes struct{ records[followup.Change] }

// conditions of the filter on a row of helpdesk_change. The scope is asked for the
// ticket that changed, wherever the follow-up is now.
func (s changes) conditions(scope ticket.Scope, f followup.Filter) (c cond) {
	if len(f.FollowUps) > 0 {
		c = in("followup_id", f.FollowUps)
	}
	if of := ofFollowUp(f); !of.none() {
		c = c.and(existsRow("helpdesk_change.followup_id", followUpTable.name, of))
	}
	return c.and(ofTicketsInScope("helpdesk_change", f.Ticket, scope, len(f.FollowUps) > 0))
}

func (s changes) List(ctx context.Context, q followup.ChangeQuery) ([]*followup.Change, error) {
	if q.IsEmpty() {
		return nil, nil
	}
	return listBounded(ctx, s.x, "list changes", changeTable.rows(s.selection(q)), q.Bound, changeTable.scanner())
}

func (s changes) End(ctx context.Context, q followup.ChangeQuery) (int64, error) {
	c, o := s.selection(q)
	return one(ctx, s.x, "find the end of changes", byIDs(q.Descending).last("id", changeTable.name, c, o), (*row).Int)
}

// selection says which records the query selects, and in which order.
func (s changes) selection(q followup.ChangeQuery) (cond, order) {
	if q.IsEmpty() {
		return nothing, order{}
	}
	c, byID := s.conditions(q.Scope, q.Filter), byIDs(q.Descending)
	if q.After != 0 {
		c = c.and(byID.after(nil, q.After))
	}
	return c, order{by: byID.by(), limit: q.Limit, offset: q.Offset, short: shortList(q.Bound)}
}

func (s changes) Count(ctx context.Context, scope ticket.Scope, f followup.Filter) (int, error) {
	if f.IsEmpty() {
		return 0, nil
	}
	return changeTable.count(ctx, s.x, s.conditions(scope, f))
}

func (s changes) Insert(ctx context.Context, changes ...*followup.Change) error {
	if len(changes) == 0 {
		return nil
	}
	return changeTable.insert(ctx, s.x, changes...)
}
