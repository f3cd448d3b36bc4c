package sqlstore

import (
	"cmp"
	"context"
)

// keyset is the order of a table by a column, then id, as an index has its rows. A page
// begins at a key instead of at an offset.
type keyset struct {
	index  Index
	column string
	read   func(*row) any // reads the column
}

func (k keyset) by() string { return k.column + ", id" }

// last is the statement that reads columns of the last row that fulfils a condition. The
// columns of the order are among them.
func (k keyset) last(columns, table string, c cond, o order) statement {
	return last(columns, cmp.Or(o.from, table), c, o, k.column+" DESC, id DESC")
}

// after is the condition that a row comes after (value, id). A database enters the index
// there, which it would not for `column > ? OR column = ? AND id > ?`.
func (k keyset) after(value any, id int64) cond {
	return is(k.column+" >= ? AND ("+k.column+" > ? OR id > ?)", value, value, id)
}

// seek turns the offset of an unfiltered list into a key. The index alone leads to the
// key, while an offset has the database read all the rows before it.
func (k keyset) seek(ctx context.Context, x *transaction, c cond, o order) (cond, order, error) {
	if o.offset == 0 || !c.none() {
		return c, o, nil
	}
	type key struct {
		value any
		id    int64
	}
	q := selecting(k.by(), x.store.o.Dialect.by(k.index), cond{}, order{by: k.by(), limit: 1, offset: o.offset})
	found, err := list(ctx, x, "find the page", q, func(r *row) key { return key{k.read(r), r.Int()} })
	if err != nil || len(found) == 0 {
		return nothing, o, err
	}
	o.offset = 0
	return k.after(found[0].value, found[0].id-1), o, nil
}

// lastID is last for the order by id.
func lastID(table string, c cond, o order) statement { return last("id", table, c, o, "id DESC") }

// last is the statement that reads the last row of a list, by its reversed order.
func last(columns, from string, c cond, o order, reverse string) statement {
	back := order{by: reverse, limit: 1}
	if o.limit == 0 && o.offset == 0 {
		return selecting(columns, from, c, back)
	}
	list := selecting(columns, from, c, o)
	rest, args := back.rest()
	return statement{"SELECT " + columns + " FROM (" + list.text + ") part " + rest, append(list.args, args...), true}
}
