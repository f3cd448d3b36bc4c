package helpdesk_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// limited is a desk with limits, a clock, and a public queue.
func limited(t testing.TB, c helpdesk.Config) (*desk, *time.Time) {
	t.Helper()
	now := time.Date(2026, 1, 1, 12, 30, 0, 0, time.UTC)
	c.Now = func() time.Time { return now }
	d := handled(testdesk.New(t, c))
	d.public(t, d.support, nil)
	return d, &now
}

// reached expects a LimitError.
func reached(t testing.TB, err error, want helpdesk.LimitError) {
	t.Helper()
	got, ok := errors.AsType[*helpdesk.LimitError](err)
	if !ok || *got != want {
		t.Errorf("got %v (%+v), want %+v", err, got, want)
	}
}

func (d *desk) answer(actor *user.User, id int64, comment string, files ...followup.Upload) error {
	_, err := d.CreateRequesterReply(context.Background(), actor, id, comment, files...)
	return err
}

func TestDefaultLimitsAreThoseOfRequesters(t *testing.T) {
	t.Parallel()
	d, _ := limited(t, helpdesk.Config{})
	equal(t, d.Limits(d.jane), helpdesk.Limits{CreatesPerMinute: 30, Burst: 60, BytesPerDay: 200 << 20, AnswersPerTicket: 2000,
		BytesPerRequest: 100 << 20})
	for _, actor := range []*user.User{d.staff, d.admin, helpdesk.System()} {
		equal(t, d.Limits(actor), helpdesk.NoLimits())
	}
	set, _ := limited(t, helpdesk.Config{Limits: helpdesk.Limits{CreatesPerMinute: 5, BytesPerDay: 9, AnswersPerTicket: -1}})
	equal(t, set.Limits(set.jane), helpdesk.Limits{CreatesPerMinute: 5, Burst: 10, BytesPerDay: 9, AnswersPerTicket: -1,
		BytesPerRequest: 100 << 20})
}

// TestARequesterCreatesSoMuchAMinute, tickets and answers together, and nobody
// else is kept from it.
func TestARequesterCreatesSoMuchAMinute(t *testing.T) {
	t.Parallel()
	d, now := limited(t, helpdesk.Config{})
	id := d.request(t, d.jane).ID
	for range 29 {
		d.request(t, d.jane)
		check(t, d.answer(d.jane, id, "x"))
	}
	check(t, d.answer(d.jane, id, "x"))
	full := helpdesk.LimitError{Reason: helpdesk.CreatesPerMinute, Limit: 30, RetryAfter: 2 * time.Second}
	unchanged := d.unchanged(t)
	reached(t, d.answer(d.jane, id, "x"), full)
	_, err := d.With(d.store).CreateRequesterTicket(t.Context(), d.jane, &ticket.Ticket{QueueID: d.support.ID, Title: "x"})
	reached(t, err, full)
	reached(t, d.CheckLimits(d.jane, 0), full)
	unchanged()
	d.ticket(t)

	*now = now.Add(2 * time.Second)
	check(t, d.CheckLimits(d.jane, 0))
	check(t, d.answer(d.jane, id, "x"))
	reached(t, d.answer(d.jane, id, "x"), full)
}

// TestWhatIsNotDoneDoesNotCount: neither what the caller found wrong, nor what the desk
// finds wrong, nor what fails.
func TestWhatIsNotDoneDoesNotCount(t *testing.T) {
	t.Parallel()
	d, _ := limited(t, helpdesk.Config{Limits: helpdesk.Limits{CreatesPerMinute: 1, Burst: 2, BytesPerDay: 10}})
	id := d.request(t, d.jane, func(n *ticket.Ticket) { n.Title = "12345" }).ID
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for range 3 {
		_, err := d.CreateRequesterReply(refusing(t.Context()), d.jane, id, "12345")
		accepted(t, err)
		_, err = d.CreateRequesterTicket(refusing(t.Context()), d.jane, &ticket.Ticket{QueueID: d.support.ID, Title: "12345"})
		accepted(t, err)
		equal(t, wrong(t, d.answer(d.jane, id, " ")), "comment: blank")
		is(t, d.answer(d.jane, nobody, "12345"), helpdesk.ErrNotFound)
		_, err = d.CreateRequesterReply(ended, d.jane, id, "12345")
		is(t, err, context.Canceled)
		check(t, d.CheckLimits(d.jane, 5))
	}
	check(t, d.answer(d.jane, id, "12345"))
	reached(t, d.CheckLimits(d.jane, 0), helpdesk.LimitError{Reason: helpdesk.CreatesPerMinute, Limit: 1, RetryAfter: time.Minute})
}

// TestManyAtOnceAreLimitedLikeOneAfterTheOther.
func TestManyAtOnceAreLimitedLikeOneAfterTheOther(t *testing.T) {
	t.Parallel()
	d, _ := limited(t, helpdesk.Config{Limits: helpdesk.Limits{Burst: 6}})
	id := d.request(t, d.jane).ID
	var done atomic.Int64
	var all sync.WaitGroup
	for range 30 {
		all.Go(func() {
			if err := d.answer(d.jane, id, "x"); err == nil {
				done.Add(1)
			} else if _, ok := errors.AsType[*helpdesk.LimitError](err); !ok {
				t.Error(err)
			}
		})
	}
	all.Wait()
	equal(t, done.Load(), 5)
	equal(t, len(d.answers(t, d.jane, id)), 1+5)
}

// TestARequesterStoresSoMuchADay, texts and files together.
func TestARequesterStoresSoMuchADay(t *testing.T) {
	t.Parallel()
	d, now := limited(t, helpdesk.Config{Limits: helpdesk.Limits{BytesPerDay: 100, BytesPerRequest: 500}})
	id := d.request(t, d.jane, func(n *ticket.Ticket) { n.Title, n.Description = "12345", new("12345") }).ID // at 12:30
	*now = now.Add(5 * time.Hour)
	check(t, d.answer(d.jane, id, "12345", file("a.txt", make([]byte, 35)), file("b.txt", make([]byte, 50)))) // at 17:30
	unchanged := d.unchanged(t)
	reached(t, d.answer(d.jane, id, "1"), helpdesk.LimitError{Reason: helpdesk.BytesPerDay, Limit: 100,
		RetryAfter: 18*time.Hour + 30*time.Minute})
	reached(t, d.answer(d.jane, id, strings.Repeat("x", 11)),
		helpdesk.LimitError{Reason: helpdesk.BytesPerDay, Limit: 100, RetryAfter: 23*time.Hour + 30*time.Minute})
	reached(t, d.answer(d.jane, id, strings.Repeat("x", 500)),
		helpdesk.LimitError{Reason: helpdesk.BytesPerDay, Limit: 100, RetryAfter: 24 * time.Hour})
	reached(t, d.answer(d.jane, id, strings.Repeat("x", 501)), helpdesk.LimitError{Reason: helpdesk.BytesPerRequest, Limit: 500})
	*now = now.Add(18 * time.Hour)
	reached(t, d.answer(d.jane, id, "1"), helpdesk.LimitError{Reason: helpdesk.BytesPerDay, Limit: 100, RetryAfter: 30 * time.Minute})
	unchanged()
	*now = now.Add(30 * time.Minute)
	check(t, d.answer(d.jane, id, strings.Repeat("x", 10)))
	reached(t, d.answer(d.jane, id, "1"), helpdesk.LimitError{Reason: helpdesk.BytesPerDay, Limit: 100, RetryAfter: 5 * time.Hour})
}

func TestARequesterHasSoManyAnswersOnATicket(t *testing.T) {
	t.Parallel()
	d, _ := limited(t, helpdesk.Config{Limits: helpdesk.Limits{AnswersPerTicket: 2}})
	id, other := d.request(t, d.jane).ID, d.request(t, d.jane).ID
	d.reply(t, &followup.FollowUp{TicketID: id, Comment: new("x"), Public: true})
	check(t, d.answer(d.jane, id, "x"))
	check(t, d.answer(d.jane, id, "x"))
	unchanged := d.unchanged(t)
	reached(t, d.answer(d.jane, id, "x"), helpdesk.LimitError{Reason: helpdesk.AnswersPerTicket, Limit: 2})
	unchanged()
	check(t, d.answer(d.jane, other, "x"))
	for range 3 {
		d.reply(t, &followup.FollowUp{TicketID: id, Comment: new("x"), Public: true})
	}
}

// TestAHostLimitsWhomItLikes: each way to create something counts.
func TestAHostLimitsWhomItLikes(t *testing.T) {
	t.Parallel()
	d, _ := limited(t, helpdesk.Config{
		Limits: helpdesk.Limits{BytesPerDay: 1},
		LimitsOf: func(actor *user.User) helpdesk.Limits {
			if actor.Username == "staff" {
				return helpdesk.Limits{CreatesPerMinute: 1, Burst: 3, AnswersPerTicket: 1}
			}
			return helpdesk.NoLimits()
		},
	})
	theirs := d.request(t, d.jane, func(n *ticket.Ticket) { n.Title = "As long as they like" }).ID
	d.ticket(t)
	f := d.reply(t, &followup.FollowUp{TicketID: theirs, Comment: new("x"), Public: true})
	_, err := d.Reply(t.Context(), d.staff, &followup.FollowUp{TicketID: theirs, Comment: new("x")})
	reached(t, err, helpdesk.LimitError{Reason: helpdesk.AnswersPerTicket, Limit: 1})
	a := &followup.Attachment{FollowUpID: f.ID}
	must(d.CreateAttachment(t.Context(), d.staff, a, file("a.txt", []byte("x"))))(t)
	full := helpdesk.LimitError{Reason: helpdesk.CreatesPerMinute, Limit: 1, RetryAfter: time.Minute}
	_, err = d.CreateAttachment(t.Context(), d.staff, a, file("a.txt", []byte("x")))
	reached(t, err, full)
	_, err = d.CreateTicket(t.Context(), d.staff, &ticket.Ticket{QueueID: d.support.ID, Title: "x"})
	reached(t, err, full)
	_, err = d.Reply(t.Context(), d.staff, &followup.FollowUp{TicketID: theirs, Comment: new("x")})
	reached(t, err, full)
	must(d.CreateTicket(t.Context(), d.admin, &ticket.Ticket{QueueID: d.support.ID, Title: "x"}))(t)
}

// TestOnlyWhatIsCommittedCounts against the limits.
func TestOnlyWhatIsCommittedCounts(t *testing.T) {
	t.Parallel()
	d, _ := limited(t, helpdesk.Config{Limits: helpdesk.Limits{CreatesPerMinute: 1, Burst: 2}})
	for range 5 {
		is(t, d.atomically(t.Context(), func(in *desk) error {
			in.request(t, d.jane)
			return errTakenBack
		}), errTakenBack)
	}
	check(t, d.atomically(t.Context(), func(in *desk) error {
		in.request(t, d.jane)
		in.request(t, d.jane)
		_, err := in.CreateRequesterTicket(t.Context(), d.jane, d.draft())
		if _, ok := errors.AsType[*helpdesk.LimitError](err); !ok {
			t.Errorf("got %v", err)
		}
		return nil
	}))
	if _, ok := errors.AsType[*helpdesk.LimitError](d.CheckLimits(d.jane, 0)); !ok {
		t.Error("what was committed does not count")
	}
}
