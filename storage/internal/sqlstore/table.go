package sqlstore

import (
	"context"

	sq "github.com/Masterminds/squirrel"
)

// table is how records of one kind are kept in rows with an id.
type table[T any] struct {
	noun    string
	name    string
	columns []string              // all but id
	values  func(*T) []any        // by column
	scan    func(row) (*T, error) // reads id, then the columns
}

func (t *table[T]) rows() sq.SelectBuilder {
	return sq.Select("id").Columns(t.columns...).From(t.name)
}

// matching are the rows that fulfil every condition.
func (t *table[T]) matching(conditions sq.And) sq.SelectBuilder {
	return where(t.rows(), conditions)
}

func (t *table[T]) get(ctx context.Context, x *session, q sq.Sqlizer) (*T, error) {
	return one(ctx, x, "get "+t.noun, q, t.scan)
}

func (t *table[T]) list(ctx context.Context, x *session, q sq.Sqlizer) ([]*T, error) {
	return list(ctx, x, "list "+t.noun+"s", q, t.scan)
}

func (t *table[T]) count(ctx context.Context, x *session, conditions sq.And) (int, error) {
	return one(ctx, x, "count "+t.noun+"s", where(sq.Select("COUNT(*)").From(t.name), conditions), scalar[int])
}

// insert stores records in one statement and returns LastInsertId.
func (t *table[T]) insert(ctx context.Context, x *session, records ...*T) (int64, error) {
	q := sq.Insert(t.name).Columns(t.columns...)
	for _, r := range records {
		q = q.Values(t.values(r)...)
	}
	res, err := x.exec(ctx, "insert "+t.noun, q)
	if err != nil {
		return 0, err
	}
	return res.LastInsertId()
}

// inserted returns the first ID, and the step between IDs, of n rows that one
// statement inserted, from what LastInsertId said.
func (x *session) inserted(ctx context.Context, last int64, n int) (first, step int64, err error) {
	query := x.store.o.Dialect.IDStep
	switch {
	case query == "":
		return last - int64(n) + 1, 1, nil
	case n == 1:
		return last, 1, nil
	}
	step, err = one(ctx, x, "read the step of IDs", sq.Expr(query), scalar[int64])
	return last, step, err
}

// update writes every column. That the row exists is asked first, because
// MySQL counts changed rows only.
func (t *table[T]) update(ctx context.Context, x *session, id int64, r *T) error {
	if err := t.lock(ctx, x, "update ", id); err != nil {
		return err
	}
	_, err := x.exec(ctx, "update "+t.noun, t.set(r).Where(sq.Eq{"id": id}))
	return err
}

func (t *table[T]) set(r *T) sq.UpdateBuilder {
	q := sq.Update(t.name)
	for i, v := range t.values(r) {
		q = q.Set(t.columns[i], v)
	}
	return q
}

func (t *table[T]) delete(ctx context.Context, x *session, id int64) error {
	if err := t.lock(ctx, x, "delete ", id); err != nil {
		return err
	}
	_, err := x.exec(ctx, "delete "+t.noun, sq.Delete(t.name).Where(sq.Eq{"id": id}))
	return err
}

// lock keeps the row for this transaction, or returns ErrNotFound.
func (t *table[T]) lock(ctx context.Context, x *session, verb string, id int64) error {
	q := sq.Select("id").From(t.name).Where(sq.Eq{"id": id})
	_, err := one(ctx, x, verb+t.noun, x.forUpdate(q), scalar[int64])
	return err
}
