package sqlstore

import (
	"context"
	"fmt"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// records are the methods that the stores of rows with an id have in common. A store
// embeds them, and has its own methods where it differs.
type records[T any] struct {
	x     *transaction
	table *table[T]

	// readLinks, when set, reads the links of records to other records.
	readLinks func(context.Context, *transaction, ...*T) error
}

func (s records[T]) Get(ctx context.Context, id int64) (*T, error) {
	return s.withLinks(ctx)(s.table.get(ctx, s.x, is("id = ?", id), order{}))
}

func (s records[T]) Lock(ctx context.Context, id int64) (*T, error) {
	return s.withLinks(ctx)(s.table.locked(ctx, s.x, is("id = ?", id)))
}

// withLinks completes a record that was read with its links to other records.
func (s records[T]) withLinks(ctx context.Context) func(*T, error) (*T, error) {
	return func(record *T, err error) (*T, error) {
		if err == nil && s.readLinks != nil {
			err = s.readLinks(ctx, s.x, record)
		}
		if err != nil {
			return nil, err
		}
		return record, nil
	}
}

func (s records[T]) Insert(ctx context.Context, record *T) error {
	return s.table.insert(ctx, s.x, record)
}

func (s records[T]) Update(ctx context.Context, before, after *T) error {
	return s.table.update(ctx, s.x, before, after)
}

func (s records[T]) Delete(ctx context.Context, id int64) error {
	return s.table.delete(ctx, s.x, id)
}

// getBy reads the record that has a value in a unique column.
func (s records[T]) getBy(ctx context.Context, column string, value any) (*T, error) {
	return s.table.get(ctx, s.x, is(column+" = ?", value), order{})
}

// page is the part of a list of records that follows a key. A key without an id is the
// start.
type page struct {
	keyset
	value         any
	id            int64
	from          string // the table with a hint; "" is without
	offset, limit int
}

// read reads the page of the records that fulfil a condition. The limit must be positive.
func (s records[T]) read(ctx context.Context, c cond, p page) ([]*T, error) {
	if err := positive("list "+s.table.noun+"s", p.limit); err != nil {
		return nil, err
	}
	if p.id != 0 {
		c = c.and(p.after(p.value, p.id))
	}
	all, err := s.table.list(ctx, s.x, c, order{from: p.from, by: p.by(), limit: p.limit, offset: p.offset})
	if err != nil || s.readLinks == nil {
		return all, err
	}
	return all, s.readLinks(ctx, s.x, all...)
}

// positive returns an error for a limit that is not positive.
func positive(what string, limit int) error {
	if limit <= 0 {
		return fmt.Errorf("%s: limit %d is not positive", what, limit)
	}
	return nil
}

// count counts the records that fulfil a condition.
func (s records[T]) count(ctx context.Context, c cond) (int, error) {
	return s.table.count(ctx, s.x, c)
}

// countFiltered counts the records that fulfil the conditions of a filter in a scope. It
// expands the grants of the scope before.
func (s records[T]) countFiltered(
	ctx context.Context, scope ticket.Scope, f followup.Filter, conditions func(ticket.Scope) cond,
) (int, error) {
	if empty, err := s.x.expandFilter(ctx, &scope, f); empty || err != nil {
		return 0, err
	}
	return s.count(ctx, conditions(scope))
}
