package helpdesk_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

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
