package sqlstore

import (
	"cmp"
	"context"
	"slices"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/ticket"
)

var followUpTable = &table[followup.FollowUp]{
	noun: "follow-up",
	name: "helpdesk_followup",
	columns: []string{"ticket_id", "user_id", "title", "comment", "public", "new_status", "time_spent",
		"date", "message_id", "email_recipients"},
	texts: []string{"comment"},
	id:    func(f *followup.FollowUp) *int64 { return &f.ID },
	values: func(f *followup.FollowUp) []any {
		return []any{f.TicketID, f.UserID, f.Title, f.Comment, f.Public, f.NewStatus, f.TimeSpent,
			micros(f.Date), f.MessageID, asJSON(f.EmailRecipients)}
	},
	scan: func(r *row, f *followup.FollowUp) {
		f.ID, f.TicketID, f.UserID, f.Title, f.Comment = r.Int(), r.Int(), r.NullInt(), r.NullText(), r.NullText()
		f.Public, f.NewStatus, f.TimeSpent = r.Bool(), null[ticket.Status](r), null[followup.TimeSpent](r)
		f.Date, f.MessageID, f.EmailRecipients = instant(r), r.NullText(), fromJSON[string](r)
	},
}

type followUps struct{ records[followup.FollowUp] }

var isPublic = is("public = ?", true)

// conditions of the filter on a row of helpdesk_followup. They look at rows one by one
// when an order leads to these.
func (s followUps) conditions(f followup.Filter, oneByOne bool) cond {
	c := ofTicketsInScope(followUpTable.name, f.Tickets, f.Scope, oneByOne || len(f.FollowUps) > 0)
	if len(f.FollowUps) > 0 {
		c = c.and(in("id", f.FollowUps))
	}
	if f.Public {
		c = c.and(isPublic)
	}
	return c
}

// hasIDs reports whether a list is of certain tickets or follow-ups.
func hasIDs(f followup.Filter) bool { return len(f.Tickets)+len(f.FollowUps) > 0 }

// expandFilter expands the grants of a filter's scope, unless the filter is empty.
func (x *transaction) expandFilter(ctx context.Context, f *followup.Filter) (empty bool, err error) {
	if f.IsEmpty() {
		return true, nil
	}
	f.Scope, err = x.expandGrants(ctx, f.Scope, hasIDs(*f))
	return false, err
}

// inOrder reports whether a list is best read in its order until a page is full. It is
// when nothing but queues narrows it, since a queue has many rows.
func inOrder(f followup.Filter) bool {
	queues := f.Scope.All || f.Scope.GrantedTo != 0 || len(f.Scope.Queues) > 0
	return queues && !hasIDs(f)
}

func (s followUps) Get(ctx context.Context, id int64, scope ticket.Scope) (*followup.FollowUp, error) {
	return followUpTable.get(ctx, s.x, s.withID(id, scope), order{})
}

func (s followUps) Lock(ctx context.Context, id int64, scope ticket.Scope) (*followup.FollowUp, error) {
	return followUpTable.locked(ctx, s.x, s.withID(id, scope))
}

// withID is the condition that a follow-up has this id, on a ticket in scope.
func (s followUps) withID(id int64, scope ticket.Scope) cond {
	return s.conditions(followup.Filter{Scope: scope, FollowUps: []int64{id}}, true)
}

func (s followUps) List(ctx context.Context, q followup.Query) ([]*followup.FollowUp, error) {
	c, o, err := s.selection(ctx, &q)
	if err == nil {
		c, o, err = s.byDate().seek(ctx, s.x, c, o)
	}
	if err != nil || q.IsEmpty() {
		return nil, err
	}
	if q.Bound.Bytes > 0 && o.from == "" && !hasIDs(q.Filter) && !c.none() {
		// The database sorts what it found. It sorts ids, because rows may be large.
		ids, err := list(ctx, s.x, "list follow-ups", selecting("id", followUpTable.name, c, o), (*row).Int)
		if err != nil || len(ids) == 0 {
			return nil, err
		}
		return s.withIDs(ctx, ids, q.Bound)
	}
	o.short = shortList(q.Bound)
	return listBounded(ctx, s.x, "list follow-ups", followUpTable.rows(c, o), q.Bound, followUpTable.scanner())
}

// withIDs returns the first of the follow-ups with these ids, in their order.
func (s followUps) withIDs(ctx context.Context, ids []int64, b ticket.Bound) (all []*followup.FollowUp, err error) {
	read := func(some []int64, b ticket.Bound) (bool, error) {
		m := meter{bound: b}
		all = all[:0]
		err := s.x.each(ctx, "list follow-ups", followUpTable.rows(in("id", slices.Sorted(slices.Values(some))), order{short: shortOf(b)}),
			m.each(collect(&all, followUpTable.scanner())))
		return m.full, err
	}
	full, err := read(ids, b)
	if full && err == nil {
		err = halve("list follow-ups", ids, b, read)
	}
	if err != nil {
		return nil, err
	}
	slices.SortFunc(all, func(f, g *followup.FollowUp) int { return cmp.Or(f.Date.Compare(g.Date), cmp.Compare(f.ID, g.ID)) })
	return all, nil
}

func (s followUps) End(ctx context.Context, q followup.Query) (followup.Position, error) {
	c, o, err := s.selection(ctx, &q)
	if err != nil {
		return followup.Position{}, err
	}
	return one(ctx, s.x, "find the end of follow-ups", s.byDate().last("date, id", followUpTable.name, c, o),
		func(r *row) followup.Position {
			return followup.Position{Date: instant(r), ID: r.Int()}
		})
}

// selection says which follow-ups the query selects, and in which order. It expands the
// grants of the query's scope.
func (s followUps) selection(ctx context.Context, q *followup.Query) (c cond, o order, err error) {
	if empty, err := s.x.expandFilter(ctx, &q.Filter); empty || err != nil {
		return nothing, order{}, err
	}
	byDate := s.byDate()
	c, o = s.conditions(q.Filter, inOrder(q.Filter)), order{by: byDate.by(), limit: q.Limit, offset: q.Offset}
	if inOrder(q.Filter) {
		o.from = s.x.store.o.Dialect.by(byDate.index)
	}
	if q.After != (followup.Position{}) {
		c = c.and(byDate.after(micros(q.After.Date), q.After.ID))
	}
	return c, o, nil
}

func (s followUps) byDate() keyset {
	return keyset{followUpsByDate, "date", func(r *row) any { return r.Int() }}
}

func (s followUps) Count(ctx context.Context, f followup.Filter) (int, error) {
	return s.countFiltered(ctx, f, func(f followup.Filter) cond { return s.conditions(f, false) })
}

func (s followUps) Titled(ctx context.Context, tickets []int64, title string) ([]int64, error) {
	if len(tickets) == 0 {
		return nil, nil
	}
	q := selecting("DISTINCT ticket_id", followUpTable.name, in("ticket_id", tickets).and(is("title = ?", title)), order{by: "ticket_id"})
	return list(ctx, s.x, "find titles", q, (*row).Int)
}

func (s followUps) CountAnswers(ctx context.Context, ticketID, userID int64) (int, error) {
	from := s.x.store.o.Dialect.by(followUpsByTicket) // the user may have written a great many
	first := "SELECT MIN(id) FROM " + followUpTable.name + " WHERE ticket_id = ?"
	c := is("ticket_id = ? AND user_id = ? AND id <> ("+first+")", ticketID, userID, ticketID).and(isPublic)
	n, err := one(ctx, s.x, "count answers", selecting("COUNT(*)", from, c, order{}), (*row).Int)
	return int(n), err
}
