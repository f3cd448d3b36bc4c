package helpdesk

import (
	"crypto/x509"
	"fmt"
	"net/netip"
	"net/url"
	"time"

	"github.com/go-helpdesk/helpdesk/event"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// WebhookConfig says how Run delivers webhooks.
type WebhookConfig struct {
	// Body returns the body of the message about an event, at most webhook.MaxBody bytes of
	// JSON: httpapi.WebhookBody makes one. The event of a test has the type
	// webhook.TestType, the time and no Data. Fields are the definitions of the custom
	// fields. Run needs it. It is called concurrently.
	Body func(e *event.Event, fields []*ticket.CustomField) []byte

	// AllowPrivate allows addresses that are not on the internet, such as those of the own
	// machine and network. Without it whoever manages webhooks could reach what they should
	// not.
	AllowPrivate bool

	// AllowNetworks allows the addresses of these networks, where AllowPrivate does not
	// allow every one: for example that of a chat server in the own network.
	AllowNetworks []netip.Prefix

	// Proxy returns the proxy for the URL of a receiver, or nil to send directly. A nil Proxy
	// sends everything directly, whatever the environment says. The proxy must refuse inner
	// addresses itself: it resolves the names.
	Proxy func(receiver *url.URL) (*url.URL, error)

	// RootCAs are the authorities that certificates are checked against; nil means those of
	// the system.
	RootCAs *x509.CertPool

	// Takeover is how long after the death of a process others deliver to its webhooks, from
	// a second to 50; 0 means 45 seconds. Each process writes to the database nine
	// times within it, and the clocks of the machines must differ by much less.
	Takeover time.Duration
}

const (
	defaultTakeover = 45 * time.Second
	minTakeover     = time.Second
	maxTakeover     = 50 * time.Second
)

// check returns what is wrong with the configuration.
func (c WebhookConfig) check() error {
	if c.Takeover != 0 && (c.Takeover < minTakeover || c.Takeover > maxTakeover) {
		return fmt.Errorf("helpdesk: Config.Webhooks.Takeover is %s; it may be from %s to %s", c.Takeover, minTakeover, maxTakeover)
	}
	return nil
}
