package sqlstore

import (
	"slices"
	"strings"

	"github.com/go-helpdesk/helpdesk/ticket"
)

// sortedByStatus are the indexes that have the tickets of each status in the order of
// another column. They also have the queue and the assignee, so that a list of some queues
// or assignees reads no other rows than its own.
var sortedByStatus = map[string]Index{
	"created":  sortedBy("created"),
	"modified": sortedBy("modified"),
	"priority": sortedBy("priority"),
	"due_date": sortedBy("due_date"),
}

func sortedBy(column string) Index {
	return Index{"helpdesk_ticket", "helpdesk_ticket_" + column, []string{"status", column, "id"}}
}

// sortedAlone are the indexes that have all tickets in the order of their first column.
var sortedAlone = map[string]Index{
	"status":      ticketsBy("status", "status"),
	"queue_id":    ticketsBy("queue", "queue_id"),
	"assigned_to": ticketsBy("assigned_to", "assigned_to"),
}

// heads are the parts of an index in the order of a column. They have all tickets that are
// selected. There are none when no index serves the order and the selection.
func (d *Dialect) heads(s selection, column string) (all []arm) {
	if index, ok := sortedAlone[column]; ok && d.matches(s.scope, s.filter).none() {
		return []arm{{index: index}}
	}
	index, ok := sortedByStatus[column]
	if !ok || !indexed(s) {
		return nil
	}
	rest := withoutStatus(s)
	more := d.matches(rest.scope, rest.filter)
	for _, status := range allowed(s.filter.Status) {
		all = append(all, arm{index, is("status = ?", int64(status)).and(more), !more.none()})
	}
	return all
}

// indexed reports whether the indexes of sortedByStatus have all columns that decide about
// the selection.
func indexed(s selection) bool {
	if !s.scope.All && (s.scope.Submitter != "" || s.scope.GrantedTo != 0) {
		return false
	}
	f := s.filter
	f.Status, f.Queue, f.AssignedTo = ticket.Among[ticket.Status]{}, ticket.Among[int64]{}, ticket.Among[int64]{}
	return new(Dialect).matches(ticket.Scope{All: true}, f).none()
}

// allowed are the statuses that a condition admits.
func allowed(a ticket.Among[ticket.Status]) []ticket.Status {
	return slices.DeleteFunc(ticket.Statuses(), func(s ticket.Status) bool {
		return (a.In != nil || a.None) && !slices.Contains(a.In, s) || slices.Contains(a.NotIn, s)
	})
}

// part is a part of an order. An index has the tickets of each part in one piece.
type part struct {
	cond cond
	by   string // how the tickets of the part are sorted
	none bool   // they have no value in the column of the order
}

// parts are what is left of an order after a position, or all of it. The tickets with the
// value of the position are a part of their own: many may have it, and a database would
// read all of them for `column >= ? AND (column > ? OR id > ?)`.
func (s sorting) parts(p *ticket.Position) (all []part) {
	byValue := s.column + s.direction() + ", id" + s.direction()
	byID := "id" + s.direction()
	sign := " > ?"
	if s.desc {
		sign = " < ?"
	}
	switch {
	case p != nil && !p.None:
		value := any(p.Number)
		all = append(all,
			part{is(s.column+" = ?", value).and(s.followingID(p.ID)), byID, false},
			part{is(s.column+sign, value), byValue, false})
	case p == nil || s.back:
		c := cond{}
		if s.nullable {
			c = is(s.column + " IS NOT NULL")
		}
		all = append(all, part{c, byValue, false})
	}
	switch {
	case !s.nullable:
	case p == nil || !p.None && !s.back:
		all = append(all, part{is(s.column + " IS NULL"), byID, true})
	case p.None:
		all = append(all, part{is(s.column + " IS NULL").and(s.followingID(p.ID)), byID, true})
	}
	return all
}

// maxSortedMerged bounds how many ids are sorted where the database does not merge them. It
// lets the longest page of a cursor through: a thousand tickets from each part of the order
// of each status.
const maxSortedMerged = 16_000

// sortedPage is the statement that reads the ids of a page in another order than that of
// ids from indexes which have the order. It reports false as ok when there are none. It
// reports as served, like page, that it reads no tickets but those of the page.
func (d *Dialect) sortedPage(q ticket.Query, o order, sorted sorting) (find statement, served, ok bool) {
	heads := d.heads(selection{q.Scope, q.Filter}, sorted.column)
	parts := sorted.parts(q.After)
	switch n := len(heads) * len(parts); {
	case n == 0 || !d.Merges && n > 1 && n*(o.offset+o.limit) > maxSortedMerged:
		return statement{}, false, false
	case n == 1:
		o.by = parts[0].by
		return selecting("id", d.by(heads[0].index), heads[0].cond.and(parts[0].cond), o), !heads[0].filtered, true
	}
	find = d.inParts(heads, parts, o, sorted)
	find.text = "SELECT id FROM (" + find.text + ") sorted"
	return find, !heads[0].filtered, true
}

// inParts is the statement that reads the ids of a page from the parts of each head: first
// from those with a value, then from those without one, or the other way round.
func (d *Dialect) inParts(heads []arm, parts []part, o order, sorted sorting) statement {
	var valued, none []part
	for _, p := range parts {
		if p.none {
			none = append(none, p)
		} else {
			valued = append(valued, p)
		}
	}
	columns := "id, " + sorted.column + " AS sort_value"
	byID, byValue := "id"+sorted.direction(), "sort_value"+sorted.direction()+", id"+sorted.direction()
	switch {
	case len(none) == 0:
		return d.merged(heads, valued, columns, order{by: byValue, limit: o.limit, offset: o.offset})
	case len(valued) == 0:
		return d.merged(heads, none, "id", order{by: byID, limit: o.limit, offset: o.offset})
	}
	first := d.merged(heads, valued, columns, order{by: byValue, limit: o.offset + o.limit})
	last := d.merged(heads, none, "id", order{by: byID, limit: o.offset + o.limit})
	place := "no_value"
	if sorted.back {
		place += " DESC"
	}
	o.by = place + ", " + byValue
	return statement{
		text: "SELECT id, 0 AS no_value, sort_value FROM (" + first.text + ") valued" +
			" UNION ALL SELECT id, 1, 0 FROM (" + last.text + ") others " + o.rest(),
		args: o.bind(slices.Concat(first.args, last.args)),
	}
}

// merged is the statement that reads the first tickets out of some parts of each head.
func (d *Dialect) merged(heads []arm, parts []part, columns string, o order) statement {
	var texts []string
	var args []any
	for _, h := range heads {
		for _, p := range parts {
			each := order{}
			if !d.Merges {
				each = order{by: p.by, limit: o.offset + o.limit}
			}
			q := selecting(columns, d.by(h.index), h.cond.and(p.cond), each)
			if !d.Merges {
				q.text = "(" + q.text + ")"
			}
			texts, args = append(texts, q.text), append(args, q.args...)
		}
	}
	return statement{text: strings.Join(texts, " UNION ALL ") + " " + o.rest(), args: o.bind(args)}
}
