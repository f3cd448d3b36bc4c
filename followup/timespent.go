package followup

// TimeSpent is an amount of work in microseconds. It may be negative.
type TimeSpent int64
