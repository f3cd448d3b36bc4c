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
		err = s.x.consistent(ctx, "read threads", func(steps []direct.Step) []direct.Step {
			steps = t.appendSteps(append(steps, first), s.x, ids)
			if len(ids) == 1 {
				steps = s.x.store.o.Dialect.joined(steps)
			}
			return steps
		})
	} else {
		order, backward := q.Order, q.Backward // not all of q, which is large
		err = s.x.consistent(ctx, "read threads", func(steps []direct.Step) []direct.Step {
			return append(steps, first)
		}, func(steps []direct.Step) []direct.Step {
			if len(t.tickets.all) == 0 || t.full {
				return steps
			}
			arrange(t.tickets.all, order, backward)
			return t.appendSteps(steps, s.x, ticketIDs(t.tickets.all))
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
	err = s.x.consistent(ctx, "read threads", func(steps []direct.Step) []direct.Step {
		if q.Without.Has(ticket.CustomValues) {
			return append(steps, first)
		}
		return append(steps, first, s.x.step(valuesOf(in("ticket_id", q.IDs), "", s.x.shortRows(q.Bound)), t.values.read))
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
	tickets    collector[ticket.Ticket]
	values     values
	followUps  collector[followup.FollowUp]
	belongings belongings
}

// newThreads returns threads without rows, and the statement that reads their tickets.
func (s followUps) newThreads(ctx context.Context, q ticket.Query) (*threads, direct.Step, error) {
	find, err := s.tickets().find(ctx, q)
	if err != nil {
		return nil, direct.Step{}, err
	}
	t := &threads{meter: meter{bound: q.Bound}, without: q.Without}
	t.tickets, t.values.meter = newCollector(ticketTable, &t.meter, 0), &t.meter
	t.tickets.size = min(q.Limit, maxSlab)
	if n := len(q.IDs); n > 0 {
		t.tickets.size = min(t.tickets.size, n)
	}
	return t, s.x.step(find, t.tickets.read), nil
}

// appendSteps appends the statements that read the rows of the tickets with these ids.
func (t *threads) appendSteps(steps []direct.Step, x *transaction, ids []int64) []direct.Step {
	on, through, limit := in("ticket_id", ids), in("f.ticket_id", ids), t.maxRows(len(ids))
	s := x.shortRows(t.bound)
	if !t.without.Has(ticket.CustomValues) {
		t.values.all = make(ticket.Values, 0, 4*len(ids))
		steps = append(steps, x.step(valuesOf(on, "", s), t.values.read))
	}
	if t.without.Has(ticket.FollowUps) {
		return steps
	}
	t.followUps, t.belongings = newCollector(followUpTable, &t.meter, limit), newBelongings(&t.meter, limit)
	t.followUps.all = make([]*followup.FollowUp, 0, 4*len(ids))
	return append(steps,
		// In the order that the index has.
		x.step(followUpTable.rows(on, order{by: "ticket_id, date, id", limit: limit, short: s}), t.followUps.read),
		x.step(attachmentTable.ofFollowUps(through, limit, s), t.belongings.attachments.read),
		x.step(changeTable.ofFollowUps(through, limit, s), t.belongings.changes.read))
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
	t.values.give(t.tickets.all)
	t.belongings.giveTo(t.followUps.all)
	whole := make([]followup.Thread, len(t.tickets.all))
	all := make([]*followup.Thread, len(t.tickets.all))
	for i, one := range t.tickets.all {
		whole[i].Ticket, all[i] = one, &whole[i]
	}
	at := cursor{tickets: t.tickets.all}
	for id, group := range grouped(t.followUps.all, func(f *followup.FollowUp) int64 { return f.TicketID }) {
		if i := at.find(id); i >= 0 {
			all[i].FollowUps = group
		}
	}
	return all
}
