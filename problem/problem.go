package problem

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Problem is one thing that is wrong with one value. What Limit and Value are is said
// where the Reason is declared.
type Problem struct {
	Reason Reason
	Limit  int64  // 0 where the Reason has none
	Value  string // "" where the Reason has none
	Item   int    // which element of a list is wrong, counted from 1; 0 where it is no element
}

// String describes the problem to a developer, as in a log.
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

// Error is what is wrong with the arguments of a use case, by the names that fields have
// in the API, such as queue or submitter_email. Find it with errors.AsType or errors.As.
// An empty Error stands for no problem: return it by way of Err. It is not safe for
// concurrent use while it is filled.
type Error map[string][]Problem

// Error lists the problems, in the order of the fields' names.
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

// Add appends problems of a field. Without problems it does nothing.
func (e Error) Add(field string, problems ...Problem) {
	if len(problems) > 0 {
		e[field] = append(e[field], problems...)
	}
}

// AddNew is Add for a field that has no problem yet. For any other it does nothing.
func (e Error) AddNew(field string, problems ...Problem) {
	if len(e[field]) == 0 {
		e.Add(field, problems...)
	}
}

// Merge adds the problems of the fields that have none in e.
func (e Error) Merge(other Error) {
	for field, problems := range other {
		e.AddNew(field, problems...)
	}
}

// Err returns e, or nil when there is no problem.
func (e Error) Err() error {
	if len(e) == 0 {
		return nil
	}
	return e
}
