package verifiers

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/event"
	"github.com/go-helpdesk/helpdesk/internal/nameserver"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/webhook"
)

var (
	duration = flag.Duration("deliver", 8*time.Second, "how long tickets are written and processes killed")
	every    = flag.Duration("kill", time.Second, "time from one kill to the next")
)

const (
	processes = 3
	patience  = 5 * time.Minute // for the rest to be delivered
	trapped   = "127.0.0.2"     // an address that is refused
)

// campaign is a desk whose events are delivered by processes that are killed.
type campaign struct {
	*testing.T
	desk        *testdesk.Desk
	receivers   map[string]*receiver
	webhooks    map[string]*webhook.Webhook
	environment []string
	running     []*process
	trap        atomic.Int64 // requests that went where none may go
	calm        atomic.Bool  // the name has an allowed address from now on
}

// TestNothingIsLost: every event arrives at every receiver, signed, whatever the receivers do
// and whichever process dies.
func TestNothingIsLost(t *testing.T) {
	c := newCampaign(t)
	for range processes {
		c.running = append(c.running, startProcess(t, c.environment...))
	}
	t.Cleanup(func() {
		for _, p := range c.running {
			_ = p.Process.Kill()
		}
	})
	kills := c.write()
	c.calm.Store(true)
	events := c.events()
	c.wait(events)
	for _, p := range c.running {
		if err := p.Process.Signal(syscall.SIGTERM); err != nil {
			t.Error(err)
		}
	}
	for _, p := range c.running {
		if err := <-p.ended; err != nil {
			t.Errorf("a process that was asked to end: %v", err)
		}
	}
	c.check(events)
	t.Logf("%d events, %d kills", len(events), kills)
}

func newCampaign(t *testing.T) *campaign {
	t.Helper()
	database, start := testdesk.Database(t), time.Now()
	store, err := open(t.Context(), database)
	if err == nil {
		err = store.Migrate(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	c := &campaign{T: t, desk: testdesk.Over(t, store, config(start)), receivers: map[string]*receiver{},
		webhooks: map[string]*webhook.Webhook{}}
	names := nameserver.Start(t, func() []netip.Addr {
		if !c.calm.Load() && rand.N(3) == 0 {
			return []netip.Addr{netip.MustParseAddr(trapped)}
		}
		return []netip.Addr{netip.MustParseAddr("127.0.0.1")}
	})
	c.environment = []string{databaseVariable + "=" + database, namesVariable + "=" + names,
		fmt.Sprint(startVariable, "=", start.UnixNano())}
	for name, a := range misbehaviours("http://" + trapped + "/") {
		c.add(name, a)
	}
	return c
}

// add adds a receiver and its webhook.
func (c *campaign) add(name string, a misbehaviour) {
	r := newReceiver(c.T, name, a)
	target := r.URL
	if name == "moves" {
		_, port, err := net.SplitHostPort(r.Listener.Addr().String())
		if err != nil {
			c.Fatal(err)
		}
		target = "http://receiver.example.com.:" + port
		c.setTrap(port)
	}
	n := &webhook.Webhook{URL: target, Active: true, Types: []string{"ticket.*"}}
	w, err := c.desk.CreateWebhook(c.Context(), c.desk.Users["admin"], n)
	if err != nil {
		c.Fatal(err)
	}
	r.mu.Lock()
	r.secret = w.Secrets.Current.ForReceiver()
	r.mu.Unlock()
	c.receivers[name], c.webhooks[name] = r, w
}

// setTrap has requests to an address counted that is refused.
func (c *campaign) setTrap(port string) {
	l, err := net.Listen("tcp4", net.JoinHostPort(trapped, port))
	if err != nil {
		c.Fatal(err)
	}
	server := &http.Server{Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { c.trap.Add(1) }),
		ConnState: func(net.Conn, http.ConnState) { c.trap.Add(1) }}
	c.Cleanup(func() { _ = server.Close() })
	go func() { _ = server.Serve(l) }()
}

// write opens and changes tickets, while processes are killed and started again. It returns
// how many were killed.
func (c *campaign) write() (kills int) {
	end, kill := time.After(*duration), time.NewTicker(*every)
	defer kill.Stop()
	for {
		c.change()
		select {
		case <-end:
			return kills
		case <-kill.C:
			victim := kills % processes
			c.running[victim].kill(c.T)
			c.running[victim] = startProcess(c.T, c.environment...)
			kills++
		case <-time.After(rand.N(150 * time.Millisecond)):
		}
	}
}

// change opens a ticket, and changes some of them.
func (c *campaign) change() {
	staff := c.desk.Users["staff"]
	opened, err := c.desk.CreateTicket(c.Context(), staff, &ticket.Ticket{QueueID: c.desk.Queues["support"].ID, Title: "Broken"})
	if err == nil && rand.N(3) == 0 {
		_, err = c.desk.UpdateTicket(c.Context(), staff, opened.ID, func(t *ticket.Ticket) error { t.Title = "Mended"; return nil })
	}
	if err != nil {
		c.Fatal(err)
	}
}

// events are the ids of those that every receiver must get.
func (c *campaign) events() (ids []int64) {
	for after := int64(0); ; {
		all, next, err := c.desk.Events(c.Context(), c.desk.Users["admin"], after, event.Filter{Types: []event.Type{"ticket.*"}}, 0)
		if err != nil {
			c.Fatal(err)
		}
		for _, e := range all {
			ids = append(ids, e.ID)
		}
		if next == after {
			return ids
		}
		after = next
	}
}

// wait waits until all is delivered, and stored as such.
func (c *campaign) wait(events []int64) {
	for deadline := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		var lacking []string
		for name, r := range c.receivers {
			if name == "gone" {
				continue
			}
			if n, pending := r.lacks(events), c.pending(name); n+pending > 0 {
				lacking = append(lacking, fmt.Sprintf("%s lacks %d and has %d pending", name, n, pending))
			}
		}
		if len(lacking) == 0 {
			return
		}
		if time.Now().After(deadline) {
			c.Fatalf("of %d events: %s", len(events), strings.Join(lacking, "; "))
		}
	}
}

// pending is how many deliveries of a webhook did not succeed.
func (c *campaign) pending(name string) (n int) {
	for _, v := range c.deliveries(name) {
		if v.State != webhook.Succeeded {
			n++
		}
	}
	return n
}

func (c *campaign) deliveries(name string) (all []*webhook.Delivery) {
	w := c.webhooks[name]
	list, err := c.desk.Deliveries(c.desk.Users["admin"], w.ID).Page(c.Context(), func(int) (helpdesk.Window, error) {
		return helpdesk.Window{}, nil
	})
	if err != nil {
		c.Fatal(err)
	}
	for v, err := range list.Items(c.Context()) {
		if err != nil {
			c.Fatal(err)
		}
		all = append(all, v)
	}
	return all
}

// refused is how many attempts were none, because of the address.
func (c *campaign) refused(name string) (n int) {
	for _, v := range c.deliveries(name) {
		for _, a := range v.Attempts {
			if a.Error == string(webhook.AddressRefused) {
				n++
			}
		}
	}
	return n
}

// check checks what is left once all processes have ended.
func (c *campaign) check(events []int64) {
	if n := c.trap.Load(); n != 0 {
		c.Errorf("%d times somebody connected to an address that is refused", n)
	}
	if n := c.refused("moves"); n == 0 {
		c.Error("no attempt was refused because of the address")
	}
	for name, r := range c.receivers {
		w, err := c.desk.Webhook(c.Context(), c.desk.Users["admin"], c.webhooks[name].ID)
		if err != nil {
			c.Fatal(err)
		}
		if gone := name == "gone"; w.Active == gone || gone != (w.Disabled == webhook.ReceiverGone) {
			c.Errorf("%s: active %v, disabled %q", name, w.Active, w.Disabled)
		}
		if name != "gone" && len(r.bodies) != len(events) {
			c.Errorf("%s: there were %d messages of %d events", name, len(r.bodies), len(events))
		}
		c.Logf("%s: %d attempts", name, r.attempts)
	}
}
