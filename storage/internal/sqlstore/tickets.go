package sqlstore

import (
	"context"
	"slices"

	"github.com/go-helpdesk/helpdesk/ticket"
)

var ticketTable = &table[ticket.Ticket]{
	noun: "ticket",
	name: "helpdesk_ticket",
	columns: []string{"queue_id", "title", "description", "resolution", "submitter_email", "assigned_to", "status",
		"on_hold", "priority", "due_date", "merged_to", "created", "modified", "secret_key"},
	texts:   []string{"description", "resolution"},
	derived: []string{"submitter_key"},
	id:      func(t *ticket.Ticket) *int64 { return &t.ID },
	version: func(t *ticket.Ticket) *int64 { return &t.Version },
	values: func(t *ticket.Ticket) []any {
		return []any{t.QueueID, t.Title, t.Description, t.Resolution, t.SubmitterEmail, t.AssignedTo, t.Status,
			t.OnHold, t.Priority, nullMicros(t.DueDate), t.MergedTo, micros(t.Created), micros(t.Modified), t.SecretKey, submitterKey(t)}
	},
	scan: func(r *row, t *ticket.Ticket) {
		t.ID, t.QueueID, t.Title, t.Description, t.Resolution = r.Int(), r.Int(), r.Text(), r.NullText(), r.NullText()
		t.SubmitterEmail, t.AssignedTo, t.Status, t.OnHold = r.NullText(), r.NullInt(), ticket.Status(r.Int()), r.Bool()
		t.Priority, t.DueDate, t.MergedTo = ticket.Priority(r.Int()), nullInstant(r), r.NullInt()
		t.Created, t.Modified, t.SecretKey, t.Version = instant(r), instant(r), r.Text(), r.Int()
	},
}

// submitterKey is what the address of the submitter is compared by.
func submitterKey(t *ticket.Ticket) any {
	if t.SubmitterEmail == nil {
		return nil
	}
	return ticket.AddressKey(*t.SubmitterEmail)
}

type tickets struct{ records[ticket.Ticket] }

func (s tickets) Get(ctx context.Context, id int64, scope ticket.Scope) (*ticket.Ticket, error) {
	t, err := ticketTable.get(ctx, s.x, is("id = ?", id).and(inScope(scope)), order{})
	if err != nil {
		return nil, err
	}
	t.Values, err = s.Values(ctx, id)
	return t, err
}

func (s tickets) Lock(ctx context.Context, id int64, scope ticket.Scope) (*ticket.Ticket, error) {
	return ticketTable.locked(ctx, s.x, is("id = ?", id).and(inScope(scope)))
}

// Values locks what it reads where that is possible: a transaction that reads rows
// to lock them may see newer ones than without.
func (s tickets) Values(ctx context.Context, id int64) (ticket.Values, error) {
	lock := ""
	if s.x.writer != nil {
		lock = s.x.store.o.Dialect.ForUpdate
	}
	var v values
	if err := s.x.each(ctx, "read values", valuesOf(is("ticket_id = ?", id), lock, short{}), v.read); err != nil {
		return nil, err
	}
	return v.all, nil
}

func (s tickets) List(ctx context.Context, q ticket.Query) ([]*ticket.Ticket, error) {
	all, full, err := s.list(ctx, q)
	if !full || err != nil {
		return all, err
	}
	ids, err := s.IDs(ctx, q)
	if err != nil {
		return nil, err
	}
	given := again(q)
	err = halve("list tickets", ids, q.Bound, func(ids []int64, b ticket.Bound) (full bool, err error) {
		if len(ids) == 0 {
			return false, nil
		}
		given.IDs, given.Limit, given.Bound = ids, len(ids), b
		all, full, err = s.list(ctx, given)
		return full, err
	})
	return all, err
}

// list is List, unless the list is larger than the bound.
func (s tickets) list(ctx context.Context, q ticket.Query) (all []*ticket.Ticket, full bool, err error) {
	find, err := s.find(ctx, q)
	if err != nil || q.IsEmpty() {
		return nil, false, err
	}
	m := &meter{bound: q.Bound}
	c := newCollector(ticketTable, m, 0)
	err = s.x.each(ctx, "list tickets", find, c.read)
	if err == nil && !m.full {
		arrange(c.all, q.Order, q.Backward)
		if !q.Without.Has(ticket.CustomValues) {
			err = s.readValues(ctx, m, c.all)
		}
	}
	if err != nil || m.full {
		return nil, m.full, err
	}
	return c.all, false, nil
}

// again is a query of tickets with given ids, in the order of q.
func again(q ticket.Query) ticket.Query {
	return ticket.Query{Scope: q.Scope, Order: q.Order, Backward: q.Backward, Without: q.Without, Bound: q.Bound}
}

func (s tickets) Count(ctx context.Context, scope ticket.Scope, f ticket.Filter) (int, error) {
	if f.IsEmpty() {
		return 0, nil
	}
	scope, err := s.x.expandGrants(ctx, scope, len(f.IDs) > 0)
	if err != nil {
		return 0, err
	}
	c := s.x.store.o.Dialect.matches(scope, f)
	if c.none() {
		return s.countAll(ctx)
	}
	q := selecting("COUNT(*)", ticketTable.name, c, order{})
	if len(f.IDs) == 0 {
		q.slow = s.x.store.slowList(f, ticket.ByID)
	}
	return one(ctx, s.x, "count tickets", q, integer)
}

// readValues fills in the custom values of all the tickets with one query.
func (s tickets) readValues(ctx context.Context, m *meter, all []*ticket.Ticket) error {
	if len(all) == 0 {
		return nil
	}
	v := values{meter: m}
	q := valuesOf(in("ticket_id", ticketIDs(all)), "", s.x.shortRows(m.bound))
	if err := s.x.each(ctx, "read values", q, v.read); err != nil {
		return err
	}
	v.give(all)
	return nil
}

func ticketIDs(all []*ticket.Ticket) []int64 {
	return idsOf(all, func(t *ticket.Ticket) int64 { return t.ID })
}

func (s tickets) Insert(ctx context.Context, t *ticket.Ticket, fields []*ticket.CustomField) error {
	if err := s.records.Insert(ctx, t); err != nil {
		return err
	}
	if err := s.writeValues(ctx, t.ID, t.Values, fields); err != nil {
		return err
	}
	return s.addToCount(ctx, t.ID, 1)
}

func (s tickets) Update(ctx context.Context, before, after *ticket.Ticket, fields []*ticket.CustomField) error {
	if err := ticketTable.update(ctx, s.x, before, after); err != nil {
		return err
	}
	var changed ticket.Values
	for _, v := range after.Values {
		if !slices.Contains(before.Values, v) {
			changed = append(changed, v)
		}
	}
	if err := s.deleteValues(ctx, before.ID, changed); err != nil {
		return err
	}
	if err := s.writeValues(ctx, before.ID, changed, fields); err != nil {
		return err
	}
	return nil
}

func (s tickets) deleteValues(ctx context.Context, id int64, values ticket.Values) error {
	if len(values) == 0 {
		return nil
	}
	fields := make([]int64, len(values))
	for i, v := range values {
		fields[i] = v.Field
	}
	return s.x.exec(ctx, "replace values", deleting(valueTable, is("ticket_id = ?", id).and(in("field_id", fields))))
}

// writeValues stores values with the types of their fields. A foreign key keeps the
// types equal to those of the definitions, so that values which were read by an
// outdated definition are refused.
func (s tickets) writeValues(ctx context.Context, id int64, values ticket.Values, fields []*ticket.CustomField) error {
	if len(values) == 0 {
		return nil
	}
	args := make([]any, 0, 4*len(values))
	for _, v := range values {
		var text any
		if !v.Null {
			text = v.Text
		}
		args = append(args, id, v.Field, typeOf(fields, v.Field), text)
	}
	return s.x.exec(ctx, "write values", inserting(valueTable, []string{"ticket_id", "field_id", "data_type", "value"}, len(values), args))
}

// typeOf returns the type of a field, "" for one that is not among the fields.
func typeOf(fields []*ticket.CustomField, id int64) string {
	for _, f := range fields {
		if f.ID == id {
			return string(f.Type)
		}
	}
	return ""
}

func (s tickets) Delete(ctx context.Context, id int64) error {
	holders, err := s.holders(ctx, id)
	if err != nil {
		return err
	}
	if err := s.records.Delete(ctx, id); err != nil {
		return err
	}
	if len(holders) > 0 {
		if err := s.x.exec(ctx, "update ticket", ticketTable.set(nil, nil, in("id", holders), "version")); err != nil {
			return err
		}
	}
	return s.addToCount(ctx, id, -1)
}

// holders returns the other tickets that show change records of a ticket, because the
// follow-up that made the change was moved to them.
func (s tickets) holders(ctx context.Context, id int64) ([]int64, error) {
	from := changeTable.name + " c JOIN " + followUpTable.name + " f ON f.id = c.followup_id"
	q := selecting("DISTINCT f.ticket_id", from, is("c.ticket_id = ? AND f.ticket_id <> ?", id, id), order{by: "f.ticket_id"})
	return list(ctx, s.x, "find moved follow-ups", q, (*row).Int)
}
