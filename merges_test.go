package helpdesk_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// merge merges a ticket into another.
func (d *desk) merge(t testing.TB, id, into int64) error {
	t.Helper()
	_, err := d.UpdateTicket(t.Context(), d.staff, id, func(n *ticket.Ticket) error {
		n.MergedTo = &into
		return nil
	})
	return err
}

func TestNoTicketIsMergedIntoItself(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	a, b, c := d.ticket(t).ID, d.ticket(t).ID, d.ticket(t).ID
	const cycle = "merged_to: merged into self"
	equal(t, wrong(t, d.merge(t, a, a)), cycle)
	check(t, d.merge(t, a, b))
	equal(t, wrong(t, d.merge(t, b, a)), cycle)
	check(t, d.merge(t, b, c))
	unchanged := d.unchanged(t)
	equal(t, wrong(t, d.merge(t, c, a)), cycle)
	equal(t, wrong(t, d.merge(t, c, b)), cycle)
	equal(t, wrong(t, d.merge(t, c, c)), cycle)
	unchanged()
	check(t, d.merge(t, a, c)) // out of one chain into another
}

func TestAMergeChangesNoStatus(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	a, b := d.ticket(t).ID, d.ticket(t).ID
	check(t, d.merge(t, a, b))
	equal(t, d.thread(t, a).Status, ticket.Open)
	sameLines(t, d.history(t, a), "Merged To: null → 2")
	sameLines(t, d.history(t, b))
}

// TestMergesAtOnceCloseNoCircle merges pairs into each other from two sides.
func TestMergesAtOnceCloseNoCircle(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for range 10 {
		a, b := d.ticket(t).ID, d.ticket(t).ID
		results := make(chan error)
		go func() { results <- d.merge(t, a, b) }()
		go func() { results <- d.merge(t, b, a) }()
		refused := 0
		for range 2 {
			if err := <-results; err != nil {
				refused++
				equal(t, wrong(t, err), "merged_to: merged into self")
			}
		}
		equal(t, refused, 1)
	}
}

func TestADeletedTicketTakesWhatIsItsOwn(t *testing.T) {
	t.Parallel()
	db, store := testdesk.OpenHost(t)
	b := newBusy(t, store)
	bare := b.thread(t, b.other)
	for _, f := range b.thread(t, b.full).Conversation {
		for _, a := range f.Attachments {
			defer func() { equal(t, b.hasContent(t, a), false) }()
		}
	}
	check(t, b.DeleteTicket(t.Context(), b.staff, b.full))
	_, err := b.Ticket(t.Context(), b.staff, b.full)
	is(t, err, helpdesk.ErrNotFound)
	_, err = b.FollowUp(t.Context(), b.staff, b.moved)
	is(t, err, helpdesk.ErrNotFound)
	_, err = b.Attachment(t.Context(), b.staff, b.attachment)
	is(t, err, helpdesk.ErrNotFound)
	is(t, counted(t.Context(), b.History(b.staff, b.full)), helpdesk.ErrNotFound)
	is(t, b.DeleteTicket(t.Context(), b.staff, b.full), helpdesk.ErrNotFound)
	equal(t, pieces(t, db), 0)
	equal(t, asJSON(b.thread(t, b.other)), asJSON(bare))
}

func TestTicketsMergedIntoADeletedOneAreMergedIntoNone(t *testing.T) {
	t.Parallel()
	b := newBusy(t, testdesk.OpenStore(t))
	check(t, b.DeleteTicket(t.Context(), b.staff, b.full))
	for _, id := range b.merged {
		if to := b.thread(t, id).MergedTo; to != nil {
			t.Errorf("merged into %d", *to)
		}
		sameLines(t, b.history(t, id), "Merged To: null → 2", "Merged To: 2 → null")
	}
}

// TestManyTicketsAreUnmerged: more than are read at once.
func TestManyTicketsAreUnmerged(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	into := d.ticket(t).ID
	ids := d.many(t, 205, func(_ int, n *ticket.Ticket) { n.MergedTo = &into })
	check(t, d.DeleteTicket(t.Context(), d.staff, into))
	for _, id := range []int64{ids[0], ids[99], ids[100], ids[204]} {
		equal(t, len(d.history(t, id)), 1)
	}
}

func TestADeletedTicketsIDIsNotUsedAgain(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.ticket(t).ID
	check(t, d.DeleteTicket(t.Context(), d.staff, id))
	equal(t, d.ticket(t).ID > id, true)
}

// TestNoUpdateIsLost has eight writers add to one ticket.
func TestNoUpdateIsLost(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.ticket(t, func(n *ticket.Ticket) { n.Description = new("") }).ID
	const writers, rounds = 8, 5
	failures := make(chan error)
	for w := range writers {
		go func() {
			var failed error
			for range rounds {
				_, err := d.UpdateTicket(t.Context(), d.staff, id, func(n *ticket.Ticket) error {
					n.Description = new(*n.Description + string(rune('a'+w)))
					return nil
				})
				failed = errors.Join(failed, err)
			}
			failures <- failed
		}()
	}
	for range writers {
		check(t, <-failures)
	}
	letters := []byte(*d.thread(t, id).Description)
	slices.Sort(letters)
	equal(t, string(letters), "aaaaabbbbbcccccdddddeeeeefffffggggghhhhh")
	equal(t, len(d.history(t, id)), writers*rounds)
}

// TestRepliesAtOnceQueueUp has eight writers turn one ticket from open to
// closed and back: each sees the status that the one before left.
func TestRepliesAtOnceQueueUp(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.ticket(t).ID
	const writers = 8
	failures := make(chan error)
	for w := range writers {
		go func() {
			status := []ticket.Status{ticket.Closed, ticket.Reopened}[w%2]
			_, err := d.Reply(t.Context(), d.staff, closing(id, status), file("a.txt", []byte("x")))
			failures <- err
		}()
	}
	for range writers {
		check(t, <-failures)
	}
	got := d.thread(t, id)
	equal(t, len(got.Conversation), 1+writers)
	status := ticket.Open
	for _, f := range got.Conversation[1:] {
		equal(t, len(f.Attachments), 1)
		if f.NewStatus == nil {
			continue
		}
		equal(t, *f.Changes[0].OldValue, status.Label())
		status = *f.NewStatus
	}
	equal(t, got.Status, status)
}
