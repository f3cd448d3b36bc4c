package httpapi_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// narrow is a listener whose connections send little before their client has read it,
// and that knows how many of them are sending.
type narrow struct {
	net.Listener
	sending atomic.Int64
}

func (l *narrow) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetWriteBuffer(4 << 10)
	}
	return &narrowConn{c, l}, nil
}

type narrowConn struct {
	net.Conn
	l *narrow
}

func (c *narrowConn) Write(p []byte) (int, error) {
	c.l.sending.Add(1)
	defer c.l.sending.Add(-1)
	return c.Conn.Write(p)
}

// occupied is a store that knows how many transactions are open.
type occupied struct {
	storage.Store
	open atomic.Int64
}

func (o *occupied) during(fn func() error) error {
	o.open.Add(1)
	defer o.open.Add(-1)
	return fn()
}

func (o *occupied) View(ctx context.Context, fn func(storage.Tx) error) error {
	return o.during(func() error { return o.Store.View(ctx, fn) })
}

func (o *occupied) Read(ctx context.Context, fn func(storage.Tx) error) error {
	return o.during(func() error { return o.Store.Read(ctx, fn) })
}

func (o *occupied) Update(ctx context.Context, fn func(storage.Tx) error) error {
	return o.during(func() error { return o.Store.Update(ctx, fn) })
}

// besieged is a desk that is served to clients that read little or nothing.
type besieged struct {
	*api
	store  *occupied
	server *httptest.Server
	narrow *narrow
	ended  atomic.Int64 // answers
	ticket int64        // with four answers of almost 2 MB
	file   int64        // of 8 MB
}

// newBesieged has so many requesters, called req0 and so on, who share an address.
func newBesieged(t *testing.T, requesters int, c httpapi.Config) *besieged {
	t.Helper()
	h := &besieged{store: &occupied{Store: testdesk.OpenStore(t)}}
	book := &logbook{}
	d := testdesk.Over(t, h.store, helpdesk.Config{Logger: slog.New(book)})
	h.api = serve(d, book, c)
	h.server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer h.ended.Add(1)
		h.ServeHTTP(w, r)
	}))
	h.narrow = &narrow{Listener: h.server.Listener}
	h.server.Listener = h.narrow
	h.server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	h.server.Start()
	t.Cleanup(h.server.Close)
	const address = "req@example.com"
	for i := range requesters {
		name := fmt.Sprintf("req%d", i)
		_, err := d.CreateUser(t.Context(), d.Users["admin"], &user.User{Username: name, Email: address, Active: true}, testdesk.Password(name))
		check(t, err)
	}
	h.ticket = h.api.ticket(t, func(n *ticket.Ticket) { n.SubmitterEmail = new(address) })
	text := strings.Repeat("x", 1_900_000)
	for i := range 4 {
		var files []followup.Upload
		if i == 0 {
			files = append(files, file("x.txt", strings.Repeat("x", 8<<20)))
		}
		f, err := d.Reply(t.Context(), d.Users["staff"], &followup.FollowUp{TicketID: h.ticket, Comment: &text, Public: true}, files...)
		check(t, err)
		if i == 0 {
			h.file = f.Attachments[0].ID
		}
	}
	return h
}

// get sends a request and reads nothing.
func (h *besieged) get(t *testing.T, as, path string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", h.server.Listener.Addr().String())
	check(t, err)
	t.Cleanup(func() { _ = c.Close() })
	check(t, c.(*net.TCPConn).SetReadBuffer(4<<10))
	r := httptest.NewRequest("GET", path, nil)
	r.SetBasicAuth(as, testdesk.Password(as))
	_, err = fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: x\r\nAuthorization: %s\r\n\r\n", path, r.Header.Get("Authorization"))
	check(t, err)
	return c
}

// until waits for something to happen.
func until(t *testing.T, what string, happened func() bool) {
	t.Helper()
	for !happened() {
		if t.Context().Err() != nil {
			t.Fatalf("never: %s", what)
		}
		time.Sleep(time.Millisecond)
	}
}

// othersAreServed logs somebody in, reads and writes.
func (h *besieged) othersAreServed(t *testing.T) {
	t.Helper()
	for _, request := range []struct{ as, method, path, body string }{
		{"jane", "GET", "/api/users/me/", ""},
		{"staff", "GET", "/api/tickets/" + number(h.ticket+1) + "/", ""},
		{"staff", "GET", "/api/queues/", ""},
		{"admin", "POST", "/api/tickets/", `{"queue":1,"title":"x"}`},
		{"admin", "PATCH", "/api/users/3/", `{"first_name":"Jane"}`},
	} {
		r, err := http.NewRequestWithContext(t.Context(), request.method, h.server.URL+request.path, strings.NewReader(request.body))
		check(t, err)
		r.SetBasicAuth(request.as, testdesk.Password(request.as))
		r.Header.Set("Content-Type", "application/json")
		response, err := http.DefaultTransport.RoundTrip(r)
		check(t, err)
		_, err = io.Copy(io.Discard, response.Body)
		check(t, err)
		check(t, response.Body.Close())
		if response.StatusCode >= 300 {
			t.Errorf("%s %s: %d", request.method, request.path, response.StatusCode)
		}
	}
}

// TestClientsThatDoNotReadHoldNoConnection: 25 accounts with 8 answers each, which are
// first not read at all and then slowly. Everybody else logs in, reads and writes.
func TestClientsThatDoNotReadHoldNoConnection(t *testing.T) {
	t.Parallel()
	const accounts, each = 25, 8
	h := newBesieged(t, accounts, httpapi.Config{ClientWait: time.Hour})
	h.api.ticket(t)
	var clients []net.Conn
	for i := range accounts * each {
		path := fmt.Sprintf("/api/user_tickets/%d/followups/", h.ticket)
		if i%each == 0 {
			path = fmt.Sprintf("/api/user_tickets/%d/attachments/%d/download/", h.ticket, h.file)
		}
		clients = append(clients, h.get(t, fmt.Sprintf("req%d", i/each), path))
	}
	stuck := func() bool { return h.narrow.sending.Load() == accounts*each }
	until(t, "all answers wait for their clients", stuck)
	until(t, "none of them is in a transaction", func() bool { return h.store.open.Load() == 0 })
	h.othersAreServed(t)
	until(t, "all of them still wait", stuck) // an answer to the others may be on its way
	equal(t, h.ended.Load(), int64(5))

	ctx, stop := context.WithCancel(t.Context())
	var reading sync.WaitGroup
	var read atomic.Int64
	for _, c := range clients {
		reading.Go(func() {
			for some := make([]byte, 512); ctx.Err() == nil; time.Sleep(10 * time.Millisecond) {
				_ = c.SetReadDeadline(time.Now().Add(time.Second))
				if _, err := io.ReadFull(c, some); err == nil {
					read.Add(1)
				}
			}
		})
	}
	until(t, "the clients read", func() bool { return read.Load() > 5*accounts*each })
	h.othersAreServed(t)
	until(t, "none of them is in a transaction", func() bool { return h.store.open.Load() == 0 })
	equal(t, h.ended.Load(), int64(10)) // those of the others
	stop()
	reading.Wait()
	h.log.is(t)
}

// TestTooManyAnswersOfAnAccountDoNotWait: the ninth is cut off, those before and those
// of others go on.
func TestTooManyAnswersOfAnAccountDoNotWait(t *testing.T) {
	t.Parallel()
	h := newBesieged(t, 2, httpapi.Config{ClientWait: time.Hour})
	path := fmt.Sprintf("/api/user_tickets/%d/followups/", h.ticket)
	for range 8 {
		h.get(t, "req0", path)
	}
	other := h.get(t, "req1", path)
	until(t, "nine answers wait", func() bool { return h.narrow.sending.Load() == 9 })
	equal(t, h.ended.Load(), int64(0))
	h.get(t, "req0", path)
	until(t, "one too many is cut off", func() bool { return h.ended.Load() == 1 })
	equal(t, h.narrow.sending.Load(), int64(9))
	_, err := io.ReadFull(other, make([]byte, 64<<10)) // its client reads at last
	check(t, err)
	equal(t, h.ended.Load(), int64(1))
	h.log.is(t)
}

// TestADownloadWaitsForItsClientNoLonger than another answer.
func TestADownloadWaitsForItsClientNoLonger(t *testing.T) {
	t.Parallel()
	h := newBesieged(t, 1, httpapi.Config{ClientWait: 50 * time.Millisecond})
	h.get(t, "req0", fmt.Sprintf("/api/user_tickets/%d/attachments/%d/download/", h.ticket, h.file))
	h.get(t, "staff", fmt.Sprintf("/api/tickets/%d/", h.ticket))
	until(t, "both are cut off", func() bool { return h.ended.Load() == 2 })
	h.log.is(t)
}
