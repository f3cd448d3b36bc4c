package validate

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Reason says what is wrong with a value. Its text is stable: callers may
// compare it, or look up a translation by it.
type Reason string

// The reasons. A comment names the parameters that the Problem carries.
const (
	Required     Reason = "required"
	Null         Reason = "null"
	Blank        Reason = "blank"
	WrongType    Reason = "wrong type"     // Value: the type that was given
	NotString    Reason = "not a string"   //
	TooLong      Reason = "too long"       // Limit: characters
	TooLarge     Reason = "too large"      // Limit: bytes
	NullChar     Reason = "null character" //
	Surrogate    Reason = "surrogate"      // Value: the code point, "U+D800"
	NotBoolean   Reason = "not a boolean"
	NotChoice    Reason = "not a choice"      // Value: what was given
	NotAvailable Reason = "not available"     // Value: what was given
	NotList      Reason = "not a list"        // Value: the type that was given
	NoObject     Reason = "no such object"    // Value: the reference
	Cycle        Reason = "merged into self"  //
	Taken        Reason = "already taken"     //
	Below        Reason = "below the minimum" // Limit
	Above        Reason = "above the maximum" // Limit

	BadEmail    Reason = "not an e-mail address"
	BadURL      Reason = "not a URL"
	BadSlug     Reason = "not a slug"
	BadIP       Reason = "not an IP address"
	BadDate     Reason = "not a date"
	BadTime     Reason = "not a time"
	BadDatetime Reason = "not a datetime"

	DatetimeRange Reason = "datetime out of range" // no year from 1 to 9999 in UTC

	BadDuration      Reason = "not a duration"
	DurationOverflow Reason = "duration out of range"

	BadInteger     Reason = "not an integer"
	BadNumber      Reason = "not a number"
	NumberTooLong  Reason = "number too long"         //
	TooManyDigits  Reason = "too many digits"         // Limit
	TooManyPlaces  Reason = "too many decimal places" // Limit
	TooManyWhole   Reason = "too many whole digits"   // Limit
	FileRequired   Reason = "no file"
	NotFile        Reason = "not a file"
	FileEmpty      Reason = "empty file"
	FileExtension  Reason = "file extension" // Value: the extension, lower case
	FileUnnamed    Reason = "file without a usable name"
	FileUnused     Reason = "no file is taken here"
	BadUsername    Reason = "not a username"
	NoAddress      Reason = "no verified e-mail address of one's own"
	WrongPassword  Reason = "wrong password"
	Past           Reason = "in the past"
	PasswordLike   Reason = "password too similar" // Value: the attribute's name
	PasswordShort  Reason = "password too short"   // Limit: characters
	PasswordCommon Reason = "password too common"
	PasswordDigits Reason = "password entirely numeric"
)

// Problem is one thing wrong with one field.
type Problem struct {
	Reason Reason
	Limit  int64  // the bound that was crossed, where Reason has one
	Value  string // the offending value, where Reason names it
	Item   int    // position in a list-valued field, from 1; 0 when the field is no list
}

func (p Problem) String() string {
	s := string(p.Reason)
	if p.Item > 0 {
		s = "item " + strconv.Itoa(p.Item) + ": " + s
	}
	if p.Limit != 0 {
		s += " (limit " + strconv.FormatInt(p.Limit, 10) + ")"
	}
	if p.Value != "" {
		s += " " + strconv.Quote(p.Value)
	}
	return s
}

// Error is everything found wrong with one value, by field name. A nil or
// empty Error is no error: return it through Err.
type Error map[string][]Problem

func (e Error) Error() string {
	var b strings.Builder
	b.WriteString("helpdesk: invalid")
	for i, field := range slices.Sorted(maps.Keys(e)) {
		if i > 0 {
			b.WriteString(";")
		}
		b.WriteString(" " + field + ":")
		for j, p := range e[field] {
			if j > 0 {
				b.WriteString(",")
			}
			b.WriteString(" " + p.String())
		}
	}
	return b.String()
}

// Add records problems of a field; without problems it records nothing.
func (e Error) Add(field string, problems ...Problem) {
	if len(problems) > 0 {
		e[field] = append(e[field], problems...)
	}
}

// AddNew is Add for a field that has no problem yet: what was already found
// wrong stands alone.
func (e Error) AddNew(field string, problems ...Problem) {
	if len(e[field]) == 0 {
		e.Add(field, problems...)
	}
}

// Merge adds the fields of other that e does not have.
func (e Error) Merge(other Error) {
	for field, problems := range other {
		e.AddNew(field, problems...)
	}
}

// Err is e as an error, nil when nothing was found.
func (e Error) Err() error {
	if len(e) == 0 {
		return nil
	}
	return e
}
