package ticket

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/go-helpdesk/helpdesk/internal/validate"
	"github.com/go-helpdesk/helpdesk/problem"
)

// maxNumber is how long a number in text may be, in characters.
const maxNumber = 1000

var wholeNumber = regexp.MustCompile(`^([+-]?)0*([0-9]+?)(?:\.0*)?$`)

// Parse reads the text a client gave for the field and returns the value in its
// canonical text, which Parse reads back as itself. Text that clears the field
// becomes the null value. Parse trims what the type trims, and reports every
// problem in the reference's order. A list field echoes the text in its problem.
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

// Clears reports whether the text empties the field: "" and white space do so
// unless the field is required. In a list whose choices include the empty one,
// that choice is a value like any other.
func (f *CustomField) Clears(text string) bool {
	keepsEmpty := f.Type == List && slices.Contains(f.Choices(), "")
	return !f.Required && !keepsEmpty && validate.TrimSpace(text) == ""
}

// ParseNumber is Parse for a JSON number, spelled as Python spells its value:
// an integer may have any length, and 1.0 and 0.0 are booleans.
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

// readText reads the types that are text of some form.
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
			problems = nil // the reference looks no further
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

// integer reads a whole number, in ASCII digits and with a zero fraction
// allowed, and spells it without plus sign, leading zeros and fraction. Unlike
// text it is not trimmed of U+001C to U+001F.
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

// boolean reads the spellings of true and false that docs/contract.md lists under
// "Values".
func boolean(text string) (string, bool) {
	switch strings.ToLower(text) {
	case "t", "y", "yes", "true", "on", "1":
		return "true", true
	case "f", "n", "no", "false", "off", "0":
		return "false", true
	}
	return "", false
}

// malformed is what a value is called that the type cannot read. For the types
// that are not named it is NotString.
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

// Invalid is the problem with a value of a kind that the type never takes,
// such as an array. Spelled is the value as a message echoes it.
//
// A list field compares the text of any value: try Parse first, with true and
// false as "True" and "False".
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

// Empty is the value of the field on a new ticket that leaves it out: false
// for a boolean, null for numbers, dates and times, "" for the others.
func (f *CustomField) Empty() Value {
	switch f.Type {
	case Boolean:
		return Value{Field: f.ID, Text: "false"}
	case Integer, Decimal, Date, Time, Datetime:
		return Value{Field: f.ID, Null: true}
	}
	return Value{Field: f.ID}
}

// IsEmpty reports whether a value says nothing: it is null, "", or what Empty
// gives a new ticket.
func (f *CustomField) IsEmpty(v Value) bool { return v.Null || v.Text == "" || v == f.Empty() }
