package ticket

import "strings"

// Status is the state of a ticket.
type Status int

// The statuses, with their numbers in the API.
const (
	Open Status = iota + 1
	Reopened
	Resolved
	Closed
	Duplicate
)

var statusLabels = [...]string{Open: "Open", Reopened: "Reopened", Resolved: "Resolved", Closed: "Closed", Duplicate: "Duplicate"}

// Statuses lists every status in order.
func Statuses() []Status { return []Status{Open, Reopened, Resolved, Closed, Duplicate} }

// Valid reports whether s is one of the statuses.
func (s Status) Valid() bool { return s >= Open && s <= Duplicate }

// Label returns the name of the status, or "" if it is not valid.
func (s Status) Label() string {
	if !s.Valid() {
		return ""
	}
	return statusLabels[s]
}

// String returns the Label.
func (s Status) String() string { return s.Label() }

// StatusByLabel returns the status with this label, in any letter case. It returns
// false if there is none.
func StatusByLabel(label string) (Status, bool) {
	for _, s := range Statuses() {
		if strings.EqualFold(label, s.Label()) {
			return s, true
		}
	}
	return 0, false
}
