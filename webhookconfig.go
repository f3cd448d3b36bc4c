package helpdesk

import (
	"crypto/x509"
	"net/url"

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

	// Proxy returns the proxy for the URL of a receiver, or nil to send directly. A nil Proxy
	// sends everything directly, whatever the environment says. The proxy must refuse inner
	// addresses itself: it resolves the names.
	Proxy func(receiver *url.URL) (*url.URL, error)

	// RootCAs are the authorities that certificates are checked against; nil means those of
	// the system.
	RootCAs *x509.CertPool
}
