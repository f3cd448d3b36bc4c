package httpapi

import (
	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/ticket"
)

var customFields = newPlain(
	newTable(
		integer("id", func(f *ticket.CustomField) int64 { return f.ID }),
		text("name", func(f *ticket.CustomField) *string { return &f.Name }, slug, required, maxLength(ticket.MaxSlug),
			unique("Custom field with this Field Name already exists.")),
		text("label", func(f *ticket.CustomField) *string { return &f.Label }, required, maxLength(ticket.MaxLabel)),
		nullText("help_text", func(f *ticket.CustomField) **string { return &f.HelpText }, nullable, blank),
		word("data_type", func(f *ticket.CustomField) *ticket.FieldType { return &f.Type }, ticket.FieldTypes(), required),
		nullInteger("max_length", func(f *ticket.CustomField) **int64 { return &f.MaxLength }),
		nullInteger("decimal_places", func(f *ticket.CustomField) **int64 { return &f.DecimalPlaces }),
		nullText("list_values", func(f *ticket.CustomField) **string { return &f.ListValues }, nullable, blank),
		boolean("empty_selection_list", func(f *ticket.CustomField) *bool { return &f.EmptySelectionList }),
		nullInteger("ordering", func(f *ticket.CustomField) **int64 { return &f.Ordering }),
		boolean("required", func(f *ticket.CustomField) *bool { return &f.Required }),
		boolean("staff_only", func(f *ticket.CustomField) *bool { return &f.StaffOnly }),
	),
	func(t *tagParts, f *ticket.CustomField) { t.object("custom field", f.ID, f.Version) },
	startCustomField, customFieldFilters, (*helpdesk.Desk).CustomFields, (*helpdesk.Desk).CustomField,
	(*helpdesk.Desk).CreateCustomField, (*helpdesk.Desk).UpdateCustomField, (*helpdesk.Desk).DeleteCustomField,
)

// startCustomField starts with what clients may leave out.
func startCustomField(*exchange) (*ticket.CustomField, error) {
	return &ticket.CustomField{HelpText: new(""), ListValues: new(""), Ordering: new(int64)}, nil
}
