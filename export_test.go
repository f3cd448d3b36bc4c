package helpdesk

import "time"

// Change is a change as tests see it.
type Change struct {
	Kind, Object  string
	ID, TicketID  int64
	Before, After any
}

// Observe returns the same desk, which calls fn with the changes of each use case before
// they are committed.
func Observe(d *Desk, fn func([]Change)) *Desk {
	observed := *d
	observed.observe = func(all []change) {
		seen := make([]Change, len(all))
		for i, c := range all {
			seen[i] = Change{string(c.verb), string(c.object.Kind), c.object.ID, c.object.ticketID, c.before, c.after}
		}
		fn(seen)
	}
	return &observed
}

// WaitForRequests sets how long a request waits for another one with its key.
func WaitForRequests(d *Desk, wait time.Duration) { d.running.wait = wait }
