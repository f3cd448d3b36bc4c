package httpapi

import (
	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// requesterQueues describes the queues that requesters open tickets in.
var requesterQueues = &resource[*ticket.Queue]{
	table: newTable(
		integer("id", func(q *ticket.Queue) int64 { return q.ID }),
		computed("title", func(q *ticket.Queue) string { return q.Title }),
		computed("slug", func(q *ticket.Queue) string { return q.Slug }),
	),
	list: listAll((*helpdesk.Desk).RequesterQueues),
}

// requesterFields describes the custom fields that requesters fill in, as a form needs
// them.
var requesterFields = &resource[*ticket.CustomField]{
	table: newTable(
		integer("id", func(f *ticket.CustomField) int64 { return f.ID }),
		computed("name", func(f *ticket.CustomField) string { return f.Name }),
		computed("label", func(f *ticket.CustomField) string { return f.Label }),
		nullText("help_text", func(f *ticket.CustomField) **string { return &f.HelpText }, readOnly),
		computed("data_type", func(f *ticket.CustomField) string { return string(f.Type) }),
		nullInteger("max_length", func(f *ticket.CustomField) **int64 { return &f.MaxLength }, readOnly),
		nullInteger("decimal_places", func(f *ticket.CustomField) **int64 { return &f.DecimalPlaces }, readOnly),
		nullText("list_values", func(f *ticket.CustomField) **string { return &f.ListValues }, readOnly),
		boolean("empty_selection_list", func(f *ticket.CustomField) *bool { return &f.EmptySelectionList }, readOnly),
		nullInteger("ordering", func(f *ticket.CustomField) **int64 { return &f.Ordering }, readOnly),
		boolean("required", func(f *ticket.CustomField) *bool { return &f.Required }, readOnly),
	),
	list: listAll((*helpdesk.Desk).RequesterFieldList),
}
