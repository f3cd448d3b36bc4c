package helpdesk_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// TestTicketsAreCounted by what an actor asks for, among those the actor works on.
func TestTicketsAreCounted(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	assignee := d.staff.ID
	for i := range 6 {
		d.ticket(t, func(n *ticket.Ticket) {
			if i%2 > 0 {
				n.QueueID = d.billing.ID
			}
			if i < 2 {
				n.AssignedTo = &assignee
			}
		})
	}
	counted := func(actor *user.User, f ticket.Filter, by ...ticket.Dimension) (text string) {
		t.Helper()
		for _, c := range must(d.CountTickets(t.Context(), actor, f, by...))(t) {
			nobody := c.AssignedTo == nil
			text += fmt.Sprintf("queue %d, nobody %t, status %d: %d; ", c.Queue, nobody, c.Status, c.Tickets)
		}
		return text
	}
	equal(t, counted(d.staff, ticket.Filter{}), "queue 0, nobody true, status 0: 6; ")
	equal(t, counted(d.staff, ticket.Filter{IDs: []int64{}}), "queue 0, nobody true, status 0: 0; ")
	equal(t, counted(d.staff, ticket.Filter{IDs: []int64{}}, ticket.CountByQueue), "")
	inSupport := ticket.Filter{Queue: ticket.OneOf(d.support.ID)}
	equal(t, counted(d.staff, inSupport, ticket.CountByStatus, ticket.CountByQueue, ticket.CountByStatus),
		fmt.Sprintf("queue %d, nobody true, status 1: 3; ", d.support.ID))
	equal(t, counted(d.staff, inSupport, ticket.CountByAssignedTo),
		"queue 0, nobody false, status 0: 1; queue 0, nobody true, status 0: 2; ")

	before := ticket.Day(time.Now().Add(-time.Hour))
	days := must(d.CountTickets(t.Context(), d.staff, ticket.Filter{}, ticket.CountByDay))(t)
	for _, c := range days { // two around midnight
		if c.Day != ticket.Day(c.Day) || c.Day.Before(before) {
			t.Errorf("a day %s", c.Day)
		}
	}
	if len(days) == 0 {
		t.Error("no days")
	}

	_, err := d.CountTickets(t.Context(), d.jane, ticket.Filter{})
	is(t, err, helpdesk.ErrForbidden)
	_, err = d.CountTickets(t.Context(), d.staff, ticket.Filter{}, "colour")
	equal(t, wrong(t, err), `by: not a choice "colour"`)
}

// TestTicketsAreFoundPageByPage without a callback.
func TestTicketsAreFoundPageByPage(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	var want, got []int64
	for range 5 {
		want = append(want, d.ticket(t).ID)
	}
	q := helpdesk.TicketQuery{Filter: ticket.Filter{IDs: want}}
	var at helpdesk.Cursor
	for pages := 0; pages == 0 || at != (helpdesk.Cursor{}); pages++ {
		page, next, err := d.FindTickets(t.Context(), d.staff, q, at, 2)
		check(t, err)
		for _, one := range page {
			got = append(got, one.ID)
		}
		at = next
	}
	equal(t, fmt.Sprint(got), fmt.Sprint(want))
}
