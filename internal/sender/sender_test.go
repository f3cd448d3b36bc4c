package sender

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk/webhook"
)

// receiver is a receiver of webhooks on loopback, which notes what it receives.
type receiver struct {
	*httptest.Server
	port     string
	mu       sync.Mutex
	requests []*http.Request
	bodies   []string
}

func newReceiver(t *testing.T, answer http.HandlerFunc) *receiver {
	t.Helper()
	return startReceiver(t, answer, (*httptest.Server).Start)
}

func startReceiver(t *testing.T, answer http.HandlerFunc, start func(*httptest.Server)) *receiver {
	t.Helper()
	r := &receiver{}
	r.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		body, _ := io.ReadAll(q.Body)
		r.mu.Lock()
		r.requests, r.bodies = append(r.requests, q), append(r.bodies, string(body))
		r.mu.Unlock()
		answer(w, q)
	}))
	r.Config.ErrorLog = log.New(io.Discard, "", 0)
	start(r.Server)
	t.Cleanup(r.Close)
	_, port, err := net.SplitHostPort(r.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	r.port = port
	return r
}

// at returns the URL of the receiver at an address.
func (r *receiver) at(address string) string {
	return "http://" + net.JoinHostPort(address, r.port) + "/hook?x=y"
}

// received checks how many requests the receiver got.
func (r *receiver) received(t *testing.T, want int) {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.requests) != want {
		t.Errorf("%d requests were received, want %d", len(r.requests), want)
	}
}

func ok(http.ResponseWriter, *http.Request) {}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

// testSender is a Sender with a secret.
type testSender struct {
	*Sender
	secrets webhook.Secrets
}

func newSender(t *testing.T, c Config) *testSender {
	t.Helper()
	secret, err := webhook.NewSecret(webhook.V1)
	if err != nil {
		t.Fatal(err)
	}
	s := &testSender{New(c), webhook.Secrets{Current: secret}}
	return s
}

// treatAsOutside makes the sender connect to an address that it would refuse.
func (s *testSender) treatAsOutside(address string) {
	s.check = func(a netip.Addr) error {
		if a == netip.MustParseAddr(address) {
			return nil
		}
		return webhook.CheckAddress(a)
	}
}

var message = webhook.Message{ID: "msg_1", Body: []byte(`{"type":"ticket.created"}`)}

func (s *testSender) send(t *testing.T, target string) (webhook.Answer, error) {
	t.Helper()
	a, err := s.Send(t.Context(), target, message, s.secrets)
	if err != nil && (strings.Contains(err.Error(), target) || a.Status != 0) {
		t.Errorf("%+v with %v", a, err)
	}
	return a, err
}

func isRefused(err error) bool {
	_, ok := errors.AsType[*webhook.AddressError](err)
	return ok && failed(err, webhook.AddressRefused)
}

// refused checks that an error says that an address was refused.
func refused(t *testing.T, err error, address string) {
	t.Helper()
	e, _ := errors.AsType[*webhook.AddressError](err)
	if !isRefused(err) || e.Addr.String() != address {
		t.Errorf("got %v (%v), want a refusal of %s", err, e, address)
	}
}

func failed(err error, f webhook.Failure) bool {
	e, ok := errors.AsType[*webhook.SendError](err)
	return ok && e.Failure == f && e.Error() == "webhook: "+string(f)
}

func TestWhatIsSent(t *testing.T) {
	r := newReceiver(t, status(http.StatusAccepted))
	s := newSender(t, Config{AllowPrivate: true})
	at := time.Unix(1_900_000_000, 0)
	s.now = func() time.Time {
		at = at.Add(time.Second)
		return at
	}
	a, err := s.send(t, r.at("127.0.0.1"))
	if err != nil || a != (webhook.Answer{Status: 202, Took: time.Second}) {
		t.Fatalf("%+v, %v", a, err)
	}
	r.received(t, 1)
	q := r.requests[0]
	if q.Method != http.MethodPost || q.RequestURI != "/hook?x=y" || r.bodies[0] != string(message.Body) ||
		q.ContentLength != int64(len(message.Body)) {
		t.Errorf("%s %s %q", q.Method, q.RequestURI, r.bodies[0])
	}
	signed, err := s.secrets.Sign(message, time.Unix(1_900_000_001, 0))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"Content-Type": "application/json", "User-Agent": "go-helpdesk", "Webhook-Id": "msg_1",
		"Webhook-Timestamp": "1900000001", "Webhook-Signature": signed.Signature, "Accept-Encoding": "", "Authorization": "",
		"Cookie": ""} {
		if got := q.Header.Get(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

// TestHeadersAreSpelledAsInTheStandard: a server in Go does not see how they were spelled.
func TestHeadersAreSpelledAsInTheStandard(t *testing.T) {
	text := make(chan string, 1)
	address := rawServer(t, func(c net.Conn) {
		b := make([]byte, 4096)
		n, _ := c.Read(b)
		text <- string(b[:n])
		_, _ = io.WriteString(c, "HTTP/1.1 204 No Content\r\n\r\n")
	})
	s := newSender(t, Config{AllowPrivate: true})
	if a, err := s.send(t, "http://"+address); err != nil || a.Status != 204 {
		t.Fatalf("%+v, %v", a, err)
	}
	got := <-text
	for _, name := range []string{"webhook-id", "webhook-timestamp", "webhook-signature"} {
		if !strings.Contains(got, "\r\n"+name+": ") {
			t.Errorf("no %s in %q", name, got)
		}
	}
}

// rawServer calls a function with each connection, and then closes it.
func rawServer(t *testing.T, serve func(net.Conn)) (address string) {
	t.Helper()
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	group.Go(func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			group.Go(func() {
				defer c.Close()
				serve(c)
			})
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		group.Wait()
	})
	return listener.Addr().String()
}

func TestAnswersAreReturned(t *testing.T) {
	for _, code := range []int{200, 204, 299, 400, 404, 410, 429, 500, 502, 503, 504} {
		r := newReceiver(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "17")
			w.WriteHeader(code)
		})
		s := newSender(t, Config{AllowPrivate: true})
		if a, err := s.send(t, r.at("127.0.0.1")); err != nil || a.Status != code || a.RetryAfter != "17" {
			t.Errorf("%d: %+v, %v", code, a, err)
		}
		r.received(t, 1)
	}
}

// TestRedirectsAreNotFollowed, neither to another path nor with another method, nor are
// they read.
func TestRedirectsAreNotFollowed(t *testing.T) {
	for _, code := range []int{301, 302, 303, 307, 308} {
		for _, location := range []string{"/other", "http://169.254.169.254/latest/", "file:///etc/passwd", "", "http://[::1", "%zz"} {
			r := newReceiver(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Location", location)
				w.WriteHeader(code)
			})
			s := newSender(t, Config{AllowPrivate: true})
			a, err := s.send(t, r.at("127.0.0.1"))
			if err != nil || a.Status != code || webhook.Judge(a, time.Now()).Verdict != webhook.Failed {
				t.Errorf("%d to %q: %+v, %v", code, location, a, err)
			}
			r.received(t, 1)
		}
	}
}

// TestInsideAddressesAreRefused by address and by name.
func TestInsideAddressesAreRefused(t *testing.T) {
	r := newReceiver(t, ok)
	s := newSender(t, Config{})
	for _, address := range []string{"127.0.0.1", "0.0.0.0", "10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1",
		"64:ff9b::7f00:1", "::"} {
		_, err := s.send(t, r.at(address))
		refused(t, err, address)
	}
	if _, err := s.send(t, r.at("localhost")); !isRefused(err) {
		t.Errorf("localhost: %v", err)
	}
	r.received(t, 0)
}

// TestAllowedNetworks: of the inner addresses only theirs are connected to.
func TestAllowedNetworks(t *testing.T) {
	r := newReceiver(t, ok)
	s := newSender(t, Config{AllowNetworks: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("127.0.0.1/32")}})
	if a, err := s.send(t, r.at("127.0.0.1")); err != nil || a.Status != 200 {
		t.Errorf("%+v, %v", a, err)
	}
	for _, address := range []string{"127.0.0.2", "::ffff:127.0.0.1", "192.168.0.1", "169.254.169.254"} {
		_, err := s.send(t, r.at(address))
		refused(t, err, address)
	}
	r.received(t, 1)
}

// TestTheDialerChecksAddresses even if nothing checks the URL.
func TestTheDialerChecksAddresses(t *testing.T) {
	r := newReceiver(t, ok)
	s := newSender(t, Config{})
	q, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.at("127.0.0.1"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.direct.RoundTrip(q); !isRefused(sendError(err)) {
		t.Error(err)
	}
	r.received(t, 0)
	for _, c := range [][2]string{{"udp4", "1.1.1.1:53"}, {"unix", "/run/x"}, {"tcp4", "x"}, {"tcp6", "[fe80::1%lo]:80"}, {"tcp4",
		"10.0.0.1:80"}} {
		if _, ok := errors.AsType[*webhook.AddressError](s.control(t.Context(), c[0], c[1], nil)); !ok {
			t.Errorf("%s %s is not refused", c[0], c[1])
		}
	}
	if err := s.control(t.Context(), "tcp4", "1.1.1.1:443", nil); err != nil {
		t.Error(err)
	}
}

func TestMessagesThatCannotBeSent(t *testing.T) {
	r := newReceiver(t, ok)
	s := newSender(t, Config{AllowPrivate: true})
	target := r.at("127.0.0.1")
	for _, c := range []struct {
		message webhook.Message
		secrets webhook.Secrets
		want    error
	}{
		{webhook.Message{ID: "a", Body: bytes.Repeat([]byte("x"), webhook.MaxBody+1)}, s.secrets, webhook.ErrBodySize},
		{webhook.Message{ID: "a.b"}, s.secrets, webhook.ErrMessageID},
		{webhook.Message{ID: "a"}, webhook.Secrets{}, webhook.ErrNoSecret},
	} {
		if _, err := s.Send(t.Context(), target, c.message, c.secrets); !errors.Is(err, c.want) {
			t.Errorf("got %v, want %v", err, c.want)
		}
	}
	for _, target := range []string{"", "ftp://127.0.0.1", "http://user:password@127.0.0.1/", "http://127.0.0.1/#x", "http://127.1/"} {
		if _, err := s.Send(t.Context(), target, message, s.secrets); !failed(err, webhook.BadURL) {
			t.Errorf("%s: %v", target, err)
		}
	}
	r.received(t, 0)
}

// TestDefaults: without a configuration no proxy is used, whatever the environment says.
func TestDefaults(t *testing.T) {
	if s := New(Config{}); s.proxy != nil || s.direct.Proxy != nil || s.timeout != 15*time.Second {
		t.Errorf("%+v", s)
	}
}

// TestProxy: a proxy may have an inner address. Receivers without a proxy may not, and
// neither may those that are written as an address.
func TestProxy(t *testing.T) {
	r := newReceiver(t, ok)
	proxy, err := url.Parse("http://127.0.0.1:" + r.port)
	if err != nil {
		t.Fatal(err)
	}
	s := newSender(t, Config{Proxy: func(receiver *url.URL) (*url.URL, error) {
		switch receiver.Hostname() {
		case "localhost":
			return nil, nil
		case "broken.example.com":
			return nil, errors.New("password")
		}
		return proxy, nil
	}})
	if a, err := s.send(t, "http://receiver.example.com/hook"); err != nil || a.Status != 200 {
		t.Fatalf("%+v, %v", a, err)
	}
	r.received(t, 1)
	if got := r.requests[0].RequestURI; got != "http://receiver.example.com/hook" {
		t.Errorf("the proxy is asked for %s", got)
	}
	if _, err := s.send(t, r.at("localhost")); !isRefused(err) {
		t.Error(err)
	}
	_, err = s.send(t, r.at("10.0.0.1"))
	refused(t, err, "10.0.0.1")
	_, err = s.send(t, "http://broken.example.com/")
	if e, ok := errors.AsType[*webhook.SendError](err); !failed(err, webhook.NoConnection) || ok && strings.Contains(e.Cause.Error(),
		"password") {
		t.Error(err)
	}
	r.received(t, 1)
}

// TestTheEndOfTheContext is no failure of the receiver.
func TestTheEndOfTheContext(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cause := errors.New("stopped")
	r := newReceiver(t, func(_ http.ResponseWriter, q *http.Request) {
		cancel(cause)
		<-q.Context().Done()
	})
	s := newSender(t, Config{AllowPrivate: true})
	if _, err := s.Send(ctx, r.at("127.0.0.1"), message, s.secrets); err != cause {
		t.Error(err)
	}
}

func TestSendIsSafeForConcurrentUse(t *testing.T) {
	r := newReceiver(t, ok)
	s := newSender(t, Config{AllowPrivate: true})
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 5 {
				if a, err := s.send(t, r.at("127.0.0.1")); err != nil || a.Status != 200 {
					t.Errorf("%+v, %v", a, err)
				}
			}
		})
	}
	group.Wait()
	r.received(t, 40)
}
