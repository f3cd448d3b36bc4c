package sqlstore

import (
	"cmp"
	"context"
	"iter"
	"maps"
	"slices"

	sq "github.com/Masterminds/squirrel"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/storage/internal/direct"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// Threads reads each kind of row with one statement, and all of them at once where
// the ids of the tickets are given. Where that is larger than the bound, it is run
// again for fewer tickets.
func (s followUps) Threads(ctx context.Context, q ticket.Query) ([]*followup.Thread, error) {
	if q.IsEmpty() {
		return nil, nil
	}
	var all []*followup.Thread
	var err error
	full := q.Bound.Large && q.Limit == 1 // the ticket is known to be large by itself
	if !full {
		if all, full, err = s.threads(ctx, q); !full || err != nil {
			return all, err
		}
	}
	ids := q.IDs
	if len(ids) != 1 {
		if ids, err = s.tickets().IDs(ctx, q); err != nil {
			return nil, err
		}
	}
	given := ticket.Query{Filter: ticket.Filter{Scope: q.Scope}, NewestFirst: q.NewestFirst, Bound: q.Bound}
	for n := len(ids) / 2; n > 0; n /= 2 {
		given.IDs, given.Limit = ids[:n], n
		if all, full, err = s.threads(ctx, given); !full || err != nil {
			return all, err
		}
	}
	err = halve("list tickets", ids[:min(1, len(ids))], q.Bound, func(ids []int64, b ticket.Bound) (full bool, err error) {
		given.IDs, given.Limit, given.Bound = ids, 1, b
		all, full, err = s.bare(ctx, given)
		return full, err
	})
	return all, err
}

func (s followUps) tickets() tickets { return tickets{records[ticket.Ticket]{s.x, ticketTable}} }

// threads reads threads, unless they are larger than the bound.
func (s followUps) threads(ctx context.Context, q ticket.Query) (all []*followup.Thread, full bool, err error) {
	find, err := s.tickets().find(ctx, q)
	if err != nil {
		return nil, false, err
	}
	var found []*ticket.Ticket
	t := &threads{meter: meter{bound: q.Bound}}
	first := s.x.step(find, t.each(collect(&found, ticketTable.scanner())))
	if ids := q.IDs; len(ids) > 0 {
		err = s.x.consistent(ctx, "read threads", func() []direct.Step {
			return append([]direct.Step{first}, t.steps(s.x, ids)...)
		})
	} else {
		err = s.x.consistent(ctx, "read threads", func() []direct.Step {
			return []direct.Step{first}
		}, func() []direct.Step {
			if len(found) == 0 || t.full {
				return nil
			}
			arrange(found, q)
			return t.steps(s.x, ticketIDs(found))
		})
	}
	if err != nil || t.full {
		return nil, t.full, err
	}
	return t.assemble(found), false, nil
}

// bare reads the thread of one ticket without its follow-ups.
func (s followUps) bare(ctx context.Context, q ticket.Query) (all []*followup.Thread, full bool, err error) {
	if len(q.IDs) == 0 {
		return nil, false, nil
	}
	find, err := s.tickets().find(ctx, q)
	if err != nil {
		return nil, false, err
	}
	var found []*ticket.Ticket
	t := &threads{meter: meter{bound: q.Bound}}
	err = s.x.consistent(ctx, "read threads", func() []direct.Step {
		return []direct.Step{
			s.x.step(find, t.each(collect(&found, ticketTable.scanner()))),
			s.x.step(valuesOf(in("ticket_id", q.IDs), ""), t.each(t.values.read)),
		}
	})
	if err != nil || t.full {
		return nil, t.full, err
	}
	for _, one := range t.assemble(found) {
		one.More = true
		all = append(all, one)
	}
	return all, false, nil
}

// threads are the rows that make threads.
type threads struct {
	meter
	values    values
	followUps []*followup.FollowUp
	parts     parts
}

// steps are what reads them of the tickets with these ids.
func (t *threads) steps(x *transaction, ids []int64) []direct.Step {
	t.values.all = make(ticket.Values, 0, 4*len(ids))
	t.followUps = make([]*followup.FollowUp, 0, 4*len(ids))
	on, through, limit := in("ticket_id", ids), in("f.ticket_id", ids), t.maxRows(len(ids))
	return []direct.Step{
		x.step(valuesOf(on, ""), t.each(t.values.read)),
		// In the order that the index has.
		x.step(followUpTable.rows(on, order{by: "ticket_id, date, id", limit: limit}), t.few(limit, collect(&t.followUps, followUpTable.scanner()))),
		x.step(attachmentTable.ofFollowUps(through, limit), t.few(limit, collect(&t.parts.attachments, attachmentTable.scanner()))),
		x.step(changeTable.ofFollowUps(through, limit), t.few(limit, collect(&t.parts.changes, changeTable.scanner()))),
	}
}

// ofFollowUps is the statement that reads the rows that belong to follow-ups f which
// fulfil a condition, limit of them at most unless it is 0.
func (t *table[T]) ofFollowUps(c cond, limit int) statement {
	return reading(t.name, "of follow-ups", c, order{limit: limit}, func() sq.SelectBuilder {
		return t.prefixed("part").From(followUpTable.name + " f").Join(t.name + " part ON part.followup_id = f.id")
	})
}

// assemble makes threads of tickets and what was read of them. Rows of tickets that
// are not among them, being out of scope, are left behind.
func (t *threads) assemble(found []*ticket.Ticket) []*followup.Thread {
	t.values.give(found)
	t.parts.give(t.followUps)
	whole := make([]followup.Thread, len(found))
	all := make([]*followup.Thread, len(found))
	for i, one := range found {
		whole[i].Ticket, all[i] = one, &whole[i]
	}
	at := cursor{tickets: found}
	for id, run := range runs(t.followUps, func(f *followup.FollowUp) int64 { return f.TicketID }) {
		if i := at.find(id); i >= 0 {
			all[i].FollowUps = run
		}
	}
	return all
}

// Complete implements followup.Store.
func (s followUps) Complete(ctx context.Context, b ticket.Bound, followUps ...*followup.FollowUp) (n int, err error) {
	if len(followUps) == 0 {
		return 0, nil
	}
	for _, f := range followUps {
		f.Attachments, f.Changes = nil, nil
	}
	read := func(some []*followup.FollowUp, b ticket.Bound) (bool, error) {
		n = len(some)
		return s.complete(ctx, b, some)
	}
	full, err := read(followUps, b)
	if full && err == nil {
		err = halve("complete follow-ups", followUps, b, read)
	}
	if err != nil {
		return 0, err
	}
	return n, nil
}

// complete completes follow-ups, unless what belongs to them is larger than the bound.
func (s followUps) complete(ctx context.Context, b ticket.Bound, some []*followup.FollowUp) (full bool, err error) {
	var p parts
	m := meter{bound: b}
	belongs, limit := in("followup_id", idsOf(some, func(f *followup.FollowUp) int64 { return f.ID })), m.maxRows(len(some))
	err = s.x.batch(ctx, "complete follow-ups",
		s.x.step(attachmentTable.rows(belongs, order{limit: limit}), m.few(limit, collect(&p.attachments, attachmentTable.scanner()))),
		s.x.step(changeTable.rows(belongs, order{limit: limit}), m.few(limit, collect(&p.changes, changeTable.scanner()))))
	if err == nil && !m.full {
		p.give(some)
	}
	return m.full, err
}

// parts are what belongs to follow-ups, in any order.
type parts struct {
	attachments []*followup.Attachment
	changes     []*followup.Change
}

// give gives the follow-ups what belongs to them. A writing transaction may have
// read parts of one that was not there a moment before: these are left behind.
func (p *parts) give(followUps []*followup.FollowUp) {
	slices.SortFunc(p.attachments, func(a, b *followup.Attachment) int {
		return cmp.Or(cmp.Compare(a.FollowUpID, b.FollowUpID), cmp.Compare(a.Filename, b.Filename), cmp.Compare(a.ID, b.ID))
	})
	attachments := maps.Collect(runs(p.attachments, func(a *followup.Attachment) int64 { return a.FollowUpID }))
	slices.SortFunc(p.changes, func(a, b *followup.Change) int {
		return cmp.Or(cmp.Compare(*a.FollowUpID, *b.FollowUpID), cmp.Compare(a.ID, b.ID))
	})
	changes := maps.Collect(runs(p.changes, func(c *followup.Change) int64 { return *c.FollowUpID }))
	if len(attachments)+len(changes) == 0 {
		return
	}
	for _, f := range followUps {
		f.Attachments, f.Changes = attachments[f.ID], changes[f.ID]
	}
}

// runs yields the parts of a list that have the same key.
func runs[T any](all []T, key func(T) int64) iter.Seq2[int64, []T] {
	return func(yield func(int64, []T) bool) {
		for from, to := 0, 0; from < len(all); from = to {
			for to < len(all) && key(all[to]) == key(all[from]) {
				to++
			}
			if !yield(key(all[from]), all[from:to:to]) {
				return
			}
		}
	}
}
