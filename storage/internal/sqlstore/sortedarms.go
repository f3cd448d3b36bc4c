package sqlstore

import (
	"slices"
	"strings"

	"github.com/go-helpdesk/helpdesk/ticket"
)

// Indexes for lists in the order of one of the columns in sortedColumns: the tickets of a
// status, and those of a queue or an assignee by status.
var (
	sortedColumns   = []string{"created", "modified", "priority", "due_date"}
	sortedByStatus  = sortedIndexes("status", "status")
	sortedByQueue   = sortedIndexes("queue", "queue_id", "status")
	sortedByPerson  = sortedIndexes("assigned", "assigned_to", "status")
	ticketsByTitle  = ticketsBy("title", "title")
	ticketsInOrders = map[string]Index{
		"title": ticketsByTitle, "status": ticketsBy("status", "status"), "queue_id": ticketsBy("queue", "queue_id"),
		"assigned_to": ticketsBy("assigned_to", "assigned_to"),
	}
)

func sortedIndexes(name string, columns ...string) map[string]Index {
	all := map[string]Index{}
	for _, column := range sortedColumns {
		all[column] = Index{"helpdesk_ticket", "helpdesk_ticket_" + name + "_" + column, append(slices.Clone(columns), column)}
	}
	return all
}

// head is the tickets that an index has together for the first of its columns: all of the
// table where it has no condition.
type head struct {
	index Index
	cond  cond
}

// heads are such that each ticket of the selection is in one at least, and no other
// ticket is. There are none when no index has them in the order.
func (d *Dialect) heads(s selection, order sorting) (all []head) {
	if order.column == "id" {
		return nil
	}
	if index, ok := ticketsInOrders[order.column]; ok {
		if d.matches(s.scope, s.filter).none() {
			all = []head{{index: index}}
		}
		return all
	}
	among := allowed(s.filter.Status)
	people, alone := owners(s, d)
	if !alone {
		return nil
	}
	for _, status := range among {
		of := is("status = ?", int64(status))
		if people == nil {
			all = append(all, head{sortedByStatus[order.column], of})
		}
		for _, p := range people {
			index := sortedByQueue[order.column]
			if p.assignee {
				index = sortedByPerson[order.column]
			}
			all = append(all, head{index, p.cond.and(of)})
		}
	}
	return all
}

// allowed are the statuses that a condition admits.
func allowed(a ticket.Among[ticket.Status]) []ticket.Status {
	return slices.DeleteFunc(ticket.Statuses(), func(s ticket.Status) bool {
		return (a.In != nil || a.None) && !slices.Contains(a.In, s) || slices.Contains(a.NotIn, s)
	})
}

// owner is the tickets of a queue, or of an assignee.
type owner struct {
	assignee bool
	cond     cond
}

// owners are the queues and assignees whose tickets a selection has, whatever their
// status: nil for all. It reports false where the selection asks for anything else.
func owners(s selection, d *Dialect) (all []owner, alone bool) {
	queue, assigned := s.filter.Queue, s.filter.AssignedTo
	rest := s.filter
	rest.Status, rest.Queue, rest.AssignedTo = ticket.Among[ticket.Status]{}, ticket.Among[int64]{}, ticket.Among[int64]{}
	if !d.matches(ticket.Scope{All: true}, rest).none() {
		return nil, false
	}
	inQueues := func(ids []int64) {
		for _, id := range ids {
			all = append(all, owner{false, is("queue_id = ?", id)})
		}
	}
	ofPeople := func(ids ...int64) {
		for _, id := range ids {
			all = append(all, owner{true, is("assigned_to = ?", id)})
		}
	}
	excludes := len(queue.NotIn)+len(assigned.NotIn) > 0 || queue.NotNone || assigned.NotNone || queue.None
	outside := func(id int64) bool { return !slices.Contains(s.scope.Queues, id) }
	switch {
	case excludes || s.scope.GrantedTo != 0 && !s.scope.All:
		return nil, false
	case queue.IsZero() && assigned.IsZero() && s.scope.All:
		return nil, true
	case queue.IsZero() && assigned.IsZero() && s.scope.Submitter == "":
		inQueues(s.scope.Queues)
		if s.scope.AssignedTo != 0 {
			ofPeople(s.scope.AssignedTo)
		}
	case assigned.IsZero() && (s.scope.All || !slices.ContainsFunc(queue.In, outside)):
		inQueues(queue.In)
	case queue.IsZero() && (s.scope.All || !assigned.None && slices.Equal(assigned.In, []int64{s.scope.AssignedTo})):
		ofPeople(assigned.In...)
		if assigned.None {
			all = append(all, owner{true, is("assigned_to IS NULL")})
		}
	}
	return all, len(all) > 0
}

// sortedArm is a part of a page: tickets that an index has in the order.
type sortedArm struct {
	head
	valued bool // they have a value in the column of the order, or all have none
}

// sortedArms are heads, from a position on: apart those with a value and those without one.
func (d *Dialect) sortedArms(heads []head, order sorting, after *ticket.Position) (all []sortedArm) {
	valued, none := cond{}, cond{}
	takesValued, takesNone := true, order.nullable
	switch {
	case after == nil:
	case after.None:
		none, takesValued = order.followingID(after.ID), order.back
	default:
		valued, takesNone = order.followingValue(after), order.nullable && !order.back
	}
	if order.nullable {
		valued, none = is(order.column+" IS NOT NULL").and(valued), is(order.column+" IS NULL").and(none)
	}
	for _, h := range heads {
		if takesValued {
			all = append(all, sortedArm{head{h.index, h.cond.and(valued)}, true})
		}
		if takesNone {
			all = append(all, sortedArm{head{h.index, h.cond.and(none)}, false})
		}
	}
	return all
}

// Bounds of how many sorted arms are merged, and of how many ids are sorted where the
// database does not merge them.
const (
	maxSortedArms   = 64
	maxSortedMerged = 16_000
)

// sortedPage is the statement that reads the ids of a page from sorted arms. It reports false when there are none, or too many.
func (d *Dialect) sortedPage(q ticket.Query, o order, sorted sorting) (statement, bool) {
	arms := d.sortedArms(d.heads(selection{q.Scope, q.Filter}, sorted), sorted, q.After)
	switch n := len(arms); {
	case n == 0 || n > maxSortedArms || !d.Merges && n > 1 && n*(o.offset+o.limit) > maxSortedMerged:
		return statement{}, false
	case n == 1:
		o.by = sorted.byIn(arms[0].valued)
		return selecting("id", d.by(arms[0].index), arms[0].cond, o), true
	}
	var texts []string
	var args []any
	for _, a := range arms {
		text := d.armSQL(a, o, sorted)
		texts, args = append(texts, text.text), append(args, text.args...)
	}
	place := "no_value"
	if sorted.back {
		place += " DESC"
	}
	o.by = place + ", sort_value" + sorted.direction() + ", id" + sorted.direction()
	rest, last := o.rest()
	// The rows of the inner statement keep their order: it has a limit, so it is run first.
	return statement{text: "SELECT id FROM (" + strings.Join(texts, " UNION ") + " " + rest + ") sorted", args: append(args, last...)}, true
}

func (d *Dialect) armSQL(a sortedArm, o order, sorted sorting) statement {
	columns := "id, 0 AS no_value, " + sorted.column + " AS sort_value"
	if !a.valued {
		columns = "id, 1 AS no_value, 0 AS sort_value"
	}
	if d.Merges {
		return selecting(columns, d.by(a.index), a.cond, order{})
	}
	q := selecting(columns, d.by(a.index), a.cond, order{by: sorted.byIn(a.valued), limit: o.offset + o.limit})
	q.text = "(" + q.text + ")"
	return q
}

// byIn is what ORDER BY has among tickets with a value, or among those without.
func (s sorting) byIn(valued bool) string {
	if !valued {
		return "id" + s.direction()
	}
	return s.column + s.direction() + ", id" + s.direction()
}
