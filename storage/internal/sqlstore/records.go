package sqlstore

import (
	"context"
)

// records are the methods that the stores of rows with an id have in common. A store
// embeds them, and has its own methods where it differs.
type records[T any] struct {
	x     *transaction
	table *table[T]
}

func (s records[T]) Get(ctx context.Context, id int64) (*T, error) {
	return s.table.get(ctx, s.x, is("id = ?", id), order{})
}

func (s records[T]) Lock(ctx context.Context, id int64) (*T, error) {
	return s.table.locked(ctx, s.x, is("id = ?", id))
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

// count counts the records that fulfil a condition.
func (s records[T]) count(ctx context.Context, c cond) (int, error) {
	return s.table.count(ctx, s.x, c)
}
