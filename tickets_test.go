package helpdesk_test

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/ticket"
)

func TestANewTicketIsOpenWhateverWasGiven(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	other := d.ticket(t)
	opened := d.ticket(t, func(n *ticket.Ticket) {
		n.Status, n.OnHold, n.Resolution, n.MergedTo = ticket.Closed, true, new("done"), &other.ID
		n.ID, n.Version, n.SecretKey, n.Created = 77, 9, "mine", time.Unix(0, 0)
	})
	got := d.thread(t, opened.ID)
	if got.Status != ticket.Open || got.OnHold || got.Resolution != nil || got.MergedTo != nil {
		t.Errorf("got %+v", got.Ticket)
	}
	if got.ID == 77 || got.Version != 1 || got.SecretKey == "mine" || time.Since(got.Created) > time.Hour {
		t.Errorf("the caller set what is the desk's: %+v", got.Ticket)
	}
}

func TestANewTicketGetsDefaults(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	got := d.thread(t, d.ticket(t).ID)
	equal(t, textOf(got.Description), "")
	equal(t, textOf(got.SubmitterEmail), "")
	equal(t, got.Priority, ticket.Normal)
	equal(t, len(got.Values), len(d.fields))
	for name, text := range map[string]string{"company": "", "notes": "", "tier": "", "ip": "", "vip": "false"} {
		equal(t, got.Values.Get(d.fields[name].ID), ticket.Value{Field: d.fields[name].ID, Text: text})
	}
	for _, name := range []string{"seats", "cost", "start", "at", "when"} {
		equal(t, got.Values.Get(d.fields[name].ID).Null, true)
	}
}

func TestTheCallersTicketIsLeftAlone(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	given := &ticket.Ticket{QueueID: d.support.ID, Title: "x", Status: ticket.Closed}
	before := *given
	must(d.CreateTicket(t.Context(), d.staff, given))(t)
	if !reflect.DeepEqual(*given, before) {
		t.Errorf("got %+v", given)
	}
}

func TestSecretKeysDiffer(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	a, b := d.ticket(t).SecretKey, d.ticket(t).SecretKey
	if a == b || len(a) < 16 || len(a) > 36 {
		t.Errorf("got %q and %q", a, b)
	}
}

// TestAnAnswerIsWhatIsStored compares what writing returns with what reading does.
func TestAnAnswerIsWhatIsStored(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	full := func(n *ticket.Ticket) {
		n.Description, n.SubmitterEmail, n.AssignedTo = new("It smokes"), new("jane@example.com"), &d.staff.ID
		n.Priority, n.DueDate = ticket.Critical, new(time.Date(2030, 1, 2, 3, 4, 5, 6000, time.UTC))
		n.Values = ticket.Values{{Field: d.fields["cost"].ID, Text: "1.5"}, {Field: d.fields["company"].ID, Text: "ACME"}}
	}
	n := &ticket.Ticket{QueueID: d.support.ID, Title: "Printer"}
	full(n)
	opened := must(d.CreateTicket(t.Context(), d.staff, n, file("b.txt", []byte("b"))))(t)
	same := func(what string, got *helpdesk.Thread) {
		t.Helper()
		if want := d.thread(t, opened.ID); storedForm(t, got) != storedForm(t, want.Thread) {
			t.Errorf("%s\ngot  %s\nread %s", what, storedForm(t, got), storedForm(t, want.Thread))
		}
	}
	same("CreateTicket", opened)
	same("UpdateTicket", d.edit(t, opened.ID, func(n *ticket.Ticket) {
		n.Title, n.AssignedTo, n.Values = "Printer!", nil, ticket.Values{{Field: d.fields["seats"].ID, Text: "+7"}}
	}))
	answer := d.reply(t, &followup.FollowUp{TicketID: opened.ID, Comment: new("Fixed"), Public: true, NewStatus: new(ticket.Resolved),
		TimeSpent: new(followup.TimeSpent(90e9))}, file("z.txt", []byte("z")), file("a.txt", []byte("a")))
	read := must(d.FollowUp(t.Context(), d.staff, answer.ID))(t)
	if !reflect.DeepEqual(answer, read) {
		t.Errorf("Reply\ngot  %+v\nread %+v", answer, read)
	}
}

// storedForm is a thread as text, its custom values in the order of their fields.
func storedForm(t testing.TB, thread *helpdesk.Thread) string {
	t.Helper()
	c := thread.Clone()
	slices.SortFunc(c.Values, func(a, b ticket.Value) int { return int(a.Field - b.Field) })
	return asJSON(struct {
		Ticket    *ticket.Ticket
		FollowUps []*followup.FollowUp
		Fields    []*ticket.CustomField
	}{c, conversation(t, thread), thread.Fields})
}

func TestTheOpeningFollowUpTellsWhoOpenedWhat(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	must(d.UpdateUser(t.Context(), d.admin, d.jane.ID, renamed("Jane", "Doe")))(t)
	for _, c := range []struct {
		name      string
		assignee  *int64
		submitter *string
		title     string
		mailed    []string
	}{
		{"nobody", nil, nil, "Ticket Opened", nil},
		{"by username", &d.staff.ID, new("x@example.com"), "Ticket Opened & Assigned to staff",
			[]string{"staff@example.com", "x@example.com"}},
		{"by full name", &d.jane.ID, new("jane@example.com"), "Ticket Opened & Assigned to Jane Doe", []string{"jane@example.com"}},
		{"without address", &d.restricted.ID, new(""), "Ticket Opened & Assigned to restricted", nil},
	} {
		opened := d.ticket(t, func(n *ticket.Ticket) {
			n.AssignedTo, n.SubmitterEmail, n.Description = c.assignee, c.submitter, new("It smokes")
		})
		got := d.thread(t, opened.ID).Conversation
		if len(got) != 1 {
			t.Fatalf("%s: %d follow-ups", c.name, len(got))
		}
		f := got[0]
		equal(t, textOf(f.Title), c.title)
		equal(t, textOf(f.Comment), "It smokes")
		equal(t, *f.UserID, d.staff.ID)
		sameLines(t, f.EmailRecipients, c.mailed...)
		if !f.Public || f.NewStatus != nil || f.TimeSpent != nil || !f.Date.Equal(opened.Created) || len(f.Changes) > 0 {
			t.Errorf("%s: got %+v", c.name, f)
		}
	}
}

func TestANewTicketsFileHangsOnTheOpeningFollowUp(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	n := &ticket.Ticket{QueueID: d.support.ID, Title: "x"}
	opened := must(d.CreateTicket(t.Context(), d.staff, n, file("a.pdf", []byte("12345"))))(t)
	got := d.thread(t, opened.ID).Conversation[0].Attachments
	if len(got) != 1 || got[0].Filename != "a.pdf" || got[0].MIMEType != "application/pdf" || got[0].Size != 5 {
		t.Errorf("got %+v", got)
	}
}

// badTicket has something wrong with every field.
func badTicket(d *desk) (*ticket.Ticket, followup.Upload) {
	return &ticket.Ticket{
		QueueID: nobody, Title: " ", Description: new("\x00"), Resolution: new("\xed\xa0\x80"), SubmitterEmail: new("a@b"),
		AssignedTo: new(int64(nobody)), Status: 9, Priority: -1, DueDate: new(time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)),
		MergedTo: new(int64(nobody)), Values: ticket.Values{{Field: d.fields["seats"].ID, Text: "many"}},
	}, file("virus.exe", []byte("x"))
}

const (
	badFields = `description: null character; due_date: datetime out of range; ` +
		`merged_to: no such object "987654321"; priority: not a choice "-1"; ` +
		`queue: no such object "987654321"; resolution: surrogate "U+D800"; status: not a choice "9"; ` +
		`submitter_email: not an e-mail address; title: blank`
	badOnCreate = `assigned_to: no such object "987654321"; attachment: file extension ".exe"; ` +
		`custom_company: required; custom_seats: not an integer; ` + badFields
	badOnUpdate = `assigned_to: no such object "987654321"; custom_seats: not an integer; ` + badFields
)

func TestEverythingWrongWithANewTicketIsSaidAtOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "company")
	unchanged := d.unchanged(t)
	n, f := badTicket(d)
	_, err := d.CreateTicket(t.Context(), d.staff, n, f)
	equal(t, wrong(t, err), badOnCreate)
	_, err = d.CreateTicket(refusing(t.Context()), d.staff, n, f)
	equal(t, wrong(t, err), badOnCreate+"; x: required")
	unchanged()
}

func TestATicketThatTheCallerFoundWrongWritesNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	unchanged := d.unchanged(t)
	_, err := d.CreateTicket(refusing(t.Context()), d.staff, &ticket.Ticket{QueueID: d.support.ID, Title: "x"}, file("a.txt", []byte("x")))
	accepted(t, err)
	unchanged()
}

func TestEverythingWrongWithAnEditIsSaidAtOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.ticket(t).ID
	unchanged := d.unchanged(t)
	_, err := d.UpdateTicket(t.Context(), d.staff, id, func(n *ticket.Ticket) error {
		bad, _ := badTicket(d)
		bad.ID = n.ID
		*n = *bad
		return nil
	})
	equal(t, wrong(t, err), badOnUpdate)
	unchanged()
}

func TestFindingsOfTheCallersFunctionAreCompletedByTheDesk(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.ticket(t).ID
	unchanged := d.unchanged(t)
	own := problem.Error{"title": {{Reason: problem.NotString}}, "colour": {{Reason: problem.Required}}}
	_, err := d.UpdateTicket(t.Context(), d.staff, id, func(n *ticket.Ticket) error {
		n.Title, n.QueueID = "", nobody
		return own
	})
	equal(t, len(own), 2) // and the caller's value is the caller's
	equal(t, wrong(t, err), `colour: required; queue: no such object "987654321"; title: not a string`)
	unchanged()
}

func TestFindingsOfTheCallersFunctionAloneRefuseTheEdit(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.ticket(t).ID
	unchanged := d.unchanged(t)
	_, err := d.UpdateTicket(t.Context(), d.staff, id, func(n *ticket.Ticket) error {
		n.Title = "fine"
		return problem.Error{"colour": {{Reason: problem.Required}}}
	})
	equal(t, wrong(t, err), "colour: required")
	unchanged()
}

func TestAnErrorOfTheCallersFunctionEndsTheEdit(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.ticket(t).ID
	unchanged := d.unchanged(t)
	stop := errors.New("stop")
	thread, err := d.UpdateTicket(t.Context(), d.staff, id, func(n *ticket.Ticket) error {
		n.Title = "changed"
		return stop
	})
	is(t, err, stop)
	if thread != nil {
		t.Error("there is a result")
	}
	unchanged()
}

func TestAnEditSetsNothingThatIsTheDesks(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	before := d.ticket(t)
	other := d.ticket(t)
	after := d.edit(t, before.ID, func(n *ticket.Ticket) {
		n.ID, n.Created, n.Modified, n.SecretKey, n.Version = other.ID, time.Unix(0, 0), time.Unix(0, 0), "mine", 99
		n.Title = "changed"
	})
	if after.ID != before.ID || !after.Created.Equal(before.Created) || after.SecretKey != before.SecretKey ||
		after.Version != before.Version+1 {
		t.Errorf("got %+v", after.Ticket)
	}
	equal(t, d.thread(t, other.ID).Title, other.Title)
}

func TestAnEditThatChangesNothingWritesNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.ticket(t, func(n *ticket.Ticket) {
		n.Values = ticket.Values{{Field: d.fields["cost"].ID, Text: "1.5"}}
	}).ID
	unchanged := d.unchanged(t)
	d.edit(t, id, func(n *ticket.Ticket) {
		n.Title = strings.Clone(n.Title)
		n.Values.Set(ticket.Value{Field: d.fields["cost"].ID, Text: "001.50"}) // in another spelling
	})
	unchanged()
}

func TestAnEditWritesNoFollowUpAndLeavesTheResolutionAlone(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.ticket(t).ID
	d.edit(t, id, func(n *ticket.Ticket) { n.Status = ticket.Resolved })
	got := d.thread(t, id)
	equal(t, len(got.Conversation), 1)
	equal(t, textOf(got.Resolution), "null")
	equal(t, got.Modified.After(got.Created), true)
}

func TestOnlyANewTicketNeedsAnActiveAssignee(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	n := &ticket.Ticket{QueueID: d.support.ID, Title: "x", AssignedTo: &d.inactive.ID}
	_, err := d.CreateTicket(t.Context(), d.staff, n)
	equal(t, wrong(t, err), `assigned_to: not available "5"`)
	got := d.edit(t, d.ticket(t).ID, func(n *ticket.Ticket) { n.AssignedTo = &d.inactive.ID })
	equal(t, *got.AssignedTo, d.inactive.ID)
}

// TestWhatAnEditDoesNotTouchIsNotCheckedAgain: rows may have come to be wrong
// in the meantime.
func TestWhatAnEditDoesNotTouchIsNotCheckedAgain(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.ticket(t, func(n *ticket.Ticket) {
		n.Values = ticket.Values{{Field: d.fields["tier"].ID, Text: "bronze"}}
	}).ID
	must(d.UpdateCustomField(t.Context(), d.admin, d.fields["tier"].ID, func(f *ticket.CustomField) error {
		f.ListValues, f.Required = new("gold"), true
		return nil
	}))(t)
	d.edit(t, id, func(n *ticket.Ticket) { n.Title = "changed" })
	equal(t, d.thread(t, id).Values.Get(d.fields["tier"].ID).Text, "bronze")
}

func TestTicketsAreFilteredByStatus(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	open, closed, held := d.ticket(t).ID, d.ticket(t).ID, d.ticket(t).ID
	d.edit(t, closed, func(n *ticket.Ticket) { n.Status = ticket.Closed })
	d.edit(t, held, func(n *ticket.Ticket) { n.Status, n.OnHold = ticket.Reopened, true })
	for _, c := range []struct {
		status []ticket.Status
		want   []int64
	}{
		{nil, []int64{open, closed, held}},
		{[]ticket.Status{ticket.Closed}, []int64{closed}},
		{[]ticket.Status{ticket.Reopened, ticket.Open}, []int64{open, held}},
		{[]ticket.Status{ticket.Duplicate}, nil},
	} {
		l := d.Tickets(d.staff, helpdesk.TicketQuery{Filter: ticket.Filter{Status: ticket.Among[ticket.Status]{In: c.status}}})
		var got []int64
		for _, thread := range collect(t, l, 0, 0) {
			got = append(got, thread.ID)
		}
		if !slices.Equal(got, c.want) || count(t, l) != len(c.want) {
			t.Errorf("%v: %d of them, %v, want %v", c.status, count(t, l), got, c.want)
		}
	}
}

func TestWhatIsNotThereIsNotFound(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, u := range useCases() {
		switch u.name {
		case "ticket", "history", "update ticket", "delete ticket", "own ticket", "follow-up", "update follow-up", "delete follow-up",
			"attachment", "open attachment", "update attachment", "delete attachment", "user", "update user", "set password",
			"delete user",
			"queue", "update queue", "delete queue", "custom field", "update field", "delete field":
			if err := u.do(t.Context(), d, d.admin); !errors.Is(err, helpdesk.ErrNotFound) {
				t.Errorf("%s: %v", u.name, err)
			}
		}
	}
}
