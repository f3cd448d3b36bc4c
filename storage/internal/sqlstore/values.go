package sqlstore

import (
	"math"

	"github.com/go-helpdesk/helpdesk/storage/internal/direct"
	"github.com/go-helpdesk/helpdesk/ticket"
)

const valueTable = "helpdesk_value"

// valuesOf is the statement that reads the custom values that fulfil a condition,
// those of a ticket together.
func valuesOf(c cond, lock string, s short) statement {
	columns := "ticket_id, field_id, value"
	if s.long {
		columns = shortValue
	}
	o := order{by: "ticket_id, field_id", lock: lock}
	if lock == "" {
		o.limit = math.MaxInt // a union keeps the order of a part with a limit
	}
	q := selecting(columns, valueTable, c, o)
	if lock == "" {
		q.columns = 3
	}
	q.maxText = s.maxText
	return q
}

var shortValue = "ticket_id, field_id, " + shortText("value")

// values are custom values of tickets.
type values struct {
	meter *meter // that the rows must fit; nil is none
	all   ticket.Values
	ends  []valuesEnd
}

// valuesEnd is where the values of a ticket end.
type valuesEnd struct {
	ticketID int64
	end      int
}

func (v *values) read(r *row) error {
	if !v.meter.fits(r) {
		return direct.ErrEnough
	}
	id, value := r.Int(), ticket.Value{Field: r.Int()}
	value.Text, value.Null = r.MaybeText()
	v.all = append(v.all, value)
	if last := len(v.ends) - 1; last < 0 || v.ends[last].ticketID != id {
		v.ends = append(v.ends, valuesEnd{ticketID: id})
	}
	v.ends[len(v.ends)-1].end = len(v.all)
	return nil
}

// give gives the tickets their values.
func (v *values) give(tickets []*ticket.Ticket) {
	at, from := cursor{tickets: tickets}, 0
	for _, e := range v.ends {
		if i := at.find(e.ticketID); i >= 0 {
			tickets[i].Values = v.all[from:e.end:e.end]
		}
		from = e.end
	}
}

// cursor finds tickets by their ids, in one step when they are asked for in order.
type cursor struct {
	tickets []*ticket.Ticket
	at      int
}

// find returns the index of a ticket, or -1.
func (c *cursor) find(id int64) int {
	for range c.tickets {
		if c.tickets[c.at].ID == id {
			return c.at
		}
		c.at = (c.at + 1) % len(c.tickets)
	}
	return -1
}
