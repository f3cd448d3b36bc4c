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
// the ids of the tickets are given.
func (s followUps) Threads(ctx context.Context, q ticket.Query) ([]*followup.Thread, error) {
	find, err := tickets(s).find(ctx, q)
	if err != nil || q.IsEmpty() {
		return nil, err
	}
	var found []*ticket.Ticket
	t := &threads{}
	first := step(find, collect(&found, ticketTable.scanner()))
	if ids := q.IDs; len(ids) > 0 {
		err = s.x.snapshot(ctx, "read threads", append([]direct.Step{first}, t.steps(ids)...)...)
	} else if err = s.x.run(ctx, "list tickets", first); err == nil && len(found) > 0 {
		arrange(found, q)
		err = s.x.run(ctx, "read threads", t.steps(ticketIDs(found))...)
	}
	if err != nil {
		return nil, err
	}
	return t.assemble(found), nil
}

func step(q statement, use func(*row) error) direct.Step {
	return direct.Step{Text: q.text, Args: q.args, Use: use}
}

// threads are the rows that make threads.
type threads struct {
	values    values
	followUps []*followup.FollowUp
	parts     parts
}

// steps are what reads them of the tickets with these ids.
func (t *threads) steps(ids []int64) []direct.Step {
	t.values.all = make(ticket.Values, 0, 4*len(ids))
	t.followUps = make([]*followup.FollowUp, 0, 4*len(ids))
	on, through := in("ticket_id", ids), in("f.ticket_id", ids)
	return []direct.Step{
		step(valuesOf(on, ""), t.values.read),
		step(followUpTable.find(on, order{by: "ticket_id, date, id"}), collect(&t.followUps, followUpTable.scanner())), // as the index has them
		step(attachmentTable.through(through), collect(&t.parts.attachments, attachmentTable.scanner())),
		step(changeTable.through(through), collect(&t.parts.changes, changeTable.scanner())),
	}
}

// through is the statement that reads the rows that belong to follow-ups f which
// fulfil a condition.
func (t *table[T]) through(c cond) statement {
	text := built(shape{t.name, "through", c.text, ""}, func() sq.Sqlizer {
		return t.prefixed("part").From(followUpTable.name + " f").Join(t.name + " part ON part.followup_id = f.id").Where(c.text)
	})
	return statement{text, c.args}
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
func (s followUps) Complete(ctx context.Context, followUps ...*followup.FollowUp) error {
	if len(followUps) == 0 {
		return nil
	}
	ids := make([]int64, len(followUps))
	for i, f := range followUps {
		ids[i], f.Attachments, f.Changes = f.ID, nil, nil
	}
	var p parts
	err := s.x.run(ctx, "complete follow-ups",
		step(attachmentTable.find(in("followup_id", ids), order{}), collect(&p.attachments, attachmentTable.scanner())),
		step(changeTable.find(in("followup_id", ids), order{}), collect(&p.changes, changeTable.scanner())))
	p.give(followUps)
	return err
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
