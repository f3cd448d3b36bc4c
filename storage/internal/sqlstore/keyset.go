package sqlstore

import (
	"cmp"
	"context"
)

// keyset is an order of a table by a column, then id, in one direction, as an index has
// its rows. A page begins at a key instead of at an offset.
type keyset struct {
	index      Index  // the zero value where the database finds the index by itself
	column     string // "id" is the order by id alone
	descending bool
	read       func(*row) any // reads the column, for seek
}

// byIDs is the order by id.
func byIDs(descending bool) keyset { return keyset{column: "id", descending: descending} }

func (k keyset) by() string { return k.sorted(k.descending) }

// sorted is the order in a direction.
func (k keyset) sorted(descending bool) string {
	switch {
	case k.column == "id" && descending:
		return "id DESC"
	case k.column == "id":
		return "id"
	case descending:
		return k.column + " DESC, id DESC"
	}
	return k.column + ", id"
}

// last is the statement that reads columns of the last row that fulfils a condition, by
// the reversed order. The columns of the order are among them.
func (k keyset) last(columns, table string, c cond, o order) statement {
	from := cmp.Or(o.from, table)
	back := order{by: k.sorted(!k.descending), limit: 1}
	if o.limit == 0 && o.offset == 0 {
		return selecting(columns, from, c, back)
	}
	list := selecting(columns, from, c, o)
	text := "SELECT " + columns + " FROM (" + list.text + ") part " + back.rest()
	return statement{text: text, args: back.bind(list.args), lockable: true}
}

// after is the condition that a row comes after (value, id). A database enters the index
// there, which it would not for `column > ? OR column = ? AND id > ?`.
func (k keyset) after(value any, id int64) cond {
	than := " >"
	if k.descending {
		than = " <"
	}
	if k.column == "id" {
		return is("id"+than+" ?", id)
	}
	return is(k.column+than+"= ? AND ("+k.column+than+" ? OR id"+than+" ?)", value, value, id)
}

// seek turns the offset of an unfiltered list into a key. The index alone leads to the
// key, while an offset has the database read all the rows before it.
func (k keyset) seek(ctx context.Context, x *transaction, c cond, o order) (cond, order, error) {
	if o.offset == 0 || !c.none() || k.index.Name == "" {
		return c, o, nil
	}
	type key struct {
		value any
		id    int64
	}
	q := selecting(k.column+", id", x.store.o.Dialect.by(k.index), cond{}, order{by: k.by(), limit: 1, offset: o.offset})
	found, err := list(ctx, x, "find the page", q, func(r *row) key { return key{k.read(r), r.Int()} })
	if err != nil || len(found) == 0 {
		return nothing, o, err
	}
	before := found[0].id - 1
	if k.descending {
		before = found[0].id + 1
	}
	o.offset = 0
	return k.after(found[0].value, before), o, nil
}
