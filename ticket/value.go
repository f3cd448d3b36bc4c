package ticket

import "strings"

// Value is a ticket's value for one custom field. Text is in canonical form: numbers in
// decimal digits, booleans as "true" and "false", dates and times in ISO 8601. A null
// value has Null set and no Text.
type Value struct {
	Field int64 // the CustomField's ID
	Text  string
	Null  bool
}

// Canonical reports whether a value that is not null is in the canonical form of a
// type. Only then may a number or a boolean be copied into JSON (RFC 8259). For types
// whose values are JSON strings, every text is canonical.
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

// digits splits a text after its leading ASCII digits.
func digits(s string) (digits, rest string) {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return s[:i], s[i:]
		}
	}
	return s, ""
}

// Values are the custom values of a ticket, at most one for each field. A field without
// a Value is null.
type Values []Value

// TooLarge adds up the sizes of the values in order. It returns the field of the value
// at which the sum exceeds MaxValues bytes, or 0 if it does not.
func (v Values) TooLarge() (field int64) {
	bytes := 0
	for i := range v {
		if bytes += len(v[i].Text); bytes > MaxValues {
			return v[i].Field
		}
	}
	return 0
}

// Get returns the value for a field, or a null value if there is none.
func (v Values) Get(field int64) Value {
	for i := range v {
		if v[i].Field == field {
			return v[i]
		}
	}
	return Value{Field: field, Null: true}
}

// Set sets the value for value.Field.
func (v *Values) Set(value Value) {
	for i := range *v {
		if (*v)[i].Field == value.Field {
			(*v)[i] = value
			return
		}
	}
	*v = append(*v, value)
}
