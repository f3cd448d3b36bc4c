package helpdesk_test

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// parts are pieces of a list of so many elements, at the edges of what is read
// at once (200).
var parts = []struct{ offset, limit int }{
	{0, 0}, {0, 1}, {0, 199}, {0, 200}, {0, 201}, {0, 400}, {0, 450}, {0, 451}, {0, math.MaxInt}, {1, 0}, {1, 200}, {1, 400},
	{199, 2}, {200, 0}, {200, 200}, {250, 200}, {250, 201}, {449, 0}, {449, 1}, {449, 5}, {450, 0}, {450, 5}, {1000, 0}, {math.MaxInt, 1},
}

// expected is a part of a list.
func expected(all []int64, offset, limit int) []int64 {
	from := min(offset, len(all))
	to := len(all)
	if limit > 0 && limit < len(all)-from {
		to = from + limit
	}
	return all[from:to]
}

// checkParts compares every part of a list with the same part of what it holds.
func checkParts[T any](t *testing.T, l *helpdesk.List[T], all []int64, id func(T) int64) {
	t.Helper()
	equal(t, count(t, l), len(all))
	for _, p := range parts {
		var got []int64
		for _, item := range collect(t, l, p.offset, p.limit) {
			got = append(got, id(item))
		}
		if want := expected(all, p.offset, p.limit); !slices.Equal(got, want) {
			t.Errorf("%d elements from %d: got %d of them, want %d", p.limit, p.offset, len(got), len(want))
		}
	}
	for _, limit := range []int{60, 200, 449, 450, 451} {
		checkWalk(t, l, limit, all, id)
	}
}

const long = 450

// TestPartsOfEveryList reads parts of lists of 450 elements.
func TestPartsOfEveryList(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	tickets := d.many(t, long, func(_ int, n *ticket.Ticket) { n.SubmitterEmail = new("jane@example.com") })
	newest := reversed(tickets)
	var users, queues, fields, followUps, attachments, changes []int64
	check(t, d.store.Update(t.Context(), func(tx storage.Tx) error {
		users, queues, fields = ids(d.admin.ID, 5), ids(d.support.ID, 2), ids(d.fields["company"].ID, len(d.fields))
		followUps, attachments, changes = nil, nil, nil
		for i := len(users); i < long; i++ {
			u := &user.User{Username: "u" + strconv.Itoa(i)}
			check(t, tx.Users().Insert(t.Context(), u))
			users = append(users, u.ID)
		}
		for i := len(queues); i < long; i++ {
			q := &ticket.Queue{Title: "q", Slug: "q" + strconv.Itoa(i)}
			check(t, tx.Queues().Insert(t.Context(), q))
			queues = append(queues, q.ID)
		}
		for i := len(fields); i < long; i++ {
			f := &ticket.CustomField{Name: "f" + strconv.Itoa(i), Label: "f", Type: ticket.Text, Ordering: new(int64(-i))}
			check(t, tx.CustomFields().Insert(t.Context(), f))
			fields = append(fields, f.ID)
		}
		for i := range long {
			f := &followup.FollowUp{TicketID: tickets[i], Date: time.Unix(int64(i/3), 0)} // three of one date
			check(t, tx.FollowUps().Insert(t.Context(), f))
			followUps = append(followUps, f.ID)
			a := &followup.Attachment{FollowUpID: f.ID, Filename: "name" + strconv.Itoa(1000+i/3), Content: strconv.Itoa(i)}
			check(t, tx.Attachments().Insert(t.Context(), a))
			attachments = append(attachments, a.ID)
			c := &followup.Change{TicketID: tickets[0], Date: time.Unix(0, 0), Field: "Title"}
			check(t, tx.Changes().Insert(t.Context(), c))
			changes = append(changes, c.ID)
		}
		return nil
	}))
	t.Run("tickets", func(t *testing.T) {
		checkParts(t, d.Tickets(d.staff, helpdesk.TicketQuery{}), tickets, func(v *helpdesk.Thread) int64 { return v.ID })
	})
	t.Run("own tickets", func(t *testing.T) {
		own := d.RequesterTickets(d.jane, helpdesk.RequesterTicketFilter{})
		checkParts(t, own, newest, func(v *helpdesk.RequesterTicket) int64 { return v.ID })
	})
	t.Run("follow-ups", func(t *testing.T) {
		checkParts(t, d.FollowUps(d.staff, helpdesk.FollowUpQuery{}), followUps, func(v *followup.FollowUp) int64 { return v.ID })
	})
	t.Run("follow-ups backward", func(t *testing.T) {
		q := helpdesk.FollowUpQuery{Order: followup.Order{Descending: true}}
		checkParts(t, d.FollowUps(d.staff, q), reversed(followUps), func(v *followup.FollowUp) int64 { return v.ID })
	})
	t.Run("follow-ups by id", func(t *testing.T) {
		q := helpdesk.FollowUpQuery{Order: followup.Order{By: followup.ByID, Descending: true}}
		checkParts(t, d.FollowUps(d.staff, q), reversed(followUps), func(v *followup.FollowUp) int64 { return v.ID })
	})
	t.Run("users by name", func(t *testing.T) {
		all := collect(t, d.Users(d.staff, helpdesk.UserQuery{}), 0, 0)
		slices.SortFunc(all, func(a, b *user.User) int { return strings.Compare(a.Username, b.Username) })
		var byName []int64
		for _, u := range all {
			byName = append(byName, u.ID)
		}
		q := helpdesk.UserQuery{Order: user.Order{By: user.ByUsername}}
		checkParts(t, d.Users(d.staff, q), byName, func(v *user.User) int64 { return v.ID })
		q.Order.Descending = true
		checkParts(t, d.Users(d.staff, q), reversed(byName), func(v *user.User) int64 { return v.ID })
	})
	t.Run("attachments", func(t *testing.T) {
		checkParts(t, d.Attachments(d.staff), attachments, func(v *followup.Attachment) int64 { return v.ID })
	})
	t.Run("history", func(t *testing.T) {
		checkParts(t, d.History(d.staff, tickets[0]), changes, func(v *followup.Change) int64 { return v.ID })
	})
	t.Run("users", func(t *testing.T) {
		checkParts(t, d.Users(d.staff, helpdesk.UserQuery{}), users, func(v *user.User) int64 { return v.ID })
	})
	t.Run("queues", func(t *testing.T) {
		checkParts(t, d.Queues(d.staff, ticket.QueueFilter{}), queues, func(v *ticket.Queue) int64 { return v.ID })
	})
	t.Run("custom fields", func(t *testing.T) {
		checkParts(t, d.CustomFields(d.staff, ticket.CustomFieldFilter{}), fields, func(v *ticket.CustomField) int64 { return v.ID })
	})
}

func reversed(all []int64) []int64 {
	all = slices.Clone(all)
	slices.Reverse(all)
	return all
}

func ids(first int64, n int) (all []int64) {
	for i := range n {
		all = append(all, first+int64(i))
	}
	return all
}
