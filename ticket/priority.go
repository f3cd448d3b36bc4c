package ticket

// Priority is the urgency of a ticket. 1 is the most urgent.
type Priority int

// The priorities, with their numbers in the API.
const (
	Critical Priority = iota + 1
	High
	Normal
	Low
	VeryLow
)

var priorityLabels = [...]string{Critical: "Critical", High: "High", Normal: "Normal", Low: "Low", VeryLow: "Very Low"}

// Priorities lists every priority in order.
func Priorities() []Priority { return []Priority{Critical, High, Normal, Low, VeryLow} }

// Valid reports whether p is one of the priorities.
func (p Priority) Valid() bool { return p >= Critical && p <= VeryLow }

// Label returns the name of the priority, or "" if it is not valid.
func (p Priority) Label() string {
	if !p.Valid() {
		return ""
	}
	return priorityLabels[p]
}

// String returns the Label.
func (p Priority) String() string { return p.Label() }
