package helpdesk_test

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
	"github.com/go-helpdesk/helpdesk/webhook"
)

func TestRunDeliversEachEventOnceAndSigned(t *testing.T) {
	t.Parallel()
	d := newRunDesk(t)
	d.created(t, 1) // before there is a webhook
	r := d.newReceiver(t, taking)
	w := d.hook(t, r)
	d.created(t, 1)
	stop := start(t, d.Desk)
	d.attempts(t, w, 1)
	d.created(t, 2)
	all := d.attempts(t, w, 3)
	stop()
	messages := r.messages()
	eachOnce(t, messages, 3)
	for _, m := range messages {
		var body struct{ Type string }
		check(t, json.Unmarshal([]byte(m.body), &body))
		equal(t, body.Type, "ticket.created")
		equal(t, m.signed(t, w.Secrets.Current), true)
	}
	for _, v := range all {
		equal(t, v.State, webhook.Succeeded)
		equal(t, v.Attempts[0].Status, http.StatusOK)
		equal(t, v.Attempts[0].Error, "")
	}
	equal(t, d.log.String(), "")
}

// TestRunRetriesAFailedMessage after its delay, with the same id. Other messages are sent
// meanwhile.
func TestRunRetriesAFailedMessage(t *testing.T) {
	t.Parallel()
	d := newRunDesk(t)
	r := d.newReceiver(t, failing(2))
	w := d.hook(t, r)
	start(t, d.Desk)
	d.created(t, 1)
	first := d.attempts(t, w, 1)[0]
	for i, delay := range webhook.Delays()[:2] {
		equal(t, first.State, webhook.Pending)
		equal(t, first.Failures, i+1)
		wait := first.Due.Sub(d.clock.now())
		if wait < delay || wait > delay*11/10 {
			t.Errorf("the next attempt is in %s, want %s and a little", wait, delay)
		}
		d.clock.move(wait - time.Microsecond)
		d.created(t, 1)
		all := d.attempts(t, w, 2*i+2)
		equal(t, all[0].State, webhook.Succeeded)
		equal(t, len(all[i+1].Attempts), i+1)
		d.clock.move(time.Microsecond)
		first = d.attempts(t, w, 2*i+3)[i+1]
	}
	equal(t, first.State, webhook.Succeeded)
	equal(t, first.Failures, 0)
	got := r.messages()
	for i, same := range []bool{true, false, true, false, true} {
		equal(t, got[i].id == got[0].id, same)
		equal(t, got[i].body == got[0].body, same)
	}
}

// TestAReceiverThatIsGoneDisablesItsWebhook, and nothing more is sent to it.
func TestAReceiverThatIsGoneDisablesItsWebhook(t *testing.T) {
	t.Parallel()
	d := newRunDesk(t)
	r := d.newReceiver(t, answering(http.StatusGone))
	w := d.hook(t, r)
	d.created(t, 20)
	_, end := eventsAfter(t, d.Events, d.admin, 0)
	stop := start(t, d.Desk)
	d.eventually(t, "for the webhook to be disabled", func() bool { return !d.shown(t, w).Active })
	stop()
	equal(t, d.shown(t, w).Disabled, webhook.ReceiverGone)
	attempts := 0
	for _, v := range d.deliveries(t, w) {
		equal(t, v.State, webhook.Abandoned)
		attempts += len(v.Attempts)
	}
	if n := len(r.messages()); n > 4 || n != attempts {
		t.Errorf("%d messages were sent and %d attempts stored, want at most 4", n, attempts)
	}
	d.disabled(t, end, w, webhook.ReceiverGone)
}

// disabled checks that one event and one line of the log say that a webhook was disabled.
func (d *runDesk) disabled(t *testing.T, after int64, w *webhook.Webhook, why webhook.Reason) {
	t.Helper()
	found, _ := eventsAfter(t, d.Events, d.admin, after)
	n := 0
	for _, e := range found {
		if e.Type == "webhook.updated" && e.Object.ID == w.ID {
			n++
		}
	}
	equal(t, n, 1)
	equal(t, strings.Count(d.log.String(), `msg="helpdesk: webhook disabled"`), 1)
	equal(t, strings.Contains(d.log.String(), "webhook="+strconv.FormatInt(w.ID, 10)+" reason="+string(why)), true)
}

// TestTheTenthFailureDisablesTheWebhook. What waits is sent once it is active again.
func TestTheTenthFailureDisablesTheWebhook(t *testing.T) {
	t.Parallel()
	d := newRunDesk(t)
	r := d.newReceiver(t, failing(webhook.MaxAttempts))
	w := d.hook(t, r)
	_, end := eventsAfter(t, d.Events, d.admin, 0)
	stop := start(t, d.Desk)
	d.created(t, 1)
	for i := range webhook.MaxAttempts {
		equal(t, d.shown(t, w).Active, true)
		d.attempts(t, w, i+1)
		d.clock.move(27 * time.Hour)
	}
	d.eventually(t, "for the webhook to be disabled", func() bool { return !d.shown(t, w).Active })
	equal(t, d.shown(t, w).Disabled, webhook.Exhausted)
	equal(t, d.deliveries(t, w)[0].State, webhook.Pending)
	d.created(t, 1)
	must(d.UpdateWebhook(t.Context(), d.admin, w.ID, func(w *webhook.Webhook) error { w.Active = true; return nil }))(t)
	d.eventually(t, "for what waited", func() bool {
		all := d.deliveries(t, w)
		return len(all) == 2 && all[0].State == webhook.Succeeded && all[1].State == webhook.Succeeded
	})
	stop()
	equal(t, d.shown(t, w).Disabled, webhook.Reason(""))
	found, _ := eventsAfter(t, d.Events, d.admin, end)
	updates := 0
	for _, e := range found {
		if e.Type == "webhook.updated" {
			updates++
		}
	}
	equal(t, updates, 2)
	equal(t, strings.Count(d.log.String(), "reason=exhausted"), 1)
}

// TestAReceiverThatIsOverloadedGetsNothingForAWhile: no other message either.
func TestAReceiverThatIsOverloadedGetsNothingForAWhile(t *testing.T) {
	t.Parallel()
	const pause = 10 * time.Minute
	d := newRunDesk(t)
	r := d.newReceiver(t, func(n int, w http.ResponseWriter, _ *http.Request) {
		if n == 1 {
			w.Header().Set("Retry-After", "600")
			w.WriteHeader(http.StatusTooManyRequests)
		}
	})
	w := d.hook(t, r)
	began := d.clock.now()
	start(t, d.Desk)
	d.created(t, 1)
	equal(t, d.attempts(t, w, 1)[0].Failures, 1)
	equal(t, d.shown(t, w).PausedUntil, began.Add(pause))
	equal(t, d.shown(t, w).Version, w.Version)
	for range 3 { // prepared, one by one, in the pause
		before := len(d.deliveries(t, w))
		d.created(t, 1)
		d.eventually(t, "for a delivery", func() bool { return len(d.deliveries(t, w)) > before })
	}
	d.clock.move(pause - time.Second)
	d.created(t, 1)
	d.eventually(t, "for a delivery", func() bool { return len(d.deliveries(t, w)) == 5 })
	d.clock.move(time.Second)
	d.attempts(t, w, 6)
	for _, m := range r.messages()[1:] {
		equal(t, m.at, began.Add(pause))
	}
}

// TestRunSendsOnlyWhatTheOwnerMayRead, and disables the webhook of an owner who may not have
// it any more.
func TestRunSendsOnlyWhatTheOwnerMayRead(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*user.User) error{
		"no permission":   func(u *user.User) error { u.Permissions = nil; return nil },
		"no staff":        func(u *user.User) error { u.Staff = false; return nil },
		"not active":      func(u *user.User) error { u.Active = false; return nil },
		"still permitted": func(u *user.User) error { u.Email = "new@example.com"; return nil },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newRunDesk(t)
			owner := d.add(t, user.User{Username: "owner", Active: true, Staff: true,
				Permissions: []user.Permission{helpdesk.ManageWebhooks}})
			r := d.newReceiver(t, taking)
			w := must(d.CreateWebhook(t.Context(), owner, &webhook.Webhook{URL: r.URL, Active: true, Types: []string{"ticket.created"}}))(t)
			stop := start(t, d.Desk)
			d.created(t, 1)
			d.attempts(t, w, 1)
			_, end := eventsAfter(t, d.Events, d.admin, 0)
			must(d.UpdateUser(t.Context(), d.admin, owner.ID, change))(t)
			d.created(t, 1)
			if name == "still permitted" {
				d.attempts(t, w, 2)
				return
			}
			d.eventually(t, "for the webhook to be disabled", func() bool { return !d.shown(t, w).Active })
			stop()
			equal(t, d.shown(t, w).Disabled, webhook.OwnerLost)
			eachOnce(t, r.messages(), 1)
			d.disabled(t, end, w, webhook.OwnerLost)
		})
	}
}

func TestRunSendsWhatTheWebhookAsksFor(t *testing.T) {
	t.Parallel()
	d := newRunDesk(t)
	r := d.newReceiver(t, taking)
	everything := d.hook(t, r, func(w *webhook.Webhook) { w.Types = nil })
	queue := d.hook(t, r, func(w *webhook.Webhook) { w.QueueIDs = []int64{d.billing.ID} })
	updates := d.hook(t, r, func(w *webhook.Webhook) { w.Types, w.QueueIDs = []string{"ticket.updated"}, []int64{d.billing.ID} })
	idle := d.hook(t, r, func(w *webhook.Webhook) { w.Active = false })
	start(t, d.Desk)
	d.created(t, 1)
	moved := d.ticket(t)
	d.ticket(t, inQueue(d.billing.ID))
	check(t, renameTo(t.Context(), d.Desk, d.admin, moved.ID, "still in support"))
	must(d.UpdateTicket(t.Context(), d.admin, moved.ID, func(n *ticket.Ticket) error { n.QueueID = d.billing.ID; return nil }))(t)
	for w, want := range map[*webhook.Webhook]string{
		queue:   "ticket.created",
		updates: "ticket.updated",
		// The other webhooks were made after it.
		everything: "webhook.created webhook.created webhook.created ticket.created ticket.created ticket.created " +
			"ticket.updated ticket.updated",
	} {
		d.attempts(t, w, len(strings.Fields(want)))
		var types []string
		for _, v := range d.deliveries(t, w) {
			types = append([]string{v.Type}, types...)
		}
		equal(t, strings.Join(types, " "), want)
	}
	equal(t, len(d.deliveries(t, idle)), 0)
}
