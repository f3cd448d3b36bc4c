package storagetest

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// scene has a queue and a ticket for each way to reach them, by name: the
// ticket in a queue has its name.
type scene struct {
	ada, bob *user.User
	queues   map[string]*ticket.Queue
	tickets  map[string]*ticket.Ticket
}

func (e *env) scene(tx storage.Tx) *scene {
	e.Helper()
	s := &scene{ada: e.user(tx, "ada"), bob: e.user(tx, "bob"), queues: map[string]*ticket.Queue{}, tickets: map[string]*ticket.Ticket{}}
	for _, name := range []string{"ada's", "group's", "twice ada's", "bob's", "nobody's", "public"} {
		q := &ticket.Queue{Slug: name, AllowPublicSubmission: name == "public"}
		e.ok(tx.Queues().Insert(e.ctx, q))
		s.queues[name] = q
		s.tickets[name] = e.ticket(tx, name, func(t *ticket.Ticket) { t.QueueID = q.ID })
	}
	in := func(t *ticket.Ticket) { t.QueueID = s.queues["nobody's"].ID }
	s.tickets["assigned"] = e.ticket(tx, "assigned", in, func(t *ticket.Ticket) { t.AssignedTo = &s.ada.ID })
	s.tickets["bob is assigned"] = e.ticket(tx, "bob is assigned", in, func(t *ticket.Ticket) { t.AssignedTo = &s.bob.ID })
	s.tickets["submitted"] = e.ticket(tx, "submitted", in, submittedBy("ada@example.com"))
	s.tickets["all at once"] = e.ticket(tx, "all at once", submittedBy("ada@example.com"), func(t *ticket.Ticket) {
		t.QueueID, t.AssignedTo = s.queues["twice ada's"].ID, &s.ada.ID
	})
	s.tickets["empty"] = e.ticket(tx, "empty", in, submittedBy(""))

	ids := func(names ...string) (all []int64) {
		for _, name := range names {
			all = append(all, s.queues[name].ID)
		}
		return all
	}
	e.ok(tx.Users().Grant(e.ctx, s.ada.ID, ids("ada's", "twice ada's")))
	e.ok(tx.Users().Grant(e.ctx, s.bob.ID, ids("bob's")))
	e.group(tx, "both", []int64{s.ada.ID, s.bob.ID}, ids("group's", "twice ada's"))
	e.group(tx, "also ada", []int64{s.ada.ID}, ids("group's"))
	e.group(tx, "without queues", []int64{s.ada.ID}, nil)
	e.group(tx, "without ada", []int64{s.bob.ID}, ids("bob's"))
	e.group(tx, "without users", nil, ids("nobody's"))
	return s
}

// scopes is every member of a Scope alone and some together, and the names of
// what they admit.
func (s *scene) scopes() map[string]struct {
	scope ticket.Scope
	names []string
} {
	type admitting = struct {
		scope ticket.Scope
		names []string
	}
	granted := []string{"ada's", "group's", "twice ada's", "all at once"}
	everything := slices.Collect(maps.Keys(s.tickets))
	many := make([]int64, 1200) // SQLite takes 1000 terms in an expression
	many[1199] = s.queues["bob's"].ID
	return map[string]admitting{
		"none":              {ticket.Scope{}, nil},
		"empty queues":      {ticket.Scope{Queues: []int64{}}, nil},
		"all":               {ticket.Scope{All: true}, everything},
		"all and more":      {ticket.Scope{All: true, Submitter: "x", AssignedTo: 99, GrantedTo: 99, Queues: []int64{99}}, everything},
		"submitter":         {ticket.Scope{Submitter: "ada@example.com"}, []string{"submitted", "all at once"}},
		"unknown submitter": {ticket.Scope{Submitter: "bob@example.com"}, nil},
		"assigned":          {ticket.Scope{AssignedTo: s.ada.ID}, []string{"assigned", "all at once"}},
		"assigned to none":  {ticket.Scope{AssignedTo: 99}, nil},
		"granted":           {ticket.Scope{GrantedTo: s.ada.ID}, granted},
		"granted to bob":    {ticket.Scope{GrantedTo: s.bob.ID}, []string{"bob's", "group's", "twice ada's", "all at once"}},
		"granted to none":   {ticket.Scope{GrantedTo: 99}, nil},
		"queues":            {ticket.Scope{Queues: []int64{s.queues["public"].ID, 99, s.queues["ada's"].ID}}, []string{"public", "ada's"}},
		"many queues":       {ticket.Scope{Queues: many}, []string{"bob's"}},
		"works on":          {ticket.Scope{GrantedTo: s.ada.ID, AssignedTo: s.ada.ID}, append([]string{"assigned"}, granted...)},
		"two people":        {ticket.Scope{GrantedTo: s.ada.ID, AssignedTo: s.bob.ID}, append([]string{"bob is assigned"}, granted...)},
		"either": {ticket.Scope{Submitter: "ada@example.com", AssignedTo: s.ada.ID, GrantedTo: s.ada.ID,
			Queues: []int64{s.queues["public"].ID}},
			append([]string{"submitted", "assigned", "public"}, granted...)},
	}
}

// eachScope calls use with every scope, and with whether it admits a ticket.
func (e *env) eachScope(s *scene, use func(sc ticket.Scope, admits func(id int64) bool)) {
	e.Helper()
	for name, c := range s.scopes() {
		use(c.scope, func(id int64) bool {
			return slices.ContainsFunc(c.names, func(name string) bool { return s.tickets[name].ID == id })
		})
		if e.Failed() {
			e.Fatalf("scope %s", name)
		}
	}
}

// admitted checks what a list and a count say of all the records, those on
// admitted tickets being expected.
func admitted[T any](e *env, list []*T, count int, every []*T, on func(*T) int64, admits func(int64) bool) {
	e.Helper()
	var want []*T
	for _, r := range every {
		if admits(on(r)) {
			want = append(want, r)
		}
	}
	if text(list) != text(want) {
		e.Errorf("got  %s\nwant %s", text(list), text(want))
	}
	if count != len(want) {
		e.Errorf("count is %d, want %d", count, len(want))
	}
}

// reached checks that a record is there exactly when its ticket is admitted.
func (e *env) reached(err error, admits bool) {
	e.Helper()
	if admits {
		e.ok(err)
		return
	}
	e.is(err, storage.ErrNotFound)
}

var scopeTests = []test{
	{"tickets", func(e *env) {
		e.update(func(tx storage.Tx) {
			s := e.scene(tx)
			every := must(tx.Tickets().List(e.ctx, ticket.Query{Scope: all, Limit: 99}))(e)
			equal(e, len(every), len(s.tickets))
			e.eachScope(s, func(sc ticket.Scope, admits func(int64) bool) {
				list := must(tx.Tickets().List(e.ctx, ticket.Query{Scope: sc, Limit: 99}))(e)
				count := must(tx.Tickets().Count(e.ctx, sc, ticket.Filter{}))(e)
				admitted(e, list, count, every, func(t *ticket.Ticket) int64 { return t.ID }, admits)
				for _, t := range every {
					_, err := tx.Tickets().Get(e.ctx, t.ID, sc)
					e.reached(err, admits(t.ID))
					_, err = tx.Tickets().Lock(e.ctx, t.ID, sc)
					e.reached(err, admits(t.ID))
				}
			})
		})
	}},
	{"a scope and a filter", func(e *env) {
		e.update(func(tx storage.Tx) {
			s := e.scene(tx)
			hers, bobs := s.tickets["ada's"], s.tickets["bob's"]
			granted := ticket.Scope{GrantedTo: s.ada.ID}
			f := ticket.Filter{IDs: []int64{hers.ID, bobs.ID}, Status: ticket.OneOf(ticket.Open)}
			equalList(e, must(tx.Tickets().List(e.ctx, ticket.Query{Scope: granted, Filter: f, Limit: 9}))(e), hers)
			equal(e, must(tx.Tickets().Count(e.ctx, granted, f))(e), 1)
			f.IDs = []int64{bobs.ID}
			equal(e, must(tx.Tickets().Count(e.ctx, granted, f))(e), 0)
		})
	}},
	{"follow-ups, attachments and changes", func(e *env) {
		e.update(func(tx storage.Tx) {
			s := e.scene(tx)
			var followUps []*followup.FollowUp
			var attachments []*followup.Attachment
			var changes []*followup.Change
			on := map[int64]int64{} // tickets by follow-up
			for _, name := range slices.Sorted(maps.Keys(s.tickets)) {
				f := e.followUp(tx, s.tickets[name].ID)
				on[f.ID] = f.TicketID
				followUps = append(followUps, f)
				attachments = append(attachments, e.attachment(tx, f.ID, name))
				changes = append(changes, e.change(tx, f.TicketID, &f.ID))
			}
			e.eachScope(s, func(sc ticket.Scope, admits func(int64) bool) {
				f := followup.Filter{}
				admitted(e, must(tx.FollowUps().List(e.ctx, followup.Query{Scope: sc}))(e), must(tx.FollowUps().Count(e.ctx, sc, f))(e),
					followUps, func(f *followup.FollowUp) int64 { return f.TicketID }, admits)
				admitted(e, must(tx.Attachments().List(e.ctx, followup.AttachmentQuery{Scope: sc}))(e),
					must(tx.Attachments().Count(e.ctx, sc, f))(e),
					attachments, func(a *followup.Attachment) int64 { return on[a.FollowUpID] }, admits)
				admitted(e, must(tx.Changes().List(e.ctx, followup.ChangeQuery{Scope: sc}))(e), must(tx.Changes().Count(e.ctx, sc, f))(e),
					changes, func(c *followup.Change) int64 { return c.TicketID }, admits)
				for i, f := range followUps {
					_, err := tx.FollowUps().Get(e.ctx, f.ID, sc)
					e.reached(err, admits(f.TicketID))
					_, err = tx.Attachments().Get(e.ctx, attachments[i].ID, sc)
					e.reached(err, admits(f.TicketID))
				}
			})
		})
	}},
	{"slices of follow-ups and attachments", func(e *env) {
		e.update(func(tx storage.Tx) {
			s := e.scene(tx)
			var followUps []*followup.FollowUp
			on := map[int64]int64{} // tickets by follow-up
			for i, name := range slices.Sorted(maps.Keys(s.tickets)) {
				f, g := e.followUp(tx, s.tickets[name].ID), e.followUp(tx, s.tickets[name].ID,
					at(now.Add(-time.Duration(i%3)*time.Microsecond)))
				followUps, on[f.ID], on[g.ID] = append(followUps, f, g), f.TicketID, g.TicketID
			}
			var attachments []*followup.Attachment
			for i, f := range followUps {
				attachments = append(attachments, e.attachment(tx, f.ID, []string{"b", "a", "B"}[i%3]))
			}
			slices.SortStableFunc(followUps, func(f, g *followup.FollowUp) int { return f.Date.Compare(g.Date) })
			slices.SortStableFunc(attachments, func(a, b *followup.Attachment) int { return cmp.Compare(a.Filename, b.Filename) })
			e.eachScope(s, func(sc ticket.Scope, admits func(int64) bool) {
				notF := func(f *followup.FollowUp) bool { return !admits(f.TicketID) }
				notA := func(a *followup.Attachment) bool { return !admits(on[a.FollowUpID]) }
				e.followUpSlices(tx, sc, followup.Filter{}, slices.DeleteFunc(slices.Clone(followUps), notF)...)
				e.attachmentSlices(tx, sc, followup.Filter{}, slices.DeleteFunc(slices.Clone(attachments), notA)...)
			})
		})
	}},
	{"a right that ends", func(e *env) {
		var s *scene
		e.update(func(tx storage.Tx) { s = e.scene(tx) })
		reach := func(tx storage.Tx) (n int) {
			return must(tx.Tickets().Count(e.ctx, ticket.Scope{GrantedTo: s.ada.ID}, ticket.Filter{}))(e)
		}
		e.update(func(tx storage.Tx) {
			equal(e, reach(tx), 4)
			e.ok(tx.Users().Grant(e.ctx, s.ada.ID, nil))
			equal(e, reach(tx), 3)
			for _, g := range must(tx.Groups().List(e.ctx, user.GroupQuery{Limit: 9}))(e) {
				g.Users = nil
				e.ok(save(e.ctx, tx.Groups(), g.ID, g))
			}
			equal(e, reach(tx), 0)
		})
	}},
	{"queues", func(e *env) {
		e.update(func(tx storage.Tx) {
			s := e.scene(tx)
			id := func(name string) int64 { return s.queues[name].ID }
			for name, c := range map[string]struct {
				scope ticket.QueueScope
				names []string
			}{
				"none":  {ticket.QueueScope{}, nil},
				"empty": {ticket.QueueScope{IDs: []int64{}}, nil},
				"all":   {ticket.QueueScope{All: true}, slices.Collect(maps.Keys(s.queues))},
				"all and more": {ticket.QueueScope{All: true, Public: true, GrantedTo: 99, IDs: []int64{99}},
					slices.Collect(maps.Keys(s.queues))},
				"public":          {ticket.QueueScope{Public: true}, []string{"public"}},
				"granted":         {ticket.QueueScope{GrantedTo: s.ada.ID}, []string{"ada's", "group's", "twice ada's"}},
				"granted to none": {ticket.QueueScope{GrantedTo: 99}, nil},
				"these":           {ticket.QueueScope{IDs: []int64{99, id("nobody's"), id("bob's")}}, []string{"nobody's", "bob's"}},
				"either": {ticket.QueueScope{Public: true, GrantedTo: s.bob.ID, IDs: []int64{id("nobody's")}},
					[]string{"public", "bob's", "group's", "twice ada's", "nobody's"}},
			} {
				for queue, q := range s.queues {
					if got := must(tx.Queues().Admits(e.ctx, q.ID, c.scope))(e); got != slices.Contains(c.names, queue) {
						e.Errorf("scope %s, queue %s: %v", name, queue, got)
					}
				}
				if must(tx.Queues().Admits(e.ctx, 99, c.scope))(e) {
					e.Errorf("scope %s: a queue that does not exist", name)
				}
			}
		})
	}},
	{"public", func(e *env) {
		e.update(func(tx storage.Tx) {
			mine, theirs := e.ticket(tx, "mine", submittedBy("ada@example.com")), e.ticket(tx, "theirs")
			add := func(t *ticket.Ticket, name string, public bool) (*followup.FollowUp, *followup.Attachment, *followup.Change) {
				f := e.followUp(tx, t.ID, func(f *followup.FollowUp) { f.Public = public })
				return f, e.attachment(tx, f.ID, name), e.change(tx, t.ID, &f.ID)
			}
			f, fa, fc := add(mine, "a", true)
			hidden, ha, hc := add(mine, "b", false)
			g, ga, gc := add(theirs, "c", true)
			edit := e.change(tx, mine.ID, nil) // which nobody published
			type (
				fs = []*followup.FollowUp
				as = []*followup.Attachment
				cs = []*followup.Change
			)
			for name, c := range map[string]struct {
				scope       ticket.Scope
				filter      followup.Filter
				followUps   fs
				attachments as
				changes     cs
			}{
				"any":        {all, followup.Filter{}, fs{f, hidden, g}, as{fa, ha, ga}, cs{fc, hc, gc, edit}},
				"public":     {all, followup.Filter{Public: new(true)}, fs{f, g}, as{fa, ga}, cs{fc, gc}},
				"in scope":   {ticket.Scope{Submitter: "ada@example.com"}, followup.Filter{Public: new(true)}, fs{f}, as{fa}, cs{fc}},
				"on tickets": {all, followup.Filter{Public: new(true), Ticket: on(mine.ID)}, fs{f}, as{fa}, cs{fc}},
				"follow-ups": {all, followup.Filter{Public: new(true), FollowUps: []int64{hidden.ID, g.ID}}, fs{g}, as{ga}, cs{gc}},
				"hidden":     {all, followup.Filter{Public: new(true), FollowUps: []int64{hidden.ID}}, nil, nil, nil},
				"no scope":   {ticket.Scope{}, followup.Filter{Public: new(true)}, nil, nil, nil},
				"all of them": {all, followup.Filter{Public: new(true), Ticket: on(mine.ID), FollowUps: []int64{f.ID, g.ID}}, fs{f},
					as{fa}, cs{fc}},
			} {
				e.Log(name)
				equalList(e, must(tx.FollowUps().List(e.ctx, followup.Query{Scope: c.scope, Filter: c.filter}))(e), c.followUps...)
				equal(e, must(tx.FollowUps().Count(e.ctx, c.scope, c.filter))(e), len(c.followUps))
				equalList(e, must(tx.Attachments().List(e.ctx, followup.AttachmentQuery{Scope: c.scope, Filter: c.filter}))(e),
					c.attachments...)
				equal(e, must(tx.Attachments().Count(e.ctx, c.scope, c.filter))(e), len(c.attachments))
				equalList(e, must(tx.Changes().List(e.ctx, followup.ChangeQuery{Scope: c.scope, Filter: c.filter}))(e), c.changes...)
				equal(e, must(tx.Changes().Count(e.ctx, c.scope, c.filter))(e), len(c.changes))
			}
		})
	}},
	{"public queues", func(e *env) {
		e.update(func(tx storage.Tx) {
			s := e.scene(tx)
			other := e.queue(tx, "other")
			other.AllowPublicSubmission = true
			e.ok(save(e.ctx, tx.Queues(), other.ID, other))
			public := s.queues["public"]
			list := func(q ticket.QueueQuery) []*ticket.Queue {
				q.Public = true
				return must(tx.Queues().List(e.ctx, q))(e)
			}
			equalList(e, list(ticket.QueueQuery{Limit: 9}), public, other)
			equalList(e, list(ticket.QueueQuery{Limit: 1}), public)
			equalList(e, list(ticket.QueueQuery{Limit: 9, Offset: 1}), other)
			equalList(e, list(ticket.QueueQuery{Limit: 9, After: public.ID}), other)
			equalList(e, list(ticket.QueueQuery{Limit: 9, QueueFilter: ticket.QueueFilter{IDs: []int64{s.queues["bob's"].ID, other.ID}}}),
				other)
		})
	}},
}
