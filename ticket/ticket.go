package ticket

import (
	"crypto/rand"
	"slices"
	"strconv"
	"time"

	"github.com/go-helpdesk/helpdesk/internal/validate"
)

// Ticket is one request for help. Nullable fields are pointers: nil is the
// wire's null, which differs from "".
type Ticket struct {
	ID             int64
	QueueID        int64
	Title          string // at most MaxTitle characters, not blank
	Description    *string
	Resolution     *string // set by the follow-up that resolves or closes the ticket
	SubmitterEmail *string // at most MaxEmail characters
	AssignedTo     *int64  // a user
	Status         Status
	OnHold         bool
	Priority       Priority
	DueDate        *time.Time // UTC, to the microsecond
	MergedTo       *int64     // a ticket
	Created        time.Time
	Modified       time.Time // of the last change to the ticket or the last follow-up on it
	SecretKey      string    `json:"-"` // random, good for nothing but showing to the submitter
	Version        int64     // counts writes; a write with an old one is a conflict
	Values         Values    // of the custom fields
}

// Limits, in characters.
const (
	MaxTitle = 200
	MaxEmail = 254
)

// Limits in bytes.
const (
	MaxText   = validate.MaxText // a description, a resolution, a comment or any other text without another limit
	MaxValues = MaxText          // all custom values of a ticket together
)

// Number is the ticket's public name, "[<queue slug>-<id>]".
func (t *Ticket) Number(q *Queue) string {
	return "[" + q.Slug + "-" + strconv.FormatInt(t.ID, 10) + "]"
}

// StatusLine is the status label, with " - On Hold" when the ticket is held.
func (t *Ticket) StatusLine() string {
	if t.OnHold {
		return t.Status.Label() + " - On Hold"
	}
	return t.Status.Label()
}

// Clone is a copy that shares nothing with t.
func (t *Ticket) Clone() *Ticket {
	c := *t
	c.Description = clone(t.Description)
	c.Resolution = clone(t.Resolution)
	c.SubmitterEmail = clone(t.SubmitterEmail)
	c.AssignedTo = clone(t.AssignedTo)
	c.DueDate = clone(t.DueDate)
	c.MergedTo = clone(t.MergedTo)
	c.Values = slices.Clone(t.Values)
	return &c
}

func clone[T any](p *T) *T {
	if p == nil {
		return nil
	}
	v := *p
	return &v
}

// AddressKey returns an e-mail address with ASCII letters in lower case. Two
// addresses belong to the same requester when their keys are equal.
func AddressKey(address string) string {
	key := []byte(address)
	for i, c := range key {
		if 'A' <= c && c <= 'Z' {
			key[i] = c + 'a' - 'A'
		}
	}
	return string(key)
}

// NewSecretKey returns 26 random letters and digits, for a ticket's SecretKey.
func NewSecretKey() string { return rand.Text() }
