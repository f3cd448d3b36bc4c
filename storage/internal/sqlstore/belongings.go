package sqlstore

import (
	"cmp"
	"context"
	"iter"
	"maps"
	"slices"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/ticket"
)

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
	m := &meter{bound: b}
	belongs, limit := in("followup_id", idsOf(some, func(f *followup.FollowUp) int64 { return f.ID })), m.maxRows(len(some))
	rows := newBelongings(m, limit)
	err = s.x.batch(ctx, "complete follow-ups",
		s.x.step(attachmentTable.rows(belongs, order{limit: limit}), rows.attachments.read),
		s.x.step(changeTable.rows(belongs, order{limit: limit, short: s.x.shortRows(b)}), rows.changes.read))
	if err == nil && !m.full {
		rows.giveTo(some)
	}
	return m.full, err
}

// belongings are what belongs to follow-ups, in any order.
type belongings struct {
	attachments collector[followup.Attachment]
	changes     collector[followup.Change]
}

func newBelongings(m *meter, limit int) belongings {
	return belongings{newCollector(attachmentTable, m, limit), newCollector(changeTable, m, limit)}
}

// giveTo gives the follow-ups what belongs to them. It drops rows of other follow-ups: a
// writing transaction may have read those of one that was added a moment before.
func (b *belongings) giveTo(followUps []*followup.FollowUp) {
	slices.SortFunc(b.attachments.all, func(a, b *followup.Attachment) int {
		return cmp.Or(cmp.Compare(a.FollowUpID, b.FollowUpID), cmp.Compare(a.Filename, b.Filename), cmp.Compare(a.ID, b.ID))
	})
	attachments := maps.Collect(grouped(b.attachments.all, func(a *followup.Attachment) int64 { return a.FollowUpID }))
	slices.SortFunc(b.changes.all, func(a, b *followup.Change) int {
		return cmp.Or(cmp.Compare(*a.FollowUpID, *b.FollowUpID), cmp.Compare(a.ID, b.ID))
	})
	changes := maps.Collect(grouped(b.changes.all, func(c *followup.Change) int64 { return *c.FollowUpID }))
	if len(attachments)+len(changes) == 0 {
		return
	}
	for _, f := range followUps {
		f.Attachments, f.Changes = attachments[f.ID], changes[f.ID]
	}
}

// grouped yields the neighbours in a list that have the same key, group by group.
func grouped[T any](all []T, key func(T) int64) iter.Seq2[int64, []T] {
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
