package storagetest

import (
	"cmp"
	"math/rand/v2"
	"slices"

	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// countsAsInMemory compares counts by some dimensions with those of the tickets that a
// query selects.
func (e *env) countsAsInMemory(tx storage.Tx, q ticket.Query, found []*ticket.Ticket, r *rand.Rand) {
	e.Helper()
	by := ticket.Dimensions()
	r.Shuffle(len(by), func(i, j int) { by[i], by[j] = by[j], by[i] })
	by = by[:r.IntN(len(by)+1)]
	want := countedInMemory(found, by)
	equal(e, must(tx.Tickets().CountBy(e.ctx, q.Scope, q.Filter, by, 1000))(e), want)
	if limit := 1 + len(want)/2; len(by) > 0 && len(want) > 0 {
		equal(e, must(tx.Tickets().CountBy(e.ctx, q.Scope, q.Filter, by, limit))(e), want[:limit])
	}
}

// countedInMemory is what CountBy returns, by a plain reading of what package ticket says.
func countedInMemory(found []*ticket.Ticket, by []ticket.Dimension) (counts []ticket.Count) {
	if len(by) == 0 {
		return []ticket.Count{{Tickets: len(found)}}
	}
	for _, t := range found {
		var c ticket.Count
		for _, d := range by {
			switch d {
			case ticket.CountByStatus:
				c.Status = t.Status
			case ticket.CountByQueue:
				c.Queue = t.QueueID
			case ticket.CountByAssignedTo:
				c.AssignedTo = t.AssignedTo
			case ticket.CountByPriority:
				c.Priority = t.Priority
			case ticket.CountByDay:
				c.Day = ticket.Day(t.Created)
			}
		}
		same := func(other ticket.Count) bool { return compareCounts(c, other, by) == 0 }
		i := slices.IndexFunc(counts, same)
		if i < 0 {
			i, counts = len(counts), append(counts, c)
		}
		counts[i].Tickets++
	}
	slices.SortFunc(counts, func(a, b ticket.Count) int { return compareCounts(a, b, by) })
	return counts
}

func compareCounts(a, b ticket.Count, by []ticket.Dimension) int {
	for _, d := range by {
		c := 0
		switch d {
		case ticket.CountByStatus:
			c = cmp.Compare(a.Status, b.Status)
		case ticket.CountByQueue:
			c = cmp.Compare(a.Queue, b.Queue)
		case ticket.CountByAssignedTo:
			c = compareAssignees(a.AssignedTo, b.AssignedTo)
		case ticket.CountByPriority:
			c = cmp.Compare(a.Priority, b.Priority)
		case ticket.CountByDay:
			c = a.Day.Compare(b.Day)
		}
		if c != 0 {
			return c
		}
	}
	return 0
}

// compareAssignees has nobody last.
func compareAssignees(a, b *int64) int {
	switch {
	case a != nil && b != nil:
		return cmp.Compare(*a, *b)
	case a == nil && b == nil:
		return 0
	case a == nil:
		return 1
	}
	return -1
}
