package ticket

import (
	"slices"
	"strconv"
	"time"

	"github.com/go-helpdesk/helpdesk/internal/validate"
	"github.com/go-helpdesk/helpdesk/problem"
)

// Maximum lengths of the texts of queues and custom fields, in characters.
const (
	MaxSlug       = 50
	MaxLabel      = 30
	MaxQueueTitle = 100
)

// Check returns everything that is wrong with the ticket by itself, under the keys in
// docs/contract.md, "Tickets". It checks neither the custom values, which
// CustomField.Parse does, nor whether the objects exist that the ticket refers to.
// Return the result through its Err.
func (t *Ticket) Check() problem.Error {
	wrong := problem.Error{}
	wrong.Add("title", validateName(t.Title, MaxTitle)...)
	wrong.Add("description", validateText(t.Description)...)
	wrong.Add("resolution", validateText(t.Resolution)...)
	wrong.Add("submitter_email", validateEmail(t.SubmitterEmail)...)
	if !t.Status.Valid() {
		wrong.Add("status", notChoice(strconv.Itoa(int(t.Status))))
	}
	if !t.Priority.Valid() {
		wrong.Add("priority", notChoice(strconv.Itoa(int(t.Priority))))
	}
	if t.DueDate != nil && !validate.ValidYear(*t.DueDate) {
		wrong.Add("due_date", problem.Problem{Reason: problem.DatetimeRange})
	}
	return wrong
}

// Check returns everything that is wrong with the queue by itself, under the keys
// in docs/contract.md, "Queues". Return the result through its Err.
func (q *Queue) Check() problem.Error {
	wrong := problem.Error{}
	wrong.Add("title", validateName(q.Title, MaxQueueTitle)...)
	wrong.Add("slug", validateSlug(q.Slug)...)
	wrong.Add("email_address", validateEmail(q.EmailAddress)...)
	return wrong
}

// Check returns everything that is wrong with the definition by itself, under the
// keys in docs/contract.md, "Custom fields". A definition that no value can satisfy,
// such as a list without choices, is not reported. Return the result through its Err.
func (f *CustomField) Check() problem.Error {
	wrong := problem.Error{}
	wrong.Add("name", validateSlug(f.Name)...)
	wrong.Add("label", validateName(f.Label, MaxLabel)...)
	wrong.Add("help_text", validateText(f.HelpText)...)
	if !slices.Contains(FieldTypes(), f.Type) {
		wrong.Add("data_type", notChoice(string(f.Type)))
	}
	wrong.Add("list_values", validateText(f.ListValues)...)
	return wrong
}

func notChoice(value string) problem.Problem {
	return problem.Problem{Reason: problem.NotChoice, Value: value}
}

// validateName validates a text that must not be blank.
func validateName(s string, limit int) []problem.Problem {
	if validate.TrimSpace(s) == "" {
		return oneProblem(problem.Blank)
	}
	return validate.Text(s, limit)
}

func validateSlug(s string) []problem.Problem {
	problems := validateName(s, MaxSlug)
	if validate.TrimSpace(s) == "" || validate.Slug(s) {
		return problems
	}
	return append(problems, problem.Problem{Reason: problem.BadSlug})
}

func validateText(s *string) []problem.Problem {
	if s == nil {
		return nil
	}
	return validate.Text(*s, 0)
}

func validateEmail(s *string) []problem.Problem {
	if s == nil || *s == "" {
		return nil
	}
	problems := validate.Text(*s, MaxEmail)
	if validate.Email(*s) {
		return problems
	}
	return append(problems, problem.Problem{Reason: problem.BadEmail})
}

// Trim removes the white space around the texts of the ticket and rounds DueDate down
// to microseconds in UTC, which is what stores keep.
func (t *Ticket) Trim() {
	t.Title = validate.TrimSpace(t.Title)
	t.Description = validate.TrimNull(t.Description)
	t.Resolution = validate.TrimNull(t.Resolution)
	t.SubmitterEmail = validate.TrimNull(t.SubmitterEmail)
	if t.DueDate != nil {
		t.DueDate = new(t.DueDate.UTC().Truncate(time.Microsecond))
	}
}

// Trim removes the white space around the texts of the queue.
func (q *Queue) Trim() {
	q.Title, q.Slug, q.EmailAddress = validate.TrimSpace(q.Title), validate.TrimSpace(q.Slug), validate.TrimNull(q.EmailAddress)
}

// Trim removes the white space around the texts of the definition.
func (f *CustomField) Trim() {
	f.Name, f.Label = validate.TrimSpace(f.Name), validate.TrimSpace(f.Label)
	f.HelpText, f.ListValues = validate.TrimNull(f.HelpText), validate.TrimNull(f.ListValues)
}
