package helpdesk

import (
	"cmp"
	"context"
	"slices"

	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// Fields returns the definitions of all custom fields, in their order, from the
// cache: see Config.CacheTTL. The caller must not change them.
func (d *Desk) Fields(ctx context.Context, actor *user.User) ([]*ticket.CustomField, error) {
	if err := d.Allow(actor, ReadTickets); err != nil {
		return nil, err
	}
	return cachedOr(d.cache, &d.cache.fields, struct{}{}, d.cache.mark(), func() ([]*ticket.CustomField, error) { return d.allFields(ctx) })
}

// RefreshFields reads the definitions of all custom fields into the cache, for a
// caller who has reason to believe that another process has changed them.
func (d *Desk) RefreshFields(ctx context.Context) error {
	m := d.cache.mark()
	all, err := d.allFields(ctx)
	if err == nil {
		put(d.cache, &d.cache.fields, struct{}{}, all, m)
	}
	return err
}

// allFields reads the definitions of all custom fields from the store.
func (d *Desk) allFields(ctx context.Context) (all []*ticket.CustomField, err error) {
	err = d.lookUp(ctx, func(tx *transaction) error {
		all, err = tx.CustomFields().All(ctx)
		return err
	})
	return all, err
}

// CustomFields returns the definitions of custom fields that the filter selects, by
// ascending id.
func (d *Desk) CustomFields(actor *user.User, filter ticket.CustomFieldFilter) *List[*ticket.CustomField] {
	return newList(d, actor, ReadTickets, listing[*ticket.CustomField]{
		count: func(ctx context.Context, tx *transaction) (int, error) {
			fields, err := listFields(ctx, tx, filter, span{})
			return len(fields), err
		},
		read: func(ctx context.Context, tx *transaction, p span) ([]*ticket.CustomField, error) {
			fields, err := listFields(ctx, tx, filter, p)
			fields = fields[min(p.offset, len(fields)):]
			return fields[:min(p.limit, len(fields))], err
		},
		key:   func(f *ticket.CustomField) position { return position{id: f.ID} },
		order: "id",
	})
}

// listFields returns the definitions that the filter selects, by id, after that of a span.
func listFields(ctx context.Context, tx *transaction, filter ticket.CustomFieldFilter, p span) ([]*ticket.CustomField, error) {
	fields, err := tx.CustomFields().All(ctx)
	return sliceOfFields(fields, filter, p), err
}

// sliceOfFields returns those of the definitions that the filter selects, by id, after that
// of a span. It changes the slice.
func sliceOfFields(fields []*ticket.CustomField, filter ticket.CustomFieldFilter, p span) []*ticket.CustomField {
	order := func(a, b int64) int {
		if p.backward {
			a, b = b, a
		}
		return cmp.Compare(a, b)
	}
	fields = slices.DeleteFunc(fields, func(f *ticket.CustomField) bool {
		return p.after.id != 0 && order(f.ID, p.after.id) <= 0 || !filter.Name.Admits(f.Name)
	})
	slices.SortFunc(fields, func(a, b *ticket.CustomField) int { return order(a.ID, b.ID) })
	return fields
}

// CustomField returns the definition of a custom field.
func (d *Desk) CustomField(ctx context.Context, actor *user.User, id int64) (*ticket.CustomField, error) {
	return view(ctx, d, actor, ReadTickets, func(tx *transaction) (*ticket.CustomField, error) {
		return tx.CustomFields().Get(ctx, id)
	})
}

// CreateCustomField defines a custom field. Tickets that exist read null for it.
func (d *Desk) CreateCustomField(ctx context.Context, actor *user.User, f *ticket.CustomField) (*ticket.CustomField, error) {
	if err := required("a custom field", f); err != nil {
		return nil, err
	}
	return write(ctx, d, by(actor, ManageFields), func(tx *transaction) (*ticket.CustomField, error) {
		n := *f
		n.ID = 0
		if err := validateField(ctx, tx, &n, problem.Error{}); err != nil {
			return nil, err
		}
		if err := taken("name", tx.CustomFields().Insert(ctx, &n)); err != nil {
			return nil, err
		}
		tx.created(customFieldObject(&n), &n)
		return &n, nil
	})
}

// validateField trims a definition. It adds what is wrong with it to the problems, also a
// name that another definition has, and returns them when there are any.
func validateField(ctx context.Context, tx *transaction, f *ticket.CustomField, problems problem.Error) error {
	f.Trim()
	problems.Merge(f.Check())
	all, err := tx.CustomFields().All(ctx)
	if err != nil {
		return err
	}
	for _, other := range all {
		if other.Name == f.Name && other.ID != f.ID {
			problems.AddNew("name", problem.Problem{Reason: problem.Taken})
		}
	}
	return tx.invalid(problems)
}

// UpdateCustomField changes the definition of a custom field, or returns
// ErrInUse when its type would change while tickets have values for it. Change
// is as for UpdateTicket.
func (d *Desk) UpdateCustomField(ctx context.Context, actor *user.User, id int64,
	change func(*ticket.CustomField) error,
) (*ticket.CustomField, error) {
	return write(ctx, d, by(actor, ManageFields), func(tx *transaction) (*ticket.CustomField, error) {
		before, err := tx.CustomFields().Lock(ctx, id)
		if err != nil {
			return nil, err
		}
		if err := checkCurrent(ctx, before); err != nil {
			return nil, err
		}
		f := *before
		problems, err := problemsOfChange(change(&f))
		if err != nil {
			return nil, err
		}
		f.ID, f.Version = before.ID, before.Version
		if err := validateField(ctx, tx, &f, problems); err != nil {
			return nil, err
		}
		if same(before, &f) {
			return &f, nil
		}
		if err := inUse(taken("name", tx.CustomFields().Update(ctx, before, &f))); err != nil {
			return nil, err
		}
		tx.updated(customFieldObject(before), customFieldObject(&f), before, &f)
		return &f, nil
	})
}

// DeleteCustomField removes a custom field and every ticket's value for it.
func (d *Desk) DeleteCustomField(ctx context.Context, actor *user.User, id int64) error {
	return d.write(ctx, by(actor, ManageFields), func(tx *transaction) error {
		f, err := tx.CustomFields().Lock(ctx, id)
		if err != nil {
			return err
		}
		if err := checkCurrent(ctx, f); err != nil {
			return err
		}
		if err := tx.CustomFields().Delete(ctx, id); err != nil {
			return err
		}
		tx.deleted(customFieldObject(f), f)
		return nil
	})
}
