package helpdesk

import (
	"math/rand/v2"
	"time"

	"github.com/go-helpdesk/helpdesk/webhook"
)

// judge changes a delivery as an attempt was judged. It returns why its webhook is to be
// disabled, "" if it is not. A delivery may have ended during the attempt, and only success
// changes it then.
func judge(v *webhook.Delivery, j webhook.Judgement, now time.Time) webhook.Reason {
	pending := v.State == webhook.Pending
	action, delay := j.Next(v.Failures+1, rand.Float64())
	switch {
	case action == webhook.Done:
		v.State, v.Failures = webhook.Succeeded, 0
	case !pending:
	case action == webhook.Retry:
		v.Failures++
		v.Due = now.Add(delay)
	case j.Verdict == webhook.Gone:
		v.Failures++
		v.State = webhook.Abandoned
	default: // it waits for the time when somebody makes the webhook active again
		v.Failures++
	}
	switch {
	case j.Verdict == webhook.Gone:
		return webhook.ReceiverGone
	case pending && action == webhook.Disable:
		return webhook.Exhausted
	}
	return ""
}
