package ticket

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/go-helpdesk/helpdesk/internal/validate"
	"github.com/go-helpdesk/helpdesk/problem"
)

// maxNumber is the maximum length of a number in a text, in characters.
const maxNumber = 1000

var wholeNumber = regexp.MustCompile(`^([+-]?)0*([0-9]+?)(?:\.0*)?$`)

// Parse parses the text that a client sent for the field and returns the value in
// canonical form. A canonical text parses to itself. A text that clears the field
// becomes the null value. Parse trims white space as django-helpdesk does for the
// type, and reports every problem in the order of django-helpdesk. The problem of a
// list field contains the text.
func (f *CustomField) Parse(text string) (Value, []problem.Problem) {
	if f.Clears(text) {
		return Value{Field: f.ID, Null: true}, nil
	}
	canonical, problems := f.read(text)
	if len(problems) > 0 {
		return Value{Field: f.ID, Null: true}, problems
	}
	return Value{Field: f.ID, Text: canonical}, nil
}

// Clears reports whether the text clears the field: "" and white space do, unless the
// field is required. In a list field that has the choice "", that choice is a value
// like any other and clears nothing.
func (f *CustomField) Clears(text string) bool {
	keepsEmpty := f.Type == List && slices.Contains(f.Choices(), "")
	return !f.Required && !keepsEmpty && validate.TrimSpace(text) == ""
}

// ParseNumber is like Parse, for a JSON number in the spelling of Python. An integer
// may have any length, and 1.0 and 0.0 are booleans too.
func (f *CustomField) ParseNumber(number string) (Value, []problem.Problem) {
	switch f.Type {
	case Integer:
		if len(number) > MaxText {
			return Value{Field: f.ID, Null: true}, []problem.Problem{{Reason: problem.TooLarge, Limit: MaxText}}
		}
		if canonical, ok := integer(number); ok {
			return Value{Field: f.ID, Text: canonical}, nil
		}
		return Value{Field: f.ID, Null: true}, oneProblem(problem.BadInteger)
	case Boolean:
		if n, err := strconv.ParseFloat(number, 64); err == nil && (n == 0 || n == 1) {
			return Value{Field: f.ID, Text: strconv.FormatBool(n == 1)}, nil
		}
	}
	return f.Parse(number)
}

func oneProblem(r problem.Reason) []problem.Problem { return []problem.Problem{{Reason: r}} }

func (f *CustomField) read(text string) (canonical string, problems []problem.Problem) {
	ok := false
	switch f.Type {
	case Decimal:
		return f.readDecimal(text)
	case Integer:
		if validate.Len(text) > maxNumber {
			return "", oneProblem(problem.NumberTooLong)
		}
		canonical, ok = integer(text)
	case List:
		canonical, ok = text, slices.Contains(f.Choices(), text)
	case Boolean:
		canonical, ok = boolean(text)
	case Date:
		canonical, ok = validate.Date(text)
	case Time:
		canonical, ok = validate.Clock(text)
	case Datetime:
		t, problems := validate.Datetime(text)
		return t.Format("2006-01-02T15:04"), problems
	default:
		return f.readText(text)
	}
	if !ok {
		return "", []problem.Problem{f.Invalid(text)}
	}
	return canonical, nil
}

// readText parses the types whose values are texts of some form.
func (f *CustomField) readText(text string) (string, []problem.Problem) {
	canonical := validate.TrimSpace(text)
	if canonical == "" {
		return "", oneProblem(problem.Blank)
	}
	problems := validate.Text(canonical, 0)
	ok := true
	switch f.Type {
	case Email:
		ok = validate.Email(canonical)
	case URL:
		ok = validate.URL(canonical)
	case Slug:
		ok = validate.Slug(canonical)
	case IPAddress:
		if strings.Contains(text, ":") {
			problems = nil // django-helpdesk reports no other problem of an IPv6 address
		}
		canonical, ok = validate.IP(text)
	default:
		if f.MaxLength != nil && int64(validate.Len(canonical)) > *f.MaxLength {
			problems = slices.Insert(problems, 0, problem.Problem{Reason: problem.TooLong, Limit: *f.MaxLength})
		}
	}
	if !ok {
		problems = append(problems, f.Invalid(text))
	}
	return canonical, problems
}

// integer parses a whole number in ASCII digits, also with a fraction of zeros, and
// formats it without plus sign, leading zeros and fraction. Unlike for texts,
// U+001C to U+001F are not trimmed.
func integer(text string) (string, bool) {
	m := wholeNumber.FindStringSubmatch(strings.TrimSpace(text))
	switch {
	case m == nil:
		return "", false
	case m[1] == "-" && m[2] != "0":
		return "-" + m[2], true
	}
	return m[2], true
}

// boolean parses the spellings of true and false in docs/contract.md, "Values".
func boolean(text string) (string, bool) {
	switch strings.ToLower(text) {
	case "t", "y", "yes", "true", "on", "1":
		return "true", true
	case "f", "n", "no", "false", "off", "0":
		return "false", true
	}
	return "", false
}

// malformed has the reason for a value that cannot be parsed, by type. For other types
// the reason is NotString.
var malformed = map[FieldType]problem.Reason{
	Integer:   problem.BadInteger,
	Decimal:   problem.BadNumber,
	List:      problem.NotChoice,
	Boolean:   problem.NotBoolean,
	Date:      problem.BadDate,
	Time:      problem.BadTime,
	Datetime:  problem.BadDatetime,
	Email:     problem.BadEmail,
	URL:       problem.BadURL,
	IPAddress: problem.BadIP,
	Slug:      problem.BadSlug,
}

// Invalid returns the problem with a value of a kind that the type never takes, such as
// an array. Spelled is the value as it appears in a message.
//
// A list field accepts any value whose text is a choice. So try Parse first, with
// "True" and "False" for booleans.
func (f *CustomField) Invalid(spelled string) problem.Problem {
	reason, ok := malformed[f.Type]
	switch {
	case !ok:
		return problem.Problem{Reason: problem.NotString}
	case f.Type == List:
		return problem.Problem{Reason: reason, Value: spelled}
	}
	return problem.Problem{Reason: reason}
}

// Empty returns the value that the field has on a new ticket if the client does not
// send one: false for a boolean, null for numbers, dates and times, "" for the others.
func (f *CustomField) Empty() Value {
	switch f.Type {
	case Boolean:
		return Value{Field: f.ID, Text: "false"}
	case Integer, Decimal, Date, Time, Datetime:
		return Value{Field: f.ID, Null: true}
	}
	return Value{Field: f.ID}
}

// IsEmpty reports whether a value is null, "", or the result of Empty.
func (f *CustomField) IsEmpty(v Value) bool { return v.Null || v.Text == "" || v == f.Empty() }
