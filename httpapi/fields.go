package httpapi

import (
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/internal/validate"
	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/user"
)

// fields reads the fields of one resource out of an input, whatever its
// content type, onto Go values. It knows what Django REST framework takes for
// what; whether a value is any good is the nouns' to say.
type fields struct {
	in       *input
	partial  bool // PATCH: nothing is required, absent leaves alone
	problems problem.Error
	asked    map[string]bool // the names that the request has a use for
}

func newFields(in *input, partial bool) *fields {
	return &fields{in: in, partial: partial, problems: problem.Error{}, asked: map[string]bool{}}
}

// get returns the value for a field, whose name the request has a use for.
func (f *fields) get(name string) value {
	f.asked[name] = true
	return f.in.get(name)
}

// err returns what was found wrong, once every field was read. A file under a
// name that was not asked for is refused, lest it be lost without a word.
func (f *fields) err() error {
	for name, sent := range f.in.lists {
		isFile := func(v value) bool { return v.sent == sentFile || v.nameless }
		if !f.asked[name] && slices.ContainsFunc(sent, isFile) {
			f.wrong(name, problem.FileUnused, "")
		}
	}
	return f.problems.Err()
}

// complete adds what the desk found wrong to what was wrong already. Any other
// error of the desk comes first.
func (f *fields) complete(err error) error {
	found, ok := errors.AsType[problem.Error](err)
	if err != nil && !ok {
		return err
	}
	f.problems.Merge(found)
	return f.problems
}

// rule says what a field takes besides a value.
type rule int

const (
	oldRequired rule = 1 << iota
	oldNullable
	oldBlank
)

func (f *fields) wrong(name string, r problem.Reason, v string) {
	f.problems.Add(name, problem.Problem{Reason: r, Value: v})
}

// take returns the value for a field, and false when there is nothing to set:
// it is absent, or already found wrong.
func (f *fields) take(name string, r rule) (value, bool) {
	v := f.get(name)
	if f.in.form && v.sent == sentText && v.text == "" && r&oldBlank == 0 {
		switch {
		case r&oldNullable != 0:
			v = value{sent: sentNull}
		case r&oldRequired == 0:
			return value{}, false
		}
	}
	switch {
	case v.sent == sentNothing:
		if r&oldRequired != 0 && !f.partial {
			f.wrong(name, problem.Required, "")
		}
		return v, false
	case v.sent == sentNull && r&oldNullable == 0:
		f.wrong(name, problem.Null, "")
		return v, false
	}
	return v, true
}

// textual is the text that a value stands for where text is wanted, trimmed.
func (v value) textual() (string, bool) {
	switch v.sent {
	case sentText, sentNumber:
		return validate.TrimSpace(v.text), true
	}
	return "", false
}

// text reads a text field; other is the reason for a value of another type.
func (f *fields) text(name string, dst *string, r rule, other problem.Reason) {
	v, ok := f.take(name, r)
	if !ok {
		return
	}
	s, ok := v.textual()
	switch {
	case !ok:
		f.wrong(name, other, "")
	case s == "" && r&oldBlank == 0:
		f.wrong(name, problem.Blank, "")
	default:
		*dst = s
	}
}

// password reads a required password as it was sent: white space around it is
// part of it.
func (f *fields) password(name string, dst *string) {
	v, ok := f.take(name, oldRequired)
	switch {
	case !ok:
	case v.sent == sentText || v.sent == sentNumber:
		*dst = v.text
		f.problems.Add(name, user.CheckPasswordText(v.text)...)
	default:
		f.wrong(name, problem.NotString, "")
	}
}

// nullText reads a nullable text field.
func (f *fields) nullText(name string, dst **string, other problem.Reason) {
	v, ok := f.take(name, oldNullable|oldBlank)
	if !ok {
		return
	}
	if v.sent == sentNull {
		*dst = nil
		return
	}
	s, ok := v.textual()
	if !ok {
		f.wrong(name, other, "")
		return
	}
	*dst = &s
}

// reference reads a required reference.
func (f *fields) reference(name string, dst *int64) {
	id := dst
	f.pointer(name, &id, oldRequired)
	if id != nil && len(f.problems[name]) == 0 {
		*dst = *id
	}
}

// nullReference reads a nullable reference.
func (f *fields) nullReference(name string, dst **int64) { f.pointer(name, dst, oldNullable) }

func (f *fields) pointer(name string, dst **int64, r rule) {
	if v := f.get(name); v.sent == sentText && v.text == "" {
		if r&oldNullable == 0 {
			f.wrong(name, problem.Null, "")
			return
		}
		*dst = nil
		return
	}
	v, ok := f.take(name, r)
	if !ok {
		return
	}
	if v.sent == sentNull {
		*dst = nil
		return
	}
	id, reason := v.asReference()
	switch reason {
	case "":
		*dst = &id
	case problem.WrongType:
		f.wrong(name, reason, v.typeName())
	default:
		f.wrong(name, reason, v.plain())
	}
}

// asReference is the id that a value stands for, or why it stands for none.
func (v value) asReference() (id int64, wrong problem.Reason) {
	digits, ok := v.plain(), false
	switch v.sent {
	case sentText:
		digits = strings.TrimSpace(digits)
		ok = isDigits(digits)
	case sentNumber:
		ok = v.isInteger()
	}
	if !ok {
		return 0, problem.WrongType
	}
	id, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || id < 0 {
		return 0, problem.NoObject
	}
	return id, ""
}

// boolean reads an optional boolean. A form that leaves it out means false.
func (f *fields) boolean(name string, dst *bool) {
	if f.in.form && !f.partial && f.get(name).sent == sentNothing {
		*dst = false
		return
	}
	v, ok := f.take(name, 0)
	if !ok {
		return
	}
	truth, ok := v.asBoolean()
	if !ok {
		f.wrong(name, problem.NotBoolean, "")
		return
	}
	*dst = truth
}

// asBoolean is the boolean that a value stands for.
func (v value) asBoolean() (truth, ok bool) {
	switch v.sent {
	case sentBoolean:
		return v.truth, true
	case sentNumber:
		n, err := strconv.ParseFloat(v.text, 64)
		return n == 1, err == nil && (n == 0 || n == 1)
	case sentText:
		switch strings.ToLower(v.text) {
		case "t", "y", "yes", "true", "on", "1":
			return true, true
		case "f", "n", "no", "false", "off", "0":
			return false, true
		}
	}
	return false, false
}

// choice reads a choice among numbers, such as a status.
func oldChoice[T ~int](f *fields, name string, dst *T, options []T, r rule) {
	var chosen *T
	oldNullChoice(f, name, &chosen, options, r)
	if chosen != nil {
		*dst = *chosen
	}
}

// oldNullChoice reads a choice that null stands in for, where the rule has it.
func oldNullChoice[T ~int](f *fields, name string, dst **T, options []T, r rule) {
	v, ok := f.take(name, r)
	if !ok {
		return
	}
	if v.sent == sentNull {
		*dst = nil
		return
	}
	i := slices.IndexFunc(options, func(o T) bool { return strconv.Itoa(int(o)) == v.plain() })
	if i < 0 {
		f.wrong(name, problem.NotChoice, v.spelled())
		return
	}
	*dst = &options[i]
}

// nullTime reads a nullable datetime.
func (f *fields) nullTime(name string, dst **time.Time) {
	v, ok := f.take(name, oldNullable)
	if !ok {
		return
	}
	if v.sent == sentNull {
		*dst = nil
		return
	}
	if v.sent != sentText {
		f.wrong(name, problem.BadDatetime, "")
		return
	}
	t, problems := validate.Datetime(v.text)
	if len(problems) > 0 {
		f.problems.Add(name, problems...)
		return
	}
	*dst = &t
}

// nullInteger reads a nullable integer.
func (f *fields) nullInteger(name string, dst **int64) {
	v, ok := f.take(name, oldNullable)
	if !ok {
		return
	}
	if v.sent == sentNull {
		*dst = nil
		return
	}
	literal, _, _ := strings.Cut(strings.TrimSpace(v.plain()), ".")
	if (v.sent != sentText && v.sent != sentNumber) || !wholeNumber.MatchString(v.plain()) {
		f.wrong(name, problem.BadInteger, "")
		return
	}
	n, err := strconv.ParseInt(literal, 10, 64)
	switch {
	case err == nil:
		*dst = &n
	case literal[0] == '-':
		f.problems.Add(name, problem.Problem{Reason: problem.Below, Limit: math.MinInt64})
	default:
		f.problems.Add(name, problem.Problem{Reason: problem.Above, Limit: math.MaxInt64})
	}
}

// timeSpent reads a nullable duration.
func (f *fields) timeSpent(name string, dst **followup.TimeSpent) {
	v, ok := f.take(name, oldNullable)
	if !ok {
		return
	}
	if v.sent == sentNull {
		*dst = nil
		return
	}
	if v.sent != sentText && v.sent != sentNumber {
		f.wrong(name, problem.BadDuration, "")
		return
	}
	t, problems := followup.ParseTimeSpent(v.plain())
	if len(problems) > 0 {
		f.problems.Add(name, problems...)
		return
	}
	*dst = &t
}
