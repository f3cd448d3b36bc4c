package sqlstore

import "github.com/go-helpdesk/helpdesk/ticket"

const valueTable = "helpdesk_value"

// valuesOf is the statement that reads the custom values that fulfil a condition,
// those of a ticket together.
func valuesOf(c cond, lock string) statement {
	return selecting("ticket_id, field_id, value", valueTable, c, order{by: "ticket_id, field_id", lock: lock})
}

// values are custom values of tickets.
type values struct {
	all   ticket.Values
	parts []valuePart
}

// valuePart is where those of a ticket end.
type valuePart struct {
	ticketID int64
	end      int
}

func (v *values) read(r *row) error {
	id, value := r.Int(), ticket.Value{Field: r.Int()}
	value.Text, value.Null = r.MaybeText()
	v.all = append(v.all, value)
	if last := len(v.parts) - 1; last < 0 || v.parts[last].ticketID != id {
		v.parts = append(v.parts, valuePart{ticketID: id})
	}
	v.parts[len(v.parts)-1].end = len(v.all)
	return nil
}

// give gives the tickets their values.
func (v *values) give(tickets []*ticket.Ticket) {
	at, from := cursor{tickets: tickets}, 0
	for _, p := range v.parts {
		if i := at.find(p.ticketID); i >= 0 {
			tickets[i].Values = v.all[from:p.end:p.end]
		}
		from = p.end
	}
}

// cursor finds tickets by their ids, at once when they are asked for in their order.
type cursor struct {
	tickets []*ticket.Ticket
	at      int
}

// find is the place of a ticket, -1 where it is not there.
func (c *cursor) find(id int64) int {
	for range c.tickets {
		if c.tickets[c.at].ID == id {
			return c.at
		}
		c.at = (c.at + 1) % len(c.tickets)
	}
	return -1
}
