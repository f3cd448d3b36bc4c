package storagetest

import (
	"cmp"
	"slices"
	"time"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// listTests: filters and orders of lists other than those of tickets.
var listTests = []test{
	{"filters and orders of users", func(e *env) {
		e.update(func(tx storage.Tx) {
			ada := &user.User{Username: "Ada", Email: "ADA@Example.com", Staff: true, Active: true}
			bob := &user.User{Username: "bob", Email: "é@example.com", Active: true}
			cyd := &user.User{Username: "Cyd", Staff: true}
			for _, u := range []*user.User{bob, cyd, ada} {
				e.ok(tx.Users().Insert(e.ctx, u))
			}
			for _, c := range []struct {
				filter user.Filter
				want   []*user.User
			}{
				{user.Filter{}, []*user.User{bob, cyd, ada}},
				{user.Filter{Username: user.Match{In: []string{"ADA", "nobody"}}}, []*user.User{ada}},
				{user.Filter{Username: user.Match{In: []string{}}}, nil},
				{user.Filter{Username: user.Match{NotIn: []string{"BOB", "ada"}}}, []*user.User{cyd}},
				{user.Filter{Email: user.Match{In: []string{"ada@EXAMPLE.com"}}}, []*user.User{ada}},
				{user.Filter{Email: user.Match{In: []string{"É@example.com"}}}, nil},
				{user.Filter{Email: user.Match{NotIn: []string{"ada@example.com"}}}, []*user.User{bob, cyd}},
				{user.Filter{Staff: new(true)}, []*user.User{cyd, ada}},
				{user.Filter{Staff: new(true), Active: new(false)}, []*user.User{cyd}},
				{user.Filter{Active: new(true), IDs: []int64{ada.ID, cyd.ID}}, []*user.User{ada}},
			} {
				equal(e, must(tx.Users().Count(e.ctx, c.filter))(e), len(c.want))
				for _, by := range []user.Column{user.ByID, user.ByUsername} {
					want := slices.Clone(c.want)
					slices.SortFunc(want, func(a, b *user.User) int {
						if by == user.ByUsername {
							return cmp.Compare(a.Username, b.Username)
						}
						return cmp.Compare(a.ID, b.ID)
					})
					for _, descending := range []bool{false, true} {
						equalSlices(e, want, func(after *user.User, offset, limit int) []*user.User {
							q := user.Query{Filter: c.filter, Order: user.Order{By: by, Descending: descending},
								Offset: offset, Limit: cmp.Or(limit, 99)}
							if after != nil {
								q.After = user.Position{Name: after.Username, ID: after.ID}
							}
							return must(tx.Users().List(e.ctx, q))(e)
						})
						slices.Reverse(want)
					}
				}
			}
			ada.Email = "new@example.com"
			e.ok(save(e.ctx, tx.Users(), ada.ID, ada))
			equal(e, must(tx.Users().Count(e.ctx, user.Filter{Email: user.Match{In: []string{"New@example.com"}}}))(e), 1)
			_, err := tx.Users().List(e.ctx, user.Query{Order: user.Order{By: user.ByName}, Limit: 1})
			e.refused(err)
		})
	}},
	{"filters and orders of groups and queues", func(e *env) {
		e.update(func(tx storage.Tx) {
			b, a, c := e.group(tx, "b", nil, nil), e.group(tx, "A", nil, nil), e.group(tx, "a", nil, nil)
			list := func(q user.GroupQuery) []*user.Group {
				q.Limit = 9
				return must(tx.Groups().List(e.ctx, q))(e)
			}
			equalList(e, list(user.GroupQuery{Order: user.Order{By: user.ByName}}), a, c, b)
			equalList(e, list(user.GroupQuery{Order: user.Order{By: user.ByName, Descending: true}}), b, c, a)
			equalList(e, list(user.GroupQuery{Order: user.Order{Descending: true}, After: user.Position{ID: c.ID}}), a, b)
			equalList(e, list(user.GroupQuery{Order: user.Order{By: user.ByName}, After: user.Position{Name: "A", ID: a.ID}}), c, b)
			some := user.GroupFilter{Name: user.Match{In: []string{"a", "b"}, NotIn: []string{"b"}}}
			equalList(e, list(user.GroupQuery{GroupFilter: some}), c)
			equal(e, must(tx.Groups().Count(e.ctx, some))(e), 1)
			_, err := tx.Groups().List(e.ctx, user.GroupQuery{Order: user.Order{By: user.ByUsername}, Limit: 1})
			e.refused(err)

			x, y := e.queue(tx, "x"), e.queue(tx, "X")
			of := ticket.QueueFilter{Slug: ticket.Among[string]{In: []string{"X", "z"}}}
			equalList(e, must(tx.Queues().List(e.ctx, ticket.QueueQuery{QueueFilter: of, Limit: 9}))(e), y)
			equal(e, must(tx.Queues().Count(e.ctx, of))(e), 1)
			equalList(e, must(tx.Queues().List(e.ctx, ticket.QueueQuery{Descending: true, Limit: 9}))(e), y, x)
			equalList(e, must(tx.Queues().List(e.ctx, ticket.QueueQuery{Descending: true, After: y.ID, Limit: 9}))(e), x)
		})
	}},
	{"filters and orders of follow-ups", testFollowUpLists},
}

// testFollowUpLists compares lists with what the filter admits one by one.
func testFollowUpLists(e *env) {
	e.update(func(tx storage.Tx) {
		ada, bob := e.user(tx, "ada").ID, e.user(tx, "bob").ID
		tickets := []int64{e.ticket(tx, "a").ID, e.ticket(tx, "b").ID}
		var all []*followup.FollowUp
		for i := range 24 {
			f := &followup.FollowUp{TicketID: tickets[i%2], Public: i%3 == 0, Date: now.Add(time.Duration(i*7%5) * time.Hour)}
			f.UserID = []*int64{&ada, nil, &bob}[i/2%3]
			f.NewStatus = []*ticket.Status{nil, new(ticket.Open), new(ticket.Closed), nil}[i/6]
			e.ok(tx.FollowUps().Insert(e.ctx, f))
			all = append(all, f)
		}
		hour := now.Add(time.Hour)
		is := func(id *int64, want int64) bool { return id != nil && *id == want }
		closed := func(f *followup.FollowUp) bool { return f.NewStatus != nil && *f.NewStatus == ticket.Closed }
		for _, c := range []struct {
			filter followup.Filter
			admits func(*followup.FollowUp) bool
		}{
			{followup.Filter{}, func(*followup.FollowUp) bool { return true }},
			{followup.On(tickets[1]), func(f *followup.FollowUp) bool { return f.TicketID == tickets[1] }},
			{followup.Filter{Ticket: ticket.Among[int64]{NotIn: tickets[:1]}},
				func(f *followup.FollowUp) bool { return f.TicketID == tickets[1] }},
			{followup.Filter{User: on(ada)}, func(f *followup.FollowUp) bool { return is(f.UserID, ada) }},
			{followup.Filter{User: on(ada, bob)}, func(f *followup.FollowUp) bool { return f.UserID != nil }},
			{followup.Filter{User: ticket.Among[int64]{None: true}}, func(f *followup.FollowUp) bool { return f.UserID == nil }},
			{followup.Filter{User: ticket.Among[int64]{NotIn: []int64{ada}}},
				func(f *followup.FollowUp) bool { return !is(f.UserID, ada) }},
			{followup.Filter{User: ticket.Among[int64]{NotIn: []int64{ada}, NotNone: true}},
				func(f *followup.FollowUp) bool { return is(f.UserID, bob) }},
			{followup.Filter{Public: new(false)}, func(f *followup.FollowUp) bool { return !f.Public }},
			{followup.Filter{NewStatus: ticket.Among[ticket.Status]{In: []ticket.Status{ticket.Closed}}}, closed},
			{followup.Filter{NewStatus: ticket.Among[ticket.Status]{NotIn: []ticket.Status{ticket.Closed}}},
				func(f *followup.FollowUp) bool { return !closed(f) }},
			{followup.Filter{Date: ticket.Range{After: &now, Through: &hour}},
				func(f *followup.FollowUp) bool { return f.Date.Equal(hour) }},
			{followup.Filter{Date: ticket.Range{From: &hour}}, func(f *followup.FollowUp) bool { return !f.Date.Before(hour) }},
			{followup.Filter{Date: ticket.Range{Before: &hour}, Public: new(true)},
				func(f *followup.FollowUp) bool { return f.Date.Before(hour) && f.Public }},
		} {
			want := slices.DeleteFunc(slices.Clone(all), func(f *followup.FollowUp) bool { return !c.admits(f) })
			e.followUpOrders(tx, c.filter, want)
		}
		_, err := tx.FollowUps().List(e.ctx, followup.Query{Scope: ticket.Scope{All: true}, Order: followup.Order{By: "title"}, Limit: 1})
		e.refused(err)
	})
}

// followUpOrders checks parts of the list of follow-ups in each order. Want is by id.
func (e *env) followUpOrders(tx storage.Tx, f followup.Filter, want []*followup.FollowUp) {
	e.Helper()
	equal(e, must(tx.FollowUps().Count(e.ctx, all, f))(e), len(want))
	for _, by := range []followup.Column{followup.ByID, followup.ByDate} {
		if by == followup.ByDate {
			slices.SortStableFunc(want, func(f, g *followup.FollowUp) int { return f.Date.Compare(g.Date) })
		}
		for _, descending := range []bool{false, true} {
			sorted := slices.Clone(want)
			if descending {
				slices.Reverse(sorted)
			}
			for i := range len(sorted) + 1 {
				q := followup.Query{Scope: all, Filter: f, Order: followup.Order{By: by, Descending: descending}, Limit: 5}
				if i > 0 {
					q.After = followup.Position{Date: sorted[i-1].Date, ID: sorted[i-1].ID}
				}
				rest := sorted[i:min(i+5, len(sorted))]
				equalList(e, must(tx.FollowUps().List(e.ctx, q))(e), rest...)
				q.Bound = ticket.Bound{Bytes: 1 << 20}
				equalList(e, must(tx.FollowUps().List(e.ctx, q))(e), rest...)
				end, err := tx.FollowUps().End(e.ctx, q)
				ends(e, rest, err, func(last *followup.FollowUp) bool { return end.ID == last.ID })
			}
		}
	}
}
