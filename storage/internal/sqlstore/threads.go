package sqlstore

import (
	"context"

	sq "github.com/Masterminds/squirrel"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/storage/internal/direct"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// Threads reads each kind of row with one statement, and sends all of them in one message
// where the ids of the tickets are given. When the rows are larger than the bound, it
// reads again, for fewer tickets.
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
	given := again(q)
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

func (s followUps) tickets() tickets {
	return tickets{records[ticket.Ticket]{x: s.x, table: ticketTable}}
}

// threads reads threads, unless they are larger than the bound.
func (s followUps) threads(ctx context.Context, q ticket.Query) (all []*followup.Thread, full bool, err error) {
	t, first, err := s.newThreads(ctx, q)
	if err != nil {
		return nil, false, err
	}
	if ids := q.IDs; len(ids) > 0 {
		err = s.x.consistent(ctx, "read threads", func() []direct.Step {
			steps := append([]direct.Step{first}, t.steps(s.x, ids)...)
			if len(ids) == 1 {
				steps = s.x.store.o.Dialect.joined(steps)
			}
			return steps
		})
	} else {
		err = s.x.consistent(ctx, "read threads", func() []direct.Step {
			return []direct.Step{first}
		}, func() []direct.Step {
			if len(t.tickets) == 0 || t.full {
				return nil
			}
			arrange(t.tickets, q)
			return t.steps(s.x, ticketIDs(t.tickets))
		})
	}
	if err != nil || t.full {
		return nil, t.full, err
	}
	return t.assemble(), false, nil
}

// bare reads the thread of one ticket without its follow-ups.
func (s followUps) bare(ctx context.Context, q ticket.Query) (all []*followup.Thread, full bool, err error) {
	if len(q.IDs) == 0 {
		return nil, false, nil
	}
	t, first, err := s.newThreads(ctx, q)
	if err != nil {
		return nil, false, err
	}
	err = s.x.consistent(ctx, "read threads", func() []direct.Step {
		if q.Without.Has(ticket.CustomValues) {
			return []direct.Step{first}
		}
		return []direct.Step{
			first,
			s.x.step(valuesOf(in("ticket_id", q.IDs), "", s.x.shortRows(q.Bound)), t.each(t.values.read)),
		}
	})
	if err != nil || t.full {
		return nil, t.full, err
	}
	for _, one := range t.assemble() {
		one.More = !q.Without.Has(ticket.FollowUps)
		all = append(all, one)
	}
	return all, false, nil
}

// threads are the rows that make threads.
type threads struct {
	meter
	without    ticket.Parts
	tickets    []*ticket.Ticket
	values     values
	followUps  []*followup.FollowUp
	belongings belongings
}

// newThreads returns threads without rows, and the statement that reads their tickets.
func (s followUps) newThreads(ctx context.Context, q ticket.Query) (*threads, direct.Step, error) {
	find, err := s.tickets().find(ctx, q)
	if err != nil {
		return nil, direct.Step{}, err
	}
	t := &threads{meter: meter{bound: q.Bound}, without: q.Without}
	return t, s.x.step(find, t.each(collect(&t.tickets, ticketTable.scanner()))), nil
}

// steps are the statements that read the rows of the tickets with these ids.
func (t *threads) steps(x *transaction, ids []int64) []direct.Step {
	on, through, limit := in("ticket_id", ids), in("f.ticket_id", ids), t.maxRows(len(ids))
	s := x.shortRows(t.bound)
	var steps []direct.Step
	if !t.without.Has(ticket.CustomValues) {
		t.values.all = make(ticket.Values, 0, 4*len(ids))
		steps = append(steps, x.step(valuesOf(on, "", s), t.each(t.values.read)))
	}
	if t.without.Has(ticket.FollowUps) {
		return steps
	}
	t.followUps = make([]*followup.FollowUp, 0, 4*len(ids))
	return append(steps,
		// In the order that the index has.
		x.step(followUpTable.rows(on, order{by: "ticket_id, date, id", limit: limit, short: s}),
			t.atMost(limit, collect(&t.followUps, followUpTable.scanner()))),
		x.step(attachmentTable.ofFollowUps(through, limit, s),
			t.atMost(limit, collect(&t.belongings.attachments, attachmentTable.scanner()))),
		x.step(changeTable.ofFollowUps(through, limit, s), t.atMost(limit, collect(&t.belongings.changes, changeTable.scanner()))))
}

// ofFollowUps is the statement that reads the rows that belong to follow-ups f which
// fulfil a condition, limit of them at most unless it is 0.
func (t *table[T]) ofFollowUps(c cond, limit int, s short) statement {
	o := order{limit: limit, short: s}
	return t.part(o, reading(t.name, "of follow-ups"+s.kind(), c, o, func() sq.SelectBuilder {
		return t.selected(s, "part.").From(followUpTable.name + " f").Join(t.name + " part ON part.followup_id = f.id")
	}))
}

// assemble makes threads of the tickets and the rows that were read. It drops rows of
// tickets that are out of scope.
func (t *threads) assemble() []*followup.Thread {
	t.values.give(t.tickets)
	t.belongings.giveTo(t.followUps)
	whole := make([]followup.Thread, len(t.tickets))
	all := make([]*followup.Thread, len(t.tickets))
	for i, one := range t.tickets {
		whole[i].Ticket, all[i] = one, &whole[i]
	}
	at := cursor{tickets: t.tickets}
	for id, group := range grouped(t.followUps, func(f *followup.FollowUp) int64 { return f.TicketID }) {
		if i := at.find(id); i >= 0 {
			all[i].FollowUps = group
		}
	}
	return all
}
