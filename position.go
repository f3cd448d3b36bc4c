package helpdesk

import (
	"strings"
	"time"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// position is the keyset of an element: what its list is sorted by. The other fields are
// zero. The zero position is the start of a list.
type position struct {
	id     int64
	number int64 // a time is in microseconds
	text   string
	none   bool // it has no value, so that it comes last
}

// inOrder compares positions in the order of a list: those with a value first, by the
// value, then by id.
func inOrder(descending bool) func(a, b position) bool {
	return func(a, b position) bool {
		if a.none != b.none {
			return b.none
		}
		if descending {
			a, b = b, a
		}
		switch {
		case a.number != b.number:
			return a.number < b.number
		case a.text != b.text:
			return a.text < b.text
		}
		return a.id < b.id
	}
}

// maxComparedName is how many bytes of a filename every store compares.
const maxComparedName = 1020

// alphabetical orders by filename, as far as every store compares it.
func alphabetical(a, b position) bool {
	return strings.Compare(a.text[:min(len(a.text), maxComparedName)], b.text[:min(len(b.text), maxComparedName)]) < 0 ||
		a.text == b.text && a.id < b.id
}

// orderName names an order for cursors, as in a parameter of the API.
func orderName(by string, descending bool) string {
	if descending {
		return "-" + by
	}
	return by
}

func atDate(p position) followup.Position {
	if p == (position{}) {
		return followup.Position{}
	}
	return followup.Position{Date: time.UnixMicro(p.number).UTC(), ID: p.id}
}

func atFilename(p position) followup.AttachmentPosition {
	return followup.AttachmentPosition{Filename: p.text, ID: p.id}
}

func atName(p position) user.Position { return user.Position{Name: p.text, ID: p.id} }

// positionOf is where a follow-up is in an order.
func positionOf(o followup.Order, date time.Time, id int64) position {
	if o.By == followup.ByID {
		return position{id: id}
	}
	return position{number: date.UnixMicro(), id: id}
}

func positionOfTicket(p ticket.Position) position { return position{p.ID, p.Number, p.Text, p.None} }

func atTicket(p position) ticket.Position {
	return ticket.Position{ID: p.id, Number: p.number, Text: p.text, None: p.none}
}
