package ticket

// Priority is how urgent a ticket is, 1 being most urgent.
type Priority int

// The priorities, with the numbers of the wire format.
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

// Label is the priority in words, "" when it is not valid.
func (p Priority) Label() string {
	if !p.Valid() {
		return ""
	}
	return priorityLabels[p]
}

func (p Priority) String() string { return p.Label() }
