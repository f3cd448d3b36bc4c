package helpdesk_test

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/webhook"
)

// TestALateAnswerSaysNothingOfANewURL: neither 410 nor a failure of the old receiver.
func TestALateAnswerSaysNothingOfANewURL(t *testing.T) {
	t.Parallel()
	d := newRunDesk(t)
	arrived, release := make(chan struct{}, 9), make(chan struct{})
	old := d.newReceiver(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
		arrived <- struct{}{}
		<-release
		w.WriteHeader(http.StatusGone)
	})
	r := d.newReceiver(t, taking)
	w := d.hook(t, old)
	start(t, d.Desk)
	d.created(t, 1)
	<-arrived
	must(d.UpdateWebhook(t.Context(), d.admin, w.ID, func(w *webhook.Webhook) error { w.URL = r.URL; return nil }))(t)
	close(release)
	d.eventually(t, "for the new receiver", func() bool { return len(r.messages()) == 1 })
	equal(t, r.messages()[0].id, old.messages()[0].id)
	d.eventually(t, "for its answer", func() bool { return d.deliveries(t, w)[0].State == webhook.Succeeded })
	equal(t, len(d.deliveries(t, w)[0].Attempts), 2)
	equal(t, d.shown(t, w).Active, true)
}

// TestAWebhookThatChangesItsTypesMissesNothing that happens from then on, even if the change
// is made while events are prepared.
func TestAWebhookThatChangesItsTypesMissesNothing(t *testing.T) {
	t.Parallel()
	var armed atomic.Bool
	var change func()
	d := newRunDesk(t, func(query string) {
		if strings.Contains(query, "COUNT(*)") && strings.Contains(query, "helpdesk_delivery") && armed.CompareAndSwap(true, false) {
			change()
		}
	})
	r := d.newReceiver(t, taking)
	w := d.hook(t, r, func(w *webhook.Webhook) { w.Types = []string{"user.*"} })
	change = func() {
		_, err := d.UpdateWebhook(t.Context(), d.admin, w.ID, func(w *webhook.Webhook) error { w.Types = []string{"ticket.*"}; return nil })
		if err != nil {
			t.Error(err)
		}
		d.ticket(t)
	}
	armed.Store(true)
	start(t, d.Desk)
	d.eventually(t, "for the ticket", func() bool { return len(r.messages()) == 1 })
}

// TestThereIsALimitOfWebhooks: each costs a process that runs something.
func TestThereIsALimitOfWebhooks(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	hook := &webhook.Webhook{URL: "https://example.org/"}
	for range helpdesk.MaxWebhooks {
		must(d.CreateWebhook(t.Context(), d.admin, hook))(t)
	}
	_, err := d.CreateWebhook(t.Context(), d.admin, hook)
	is(t, err, helpdesk.ErrManyWebhooks)
}

// TestOnlyAnotherURLEndsAPause that a receiver has asked for.
func TestOnlyAnotherURLEndsAPause(t *testing.T) {
	t.Parallel()
	d := newRunDesk(t)
	r := d.newReceiver(t, answering(http.StatusTooManyRequests))
	w := d.hook(t, r)
	start(t, d.Desk)
	d.created(t, 1)
	d.attempts(t, w, 1)
	edit := func(change func(*webhook.Webhook)) bool {
		t.Helper()
		w := must(d.UpdateWebhook(t.Context(), d.admin, w.ID, func(w *webhook.Webhook) error { change(w); return nil }))(t)
		return w.PausedUntil.IsZero()
	}
	equal(t, edit(func(w *webhook.Webhook) { w.Description = "x" }), false)
	equal(t, edit(func(w *webhook.Webhook) { w.URL += "/x" }), true)
}
