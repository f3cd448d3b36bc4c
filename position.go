package helpdesk

import (
	"strings"
	"time"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// position is the keyset of an element: what its list is sorted by. The other fields are
// zero.
type position struct {
	date time.Time
	name string
	id   int64

	ticket ticket.Position // of a ticket
}

// earlier orders by date, then id.
func earlier(a, b position) bool { return a.date.Before(b.date) || a.date.Equal(b.date) && a.id < b.id }

// maxComparedName is how many bytes of a filename every store compares.
const maxComparedName = 1020

// alphabetical orders by filename, as far as every store compares it.
func alphabetical(a, b position) bool {
	return strings.Compare(a.name[:min(len(a.name), maxComparedName)], b.name[:min(len(b.name), maxComparedName)]) < 0 ||
		a.name == b.name && a.id < b.id
}

func atDate(p position) followup.Position { return followup.Position{Date: p.date, ID: p.id} }

func atName(p position) followup.AttachmentPosition {
	return followup.AttachmentPosition{Filename: p.name, ID: p.id}
}

func keyOfFollowUp(f *followup.FollowUp) position { return position{date: f.Date, id: f.ID} }
