package helpdesk_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/idempotency"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/user"
)

// opening is a request for a ticket.
func opening(key string) helpdesk.Request {
	return helpdesk.Request{Key: key, Scope: "tickets", Content: []byte("Broken")}
}

// open opens a ticket once, and returns its id.
func (d *desk) open(ctx context.Context, actor *user.User, r helpdesk.Request) (id string, replayed bool, err error) {
	answer, replayed, err := d.Once(ctx, actor, r, func(in *helpdesk.Desk) ([]byte, error) {
		opened, err := in.CreateTicket(ctx, d.staff, d.draft())
		if err != nil {
			return nil, err
		}
		return strconv.AppendInt(nil, opened.ID, 10), nil
	})
	return string(answer), replayed, err
}

func (d *desk) tickets(t testing.TB) int {
	t.Helper()
	return count(t, d.Tickets(d.staff, helpdesk.TicketQuery{}))
}

// TestARequestIsCarriedOutOnce for an account, a scope and a key.
func TestARequestIsCarriedOutOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ctx := t.Context()
	first, replayed, err := d.open(ctx, d.staff, opening("k"))
	check(t, err)
	equal(t, replayed, false)
	for range 2 {
		again, replayed, err := d.open(ctx, d.staff, opening("k"))
		check(t, err)
		equal(t, again, first)
		equal(t, replayed, true)
	}
	equal(t, d.tickets(t), 1)

	other := opening("k")
	other.Content = []byte("Burnt")
	_, _, err = d.open(ctx, d.staff, other)
	is(t, err, helpdesk.ErrKeyReused)
	other = opening("k")
	other.Secret = "a password"
	_, _, err = d.open(ctx, d.staff, other)
	is(t, err, helpdesk.ErrKeyReused)
	equal(t, d.tickets(t), 1)

	scoped := opening("k")
	scoped.Scope = "other"
	for i, r := range []struct {
		actor *user.User
		helpdesk.Request
	}{{d.admin, opening("k")}, {helpdesk.System(), opening("k")}, {d.staff, opening("K")}, {d.staff, scoped}} {
		_, replayed, err := d.open(ctx, r.actor, r.Request)
		check(t, err)
		equal(t, replayed, false)
		equal(t, d.tickets(t), i+2)
	}
}

// TestARequestWithASecret is the same only with the same secret, which is stored as
// passwords are.
func TestARequestWithASecret(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	r := opening("k")
	r.Secret = "long-enough-9"
	for i := range 3 {
		_, replayed, err := d.open(t.Context(), d.staff, r)
		check(t, err)
		equal(t, replayed, i > 0)
	}
	for _, secret := range []string{"long-enough-8", ""} {
		r.Secret = secret
		_, _, err := d.open(t.Context(), d.staff, r)
		is(t, err, helpdesk.ErrKeyReused)
	}
	equal(t, d.tickets(t), 1)
}

// TestABadRequestIsAnError, and nothing happens.
func TestABadRequestIsAnError(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, key := range []string{"", strings.Repeat("k", idempotency.MaxKey+1)} {
		_, _, err := d.open(t.Context(), d.staff, opening(key))
		equal(t, fmt.Sprint(err), "helpdesk: an idempotency key has from 1 to 255 bytes")
		_, err = d.Progress(t.Context(), d.staff, opening(key))
		equal(t, err != nil, true)
	}
	_, _, err := d.open(t.Context(), nil, opening("k"))
	is(t, err, helpdesk.ErrForbidden)
	_, err = d.Progress(t.Context(), nil, opening("k"))
	is(t, err, helpdesk.ErrForbidden)
	for _, size := range []int{idempotency.MaxAnswer + 1, idempotency.MaxAnswer} {
		answer, _, err := d.Once(t.Context(), d.staff, opening("long"), func(in *helpdesk.Desk) ([]byte, error) {
			_, err := in.CreateTicket(t.Context(), d.staff, d.draft())
			return make([]byte, size), err
		})
		equal(t, err == nil, size == idempotency.MaxAnswer)
		equal(t, len(answer) == size, err == nil)
	}
	equal(t, d.tickets(t), 1)
	_, _, err = d.open(t.Context(), d.staff, opening(strings.Repeat("k", idempotency.MaxKey)))
	check(t, err)
}

// TestAFailedRequestCanBeTriedAgain: it leaves no key behind.
func TestAFailedRequestCanBeTriedAgain(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	failed := errors.New("failed")
	_, _, err := d.Once(t.Context(), d.staff, opening("k"), func(in *helpdesk.Desk) ([]byte, error) {
		return nil, errors.Join(failure(in.CreateTicket(t.Context(), d.staff, d.draft())), failed)
	})
	is(t, err, failed)
	equal(t, must(d.Progress(t.Context(), d.staff, opening("k")))(t), helpdesk.NotDone)
	func() {
		defer func() { equal(t, recover(), any("oh")) }()
		_, _, _ = d.Once(t.Context(), d.staff, opening("k"), func(*helpdesk.Desk) ([]byte, error) { panic("oh") })
	}()
	equal(t, d.tickets(t), 0)
	_, replayed, err := d.open(t.Context(), d.staff, opening("k"))
	check(t, err)
	equal(t, replayed, false)
}

// TestAKeyMayBeUsedAnewAfterADay, and no sooner. Sweep deletes the old ones.
func TestAKeyMayBeUsedAnewAfterADay(t *testing.T) {
	t.Parallel()
	d, now := limited(t, helpdesk.Config{})
	ctx := t.Context()
	for _, wait := range []time.Duration{0, idempotency.Lifetime, time.Microsecond} {
		*now = now.Add(wait)
		_, replayed, err := d.open(ctx, d.staff, opening("k"))
		check(t, err)
		equal(t, replayed, wait == idempotency.Lifetime)
		equal(t, must(d.Progress(ctx, d.staff, opening("k")))(t), helpdesk.Done)
	}
	equal(t, d.tickets(t), 2)
	*now = now.Add(idempotency.Lifetime)
	must(d.Sweep(ctx))(t)
	equal(t, d.requestsBefore(t, now.Add(time.Hour)), 1)
	*now = now.Add(time.Microsecond)
	equal(t, must(d.Progress(ctx, d.staff, opening("k")))(t), helpdesk.NotDone)
	must(d.Sweep(ctx))(t)
	equal(t, d.requestsBefore(t, now.Add(time.Hour)), 0)
}

// requestsBefore counts the requests from before a time that are stored.
func (d *desk) requestsBefore(t testing.TB, before time.Time) (n int) {
	t.Helper()
	err := d.store.Update(t.Context(), func(tx storage.Tx) (err error) {
		if n, err = tx.Requests().DeleteBefore(t.Context(), before, 10_000); err == nil {
			err = errTakenBack
		}
		return err
	})
	is(t, err, errTakenBack)
	return n
}

// TestOldKeysGoEvenIfNobodySweeps, and Sweep works in small transactions.
func TestOldKeysGoEvenIfNobodySweeps(t *testing.T) {
	t.Parallel()
	d, now := limited(t, helpdesk.Config{})
	old := now.Add(-2 * idempotency.Lifetime)
	insert := func(n int) {
		t.Helper()
		check(t, d.store.Update(t.Context(), func(tx storage.Tx) error {
			for i := range n {
				r := &idempotency.Request{ID: []byte(strconv.Itoa(i)), Content: []byte("x"), Created: old}
				if err := tx.Requests().Insert(t.Context(), r); err != nil {
					return err
				}
			}
			return nil
		}))
	}
	insert(300)
	for i := range 200 {
		_, _, err := d.Once(t.Context(), d.staff, opening(strconv.Itoa(i)), func(*helpdesk.Desk) ([]byte, error) { return nil, nil })
		check(t, err)
		equal(t, d.requestsBefore(t, *now), []int{300, 100, 0}[(i+1)/100])
	}
	insert(401)
	commits := &commits{Store: d.store}
	must(d.With(commits).Sweep(t.Context()))(t)
	equal(t, d.requestsBefore(t, *now), 0)
	equal(t, commits.n, 3+2) // and one each for deliveries and events, of which none is old
}

// commits counts Updates.
type commits struct {
	storage.Store
	n int
}

func (c *commits) Update(ctx context.Context, fn func(storage.Tx) error) error {
	c.n++
	return c.Store.Update(ctx, fn)
}

// TestManyAtOnceWithOneKey are one request, in one process and in two.
func TestManyAtOnceWithOneKey(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	other := *d
	other.Desk = must(helpdesk.New(d.store, helpdesk.Config{}))(t) // as in another process, over the same database
	var first atomic.Int64
	calls := make([]func() error, 50)
	answers := make([]string, len(calls))
	for i := range calls {
		calls[i] = func() (err error) {
			replayed := false
			answers[i], replayed, err = []*desk{d, &other}[i%2].open(t.Context(), d.staff, opening("k"))
			if !replayed {
				first.Add(1)
			}
			return err
		}
	}
	for i, err := range together(calls...) {
		check(t, err)
		equal(t, answers[i], answers[0])
	}
	equal(t, first.Load(), 1)
	equal(t, d.tickets(t), 1)
}

// TestWhoWaitsForTooLongIsTold, in the same process and in another, and gets the answer
// later.
func TestWhoWaitsForTooLongIsTold(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	helpdesk.WaitForRequests(d.Desk, 10*time.Millisecond)
	other := *d
	other.Desk = must(helpdesk.New(d.store, helpdesk.Config{}))(t)
	helpdesk.WaitForRequests(other.Desk, 10*time.Millisecond)
	begun, end := make(chan struct{}), make(chan struct{})
	done := make(chan error)
	go func() {
		begin := true
		_, _, err := d.Once(t.Context(), d.staff, opening("k"), func(in *helpdesk.Desk) ([]byte, error) {
			if begin {
				close(begun)
				<-end
			}
			begin = false
			return []byte("1"), failure(in.CreateTicket(t.Context(), d.staff, d.draft()))
		})
		done <- err
	}()
	<-begun
	_, _, err := d.open(t.Context(), d.staff, opening("k"))
	is(t, err, helpdesk.ErrStillRunning)
	equal(t, must(d.Progress(t.Context(), d.staff, opening("k")))(t), helpdesk.Running)
	equal(t, must(d.Progress(t.Context(), d.staff, opening("other")))(t), helpdesk.NotDone)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, err = d.open(ended, d.staff, opening("k"))
	is(t, err, context.Canceled)
	_, _, err = other.open(t.Context(), d.staff, opening("k"))
	want := helpdesk.ErrBusy // nobody else writes meanwhile
	if os.Getenv("HELPDESK_TEST_STORE") == "mysql" {
		want = helpdesk.ErrStillRunning
	}
	is(t, err, want)
	close(end)
	check(t, <-done)
	for _, desk := range []*desk{d, &other} {
		answer, replayed, err := desk.open(t.Context(), d.staff, opening("k"))
		check(t, err)
		equal(t, answer, "1")
		equal(t, replayed, true)
	}
	equal(t, d.tickets(t), 1)
}
