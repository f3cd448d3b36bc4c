package helpdesk_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/storage"
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

// moving is a list of which some elements stay where they are, while others come, move and
// go.
type moving struct {
	still map[int64]bool
	write func(*rand.Rand) // one change of the others
	read  func(between func(), limit func() int, back bool) (pages [][]int64)
}

// TestAWalkWhileOthersWrite has each element that does not move exactly once, and in the
// same order in either direction.
func TestAWalkWhileOthersWrite(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for name, m := range movingLists(t, d) {
		for seed := range uint64(6) {
			random := rand.New(rand.NewPCG(seed, 1))
			between := func() {
				for range random.IntN(4) {
					m.write(random)
				}
			}
			limit := func() int { return 1 + random.IntN(12) }
			var before []int64
			for _, back := range []bool{false, true} {
				seen := map[int64]int{}
				var order []int64
				for _, page := range m.read(between, limit, back) {
					if back {
						slices.Reverse(page)
					}
					for _, id := range page {
						if m.still[id] {
							order = append(order, id)
							seen[id]++
						}
					}
				}
				for id := range m.still {
					if seen[id] != 1 {
						t.Errorf("%s, seed %d, back %t: %d is there %d times", name, seed, back, id, seen[id])
					}
				}
				if back {
					slices.Reverse(order)
					equalIDs(t, order, before)
				}
				before = order
			}
		}
	}
}

// read walks over a list to its end, and backward from there if it is asked to.
func read[T any](t testing.TB, l *helpdesk.List[T], id func(T) int64) func(func(), func() int, bool) [][]int64 {
	return func(between func(), limit func() int, back bool) (pages [][]int64) {
		var c helpdesk.Cursor
		for back { // to the end, and from behind its last element
			_, _, next, err := l.Find(t.Context(), c, 100)
			check(t, err)
			if next == (helpdesk.Cursor{}) {
				break
			}
			c = next
		}
		var found [][]T
		if back {
			last, previous, _, err := l.Find(t.Context(), c, 100)
			check(t, err)
			found = append([][]T{last}, walk(t, l, previous, true, limit, between)...)
		} else {
			found = walk(t, l, c, false, limit, between)
		}
		for _, page := range found {
			var ids []int64
			for _, item := range page {
				ids = append(ids, id(item))
			}
			pages = append(pages, ids)
		}
		return pages
	}
}

// movingLists are lists of 160 elements, of which a third stays where it is.
func movingLists(t testing.TB, d *desk) map[string]moving {
	tickets := d.many(t, 160, nil)
	still := func(all []int64) map[int64]bool {
		some := map[int64]bool{}
		for i := 0; i < len(all); i += 3 {
			some[all[i]] = true
		}
		return some
	}
	day := func(r *rand.Rand) time.Time { return time.Date(2026, 1, 1+r.IntN(40), 0, 0, 0, 0, time.UTC) }
	var followUps, users []int64
	r := rand.New(rand.NewPCG(1, 2))
	check(t, d.store.Update(t.Context(), func(tx storage.Tx) error {
		for i := range 160 {
			f := &followup.FollowUp{TicketID: tickets[0], Date: day(r)}
			check(t, tx.FollowUps().Insert(t.Context(), f))
			u := &user.User{Username: fmt.Sprint(r.IntN(1000), "-", i)}
			check(t, tx.Users().Insert(t.Context(), u))
			followUps, users = append(followUps, f.ID), append(users, u.ID)
		}
		return nil
	}))
	stillOnes, stillUsers, stillTickets := still(followUps), still(users), still(tickets)
	change := func(all *[]int64, still map[int64]bool, r *rand.Rand, do func(tx storage.Tx, id int64) (int64, error)) {
		i := r.IntN(len(*all))
		if still[(*all)[i]] {
			return
		}
		check(t, d.store.Update(t.Context(), func(tx storage.Tx) error {
			id, err := do(tx, (*all)[i])
			(*all)[i] = id
			return err
		}))
	}
	moveFollowUp := func(r *rand.Rand) {
		change(&followUps, stillOnes, r, func(tx storage.Tx, id int64) (int64, error) {
			before, err := tx.FollowUps().Lock(t.Context(), id, ticket.Scope{All: true})
			check(t, err)
			after := before.Clone()
			after.Date = day(r)
			if r.IntN(2) == 0 {
				return id, tx.FollowUps().Update(t.Context(), before, after)
			}
			check(t, tx.FollowUps().Delete(t.Context(), id))
			err = tx.FollowUps().Insert(t.Context(), after)
			return after.ID, err
		})
	}
	all := map[string]moving{
		"users": {stillUsers, func(r *rand.Rand) {
			change(&users, stillUsers, r, func(tx storage.Tx, id int64) (int64, error) {
				before, err := tx.Users().Lock(t.Context(), id)
				check(t, err)
				after := before.Clone()
				after.Username = fmt.Sprint(r.IntN(1000), "-", id)
				return id, tx.Users().Update(t.Context(), before, after)
			})
		}, read(t, d.Users(d.staff, helpdesk.UserQuery{Order: user.Order{By: user.ByUsername, Descending: true}}),
			func(u *user.User) int64 { return u.ID })},
		"tickets": {stillTickets, func(r *rand.Rand) {
			change(&tickets, stillTickets, r, func(tx storage.Tx, id int64) (int64, error) {
				n := &ticket.Ticket{QueueID: d.support.ID, Title: "new", Status: ticket.Open, Priority: ticket.Normal}
				return id, errors.Join(tx.Tickets().Insert(t.Context(), n, nil), tx.Tickets().Delete(t.Context(), n.ID))
			})
		}, read(t, d.Tickets(d.staff, helpdesk.TicketQuery{}), func(v *helpdesk.Thread) int64 { return v.ID })},
	}
	for _, o := range []followup.Order{{}, {Descending: true}, {By: followup.ByID}, {By: followup.ByID, Descending: true}} {
		l := d.FollowUps(d.staff, helpdesk.FollowUpQuery{Order: o})
		all["follow-ups "+fmt.Sprint(o)] = moving{stillOnes, moveFollowUp, read(t, l, func(f *followup.FollowUp) int64 { return f.ID })}
	}
	return all
}
