package event

import (
	"slices"
	"unicode/utf8"
)

// Text is a text of which the end may have been cut off, so that an event stays small.
type Text struct {
	String string
	Cut    bool // whether the end is missing
}

// IDs is a list of ids of which the end may have been cut off.
type IDs struct {
	IDs []int64
	Cut bool // whether the end is missing
}

// Change is an old and a new value.
type Change[T any] struct {
	Old T
	New T
}

// Values returns the old and the new value. It returns false for a nil Change, which says
// that nothing was changed.
func (c *Change[T]) Values() (before, after any, changed bool) {
	if c == nil {
		return nil, nil, false
	}
	return c.Old, c.New, true
}

// hideOld leaves out the old value.
func (c *Change[T]) hideOld() {
	if c != nil {
		var zero T
		c.Old = zero
	}
}

// changeOf returns nil when nothing has changed.
func changeOf[T comparable](before, after T) *Change[T] {
	if before == after {
		return nil
	}
	return &Change[T]{before, after}
}

// nullChange is changeOf for values that may be nil.
func nullChange[T comparable](before, after *T) *Change[*T] {
	if equal(before, after) {
		return nil
	}
	return &Change[*T]{before, after}
}

func equal[T comparable](a, b *T) bool { return a == b || a != nil && b != nil && *a == *b }

// limit is how many bytes of a text and how many elements of a list are kept.
type limit struct{ bytes, elements int }

// text cuts a text between two characters.
func (l limit) text(s string) Text {
	if len(s) <= l.bytes {
		return Text{String: s}
	}
	end := l.bytes
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return Text{String: s[:end], Cut: true}
}

func (l limit) nullText(s *string) *Text {
	if s == nil {
		return nil
	}
	return new(l.text(*s))
}

// change is changeOf for texts.
func (l limit) change(before, after string) *Change[Text] {
	if before == after {
		return nil
	}
	return &Change[Text]{l.text(before), l.text(after)}
}

// nullChange is change for texts that may be nil.
func (l limit) nullChange(before, after *string) *Change[*Text] {
	if equal(before, after) {
		return nil
	}
	return &Change[*Text]{l.nullText(before), l.nullText(after)}
}

func (l limit) ids(all []int64) IDs {
	some, cut := first(l, all)
	return IDs{some, cut}
}

// first is the first elements of a list.
func first[T any](l limit, all []T) (some []T, cut bool) {
	if len(all) <= l.elements {
		return all, false
	}
	return all[:l.elements], true
}

// missing are the elements of one list that the other does not have. Both are sorted.
func (l limit) missing(from, in []int64) IDs {
	var all []int64
	for _, id := range from {
		if _, found := slices.BinarySearch(in, id); !found {
			all = append(all, id)
		}
	}
	return l.ids(all)
}
