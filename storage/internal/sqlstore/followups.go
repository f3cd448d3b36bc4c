package sqlstore

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/ticket"
)

var followUpTable = &table[followup.FollowUp]{
	noun: "follow-up",
	name: "helpdesk_followup",
	columns: []string{"ticket_id", "user_id", "title", "comment", "public", "new_status", "time_spent",
		"date", "message_id", "email_recipients"},
	texts:   []string{"comment"},
	id:      func(f *followup.FollowUp) *int64 { return &f.ID },
	version: func(f *followup.FollowUp) *int64 { return &f.Version },
	values: func(f *followup.FollowUp) []any {
		return []any{f.TicketID, f.UserID, f.Title, f.Comment, f.Public, f.NewStatus, f.TimeSpent,
			micros(f.Date), f.MessageID, asJSON(f.EmailRecipients)}
	},
	scan: func(r *row, f *followup.FollowUp) {
		f.ID, f.TicketID, f.UserID, f.Title, f.Comment = r.Int(), r.Int(), r.NullInt(), r.NullText(), r.NullText()
		f.Public, f.NewStatus, f.TimeSpent = r.Bool(), null[ticket.Status](r), null[followup.TimeSpent](r)
		f.Date, f.MessageID, f.EmailRecipients = instant(r), r.NullText(), fromJSON[string](r)
		f.Version = r.Int()
	},
}

type followUps struct{ records[followup.FollowUp] }

var isPublic = is("public = ?", true)

// conditions of the filter on a row of helpdesk_followup. They look at rows one by one
// when an order leads to these.
func (s followUps) conditions(scope ticket.Scope, f followup.Filter, oneByOne bool) cond {
	c := ofTicketsInScope(followUpTable.name, f.Ticket, scope, oneByOne || len(f.FollowUps) > 0)
	if len(f.FollowUps) > 0 {
		c = c.and(in("id", f.FollowUps))
	}
	return c.and(ofFollowUp(f))
}

// ofFollowUp is what the filter asks of the columns of a row of helpdesk_followup.
func ofFollowUp(f followup.Filter) cond {
	c := among("user_id", f.User, in[int64]).and(isFlag("public", f.Public))
	return c.and(among("new_status", f.NewStatus, in[ticket.Status])).and(within("date", f.Date))
}

// hasIDs reports whether a list is of certain tickets or follow-ups.
func hasIDs(f followup.Filter) bool { return len(f.Ticket.In)+len(f.FollowUps) > 0 }

// expandFilter expands the grants of a scope, unless the filter is empty.
func (x *transaction) expandFilter(ctx context.Context, s *ticket.Scope, f followup.Filter) (empty bool, err error) {
	if f.IsEmpty() {
		return true, nil
	}
	*s, err = x.expandGrants(ctx, *s, hasIDs(f))
	return false, err
}

// inOrder reports whether a list is best read in its order until a page is full. It is
// when nothing but queues narrows it, since a queue has many rows.
func inOrder(s ticket.Scope, f followup.Filter) bool {
	queues := s.All || s.GrantedTo != 0 || len(s.Queues) > 0
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
	return s.conditions(scope, followup.Filter{FollowUps: []int64{id}}, true)
}

func (s followUps) List(ctx context.Context, q followup.Query) ([]*followup.FollowUp, error) {
	l, err := s.selection(ctx, &q)
	if err == nil {
		l.cond, l.order, err = l.seek(ctx, s.x, l.cond, l.order)
	}
	if err != nil || q.IsEmpty() {
		return nil, err
	}
	if q.Bound.Bytes > 0 && l.sorts {
		// The database sorts what it found. It sorts ids, because rows may be large.
		from := cmp.Or(l.order.from, followUpTable.name)
		ids, err := list(ctx, s.x, "list follow-ups", selecting("id", from, l.cond, l.order), (*row).Int)
		if err != nil || len(ids) == 0 {
			return nil, err
		}
		return s.withIDs(ctx, ids, q.Bound)
	}
	l.order.short = shortList(q.Bound)
	return listBounded(ctx, s.x, "list follow-ups", followUpTable.rows(l.cond, l.order), q.Bound, followUpTable.scanner())
}

// withIDs returns the first of the follow-ups with these ids, in their order.
func (s followUps) withIDs(ctx context.Context, ids []int64, b ticket.Bound) (all []*followup.FollowUp, err error) {
	read := func(some []int64, b ticket.Bound) (bool, error) {
		c := newCollector(followUpTable, &meter{bound: b}, 0)
		rows := followUpTable.rows(in("id", slices.Sorted(slices.Values(some))), order{short: s.x.shortRows(b)})
		err := s.x.each(ctx, "list follow-ups", rows, c.read)
		all = c.all
		return c.meter.full, err
	}
	full, err := read(ids, b)
	if full && err == nil {
		err = halve("list follow-ups", ids, b, read)
	}
	if err != nil {
		return nil, err
	}
	place := make(map[int64]int, len(ids))
	for i, id := range ids {
		place[id] = i
	}
	slices.SortFunc(all, func(f, g *followup.FollowUp) int { return cmp.Compare(place[f.ID], place[g.ID]) })
	return all, nil
}

func (s followUps) End(ctx context.Context, q followup.Query) (followup.Position, error) {
	l, err := s.selection(ctx, &q)
	if err != nil {
		return followup.Position{}, err
	}
	return one(ctx, s.x, "find the end of follow-ups", l.last("date, id", followUpTable.name, l.cond, l.order),
		func(r *row) followup.Position {
			return followup.Position{Date: instant(r), ID: r.Int()}
		})
}

// followUpList says which follow-ups a query selects, and how they are read.
type followUpList struct {
	keyset
	cond  cond
	order order
	sorts bool // the database sorts all that it finds
}

// selection says which follow-ups the query selects, and how they are read. It expands
// the grants of the query's scope.
func (s followUps) selection(ctx context.Context, q *followup.Query) (l followUpList, err error) {
	if l.keyset, err = followUpOrder(q.Order); err != nil {
		return l, err
	}
	if empty, err := s.x.expandFilter(ctx, &q.Scope, q.Filter); empty || err != nil {
		l.cond = nothing
		return l, err
	}
	var index Index
	if index, l.sorts = followUpIndex(q); index.Name != "" {
		l.order.from = s.x.store.o.Dialect.by(index)
	}
	l.order.by, l.order.limit, l.order.offset = l.by(), q.Limit, q.Offset
	l.cond = s.conditions(q.Scope, q.Filter, l.order.from != "" || inOrder(q.Scope, q.Filter))
	if q.After != (followup.Position{}) {
		l.cond = l.cond.and(l.after(micros(q.After.Date), q.After.ID))
	}
	return l, nil
}

func followUpOrder(o followup.Order) (keyset, error) {
	switch o.By {
	case followup.ByID:
		return byIDs(o.Descending), nil
	case "", followup.ByDate:
		return keyset{followUpsByDate, "date", o.Descending, func(r *row) any { return r.Int() }}, nil
	}
	return keyset{}, fmt.Errorf("list follow-ups: no order by %q", o.By)
}

// followUpIndex returns the index that a query is to be read by, if the database is not to
// choose it, and whether it sorts what it finds there.
func followUpIndex(q *followup.Query) (i Index, sorts bool) {
	byDate, authors := q.Order.By != followup.ByID, len(q.User.In)
	if q.User.None {
		authors++
	}
	switch {
	case hasIDs(q.Filter):
		return Index{}, false // they are few
	case authors > 0:
		return followUpsByUser, authors > 1 || !byDate
	case !inOrder(q.Scope, q.Filter):
		return Index{}, true
	case byDate:
		return followUpsByDate, false
	case ofFollowUp(q.Filter).none():
		return Index{}, false // by the primary key
	}
	return followUpsByDate, true // which has all that the filter asks for
}

func (s followUps) Count(ctx context.Context, scope ticket.Scope, f followup.Filter) (int, error) {
	return s.countFiltered(ctx, scope, f, func(scope ticket.Scope) cond { return s.conditions(scope, f, false) })
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
