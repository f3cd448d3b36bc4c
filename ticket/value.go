package ticket

import "strings"

// Value is a ticket's value for one custom field, in canonical text: numbers
// in decimal digits, booleans as "true" and "false", dates and times as ISO
// 8601. Null values have Null set and no Text.
type Value struct {
	Field int64 // the CustomField's ID
	Text  string
	Null  bool
}

// Canonical reports whether a value that is not null is spelled as Parse spells the
// values of a type. Only then may a number or a boolean be copied into JSON (RFC
// 8259). Types whose values are strings in JSON take any text.
func (v Value) Canonical(t FieldType) bool {
	switch t {
	case Boolean:
		return v.Text == "true" || v.Text == "false"
	case Integer:
		whole, rest := digits(strings.TrimPrefix(v.Text, "-"))
		return rest == "" && whole != "" && (whole == "0" || whole[0] != '0')
	case Decimal:
		whole, rest := digits(strings.TrimPrefix(v.Text, "-"))
		fraction, hasFraction := strings.CutPrefix(rest, ".")
		places, rest := digits(fraction)
		return whole != "" && rest == "" && (places != "") == hasFraction
	}
	return true
}

// digits cuts a text behind its leading ASCII digits.
func digits(s string) (digits, rest string) {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return s[:i], s[i:]
		}
	}
	return s, ""
}

// Values are a ticket's custom values, at most one a field. A field without a
// Value reads as null.
type Values []Value

// TooLarge returns the field of the first value with which the values take more than
// MaxValues bytes together, and 0 when they take less.
func (v Values) TooLarge() (field int64) {
	bytes := 0
	for i := range v {
		if bytes += len(v[i].Text); bytes > MaxValues {
			return v[i].Field
		}
	}
	return 0
}

// Get returns the value for a field, a null one when there is none.
func (v Values) Get(field int64) Value {
	for i := range v {
		if v[i].Field == field {
			return v[i]
		}
	}
	return Value{Field: field, Null: true}
}

// Set replaces or adds the value for value.Field.
func (v *Values) Set(value Value) {
	for i := range *v {
		if (*v)[i].Field == value.Field {
			(*v)[i] = value
			return
		}
	}
	*v = append(*v, value)
}
