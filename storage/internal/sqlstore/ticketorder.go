package sqlstore

import (
	"slices"

	"github.com/go-helpdesk/helpdesk/ticket"
)

// sorting is the order of a list of tickets in SQL.
type sorting struct {
	column   string
	nullable bool // tickets without a value come last
	text     bool
	desc     bool
	back     bool // the list is read from its end, where tickets without a value come first
}

// sortingOf is the order of a query.
func sortingOf(q ticket.Query) sorting {
	s := sorting{column: string(q.Order.By), desc: q.Order.Descending != q.Backward, back: q.Backward}
	switch q.Order.By {
	case "":
		s.column = "id"
	case ticket.ByQueue:
		s.column = "queue_id"
	case ticket.ByAssignedTo, ticket.ByDueDate:
		s.nullable = true
	case ticket.ByTitle:
		s.text = true
	}
	return s
}

func (s sorting) direction() string {
	if s.desc {
		return " DESC"
	}
	return ""
}

// by is what ORDER BY has.
func (s sorting) by() string {
	if s.column == "id" {
		return "id" + s.direction()
	}
	by := s.column + s.direction() + ", id" + s.direction()
	if !s.nullable {
		return by
	}
	none := s.column + " IS NULL"
	if s.back {
		none += " DESC"
	}
	return none + ", " + by
}

// following is the condition that a ticket comes after a position.
func (s sorting) following(p *ticket.Position) cond {
	if p == nil {
		return cond{}
	}
	if !s.nullable {
		return s.followingValue(p)
	}
	if p.None {
		c := is(s.column + " IS NULL").and(s.followingID(p.ID))
		if s.back {
			c = or(c, is(s.column+" IS NOT NULL"))
		}
		return c
	}
	if s.back {
		return s.followingValue(p)
	}
	return or(s.followingValue(p), is(s.column+" IS NULL"))
}

func (s sorting) followingID(id int64) cond {
	if s.desc {
		return is("id < ?", id)
	}
	return is("id > ?", id)
}

// followingValue is following among the tickets with a value. A database enters an index
// there, which it would not for `column > ? OR column = ? AND id > ?`.
func (s sorting) followingValue(p *ticket.Position) cond {
	if s.column == "id" {
		return s.followingID(p.ID)
	}
	sign := ">"
	if s.desc {
		sign = "<"
	}
	value := any(p.Number)
	if s.text {
		value = p.Text
	}
	return is(s.column+" "+sign+"= ? AND ("+s.column+" "+sign+" ? OR id "+sign+" ?)", value, value, p.ID)
}

// arrange puts tickets in an order, or in the reversed one.
func arrange(all []*ticket.Ticket, o ticket.Order, backward bool) {
	slices.SortFunc(all, func(a, b *ticket.Ticket) int {
		if backward {
			a, b = b, a
		}
		return o.Compare(o.Of(a), o.Of(b))
	})
}
