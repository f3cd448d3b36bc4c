package helpdesk_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/webhook"
)

// longEnough is how long a test waits for what must happen, also on a slow machine.
const longEnough = 2 * time.Minute

// handClock is a clock that stands still until a test moves it.
type handClock struct {
	mu sync.Mutex
	at time.Time
}

func (c *handClock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *handClock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// runDesk is a desk whose Run delivers to receivers of the test.
type runDesk struct {
	*desk
	clock  *handClock
	config helpdesk.Config
	log    *bytes.Buffer // to be read when nothing runs
}

func newRunDesk(t *testing.T, observers ...func(query string)) *runDesk {
	t.Helper()
	return runDeskOver(t, testdesk.OpenStore(t, observers...))
}

func runDeskOver(t *testing.T, store storage.Store) *runDesk {
	t.Helper()
	d := &runDesk{clock: &handClock{at: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}, log: &bytes.Buffer{}}
	d.config = helpdesk.Config{
		Now: d.clock.now, Logger: slog.New(slog.NewTextHandler(d.log, nil)), CacheTTL: -1,
		EventRetention: 1000 * time.Hour, MaxEventRetention: 2000 * time.Hour,
		Webhooks: helpdesk.WebhookConfig{AllowPrivate: true, Body: httpapi.WebhookBody("https://desk.example.com/api")},
	}
	d.desk = handled(testdesk.Over(t, store, d.config))
	return d
}

// another is a Desk on the same database, as another process has one.
func (d *runDesk) another(t *testing.T) *helpdesk.Desk {
	t.Helper()
	return must(helpdesk.New(d.store, d.config))(t)
}

// start calls Run. The returned function ends it, and waits until it has returned.
func start(t *testing.T, d *helpdesk.Desk) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- d.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		select {
		case err := <-ended:
			if err != nil {
				t.Errorf("Run: %v", err)
			}
		case <-time.After(longEnough):
			t.Error("Run does not return")
		}
	})
	t.Cleanup(stop)
	return stop
}

// hook adds a webhook for a receiver.
func (d *runDesk) hook(t *testing.T, r *hookReceiver, change ...func(*webhook.Webhook)) *webhook.Webhook {
	t.Helper()
	w := &webhook.Webhook{URL: r.URL + "/hook", Active: true, Types: []string{"ticket.created"}}
	for _, f := range change {
		f(w)
	}
	return must(d.CreateWebhook(t.Context(), d.admin, w))(t)
}

// wake changes something of which no webhook is told, so that Run looks for work now.
func (d *runDesk) wake() { d.Notify() }

// eventually calls done until it returns true.
func (d *runDesk) eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(longEnough); !done(); {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain: %s", what)
		}
		d.wake()
		time.Sleep(5 * time.Millisecond)
	}
}

// deliveries are those of a webhook, the latest first.
func (d *runDesk) deliveries(t *testing.T, w *webhook.Webhook) []*webhook.Delivery {
	t.Helper()
	return collect(t, d.Deliveries(d.admin, w.ID), 0, 0)
}

// attempts waits until so many attempts of all deliveries of a webhook are stored, and
// returns the deliveries.
func (d *runDesk) attempts(t *testing.T, w *webhook.Webhook, want int) (all []*webhook.Delivery) {
	t.Helper()
	d.eventually(t, "for attempts", func() bool {
		all = d.deliveries(t, w)
		n := 0
		for _, v := range all {
			n += len(v.Attempts)
		}
		if n > want {
			t.Fatalf("there are %d attempts, want %d", n, want)
		}
		return n == want
	})
	return all
}

// shown is a webhook as it is now.
func (d *runDesk) shown(t *testing.T, w *webhook.Webhook) *webhook.Webhook {
	t.Helper()
	return must(d.Webhook(t.Context(), d.admin, w.ID))(t)
}

// created opens tickets, each of which is one event for a webhook of hook.
func (d *runDesk) created(t *testing.T, n int) {
	t.Helper()
	for range n {
		d.ticket(t)
	}
}

// received is a message that a receiver got.
type received struct {
	id, body string
	header   http.Header
	at       time.Time // by the clock of the desk
}

// hookReceiver is a receiver of webhooks.
type hookReceiver struct {
	*httptest.Server
	mu  sync.Mutex
	all []received
}

// newReceiver starts a receiver, which answers the nth message, from 1, as answer does.
func (d *runDesk) newReceiver(t *testing.T, answer func(n int, w http.ResponseWriter, r *http.Request)) *hookReceiver {
	t.Helper()
	r := &hookReceiver{}
	r.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		body, _ := io.ReadAll(q.Body)
		r.mu.Lock()
		r.all = append(r.all, received{q.Header.Get(webhook.HeaderID), string(body), q.Header, d.clock.now()})
		n := len(r.all)
		r.mu.Unlock()
		answer(n, w, q)
	}))
	r.Config.ErrorLog = log.New(io.Discard, "", 0)
	r.Start()
	t.Cleanup(r.Close)
	return r
}

// taking answers that the message was taken.
func taking(int, http.ResponseWriter, *http.Request) {}

// failing fails to take a message, the first one, so many times.
func failing(times int) func(int, http.ResponseWriter, *http.Request) {
	var mu sync.Mutex
	first := ""
	return func(_ int, w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		id := r.Header.Get(webhook.HeaderID)
		if first == "" {
			first = id
		}
		if id == first && times > 0 {
			times--
			w.WriteHeader(http.StatusInternalServerError)
		}
	}
}

// answering answers with a status.
func answering(status int) func(int, http.ResponseWriter, *http.Request) {
	return func(_ int, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }
}

// messages are what was received so far.
func (r *hookReceiver) messages() []received {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]received(nil), r.all...)
}

// wait waits until so many messages were received.
func (r *hookReceiver) wait(t *testing.T, d *runDesk, n int) []received {
	t.Helper()
	d.eventually(t, "for messages", func() bool { return len(r.messages()) >= n })
	return r.messages()
}

// signed reports whether a message has the signature of a secret for webhook.V1.
func (m received) signed(t *testing.T, secret webhook.Secret) bool {
	t.Helper()
	key := must(base64.StdEncoding.DecodeString(strings.TrimPrefix(secret.ForReceiver(), "whsec_")))(t)
	mac := hmac.New(sha256.New, key)
	_, _ = io.WriteString(mac, m.id+"."+m.header.Get(webhook.HeaderTimestamp)+"."+m.body)
	return m.header.Get(webhook.HeaderSignature) == "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// eachOnce checks that so many different messages were received, each once.
func eachOnce(t *testing.T, all []received, want int) {
	t.Helper()
	ids := map[string]int{}
	for _, m := range all {
		ids[m.id]++
	}
	if len(ids) != want || len(all) != want {
		t.Errorf("%d messages were received %d times, want %d, each once", len(ids), len(all), want)
	}
}

// inQueue has tickets opened in a queue.
func inQueue(id int64) func(*ticket.Ticket) { return func(n *ticket.Ticket) { n.QueueID = id } }
