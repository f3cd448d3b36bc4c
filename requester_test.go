package helpdesk_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// public opens a queue to requesters.
func (d *desk) public(t testing.TB, q *ticket.Queue, owner *int64) {
	t.Helper()
	must(d.UpdateQueue(t.Context(), d.admin, q.ID, func(q *ticket.Queue) error {
		q.AllowPublicSubmission, q.DefaultOwner = true, owner
		return nil
	}))(t)
}

// request opens a ticket by a requester in the support queue.
func (d *desk) request(t testing.TB, actor *user.User, change ...func(*ticket.Ticket)) *helpdesk.RequesterTicket {
	t.Helper()
	n := &ticket.Ticket{QueueID: d.support.ID, Title: "Help"}
	for _, f := range change {
		f(n)
	}
	return must(d.CreateRequesterTicket(t.Context(), actor, n))(t)
}

// refused checks that a request is found wrong, also one in which the caller found
// something wrong before.
func (d *desk) refused(t testing.TB, actor *user.User, n *ticket.Ticket, want string, files ...followup.Upload) {
	t.Helper()
	unchanged := d.unchanged(t)
	_, err := d.CreateRequesterTicket(t.Context(), actor, n, files...)
	equal(t, wrong(t, err), want)
	_, err = d.CreateRequesterTicket(refusing(t.Context()), actor, n, files...)
	equal(t, wrong(t, err), want+"; x: required")
	unchanged()
}

func (d *desk) answers(t testing.TB, actor *user.User, id int64) (all []*helpdesk.RequesterFollowUp) {
	t.Helper()
	l := d.RequesterFollowUps(actor, id)
	all = collect(t, l, 0, 0)
	equal(t, count(t, l), len(all))
	return all
}

func TestADeskTakesRequestsWhereAQueueIsPublic(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	equal(t, must(d.OpenToRequesters(t.Context()))(t), false)
	d.public(t, d.billing, nil)
	equal(t, must(d.OpenToRequesters(t.Context()))(t), true)
}

// TestARequestGoesIntoAPublicQueueOnly, whoever makes it.
func TestARequestGoesIntoAPublicQueueOnly(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.public(t, d.support, nil)
	for _, actor := range []*user.User{d.jane, d.staff, d.admin} {
		for _, id := range []int64{d.billing.ID, nobody} {
			d.refused(t, actor, &ticket.Ticket{QueueID: id, Title: "Help"}, `queue: no such object "`+strconv.FormatInt(id, 10)+`"`)
		}
		equal(t, d.request(t, actor).Queue.Slug, "support")
	}
}

func TestOfARequestIsUsedWhatIsARequesters(t *testing.T) {
	t.Parallel()
	d, now := watched(t)
	d.public(t, d.support, nil)
	other := d.request(t, d.jane).ID
	due := now.AddDate(1, 0, 0)
	opened := d.request(t, d.jane, func(n *ticket.Ticket) {
		*n = ticket.Ticket{ID: 99, QueueID: d.support.ID, Title: "Help", Description: new("It broke."), Priority: ticket.High,
			DueDate: &due,
			Values:  ticket.Values{{Field: d.fields["company"].ID, Text: "ACME"}},
			Status:  ticket.Closed, OnHold: true, Resolution: new("x"), SubmitterEmail: new("staff@example.com"), AssignedTo: &d.admin.ID,
			MergedTo: &other, Created: due, Modified: due, SecretKey: "x", Version: 7}
	})
	stored := d.thread(t, opened.ID)
	equal(t, asJSON(opened.Ticket), asJSON(stored.Ticket))
	equal(t, stored.Title+*stored.Description, "HelpIt broke.")
	equal(t, stored.Priority, ticket.High)
	equal(t, *stored.DueDate, due)
	equal(t, stored.Values.Get(d.fields["company"].ID).Text, "ACME")
	equal(t, *stored.SubmitterEmail, "jane@example.com")
	equal(t, stored.Status, ticket.Open)
	equal(t, stored.Created, *now)
	if stored.ID == 99 || stored.OnHold || stored.Resolution != nil || stored.AssignedTo != nil || stored.MergedTo != nil ||
		stored.SecretKey == "x" {
		t.Errorf("got %s", asJSON(stored))
	}
	equal(t, *stored.Conversation[0].UserID, d.jane.ID)
	equal(t, stored.Conversation[0].Public, true)
	equal(t, len(d.own(t, d.jane)), 2)
}

func TestARequestIsAssignedToTheQueuesOwner(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.public(t, d.support, &d.staff.ID)
	d.public(t, d.billing, &d.inactive.ID)
	opened := d.thread(t, d.request(t, d.jane).ID)
	equal(t, *opened.AssignedTo, d.staff.ID)
	equal(t, *opened.Conversation[0].Title, "Ticket Opened & Assigned to staff")
	equal(t, asJSON(opened.Conversation[0].EmailRecipients), `["jane@example.com","staff@example.com"]`)
	idle := d.thread(t, d.request(t, d.jane, func(n *ticket.Ticket) { n.QueueID = d.billing.ID }).ID)
	equal(t, idle.AssignedTo, nil)
	equal(t, *idle.Conversation[0].Title, "Ticket Opened")
}

func TestFieldsForStaffAreNoneOfARequestersBusiness(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "secret", "company")
	d.public(t, d.support, nil)
	secret, company := d.fields["secret"].ID, d.fields["company"].ID
	d.refused(t, d.jane, &ticket.Ticket{QueueID: d.support.ID, Title: "x"}, "custom_company: required")
	opened := d.request(t, d.jane, func(n *ticket.Ticket) {
		n.Values = ticket.Values{{Field: secret, Text: strings.Repeat("too long ", 9)}, {Field: company, Text: "ACME"}}
	})
	equal(t, d.thread(t, opened.ID).Values.Get(secret).Text, "")
	equal(t, d.thread(t, opened.ID).Values.Get(company).Text, "ACME")
	fields := must(d.RequesterFields(t.Context(), d.jane))(t)
	equal(t, asJSON(opened.Fields), asJSON(fields))
	equal(t, len(fields), len(d.fields)-1)
	equal(t, slices.ContainsFunc(fields, func(f *ticket.CustomField) bool { return f.StaffOnly }), false)
	equal(t, fields[0].Name, "company")
}

func TestARequesterNeedsAnAddressOfTheirOwn(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.public(t, d.support, nil)
	unverified := must(d.ExternalUser(t.Context(), &user.External{ID: "1", Username: "x", Email: "jane@example.com"}))(t)
	for _, actor := range []*user.User{d.restricted, unverified, helpdesk.System()} {
		d.refused(t, actor, &ticket.Ticket{QueueID: d.support.ID, Title: "x"}, "submitter_email: no verified e-mail address of one's own")
	}
}

func TestEverythingWrongWithARequestIsSaidAtOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.public(t, d.support, nil)
	bad := &ticket.Ticket{QueueID: d.billing.ID, Title: "", Description: new("\x00"), Priority: 9,
		Values: ticket.Values{{Field: d.fields["seats"].ID, Text: "many"}}}
	d.refused(t, d.restricted, bad, `attachment: file extension ".exe"; custom_seats: not an integer; description: null character; `+
		`priority: not a choice "9"; queue: no such object "2"; submitter_email: no verified e-mail address of one's own; title: blank`,
		file("a.exe", []byte("x")))
}

func TestARequestLinksBackWithinOnesOwnTickets(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.public(t, d.support, nil)
	theirs, mine := d.ticket(t).ID, d.request(t, d.jane).ID
	text := "like #" + strconv.FormatInt(theirs, 10) + " and #" + strconv.FormatInt(mine, 10)
	opened := d.request(t, d.jane, func(n *ticket.Ticket) { n.Description = &text })
	sameLines(t, d.links(t, theirs))
	sameLines(t, d.links(t, mine), followup.ReferenceTitle(opened.ID))
	must(d.CreateRequesterReply(t.Context(), d.jane, mine, text+" and #"+strconv.FormatInt(opened.ID, 10)))(t)
	sameLines(t, d.links(t, theirs))
	sameLines(t, d.links(t, opened.ID), followup.ReferenceTitle(mine))
	for _, a := range d.answers(t, d.jane, opened.ID) { // a back-link is for staff
		equal(t, *a.Title != followup.ReferenceTitle(mine), true)
	}
}

// submitted opens a ticket for an address.
func (d *desk) submitted(t testing.TB, address *string) int64 {
	t.Helper()
	return d.ticket(t, func(n *ticket.Ticket) { n.SubmitterEmail = address }).ID
}

func (d *desk) own(t testing.TB, actor *user.User) []int64 {
	t.Helper()
	var ids []int64
	l := d.RequesterTickets(actor, helpdesk.RequesterTicketFilter{})
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
		_, err := d.RequesterTicket(t.Context(), d.jane, id)
		is(t, err, helpdesk.ErrNotFound)
	}
	equal(t, must(d.RequesterTicket(t.Context(), d.jane, first))(t).ID, first)
}

// TestStaffSeeOnlyTheirOwnAmongOwnTickets: not even a superuser reads others' there.
func TestStaffSeeOnlyTheirOwnAmongOwnTickets(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.submitted(t, new("jane@example.com"))
	_, err := d.RequesterTicket(t.Context(), d.admin, id)
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
		_, err := d.RequesterTicket(t.Context(), d.restricted, id)
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
	own := must(d.RequesterTicket(t.Context(), d.jane, id))(t)
	equal(t, own.Queue.Slug, "billing")
	equal(t, own.Number(own.Queue), "[billing-1]")
	equal(t, len(own.Fields), len(d.fields)-1)
	for _, f := range own.Fields {
		equal(t, f.StaffOnly, false)
	}
	l := d.RequesterTickets(d.jane, helpdesk.RequesterTicketFilter{})
	listed := collect(t, l, 0, 0)[0]
	equal(t, asJSON(listed.Fields), asJSON(own.Fields))
	equal(t, asJSON(listed.Queue), asJSON(own.Queue))
}
