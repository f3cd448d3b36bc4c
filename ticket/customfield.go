package ticket

import (
	"strings"

	"github.com/go-helpdesk/helpdesk/internal/validate"
)

// FieldType is the type of the values of a custom field.
type FieldType string

// The field types, by their names on the wire.
const (
	Varchar   FieldType = "varchar"
	Text      FieldType = "text"
	Integer   FieldType = "integer"
	Decimal   FieldType = "decimal"
	List      FieldType = "list"
	Boolean   FieldType = "boolean"
	Date      FieldType = "date"
	Time      FieldType = "time"
	Datetime  FieldType = "datetime"
	Email     FieldType = "email"
	URL       FieldType = "url"
	IPAddress FieldType = "ipaddress"
	Slug      FieldType = "slug"
)

// FieldTypes lists every field type.
func FieldTypes() []FieldType {
	return []FieldType{Varchar, Text, Integer, Decimal, List, Boolean, Date, Time, Datetime, Email, URL, IPAddress, Slug}
}

// CustomField is the definition of a field that a host adds to every ticket.
type CustomField struct {
	ID                 int64
	Name               string // slug of at most 50 characters, unique
	Label              string // at most 30 characters
	HelpText           *string
	Type               FieldType
	MaxLength          *int64  // characters of a varchar or text; all digits of a decimal, never over 400
	DecimalPlaces      *int64  // digits of a decimal after the point, never over 400
	ListValues         *string // choices of a list, one in each line
	EmptySelectionList bool    // whether a list also has the choice ""
	Ordering           *int64  // position among the fields
	Required           bool
	StaffOnly          bool  // whether the field is hidden from requesters
	Version            int64 // starts at 1, and is incremented by each write
}

// KeyPrefix is the beginning of the name that every custom field has in a ticket.
const KeyPrefix = "custom_"

// Key returns the name that the field has in a ticket: KeyPrefix and its Name.
func (f *CustomField) Key() string { return KeyPrefix + f.Name }

// Choices returns the values that a list field takes, in order.
func (f *CustomField) Choices() []string {
	var choices []string
	if f.EmptySelectionList {
		choices = append(choices, "")
	}
	if f.ListValues == nil {
		return choices
	}
	for line := range strings.Lines(*f.ListValues) {
		choices = append(choices, validate.TrimSpace(line))
	}
	return choices
}
