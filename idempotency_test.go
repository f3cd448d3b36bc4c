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
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/storage/storagetest"
	"github.com/go-helpdesk/helpdesk/ticket"
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
	equal(t, commits.n, 3)
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

// lossy is a store on which the connection is lost during commits: after they have
// happened, or before.
type lossy struct {
	storage.Store
	losses int  // how many are still to come
	after  bool // the commit has happened
}

func (l *lossy) Update(ctx context.Context, fn func(storage.Tx) error) error {
	if l.losses == 0 {
		return l.Store.Update(ctx, fn)
	}
	err := l.Store.Update(ctx, func(tx storage.Tx) error {
		err := fn(tx)
		if err == nil && !l.after {
			err = storage.ErrUnknownOutcome
		}
		return err
	})
	if err == nil || errors.Is(err, storage.ErrUnknownOutcome) {
		l.losses--
		err = fmt.Errorf("commit: %w", storage.ErrUnknownOutcome)
	}
	return err
}

// TestALostCommitIsFoundOut: what has happened is replayed, and what has not is done.
func TestALostCommitIsFoundOut(t *testing.T) {
	t.Parallel()
	for _, after := range []bool{false, true} {
		d := newDesk(t)
		_, _, err := d.open(t.Context(), d.staff, opening("first")) // makes the key of the digests
		check(t, err)
		lossy := &lossy{Store: d.store, losses: 2, after: after}
		other := *d
		other.Desk = must(helpdesk.New(lossy, helpdesk.Config{}))(t)
		answer, replayed, err := other.open(t.Context(), d.staff, opening("k"))
		check(t, err)
		equal(t, replayed, after)
		equal(t, lossy.losses, map[bool]int{false: 0, true: 1}[after])
		again, _, err := other.open(t.Context(), d.staff, opening("k"))
		check(t, err)
		equal(t, again, answer)
		equal(t, d.tickets(t), 2)
	}
}

// TestEachWriteOfARequestMayFail, and it leaves nothing: the next try is the first.
func TestEachWriteOfARequestMayFail(t *testing.T) {
	t.Parallel()
	r := opening("k")
	r.Secret = "long-enough-9"
	var d *desk
	failures := 0
	storagetest.EachFailure(t, func(t testing.TB) storage.Store {
		d = handled(testdesk.Over(t, testdesk.OpenStore(t), helpdesk.Config{}))
		return d.store
	}, func(s storage.Store) error {
		other := *d
		other.Desk = must(helpdesk.New(s, helpdesk.Config{Hasher: d.Passwords()}))(t)
		return failure(onlyAnswer(other.open(t.Context(), d.staff, r)))
	}, func(storage.Store) {
		failures++
		_, replayed, err := d.open(t.Context(), d.staff, r)
		check(t, err)
		equal(t, replayed, false)
		equal(t, d.tickets(t), 1)
	})
	equal(t, failures >= 7, true) // the key and its commit, the request, a ticket, a follow-up, the answer, the commit
}

// TestARequestCutOffAnywhereCanBeTriedAgain: the context ends before each of its statements.
func TestARequestCutOffAnywhereCanBeTriedAgain(t *testing.T) {
	t.Parallel()
	b, c := cutDesk(t)
	for after := 0; ; after++ {
		ctx, cancel := context.WithCancel(t.Context())
		*c = cutAfter(after, cancel)
		_, replayed, err := b.desk.open(ctx, b.staff, opening("k"))
		cancel()
		c.after = -1
		if err == nil {
			equal(t, replayed, false)
			equal(t, after > 5, true)
			return
		}
		is(t, err, context.Canceled)
		equal(t, must(b.Progress(t.Context(), b.staff, opening("k")))(t), helpdesk.NotDone)
	}
}

func onlyAnswer(answer string, _ bool, err error) (string, error) { return answer, err }

// TestARequestWhoseTransactionIsRepeated has the effects of one, also when a password is
// hashed before it.
func TestARequestWhoseTransactionIsRepeated(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	again := *d
	again.Desk = must(helpdesk.New(storagetest.Rerun(d.store), helpdesk.Config{Hasher: d.Passwords()}))(t)
	for i := range 2 {
		_, replayed, err := again.Once(t.Context(), d.admin, opening("k"), func(in *helpdesk.Desk) ([]byte, error) {
			return nil, failure(in.CreateUser(t.Context(), d.admin, &user.User{Username: "new", Active: true}, "long-enough-9"))
		})
		check(t, err)
		equal(t, replayed, i > 0)
	}
	equal(t, must(d.Login(t.Context(), user.Credentials{Username: "new", Password: "long-enough-9"}))(t) != nil, true)
}

// TestARequestCountsOnceAgainstTheLimits, however often it is tried.
func TestARequestCountsOnceAgainstTheLimits(t *testing.T) {
	t.Parallel()
	d, _ := limited(t, helpdesk.Config{Limits: helpdesk.Limits{CreatesPerMinute: 1, Burst: 2}})
	request := func(key string) error {
		_, _, err := d.Once(t.Context(), d.jane, opening(key), func(in *helpdesk.Desk) ([]byte, error) {
			return nil, failure(in.CreateRequesterTicket(t.Context(), d.jane, d.draft()))
		})
		return err
	}
	for range 5 {
		check(t, request("a"))
	}
	check(t, request("b"))
	_, limit := errors.AsType[*helpdesk.LimitError](request("c"))
	equal(t, limit, true)
	check(t, request("a"))
	equal(t, d.tickets(t), 2)
}

// TestARequestInATransactionOfTheHosts is committed with it, as is one within Atomically.
func TestARequestInATransactionOfTheHosts(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	within := func(d *helpdesk.Desk) (replayed bool) {
		t.Helper()
		in := *h.desk
		in.Desk = d
		_, replayed, err := in.open(t.Context(), h.staff, opening("k"))
		check(t, err)
		return replayed
	}
	for _, commit := range []bool{false, true} {
		tx, joined := h.begin(t)
		equal(t, within(joined), false)
		equal(t, within(joined), true)
		if commit {
			check(t, tx.Commit())
		} else {
			check(t, tx.Rollback())
			equal(t, must(h.Progress(t.Context(), h.staff, opening("k")))(t), helpdesk.NotDone)
		}
	}
	equal(t, within(h.Desk), true)
	is(t, h.Atomically(t.Context(), func(d *helpdesk.Desk) error {
		in := *h.desk
		in.Desk = d
		for i := range 2 {
			_, replayed, err := in.open(t.Context(), h.staff, opening("other"))
			if err != nil {
				return err
			}
			equal(t, replayed, i > 0)
		}
		return errTakenBack
	}), errTakenBack)
	equal(t, must(h.Progress(t.Context(), h.staff, opening("other")))(t), helpdesk.NotDone)
	equal(t, h.tickets(t), 1)
}

// TestAUseCaseMayFailInsideARequest: a savepoint takes its work back, and the request goes
// on.
func TestAUseCaseMayFailInsideARequest(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	_, _, err := d.Once(t.Context(), d.admin, opening("k"), func(in *helpdesk.Desk) ([]byte, error) {
		_, err := in.CreateQueue(t.Context(), d.admin, &ticket.Queue{Title: "Support", Slug: "support"})
		equal(t, wrong(t, err), "slug: already taken")
		return nil, failure(in.CreateTicket(t.Context(), d.staff, d.draft()))
	})
	check(t, err)
	equal(t, d.tickets(t), 1)
}
