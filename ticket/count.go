package ticket

import (
	"slices"
	"time"
)

// Dimension is a property of tickets that they are counted by.
type Dimension string

// The dimensions, by their names on the wire.
const (
	CountByStatus     Dimension = "status"
	CountByQueue      Dimension = "queue"
	CountByAssignedTo Dimension = "assigned_to"
	CountByPriority   Dimension = "priority"
	CountByDay        Dimension = "day" // the day of creation, in UTC
)

// Dimensions lists every dimension.
func Dimensions() []Dimension {
	return []Dimension{CountByStatus, CountByQueue, CountByAssignedTo, CountByPriority, CountByDay}
}

// Valid reports whether d is one of the dimensions.
func (d Dimension) Valid() bool { return slices.Contains(Dimensions(), d) }

// Count is how many tickets have the same values. A field is zero where the tickets were
// not counted by it.
type Count struct {
	Status     Status
	Queue      int64
	AssignedTo *int64 // nil also where nobody is assigned
	Priority   Priority
	Day        time.Time // the beginning of the day, in UTC
	Tickets    int
}

// Day returns the beginning of the day in UTC that a time is in.
func Day(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }
