package sqlstore

import (
	"context"

	"github.com/go-helpdesk/helpdesk/ticket"
)

var customFieldTable = &table[ticket.CustomField]{
	noun: "custom field",
	name: "helpdesk_customfield",
	columns: []string{"name", "label", "help_text", "data_type", "max_length", "decimal_places",
		"list_values", "empty_selection_list", "ordering", "required", "staff_only"},
	id:      func(f *ticket.CustomField) *int64 { return &f.ID },
	version: func(f *ticket.CustomField) *int64 { return &f.Version },
	values: func(f *ticket.CustomField) []any {
		return []any{f.Name, f.Label, f.HelpText, f.Type, f.MaxLength, f.DecimalPlaces,
			f.ListValues, f.EmptySelectionList, f.Ordering, f.Required, f.StaffOnly}
	},
	scan: func(r *row, f *ticket.CustomField) {
		f.ID, f.Name, f.Label, f.HelpText, f.Type = r.Int(), r.Text(), r.Text(), r.NullText(), ticket.FieldType(r.Text())
		f.MaxLength, f.DecimalPlaces, f.ListValues, f.EmptySelectionList = r.NullInt(), r.NullInt(), r.NullText(), r.Bool()
		f.Ordering, f.Required, f.StaffOnly = r.NullInt(), r.Bool(), r.Bool()
		f.Version = r.Int()
	},
}

type customFields struct{ records[ticket.CustomField] }

func (s customFields) All(ctx context.Context) ([]*ticket.CustomField, error) {
	return customFieldTable.list(ctx, s.x, cond{}, order{by: "ordering, id"})
}

func (s customFields) LockAll(ctx context.Context) ([]*ticket.CustomField, error) {
	if _, err := s.x.forWriting("lock custom fields"); err != nil {
		return nil, err
	}
	return customFieldTable.list(ctx, s.x, cond{}, order{by: "ordering, id", lock: s.x.store.o.Dialect.ForShare})
}
