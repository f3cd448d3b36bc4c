package helpdesk_test

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// sent is a cursor as a client gives it back.
func sent(t testing.TB, c helpdesk.Cursor) (got helpdesk.Cursor) {
	t.Helper()
	text := must(c.MarshalText())(t)
	check(t, got.UnmarshalText(text))
	equal(t, got, c)
	return got
}

// walk reads a list page by page from a cursor on, forward or backward, and returns the
// pages. Between is called before each.
func walk[T any](t testing.TB, l *helpdesk.List[T], c helpdesk.Cursor, back bool, limit func() int, between func()) (pages [][]T) {
	t.Helper()
	for {
		between()
		most := limit()
		items, previous, next, err := l.Find(t.Context(), sent(t, c), most)
		check(t, err)
		if len(items) > most {
			t.Errorf("%d elements in a page of %d", len(items), most)
		}
		pages = append(pages, items)
		if c = next; back {
			c = previous
		}
		if c == (helpdesk.Cursor{}) {
			return pages
		}
	}
}

// checkWalk walks over a list to its end and back, and compares the pages with what it
// holds.
func checkWalk[T any](t *testing.T, l *helpdesk.List[T], limit int, all []int64, id func(T) int64) {
	t.Helper()
	pages := slices.Collect(slices.Chunk(all, limit))
	same := func(i int, got []T) {
		t.Helper()
		var found []int64
		for _, item := range got {
			found = append(found, id(item))
		}
		equalIDs(t, found, pages[i])
	}
	var c helpdesk.Cursor
	for i := 0; ; i++ {
		items, previous, next, err := l.Find(t.Context(), sent(t, c), limit)
		check(t, err)
		same(i, items)
		equal(t, previous == helpdesk.Cursor{}, i == 0)
		if equal(t, next == helpdesk.Cursor{}, i == len(pages)-1); i == len(pages)-1 {
			c = previous
			break
		}
		c = next
	}
	for i := len(pages) - 2; i >= 0; i-- {
		items, previous, next, err := l.Find(t.Context(), sent(t, c), limit)
		check(t, err)
		same(i, items)
		equal(t, previous == helpdesk.Cursor{}, i == 0)
		items, _, _, err = l.Find(t.Context(), next, limit)
		check(t, err)
		same(i+1, items)
		c = previous
	}
}

// TestPagesOfShortLists: of those that TestPartsOfEveryList leaves out.
func TestPagesOfShortLists(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	var groups, tokens, answers []int64
	for i := range 20 { // more than are read at once
		groups = append(groups, must(d.CreateGroup(t.Context(), d.admin, &user.Group{Name: "g" + strconv.Itoa(50-i)}))(t).ID)
	}
	for i := range 7 {
		token, _, err := d.CreateToken(t.Context(), d.jane, &user.Token{UserID: d.jane.ID, Name: "t" + strconv.Itoa(i)})
		check(t, err)
		tokens = append(tokens, token.ID)
	}
	mine := d.ticket(t, func(n *ticket.Ticket) { n.SubmitterEmail = new("jane@example.com") })
	for _, f := range collect(t, d.RequesterFollowUps(d.jane, mine.ID), 0, 0) {
		answers = append(answers, f.ID)
	}
	for i := range 8 {
		f := d.reply(t, &followup.FollowUp{TicketID: mine.ID, Public: i%2 == 0, Comment: new("x")})
		if f.Public {
			answers = append(answers, f.ID)
		}
	}
	ofGroup := func(g *user.Group) int64 { return g.ID }
	byName := helpdesk.GroupQuery{Order: user.Order{By: user.ByName}}
	for _, limit := range []int{1, 3, 8, 20, 21} {
		checkWalk(t, d.Groups(d.staff, helpdesk.GroupQuery{}), limit, groups, ofGroup)
		checkWalk(t, d.Groups(d.staff, byName), limit, reversed(groups), ofGroup)
		checkWalk(t, d.Tokens(d.jane, d.jane.ID), limit, tokens, func(v *user.Token) int64 { return v.ID })
		checkWalk(t, d.RequesterFollowUps(d.jane, mine.ID), limit, answers, func(v *helpdesk.RequesterFollowUp) int64 { return v.ID })
	}
	items, previous, next, err := d.Tokens(d.admin, d.admin.ID).Find(t.Context(), helpdesk.Cursor{}, 5)
	check(t, err)
	equal(t, len(items), 0)
	equal(t, [2]helpdesk.Cursor{previous, next}, [2]helpdesk.Cursor{})
}

// TestEachPageAsksForTheRightsAgain: what is granted may be taken away, and a cursor gives
// no right.
func TestEachPageAsksForTheRightsAgain(t *testing.T) {
	t.Parallel()
	p := &revocable{}
	d := handled(testdesk.New(t, helpdesk.Config{Policy: p}))
	d.many(t, 3, nil)
	l := d.Tickets(d.staff, helpdesk.TicketQuery{})
	_, _, next, err := l.Find(t.Context(), helpdesk.Cursor{}, 1)
	check(t, err)
	_, _, _, err = d.Tickets(d.jane, helpdesk.TicketQuery{}).Find(t.Context(), next, 1)
	is(t, err, helpdesk.ErrForbidden)
	p.revoked.Store(true)
	_, _, _, err = l.Find(t.Context(), next, 1)
	is(t, err, helpdesk.ErrForbidden)
}

// TestEachPageIsOfWhatTheActorReachesNow, whatever was granted when the walk began.
func TestEachPageIsOfWhatTheActorReachesNow(t *testing.T) {
	t.Parallel()
	d := newDivided(t)
	l := d.FollowUps(d.staff, helpdesk.FollowUpQuery{})
	first, _, next, err := l.Find(t.Context(), helpdesk.Cursor{}, 1)
	check(t, err)
	equal(t, first[0].TicketID, d.mine)
	must(d.UpdateUser(t.Context(), d.admin, d.staff.ID, func(u *user.User) error {
		u.Queues = []int64{d.billing.ID}
		return nil
	}))(t)
	rest, _, _, err := l.Find(t.Context(), next, 9)
	check(t, err)
	var tickets []int64
	for _, f := range rest {
		tickets = append(tickets, f.TicketID)
	}
	equalIDs(t, tickets, []int64{d.theirs, d.groups, d.to})
}

// TestEachPageOfAConversationAsksForItsTicketAgain: it may be another requester's now.
func TestEachPageOfAConversationAsksForItsTicketAgain(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	mine := d.ticket(t, func(n *ticket.Ticket) { n.SubmitterEmail = new("jane@example.com") }).ID
	d.reply(t, &followup.FollowUp{TicketID: mine, Public: true, Comment: new("x")})
	answers := d.RequesterFollowUps(d.jane, mine)
	_, _, next, err := answers.Find(t.Context(), helpdesk.Cursor{}, 1)
	check(t, err)
	d.edit(t, mine, func(n *ticket.Ticket) { n.SubmitterEmail = new("john@example.com") })
	_, _, _, err = answers.Find(t.Context(), next, 1)
	is(t, err, helpdesk.ErrNotFound)
}

// TestAPageFitsInMemory: it ends before what is large, which is then read alone.
func TestAPageFitsInMemory(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.ticket(t).ID
	want := []int64{collect(t, d.FollowUps(d.staff, helpdesk.FollowUpQuery{}), 0, 0)[0].ID}
	for _, size := range []int{1, 200 << 10, 200 << 10, 200 << 10, 600 << 10, 1, 600 << 10} {
		text := strings.Repeat("x", size)
		want = append(want, d.reply(t, &followup.FollowUp{TicketID: id, Comment: &text}).ID)
	}
	l := d.FollowUps(d.staff, helpdesk.FollowUpQuery{})
	for _, back := range []bool{false, true} {
		var c helpdesk.Cursor
		if back {
			_, _, next, err := l.Find(t.Context(), c, 1)
			check(t, err)
			for next != (helpdesk.Cursor{}) {
				c = next
				_, _, next, err = l.Find(t.Context(), c, 1)
				check(t, err)
			}
		}
		var got []int64
		for _, page := range walk(t, l, c, back, func() int { return 9 }, func() {}) {
			bytes := 0
			var found []int64
			for _, f := range page {
				found = append(found, f.ID)
				if f.Comment != nil {
					bytes += len(*f.Comment)
				}
			}
			if bytes > 512<<10 && len(page) > 1 {
				t.Errorf("%d elements of %d bytes in a page", len(page), bytes)
			}
			if back {
				slices.Reverse(found)
			}
			got = append(got, found...)
		}
		if back {
			slices.Reverse(got)
			if len(got) > 0 && got[len(got)-1] != want[len(want)-1] {
				got = append(got, want[len(want)-1]) // the walk began at it
			}
		}
		equalIDs(t, got, want)
	}
	stop := errors.New("stop")
	ctx := helpdesk.WithLarge(t.Context(), func(context.Context) error { return stop })
	large := d.FollowUps(d.staff, helpdesk.FollowUpQuery{Order: followup.Order{Descending: true}})
	_, _, _, err := large.Find(ctx, helpdesk.Cursor{}, 1)
	is(t, err, stop)
}

func TestAPageIsRefused(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.many(t, 3, nil)
	d.reply(t, &followup.FollowUp{TicketID: d.ticket(t).ID, Comment: new("x")})
	for _, limit := range []int{0, -1} {
		if _, _, _, err := d.Users(d.staff, helpdesk.UserQuery{}).Find(t.Context(), helpdesk.Cursor{}, limit); err == nil {
			t.Errorf("limit %d is not refused", limit)
		}
	}
	_, _, byDate, err := d.FollowUps(d.staff, helpdesk.FollowUpQuery{}).Find(t.Context(), helpdesk.Cursor{}, 1)
	check(t, err)
	for _, o := range []followup.Order{{Descending: true}, {By: followup.ByID}} {
		_, _, _, err = d.FollowUps(d.staff, helpdesk.FollowUpQuery{Order: o}).Find(t.Context(), byDate, 1)
		is(t, err, helpdesk.ErrInvalidCursor)
	}
}
