package problem

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Problem is one thing that is wrong with one value. The comment of the Reason says what
// Limit and Value are.
type Problem struct {
	Reason Reason
	Limit  int64  // 0 if the Reason has none
	Value  string // "" if the Reason has none
	Item   int    // which element of a list is wrong, counted from 1; 0 if the value is not an element
}

// String returns a text for developers, as in a log.
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

// Error has the problems of the arguments of a use case, by the names that the fields
// have in the API, such as queue or submitter_email. Find it with errors.AsType or
// errors.As. An empty Error means that there is no problem: return it through Err. It
// must not be changed and used concurrently.
type Error map[string][]Problem

// Error returns a text for logs with all problems, sorted by field.
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

// Add appends problems to those of a field. Without problems it does nothing.
func (e Error) Add(field string, problems ...Problem) {
	if len(problems) > 0 {
		e[field] = append(e[field], problems...)
	}
}

// AddNew is like Add if the field has no problem yet. Otherwise it does nothing.
func (e Error) AddNew(field string, problems ...Problem) {
	if len(e[field]) == 0 {
		e.Add(field, problems...)
	}
}

// Merge adds the problems of other for those fields that have none in e.
func (e Error) Merge(other Error) {
	for field, problems := range other {
		e.AddNew(field, problems...)
	}
}

// Err returns e, or nil if there is no problem.
func (e Error) Err() error {
	if len(e) == 0 {
		return nil
	}
	return e
}
