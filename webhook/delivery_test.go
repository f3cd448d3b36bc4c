package webhook_test

import (
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk/webhook"
)

// TestSettle checks what becomes of a delivery, and of its webhook, for each judgement of an
// attempt.
func TestSettle(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	most := 0 // failures after which there is no other attempt
	for ok := true; ok; most++ {
		_, ok = webhook.Delay(most+1, 0)
	}
	type delivery struct {
		state    webhook.State
		failures int
	}
	almost, exhausted := delivery{webhook.Pending, most - 1}, delivery{webhook.Pending, most}
	for name, c := range map[string]struct {
		before, after delivery
		verdict       webhook.Verdict
		reason        webhook.Reason
		later         bool
	}{
		"taken":                {delivery{webhook.Pending, 3}, delivery{webhook.Succeeded, 0}, webhook.Delivered, "", false},
		"failed":               {delivery{webhook.Pending, 0}, delivery{webhook.Pending, 1}, webhook.Failed, "", true},
		"exhausted":            {almost, exhausted, webhook.Failed, webhook.Exhausted, false},
		"gone":                 {delivery{webhook.Pending, 0}, delivery{webhook.Abandoned, 1}, webhook.Gone, webhook.ReceiverGone, false},
		"taken after its end":  {delivery{webhook.Abandoned, 2}, delivery{webhook.Succeeded, 0}, webhook.Delivered, "", false},
		"failed after its end": {delivery{webhook.Abandoned, 2}, delivery{webhook.Abandoned, 2}, webhook.Failed, "", false},
		"gone after its end":   {delivery{webhook.Succeeded, 0}, delivery{webhook.Succeeded, 0}, webhook.Gone, webhook.ReceiverGone, false},
	} {
		d := webhook.Delivery{State: c.before.state, Failures: c.before.failures, Due: now}
		reason := d.Settle(webhook.Judgement{Verdict: c.verdict}, now, 0)
		if got := (delivery{d.State, d.Failures}); got != c.after || reason != c.reason || d.Due.After(now) != c.later {
			t.Errorf("%s: got %v, due at %v, reason %q; want %v, %q", name, got, d.Due, reason, c.after, c.reason)
		}
	}
}
