package webhook

import (
	"slices"
	"time"
)

// Delivery is one event that is sent to one webhook, or a test of it.
type Delivery struct {
	ID        int64
	WebhookID int64
	MessageID string    // see Message
	EventID   int64     // 0 for a test
	Position  int64     // of the event; 0 for a test
	Type      string    // of the event; TestType for a test
	State     State     // whether it is waiting, or how it ended
	Created   time.Time // when it was prepared
	Due       time.Time // when the next attempt is made, while it is pending
	Failures  int       // attempts that failed in a row since it was prepared or retried by hand

	// Attempts are the last attempts, the oldest first, at most MaxAttempts of them.
	Attempts []Attempt
}

// TestType is the type of the message that tests a webhook.
const TestType = "webhook.test"

// State is how far a delivery has come.
type State string

// The states.
const (
	Pending   State = "pending"   // an attempt will be made when it is due
	Succeeded State = "succeeded" // the receiver has taken it
	Abandoned State = "abandoned" // there will be no other attempt, unless somebody asks for one
)

// States returns every state.
func States() []State { return []State{Pending, Succeeded, Abandoned} }

// Attempt is one attempt to send a message.
type Attempt struct {
	Time     time.Time     // when it began
	Status   int           // HTTP status code of the answer, 0 for none
	Duration time.Duration // until its end
	Error    string        // why there was no answer, "" if there was one
}

// Record adds an attempt, and forgets the oldest of more than MaxAttempts.
func (d *Delivery) Record(a Attempt) {
	all := append(slices.Clone(d.Attempts), a)
	d.Attempts = all[max(0, len(all)-MaxAttempts):]
}

// Settle changes a delivery by the judgement of an attempt that ended at now. random is
// that of Delay. It returns why the webhook is to be disabled, or "" if it is not. A
// delivery that ended during the attempt is changed by success alone.
func (d *Delivery) Settle(j Judgement, now time.Time, random float64) Reason {
	pending := d.State == Pending
	action, delay := j.Next(d.Failures+1, random)
	switch {
	case action == Done:
		d.State, d.Failures = Succeeded, 0
	case !pending:
	case action == Retry:
		d.Failures++
		d.Due = now.Add(delay)
	case j.Verdict == Gone:
		d.Failures++
		d.State = Abandoned
	default: // it waits for the time when somebody makes the webhook active again
		d.Failures++
	}
	switch {
	case j.Verdict == Gone:
		return ReceiverGone
	case pending && action == Disable:
		return Exhausted
	}
	return ""
}
