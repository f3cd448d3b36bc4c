package ticket

import (
	"slices"
	"time"
)

// Filter selects the tickets for which all of its conditions hold. The zero Filter selects
// every ticket.
//
// A full-text search will be one more field here. Its Store has to turn the text into
// ids, which then narrow the list as IDs do.
type Filter struct {
	IDs            []int64 // nil is no condition; an empty slice selects nothing
	Status         Among[Status]
	Queue          Among[int64] // by the id of the queue
	AssignedTo     Among[int64] // by the id of the assignee
	Priority       Among[Priority]
	OnHold         Among[bool]
	SubmitterEmail Among[string] // compared by AddressKey
	MergedTo       Among[int64]  // by the id of the ticket that it was merged into
	Created        Range
	Modified       Range
	DueDate        Range
	Values         []ValueFilter // of custom fields
}

// IsEmpty reports whether the filter selects nothing, whatever tickets there are.
func (f Filter) IsEmpty() bool {
	return f.IDs != nil && len(f.IDs) == 0 || f.Status.IsEmpty() || f.Queue.IsEmpty() || f.AssignedTo.IsEmpty() ||
		f.Priority.IsEmpty() || f.OnHold.IsEmpty() || f.SubmitterEmail.IsEmpty() || f.MergedTo.IsEmpty() ||
		slices.ContainsFunc(f.Values, func(v ValueFilter) bool { return v.Equal.IsEmpty() })
}

// Among selects by one value of a ticket. The zero Among is no condition.
type Among[T comparable] struct {
	// In and None select the tickets with one of these values, or without a value. A nil
	// In without None is no condition. An empty In without None selects nothing.
	In   []T
	None bool

	// NotIn and NotNone leave out the tickets with one of these values, or without a
	// value. NotIn keeps tickets without a value.
	NotIn   []T
	NotNone bool
}

// OneOf returns the condition that a ticket has one of the values.
func OneOf[T comparable](values ...T) Among[T] { return Among[T]{In: values} }

// IsEmpty reports whether no ticket fulfils the condition, because In is empty.
func (a Among[T]) IsEmpty() bool { return a.In != nil && len(a.In) == 0 && !a.None }

// Admits reports whether the condition holds for this value.
func (a Among[T]) Admits(value T) bool {
	if (a.In != nil || a.None) && !slices.Contains(a.In, value) {
		return false
	}
	return !slices.Contains(a.NotIn, value)
}

// IsZero reports whether every ticket fulfils the condition.
func (a Among[T]) IsZero() bool { return a.In == nil && !a.None && len(a.NotIn) == 0 && !a.NotNone }

// Range selects by a time. The zero Range is no condition. Bounds that are nil are no
// condition. A ticket without a value is in no range that has a bound. Times are compared
// to the microsecond.
type Range struct {
	After, From, Before, Through *time.Time // >, >=, <, <=
	Set                          *bool      // true selects only tickets with a value, false only those without
}

// IsZero reports whether every ticket fulfils the condition.
func (r Range) IsZero() bool { return r == Range{} }

// ValueFilter selects by the value of a custom field. Texts are in the canonical form of
// CustomField.Parse, in which values are stored.
//
// Numbers are compared as numbers and times as times, so that "1.5" equals "1.50". Only
// fields of the types Integer, Decimal, Date, Time and Datetime can be compared by the
// bounds. A ticket that has no value for the field, or a null one, has no value here.
type ValueFilter struct {
	Field                       int64
	Type                        FieldType // that of the definition which the texts were parsed with
	Equal                       Among[string]
	Above, From, Below, Through *string // >, >=, <, <=; nil is no condition
	Set                         *bool   // true selects only tickets with a value, false only those without
}
