package followup

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

var (
	actor    = &user.User{ID: 1, Username: "ada", Email: "ada@example.com"}
	assignee = &user.User{ID: 2, Username: "bob", Email: "bob@example.com"}
	queue    = &ticket.Queue{ID: 3, Slug: "support", EmailAddress: new("support@example.com")}
)

func openTicket() *ticket.Ticket {
	return &ticket.Ticket{ID: 5, QueueID: 3, Title: "Printer", Status: ticket.Open, Priority: ticket.Normal,
		SubmitterEmail: new("jane@example.com")}
}

func TestOpeningTitleNamesTheAssignee(t *testing.T) {
	for want, assignee := range map[string]*user.User{
		"Ticket Opened":                       nil,
		"Ticket Opened & Assigned to bob":     {Username: "bob"},
		"Ticket Opened & Assigned to Bob Ray": {Username: "bob", FirstName: "Bob", LastName: "Ray"},
	} {
		if got := OpeningTitle(assignee); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestOpeningTellsTheDescriptionToAll(t *testing.T) {
	opened := openTicket()
	opened.Description = new("on fire")
	want := &FollowUp{
		TicketID: 5, UserID: new(int64(1)), Title: new("Ticket Opened & Assigned to bob"), Comment: new("on fire"), Public: true,
		EmailRecipients: []string{"bob@example.com", "jane@example.com"},
	}
	if got := Opening(opened, actor, assignee, queue); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v", got)
	}
}

func TestOpeningWithoutDescriptionHasAnEmptyComment(t *testing.T) {
	if got := Opening(openTicket(), actor, nil, queue); got.Comment == nil || *got.Comment != "" {
		t.Errorf("got %v", got.Comment)
	}
}

func TestOpeningIsMailedToTheActorToo(t *testing.T) {
	opened := openTicket()
	opened.SubmitterEmail = new("ada@example.com")
	if got := Opening(opened, actor, actor, queue).EmailRecipients; !slices.Equal(got, []string{"ada@example.com"}) {
		t.Errorf("got %q", got)
	}
}

func TestOpeningByNobodyHasNoAuthor(t *testing.T) {
	for _, nobody := range []*user.User{nil, {}} {
		if got := Opening(openTicket(), nobody, nil, queue); got.UserID != nil {
			t.Errorf("got %d", *got.UserID)
		}
	}
}

func TestMoveTicketTitle(t *testing.T) {
	for name, test := range map[string]struct {
		title, comment *string
		status         ticket.Status
		want           string
	}{
		"not given":                    {nil, nil, 0, "Printer"},
		"given":                        {new("Paper"), nil, 0, "Paper"},
		"empty with a comment":         {new(""), new("c"), 0, "Comment"},
		"empty":                        {new(""), new(""), 0, "Updated"},
		"given with a status":          {new("Paper"), nil, ticket.Resolved, "Paper and Resolved"},
		"not given with a status":      {nil, nil, ticket.Closed, "Printer and Closed"},
		"empty with a status":          {new(""), new("c"), ticket.Duplicate, "Duplicate"},
		"given with the status it has": {new("Paper"), nil, ticket.Open, "Paper"},
		"empty with the status it has": {new(""), nil, ticket.Open, "Updated"},
		"as long as may be, with a status": {new(strings.Repeat("x", 200)), nil, ticket.Resolved,
			strings.Repeat("x", 200) + " and Resolved"},
	} {
		f := FollowUp{Title: test.title, Comment: test.comment}
		if test.status != 0 {
			f.NewStatus = &test.status
		}
		f.MoveTicket(openTicket())
		if *f.Title != test.want {
			t.Errorf("%s: got %q, want %q", name, *f.Title, test.want)
		}
	}
}

func TestMoveTicketLeavesTheGivenTextsAlone(t *testing.T) {
	title, comment := "Paper", "c"
	f := FollowUp{Title: &title, Comment: &comment, NewStatus: new(ticket.Resolved)}
	moved := openTicket()
	f.MoveTicket(moved)
	*f.Comment = "changed"
	if title != "Paper" || comment != "c" || *moved.Resolution != "c" {
		t.Errorf("got %q, %q, resolution %q", title, comment, *moved.Resolution)
	}
}

func TestMoveTicketTakesANullCommentForAnEmptyOne(t *testing.T) {
	f := FollowUp{}
	f.MoveTicket(openTicket())
	if f.Comment == nil || *f.Comment != "" {
		t.Errorf("got %v", f.Comment)
	}
}

func TestMoveTicketStatus(t *testing.T) {
	for _, status := range ticket.Statuses() {
		f := FollowUp{NewStatus: &status}
		moved := openTicket()
		f.MoveTicket(moved)
		if moved.Status != status {
			t.Errorf("%s: the ticket is %s", status, moved.Status)
		}
		if (f.NewStatus == nil) != (status == ticket.Open) {
			t.Errorf("%s: the follow-up says %v", status, f.NewStatus)
		}
	}
}

func TestMoveTicketNeverRenamesIt(t *testing.T) {
	f := FollowUp{Title: new("Paper")}
	moved := openTicket()
	f.MoveTicket(moved)
	if moved.Title != "Printer" {
		t.Errorf("got %q", moved.Title)
	}
}

func TestMoveTicketResolution(t *testing.T) {
	for name, test := range map[string]struct {
		from, to ticket.Status
		had      *string
		comment  *string
		want     *string
	}{
		"resolving takes the comment":              {ticket.Open, ticket.Resolved, nil, new("c"), new("c")},
		"resolving replaces":                       {ticket.Open, ticket.Resolved, new("r"), new("c"), new("c")},
		"resolving without a word empties":         {ticket.Open, ticket.Resolved, new("r"), nil, new("")},
		"closing takes the comment where none was": {ticket.Open, ticket.Closed, nil, new("c"), new("c")},
		"closing keeps":                            {ticket.Resolved, ticket.Closed, new("r"), new("c"), new("r")},
		"closing keeps an empty one":               {ticket.Resolved, ticket.Closed, new(""), new("c"), new("")},
		"reopening keeps":                          {ticket.Closed, ticket.Reopened, new("r"), new("c"), new("r")},
		"a duplicate has none":                     {ticket.Open, ticket.Duplicate, nil, new("c"), nil},
		"resolved already":                         {ticket.Resolved, ticket.Resolved, new("r"), new("c"), new("r")},
		"closed already":                           {ticket.Closed, ticket.Closed, nil, new("c"), nil},
	} {
		moved := openTicket()
		moved.Status, moved.Resolution = test.from, test.had
		f := FollowUp{NewStatus: &test.to, Comment: test.comment}
		f.MoveTicket(moved)
		if !reflect.DeepEqual(moved.Resolution, test.want) {
			t.Errorf("%s: got %v", name, moved.Resolution)
		}
	}
}

func TestRecipients(t *testing.T) {
	for name, test := range map[string]struct {
		f         FollowUp
		submitter *string
		assignee  *user.User
		want      []string
	}{
		"a public word":  {FollowUp{Public: true, Comment: new("c")}, new("jane@example.com"), nil, []string{"jane@example.com"}},
		"a private word": {FollowUp{Comment: new("c")}, new("jane@example.com"), nil, []string{}},
		"no word":        {FollowUp{Public: true, Comment: new("")}, new("jane@example.com"), nil, []string{}},
		"a null word":    {FollowUp{Public: true}, new("jane@example.com"), nil, []string{}},
		"resolved": {FollowUp{Public: true, NewStatus: new(ticket.Resolved)}, new("jane@example.com"), nil,
			[]string{"jane@example.com"}},
		"closed": {FollowUp{Public: true, NewStatus: new(ticket.Closed)}, new("jane@example.com"), nil,
			[]string{"jane@example.com"}},
		"reopened":             {FollowUp{Public: true, NewStatus: new(ticket.Reopened)}, new("jane@example.com"), nil, []string{}},
		"resolved in private":  {FollowUp{NewStatus: new(ticket.Resolved)}, new("jane@example.com"), nil, []string{}},
		"assigned, in private": {FollowUp{}, new("jane@example.com"), assignee, []string{"bob@example.com"}},
		"both, sorted": {FollowUp{Public: true, Comment: new("c")}, new("jane@example.com"), assignee,
			[]string{"bob@example.com", "jane@example.com"}},
		"both the same": {FollowUp{Public: true, Comment: new("c")}, new("bob@example.com"), assignee,
			[]string{"bob@example.com"}},
		"the actor submitted": {FollowUp{Public: true, Comment: new("c")}, new("ada@example.com"), assignee,
			[]string{"bob@example.com"}},
		"the actor is assigned": {FollowUp{Public: true, Comment: new("c")}, new("jane@example.com"), actor,
			[]string{"jane@example.com"}},
		"case makes another":      {FollowUp{Public: true, Comment: new("c")}, new("ADA@example.com"), actor, []string{"ADA@example.com"}},
		"the queue submitted":     {FollowUp{Public: true, Comment: new("c")}, new("support@example.com"), nil, []string{}},
		"nobody submitted":        {FollowUp{Public: true, Comment: new("c")}, nil, nil, []string{}},
		"an empty submitter":      {FollowUp{Public: true, Comment: new("c")}, new(""), nil, []string{}},
		"assigned without e-mail": {FollowUp{}, nil, &user.User{ID: 9}, []string{}},
	} {
		about := openTicket()
		about.SubmitterEmail = test.submitter
		if got := Recipients(&test.f, about, actor, test.assignee, queue); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}

func TestRecipientsWithoutActorLeaveNobodyOut(t *testing.T) {
	f := &FollowUp{Public: true, Comment: new("c")}
	if got := Recipients(f, openTicket(), nil, nil, &ticket.Queue{}); !slices.Equal(got, []string{"jane@example.com"}) {
		t.Errorf("got %q", got)
	}
}

func TestDiffOfEqualTicketsIsEmpty(t *testing.T) {
	fields := []*ticket.CustomField{{ID: 1, Label: "Cost"}}
	before := openTicket()
	before.Description, before.DueDate, before.MergedTo = new("d"), new(time.Now()), new(int64(9))
	before.Values = ticket.Values{{Field: 1, Text: "5"}}
	after := before.Clone()
	after.DueDate = new(before.DueDate.In(time.FixedZone("", 3600)))
	if got := Diff(before, after, fields); len(got) != 0 {
		t.Errorf("got %+v", *got[0])
	}
}

func TestDiffListsWholeValues(t *testing.T) {
	due := time.Date(2026, 12, 1, 10, 0, 0, 500_000_000, time.UTC)
	fields := []*ticket.CustomField{{ID: 2, Label: "Seats"}, {ID: 1, Label: "Cost"}, {ID: 3, Label: "New"}}
	before := openTicket()
	before.Values = ticket.Values{{Field: 1, Text: "5.00"}, {Field: 2, Null: true}}
	after := &ticket.Ticket{
		ID: 5, QueueID: 4, Title: "Paper", Description: new(""), Resolution: new("r"), AssignedTo: new(int64(2)),
		Status: ticket.Closed, OnHold: true, Priority: ticket.VeryLow, DueDate: &due, MergedTo: new(int64(9)),
		Values: ticket.Values{{Field: 1, Text: ""}, {Field: 2, Text: "7"}},
	}
	want := []*Change{
		{TicketID: 5, Field: "Title", OldValue: new("Printer"), NewValue: new("Paper")},
		{TicketID: 5, Field: "Status", OldValue: new("Open"), NewValue: new("Closed")},
		{TicketID: 5, Field: "Owner", NewValue: new("2")},
		{TicketID: 5, Field: "Priority", OldValue: new("Normal"), NewValue: new("Very Low")},
		{TicketID: 5, Field: "Queue", OldValue: new("3"), NewValue: new("4")},
		{TicketID: 5, Field: "Due on", NewValue: new("2026-12-01T10:00:00.500000Z")},
		{TicketID: 5, Field: "Description", NewValue: new("")},
		{TicketID: 5, Field: "Resolution", NewValue: new("r")},
		{TicketID: 5, Field: "Submitter E-Mail", OldValue: new("jane@example.com")},
		{TicketID: 5, Field: "On Hold", OldValue: new("false"), NewValue: new("true")},
		{TicketID: 5, Field: "Merged To", NewValue: new("9")},
		{TicketID: 5, Field: "Seats", NewValue: new("7")},
		{TicketID: 5, Field: "Cost", OldValue: new("5.00"), NewValue: new("")},
	}
	if got := Diff(before, after, fields); !reflect.DeepEqual(got, want) {
		t.Errorf("got %d changes", len(got))
		for _, c := range got {
			t.Logf("%+v", *c)
		}
	}
}

func TestReferences(t *testing.T) {
	for text, want := range map[string][]int64{
		"":                         nil,
		"see #12":                  {12},
		"#12":                      {12},
		"#12, #3 and #12":          {12, 3},
		"#0012":                    {12},
		"x#12 é#13 _#14":           {12, 13, 14},
		"##12":                     {12},
		"#12#13":                   {12, 13},
		"#12.":                     {12},
		"#12\u0301 #13\u200b #14‿": {12, 13, 14},
		"&#12; x&#13 &&#14 #&#15":  nil,
		"& #12 &\n#13 &amp;#14":    {12, 13, 14},
		"&##12":                    {12},
		"#12abc #13_ #14é #15ª #16² #17٣ #18½ #19用": nil,
		"# 12 #x #":            nil,
		"#٣":                   nil,
		"#7":                   nil, // itself
		"#9223372036854775807": {9223372036854775807},
		"#9223372036854775808 #99999999999999999999 #1": {1},
	} {
		if got := References(text, 7); !slices.Equal(got, want) {
			t.Errorf("%q: got %d, want %d", text, got, want)
		}
	}
}

func TestReferencesAreBounded(t *testing.T) {
	var text strings.Builder
	for i := range 3000 {
		text.WriteString(ReferenceTitle(int64(i + 100)))
		text.WriteByte(' ')
	}
	got := References(text.String(), 0)
	if len(got) != 1000 || got[999] != 1099 {
		t.Errorf("got %d", len(got))
	}
}

func TestReferenceTitleNamesTheSource(t *testing.T) {
	if got := ReferenceTitle(12); got != "Referenced in ticket #12" {
		t.Errorf("got %q", got)
	}
}

func TestFollowUpCheck(t *testing.T) {
	null := problem.Problem{Reason: problem.NullChar}
	for name, test := range map[string]struct {
		f    FollowUp
		want problem.Error
	}{
		"nothing given": {FollowUp{}, problem.Error{}},
		"good": {FollowUp{Title: new(strings.Repeat("é", 200)), Comment: new(strings.Repeat("x", 9999)),
			NewStatus: new(ticket.Closed)}, problem.Error{}},
		"empty texts": {FollowUp{Title: new(""), Comment: new("")}, problem.Error{}},
		"long title":  {FollowUp{Title: new(strings.Repeat("é", 201))}, problem.Error{"title": {{Reason: problem.TooLong, Limit: 200}}}},
		"NUL":         {FollowUp{Title: new("\x00"), Comment: new("\x00")}, problem.Error{"title": {null}, "comment": {null}}},
		"strange status": {FollowUp{NewStatus: new(ticket.Status(9))},
			problem.Error{"new_status": {{Reason: problem.NotChoice, Value: "9"}}}},
	} {
		if got := test.f.Check(); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: got %v, want %v", name, got, test.want)
		}
	}
}
