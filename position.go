package helpdesk

import (
	"strings"
	"time"

	"github.com/go-helpdesk/helpdesk/followup"
)

// position is where an element is in a list. What a list is not sorted by is zero.
type position struct {
	date time.Time
	name string
	id   int64
}

// newer is the order of lists whose highest id comes first.
func newer(a, b position) bool { return a.id > b.id }

// earlier is the order by date, then id.
func earlier(a, b position) bool { return a.date.Before(b.date) || a.date.Equal(b.date) && a.id < b.id }

// comparedName is how many bytes of a filename every store compares.
const comparedName = 1020

// alphabetical is the order by filename, as far as every store compares it.
func alphabetical(a, b position) bool {
	return strings.Compare(a.name[:min(len(a.name), comparedName)], b.name[:min(len(b.name), comparedName)]) < 0 ||
		a.name == b.name && a.id < b.id
}

func atDate(p position) followup.Position { return followup.Position{Date: p.date, ID: p.id} }

func atName(p position) followup.AttachmentPosition {
	return followup.AttachmentPosition{Filename: p.name, ID: p.id}
}

func keyOfFollowUp(f *followup.FollowUp) position { return position{date: f.Date, id: f.ID} }
