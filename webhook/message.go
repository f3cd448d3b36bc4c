package webhook

import (
	"crypto/rand"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Errors of messages.
var (
	ErrMessageID = errors.New("webhook: a message id has 1 to 64 letters, digits, underscores and hyphens")
	ErrBodySize  = fmt.Errorf("webhook: a body has at most %d bytes", MaxBody)
	ErrNoSecret  = errors.New("webhook: there is no secret to sign with")
)

const (
	// MaxBody is how many bytes the body of a message may have: the standard asks for
	// less than 20 kB.
	MaxBody = 20_000 - 1

	maxMessageID = 64
)

// The names of the headers of a message.
const (
	HeaderID        = "webhook-id"
	HeaderTimestamp = "webhook-timestamp"
	HeaderSignature = "webhook-signature"
)

// Message is one event for one webhook.
type Message struct {
	// ID is the same for every attempt, and by it the receiver recognizes what it got
	// before. It has ASCII letters, digits, underscores and hyphens: a full stop would
	// make it unclear where the id ends in what is signed.
	ID string

	// Body is sent as it is: the signature is of these bytes.
	Body []byte
}

// NewMessageID returns a new random ID of a message.
func NewMessageID() string { return "msg_" + rand.Text() }

// Check returns ErrMessageID or ErrBodySize if the message cannot be sent.
func (m Message) Check() error {
	const allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"
	switch {
	case m.ID == "" || len(m.ID) > maxMessageID || strings.Trim(m.ID, allowed) != "":
		return ErrMessageID
	case len(m.Body) > MaxBody:
		return ErrBodySize
	}
	return nil
}

// Header has the values of the headers of one attempt to send a message.
type Header struct {
	ID        string // of HeaderID
	Timestamp string // of HeaderTimestamp: the time of the attempt, in seconds since 1970
	Signature string // of HeaderSignature: one signature for each valid secret, the current one's first
}

const (
	// Overlap is how long a secret stays valid after another has replaced it.
	Overlap = 24 * time.Hour

	// MaxOld is how many replaced secrets a webhook keeps. Of more replacements within
	// Overlap the last ones count.
	MaxOld = 4
)

// Secrets are the secrets of one webhook. Its methods change nothing and are safe for
// concurrent use.
type Secrets struct {
	Current Secret
	Old     []OldSecret // replaced, the latest first
}

// OldSecret is a secret that was replaced. Messages are signed with it too until a time.
type OldSecret struct {
	Secret Secret
	Until  time.Time
}

// Replace returns the secrets after next has replaced the current one at a time. The
// current one stays valid for Overlap, and what is not valid any more is left out.
func (s Secrets) Replace(next Secret, now time.Time) Secrets {
	var old []OldSecret
	if !s.Current.IsZero() {
		old = append(old, OldSecret{s.Current, now.Add(Overlap)})
	}
	for _, o := range s.Old {
		if o.valid(now) && len(old) < MaxOld {
			old = append(old, o)
		}
	}
	return Secrets{Current: next, Old: old}
}

func (o OldSecret) valid(now time.Time) bool { return now.Before(o.Until) && !o.Secret.IsZero() }

// Sign returns the headers of an attempt to send a message at a time. The signatures are
// of the id, the time and the body, with the current secret and each old one that is
// valid at the time. The error is that of Message.Check, or ErrNoSecret.
func (s Secrets) Sign(m Message, at time.Time) (Header, error) {
	if err := m.Check(); err != nil {
		return Header{}, err
	}
	if s.Current.IsZero() {
		return Header{}, ErrNoSecret
	}
	h := Header{ID: m.ID, Timestamp: strconv.FormatInt(at.Unix(), 10)}
	text := append([]byte(h.ID+"."+h.Timestamp+"."), m.Body...)
	signatures := []string{s.Current.sign(text)}
	for _, o := range s.Old {
		if o.valid(at) {
			signatures = append(signatures, o.Secret.sign(text))
		}
	}
	h.Signature = strings.Join(signatures, " ")
	return h, nil
}
