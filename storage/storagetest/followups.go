package storagetest

import (
	"time"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
)

func at(date time.Time) func(*followup.FollowUp) {
	return func(f *followup.FollowUp) { f.Date = date }
}

// fullFollowUp has something other than the zero value everywhere.
func (e *env) fullFollowUp(tx storage.Tx) *followup.FollowUp {
	e.Helper()
	author := e.user(tx, "author")
	return &followup.FollowUp{
		TicketID: e.ticket(tx, "t").ID, UserID: &author.ID, Title: new("Title 😀"), Comment: new("Comment\r\n😀"), Public: true,
		NewStatus: new(ticket.Resolved), TimeSpent: new(followup.TimeSpent(-30_000_001)), Date: now, MessageID: new("<m@example.com>"),
		EmailRecipients: []string{"a@example.com", "<b>&\"@example.com"},
	}
}

var followUpTests = []test{
	{"insert and get", func(e *env) {
		e.update(func(tx storage.Tx) {
			full := e.fullFollowUp(tx)
			empty := &followup.FollowUp{TicketID: full.TicketID, Title: new(""), Comment: new(""), TimeSpent: new(followup.TimeSpent(0)),
				Date: earliest, MessageID: new(""), EmailRecipients: []string{}}
			null := &followup.FollowUp{TicketID: full.TicketID, Date: latest}
			for _, f := range []*followup.FollowUp{full, empty, null} {
				e.ok(tx.FollowUps().Insert(e.ctx, f))
				equal(e, must(tx.FollowUps().Get(e.ctx, f.ID, all))(e), f)
			}
			absent(tx.FollowUps().Get(e.ctx, 99, all))(e)
			e.is(tx.FollowUps().Insert(e.ctx, &followup.FollowUp{TicketID: 99, Date: now}), storage.ErrReferenced)
			e.is(tx.FollowUps().Insert(e.ctx, &followup.FollowUp{TicketID: full.TicketID, UserID: new(int64(99)), Date: now}),
				storage.ErrReferenced)
		})
	}},
	{"update", func(e *env) {
		e.update(func(tx storage.Tx) {
			f := e.followUp(tx, e.ticket(tx, "elsewhere").ID)
			other := e.followUp(tx, f.TicketID)
			full := e.fullFollowUp(tx)
			full.ID = f.ID
			e.ok(saveFollowUp(e.ctx, tx, full))
			equal(e, must(tx.FollowUps().Get(e.ctx, f.ID, all))(e), full)
			equal(e, must(tx.FollowUps().Get(e.ctx, other.ID, all))(e), other)
			e.ok(saveFollowUp(e.ctx, tx, full)) // again, without a change
			full.ID = 99
			e.is(saveFollowUp(e.ctx, tx, full), storage.ErrNotFound)
		})
	}},
	{"order and slices", func(e *env) {
		e.update(func(tx storage.Tx) {
			id := e.ticket(tx, "t").ID
			late, same1, same2 := e.followUp(tx, id, at(now.Add(time.Microsecond))), e.followUp(tx, id), e.followUp(tx, id)
			early := e.followUp(tx, id, at(earliest))
			list := func(q followup.Query) []*followup.FollowUp {
				q.Scope = all
				return must(tx.FollowUps().List(e.ctx, q))(e)
			}
			behind := func(f *followup.FollowUp) followup.Position { return followup.Position{Date: f.Date, ID: f.ID} }
			equalList(e, list(followup.Query{}), early, same1, same2, late)
			equalList(e, list(followup.Query{Limit: 2}), early, same1)
			equalList(e, list(followup.Query{Limit: 2, Offset: 2}), same2, late)
			equalList(e, list(followup.Query{Offset: 3}), late)
			equalList(e, list(followup.Query{After: behind(early)}), same1, same2, late)
			equalList(e, list(followup.Query{After: behind(same1)}), same2, late)
			equalList(e, list(followup.Query{After: behind(same1), Limit: 1, Offset: 1}), late)
			equalList(e, list(followup.Query{After: behind(late)}))
		})
	}},
	{"filter and scope", func(e *env) {
		e.update(func(tx storage.Tx) {
			a, b := e.ticket(tx, "a", submittedBy("ada@example.com")), e.ticket(tx, "b", submittedBy("adam@example.com"))
			a1, b1, a2 := e.followUp(tx, a.ID), e.followUp(tx, b.ID), e.followUp(tx, a.ID)
			finds := func(s ticket.Scope, f followup.Filter, want ...*followup.FollowUp) {
				e.Helper()
				equalList(e, must(tx.FollowUps().List(e.ctx, followup.Query{Scope: s, Filter: f}))(e), want...)
				equal(e, must(tx.FollowUps().Count(e.ctx, s, f))(e), len(want))
			}
			mine := ticket.Scope{Submitter: "ada@example.com"}
			finds(ticket.Scope{}, followup.Filter{})
			finds(all, followup.Filter{}, a1, b1, a2)
			finds(mine, followup.Filter{}, a1, a2)
			finds(all, followup.Filter{Ticket: on(b.ID, 99)}, b1)
			finds(mine, followup.Filter{Ticket: on(b.ID)})
			finds(all, followup.Filter{FollowUps: []int64{a2.ID, b1.ID}}, b1, a2)
			finds(mine, followup.Filter{Ticket: on(a.ID, b.ID), FollowUps: []int64{a2.ID, b1.ID}}, a2)

			equal(e, must(tx.FollowUps().Get(e.ctx, a1.ID, mine))(e), a1)
			absent(tx.FollowUps().Get(e.ctx, b1.ID, mine))(e)
			absent(tx.FollowUps().Get(e.ctx, a1.ID, ticket.Scope{}))(e)
		})
	}},
	{"titled", func(e *env) {
		titled := func(title string) func(*followup.FollowUp) {
			return func(f *followup.FollowUp) { f.Title = &title }
		}
		e.update(func(tx storage.Tx) {
			var ids []int64
			for _, title := range lookalikes {
				t := e.ticket(tx, "t")
				e.followUp(tx, t.ID)
				e.followUp(tx, t.ID, titled(title))
				e.followUp(tx, t.ID, titled(title))
				ids = append(ids, t.ID)
			}
			for i, title := range lookalikes {
				equalList(e, must(tx.FollowUps().Titled(e.ctx, ids, title))(e), ids[i])
			}
			equalList(e, must(tx.FollowUps().Titled(e.ctx, ids[1:], lookalikes[0]))(e))
			equalList(e, must(tx.FollowUps().Titled(e.ctx, nil, lookalikes[0]))(e))
		})
	}},
	{"answers of a user", func(e *env) {
		e.update(func(tx storage.Tx) {
			t, other := e.ticket(tx, "t").ID, e.ticket(tx, "other").ID
			jane, john := e.user(tx, "jane").ID, e.user(tx, "john").ID
			by := func(id int64, public bool, date time.Time) func(*followup.FollowUp) {
				return func(f *followup.FollowUp) { f.UserID, f.Public, f.Date = &id, public, date }
			}
			e.followUp(tx, t, by(jane, true, latest)) // the first, whatever its date
			e.followUp(tx, t, by(jane, true, earliest))
			e.followUp(tx, t, by(jane, false, now))
			e.followUp(tx, t, by(john, true, now))
			e.followUp(tx, t)
			e.followUp(tx, t, by(jane, true, now))
			e.followUp(tx, other, by(john, true, now))
			e.followUp(tx, other, by(jane, true, now))
			for _, c := range []struct {
				ticket, user int64
				want         int
			}{{t, jane, 2}, {t, john, 1}, {other, john, 0}, {other, jane, 1}, {t, 99, 0}, {99, jane, 0}} {
				equal(e, must(tx.FollowUps().CountAnswers(e.ctx, c.ticket, c.user))(e), c.want)
			}
		})
	}},
	{"delete", func(e *env) {
		e.update(func(tx storage.Tx) {
			t := e.ticket(tx, "t")
			doomed, kept := e.followUp(tx, t.ID), e.followUp(tx, t.ID)
			gone, stays := e.attachment(tx, doomed.ID, "gone"), e.attachment(tx, kept.ID, "stays")
			c := e.change(tx, t.ID, &doomed.ID)
			e.ok(tx.FollowUps().Delete(e.ctx, doomed.ID))
			absent(tx.FollowUps().Get(e.ctx, doomed.ID, all))(e)
			absent(tx.Attachments().Get(e.ctx, gone.ID, all))(e)
			equal(e, must(tx.Attachments().Get(e.ctx, stays.ID, all))(e), stays)
			c.FollowUpID = nil
			equalList(e, must(tx.Changes().List(e.ctx, followup.ChangeQuery{Scope: all}))(e), c)
			e.is(tx.FollowUps().Delete(e.ctx, doomed.ID), storage.ErrNotFound)
		})
	}},
}
