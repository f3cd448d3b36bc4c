package ticket

import "strings"

// Status is where a ticket stands.
type Status int

// The statuses, with the numbers of the wire format.
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

// Label is the status in words, "" when it is not valid.
func (s Status) Label() string {
	if !s.Valid() {
		return ""
	}
	return statusLabels[s]
}

func (s Status) String() string { return s.Label() }

// StatusByLabel finds a status by its label, letter case aside.
func StatusByLabel(label string) (Status, bool) {
	for _, s := range Statuses() {
		if strings.EqualFold(label, s.Label()) {
			return s, true
		}
	}
	return 0, false
}
