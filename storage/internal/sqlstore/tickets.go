package sqlstore

import (
	"context"
	"fmt"

	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
)

const valueTable = "helpdesk_value"

// ticketTable does not write the version from a ticket.
var ticketTable = &table[ticket.Ticket]{
	noun: "ticket",
	name: "helpdesk_ticket",
	columns: []string{"queue_id", "title", "description", "resolution", "submitter_email", "assigned_to", "status",
		"on_hold", "priority", "due_date", "merged_to", "created", "modified", "secret_key"},
	further: []string{"version"},
	values: func(t *ticket.Ticket) []any {
		return []any{t.QueueID, t.Title, t.Description, t.Resolution, t.SubmitterEmail, t.AssignedTo, t.Status,
			t.OnHold, t.Priority, nullMicros(t.DueDate), t.MergedTo, micros(t.Created), micros(t.Modified), t.SecretKey}
	},
	scan: func(r row, t *ticket.Ticket) error {
		return r.Scan(&t.ID, &t.QueueID, &t.Title, &t.Description, &t.Resolution, &t.SubmitterEmail, &t.AssignedTo, &t.Status,
			&t.OnHold, &t.Priority, nullInstant{&t.DueDate}, &t.MergedTo, instant{&t.Created}, instant{&t.Modified}, &t.SecretKey, &t.Version)
	},
}

type tickets struct{ x *session }

func (s tickets) Get(ctx context.Context, id int64, scope ticket.Scope) (*ticket.Ticket, error) {
	return s.get(ctx, id, scope, "")
}

func (s tickets) Lock(ctx context.Context, id int64, scope ticket.Scope) (*ticket.Ticket, error) {
	if !s.x.write {
		return nil, fmt.Errorf("lock ticket: %w", errReadOnly)
	}
	return s.get(ctx, id, scope, s.x.store.o.Dialect.ForUpdate)
}

// get reads a ticket, and its values in the same way: a transaction that reads
// rows to lock them may see newer ones than without.
func (s tickets) get(ctx context.Context, id int64, scope ticket.Scope, lock string) (*ticket.Ticket, error) {
	t, err := ticketTable.get(ctx, s.x, is("id = ?", id).and(admitted(scope)), order{lock: lock})
	if err != nil {
		return nil, err
	}
	return t, s.readValues(ctx, lock, t)
}

func (s tickets) List(ctx context.Context, q ticket.Query) ([]*ticket.Ticket, error) {
	if q.Limit <= 0 {
		return nil, fmt.Errorf("list tickets: limit %d is not positive", q.Limit)
	}
	c, o := matches(q.Filter), order{by: "id", limit: q.Limit, offset: q.Offset}
	if q.NewestFirst {
		o.by = "id DESC"
	}
	switch {
	case q.After == 0 && q.Offset > 0 && c.text == "" && !q.NewestFirst:
		var err error
		if c, err = s.seek(ctx, q.Offset); err != nil {
			return nil, err
		}
		o.offset = 0
	case q.After == 0:
	case q.NewestFirst:
		c = c.and(is("id < ?", q.After))
	default:
		if c.text != "" { // of many: to sort what is left for each part of a long list would take ages
			o.from = s.x.store.o.Dialect.ByID
		}
		c = c.and(is("id > ?", q.After))
	}
	all, err := ticketTable.list(ctx, s.x, c, o)
	if err != nil {
		return nil, err
	}
	return all, s.readValues(ctx, "", all...)
}

func (s tickets) Count(ctx context.Context, f ticket.Filter) (int, error) {
	c := matches(f)
	if c.text == "" {
		return s.countAll(ctx)
	}
	return ticketTable.count(ctx, s.x, c)
}

// matches is the condition of the filter on a row of helpdesk_ticket.
func matches(f ticket.Filter) cond {
	c := admitted(f.Scope)
	if len(f.IDs) > 0 {
		c = c.and(in("id", f.IDs))
	}
	if len(f.Status) > 0 {
		c = c.and(in("status", f.Status))
	}
	if f.MergedTo != 0 {
		c = c.and(is("merged_to = ?", f.MergedTo))
	}
	return c
}

// readValues fills in the custom values of all the tickets with one query.
func (s tickets) readValues(ctx context.Context, lock string, tickets ...*ticket.Ticket) error {
	if len(tickets) == 0 {
		return nil
	}
	byID := make(map[int64]*ticket.Ticket, len(tickets))
	ids := make([]int64, len(tickets))
	for i, t := range tickets {
		byID[t.ID], ids[i] = t, t.ID
	}
	q := s.x.selecting("ticket_id, field_id, value", valueTable, in("ticket_id", ids), order{by: "ticket_id, field_id", lock: lock})
	var values ticket.Values // of all tickets
	var id, owner int64
	var text *string
	var v ticket.Value
	from := 0
	give := func() {
		if t := byID[owner]; t != nil {
			t.Values = values[from:len(values):len(values)]
		}
		from = len(values)
	}
	_, err := list(ctx, s.x, "read values", q, func(r row) (struct{}, error) {
		if err := r.Scan(&id, &v.Field, &text); err != nil {
			return struct{}{}, err
		}
		if id != owner {
			give()
			owner = id
		}
		if v.Null, v.Text = text == nil, ""; text != nil {
			v.Text = *text
		}
		values = append(values, v)
		return struct{}{}, nil
	})
	give()
	return err
}

func (s tickets) Insert(ctx context.Context, t *ticket.Ticket) error {
	id, err := ticketTable.insert(ctx, s.x, t) // version 1 by default
	if err != nil {
		return err
	}
	t.ID, t.Version = id, 1
	if err := s.writeValues(ctx, t); err != nil {
		return err
	}
	return s.counted(ctx, id, 1)
}

// Update needs no look at the row first: a row that is written always changes.
func (s tickets) Update(ctx context.Context, t *ticket.Ticket) error {
	q := ticketTable.set(t, is("id = ? AND version = ?", t.ID, t.Version), "version")
	res, err := s.x.exec(ctx, "update ticket", q)
	if err != nil {
		return err
	}
	n, err := res.RowsAffected()
	if err != nil {
		return err
	}
	if n == 0 {
		return fmt.Errorf("update ticket: %w", storage.ErrConflict)
	}
	if err := s.forgetValues(ctx, t); err != nil {
		return err
	}
	if err := s.writeValues(ctx, t); err != nil {
		return err
	}
	t.Version++
	return nil
}

func (s tickets) forgetValues(ctx context.Context, t *ticket.Ticket) error {
	if len(t.Values) == 0 {
		return nil
	}
	fields := make([]int64, len(t.Values))
	for i, v := range t.Values {
		fields[i] = v.Field
	}
	_, err := s.x.exec(ctx, "replace values", deleting(valueTable, is("ticket_id = ?", t.ID).and(in("field_id", fields))))
	return err
}

func (s tickets) writeValues(ctx context.Context, t *ticket.Ticket) error {
	if len(t.Values) == 0 {
		return nil
	}
	args := make([]any, 0, 3*len(t.Values))
	for _, v := range t.Values {
		var text any
		if !v.Null {
			text = v.Text
		}
		args = append(args, t.ID, v.Field, text)
	}
	_, err := s.x.exec(ctx, "write values", inserting(valueTable, []string{"ticket_id", "field_id", "value"}, len(t.Values), args))
	return err
}

func (s tickets) Delete(ctx context.Context, id int64) error {
	if err := ticketTable.delete(ctx, s.x, id); err != nil {
		return err
	}
	return s.counted(ctx, id, -1)
}
