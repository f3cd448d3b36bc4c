package ticket

import (
	"crypto/rand"
	"slices"
	"strconv"
	"time"

	"github.com/go-helpdesk/helpdesk/internal/validate"
)

// Ticket is one request for help. Pointer fields are nullable in the API: nil is null,
// which differs from "".
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
	Modified       time.Time // time of the last change to the ticket, its follow-ups or its files
	SecretKey      string    `json:"-"` // random; shown to the submitter for compatibility and used for nothing
	Version        int64     // starts at 1, and is incremented by each write of the ticket, its follow-ups and its files
	Values         Values    // values of the custom fields
}

// Maximum lengths, in characters.
const (
	MaxTitle = 200
	MaxEmail = 254
)

// Maximum lengths, in bytes.
const (
	MaxText   = validate.MaxText // a description, a resolution, a comment, or any other text without its own limit
	MaxValues = MaxText          // all custom values of a ticket together
)

// Number returns the number that people call the ticket by: "[<queue slug>-<id>]".
func (t *Ticket) Number(q *Queue) string {
	return "[" + q.Slug + "-" + strconv.FormatInt(t.ID, 10) + "]"
}

// StatusLine returns the label of the status, with " - On Hold" if the ticket is on
// hold.
func (t *Ticket) StatusLine() string {
	if t.OnHold {
		return t.Status.Label() + " - On Hold"
	}
	return t.Status.Label()
}

// Clone returns a copy that shares nothing with t.
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

// AddressKey returns an e-mail address with its ASCII letters in lower case. Two
// addresses belong to the same requester if their keys are equal.
func AddressKey(address string) string {
	key := []byte(address)
	for i, c := range key {
		if 'A' <= c && c <= 'Z' {
			key[i] = c + 'a' - 'A'
		}
	}
	return string(key)
}

// NewSecretKey returns 26 random letters and digits for Ticket.SecretKey.
func NewSecretKey() string { return rand.Text() }
