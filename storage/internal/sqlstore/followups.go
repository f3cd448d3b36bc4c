package sqlstore

import (
	"context"

	sq "github.com/Masterminds/squirrel"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/ticket"
)

var followUpTable = &table[followup.FollowUp]{
	noun: "follow-up",
	name: "helpdesk_followup",
	columns: []string{"ticket_id", "user_id", "title", "comment", "public", "new_status", "time_spent",
		"date", "message_id", "email_recipients"},
	values: func(f *followup.FollowUp) []any {
		return []any{f.TicketID, f.UserID, f.Title, f.Comment, f.Public, f.NewStatus, f.TimeSpent,
			micros(f.Date), f.MessageID, texts(f.EmailRecipients)}
	},
	scan: func(r row) (*followup.FollowUp, error) {
		var f followup.FollowUp
		return &f, r.Scan(&f.ID, &f.TicketID, &f.UserID, &f.Title, &f.Comment, &f.Public, &f.NewStatus, &f.TimeSpent,
			instant{&f.Date}, &f.MessageID, scanTexts{&f.EmailRecipients})
	},
}

type followUps struct{ x *session }

// conditions of the filter on a row of helpdesk_followup.
func (s followUps) conditions(f followup.Filter) sq.And {
	all := onTickets("ticket_id", f.Tickets, f.Scope)
	if len(f.FollowUps) > 0 {
		all = append(all, in("id", f.FollowUps))
	}
	return all
}

func (s followUps) Get(ctx context.Context, id int64, scope ticket.Scope) (*followup.FollowUp, error) {
	f := followup.Filter{Scope: scope, FollowUps: []int64{id}}
	return followUpTable.get(ctx, s.x, followUpTable.matching(s.conditions(f)))
}

func (s followUps) List(ctx context.Context, q followup.Query) ([]*followup.FollowUp, error) {
	conditions := s.conditions(q.Filter)
	if q.After != (followup.Position{}) {
		conditions = append(conditions, behind("date", micros(q.After.Date), q.After.ID)...)
	}
	rows := followUpTable.matching(conditions).OrderBy("date", "id")
	return followUpTable.list(ctx, s.x, page(rows, q.Offset, q.Limit))
}

// behind are the conditions that a row comes after (value, id) in the order of
// column, then id; in a form that lets an index on column be entered there.
func behind(column string, value any, id int64) sq.And {
	return sq.And{sq.GtOrEq{column: value}, sq.Or{sq.Gt{column: value}, sq.Gt{"id": id}}}
}

func (s followUps) Count(ctx context.Context, f followup.Filter) (int, error) {
	return followUpTable.count(ctx, s.x, s.conditions(f))
}

func (s followUps) Titled(ctx context.Context, tickets []int64, title string) ([]int64, error) {
	if len(tickets) == 0 {
		return nil, nil
	}
	q := sq.Select("DISTINCT ticket_id").From(followUpTable.name).
		Where(in("ticket_id", tickets)).Where(sq.Eq{"title": title}).OrderBy("ticket_id")
	return list(ctx, s.x, "find titles", q, scalar[int64])
}

func (s followUps) Insert(ctx context.Context, f *followup.FollowUp) (err error) {
	f.ID, err = followUpTable.insert(ctx, s.x, f)
	return err
}

func (s followUps) Update(ctx context.Context, f *followup.FollowUp) error {
	return followUpTable.update(ctx, s.x, f.ID, f)
}

func (s followUps) Delete(ctx context.Context, id int64) error {
	return followUpTable.delete(ctx, s.x, id)
}
