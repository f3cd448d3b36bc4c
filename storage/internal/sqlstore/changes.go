package sqlstore

import (
	"context"

	sq "github.com/Masterminds/squirrel"

	"github.com/go-helpdesk/helpdesk/followup"
)

var changeTable = &table[followup.Change]{
	noun:    "change",
	name:    "helpdesk_change",
	columns: []string{"ticket_id", "followup_id", "user_id", "date", "field", "old_value", "new_value"},
	values: func(c *followup.Change) []any {
		return []any{c.TicketID, c.FollowUpID, c.UserID, micros(c.Date), c.Field, c.OldValue, c.NewValue}
	},
	scan: func(r row) (*followup.Change, error) {
		var c followup.Change
		return &c, r.Scan(&c.ID, &c.TicketID, &c.FollowUpID, &c.UserID, instant{&c.Date}, &c.Field, &c.OldValue, &c.NewValue)
	},
}

type changes struct{ x *session }

// conditions of the query on a row of helpdesk_change. The scope is asked for
// the ticket that changed, wherever the follow-up is now.
func (s changes) conditions(q followup.ChangeQuery) sq.And {
	var all sq.And
	if len(q.FollowUps) > 0 {
		all = append(all, in("followup_id", q.FollowUps))
	}
	if !q.OnFollowUps {
		return append(all, onTickets("ticket_id", q.Tickets, q.Scope)...)
	}
	if len(q.Tickets) == 0 {
		all = append(all, sq.NotEq{"followup_id": nil})
	} else {
		all = append(all, inRows("followup_id", followUpTable.name, sq.And{in("ticket_id", q.Tickets)}))
	}
	return append(all, onTickets("ticket_id", nil, q.Scope)...)
}

func (s changes) List(ctx context.Context, q followup.ChangeQuery) ([]*followup.Change, error) {
	conditions := s.conditions(q)
	if q.After != 0 {
		conditions = append(conditions, sq.Gt{"id": q.After})
	}
	rows := changeTable.matching(conditions).OrderBy("id")
	return changeTable.list(ctx, s.x, page(rows, q.Offset, q.Limit))
}

func (s changes) Count(ctx context.Context, f followup.Filter) (int, error) {
	return changeTable.count(ctx, s.x, s.conditions(followup.ChangeQuery{Filter: f}))
}

func (s changes) Insert(ctx context.Context, changes ...*followup.Change) error {
	if len(changes) == 0 {
		return nil
	}
	last, err := changeTable.insert(ctx, s.x, changes...)
	if err != nil {
		return err
	}
	id, step, err := s.x.inserted(ctx, last, len(changes))
	if err != nil {
		return err
	}
	for _, c := range changes {
		c.ID = id
		id += step
	}
	return nil
}
