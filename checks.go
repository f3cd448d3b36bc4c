package helpdesk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

func noObject(id int64) problem.Problem {
	return problem.Problem{Reason: problem.NoObject, Value: strconv.FormatInt(id, 10)}
}

func same[T comparable](a, b *T) bool {
	return a == b || a != nil && b != nil && *a == *b
}

// checkQueue finds the queue a ticket is to be in, one that the actor may put
// tickets in.
func (d *Desk) checkQueue(ctx context.Context, tx *transaction, p part, id int64, problems problem.Error) (*ticket.Queue, error) {
	q, err := d.findQueue(ctx, tx, id)
	none, err := missing(err)
	if err != nil {
		return nil, err
	}
	if !none && !p.queues.All {
		admitted, err := tx.Queues().Admits(ctx, id, p.queues)
		if err != nil {
			return nil, err
		}
		none = !admitted
	}
	if none {
		problems.AddNew("queue", noObject(id))
		return nil, nil
	}
	return q, nil
}

// checkAssignee finds the user a ticket is assigned to, nil for none.
func (d *Desk) checkAssignee(ctx context.Context, tx *transaction, id *int64, problems problem.Error) (*user.User, error) {
	if id == nil {
		return nil, nil
	}
	u, err := d.findPerson(ctx, tx, *id)
	none, err := missing(err)
	if none {
		problems.AddNew("assigned_to", noObject(*id))
		return nil, nil
	}
	return u, err
}

// checkMerge checks that the ticket a ticket is merged to is within reach and
// leads to no cycle. The chain is locked, so that two merges at once cannot
// close one together.
func (d *Desk) checkMerge(ctx context.Context, tx *transaction, p part, t *ticket.Ticket, problems problem.Error) error {
	if t.MergedTo == nil {
		return nil
	}
	_, err := tx.Tickets().Get(ctx, *t.MergedTo, p.tickets)
	none, err := missing(err)
	if none {
		problems.AddNew("merged_to", noObject(*t.MergedTo))
	}
	if none || err != nil || t.ID == 0 {
		return err
	}
	cycle, err := ticket.MergesIntoItself(t.ID, *t.MergedTo, func(id int64) (*int64, error) {
		next, err := tx.Tickets().Lock(ctx, id, ticket.Scope{All: true})
		if errors.Is(err, storage.ErrNotFound) { // it was deleted after Get, or since its predecessor was locked
			return nil, errMoved
		}
		if err != nil {
			return nil, err
		}
		return next.MergedTo, nil
	})
	if cycle {
		problems.AddNew("merged_to", problem.Problem{Reason: problem.Cycle})
	}
	return err
}

// currentFields returns the definitions of the custom fields that read takes the
// given values by. They come from the cache. Where they find something wrong, or do
// not know a field of a value, another process may have changed them: they are read
// anew, and read is called again. What it finds in the end is added to the problems.
func (d *Desk) currentFields(ctx context.Context, tx *transaction, given ticket.Values, read func([]*ticket.CustomField) problem.Error,
	problems problem.Error) ([]*ticket.CustomField, error) {
	fields, err := d.customFields(ctx, tx)
	if err != nil {
		return nil, err
	}
	found := read(fields)
	if unknown := slices.ContainsFunc(given, func(v ticket.Value) bool { return !hasField(fields, v.Field) }); unknown || len(found) > 0 {
		if fields, err = tx.CustomFields().All(ctx); err != nil {
			return nil, err
		}
		found = read(fields)
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
func newValues(p part, given ticket.Values, fields []*ticket.CustomField, problems problem.Error) ticket.Values {
	values := make(ticket.Values, 0, len(fields))
	for _, f := range fields {
		v := given.Get(f.ID)
		switch {
		case f.StaffOnly && p.requester:
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
	checkValues(values, fields, problems)
	return values
}

// checkValues reports values that are too large together.
func checkValues(values ticket.Values, fields []*ticket.CustomField, problems problem.Error) {
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
	checkValues(values, fields, problems)
	return values
}

func hasValue(values ticket.Values, field int64) bool {
	for _, v := range values {
		if v.Field == field {
			return true
		}
	}
	return false
}

// required returns an error when a caller passed nil for something, such as "a
// ticket".
func required[T any](something string, v *T) error {
	if v == nil {
		return fmt.Errorf("helpdesk: nil was passed instead of %s", something)
	}
	return nil
}
