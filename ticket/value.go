package ticket

// Value is a ticket's value for one custom field, in canonical text: numbers
// in decimal digits, booleans as "true" and "false", dates and times as ISO
// 8601. Null values have Null set and no Text.
type Value struct {
	Field int64 // the CustomField's ID
	Text  string
	Null  bool
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
