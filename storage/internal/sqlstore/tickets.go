package sqlstore

import (
	"context"
	"fmt"

	sq "github.com/Masterminds/squirrel"

	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
)

const valueTable = "helpdesk_value"

// ticketTable names no version: it is never written from a ticket.
var ticketTable = &table[ticket.Ticket]{
	noun: "ticket",
	name: "helpdesk_ticket",
	columns: []string{"queue_id", "title", "description", "resolution", "submitter_email", "assigned_to", "status",
		"on_hold", "priority", "due_date", "merged_to", "created", "modified", "secret_key"},
	values: func(t *ticket.Ticket) []any {
		return []any{t.QueueID, t.Title, t.Description, t.Resolution, t.SubmitterEmail, t.AssignedTo, t.Status,
			t.OnHold, t.Priority, nullMicros(t.DueDate), t.MergedTo, micros(t.Created), micros(t.Modified), t.SecretKey}
	},
	scan: func(r row) (*ticket.Ticket, error) {
		var t ticket.Ticket
		return &t, r.Scan(&t.ID, &t.QueueID, &t.Title, &t.Description, &t.Resolution, &t.SubmitterEmail, &t.AssignedTo, &t.Status,
			&t.OnHold, &t.Priority, nullInstant{&t.DueDate}, &t.MergedTo, instant{&t.Created}, instant{&t.Modified}, &t.SecretKey, &t.Version)
	},
}

type tickets struct{ x *session }

func (s tickets) rows(conditions sq.And) sq.SelectBuilder {
	return ticketTable.matching(conditions).Columns("version")
}

func (s tickets) Get(ctx context.Context, id int64, scope ticket.Scope) (*ticket.Ticket, error) {
	return s.get(ctx, s.one(id, scope), "")
}

func (s tickets) Lock(ctx context.Context, id int64, scope ticket.Scope) (*ticket.Ticket, error) {
	if !s.x.write {
		return nil, fmt.Errorf("lock ticket: %w", errReadOnly)
	}
	return s.get(ctx, s.x.forUpdate(s.one(id, scope)), s.x.store.o.Dialect.ForUpdate)
}

func (s tickets) one(id int64, scope ticket.Scope) sq.SelectBuilder {
	return s.rows(append(sq.And{sq.Eq{"id": id}}, admitted(scope)...))
}

// get reads a ticket, and its values in the same way: a transaction that reads
// rows to lock them may see newer ones than without.
func (s tickets) get(ctx context.Context, q sq.Sqlizer, lock string) (*ticket.Ticket, error) {
	t, err := ticketTable.get(ctx, s.x, q)
	if err != nil {
		return nil, err
	}
	return t, s.readValues(ctx, lock, t)
}

func (s tickets) List(ctx context.Context, q ticket.Query) ([]*ticket.Ticket, error) {
	if q.Limit <= 0 {
		return nil, fmt.Errorf("list tickets: limit %d is not positive", q.Limit)
	}
	rows := s.rows(matches(q.Filter))
	switch {
	case q.After == 0:
	case q.NewestFirst:
		rows = rows.Where(sq.Lt{"id": q.After})
	default:
		rows = rows.Where(sq.Gt{"id": q.After})
	}
	if q.NewestFirst {
		rows = rows.OrderBy("id DESC")
	} else {
		rows = rows.OrderBy("id")
	}
	all, err := ticketTable.list(ctx, s.x, page(rows, q.Offset, q.Limit))
	if err != nil {
		return nil, err
	}
	return all, s.readValues(ctx, "", all...)
}

func (s tickets) Count(ctx context.Context, f ticket.Filter) (int, error) {
	return ticketTable.count(ctx, s.x, matches(f))
}

// matches are the conditions of the filter on a row of helpdesk_ticket.
func matches(f ticket.Filter) sq.And {
	all := admitted(f.Scope)
	if len(f.IDs) > 0 {
		all = append(all, in("id", f.IDs))
	}
	if len(f.Status) > 0 {
		all = append(all, sq.Eq{"status": f.Status})
	}
	if f.MergedTo != 0 {
		all = append(all, sq.Eq{"merged_to": f.MergedTo})
	}
	return all
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
	q := sq.Select("ticket_id", "field_id", "value").From(valueTable).
		Where(in("ticket_id", ids)).OrderBy("ticket_id", "field_id").Suffix(lock)
	_, err := list(ctx, s.x, "read values", q, func(r row) (struct{}, error) {
		var id, field int64
		var text *string
		if err := r.Scan(&id, &field, &text); err != nil {
			return struct{}{}, err
		}
		v := ticket.Value{Field: field, Null: text == nil}
		if text != nil {
			v.Text = *text
		}
		byID[id].Values = append(byID[id].Values, v)
		return struct{}{}, nil
	})
	return err
}

func (s tickets) Insert(ctx context.Context, t *ticket.Ticket) error {
	id, err := ticketTable.insert(ctx, s.x, t) // version 1 by default
	if err != nil {
		return err
	}
	t.ID, t.Version = id, 1
	return s.writeValues(ctx, t)
}

// Update needs no look at the row first: a row that is written always changes.
func (s tickets) Update(ctx context.Context, t *ticket.Ticket) error {
	q := ticketTable.set(t).Set("version", t.Version+1).Where(sq.Eq{"id": t.ID, "version": t.Version})
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
	_, err := s.x.exec(ctx, "replace values", sq.Delete(valueTable).Where(sq.Eq{"ticket_id": t.ID}).Where(in("field_id", fields)))
	return err
}

func (s tickets) writeValues(ctx context.Context, t *ticket.Ticket) error {
	if len(t.Values) == 0 {
		return nil
	}
	q := sq.Insert(valueTable).Columns("ticket_id", "field_id", "value")
	for _, v := range t.Values {
		var text *string
		if !v.Null {
			text = &v.Text
		}
		q = q.Values(t.ID, v.Field, text)
	}
	_, err := s.x.exec(ctx, "write values", q)
	return err
}

func (s tickets) Delete(ctx context.Context, id int64) error {
	return ticketTable.delete(ctx, s.x, id)
}
