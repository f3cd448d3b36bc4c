package sqlstore

import (
	"context"
	"slices"
	"strings"
	"time"

	sq "github.com/Masterminds/squirrel"

	"github.com/go-helpdesk/helpdesk/ticket"
)

// counted is how a dimension is selected, sorted and read.
type counted struct {
	column   string // what it is sorted and grouped by
	selected string // "" where that is the column
	nullable bool   // tickets without a value come last
	read     func(*row, *ticket.Count)
}

// microsPerDay is the length of a day as times are stored.
const microsPerDay = "86400000000"

var countedBy = map[ticket.Dimension]counted{
	ticket.CountByStatus:     {column: "status", read: func(r *row, c *ticket.Count) { c.Status = ticket.Status(r.Int()) }},
	ticket.CountByQueue:      {column: "queue_id", read: func(r *row, c *ticket.Count) { c.Queue = r.Int() }},
	ticket.CountByAssignedTo: {column: "assigned_to", nullable: true, read: func(r *row, c *ticket.Count) { c.AssignedTo = r.NullInt() }},
	ticket.CountByPriority:   {column: "priority", read: func(r *row, c *ticket.Count) { c.Priority = ticket.Priority(r.Int()) }},
	ticket.CountByDay: {
		column: "day",
		// The remainder of a time before 1970 is negative.
		selected: "created - (created % " + microsPerDay + " + " + microsPerDay + ") % " + microsPerDay + " AS day",
		read:     func(r *row, c *ticket.Count) { c.Day = time.UnixMicro(r.Int()).UTC() },
	},
}

// CountBy implements ticket.Store.
func (s tickets) CountBy(
	ctx context.Context, scope ticket.Scope, f ticket.Filter, by []ticket.Dimension, limit int,
) ([]ticket.Count, error) {
	if len(by) == 0 {
		n, err := s.Count(ctx, scope, f)
		if err != nil {
			return nil, err
		}
		return []ticket.Count{{Tickets: n}}, nil
	}
	if f.IsEmpty() {
		return nil, nil
	}
	scope, err := s.x.expandGrants(ctx, scope, len(f.IDs) > 0)
	if err != nil {
		return nil, err
	}
	q := countingBy(s.x.store.o.Dialect.matches(scope, f), by, limit)
	q.slow = s.x.store.slowList(f, ticket.ByID)
	return list(ctx, s.x, "count tickets", q, func(r *row) (c ticket.Count) {
		for _, d := range by {
			countedBy[d].read(r, &c)
		}
		c.Tickets = integer(r)
		return c
	})
}

// countingBy is the statement that counts the tickets which fulfil a condition.
func countingBy(c cond, by []ticket.Dimension, limit int) statement {
	var selected, columns, sorted []string
	for _, d := range by {
		one := countedBy[d]
		columns = append(columns, one.column)
		if one.selected == "" {
			one.selected = one.column
		}
		selected = append(selected, one.selected)
		if one.nullable {
			sorted = append(sorted, one.column+" IS NULL")
		}
		sorted = append(sorted, one.column)
	}
	kind := "count by " + strings.Join(columns, ",")
	return reading(ticketTable.name, kind, c, order{by: strings.Join(sorted, ", "), limit: limit}, func() sq.SelectBuilder {
		return sq.Select(slices.Concat(selected, []string{"COUNT(*)"})...).From(ticketTable.name).GroupBy(columns...)
	})
}
