package ticket

import (
	"strings"

	"github.com/go-helpdesk/helpdesk/internal/validate"
)

// FieldType is the kind of value a custom field takes.
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

// CustomField defines a field that every ticket has in addition to its own.
type CustomField struct {
	ID                 int64
	Name               string // slug of at most 50 characters, unique
	Label              string // at most 30 characters
	HelpText           *string
	Type               FieldType
	MaxLength          *int64  // characters of varchar and text, digits in all of decimal (never over 400)
	DecimalPlaces      *int64  // of decimal (never over 400)
	ListValues         *string // choices of list, one a line
	EmptySelectionList bool    // list also takes ""
	Ordering           *int64  // position among the fields
	Required           bool
	StaffOnly          bool // never shown to requesters
}

// KeyPrefix begins the name of every custom field in a ticket.
const KeyPrefix = "custom_"

// Key is the field's name in a ticket: KeyPrefix and its name.
func (f *CustomField) Key() string { return KeyPrefix + f.Name }

// Choices are the values a list field takes, in order.
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
