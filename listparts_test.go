package helpdesk_test

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// supervised is a store that knows how many transactions are open, and of how many
// statements they were.
type supervised struct {
	storage.Store
	open, statements atomic.Int64
}

func newSupervised(t testing.TB) (*supervised, *desk) {
	t.Helper()
	w := &supervised{}
	w.Store = testdesk.OpenStore(t, func(string) { w.statements.Add(1) })
	return w, handled(testdesk.Over(t, w, helpdesk.Config{}))
}

func (w *supervised) View(ctx context.Context, fn func(storage.Tx) error) error {
	w.open.Add(1)
	defer w.open.Add(-1)
	return w.Store.View(ctx, fn)
}

func (w *supervised) Read(ctx context.Context, fn func(storage.Tx) error) error {
	w.open.Add(1)
	defer w.open.Add(-1)
	return w.Store.Read(ctx, fn)
}

func TestALoopOverAListMayEndEarly(t *testing.T) {
	t.Parallel()
	w, d := newSupervised(t)
	d.many(t, 250, nil)
	read := func(most int) (seen int, statements int64) {
		before := w.statements.Load()
		for _, err := range d.Tickets(d.staff, helpdesk.TicketQuery{}).All(t.Context()) {
			check(t, err)
			if seen++; seen == most {
				break
			}
		}
		return seen, w.statements.Load() - before
	}
	_, one := read(1)
	seen, all := read(0)
	equal(t, seen, 250)
	if all <= one {
		t.Errorf("%d statements for one, %d for all", one, all)
	}
}

func TestNoTransactionIsOpenWhileAListIsUsed(t *testing.T) {
	t.Parallel()
	w, d := newSupervised(t)
	d.many(t, 250, nil)
	long := d.longTicket(t, 4, 300<<10)
	seen := 0
	for thread, err := range d.Tickets(d.staff, helpdesk.TicketQuery{}).All(t.Context()) {
		check(t, err)
		equal(t, w.open.Load(), int64(0))
		if seen++; thread.ID == long {
			for _, err := range thread.FollowUps(t.Context()) {
				check(t, err)
				equal(t, w.open.Load(), int64(0))
				seen++
			}
		}
	}
	equal(t, seen, 251+5)
}

func TestAPageIsChosenByTheCount(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.many(t, 7, nil)
	tickets := d.Tickets(d.staff, helpdesk.TicketQuery{})
	page, err := tickets.Page(t.Context(), func(n int) (helpdesk.Window, error) { return helpdesk.Window{Offset: n - 2, Limit: 5}, nil })
	check(t, err)
	equal(t, page.Count, 7)
	equal(t, page.Len, 2)
	stop := errors.New("stop")
	_, err = tickets.Page(t.Context(), func(int) (helpdesk.Window, error) { return helpdesk.Window{}, stop })
	is(t, err, stop)
}

func TestAnErrorEndsTheLoop(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.many(t, 250, nil)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	seen := 0
	var ended []error
	for _, err := range d.Tickets(d.staff, helpdesk.TicketQuery{}).All(ctx) {
		if err != nil {
			ended = append(ended, err)
			continue
		}
		seen++
		cancel()
	}
	if len(ended) != 1 || !errors.Is(ended[0], context.Canceled) || seen == 0 || seen == 250 {
		t.Errorf("%d tickets, then %v", seen, ended)
	}
}

// whileReading calls change when the first element was yielded, and returns the ids of
// all that were.
func whileReading[T any](t *testing.T, l *helpdesk.List[T], id func(T) int64, change func()) (got []int64) {
	t.Helper()
	for item, err := range l.All(t.Context()) {
		check(t, err)
		if got = append(got, id(item)); len(got) == 1 {
			change()
		}
	}
	return got
}

// TestAListThatOthersWriteTo ends at the element that was last when it began, and what
// nobody touches is in it once.
func TestAListThatOthersWriteTo(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	tickets := d.many(t, 250, func(_ int, n *ticket.Ticket) { n.SubmitterEmail = new("jane@example.com") })
	remove := func(ids []int64, id int64) []int64 {
		check(t, d.DeleteTicket(t.Context(), d.staff, id))
		return slices.DeleteFunc(slices.Clone(ids), func(other int64) bool { return other == id })
	}
	more := func() { d.many(t, 5, func(_ int, n *ticket.Ticket) { n.SubmitterEmail = new("jane@example.com") }) }

	var want []int64
	got := whileReading(t, d.Tickets(d.staff, helpdesk.TicketQuery{}), func(v *helpdesk.Thread) int64 { return v.ID }, func() {
		more()
		want = remove(tickets, tickets[120])
	})
	equalIDs(t, got, want)

	all := collect(t, d.Tickets(d.staff, helpdesk.TicketQuery{}), 0, 0)
	last := all[len(all)-1].ID
	got = whileReading(t, d.Tickets(d.staff, helpdesk.TicketQuery{}), func(v *helpdesk.Thread) int64 { return v.ID }, func() {
		want = nil
		for _, v := range all[:len(all)-1] {
			want = append(want, v.ID)
		}
		remove(nil, last) // where it was to end
		more()
	})
	equalIDs(t, got, want)

	owned := d.RequesterTickets(d.jane, helpdesk.RequesterTicketFilter{})
	own := collect(t, owned, 0, 0)
	got = whileReading(t, owned, func(v *helpdesk.RequesterTicket) int64 { return v.ID }, func() {
		want = nil
		for _, v := range own {
			want = append(want, v.ID)
		}
		want = remove(want, own[130].ID)
		more()
	})
	equalIDs(t, got, want)
}

// TestASortedListThatOthersWriteTo has what comes before its end wherever it was read
// to.
func TestASortedListThatOthersWriteTo(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.ticket(t).ID
	day := func(n int) time.Time { return time.Date(2030, 1, 1+n, 0, 0, 0, 0, time.UTC) }
	add := func(n int, name string) (made int64) {
		check(t, d.store.Update(t.Context(), func(tx storage.Tx) error {
			f := &followup.FollowUp{TicketID: id, Date: day(n)}
			check(t, tx.FollowUps().Insert(t.Context(), f))
			made = f.ID
			return tx.Attachments().Insert(t.Context(),
				&followup.Attachment{FollowUpID: f.ID, Filename: name, Content: strconv.FormatInt(f.ID, 10)})
		}))
		return made
	}
	name := func(n int) string { return "name" + string(rune('a'+n/26)) + string(rune('a'+n%26)) }
	for n := range 250 {
		add(n, name(n))
	}
	reads := 0
	for what, read := range map[string]func(change func()) []int64{
		"follow-ups": func(change func()) []int64 {
			return whileReading(t, d.FollowUps(d.staff, helpdesk.FollowUpQuery{}), func(f *followup.FollowUp) int64 { return f.ID }, change)
		},
		"attachments": func(change func()) []int64 {
			return whileReading(t, d.Attachments(d.staff), func(a *followup.Attachment) int64 { return a.FollowUpID }, change)
		},
	} {
		before := read(func() {})
		var late, early int64
		got := read(func() {
			reads++
			late, early = add(1000*reads, "z"+strconv.Itoa(reads)), add(-10000, "A")
		})
		equalIDs(t, got, before)
		after := read(func() {})
		if !slices.Contains(after, late) || !slices.Contains(after, early) {
			t.Errorf("%s: what was written is not there", what)
		}
	}
}

func equalIDs(t *testing.T, got, want []int64) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got %d elements, want %d: %v, want %v", len(got), len(want), got, want)
	}
}

// TestEachPartOfAListAsksForTheRightsAgain: what is granted may be taken away.
func TestEachPartOfAListAsksForTheRightsAgain(t *testing.T) {
	t.Parallel()
	p := &revocable{}
	d := handled(testdesk.New(t, helpdesk.Config{Policy: p}))
	d.many(t, 250, nil)
	seen := 0
	var failed error
	for _, err := range d.Tickets(d.staff, helpdesk.TicketQuery{}).All(t.Context()) {
		if failed = err; err == nil {
			seen++
		}
		p.revoked.Store(true)
	}
	is(t, failed, helpdesk.ErrForbidden)
	if seen == 0 || seen == 250 {
		t.Errorf("%d tickets", seen)
	}
}

type revocable struct {
	helpdesk.DefaultPolicy
	revoked atomic.Bool
}

func (p *revocable) Allow(actor *user.User, permission helpdesk.Permission) error {
	if p.revoked.Load() {
		return helpdesk.ErrForbidden
	}
	return p.DefaultPolicy.Allow(actor, permission)
}

// longTicket opens a ticket with so many answers of so many bytes.
func (d *desk) longTicket(t testing.TB, answers, size int) int64 {
	t.Helper()
	id := d.ticket(t).ID
	for i := range answers {
		text := strings.Repeat(string(rune('a'+i%26)), size)
		d.reply(t, &followup.FollowUp{TicketID: id, Comment: &text, Public: true}, file("x.txt", []byte("x")))
	}
	return id
}

// TestALongConversationIsReadInParts, in a list and alone, and is whole.
func TestALongConversationIsReadInParts(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	short := d.ticket(t).ID
	long := d.longTicket(t, 9, 200<<10)
	last := d.ticket(t).ID
	same := func(what string, thread *helpdesk.Thread) {
		t.Helper()
		_, loaded := thread.Loaded()
		equal(t, loaded, thread.ID != long)
		all := conversation(t, thread)
		equal(t, len(all), map[int64]int{short: 1, long: 10, last: 1}[thread.ID])
		for i, f := range all[1:] {
			if *f.Comment != strings.Repeat(string(rune('a'+i)), 200<<10) || len(f.Attachments) != 1 {
				t.Errorf("%s: follow-up %d is %.10q…", what, i, *f.Comment)
			}
		}
	}
	for range 2 {
		all := collect(t, d.Tickets(d.staff, helpdesk.TicketQuery{}), 0, 0)
		equal(t, len(all), 3)
		for i, thread := range all {
			equal(t, thread.ID, []int64{short, long, last}[i])
			same("list", thread)
		}
		same("ticket", must(d.Ticket(t.Context(), d.staff, long))(t))
		same("edited", d.edit(t, long, func(n *ticket.Ticket) { n.Title += "!" }))
	}
	equal(t, len(collect(t, d.FollowUps(d.staff, helpdesk.FollowUpQuery{}), 0, 0)), 12)
	equal(t, len(collect(t, d.FollowUps(d.staff, helpdesk.FollowUpQuery{}), 3, 7)), 7)
	equal(t, len(collect(t, d.Attachments(d.staff), 0, 0)), 9)
}

// TestALargeElementIsWaitedFor, outside of a transaction, wherever it is read.
func TestALargeElementIsWaitedFor(t *testing.T) {
	t.Parallel()
	w, d := newSupervised(t)
	text := strings.Repeat("x", 600<<10)
	large := d.ticket(t, func(n *ticket.Ticket) { n.Description, n.SubmitterEmail = &text, new("jane@example.com") })
	answer := d.reply(t, &followup.FollowUp{TicketID: large.ID, Comment: &text, Public: true})
	small := d.ticket(t)
	d.edit(t, large.ID, func(n *ticket.Ticket) { n.Description = new(text + ".") })
	for what, read := range map[string]func(context.Context) error{
		"ticket":     func(ctx context.Context) error { return failure(d.Ticket(ctx, d.staff, large.ID)) },
		"tickets":    func(ctx context.Context) error { return readAll(ctx, d.Tickets(d.staff, helpdesk.TicketQuery{})) },
		"history":    func(ctx context.Context) error { return readAll(ctx, d.History(d.staff, large.ID)) },
		"follow-up":  func(ctx context.Context) error { return failure(d.FollowUp(ctx, d.staff, answer.ID)) },
		"follow-ups": func(ctx context.Context) error { return readAll(ctx, d.FollowUps(d.staff, helpdesk.FollowUpQuery{})) },
		"own ticket": func(ctx context.Context) error { return failure(d.RequesterTicket(ctx, d.jane, large.ID)) },
		"own tickets": func(ctx context.Context) error {
			return readAll(ctx, d.RequesterTickets(d.jane, helpdesk.RequesterTicketFilter{}))
		},
		"answers": func(ctx context.Context) error { return readAll(ctx, d.RequesterFollowUps(d.jane, large.ID)) },
	} {
		waits := 0
		check(t, read(helpdesk.WithLarge(t.Context(), func(context.Context) error {
			waits++
			equal(t, w.open.Load(), int64(0))
			return nil
		})))
		if waits == 0 {
			t.Errorf("%s: a large element was not waited for", what)
		}
		stop := errors.New("stop")
		is(t, read(helpdesk.WithLarge(t.Context(), func(context.Context) error { return stop })), stop)
		check(t, read(t.Context()))
	}
	check(t, failure(d.Ticket(helpdesk.WithLarge(t.Context(), func(context.Context) error {
		t.Error("a small ticket was waited for")
		return nil
	}), d.staff, small.ID)))
}
