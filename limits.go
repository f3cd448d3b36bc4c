package helpdesk

import (
	"context"
	"fmt"
	"time"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// Limits bound what one account may create, so that it cannot use up what all
// share. In each field 0 means the default, and a negative number no limit.
type Limits struct {
	// CreatesPerMinute is how many tickets, follow-ups and attachments the account
	// may create a minute, on average; 30 by default.
	CreatesPerMinute int

	// Burst is how many of them it may create at once; twice CreatesPerMinute by
	// default.
	Burst int

	// BytesPerDay is how many bytes of texts and files it may store within 24 hours;
	// 200 MiB by default. It is counted by the hour.
	BytesPerDay int64

	// AnswersPerTicket is how many public follow-ups it may have on one ticket,
	// the opening one aside; 2,000 by default.
	AnswersPerTicket int

	// BytesPerRequest is how many bytes one call may store and one request may
	// have; 100 MiB by default.
	BytesPerRequest int64
}

// NoLimits returns Limits that bound nothing.
func NoLimits() Limits { return Limits{-1, -1, -1, -1, -1} }

// complete replaces zeros by the defaults.
func (l Limits) complete() Limits {
	if l.CreatesPerMinute == 0 {
		l.CreatesPerMinute = 30
	}
	if l.Burst <= 0 {
		l.Burst = 2 * l.CreatesPerMinute
	}
	if l.BytesPerDay == 0 {
		l.BytesPerDay = 200 << 20
	}
	if l.AnswersPerTicket == 0 {
		l.AnswersPerTicket = 2000
	}
	if l.BytesPerRequest == 0 {
		l.BytesPerRequest = 100 << 20
	}
	return l
}

// LimitReason names the field of Limits that an account has reached.
type LimitReason string

// The reasons, each named after its field of Limits.
const (
	CreatesPerMinute LimitReason = "tickets and answers a minute"
	BytesPerDay      LimitReason = "bytes of texts and files a day"
	AnswersPerTicket LimitReason = "answers on one ticket"
	BytesPerRequest  LimitReason = "bytes in one request"
)

// LimitError says that an account has reached a limit. Nothing was written.
type LimitError struct {
	Reason     LimitReason
	Limit      int64
	RetryAfter time.Duration // when it is worth trying again; 0 when waiting does not help
}

func (e *LimitError) Error() string {
	return fmt.Sprintf("helpdesk: the limit of %d %s is reached", e.Limit, e.Reason)
}

// Limits returns the limits of an actor, with the defaults in place of zeros. Staff have no
// limits unless Config.LimitsOf says otherwise, and an actor who is no account, such as
// System, never has any.
func (d *Desk) Limits(actor *user.User) Limits {
	switch {
	case actor == nil || actor.ID == 0:
		return NoLimits()
	case d.limitsOf != nil:
		return d.limitsOf(actor).complete()
	case actor.IsStaff():
		return NoLimits()
	}
	return d.limits
}

// CheckLimits returns the LimitError that a call which stores so many bytes would get now,
// or nil. It counts nothing.
func (d *Desk) CheckLimits(actor *user.User, bytes int64) error {
	settle, err := d.usage.reserve(actor, d.Limits(actor), bytes, d.clock())
	if err != nil {
		return err
	}
	settle(false)
	return nil
}

// limitReplies returns a LimitError when the actor has as many public follow-ups on a
// ticket as the limits allow.
func (d *Desk) limitReplies(ctx context.Context, tx *transaction, actor *user.User, ticketID int64) error {
	limit := d.Limits(actor).AnswersPerTicket
	if limit < 0 {
		return nil
	}
	n, err := tx.FollowUps().CountAnswers(ctx, ticketID, actor.ID)
	if err == nil && n >= limit {
		err = &LimitError{Reason: AnswersPerTicket, Limit: int64(limit)}
	}
	return err
}

// sizeOf is how many bytes of texts and files a new ticket has.
func sizeOf(t *ticket.Ticket, files []followup.Upload) int64 {
	if t == nil {
		return 0
	}
	n := len(t.Title)
	if t.Description != nil {
		n += len(*t.Description)
	}
	for _, v := range t.Values {
		n += len(v.Text)
	}
	return int64(n) + sizeOfFiles(files)
}

func sizeOfFiles(files []followup.Upload) (n int64) {
	for i := range files {
		n += max(0, files[i].Size)
	}
	return n
}

// sizeOfReply is how many bytes of texts and files a new follow-up has.
func sizeOfReply(f *followup.FollowUp, files []followup.Upload) int64 {
	n := sizeOfFiles(files)
	if f == nil {
		return n
	}
	for _, text := range []*string{f.Title, f.Comment} {
		if text != nil {
			n += int64(len(*text))
		}
	}
	return n
}
