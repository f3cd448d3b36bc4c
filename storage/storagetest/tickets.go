package storagetest

import (
	"slices"
	"strings"
	"time"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
)

var (
	earliest = time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
	latest   = time.Date(9999, 12, 31, 23, 59, 59, 999999000, time.UTC)
)

// fullTicket has something other than the zero value everywhere.
func (e *env) fullTicket(tx storage.Tx) *ticket.Ticket {
	e.Helper()
	other, q := e.ticket(tx, "other"), e.queue(tx, "full")
	assignee, field := e.user(tx, "assignee"), e.field(tx, "full")
	return &ticket.Ticket{
		QueueID: q.ID, Title: "Printer 😀", Description: new("lines\r\n\t\"'\\%_"), Resolution: new("fixed"),
		SubmitterEmail: new("Ada@example.com"), AssignedTo: &assignee.ID, Status: ticket.Duplicate, OnHold: true,
		Priority: ticket.VeryLow, DueDate: new(latest), MergedTo: &other.ID, Created: now, Modified: now.Add(time.Microsecond),
		SecretKey: "secret", Values: ticket.Values{{Field: field.ID, Text: "value 😀"}},
	}
}

var ticketTests = []test{
	{"insert and get", func(e *env) {
		e.update(func(tx storage.Tx) {
			full := e.fullTicket(tx)
			empty := &ticket.Ticket{QueueID: full.QueueID, Description: new(""), Resolution: new(""), SubmitterEmail: new(""),
				DueDate: new(earliest)}
			null := &ticket.Ticket{QueueID: full.QueueID, Created: earliest, Modified: latest}
			for _, t := range []*ticket.Ticket{full, empty, null} {
				e.ok(insertTicket(e.ctx, tx, t))
				equal(e, must(tx.Tickets().Get(e.ctx, t.ID, all))(e), t)
				locked := must(tx.Tickets().Lock(e.ctx, t.ID, all))(e)
				equal(e, len(locked.Values), 0)
				locked.Values = must(tx.Tickets().Values(e.ctx, t.ID))(e)
				equal(e, locked, t)
				if t.ID <= 0 || t.Version <= 0 {
					e.Errorf("id %d, version %d", t.ID, t.Version)
				}
			}
			absent(tx.Tickets().Get(e.ctx, 99, all))(e)
			absent(tx.Tickets().Lock(e.ctx, 99, all))(e)
		})
	}},
	{"long text", func(e *env) {
		e.update(func(tx storage.Tx) {
			t := e.ticket(tx, strings.Repeat("😀", ticket.MaxTitle), func(t *ticket.Ticket) {
				t.Description = new(strings.Repeat("😀", 1<<19))
				t.SubmitterEmail = new(strings.Repeat("a", ticket.MaxEmail))
				t.Values = ticket.Values{{Field: e.field(tx, "f").ID, Text: strings.Repeat("x", 1<<20)}}
			})
			if got := must(tx.Tickets().Get(e.ctx, t.ID, all))(e); text(got) != text(t) {
				e.Error("not what was stored")
			}
		})
	}},
	{"missing references", func(e *env) {
		var t *ticket.Ticket
		e.update(func(tx storage.Tx) { t = e.ticket(tx, "t") })
		for _, spoil := range []func(*ticket.Ticket){
			func(t *ticket.Ticket) { t.QueueID = 99 },
			func(t *ticket.Ticket) { t.AssignedTo = new(int64(99)) },
			func(t *ticket.Ticket) { t.MergedTo = new(int64(99)) },
		} {
			bad := *t
			spoil(&bad)
			e.is(e.Update(e.ctx, func(tx storage.Tx) error { return saveTicket(e.ctx, tx, &bad) }), storage.ErrReferenced)
			e.is(e.Update(e.ctx, func(tx storage.Tx) error { return insertTicket(e.ctx, tx, &bad) }), storage.ErrReferenced)
			e.is(e.Update(e.ctx, func(tx storage.Tx) error { // and as one that was locked
				locked, err := tx.Tickets().Lock(e.ctx, t.ID, all)
				if err != nil {
					return err
				}
				spoil(locked)
				return saveTicket(e.ctx, tx, locked)
			}), storage.ErrReferenced)
		}
		e.view(func(tx storage.Tx) { equal(e, must(tx.Tickets().Get(e.ctx, t.ID, all))(e), t) })
		e.is(e.Update(e.ctx, func(tx storage.Tx) error {
			t := e.ticket(tx, "with a value for no field")
			t.Values = ticket.Values{{Field: 99}}
			return saveTicket(e.ctx, tx, t)
		}), storage.ErrReferenced)
	}},
	{"values", func(e *env) {
		e.update(func(tx storage.Tx) {
			a, b, c := e.field(tx, "a").ID, e.field(tx, "b").ID, e.field(tx, "c").ID
			t := e.ticket(tx, "t", func(t *ticket.Ticket) {
				t.Values = ticket.Values{{Field: a, Text: "kept"}, {Field: b, Null: true}}
			})
			other := e.ticket(tx, "other", func(t *ticket.Ticket) { t.Values = ticket.Values{{Field: b, Text: "other"}} })
			stored := func(want ...ticket.Value) {
				e.Helper()
				equal(e, must(tx.Tickets().Get(e.ctx, t.ID, all))(e).Values, want)
			}
			stored(t.Values...)
			t.Values = ticket.Values{{Field: c, Text: "new"}, {Field: b, Text: ""}}
			e.ok(saveTicket(e.ctx, tx, t))
			stored(ticket.Value{Field: a, Text: "kept"}, ticket.Value{Field: b, Text: ""}, ticket.Value{Field: c, Text: "new"})
			t.Values = nil
			e.ok(saveTicket(e.ctx, tx, t))
			stored(ticket.Value{Field: a, Text: "kept"}, ticket.Value{Field: b, Text: ""}, ticket.Value{Field: c, Text: "new"})
			equal(e, must(tx.Tickets().Get(e.ctx, other.ID, all))(e), other)
		})
	}},
	{"update", func(e *env) {
		e.update(func(tx storage.Tx) {
			t, full := e.ticket(tx, "t"), e.fullTicket(tx)
			untouched := e.ticket(tx, "untouched")
			full.ID, full.Version = t.ID, t.Version
			e.ok(saveTicket(e.ctx, tx, full))
			if full.Version <= t.Version {
				e.Errorf("version %d after %d", full.Version, t.Version)
			}
			equal(e, must(tx.Tickets().Get(e.ctx, t.ID, all))(e), full)
			equal(e, must(tx.Tickets().Get(e.ctx, untouched.ID, all))(e), untouched)

			same := *full
			e.ok(saveTicket(e.ctx, tx, &same)) // without a change, which counts too
			equal(e, same.Version > full.Version, true)
		})
	}},
	{"update writes nothing but what differs", func(e *env) {
		e.update(func(tx storage.Tx) {
			f, g := e.field(tx, "f"), e.field(tx, "g")
			t := e.ticket(tx, "t", func(t *ticket.Ticket) {
				t.Values = ticket.Values{{Field: f.ID, Text: "first"}, {Field: g.ID, Text: "first"}}
			})
			before := *t
			t.Title, t.Values = "kept", ticket.Values{{Field: f.ID, Text: "kept"}}
			e.ok(saveTicket(e.ctx, tx, t))

			after := before
			after.OnHold, after.Values = true, ticket.Values{{Field: f.ID, Text: "first"}, {Field: g.ID, Text: "second"}}
			e.ok(tx.Tickets().Update(e.ctx, &before, &after, []*ticket.CustomField{f, g}))
			now := must(tx.Tickets().Get(e.ctx, t.ID, all))(e)
			equal(e, now.Title, "kept")
			equal(e, now.OnHold, true)
			equal(e, now.Values, ticket.Values{{Field: f.ID, Text: "kept"}, {Field: g.ID, Text: "second"}})
		})
	}},
	{"a value of an outdated type is refused", func(e *env) {
		var f, outdated ticket.CustomField
		var t *ticket.Ticket
		e.update(func(tx storage.Tx) {
			f = *e.field(tx, "f")
			outdated = f
			f.Type = ticket.Integer
			e.ok(save(e.ctx, tx.CustomFields(), f.ID, &f))
			t = e.ticket(tx, "t", func(t *ticket.Ticket) { t.Values = ticket.Values{{Field: f.ID, Text: "1"}} })
		})
		text := ticket.Values{{Field: f.ID, Text: "text"}}
		before := Dump(e, e.Store)
		for _, write := range []func(storage.Tx) error{
			func(tx storage.Tx) error {
				return tx.Tickets().Insert(e.ctx, &ticket.Ticket{QueueID: t.QueueID, Values: text}, []*ticket.CustomField{&outdated})
			},
			func(tx storage.Tx) error {
				after := *t
				after.Values = text
				return tx.Tickets().Update(e.ctx, t, &after, []*ticket.CustomField{&outdated})
			},
		} {
			e.is(e.Update(e.ctx, write), storage.ErrReferenced)
		}
		equal(e, Dump(e, e.Store), before)
	}},
	{"delete", func(e *env) {
		e.update(func(tx storage.Tx) {
			f := e.field(tx, "f")
			valued := func(t *ticket.Ticket) { t.Values = ticket.Values{{Field: f.ID, Text: "x"}} }
			doomed, kept := e.ticket(tx, "doomed", valued), e.ticket(tx, "kept", valued)
			merged := e.ticket(tx, "merged", func(t *ticket.Ticket) { t.MergedTo = &doomed.ID })
			var left [2]*followup.FollowUp
			for i, t := range []*ticket.Ticket{doomed, kept} {
				left[i] = e.followUp(tx, t.ID)
				e.attachment(tx, left[i].ID, "a.txt")
				e.change(tx, t.ID, &left[i].ID)
			}
			e.ok(tx.Tickets().Delete(e.ctx, doomed.ID))
			absent(tx.Tickets().Get(e.ctx, doomed.ID, all))(e)
			absent(tx.FollowUps().Get(e.ctx, left[0].ID, all))(e)
			equal(e, must(tx.FollowUps().Count(e.ctx, all, followup.Filter{}))(e), 1)
			equal(e, must(tx.Attachments().Count(e.ctx, all, followup.Filter{}))(e), 1)
			equal(e, must(tx.Changes().Count(e.ctx, all, followup.Filter{}))(e), 1)
			equal(e, must(tx.Tickets().Get(e.ctx, kept.ID, all))(e), kept)
			equal(e, must(tx.Tickets().Get(e.ctx, merged.ID, all))(e).MergedTo, nil)
			e.is(tx.Tickets().Delete(e.ctx, doomed.ID), storage.ErrNotFound)
			e.ok(tx.Tickets().Delete(e.ctx, kept.ID))
			f.Type = ticket.Integer
			e.ok(save(e.ctx, tx.CustomFields(), f.ID, f)) // no value is left
		})
	}},
	{"ids are not used again", func(e *env) {
		e.update(func(tx storage.Tx) {
			t := e.ticket(tx, "t")
			e.ok(tx.Tickets().Delete(e.ctx, t.ID))
			if again := e.ticket(tx, "again"); again.ID <= t.ID {
				e.Errorf("id %d after %d", again.ID, t.ID)
			}
		})
	}},
	{"merged in a circle", func(e *env) {
		e.update(func(tx storage.Tx) {
			a := e.ticket(tx, "a")
			b := e.ticket(tx, "b", func(t *ticket.Ticket) { t.MergedTo = &a.ID })
			a.MergedTo = &b.ID
			e.ok(saveTicket(e.ctx, tx, a)) // the rule against it is not the store's
			e.ok(tx.Tickets().Delete(e.ctx, b.ID))
			equal(e, must(tx.Tickets().Get(e.ctx, a.ID, all))(e).MergedTo, nil)
		})
	}},
}

var ticketListTests = []test{
	{"scope", func(e *env) {
		e.update(func(tx storage.Tx) {
			ada := e.ticket(tx, "ada's", submittedBy("ada@example.com"))
			e.ticket(tx, "nobody's")
			e.ticket(tx, "empty", submittedBy(""))
			for _, almost := range []string{"áda@example.com", "ada@example.com ", "xada@example.com", "ad\u00c1@example.com"} {
				e.ticket(tx, "not ada's", submittedBy(almost))
			}
			mine := ticket.Scope{Submitter: "ada@example.com"}
			equal(e, must(tx.Tickets().Get(e.ctx, ada.ID, mine))(e), ada)
			equal(e, must(tx.Tickets().Lock(e.ctx, ada.ID, mine))(e), ada)
			for _, s := range []ticket.Scope{{}, {Submitter: "bob@example.com"}} {
				absent(tx.Tickets().Get(e.ctx, ada.ID, s))(e)
				absent(tx.Tickets().Lock(e.ctx, ada.ID, s))(e)
			}
			for want, s := range map[int]ticket.Scope{0: {}, 1: mine, 7: {All: true, Submitter: "ada@example.com"}} {
				equal(e, len(must(tx.Tickets().List(e.ctx, ticket.Query{Scope: s, Limit: 9}))(e)), want)
				equal(e, must(tx.Tickets().Count(e.ctx, s, ticket.Filter{}))(e), want)
			}
		})
	}},
	{"submitters in any letter case", func(e *env) {
		e.update(func(tx storage.Tx) {
			lower, upper := e.ticket(tx, "lower", submittedBy("zoë@example.com")), e.ticket(tx, "upper", submittedBy("ZOë@Example.COM"))
			other := e.ticket(tx, "other", submittedBy("zoË@example.com"), func(t *ticket.Ticket) { t.Status = ticket.Closed })
			finds := func(submitter string, f ticket.Filter, want ...*ticket.Ticket) {
				e.Helper()
				s := ticket.Scope{Submitter: submitter}
				equalList(e, must(tx.Tickets().List(e.ctx, ticket.Query{Scope: s, Filter: f, Limit: 9}))(e), want...)
				equal(e, must(tx.Tickets().Count(e.ctx, s, f))(e), len(want))
			}
			finds("Zoë@EXAMPLE.com", ticket.Filter{}, lower, upper)
			finds("zoë@example.com", ticket.Filter{Status: ticket.OneOf(ticket.Open)}, lower, upper)
			finds("ZOË@example.com", ticket.Filter{}, other)
			equal(e, must(tx.Tickets().Get(e.ctx, upper.ID, ticket.Scope{Submitter: "zoë@example.com"}))(e), upper)
			absent(tx.Tickets().Get(e.ctx, other.ID, ticket.Scope{Submitter: "zoë@example.com"}))(e)
			lower.SubmitterEmail = new(*lower.SubmitterEmail + ".MX")
			e.ok(saveTicket(e.ctx, tx, lower))
			equal(e, must(tx.Tickets().Get(e.ctx, lower.ID, ticket.Scope{Submitter: *lower.SubmitterEmail}))(e).ID, lower.ID)
			finds("zoë@example.com", ticket.Filter{}, upper)
			lower.SubmitterEmail = nil
			e.ok(saveTicket(e.ctx, tx, lower))
			absent(tx.Tickets().Get(e.ctx, lower.ID, ticket.Scope{Submitter: "zoë@example.com.mx"}))(e)
		})
	}},
	{"filter", func(e *env) {
		e.update(func(tx storage.Tx) {
			with := func(s ticket.Status) func(*ticket.Ticket) { return func(t *ticket.Ticket) { t.Status = s } }
			a, b, c := e.ticket(tx, "a", with(ticket.Open)), e.ticket(tx, "b", with(ticket.Closed)), e.ticket(tx, "c", with(ticket.Open))
			d := e.ticket(tx, "d", with(ticket.Resolved), func(t *ticket.Ticket) { t.MergedTo = &a.ID })
			finds := func(f ticket.Filter, want ...*ticket.Ticket) {
				e.Helper()
				equalList(e, must(tx.Tickets().List(e.ctx, ticket.Query{Scope: all, Filter: f, Limit: 9}))(e), want...)
				equal(e, must(tx.Tickets().Count(e.ctx, all, f))(e), len(want))
			}
			finds(ticket.Filter{}, a, b, c, d)
			finds(ticket.Filter{Status: ticket.OneOf(ticket.Open)}, a, c)
			finds(ticket.Filter{Status: ticket.OneOf(ticket.Resolved, ticket.Closed)}, b, d)
			finds(ticket.Filter{Status: ticket.OneOf(ticket.Duplicate)})
			finds(ticket.Filter{IDs: []int64{}})
			finds(ticket.Filter{Status: ticket.Among[ticket.Status]{In: []ticket.Status{}}})
			for _, f := range []ticket.Filter{{IDs: []int64{}}, {Status: ticket.Among[ticket.Status]{In: []ticket.Status{}}}} {
				equal(e, len(must(tx.FollowUps().Threads(e.ctx, ticket.Query{Scope: all, Filter: f, Limit: 9}))(e)), 0)
			}
			finds(ticket.Filter{IDs: []int64{d.ID, 99, a.ID}}, a, d)
			finds(ticket.Filter{IDs: []int64{b.ID, c.ID}, Status: ticket.OneOf(ticket.Open)}, c)
			finds(ticket.Filter{MergedTo: ticket.OneOf(a.ID)}, d)
			finds(ticket.Filter{MergedTo: ticket.OneOf(b.ID)})
			many := make([]int64, 100_000)
			for i := range many {
				many[i] = int64(i) - 50_000 + b.ID
			}
			finds(ticket.Filter{IDs: many}, a, b, c, d)
		})
	}},
	{"slices of scopes and statuses", func(e *env) {
		e.update(func(tx storage.Tx) {
			s := e.scene(tx)
			every := []*ticket.Ticket{}
			for i, t := range must(tx.Tickets().List(e.ctx, ticket.Query{Scope: all, Limit: 99}))(e) {
				t.Status = ticket.Status(1 + i%3)
				e.ok(saveTicket(e.ctx, tx, t))
				every = append(every, t)
			}
			e.eachScope(s, func(sc ticket.Scope, admits func(int64) bool) {
				for _, of := range [][]ticket.Status{nil, {2}, {3, 1, 3}, {4, 5}} {
					f := ticket.Filter{Status: ticket.Among[ticket.Status]{In: of}}
					not := func(t *ticket.Ticket) bool { return !admits(t.ID) || len(of) > 0 && !slices.Contains(of, t.Status) }
					want := slices.DeleteFunc(slices.Clone(every), not)
					e.ticketSlices(tx, ticket.Query{Scope: sc, Filter: f}, want...)
					slices.Reverse(want)
					e.ticketSlices(tx, ticket.Query{Scope: sc, Filter: f, Order: ticket.NewestFirst}, want...)
				}
			})
		})
	}},
	{"slices", func(e *env) {
		e.update(func(tx storage.Tx) {
			f := e.field(tx, "f")
			var t []*ticket.Ticket
			for _, title := range []string{"e", "d", "c", "b", "a"} {
				t = append(t, e.ticket(tx, title, func(t *ticket.Ticket) { t.Values = ticket.Values{{Field: f.ID, Text: title}} }))
			}
			list := func(q ticket.Query) []*ticket.Ticket {
				q.Scope = all
				return must(tx.Tickets().List(e.ctx, q))(e)
			}
			equalList(e, list(ticket.Query{Limit: 9}), t...)
			equalList(e, list(ticket.Query{Limit: 2}), t[0], t[1])
			equalList(e, list(ticket.Query{Limit: 2, Offset: 4}), t[4])
			equalList(e, list(ticket.Query{Limit: 2, Offset: 5}))
			equalList(e, list(ticket.Query{Limit: 2, After: &ticket.Position{ID: t[1].ID}}), t[2], t[3])
			equalList(e, list(ticket.Query{Limit: 9, After: &ticket.Position{ID: t[1].ID}, Offset: 1}), t[3], t[4])
			equalList(e, list(ticket.Query{Limit: 2, Order: ticket.NewestFirst}), t[4], t[3])
			equalList(e, list(ticket.Query{Limit: 9, Order: ticket.NewestFirst, After: &ticket.Position{ID: t[2].ID}}), t[1], t[0])
			equalList(e, list(ticket.Query{Limit: 1, Order: ticket.NewestFirst, After: &ticket.Position{ID: t[3].ID}, Offset: 1}), t[1])
			_, err := tx.Tickets().List(e.ctx, ticket.Query{Scope: all})
			e.refused(err)
		})
	}},
}
