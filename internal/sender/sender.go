package sender

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"time"

	"github.com/go-helpdesk/helpdesk/webhook"
)

const (
	// Timeout is how long one attempt may take, from the resolution of the name to the
	// end of the answer.
	Timeout = 15 * time.Second

	maxAnswer = 4 << 10  // bytes of the body of an answer that are read, so that its receiver can finish
	maxHeader = 16 << 10 // bytes of the headers of an answer
)

// Config configures a Sender. The zero value is ready for use.
type Config struct {
	// AllowPrivate allows connections to every address, with those that
	// webhook.CheckAddress refuses.
	AllowPrivate bool

	// AllowNetworks allows connections to the addresses of these networks.
	AllowNetworks []netip.Prefix

	// Proxy returns the proxy for the URL of a receiver, or nil to send directly. A nil
	// Proxy sends everything directly. The proxy itself may have any address. It is the
	// proxy that resolves the names of receivers, so it has to refuse inner addresses; the
	// Sender refuses only those that are written in the URL.
	Proxy func(receiver *url.URL) (*url.URL, error)

	// Resolver resolves host names; nil for net.DefaultResolver.
	Resolver *net.Resolver

	// RootCAs has the certificates that are trusted; nil for those of the system.
	RootCAs *x509.CertPool
}

// Sender sends messages to webhooks. It is safe for concurrent use.
type Sender struct {
	check   func(netip.Addr) error
	proxy   func(*url.URL) (*url.URL, error)
	direct  *http.Transport // connects to receivers
	proxied *http.Transport // connects to proxies
	timeout time.Duration
	now     func() time.Time
}

// New returns a Sender. It uses each connection for one attempt.
func New(c Config) *Sender {
	s := &Sender{check: c.check, proxy: c.Proxy, timeout: Timeout, now: time.Now}
	dialer := &net.Dialer{Timeout: Timeout, Resolver: c.Resolver}
	checking := *dialer
	checking.ControlContext = s.control
	s.direct = newTransport(c, &checking, nil)
	s.proxied = newTransport(c, dialer, func(r *http.Request) (*url.URL, error) {
		return r.Context().Value(proxyKey{}).(*url.URL), nil
	})
	return s
}

// check returns why an address is not connected to.
func (c Config) check(addr netip.Addr) error {
	allowed := func(network netip.Prefix) bool { return network.Contains(addr.WithZone("")) }
	if c.AllowPrivate || slices.ContainsFunc(c.AllowNetworks, allowed) {
		return nil
	}
	return webhook.CheckAddress(addr)
}

// proxyKey is the key of the proxy's URL in the context of a request that goes through one.
type proxyKey struct{}

// newTransport returns a transport, which is used without an http.Client: a client would
// follow redirects, or read them at least, and put the URL into its errors.
func newTransport(c Config, d *net.Dialer, proxy func(*http.Request) (*url.URL, error)) *http.Transport {
	return &http.Transport{
		Proxy:                  proxy,
		DialContext:            d.DialContext,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: c.RootCAs},
		TLSHandshakeTimeout:    Timeout, // a connection is set up to the end, also after its request has timed out
		ForceAttemptHTTP2:      true,
		DisableCompression:     true,
		MaxResponseHeaderBytes: maxHeader,
		DisableKeepAlives:      true, // net/http logs what comes on an idle connection
	}
}

// Send makes one attempt to send a message to the URL of a webhook, signed with the
// secrets, as a POST of JSON. It returns the answer, whatever its status: webhook.Judge
// says what it means.
//
// If no answer came, the error is a *webhook.SendError, and the Answer says how long it
// took. A refused address is an *webhook.AddressError below it. If the message cannot be
// sent, the error is that of webhook.Secrets.Sign. If ctx ends, the error is that of ctx:
// then nobody knows whether the receiver got the message.
func (s *Sender) Send(ctx context.Context, target string, m webhook.Message, secrets webhook.Secrets) (webhook.Answer, error) {
	start := s.now()
	header, err := secrets.Sign(m, start)
	if err != nil {
		return webhook.Answer{}, err
	}
	limited, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	a, err := s.post(limited, target, m.Body, header)
	a.Took = s.now().Sub(start)
	switch {
	case err == nil:
		return a, nil
	case ctx.Err() != nil:
		return a, context.Cause(ctx)
	}
	return a, sendError(err)
}

func (s *Sender) post(ctx context.Context, target string, body []byte, h webhook.Header) (webhook.Answer, error) {
	if !webhook.ValidURL(target) {
		return webhook.Answer{}, errURL
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, target, bytes.NewReader(body))
	if err != nil {
		return webhook.Answer{}, errURL
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "go-helpdesk")
	// As the standard spells them, for receivers that look at the case of HTTP/1 headers.
	r.Header[webhook.HeaderID] = []string{h.ID}
	r.Header[webhook.HeaderTimestamp] = []string{h.Timestamp}
	r.Header[webhook.HeaderSignature] = []string{h.Signature}
	response, err := s.do(r)
	if err != nil {
		return webhook.Answer{}, err
	}
	if response.StatusCode != http.StatusSwitchingProtocols { // whose body is the connection, and has no end
		_, _ = io.CopyN(io.Discard, response.Body, maxAnswer) // the status counts, even if the rest does not come
	}
	_ = response.Body.Close()
	return webhook.Answer{Status: response.StatusCode, RetryAfter: response.Header.Get("Retry-After")}, nil
}

// do sends a request to the receiver or to a proxy.
func (s *Sender) do(r *http.Request) (*http.Response, error) {
	if addr, err := netip.ParseAddr(r.URL.Hostname()); err == nil {
		if err := s.check(addr); err != nil {
			return nil, err
		}
	}
	if s.proxy == nil {
		return s.direct.RoundTrip(r)
	}
	proxy, err := s.proxy(r.URL)
	switch {
	case err != nil:
		return nil, errProxy // err may have the proxy's password in its text
	case proxy == nil:
		return s.direct.RoundTrip(r)
	}
	return s.proxied.RoundTrip(r.WithContext(context.WithValue(r.Context(), proxyKey{}, proxy)))
}
