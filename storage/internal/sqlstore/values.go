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
	byID := make(map[int64]*ticket.Ticket, len(tickets))
	for _, t := range tickets {
		byID[t.ID] = t
	}
	from := 0
	for _, p := range v.parts {
		if t := byID[p.ticketID]; t != nil {
			t.Values = v.all[from:p.end:p.end]
		}
		from = p.end
	}
}
