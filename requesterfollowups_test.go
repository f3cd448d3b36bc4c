package helpdesk_test

import (
	"io"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// TestAnswersAreThePublicFollowUps, without what is for staff.
func TestAnswersAreThePublicFollowUps(t *testing.T) {
	t.Parallel()
	d, now := watched(t)
	d.public(t, d.support, &d.staff.ID)
	opened := must(d.CreateRequesterTicket(t.Context(), d.jane,
		&ticket.Ticket{QueueID: d.support.ID, Title: "Help", Description: new("It broke.")},
		file("b.txt", []byte("b")), file("a.txt", []byte("a"))))(t)
	*now = now.Add(time.Hour)
	d.reply(t, &followup.FollowUp{TicketID: opened.ID, Comment: new("hm"), TimeSpent: new(followup.TimeSpent(1))},
		file("hidden.txt", []byte("x")))
	public := d.reply(t, &followup.FollowUp{TicketID: opened.ID, Comment: new("done"), Public: true, NewStatus: new(ticket.Resolved),
		TimeSpent: new(followup.TimeSpent(1))}, file("c.txt", []byte("c")))
	must(d.UpdateUser(t.Context(), d.admin, d.staff.ID, renamed("Ada", "Staff")))(t)
	must(d.Reply(t.Context(), helpdesk.System(), &followup.FollowUp{TicketID: opened.ID, Comment: new("bye"), Public: true}))(t)

	var lines []string
	for _, a := range d.answers(t, d.jane, opened.ID) {
		line := a.Author + ": " + *a.Comment
		for _, file := range a.Attachments {
			line += " " + file.Filename
		}
		lines = append(lines, line)
		if !a.Public || a.TimeSpent != nil || a.EmailRecipients != nil || a.Changes != nil {
			t.Errorf("got %s", asJSON(a))
		}
	}
	sameLines(t, lines, "jane: It broke. a.txt b.txt", "Ada Staff: done c.txt", ": bye")
	equal(t, *d.answers(t, d.jane, opened.ID)[1].NewStatus, ticket.Resolved)
	l := d.RequesterFollowUps(d.jane, opened.ID)
	equal(t, collect(t, l, 1, 1)[0].ID, public.ID)
	equal(t, len(collect(t, l, 3, 0)), 0)
}

func TestManyAnswersComeInOrder(t *testing.T) {
	t.Parallel()
	d, now := watched(t)
	d.public(t, d.support, nil)
	id := d.request(t, d.jane).ID
	for i := range 120 {
		if i%3 == 0 { // the others have one date
			*now = now.Add(time.Second)
		}
		d.reply(t, &followup.FollowUp{TicketID: id, Comment: new(strconv.Itoa(i)), Public: i%2 == 0})
	}
	got := d.answers(t, d.jane, id)
	equal(t, len(got), 61)
	for i, a := range got[1:] {
		equal(t, *a.Comment, strconv.Itoa(2*i))
	}
}

// TestTicketsOfOthersHaveNoAnswers, not even for a superuser.
func TestTicketsOfOthersHaveNoAnswers(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.public(t, d.support, nil)
	opened := must(d.CreateRequesterTicket(t.Context(), d.jane, &ticket.Ticket{QueueID: d.support.ID, Title: "x"},
		file("a.txt", []byte("a"))))(t)
	attachment := d.thread(t, opened.ID).Conversation[0].Attachments[0].ID
	unverified := must(d.ExternalUser(t.Context(), &user.External{ID: "1", Username: "x", Email: "jane@example.com"}))(t)
	unchanged := d.unchanged(t)
	for _, actor := range []*user.User{d.restricted, d.staff, d.admin, helpdesk.System(), unverified} {
		is(t, d.RequesterTicketExists(t.Context(), actor, opened.ID), helpdesk.ErrNotFound)
		is(t, counted(t.Context(), d.RequesterFollowUps(actor, opened.ID)), helpdesk.ErrNotFound)
		_, err := d.CreateRequesterReply(t.Context(), actor, opened.ID, "")
		is(t, err, helpdesk.ErrNotFound)
		_, err = d.CreateRequesterReply(refusing(t.Context()), actor, opened.ID, "")
		is(t, err, helpdesk.ErrNotFound)
		_, _, err = d.OpenRequesterAttachment(t.Context(), actor, opened.ID, attachment)
		is(t, err, helpdesk.ErrNotFound)
	}
	unchanged()
}

func TestAnAnswerIsPublicAndItsWritersOwn(t *testing.T) {
	t.Parallel()
	d, now := watched(t)
	d.public(t, d.support, &d.staff.ID)
	id := d.request(t, d.jane).ID
	*now = now.Add(time.Hour)
	answer := must(d.CreateRequesterReply(t.Context(), d.jane, id, " still \n", file("b.txt", []byte("b")),
		file("a.txt", []byte("a"))))(t)
	equal(t, asJSON(answer), asJSON(d.answers(t, d.jane, id)[1]))
	stored := d.thread(t, id).Conversation[1]
	equal(t, *stored.Comment, "still")
	equal(t, *stored.Title, "Help")
	equal(t, *stored.UserID, d.jane.ID)
	equal(t, stored.Public, true)
	equal(t, stored.Date, *now)
	equal(t, asJSON(stored.EmailRecipients), `["staff@example.com"]`)
	equal(t, stored.Attachments[0].Filename+stored.Attachments[1].Filename, "a.txtb.txt")
	equal(t, d.thread(t, id).Modified, *now)
	equal(t, d.thread(t, id).Status, ticket.Open)
	equal(t, len(d.history(t, id)), 0)
}

// TestAnAnswerReopensWhatIsResolved and nothing else.
func TestAnAnswerReopensWhatIsResolved(t *testing.T) {
	t.Parallel()
	for keep, resolved := range map[bool]ticket.Status{false: ticket.Reopened, true: ticket.Resolved} {
		d := handled(testdesk.New(t, helpdesk.Config{KeepResolved: keep}))
		for status, want := range map[ticket.Status]ticket.Status{
			ticket.Open: ticket.Open, ticket.Reopened: ticket.Reopened, ticket.Resolved: resolved, ticket.Closed: ticket.Closed,
			ticket.Duplicate: ticket.Duplicate,
		} {
			id := d.submitted(t, &d.jane.Email)
			d.edit(t, id, func(n *ticket.Ticket) { n.Status, n.Resolution, n.OnHold = status, new("done"), true })
			before := len(d.history(t, id))
			answer := must(d.CreateRequesterReply(t.Context(), d.jane, id, "no"))(t)
			after := d.thread(t, id)
			if after.Status != want || (answer.NewStatus != nil) != (status != want) {
				t.Errorf("keep %v: %v became %v", keep, status, after.Status)
			}
			equal(t, *after.Resolution, "done")
			equal(t, after.OnHold, true)
			if status != want {
				sameLines(t, d.history(t, id)[before:], "Status: Resolved → Reopened")
				equal(t, *answer.Title, "Broken and Reopened")
				equal(t, *d.changes(t, id)[before].FollowUpID, answer.ID)
				equal(t, *d.changes(t, id)[before].UserID, d.jane.ID)
			} else {
				equal(t, len(d.history(t, id)), before)
			}
		}
	}
}

func TestWhatIsWrongWithAnAnswerIsSaid(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.submitted(t, &d.jane.Email)
	unchanged := d.unchanged(t)
	for comment, want := range map[string]string{
		"": "comment: blank", " \t\u3000\n": "comment: blank", "a\x00": "comment: null character",
	} {
		files := []followup.Upload{file("a.txt", []byte("x")), file("a.exe", []byte("x"))}
		want = `attachments: item 2: file extension ".exe"; ` + want
		_, err := d.CreateRequesterReply(t.Context(), d.jane, id, comment, files...)
		equal(t, wrong(t, err), want)
		_, err = d.CreateRequesterReply(refusing(t.Context()), d.jane, id, comment, files...)
		equal(t, wrong(t, err), want+"; x: required")
	}
	_, err := d.CreateRequesterReply(refusing(t.Context()), d.jane, id, "fine")
	accepted(t, err)
	unchanged()
}

func TestAnAnswersFileIsOpenedByTheSubmitterWhereItIsPublic(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id, other, theirs := d.submitted(t, &d.jane.Email), d.submitted(t, &d.jane.Email), d.ticket(t).ID
	attach := func(ticket int64, public bool) int64 {
		f := &followup.FollowUp{TicketID: ticket, Comment: new("x"), Public: public}
		return d.reply(t, f, file("a.txt", []byte("content"))).Attachments[0].ID
	}
	public, hidden, elsewhere, foreign := attach(id, true), attach(id, false), attach(other, true), attach(theirs, true)
	a, content, err := d.OpenRequesterAttachment(t.Context(), d.jane, id, public)
	check(t, err)
	equal(t, a.Filename, "a.txt")
	equal(t, string(must(io.ReadAll(content))(t)), "content")
	for name, ids := range map[string][2]int64{
		"hidden": {id, hidden}, "on another ticket": {id, elsewhere}, "on another's ticket": {id, foreign},
		"of another's ticket": {theirs, foreign}, "none": {id, nobody}, "of no ticket": {nobody, public},
	} {
		if _, _, err := d.OpenRequesterAttachment(t.Context(), d.jane, ids[0], ids[1]); err != helpdesk.ErrNotFound {
			is(t, err, helpdesk.ErrNotFound)
			if t.Failed() {
				t.Fatal(name)
			}
		}
	}
}

// TestOneWhoWorksOnTicketsAlsoSubmitsThem: in that part they are one like any other.
func TestOneWhoWorksOnTicketsAlsoSubmitsThem(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.public(t, d.support, nil)
	mine, other := d.request(t, d.staff).ID, d.submitted(t, &d.jane.Email)
	d.reply(t, &followup.FollowUp{TicketID: mine, Comment: new("private")})
	equal(t, len(d.answers(t, d.staff, mine)), 1)
	if got := d.own(t, d.staff); !slices.Equal(got, []int64{mine}) {
		t.Errorf("got %v, and not only %d of %d", got, mine, other)
	}
}
