package ticket

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk/problem"
)

func expectError(t *testing.T, what string, got, want problem.Error) {
	t.Helper()
	if len(got) == 0 && len(want) == 0 {
		return
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func TestTicketCheck(t *testing.T) {
	badEmail := problem.Problem{Reason: problem.BadEmail}
	for name, test := range map[string]struct {
		change func(*Ticket)
		want   problem.Error
	}{
		"good":          {func(t *Ticket) {}, nil},
		"no title":      {func(t *Ticket) { t.Title = "" }, problem.Error{"title": p(problem.Blank)}},
		"blank title":   {func(t *Ticket) { t.Title = " \u3000" }, problem.Error{"title": p(problem.Blank)}},
		"longest title": {func(t *Ticket) { t.Title = strings.Repeat("é", 200) }, nil},
		"long title":    {func(t *Ticket) { t.Title = strings.Repeat("é", 201) }, problem.Error{"title": limited(problem.TooLong, 200)}},
		"NUL in a text": {func(t *Ticket) { t.Description, t.Resolution = new("\x00"), new("\x00") },
			problem.Error{"description": p(problem.NullChar), "resolution": p(problem.NullChar)}},
		"texts of null": {func(t *Ticket) { t.Description, t.Resolution, t.SubmitterEmail = nil, nil, nil }, nil},
		"empty texts":   {func(t *Ticket) { t.Description, t.Resolution, t.SubmitterEmail = new(""), new(""), new("") }, nil},
		"address":       {func(t *Ticket) { t.SubmitterEmail = new("a@b.co") }, nil},
		"bad address":   {func(t *Ticket) { t.SubmitterEmail = new("nope") }, problem.Error{"submitter_email": {badEmail}}},
		"long address": {func(t *Ticket) { t.SubmitterEmail = new(strings.Repeat("a", 250) + "@b.co") },
			problem.Error{"submitter_email": limited(problem.TooLong, 254)}},
		"long bad one": {func(t *Ticket) { t.SubmitterEmail = new(strings.Repeat("a", 255)) },
			problem.Error{"submitter_email": append(limited(problem.TooLong, 254), badEmail)}},
		"no status":      {func(t *Ticket) { t.Status = 0 }, problem.Error{"status": {{Reason: problem.NotChoice, Value: "0"}}}},
		"strange status": {func(t *Ticket) { t.Status = 6 }, problem.Error{"status": {{Reason: problem.NotChoice, Value: "6"}}}},
		"no priority":    {func(t *Ticket) { t.Priority = 0 }, problem.Error{"priority": {{Reason: problem.NotChoice, Value: "0"}}}},
		"due date":       {func(t *Ticket) { t.DueDate = new(time.Now()) }, nil},
		"due date too far": {func(t *Ticket) { t.DueDate = new(time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)) },
			problem.Error{"due_date": p(problem.DatetimeRange)}},
	} {
		ticket := Ticket{Title: "t", Status: Open, Priority: Normal}
		test.change(&ticket)
		expectError(t, name, ticket.Check(), test.want)
	}
}

func TestQueueCheck(t *testing.T) {
	for name, test := range map[string]struct {
		queue Queue
		want  problem.Error
	}{
		"good":          {Queue{Title: "Support", Slug: "support"}, nil},
		"longest":       {Queue{Title: strings.Repeat("é", 100), Slug: strings.Repeat("x", 50), EmailAddress: new("a@b.co")}, nil},
		"empty address": {Queue{Title: "t", Slug: "s", EmailAddress: new("")}, nil},
		"nothing":       {Queue{}, problem.Error{"title": p(problem.Blank), "slug": p(problem.Blank)}},
		"long": {Queue{Title: strings.Repeat("é", 101), Slug: strings.Repeat("x", 51)},
			problem.Error{"title": limited(problem.TooLong, 100), "slug": limited(problem.TooLong, 50)}},
		"no slug": {Queue{Title: "t", Slug: "a b"}, problem.Error{"slug": p(problem.BadSlug)}},
		"long and no slug": {Queue{Title: "t", Slug: strings.Repeat("é", 51)},
			problem.Error{"slug": append(limited(problem.TooLong, 50), p(problem.BadSlug)...)}},
		"bad address": {Queue{Title: "t", Slug: "s", EmailAddress: new("x")}, problem.Error{"email_address": p(problem.BadEmail)}},
	} {
		expectError(t, name, test.queue.Check(), test.want)
	}
}

func TestCustomFieldCheck(t *testing.T) {
	for name, test := range map[string]struct {
		field CustomField
		want  problem.Error
	}{
		"good": {CustomField{Name: "cost", Label: "Cost", Type: Decimal, HelpText: new(""), ListValues: new("")}, nil},
		"useless lengths": {CustomField{Name: "cost", Label: "Cost", Type: Decimal, MaxLength: new(int64(-1)),
			DecimalPlaces: new(int64(1 << 62))}, nil},
		"nothing": {CustomField{}, problem.Error{"name": p(problem.Blank), "label": p(problem.Blank),
			"data_type": {{Reason: problem.NotChoice}}}},
		"bad type": {CustomField{Name: "n", Label: "l", Type: "Text"},
			problem.Error{"data_type": {{Reason: problem.NotChoice, Value: "Text"}}}},
		"no slug": {CustomField{Name: "a b", Label: "l", Type: Text}, problem.Error{"name": p(problem.BadSlug)}},
		"long": {CustomField{Name: strings.Repeat("n", 51), Label: strings.Repeat("l", 31), Type: Text},
			problem.Error{"name": limited(problem.TooLong, 50), "label": limited(problem.TooLong, 30)}},
		"NUL in a text": {CustomField{Name: "n", Label: "l", Type: Text, HelpText: new("\x00"), ListValues: new("\x00")},
			problem.Error{"help_text": p(problem.NullChar), "list_values": p(problem.NullChar)}},
	} {
		expectError(t, name, test.field.Check(), test.want)
	}
}
