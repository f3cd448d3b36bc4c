package helpdesk_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/storage/storagetest"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

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
