package ticket

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk/internal/validate"
)

func expectError(t *testing.T, what string, got, want validate.Error) {
	t.Helper()
	if len(got) == 0 && len(want) == 0 {
		return
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func TestTicketCheck(t *testing.T) {
	badEmail := validate.Problem{Reason: validate.BadEmail}
	for name, test := range map[string]struct {
		change func(*Ticket)
		want   validate.Error
	}{
		"good":             {func(t *Ticket) {}, nil},
		"no title":         {func(t *Ticket) { t.Title = "" }, validate.Error{"title": p(validate.Blank)}},
		"blank title":      {func(t *Ticket) { t.Title = " \u3000" }, validate.Error{"title": p(validate.Blank)}},
		"longest title":    {func(t *Ticket) { t.Title = strings.Repeat("é", 200) }, nil},
		"long title":       {func(t *Ticket) { t.Title = strings.Repeat("é", 201) }, validate.Error{"title": limited(validate.TooLong, 200)}},
		"NUL in a text":    {func(t *Ticket) { t.Description, t.Resolution = new("\x00"), new("\x00") }, validate.Error{"description": p(validate.NullChar), "resolution": p(validate.NullChar)}},
		"texts of null":    {func(t *Ticket) { t.Description, t.Resolution, t.SubmitterEmail = nil, nil, nil }, nil},
		"empty texts":      {func(t *Ticket) { t.Description, t.Resolution, t.SubmitterEmail = new(""), new(""), new("") }, nil},
		"address":          {func(t *Ticket) { t.SubmitterEmail = new("a@b.co") }, nil},
		"bad address":      {func(t *Ticket) { t.SubmitterEmail = new("nope") }, validate.Error{"submitter_email": {badEmail}}},
		"long address":     {func(t *Ticket) { t.SubmitterEmail = new(strings.Repeat("a", 250) + "@b.co") }, validate.Error{"submitter_email": limited(validate.TooLong, 254)}},
		"long bad one":     {func(t *Ticket) { t.SubmitterEmail = new(strings.Repeat("a", 255)) }, validate.Error{"submitter_email": append(limited(validate.TooLong, 254), badEmail)}},
		"no status":        {func(t *Ticket) { t.Status = 0 }, validate.Error{"status": {{Reason: validate.NotChoice, Value: "0"}}}},
		"strange status":   {func(t *Ticket) { t.Status = 6 }, validate.Error{"status": {{Reason: validate.NotChoice, Value: "6"}}}},
		"no priority":      {func(t *Ticket) { t.Priority = 0 }, validate.Error{"priority": {{Reason: validate.NotChoice, Value: "0"}}}},
		"due date":         {func(t *Ticket) { t.DueDate = new(time.Now()) }, nil},
		"due date too far": {func(t *Ticket) { t.DueDate = new(time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)) }, validate.Error{"due_date": p(validate.DatetimeRange)}},
	} {
		ticket := Ticket{Title: "t", Status: Open, Priority: Normal}
		test.change(&ticket)
		expectError(t, name, ticket.Check(), test.want)
	}
}

func TestQueueCheck(t *testing.T) {
	for name, test := range map[string]struct {
		queue Queue
		want  validate.Error
	}{
		"good":             {Queue{Title: "Support", Slug: "support"}, nil},
		"longest":          {Queue{Title: strings.Repeat("é", 100), Slug: strings.Repeat("x", 50), EmailAddress: new("a@b.co")}, nil},
		"empty address":    {Queue{Title: "t", Slug: "s", EmailAddress: new("")}, nil},
		"nothing":          {Queue{}, validate.Error{"title": p(validate.Blank), "slug": p(validate.Blank)}},
		"long":             {Queue{Title: strings.Repeat("é", 101), Slug: strings.Repeat("x", 51)}, validate.Error{"title": limited(validate.TooLong, 100), "slug": limited(validate.TooLong, 50)}},
		"no slug":          {Queue{Title: "t", Slug: "a b"}, validate.Error{"slug": p(validate.BadSlug)}},
		"long and no slug": {Queue{Title: "t", Slug: strings.Repeat("é", 51)}, validate.Error{"slug": append(limited(validate.TooLong, 50), p(validate.BadSlug)...)}},
		"bad address":      {Queue{Title: "t", Slug: "s", EmailAddress: new("x")}, validate.Error{"email_address": p(validate.BadEmail)}},
	} {
		expectError(t, name, test.queue.Check(), test.want)
	}
}

func TestCustomFieldCheck(t *testing.T) {
	for name, test := range map[string]struct {
		field CustomField
		want  validate.Error
	}{
		"good":            {CustomField{Name: "cost", Label: "Cost", Type: Decimal, HelpText: new(""), ListValues: new("")}, nil},
		"useless lengths": {CustomField{Name: "cost", Label: "Cost", Type: Decimal, MaxLength: new(int64(-1)), DecimalPlaces: new(int64(1 << 62))}, nil},
		"nothing":         {CustomField{}, validate.Error{"name": p(validate.Blank), "label": p(validate.Blank), "data_type": {{Reason: validate.NotChoice}}}},
		"bad type":        {CustomField{Name: "n", Label: "l", Type: "Text"}, validate.Error{"data_type": {{Reason: validate.NotChoice, Value: "Text"}}}},
		"no slug":         {CustomField{Name: "a b", Label: "l", Type: Text}, validate.Error{"name": p(validate.BadSlug)}},
		"long":            {CustomField{Name: strings.Repeat("n", 51), Label: strings.Repeat("l", 31), Type: Text}, validate.Error{"name": limited(validate.TooLong, 50), "label": limited(validate.TooLong, 30)}},
		"NUL in a text":   {CustomField{Name: "n", Label: "l", Type: Text, HelpText: new("\x00"), ListValues: new("\x00")}, validate.Error{"help_text": p(validate.NullChar), "list_values": p(validate.NullChar)}},
	} {
		expectError(t, name, test.field.Check(), test.want)
	}
}
