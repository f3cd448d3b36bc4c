package helpdesk

import (
	"context"
	"slices"

	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// customFields returns the definitions of the custom fields, in their order, which may be
// cached. The caller must not change them.
func (d *Desk) customFields(ctx context.Context, tx *transaction) ([]*ticket.CustomField, error) {
	if tx.again {
		return tx.CustomFields().LockAll(ctx)
	}
	read := func() ([]*ticket.CustomField, error) { return tx.CustomFields().All(ctx) }
	return readThrough(tx, d.cache, &d.cache.fields, struct{}{}, read)
}

// parseValues returns the definitions of the custom fields by which parse reads the given
// values. They come from the cache. Where parse finds something wrong, or where a value is
// of an unknown field, another process may have changed the definitions: they are read
// anew, and parse is called again. What it finds in the end is added to the problems.
func (d *Desk) parseValues(ctx context.Context, tx *transaction, given ticket.Values,
	parse func([]*ticket.CustomField) problem.Error, problems problem.Error,
) ([]*ticket.CustomField, error) {
	fields, err := d.customFields(ctx, tx)
	if err != nil {
		return nil, err
	}
	found := parse(fields)
	unknown := slices.ContainsFunc(given, func(v ticket.Value) bool { return !hasField(fields, v.Field) })
	if unknown || len(found) > 0 {
		if fields, err = tx.CustomFields().All(ctx); err != nil {
			return nil, err
		}
		found = parse(fields)
	}
	problems.Merge(found)
	return fields, nil
}

func hasField(fields []*ticket.CustomField, id int64) bool {
	return slices.ContainsFunc(fields, func(f *ticket.CustomField) bool { return f.ID == id })
}

// newValues are the custom values of a new ticket: what was given in its
// canonical form, and an empty one for every other field. A requester gives none
// to fields for staff.
func newValues(r role, given ticket.Values, fields []*ticket.CustomField, problems problem.Error) ticket.Values {
	values := make(ticket.Values, 0, len(fields))
	for _, f := range fields {
		v := given.Get(f.ID)
		switch {
		case f.StaffOnly && r.requester:
			v = f.Empty()
		case !v.Null:
			var found []problem.Problem
			v, found = canonical(f, v)
			problems.AddNew(f.Key(), found...)
			if f.Required && len(found) == 0 && v == f.Empty() { // false, or the empty choice
				problems.AddNew(f.Key(), problem.Problem{Reason: problem.Required})
			}
			if v.Null {
				v = f.Empty()
			}
		case f.Required:
			problems.AddNew(f.Key(), problem.Problem{Reason: problem.Required})
		default:
			v = f.Empty()
		}
		values = append(values, v)
	}
	validateSize(values, fields, problems)
	return values
}

// editedValues are the custom values of an edited ticket: those that differ
// from before in their canonical form. Values of unknown fields are dropped.
func editedValues(before, given ticket.Values, fields []*ticket.CustomField, problems problem.Error) ticket.Values {
	var values ticket.Values
	for _, f := range fields {
		v, old := given.Get(f.ID), before.Get(f.ID)
		switch {
		case v == old:
		case !v.Null:
			var found []problem.Problem
			v, found = canonical(f, v)
			problems.AddNew(f.Key(), found...)
		case f.Required:
			problems.AddNew(f.Key(), problem.Problem{Reason: problem.Null})
		}
		if v != old || hasValue(before, f.ID) {
			values = append(values, v)
		}
	}
	validateSize(values, fields, problems)
	return values
}

func hasValue(values ticket.Values, field int64) bool {
	return slices.ContainsFunc(values, func(v ticket.Value) bool { return v.Field == field })
}

// validateSize reports values that are too large together.
func validateSize(values ticket.Values, fields []*ticket.CustomField, problems problem.Error) {
	id := values.TooLarge()
	for _, f := range fields {
		if f.ID == id {
			problems.AddNew(f.Key(), problem.Problem{Reason: problem.TooLarge, Limit: ticket.MaxValues})
		}
	}
}

// canonical is a given value in its canonical form. Integers may have any
// length here: only numbers in text from clients are bounded.
func canonical(f *ticket.CustomField, v ticket.Value) (ticket.Value, []problem.Problem) {
	if f.Type == ticket.Integer {
		return f.ParseNumber(v.Text)
	}
	return f.Parse(v.Text)
}

// fit reports whether values have the types of their fields. Where they do not fit
// definitions from the cache, another process has changed these.
func fit(values ticket.Values, fields []*ticket.CustomField) bool {
	for _, f := range fields {
		switch f.Type {
		case ticket.Integer, ticket.Decimal, ticket.Boolean:
			if v := values.Get(f.ID); !v.Null && !v.Canonical(f.Type) {
				return false
			}
		}
	}
	return true
}
