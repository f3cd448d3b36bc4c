package webhook

import (
	"slices"
	"strings"
	"time"
)

// Webhook is a URL to which events are sent. It must not be changed and used
// concurrently.
type Webhook struct {
	ID          int64
	URL         string   // http or https; at most MaxURL characters; may contain a secret of the receiver's
	Types       []string // types of events, such as followup.created, or all of a kind, such as ticket.*; empty for all
	QueueIDs    []int64  // only events of these queues; empty for all events
	Description string   // says what the webhook is for; at most MaxDescription characters
	Active      bool     // whether events are sent
	Signing     Signing
	Secrets     Secrets `json:"-"`
	Created     time.Time
	Modified    time.Time
	Version     int64 // grows with each change of the fields above

	// OwnerID is the user who made the webhook. It gets what this user may read, while
	// this user may manage webhooks.
	OwnerID int64

	// Disabled says why the webhook was disabled by the desk: one of the reasons, "" when
	// it is active or was made inactive by somebody.
	Disabled Reason

	// Position is up to where deliveries of events have been prepared.
	Position int64

	// PausedUntil is until when nothing is sent, since the receiver asked for that.
	PausedUntil time.Time
}

// Reason is why the desk has disabled a webhook.
type Reason string

// The reasons.
const (
	ReceiverGone Reason = "gone"      // the receiver answered 410
	Exhausted    Reason = "exhausted" // every attempt to send a message failed
	OwnerLost    Reason = "owner"     // its owner may not manage webhooks any more
)

// Signing is how messages are signed.
type Signing string

// The kinds of signature. Their values are the identifiers in Standard Webhooks.
const (
	V1  Signing = "v1"  // HMAC-SHA256, with a secret that sender and receiver share
	V1a Signing = "v1a" // ed25519: the receiver has the public key only
)

// Valid reports whether there is such a kind of signature.
func (s Signing) Valid() bool { return s == V1 || s == V1a }

// Wants reports whether the webhook is for events of a type, such as ticket.updated.
// queueIDs are the queues that the event belongs to: none for events of users, groups and
// other objects without a queue, two for a ticket that moved. A webhook with QueueIDs
// wants only events of at least one of them. Wants does not look at Active.
func (w *Webhook) Wants(eventType string, queueIDs ...int64) bool {
	ofType := len(w.Types) == 0 || slices.ContainsFunc(w.Types, func(pattern string) bool { return matches(pattern, eventType) })
	ofQueue := len(w.QueueIDs) == 0 || slices.ContainsFunc(queueIDs, func(id int64) bool { return slices.Contains(w.QueueIDs, id) })
	return ofType && ofQueue
}

// matches reports whether a pattern of Webhook.Types stands for a type of event.
func matches(pattern, eventType string) bool {
	if kind, ok := strings.CutSuffix(pattern, ".*"); ok {
		rest, ok := strings.CutPrefix(eventType, kind+".")
		return ok && rest != ""
	}
	return pattern == eventType
}

// Clone returns a copy that shares nothing which its methods or a caller may change.
func (w *Webhook) Clone() *Webhook {
	c := *w
	c.Types, c.QueueIDs, c.Secrets.Old = slices.Clone(w.Types), slices.Clone(w.QueueIDs), slices.Clone(w.Secrets.Old)
	return &c
}
