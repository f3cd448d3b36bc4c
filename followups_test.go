package helpdesk_test

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
)

func TestAReplyIsTheActors(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.ticket(t).ID
	answer := d.reply(t, &followup.FollowUp{
		ID: 77, TicketID: id, UserID: &d.jane.ID, Date: time.Unix(0, 0), MessageID: new("<1@x>"),
		EmailRecipients: []string{"x@example.com"},
	})
	equal(t, *answer.UserID, d.staff.ID)
	if answer.ID == 77 || answer.MessageID != nil || len(answer.EmailRecipients) > 0 || time.Since(answer.Date) > time.Hour {
		t.Errorf("got %+v", answer)
	}
}

func TestAReplyTouchesItsTicket(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 1, 0, 0, 0, 123456789, time.UTC)
	d := handled(testdesk.New(t, helpdesk.Config{Now: func() time.Time { return now }}))
	id := d.ticket(t).ID
	now = now.Add(time.Hour)
	answer := d.reply(t, &followup.FollowUp{TicketID: id})
	want := now.Truncate(time.Microsecond)
	equal(t, answer.Date, want)
	equal(t, d.thread(t, id).Modified, want)
}

// TestTitleStatusAndResolutionOfAReply tests what docs/contract.md, "Follow-ups",
// says about the title, the new status and the resolution.
func TestTitleStatusAndResolutionOfAReply(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	long := strings.Repeat("é", 200)
	for _, c := range []struct {
		name           string
		title, comment *string
		status, is     ticket.Status // 0 for none
		resolution     *string       // of the ticket, before
		wantTitle      string
		wantStatus     ticket.Status
		wantResolution string
	}{
		{name: "nothing given", is: ticket.Open, wantTitle: "Broken", wantStatus: ticket.Open, wantResolution: "null"},
		{name: "own title", title: new("Hi"), is: ticket.Open, wantTitle: "Hi", wantStatus: ticket.Open, wantResolution: "null"},
		{name: "empty title", title: new(""), is: ticket.Open, wantTitle: "Updated", wantStatus: ticket.Open, wantResolution: "null"},
		{name: "empty title with a comment", title: new(""), comment: new("x"), is: ticket.Open, wantTitle: "Comment",
			wantStatus: ticket.Open, wantResolution: "null"},
		{name: "empty title and a status", title: new(""), status: ticket.Closed, is: ticket.Open, wantTitle: "Closed",
			wantStatus: ticket.Closed, wantResolution: ""},
		{name: "the same status", status: ticket.Open, is: ticket.Open, wantTitle: "Broken", wantStatus: ticket.Open,
			wantResolution: "null"},
		{name: "resolving", comment: new("done"), status: ticket.Resolved, is: ticket.Open, wantTitle: "Broken and Resolved",
			wantStatus: ticket.Resolved, wantResolution: "done"},
		{name: "resolving again", comment: new("done"), status: ticket.Resolved, is: ticket.Resolved, resolution: new("old"),
			wantTitle: "Broken", wantStatus: ticket.Resolved, wantResolution: "old"},
		{name: "resolving anew", comment: new("done"), status: ticket.Resolved, is: ticket.Reopened, resolution: new("old"),
			wantTitle: "Broken and Resolved", wantStatus: ticket.Resolved, wantResolution: "done"},
		{name: "resolving without a word", status: ticket.Resolved, is: ticket.Open, resolution: new("old"),
			wantTitle: "Broken and Resolved", wantStatus: ticket.Resolved, wantResolution: ""},
		{name: "closing", comment: new("bye"), status: ticket.Closed, is: ticket.Open, wantTitle: "Broken and Closed",
			wantStatus: ticket.Closed, wantResolution: "bye"},
		{name: "closing what is resolved", comment: new("bye"), status: ticket.Closed, is: ticket.Resolved, resolution: new("old"),
			wantTitle: "Broken and Closed", wantStatus: ticket.Closed, wantResolution: "old"},
		{name: "closing with an empty resolution", comment: new("bye"), status: ticket.Closed, is: ticket.Open, resolution: new(""),
			wantTitle: "Broken and Closed", wantStatus: ticket.Closed, wantResolution: ""},
		{name: "reopening", comment: new("no"), status: ticket.Reopened, is: ticket.Closed, resolution: new("old"),
			wantTitle: "Broken and Reopened", wantStatus: ticket.Reopened, wantResolution: "old"},
		{name: "longest title", title: &long, status: ticket.Resolved, is: ticket.Open, wantTitle: long + " and Resolved",
			wantStatus: ticket.Resolved, wantResolution: ""},
	} {
		id := d.ticket(t).ID
		d.edit(t, id, func(n *ticket.Ticket) { n.Status, n.Resolution = c.is, c.resolution })
		given := &followup.FollowUp{TicketID: id, Title: c.title, Comment: c.comment}
		if c.status != 0 {
			given.NewStatus = &c.status
		}
		answer, after := d.reply(t, given), d.thread(t, id)
		moved := answer.NewStatus != nil
		if *answer.Title != c.wantTitle || after.Status != c.wantStatus || textOf(after.Resolution) != c.wantResolution ||
			moved != (c.wantStatus != c.is) {
			t.Errorf("%s: title %q, status %v, moved %v, resolution %s", c.name, *answer.Title, after.Status, moved,
				textOf(after.Resolution))
		}
		equal(t, after.Title, "Broken")
	}
}

// TestRecipientsOfAReply tests what docs/contract.md, "Follow-ups", says about
// email_recipients.
func TestRecipientsOfAReply(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	type mails []string
	for _, c := range []struct {
		name      string
		submitter string
		assignee  *int64
		reply     followup.FollowUp
		want      mails
	}{
		{"public comment", "a@b.co", &d.jane.ID, followup.FollowUp{Public: true, Comment: new("x")}, mails{"a@b.co", "jane@example.com"}},
		{"private comment", "a@b.co", &d.jane.ID, followup.FollowUp{Comment: new("x")}, mails{"jane@example.com"}},
		{"public, nothing to say", "a@b.co", nil, followup.FollowUp{Public: true}, nil},
		{"public, resolves", "a@b.co", nil, followup.FollowUp{Public: true, NewStatus: new(ticket.Resolved)}, mails{"a@b.co"}},
		{"public, is a duplicate", "a@b.co", nil, followup.FollowUp{Public: true, NewStatus: new(ticket.Duplicate)}, nil},
		{"the same address", "jane@example.com", &d.jane.ID, followup.FollowUp{Public: true, Comment: new("x")},
			mails{"jane@example.com"}},
		{"the actor's own", "staff@example.com", &d.staff.ID, followup.FollowUp{Public: true, Comment: new("x")}, nil},
		{"the actor's, spelled otherwise", "STAFF@example.com", &d.staff.ID, followup.FollowUp{Public: true, Comment: new("x")},
			mails{"STAFF@example.com"}},
		{"no address", "", &d.restricted.ID, followup.FollowUp{Public: true, Comment: new("x")}, nil},
	} {
		c.reply.TicketID = d.ticket(t, func(n *ticket.Ticket) { n.SubmitterEmail, n.AssignedTo = &c.submitter, c.assignee }).ID
		if got := d.reply(t, &c.reply).EmailRecipients; !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

// links are the titles of a ticket's follow-ups but the opening one.
func (d *desk) links(t testing.TB, id int64) []string {
	t.Helper()
	var titles []string
	for _, f := range d.thread(t, id).Conversation[1:] {
		titles = append(titles, textOf(f.Title))
	}
	return titles
}

func TestAReferenceLeavesABackLink(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	named, source := d.ticket(t).ID, d.ticket(t).ID
	d.reply(t, &followup.FollowUp{TicketID: source, Public: true, Comment: new("like #" + strconv.FormatInt(named, 10))})
	got := d.thread(t, named).Conversation[1]
	equal(t, textOf(got.Title), "Referenced in ticket #"+strconv.FormatInt(source, 10))
	equal(t, *got.UserID, d.staff.ID)
	if got.Public || got.Comment != nil || got.EmailRecipients != nil || got.NewStatus != nil {
		t.Errorf("got %+v", got)
	}
}

func TestANewTicketsDescriptionLeavesBackLinks(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	named := d.ticket(t).ID
	source := d.ticket(t, func(n *ticket.Ticket) {
		n.Description = new("#" + strconv.FormatInt(named, 10) + " again, #999 and #3")
	}).ID
	sameLines(t, d.links(t, named), followup.ReferenceTitle(source))
	equal(t, len(d.thread(t, source).Conversation), 1)
}

func TestThereIsOneBackLinkForAPair(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	named, source, other := d.ticket(t).ID, d.ticket(t).ID, d.ticket(t).ID
	text := "#" + strconv.FormatInt(named, 10)
	for range 2 {
		d.reply(t, &followup.FollowUp{TicketID: source, Comment: new(text + " " + text)})
		must(d.Reply(t.Context(), d.admin, &followup.FollowUp{TicketID: other, Comment: &text}))(t)
	}
	sameLines(t, d.links(t, named), followup.ReferenceTitle(source), followup.ReferenceTitle(other))
}

func TestAnEditLeavesNoBackLink(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	named, source := d.ticket(t).ID, d.ticket(t).ID
	text := new("#" + strconv.FormatInt(named, 10))
	d.edit(t, source, func(n *ticket.Ticket) { n.Description = text })
	answer := d.reply(t, &followup.FollowUp{TicketID: source})
	must(d.UpdateFollowUp(t.Context(), d.staff, answer.ID, func(f *followup.FollowUp) error {
		f.Comment = text
		return nil
	}))(t)
	sameLines(t, d.links(t, named))
}

func TestEverythingWrongWithAReplyIsSaidAtOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	unchanged := d.unchanged(t)
	bad := &followup.FollowUp{TicketID: nobody, Title: new(strings.Repeat("x", 201)), Comment: new("\x00"),
		NewStatus: new(ticket.Status(9))}
	files := []followup.Upload{file("ok.txt", []byte("x")), file("a.exe", []byte("x")), file("empty.txt", nil)}
	want := `attachments: item 2: file extension ".exe", item 3: empty file; comment: null character; ` +
		`new_status: not a choice "9"; ticket: no such object "987654321"; title: too long (limit 200)`
	_, err := d.Reply(t.Context(), d.staff, bad, files...)
	equal(t, wrong(t, err), want)
	_, err = d.Reply(refusing(t.Context()), d.staff, bad, files...)
	equal(t, wrong(t, err), want+"; x: required")
	unchanged()
}

func TestAReplyThatTheCallerFoundWrongWritesNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.ticket(t).ID
	unchanged := d.unchanged(t)
	_, err := d.Reply(refusing(t.Context()), d.staff, &followup.FollowUp{TicketID: id, NewStatus: new(ticket.Closed)},
		file("a.txt", []byte("x")))
	accepted(t, err)
	unchanged()
}

func TestAnEditOfAFollowUpChangesNothingElse(t *testing.T) {
	t.Parallel()
	b := newBusy(t, testdesk.OpenStore(t))
	before, was := b.thread(t, b.full), b.history(t, b.full)
	f := must(b.UpdateFollowUp(t.Context(), b.admin, b.moved, func(f *followup.FollowUp) error {
		*f = followup.FollowUp{ID: 1, TicketID: f.TicketID, UserID: &b.jane.ID, Date: time.Unix(0, 0), MessageID: new("x"),
			EmailRecipients: []string{"x"}, NewStatus: new(ticket.Closed), Public: true, TimeSpent: new(followup.TimeSpent(1e9))}
		return nil
	}))(t)
	after := b.thread(t, b.full)
	equal(t, after.Version, before.Version+1)
	after.Version = before.Version
	equal(t, asJSON(before.Ticket), asJSON(after.Ticket))
	sameLines(t, b.history(t, b.full), was...)
	read, old := after.Conversation[1], before.Conversation[1]
	equal(t, asJSON(f), asJSON(read))
	equal(t, *read.NewStatus, ticket.Closed)
	if *read.UserID != *old.UserID || !read.Date.Equal(old.Date) || read.MessageID != nil ||
		!slices.Equal(read.EmailRecipients, old.EmailRecipients) {
		t.Errorf("the function set what is not its to set: %+v", read)
	}
	equal(t, len(read.Attachments), 2)
	equal(t, len(read.Changes), 2)
}

// TestWhatAFunctionMayNotSetItCannotReachInto: it has pointers of its own.
func TestWhatAFunctionMayNotSetItCannotReachInto(t *testing.T) {
	t.Parallel()
	b := newBusy(t, testdesk.OpenStore(t))
	opening := b.thread(t, b.full).Conversation[0]
	f := must(b.UpdateFollowUp(t.Context(), b.staff, opening.ID, func(f *followup.FollowUp) error {
		*f.UserID, f.EmailRecipients[0] = b.jane.ID, "x"
		f.Comment = new("changed")
		return nil
	}))(t)
	equal(t, *f.UserID, b.staff.ID)
	equal(t, f.EmailRecipients[0], "jane@example.com")
	equal(t, asJSON(b.thread(t, b.full).Conversation[0]), asJSON(f))
}

func TestATitleThatAStatusMadeLongMayStay(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	given := closing(d.ticket(t).ID, ticket.Resolved)
	given.Title = new(strings.Repeat("x", 200))
	id := d.reply(t, given).ID
	must(d.UpdateFollowUp(t.Context(), d.staff, id, func(f *followup.FollowUp) error {
		f.Comment = new("edited")
		return nil
	}))(t)
	unchanged := d.unchanged(t)
	_, err := d.UpdateFollowUp(t.Context(), d.staff, id, func(f *followup.FollowUp) error {
		f.Title = new(*f.Title + "!")
		return nil
	})
	equal(t, wrong(t, err), "title: too long (limit 200)")
	unchanged()
}

func TestAFollowUpMovesWithItsPartsToAnotherTicket(t *testing.T) {
	t.Parallel()
	b := newBusy(t, testdesk.OpenStore(t))
	must(b.UpdateFollowUp(t.Context(), b.staff, b.moved, func(f *followup.FollowUp) error {
		f.TicketID = b.other
		return nil
	}))(t)
	equal(t, len(b.thread(t, b.full).Conversation), 1)
	there := b.thread(t, b.other).Conversation[1]
	equal(t, there.ID, b.moved)
	equal(t, len(there.Attachments), 2)
	equal(t, len(there.Changes), 2)
	equal(t, len(b.history(t, b.full)), 2)
	equal(t, len(b.history(t, b.other)), 0)
}

func TestFindingsAboutAFollowUpAreCompletedByTheDesk(t *testing.T) {
	t.Parallel()
	b := newBusy(t, testdesk.OpenStore(t))
	unchanged := b.unchanged(t)
	stop := errors.New("stop")
	for _, c := range []struct {
		err  error
		want string
	}{
		{nil, `comment: null character; ticket: no such object "987654321"`},
		{problem.Error{"comment": {{Reason: problem.NotString}}, "x": {{Reason: problem.Required}}},
			`comment: not a string; ticket: no such object "987654321"; x: required`},
		{stop, ""},
	} {
		_, err := b.UpdateFollowUp(t.Context(), b.staff, b.moved, func(f *followup.FollowUp) error {
			f.Comment, f.TicketID = new("\x00"), nobody
			return c.err
		})
		if c.want == "" {
			is(t, err, stop)
			continue
		}
		equal(t, wrong(t, err), c.want)
	}
	unchanged()
}

func TestADeletedFollowUpTakesItsFilesAndLeavesTheHistory(t *testing.T) {
	t.Parallel()
	b := newBusy(t, testdesk.OpenStore(t))
	before, was := b.thread(t, b.full), b.history(t, b.full)
	check(t, b.DeleteFollowUp(t.Context(), b.staff, b.moved))
	after := b.thread(t, b.full)
	equal(t, after.Version, before.Version+1)
	after.Version = before.Version
	equal(t, asJSON(before.Ticket), asJSON(after.Ticket))
	equal(t, len(after.Conversation), 1)
	sameLines(t, b.history(t, b.full), was...)
	for _, c := range b.changes(t, b.full) {
		if c.FollowUpID != nil {
			t.Errorf("%s names a follow-up", c.Field)
		}
	}
	for _, a := range before.Conversation[1].Attachments {
		equal(t, b.hasContent(t, a), false)
	}
	equal(t, b.hasContent(t, before.Conversation[0].Attachments[0]), true)
}

func TestFollowUpsAreListedByDate(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.many(t, 1, nil)[0]
	check(t, d.store.Update(t.Context(), func(tx storage.Tx) error {
		for _, at := range []int{0, 3, 1, 2, 1} {
			f := &followup.FollowUp{TicketID: id, Title: new(strconv.Itoa(at)), Date: time.Date(2026, 1, 1, at, 0, 0, 0, time.UTC)}
			check(t, tx.FollowUps().Insert(t.Context(), f))
			a := &followup.Attachment{FollowUpID: f.ID, Filename: "a.txt", Content: strconv.FormatInt(f.ID, 10)}
			check(t, tx.Attachments().Insert(t.Context(), a))
		}
		return nil
	}))
	l := d.FollowUps(d.staff, helpdesk.FollowUpQuery{})
	all := collect(t, l, 1, 3)
	equal(t, count(t, l), 5)
	equal(t, *all[0].Title+*all[1].Title+*all[2].Title, "112")
	equal(t, all[0].ID < all[1].ID, true)
	equal(t, all[2].Attachments[0].Filename, "a.txt")
}
