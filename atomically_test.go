package helpdesk_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/storage/storagetest"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// atomically runs fn with the same desk inside a transaction.
func (d *desk) atomically(ctx context.Context, fn func(in *desk) error) error {
	return d.Atomically(ctx, func(inner *helpdesk.Desk) error {
		c := *d
		c.Desk = inner
		return fn(&c)
	})
}

// errTakenBack ends a transaction that would otherwise be committed.
var errTakenBack = errors.New("taken back")

// TestEveryUseCaseRunsAtomically: it does the same as alone, and nothing is left of it
// when the transaction is rolled back.
func TestEveryUseCaseRunsAtomically(t *testing.T) {
	t.Parallel()
	for _, w := range writings() {
		t.Run(w.name, func(t *testing.T) {
			t.Parallel()
			alone, inside := newBusy(t, testdesk.OpenStore(t)), newBusy(t, testdesk.OpenStore(t))
			check(t, w.do(t.Context(), alone))
			run := func(end error) error {
				return inside.atomically(t.Context(), func(in *desk) error {
					b := *inside
					b.desk = in
					return errors.Join(w.do(t.Context(), &b), end)
				})
			}
			unchanged := inside.unchanged(t)
			is(t, run(errTakenBack), errTakenBack)
			unchanged()
			check(t, run(nil))
			if a, b := unrandom(alone.dump(t)), unrandom(inside.dump(t)); a != b {
				t.Errorf("alone:\n%sinside:\n%s", a, b)
			}
		})
	}
}

// setUp makes a queue, an account and a ticket with an answer.
func setUp(ctx context.Context, d *helpdesk.Desk) (ticketID int64, err error) {
	system := helpdesk.System()
	q, err := d.CreateQueue(ctx, system, &ticket.Queue{Title: "New", Slug: "new"})
	if err != nil {
		return 0, err
	}
	agent, err := d.CreateUser(ctx, system, &user.User{Username: "agent", Active: true, Staff: true}, "long-enough-9")
	if err != nil {
		return 0, err
	}
	opened, err := d.CreateTicket(ctx, agent, &ticket.Ticket{QueueID: q.ID, Title: "First"})
	if err != nil {
		return 0, err
	}
	_, err = d.Reply(ctx, agent, &followup.FollowUp{TicketID: opened.ID, Comment: new("x")}, file("a.txt", []byte("a")))
	return opened.ID, err
}

// TestUseCasesInOneTransaction see what those before them wrote, and nobody else does.
func TestUseCasesInOneTransaction(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ctx := t.Context()
	var id int64
	check(t, d.atomically(ctx, func(in *desk) (err error) {
		if id, err = setUp(ctx, in.Desk); err != nil {
			return err
		}
		is(t, d.TicketExists(ctx, d.staff, id), helpdesk.ErrNotFound)
		equal(t, len(in.thread(t, id).Conversation), 2)
		return nil
	}))
	equal(t, len(d.thread(t, id).Conversation), 2)
	equal(t, must(d.Login(ctx, user.Credentials{Username: "agent", Password: "long-enough-9"}))(t) != nil, true)
}

// TestAFailedUseCaseLeavesTheWorkOfTheOthers lets each write fail in turn that one of
// three use cases does.
func TestAFailedUseCaseLeavesTheWorkOfTheOthers(t *testing.T) {
	t.Parallel()
	clock := func() time.Time { return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC) }
	start := func() *desk {
		d := handled(testdesk.Over(t, testdesk.OpenStore(t), helpdesk.Config{Now: clock}))
		d.ticket(t)
		return d
	}
	steps := []func(d *desk) error{
		func(d *desk) error {
			return failure(d.CreateTicket(t.Context(), d.staff, d.draft(), file("a.txt", []byte("a"))))
		},
		func(d *desk) error {
			return failure(d.Reply(t.Context(), d.staff, closing(1, ticket.Closed), file("a.txt", []byte("a"))))
		},
		func(d *desk) error {
			return failure(d.UpdateQueue(t.Context(), d.admin, d.support.ID, func(q *ticket.Queue) error { q.Title += "!"; return nil }))
		},
	}
	without := func(skipped int) string { // what there is when one step is left out
		d := start()
		for i, step := range steps {
			if i != skipped {
				check(t, step(d))
			}
		}
		return unrandom(d.dump(t))
	}
	failed := map[int]string{}
	for n := 1; ; n++ {
		d := start()
		before := d.dump(t)
		faulty := storagetest.Fail(d.store, n)
		failing := *d
		failing.Desk = must(helpdesk.New(faulty, helpdesk.Config{Now: clock}))(t)
		missing := -1
		err := failing.atomically(t.Context(), func(in *desk) error {
			for i, step := range steps {
				if err := step(in); err != nil {
					is(t, err, storagetest.ErrInjected)
					missing = i
				}
			}
			return nil
		})
		switch {
		case !faulty.Reached():
			check(t, err)
			equal(t, len(failed), len(steps))
			return
		case missing < 0: // the commit failed
			is(t, err, storagetest.ErrInjected)
			equal(t, d.dump(t), before)
			continue
		}
		check(t, err)
		if failed[missing] == "" {
			failed[missing] = without(missing)
		}
		if got := unrandom(d.dump(t)); got != failed[missing] {
			t.Errorf("write %d failed:\n%swant:\n%s", n, got, failed[missing])
		}
	}
}

// draft is a ticket to open.
func (d *desk) draft() *ticket.Ticket { return &ticket.Ticket{QueueID: d.support.ID, Title: "Broken"} }

// TestAPanicTakesEverythingBack, and the store goes on.
func TestAPanicTakesEverythingBack(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	unchanged := d.unchanged(t)
	func() {
		defer func() { equal(t, recover(), any("oh")) }()
		_ = d.atomically(t.Context(), func(in *desk) error {
			in.ticket(t)
			panic("oh")
		})
	}()
	unchanged()
	d.ticket(t)
}

// TestARefusedUseCaseMayBeIgnored: what a client did wrong ends nothing.
func TestARefusedUseCaseMayBeIgnored(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ctx := t.Context()
	check(t, d.atomically(ctx, func(in *desk) error {
		id := in.ticket(t).ID
		is(t, in.DeleteQueue(ctx, d.admin, d.support.ID), helpdesk.ErrInUse)
		_, err := in.CreateQueue(ctx, d.admin, &ticket.Queue{Title: "Support", Slug: "support"})
		equal(t, wrong(t, err), "slug: already taken")
		_, err = in.CreateTicket(ctx, d.staff, &ticket.Ticket{QueueID: nobody, Title: " "})
		equal(t, wrong(t, err), `queue: no such object "987654321"; title: blank`)
		is(t, in.DeleteTicket(ctx, d.jane, id), helpdesk.ErrForbidden)
		in.reply(t, &followup.FollowUp{TicketID: id})
		return nil
	}))
	equal(t, len(d.thread(t, 1).Conversation), 2)
}

// TestATransactionThatIsRepeated has the effects of one.
func TestATransactionThatIsRepeated(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	again := *d
	again.Desk = must(helpdesk.New(storagetest.Rerun(d.store), helpdesk.Config{Limits: helpdesk.Limits{CreatesPerMinute: 1, Burst: 2}}))(t)
	must(d.UpdateQueue(t.Context(), d.admin, d.support.ID, func(q *ticket.Queue) error { q.AllowPublicSubmission = true; return nil }))(t)
	runs := 0
	check(t, again.atomically(t.Context(), func(in *desk) error {
		runs++
		opened, err := in.CreateRequesterTicket(t.Context(), d.jane, d.draft())
		if err != nil {
			return err
		}
		return failure(in.Reply(t.Context(), d.staff, &followup.FollowUp{TicketID: opened.ID}))
	}))
	equal(t, runs, 2)
	equal(t, count(t, d.Tickets(d.staff, helpdesk.TicketQuery{})), 1)
	equal(t, count(t, d.FollowUps(d.staff, helpdesk.FollowUpQuery{})), 2)
	check(t, again.CheckLimits(d.jane, 0)) // one of two
}

// TestTransactionsThatWaitForEachOther lock two tickets in opposite orders. Where the
// database ends one of them, it is repeated.
func TestTransactionsThatWaitForEachOther(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	a, b := d.ticket(t).ID, d.ticket(t).ID
	add := func(ids ...int64) func() error {
		return func() error {
			return d.atomically(t.Context(), func(in *desk) error {
				for _, id := range ids {
					if err := failure(in.Reply(t.Context(), d.staff, &followup.FollowUp{TicketID: id})); err != nil {
						return err
					}
				}
				return nil
			})
		}
	}
	n := rounds(10)
	for range n {
		for _, err := range together(add(a, b), add(b, a), add(a, b), add(b, a)) {
			check(t, err)
		}
	}
	equal(t, len(d.thread(t, a).Conversation), 1+4*n)
	equal(t, len(d.thread(t, b).Conversation), 1+4*n)
}

// busyOnce is a store whose first transaction fails at its end because the database is
// busy, and is repeated.
type busyOnce struct {
	storage.Store
	alone bool // every Update was
}

func (s *busyOnce) Update(ctx context.Context, fn func(storage.Tx) error) error {
	s.alone = storage.IsAlone(ctx)
	err := s.Store.Update(ctx, func(tx storage.Tx) error { return errors.Join(fn(tx), storage.ErrBusy) })
	if !errors.Is(err, storage.ErrBusy) {
		return err
	}
	return s.Store.Update(ctx, fn)
}

// TestABusyDatabaseIsTriedAgain with all of the transaction, which shares no commit.
func TestABusyDatabaseIsTriedAgain(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	store := &busyOnce{Store: d.store}
	other := *d
	other.Desk = must(helpdesk.New(store, helpdesk.Config{}))(t)
	runs := 0
	check(t, other.atomically(t.Context(), func(in *desk) error {
		runs++
		return failure(in.CreateTicket(t.Context(), d.staff, d.draft()))
	}))
	equal(t, runs, 2)
	equal(t, count(t, d.Tickets(d.staff, helpdesk.TicketQuery{})), 1)
	equal(t, store.alone, true)
}

// TestTransactionsNest: the inner one is a savepoint of the outer one.
func TestTransactionsNest(t *testing.T) {
	t.Parallel()
	d, _ := limited(t, helpdesk.Config{Limits: helpdesk.Limits{CreatesPerMinute: 1, Burst: 2}})
	ctx := t.Context()
	request := func(in *desk) error { return failure(in.CreateRequesterTicket(ctx, d.jane, d.draft())) }
	check(t, d.atomically(ctx, func(in *desk) error {
		is(t, in.atomically(ctx, func(inner *desk) error {
			check(t, request(inner))
			check(t, inner.DeleteTicket(ctx, d.staff, inner.ticket(t).ID))
			return errTakenBack
		}), errTakenBack)
		equal(t, count(t, in.Tickets(d.staff, helpdesk.TicketQuery{})), 0)
		return in.atomically(ctx, request)
	}))
	equal(t, count(t, d.Tickets(d.staff, helpdesk.TicketQuery{})), 1)
	check(t, request(d)) // the second of two
	if _, ok := errors.AsType[*helpdesk.LimitError](request(d)); !ok {
		t.Error("creations inside of a transaction that nests do not count")
	}
}

// TestTheDeskOfATransactionEndsWithIt: it writes no more, and what came from it reads on.
func TestTheDeskOfATransactionEndsWithIt(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	long := d.longTicket(t, 9, 200<<10)
	var kept *desk
	var thread *helpdesk.Thread
	check(t, d.atomically(t.Context(), func(in *desk) error {
		kept, thread = in, in.edit(t, long, func(n *ticket.Ticket) { n.Title = "Edited" })
		return nil
	}))
	equal(t, len(conversation(t, thread)), 10)
	equal(t, count(t, kept.Tickets(d.staff, helpdesk.TicketQuery{})), 1)
	unchanged := d.unchanged(t)
	if err := kept.DeleteTicket(t.Context(), d.staff, long); err == nil {
		t.Error("a ticket was deleted after the end")
	}
	unchanged()
}

// TestAHostsTransactionIsRunOnce, whose rollback takes everything with it.
func TestAHostsTransactionIsRunOnce(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	for _, commit := range []bool{false, true} {
		unchanged := h.unchanged(t)
		tx, joined := h.begin(t)
		runs := 0
		check(t, joined.Atomically(t.Context(), func(d *helpdesk.Desk) error {
			runs++
			return failure(setUp(t.Context(), d))
		}))
		is(t, joined.Atomically(t.Context(), func(d *helpdesk.Desk) error {
			return errors.Join(failure(d.CreateQueue(t.Context(), h.admin, &ticket.Queue{Title: "Other", Slug: "other"})), errTakenBack)
		}), errTakenBack)
		equal(t, runs, 1)
		if commit {
			check(t, tx.Commit())
		} else {
			check(t, tx.Rollback())
			unchanged()
		}
	}
	equal(t, count(t, h.Queues(h.admin, ticket.QueueFilter{})), 3)
	equal(t, must(h.Login(t.Context(), user.Credentials{Username: "agent", Password: "long-enough-9"}))(t) != nil, true)
}
