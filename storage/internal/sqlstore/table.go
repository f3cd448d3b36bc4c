package sqlstore

import (
	"cmp"
	"context"
	"reflect"
	"slices"
	"strconv"
	"strings"

	sq "github.com/Masterminds/squirrel"
)

// table is how records of one kind are kept in rows with an id.
type table[T any] struct {
	noun    string
	name    string
	columns []string // all but id
	texts   []string // columns that may have long texts
	derived []string // columns that are only written
	id      func(*T) *int64
	version func(*T) *int64 // of the column version, which counts writes; nil for rows that never change
	values  func(*T) []any  // by column, then by derived column
	scan    func(*row, *T)  // reads id, then the columns, then the version
}

// written are the columns that have values.
func (t *table[T]) written() []string {
	if len(t.derived) == 0 {
		return t.columns
	}
	return slices.Concat(t.columns, t.derived)
}

// width is how many columns are read, id included.
func (t *table[T]) width() int {
	if t.version == nil {
		return 1 + len(t.columns)
	}
	return 2 + len(t.columns)
}

// read are the columns that are read, all but id.
func (t *table[T]) read() []string {
	if t.version == nil {
		return t.columns
	}
	return append(slices.Clone(t.columns), "version")
}

// rows is the statement that reads the rows which fulfil a condition. There is
// no WHERE without one: it would hide from SQLite that COUNT(*) counts everything.
func (t *table[T]) rows(c cond, o order) statement {
	from := cmp.Or(o.from, t.name)
	return t.part(o, reading(from, "rows"+o.short.kind(), c, o, func() sq.SelectBuilder {
		return t.selected(o.short, "").From(from)
	}))
}

// part is a statement that reads all columns in an order, with their number where it may
// be a part of a union.
func (t *table[T]) part(o order, q statement) statement {
	if o.lock == "" && (o.by == "" || o.limit > 0) {
		q.columns = t.width()
	}
	q.maxText = o.short.maxText
	return q
}

// withIDs is the statement that reads the rows with the ids that another one reads, in
// any order.
func (t *table[T]) withIDs(ids statement, s short) statement {
	text := built(shape{t.name, "with ids" + s.kind(), ids.text, "", ""}, func() sq.Sqlizer {
		return t.selected(s, "t.").From("(" + ids.text + ") page").Join(t.name + " t ON t.id = page.id")
	})
	return t.part(order{}, statement{text: text, args: ids.args, lockable: ids.lockable})
}

// selected selects all columns, with a prefix.
func (t *table[T]) selected(s short, prefix string) sq.SelectBuilder {
	q := sq.Select(prefix + "id")
	for _, column := range t.read() {
		switch {
		case s.omits(column):
			q = q.Column("NULL")
		case s.long && slices.Contains(t.texts, column):
			q = q.Column(shortText(prefix + column))
		default:
			q = q.Column(prefix + column)
		}
	}
	return q
}

func (t *table[T]) get(ctx context.Context, x *transaction, c cond, o order) (*T, error) {
	return one(ctx, x, "get "+t.noun, t.rows(c, o), t.scanner())
}

// locked is get, and locks the row for this transaction.
func (t *table[T]) locked(ctx context.Context, x *transaction, c cond) (*T, error) {
	if _, err := x.forWriting("lock " + t.noun); err != nil {
		return nil, err
	}
	return t.get(ctx, x, c, order{lock: x.store.o.Dialect.ForUpdate})
}

func (t *table[T]) list(ctx context.Context, x *transaction, c cond, o order) ([]*T, error) {
	return list(ctx, x, "list "+t.noun+"s", t.rows(c, o), t.scanner())
}

func (t *table[T]) count(ctx context.Context, x *transaction, c cond) (int, error) {
	return one(ctx, x, "count "+t.noun+"s", selecting("COUNT(*)", t.name, c, order{}), integer)
}

// scanner returns a function that makes a record of each row.
func (t *table[T]) scanner() func(*row) *T {
	s := &scanner[T]{table: t}
	return s.scan
}

// insert stores records in one statement, and sets their ids and versions.
func (t *table[T]) insert(ctx context.Context, x *transaction, records ...*T) error {
	var args []any
	for _, r := range records {
		args = append(args, t.values(r)...)
	}
	w, err := x.forWriting("insert " + t.noun)
	if err != nil {
		return err
	}
	ids, err := w.insert(ctx, "insert "+t.noun, inserting(t.name, t.written(), len(records), args), len(records))
	if err != nil {
		return err
	}
	for i, r := range records {
		*t.id(r) = ids.at(i)
		if t.version != nil {
			*t.version(r) = 1 // by default
		}
	}
	return nil
}

// update writes the columns in which after differs from before, the state of a row that is
// locked, and counts the version up, also where no column differs.
func (t *table[T]) update(ctx context.Context, x *transaction, before, after *T) error {
	columns, values := changed(t.written(), t.values(before), t.values(after))
	if err := x.exec(ctx, "update "+t.noun, t.set(columns, values, is("id = ?", *t.id(before)), "version")); err != nil {
		return err
	}
	*t.version(after) = *t.version(before) + 1
	return nil
}

// maxKeptColumns bounds how many texts of updates are kept: a statement that writes
// more columns is built each time.
const maxKeptColumns = 4

// set is the statement that writes columns of the rows that fulfil a condition, and
// counts others up.
func (t *table[T]) set(columns []string, values []any, c cond, up ...string) statement {
	build := built
	if len(columns) > maxKeptColumns {
		build = builtAnew
	}
	where, args := c.sql()
	text := build(shape{t.name, "update", where, strings.Join(columns, ",") + strings.Join(up, "+"), ""}, func() sq.Sqlizer {
		q := sq.Update(t.name)
		for _, column := range columns {
			q = q.Set(column, sq.Expr("?"))
		}
		for _, column := range up {
			q = q.Set(column, sq.Expr(column+" + 1"))
		}
		return q.Where(where)
	})
	return statement{text: text, args: append(values, args...)}
}

// changed returns the columns in which after differs from before, with the values of
// after.
func changed(columns []string, before, after []any) (some []string, values []any) {
	for i, column := range columns {
		if !reflect.DeepEqual(after[i], before[i]) {
			some, values = append(some, column), append(values, after[i])
		}
	}
	return some, values
}

func (t *table[T]) delete(ctx context.Context, x *transaction, id int64) error {
	if err := t.lock(ctx, x, "delete ", id); err != nil {
		return err
	}
	return x.exec(ctx, "delete "+t.noun, deleting(t.name, is("id = ?", id)))
}

// lock keeps the row for this transaction, or returns ErrNotFound.
func (t *table[T]) lock(ctx context.Context, x *transaction, verb string, id int64) error {
	if _, err := x.forWriting(verb + t.noun); err != nil {
		return err
	}
	_, err := one(ctx, x, verb+t.noun, selecting("id", t.name, is("id = ?", id), order{lock: x.store.o.Dialect.ForUpdate}), (*row).Int)
	return err
}

// inserting is the statement that inserts so many rows.
func inserting(table string, columns []string, rows int, args []any) statement {
	text := built(shape{table, "insert", "", strconv.Itoa(rows), ""}, func() sq.Sqlizer {
		q, marks := sq.Insert(table).Columns(columns...), make([]any, len(columns))
		for i := range marks {
			marks[i] = sq.Expr("?")
		}
		for range rows {
			q = q.Values(marks...)
		}
		return q
	})
	return statement{text: text, args: args}
}

// deleting is the statement that deletes the rows that fulfil a condition.
func deleting(table string, c cond) statement {
	where, args := c.sql()
	text := built(shape{table, "delete", where, "", ""}, func() sq.Sqlizer { return sq.Delete(table).Where(where) })
	return statement{text: text, args: args}
}

// selecting is the statement that reads columns of the rows that fulfil a
// condition.
func selecting(columns, table string, c cond, o order) statement {
	return reading(table, columns, c, o, func() sq.SelectBuilder { return sq.Select(columns).From(table) })
}

// reading is the statement that reads the rows that fulfil a condition, in an order.
// Its text is kept by the table and the kind.
func reading(table, kind string, c cond, o order, from func() sq.SelectBuilder) statement {
	where, args := c.sql()
	text := built(shape{table, kind, where, o.by, o.end()}, func() sq.Sqlizer {
		q := from()
		if where != "" {
			q = q.Where(where)
		}
		if rest := o.rest(); rest != "" {
			q = q.Suffix(rest)
		}
		return q
	})
	return statement{text: text, args: o.bind(args), lockable: o.lock == ""}
}
