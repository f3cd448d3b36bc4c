package helpdesk_test

import (
	"context"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/event"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/webhook"
)

func TestRunNeedsADeskOfNewWithABody(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	if err := d.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "Config.Webhooks.Body") {
		t.Errorf("got %v", err)
	}
	r := newRunDesk(t)
	if err := r.With(r.store).Run(t.Context()); err == nil || !strings.Contains(err.Error(), "New") {
		t.Errorf("got %v", err)
	}
	check(t, r.Atomically(t.Context(), func(inner *helpdesk.Desk) error {
		if err := inner.Run(t.Context()); err == nil {
			t.Error("it runs within Atomically")
		}
		return nil
	}))
}

// TestASlowReceiverDelaysNoOther, and no other message of its own that was sent with it.
func TestASlowReceiverDelaysNoOther(t *testing.T) {
	t.Parallel()
	d := newRunDesk(t)
	release := make(chan struct{})
	slow := d.newReceiver(t, func(n int, _ http.ResponseWriter, r *http.Request) {
		select {
		case <-release:
		case <-r.Context().Done():
		}
	})
	quick := d.newReceiver(t, taking)
	waiting, w := d.hook(t, slow), d.hook(t, quick)
	stop := start(t, d.Desk)
	d.created(t, 1)
	slow.wait(t, d, 1)
	d.attempts(t, w, 1)
	d.created(t, 5)
	d.attempts(t, w, 6)
	equal(t, len(slow.messages()), 1) // it has not answered
	close(release)
	d.eventually(t, "for the slow receiver", func() bool {
		return !slices.ContainsFunc(d.deliveries(t, waiting), func(v *webhook.Delivery) bool { return v.State != webhook.Succeeded })
	})
	stop()
	eachOnce(t, quick.messages(), 6)
}

func TestRunFollowsNoRedirect(t *testing.T) {
	t.Parallel()
	d := newRunDesk(t)
	other := d.newReceiver(t, taking)
	r := d.newReceiver(t, func(n int, w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", other.URL)
		w.WriteHeader([]int{http.StatusMovedPermanently, http.StatusFound, http.StatusTemporaryRedirect}[n-1])
	})
	w := d.hook(t, r)
	stop := start(t, d.Desk)
	d.created(t, 3)
	for _, v := range d.attempts(t, w, 3) {
		equal(t, v.State, webhook.Pending)
		equal(t, v.Attempts[0].Status/100, 3)
	}
	stop()
	equal(t, len(other.messages()), 0)
}

// TestTwoRunsDeliverEachEventOnce when nothing fails.
func TestTwoRunsDeliverEachEventOnce(t *testing.T) {
	t.Parallel()
	d := newRunDesk(t)
	r := []*hookReceiver{d.newReceiver(t, taking), d.newReceiver(t, taking), d.newReceiver(t, taking)}
	var webhooks []*webhook.Webhook
	for _, one := range r {
		webhooks = append(webhooks, d.hook(t, one))
	}
	d.created(t, 10)
	other := d.another(t)
	stops := []func(){start(t, d.Desk), start(t, other), start(t, d.another(t))}
	for range 20 {
		d.created(t, 1)
		must(other.CreateTicket(t.Context(), d.staff, &ticket.Ticket{QueueID: d.support.ID, Title: "Another"}))(t)
	}
	for _, w := range webhooks {
		d.attempts(t, w, 50)
	}
	for _, stop := range stops {
		stop()
	}
	for _, one := range r {
		eachOnce(t, one.messages(), 50)
	}
}

// TestAnotherRunTakesOver what one has not sent when it ends. What it is sending then is
// finished, and sent once.
func TestAnotherRunTakesOver(t *testing.T) {
	t.Parallel()
	d := newRunDesk(t)
	first, release := make(chan struct{}), make(chan struct{})
	r := d.newReceiver(t, func(n int, _ http.ResponseWriter, _ *http.Request) {
		if n == 1 {
			close(first)
			<-release
		}
	})
	w := d.hook(t, r)
	d.created(t, 1)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- d.Run(ctx) }()
	<-first
	d.created(t, 10)
	cancel()
	start(t, d.another(t))
	close(release)
	check(t, <-ended)
	equal(t, len(d.deliveries(t, w)[len(d.deliveries(t, w))-1].Attempts), 1)
	d.attempts(t, w, 11)
	eachOnce(t, r.messages(), 11)
}

// TestRunCutsOffWhatDoesNotEnd: the attempt is none, and another Run makes it again.
func TestRunCutsOffWhatDoesNotEnd(t *testing.T) {
	t.Parallel()
	d := newRunDesk(t)
	first := make(chan struct{})
	r := d.newReceiver(t, func(n int, _ http.ResponseWriter, r *http.Request) {
		if n == 1 {
			close(first)
			<-r.Context().Done()
		}
	})
	w := d.hook(t, r)
	d.created(t, 1)
	stop := start(t, d.Desk)
	<-first
	stop()
	equal(t, len(d.deliveries(t, w)[0].Attempts), 0)
	start(t, d.another(t))
	equal(t, d.attempts(t, w, 1)[0].State, webhook.Succeeded)
	got := r.messages()
	equal(t, len(got) == 2 && got[0].id == got[1].id, true)
}

// TestRunGoesOnWithAWebhookThatIsActiveAgain: with what happened meanwhile.
func TestRunGoesOnWithAWebhookThatIsActiveAgain(t *testing.T) {
	t.Parallel()
	d := newRunDesk(t)
	r := d.newReceiver(t, taking)
	w := d.hook(t, r)
	start(t, d.Desk)
	for i := range 3 {
		d.created(t, 1)
		d.attempts(t, w, 2*i+1)
		setActive(t, d, w, false)
		d.created(t, 1)
		setActive(t, d, w, true)
		d.attempts(t, w, 2*i+2)
	}
	eachOnce(t, r.messages(), 6)
}

func setActive(t *testing.T, d *runDesk, w *webhook.Webhook, active bool) {
	t.Helper()
	must(d.UpdateWebhook(t.Context(), d.admin, w.ID, func(w *webhook.Webhook) error { w.Active = active; return nil }))(t)
}

// TestEventsThatAWebhookWaitsForAreKept, though not for ever.
func TestEventsThatAWebhookWaitsForAreKept(t *testing.T) {
	t.Parallel()
	d := newRunDesk(t)
	r := d.newReceiver(t, answering(http.StatusInternalServerError))
	w := d.hook(t, r)
	d.created(t, 1)
	stop := start(t, d.Desk)
	d.attempts(t, w, 1)
	stop()
	opened := func() bool {
		must(d.Sweep(t.Context()))(t)
		all, _ := eventsAfter(t, d.Events, d.admin, 0)
		return slices.ContainsFunc(all, func(e *event.Event) bool { return e.Type == "ticket.created" })
	}
	d.clock.move(d.config.EventRetention + time.Hour)
	equal(t, opened(), true)
	equal(t, d.log.String(), "")
	d.clock.move(d.config.MaxEventRetention)
	equal(t, opened(), false)
	equal(t, strings.Contains(d.log.String(), "deleted events that a webhook had not got"), true)
	start(t, d.Desk)
	d.eventually(t, "for the delivery to be abandoned", func() bool {
		all := d.deliveries(t, w)
		return len(all) == 0 || all[0].State == webhook.Abandoned // and Sweep may have deleted it
	})
	equal(t, len(r.messages()), 1)
}

// TestRunHearsHostsTransactions without Notify, and not those that were rolled back.
func TestRunHearsHostsTransactions(t *testing.T) {
	t.Parallel()
	db, store := testdesk.OpenHost(t)
	d := runDeskOver(t, store)
	h := &host{d.desk, db, store}
	opened := d.ticket(t)
	w := d.hook(t, d.newReceiver(t, taking))
	start(t, d.Desk)
	d.created(t, 1)
	d.attempts(t, w, 1) // it runs
	notices := must(d.Subscribe(t.Context()))(t)
	waiting(notices)
	for i, title := range []string{"rolled back", "joined", "rolled back", "joined again"} {
		tx, joined := h.begin(t)
		check(t, joined.Atomically(t.Context(), func(in *helpdesk.Desk) error {
			return renameTo(t.Context(), in, d.admin, opened.ID, title)
		}))
		if i%2 == 0 {
			check(t, tx.Rollback())
			continue
		}
		check(t, tx.Commit())
		var n helpdesk.Notice
		select {
		case n = <-notices:
		case <-time.After(longEnough):
			t.Fatal("nothing was heard")
		}
		if n.Event == nil {
			t.Fatalf("notices are missing: %v", n)
		}
		equal(t, n.Event.Data.(*event.TicketUpdate).Title.New.String, title)
	}
	d.created(t, 1) // is heard at once, after all others
	for n := range notices {
		equal(t, n.Event.Type, "ticket.created")
		break
	}
}

// TestAnIdleRunAsksLittle of the database, and writes seldom.
func TestAnIdleRunAsksLittle(t *testing.T) {
	t.Parallel()
	const seconds, each, leasing = 6, 11, 1 // statements a second of one Run, and those that lease
	var statements, leases atomic.Int64
	d := newRunDesk(t, func(query string) {
		statements.Add(1)
		if strings.HasPrefix(query, "UPDATE helpdesk_webhook") {
			leases.Add(1)
		}
	})
	r := d.newReceiver(t, taking)
	webhooks := []*webhook.Webhook{d.hook(t, r), d.hook(t, r)}
	start(t, d.Desk)
	start(t, d.another(t))
	d.created(t, 1)
	for _, w := range webhooks {
		d.attempts(t, w, 1)
	}
	time.Sleep(3 * time.Second) // what has begun comes to its end
	began, all, writes := time.Now(), statements.Load(), leases.Load()
	time.Sleep(seconds * time.Second)
	passed := time.Since(began).Seconds()
	if n := float64(statements.Load()-all) / passed; n > 2*each {
		t.Errorf("%.1f statements a second", n)
	}
	if n := float64(leases.Load()-writes) / passed; n > leasing {
		t.Errorf("%.1f leases a second", n)
	}
}

// TestRunLeavesNothingBehind is alone, since it looks at all goroutines.
func TestRunLeavesNothingBehind(t *testing.T) {
	d := newRunDesk(t)
	r := d.newReceiver(t, taking)
	var webhooks []*webhook.Webhook
	for range 5 {
		webhooks = append(webhooks, d.hook(t, r))
	}
	for i := range 3 {
		stop := start(t, d.Desk)
		d.created(t, 1)
		for _, w := range webhooks {
			d.attempts(t, w, i+1)
		}
		stop()
	}
	d.eventually(t, "for goroutines to end", func() bool {
		all := make([]byte, 1<<20)
		text := string(all[:runtime.Stack(all, true)])
		return !slices.ContainsFunc([]string{"helpdesk.(*background)", "helpdesk.(*leases)", "helpdesk.(*courier)", "http.(*persistConn)"},
			func(name string) bool { return strings.Contains(text, name) })
	})
}

// TestRunTakesOverFromAProcessThatDied once its leases have ended.
func TestRunTakesOverFromAProcessThatDied(t *testing.T) {
	t.Parallel()
	d := newRunDesk(t)
	w := d.hook(t, d.newReceiver(t, taking))
	until := time.Now().Add(3 * time.Second)
	check(t, d.store.Update(t.Context(), func(tx storage.Tx) error {
		_, err := tx.Webhooks().Lease(t.Context(), "dead", time.Now(), until, 1)
		return err
	}))
	d.created(t, 1)
	start(t, d.Desk)
	d.attempts(t, w, 1)
	equal(t, time.Now().Before(until), false)
}

func TestTakeoverHasLimits(t *testing.T) {
	t.Parallel()
	store := testdesk.OpenStore(t)
	for takeover, want := range map[time.Duration]bool{
		0: true, time.Second: true, 50 * time.Second: true, -1: false, time.Second - 1: false, time.Minute: false,
	} {
		_, err := helpdesk.New(store, helpdesk.Config{Webhooks: helpdesk.WebhookConfig{Takeover: takeover}})
		equal(t, err == nil, want)
		equal(t, err == nil || strings.Contains(err.Error(), "Config.Webhooks.Takeover"), true)
	}
}

// TestLeasesAreOfTheRealTime: whoever moves Config.Now neither ends nor prolongs them.
func TestLeasesAreOfTheRealTime(t *testing.T) {
	t.Parallel()
	d := newRunDesk(t)
	w := d.hook(t, d.newReceiver(t, taking))
	stop := start(t, d.Desk)
	d.created(t, 1)
	d.attempts(t, w, 1)
	leased := func(at time.Time) (n int) {
		check(t, d.store.Update(t.Context(), func(tx storage.Tx) error {
			all, err := tx.Webhooks().Lease(t.Context(), "other", at, at.Add(time.Minute), 1)
			n = len(all)
			return err
		}))
		return n
	}
	equal(t, leased(time.Now()), 0)
	stop()
	equal(t, leased(time.Now()), 1)
}
