package helpdesk_test

import (
	"slices"
	"testing"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// submitted opens a ticket for an address.
func (d *desk) submitted(t testing.TB, address *string) int64 {
	t.Helper()
	return d.ticket(t, func(n *ticket.Ticket) { n.SubmitterEmail = address }).ID
}

func (d *desk) own(t testing.TB, actor *user.User) []int64 {
	t.Helper()
	var ids []int64
	l := d.OwnTickets(actor)
	for _, own := range collect(t, l, 0, 0) {
		ids = append(ids, own.ID)
	}
	equal(t, count(t, l), len(ids))
	return ids
}

func TestOwnTicketsAreThoseOfTheActorsAddress(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	first := d.submitted(t, new("JANE@Example.com"))
	others := []int64{
		d.submitted(t, new("ajane@example.com")), d.submitted(t, new("jan@example.com")), d.submitted(t, new("")),
		d.submitted(t, new("staff@example.com")),
		d.ticket(t, func(n *ticket.Ticket) { n.AssignedTo = &d.jane.ID }).ID,
	}
	last := d.submitted(t, new("jane@example.com"))
	if got := d.own(t, d.jane); !slices.Equal(got, []int64{last, first}) { // newest first
		t.Errorf("got %v", got)
	}
	for _, id := range others {
		_, err := d.OwnTicket(t.Context(), d.jane, id)
		is(t, err, helpdesk.ErrNotFound)
	}
	equal(t, must(d.OwnTicket(t.Context(), d.jane, first))(t).ID, first)
}

// TestStaffSeeOnlyTheirOwnAmongOwnTickets: not even a superuser reads others' there.
func TestStaffSeeOnlyTheirOwnAmongOwnTickets(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.submitted(t, new("jane@example.com"))
	_, err := d.OwnTicket(t.Context(), d.admin, id)
	is(t, err, helpdesk.ErrNotFound)
	equal(t, len(d.own(t, d.admin)), 0)
	equal(t, len(d.own(t, helpdesk.System())), 0)
}

func TestAnEmptyAddressIsNobodys(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	empty, null := d.submitted(t, new("")), d.submitted(t, new(""))
	d.edit(t, null, func(n *ticket.Ticket) { n.SubmitterEmail = nil })
	equal(t, len(d.own(t, d.restricted)), 0)
	for _, id := range []int64{empty, null} {
		_, err := d.OwnTicket(t.Context(), d.restricted, id)
		is(t, err, helpdesk.ErrNotFound)
	}
}

func TestAnOwnTicketHidesWhatIsForStaff(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.ticket(t, func(n *ticket.Ticket) {
		n.QueueID, n.SubmitterEmail = d.billing.ID, new("jane@example.com")
		n.Values = ticket.Values{{Field: d.fields["secret"].ID, Text: "hush"}, {Field: d.fields["company"].ID, Text: "ACME"}}
	}).ID
	own := must(d.OwnTicket(t.Context(), d.jane, id))(t)
	equal(t, own.Queue.Slug, "billing")
	equal(t, own.Number(own.Queue), "[billing-1]")
	equal(t, len(own.Fields), len(d.fields)-1)
	for _, f := range own.Fields {
		equal(t, f.StaffOnly, false)
	}
	l := d.OwnTickets(d.jane)
	listed := collect(t, l, 0, 0)[0]
	equal(t, asJSON(listed.Fields), asJSON(own.Fields))
	equal(t, asJSON(listed.Queue), asJSON(own.Queue))
}
