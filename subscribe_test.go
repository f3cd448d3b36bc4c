package helpdesk_test

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"testing"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/event"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// waiting returns the notices that a channel has, without waiting for others.
func waiting(c <-chan helpdesk.Notice) (all []helpdesk.Notice) {
	for {
		select {
		case n := <-c:
			all = append(all, n)
		default:
			return all
		}
	}
}

// renameTo changes the title of a ticket, which is one event.
func renameTo(ctx context.Context, d *helpdesk.Desk, actor *user.User, id int64, title string) error {
	_, err := d.UpdateTicket(ctx, actor, id, func(t *ticket.Ticket) error { t.Title = title; return nil })
	return err
}

func TestSubscribersHearWhatIsCommitted(t *testing.T) {
	t.Parallel()
	b := newBusy(t, testdesk.OpenStore(t))
	ctx, stop := context.WithCancel(t.Context())
	notices := must(b.Subscribe(ctx))(t)
	first := waiting(notices)
	_, end := eventsAfter(t, b.Events, b.admin, 0)
	if len(first) != 1 || first[0].Event != nil || first[0].After > end {
		t.Fatalf("the first notices are %v", first)
	}
	for _, w := range writings() {
		if err := w.do(t.Context(), b); err != nil { // some undo what others need
			continue
		}
	}
	check(t, renameTo(t.Context(), b.Desk, b.admin, b.other, "last"))
	failed := errors.New("failed")
	equal(t, b.Atomically(t.Context(), func(d *helpdesk.Desk) error {
		check(t, renameTo(t.Context(), d, b.admin, b.other, "rolled back"))
		return failed
	}), failed)
	want, _ := eventsAfter(t, b.Events, b.admin, end)
	var got []int64
	for _, n := range waiting(notices) {
		if n.Event == nil {
			t.Fatalf("notices were missed: %v", n)
		}
		got = append(got, n.Event.ID)
	}
	slices.Sort(got)
	var ids []int64
	for _, e := range want {
		ids = append(ids, e.ID)
	}
	if !slices.Equal(got, ids) {
		t.Errorf("heard of %v, and the feed has %v", got, ids)
	}
	stop()
	for range notices { // it is closed
	}
}

// TestASlowSubscriberContinuesFromAPosition: it keeps nobody waiting, and finds in the feed
// what it missed.
func TestASlowSubscriberContinuesFromAPosition(t *testing.T) {
	t.Parallel()
	b := newBusy(t, testdesk.OpenStore(t))
	notices := must(b.Subscribe(t.Context()))(t)
	seen := map[int64]bool{}
	_, end := eventsAfter(t, b.Events, b.admin, 0)
	take := func() (missed int) {
		for _, n := range waiting(notices) {
			if n.Event != nil {
				seen[n.Event.ID] = true
				continue
			}
			missed++
			found, _ := eventsAfter(t, b.Events, b.admin, n.After)
			for _, e := range found {
				seen[e.ID] = true
			}
		}
		return missed
	}
	equal(t, take(), 1)
	for range 3 {
		for i := range 300 {
			check(t, renameTo(t.Context(), b.Desk, b.admin, b.full, []string{"a", "b"}[i%2]))
		}
		equal(t, take(), 1)
		check(t, renameTo(t.Context(), b.Desk, b.admin, b.full, "c"))
		equal(t, take(), 0)
	}
	want, _ := eventsAfter(t, b.Events, b.admin, end)
	for _, e := range want {
		if !seen[e.ID] {
			t.Fatalf("event %d of %s was missed", e.ID, e.Type)
		}
	}
	equal(t, len(want), 3*301)
}

// TestAHostsTransactionIsHeardAfterNotify: not before, and not after a rollback.
func TestAHostsTransactionIsHeardAfterNotify(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	opened := must(h.CreateTicket(t.Context(), h.staff, &ticket.Ticket{QueueID: h.support.ID, Title: "Order"}))(t)
	notices := must(h.Subscribe(t.Context()))(t)
	waiting(notices)
	tx, joined := h.begin(t)
	check(t, joined.Atomically(t.Context(), func(d *helpdesk.Desk) error {
		return renameTo(t.Context(), d, h.admin, opened.ID, "rolled back")
	}))
	check(t, tx.Rollback())
	tx, joined = h.begin(t)
	check(t, joined.Atomically(t.Context(), func(d *helpdesk.Desk) error {
		return renameTo(t.Context(), d, h.admin, opened.ID, "joined")
	}))
	check(t, tx.Commit())
	equal(t, len(waiting(notices)), 0)
	joined.Notify()
	heard := waiting(notices)
	equal(t, len(heard), 1)
	equal(t, heard[0].Event.Data.(*event.TicketUpdate).Title.New.String, "joined")
	joined.Notify()
	equal(t, len(waiting(notices)), 0)
}

// TestASignalComesFromOtherProcesses that write to the same database.
func TestASignalComesFromOtherProcesses(t *testing.T) {
	t.Parallel()
	b := newBusy(t, testdesk.OpenStore(t))
	other := must(helpdesk.New(b.store, helpdesk.Config{}))(t)
	for _, writer := range []*helpdesk.Desk{b.Desk, other} {
		_, after := eventsAfter(t, b.Events, b.admin, 0)
		signal := b.EventSignal()
		check(t, renameTo(t.Context(), writer, b.admin, b.full, rand.Text()))
		for found := []*event.Event(nil); len(found) == 0; { // the first signals may be of what was written before
			check(t, signal.Wait(t.Context()))
			signal = b.EventSignal()
			found, after = eventsAfter(t, b.Events, b.admin, after)
		}
		ctx, stop := context.WithCancel(t.Context())
		stop()
		equal(t, errors.Is(b.EventSignal().Wait(ctx), context.Canceled), true)
	}
}

// TestBeforeCommitIsPartOfTheWrite: what it writes is committed with the event, and what it
// refuses is not written.
func TestBeforeCommitIsPartOfTheWrite(t *testing.T) {
	t.Parallel()
	db, store := testdesk.OpenHost(t)
	must(db.ExecContext(t.Context(), "CREATE TABLE orders (ticket INTEGER)"))(t)
	refused, missing := errors.New("no more orders"), errors.New("")
	check(t, store.Migrate(t.Context()))
	d := handled(testdesk.Over(t, store, helpdesk.Config{
		BeforeCommit: func(ctx context.Context, tx storage.Statements, events []*event.Event) error {
			for _, e := range events {
				switch {
				case e.ID == 0 || e.Body() != "" || e.Data == nil:
					t.Errorf("%+v is no event for a host", e)
				case e.Type != "ticket.created":
				case e.Data.(*event.TicketData).Title.String == "refused":
					return refused
				case e.Data.(*event.TicketData).Title.String == "wrong":
					missing = tx.Exec(ctx, "INSERT INTO no_such_table VALUES (1)")
					return nil // the write fails nevertheless
				default:
					if err := tx.Exec(ctx, "INSERT INTO orders (ticket) VALUES (?)", e.TicketID); err != nil {
						return err
					}
				}
			}
			return nil
		},
	}))
	h := &host{d, db, store}
	open := func(d *helpdesk.Desk, title string) error {
		_, err := d.CreateTicket(t.Context(), h.staff, &ticket.Ticket{QueueID: h.support.ID, Title: title})
		return err
	}
	check(t, open(h.Desk, "fine"))
	equal(t, h.orders(t), 1)
	unchanged := h.unchanged(t)
	equal(t, errors.Is(open(h.Desk, "refused"), refused), true)
	if err := open(h.Desk, "wrong"); err == nil || missing == nil {
		t.Errorf("a failed statement is %v, and its write %v", missing, err)
	}
	unchanged()
	check(t, h.Atomically(t.Context(), func(d *helpdesk.Desk) error {
		check(t, open(d, "in a unit"))
		equal(t, errors.Is(open(d, "refused"), refused), true)
		return nil
	}))
	tx, joined := h.begin(t)
	check(t, open(joined, "joined"))
	check(t, tx.Commit())
	equal(t, h.orders(t), 3)
}

// TestTheEndOfEventsIsAfterWhatWasCommitted, also when nobody has listed it.
func TestTheEndOfEventsIsAfterWhatWasCommitted(t *testing.T) {
	t.Parallel()
	b := newBusy(t, testdesk.OpenStore(t))
	check(t, b.store.Update(t.Context(), func(tx storage.Tx) error {
		var many []*event.Event
		for range 2500 {
			e := &event.Event{Type: "ticket.deleted", TicketID: 1, Object: event.Object{Kind: event.Ticket, ID: 1}}
			check(t, e.Describe(&ticket.Ticket{}, nil, nil))
			many = append(many, e)
		}
		return tx.Events().Append(t.Context(), many)
	}))
	end := must(b.EndOfEvents(t.Context()))(t)
	found, next := eventsAfter(t, b.Events, b.admin, end)
	if len(found) > 0 || next != end {
		t.Errorf("after the end come %s", eventsInWords(found))
	}
	check(t, renameTo(t.Context(), b.Desk, b.admin, b.full, "later"))
	found, _ = eventsAfter(t, b.Events, b.admin, end)
	equal(t, eventsInWords(found), "updated ticket")
}

// TestASubscriberThatIsBehindReadsFromWhereItBegan: a write that is announced late must not
// be behind the position of a notice.
func TestASubscriberThatIsBehindReadsFromWhereItBegan(t *testing.T) {
	t.Parallel()
	b := newBusy(t, testdesk.OpenStore(t))
	notices := must(b.Subscribe(t.Context()))(t)
	start := waiting(notices)[0].After
	for i := range 300 {
		check(t, renameTo(t.Context(), b.Desk, b.admin, b.full, []string{"a", "b"}[i%2]))
		must(b.EndOfEvents(t.Context()))(t)
	}
	all := waiting(notices)
	if last := all[len(all)-1]; last.Event != nil || last.After != start {
		t.Errorf("the last notice is %v, and the subscription began at %d", last, start)
	}
}
