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
	values: func(f *ticket.CustomField) []any {
		return []any{f.Name, f.Label, f.HelpText, f.Type, f.MaxLength, f.DecimalPlaces,
			f.ListValues, f.EmptySelectionList, f.Ordering, f.Required, f.StaffOnly}
	},
	scan: func(r *row, f *ticket.CustomField) {
		f.ID, f.Name, f.Label, f.HelpText, f.Type = r.Int(), r.Text(), r.Text(), r.NullText(), ticket.FieldType(r.Text())
		f.MaxLength, f.DecimalPlaces, f.ListValues, f.EmptySelectionList = r.NullInt(), r.NullInt(), r.NullText(), r.Bool()
		f.Ordering, f.Required, f.StaffOnly = r.NullInt(), r.Bool(), r.Bool()
	},
}

type customFields struct{ x *transaction }

func (s customFields) Get(ctx context.Context, id int64) (*ticket.CustomField, error) {
	return customFieldTable.byID(ctx, s.x, id)
}

func (s customFields) Lock(ctx context.Context, id int64) (*ticket.CustomField, error) {
	return customFieldTable.locked(ctx, s.x, is("id = ?", id))
}

func (s customFields) All(ctx context.Context) ([]*ticket.CustomField, error) {
	return customFieldTable.list(ctx, s.x, cond{}, order{by: "ordering, id"})
}

func (s customFields) LockAll(ctx context.Context) ([]*ticket.CustomField, error) {
	if _, err := s.x.forWriting("lock custom fields"); err != nil {
		return nil, err
	}
	return customFieldTable.list(ctx, s.x, cond{}, order{by: "ordering, id", lock: s.x.store.o.Dialect.ForShare})
}

func (s customFields) Insert(ctx context.Context, f *ticket.CustomField) (err error) {
	f.ID, err = customFieldTable.insert(ctx, s.x, f)
	return err
}

func (s customFields) Update(ctx context.Context, before, after *ticket.CustomField) error {
	return customFieldTable.update(ctx, s.x, before.ID, before, after)
}

func (s customFields) Delete(ctx context.Context, id int64) error {
	return customFieldTable.delete(ctx, s.x, id)
}
