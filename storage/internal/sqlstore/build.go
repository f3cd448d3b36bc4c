package sqlstore

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"
	"sync"

	sq "github.com/Masterminds/squirrel"
)

// statement is SQL that is ready to run.
type statement struct {
	text string
	args []any

	// lockable says that it is a SELECT of rows, without a lock, that may end with one.
	lockable bool
}

// texts keeps what squirrel made of each shape of a statement: building one
// takes longer than running it. Shapes are few, see in.
var texts sync.Map // of shape to string

// shape is what the text of a statement depends on.
type shape struct{ table, kind, where, rest string }

// built returns the text of a shape, which build makes once.
func built(s shape, build func() sq.Sqlizer) string {
	if text, ok := texts.Load(s); ok {
		return text.(string)
	}
	text := builtAnew(s, build)
	if len(text) < maxShape {
		texts.Store(s, text)
	}
	return text
}

// builtAnew is built for shapes that are too many to be kept.
func builtAnew(_ shape, build func() sq.Sqlizer) string {
	text, _, err := build().ToSql()
	if err != nil {
		panic("sqlstore: " + err.Error()) // whatever the values, this is our mistake
	}
	return text
}

// maxShape keeps lists that are written out from being kept.
const maxShape = 8 << 10

// cond is a condition on a row, with the values for its placeholders. The zero
// cond is none.
type cond struct {
	text string
	args []any
}

func is(text string, args ...any) cond { return cond{text, args} }

// and is both conditions.
func (c cond) and(d cond) cond {
	switch {
	case c.text == "":
		return d
	case d.text == "":
		return c
	}
	return cond{c.text + " AND " + d.text, append(c.args[:len(c.args):len(c.args)], d.args...)}
}

// or is either condition, and none of them no row.
func or(some ...cond) cond {
	var all []string
	var args []any
	for _, c := range some {
		if c.text != "" {
			all, args = append(all, c.text), append(args, c.args...)
		}
	}
	if len(all) == 0 {
		return cond{text: "1=0"}
	}
	return cond{"(" + strings.Join(all, " OR ") + ")", args}
}

// maxPlaceholders is how many ids are bound one by one. Databases limit the
// number of placeholders; more ids than this are written out as digits.
const maxPlaceholders = 1000

// in is the condition that column has one of the values. Values in a row, such as
// the ids of a page, are a range; the number of others is filled up to a power of
// two, so that statements have few shapes.
func in[T ~int | ~int64](column string, values []T) cond {
	if len(values) == 0 {
		return cond{text: "1=0"}
	}
	if n := len(values); n > 1 && inARow(values) {
		return is(column+" BETWEEN ? AND ?", int64(values[0]), int64(values[n-1]))
	}
	if len(values) > maxPlaceholders {
		digits := make([]byte, 0, 8*len(values))
		for i, v := range values {
			if i > 0 {
				digits = append(digits, ',')
			}
			digits = strconv.AppendInt(digits, int64(v), 10)
		}
		return cond{text: column + " IN (" + string(digits) + ")"}
	}
	n := 1
	for n < len(values) {
		n *= 2
	}
	args := make([]any, n)
	for i := range args {
		args[i] = int64(values[min(i, len(values)-1)])
	}
	text := built(shape{kind: "in", where: column, rest: strconv.Itoa(n)}, func() sq.Sqlizer {
		return sq.Expr(column + " IN (?" + strings.Repeat(",?", n-1) + ")")
	})
	return cond{text, args}
}

// inARow reports whether each value is one more than that before.
func inARow[T ~int | ~int64](values []T) bool {
	for i, v := range values {
		if v != values[0]+T(i) {
			return false
		}
	}
	return true
}

// inTexts is in for texts, of which there are maxPlaceholders at most.
func inTexts(column string, values []string) cond {
	args := make([]any, len(values))
	for i, v := range values {
		args[i] = v
	}
	return cond{column + " IN (?" + strings.Repeat(",?", len(values)-1) + ")", args}
}

// order is how rows are sorted and which of them are read.
type order struct {
	from string // the table with a hint; "" is without
	by   string // columns; "" leaves it open
	lock string // a suffix that locks

	limit, offset int
}

// rest is what comes behind the conditions, with its arguments. Without a limit
// the list has no end.
func (o order) rest() (string, []any) {
	text := ""
	if o.by != "" {
		text = "ORDER BY " + o.by
	}
	var args []any
	switch {
	case o.limit > 0 && o.offset == 0:
		text += " LIMIT ?"
		args = []any{int64(o.limit)}
	case o.limit > 0 || o.offset > 0:
		limit := int64(math.MaxInt64)
		if o.limit > 0 {
			limit = int64(o.limit)
		}
		text += " LIMIT ? OFFSET ?"
		args = []any{limit, int64(o.offset)}
	}
	if o.lock != "" {
		text += " " + o.lock
	}
	return strings.TrimSpace(text), args
}

// byID is the order by id, and the condition that rows are behind one. The limit
// must be positive.
func byID(after int64, offset, limit int) (c cond, o order, err error) {
	if limit <= 0 {
		return c, o, fmt.Errorf("limit %d is not positive", limit)
	}
	if after != 0 {
		c = is("id > ?", after)
	}
	return c, order{by: "id", limit: limit, offset: offset}, nil
}

// sorted is the order of a table by a column, then id, as an index has its rows.
type sorted struct {
	from   string // the table, with a hint if it needs one
	column string
	read   func(*row) any // reads the column
}

func (s sorted) by() string { return s.column + ", id" }

// last is the statement that reads columns, with those of the order among them, of the
// last of the rows of a table that fulfil a condition.
func (s sorted) last(columns, table string, c cond, o order) statement {
	return last(columns, cmp.Or(o.from, table), c, o, s.column+" DESC, id DESC")
}

// lastID is last for the order by id.
func lastID(table string, c cond, o order) statement { return last("id", table, c, o, "id DESC") }

func last(columns, from string, c cond, o order, reverse string) statement {
	back := order{by: reverse, limit: 1}
	if o.limit == 0 && o.offset == 0 {
		return selecting(columns, from, c, back)
	}
	part := selecting(columns, from, c, o)
	rest, args := back.rest()
	return statement{"SELECT " + columns + " FROM (" + part.text + ") part " + rest, append(part.args, args...), true}
}

// behind is the condition that a row comes after (value, id), in a form that lets
// the index be entered there.
func (s sorted) behind(value any, id int64) cond {
	return is(s.column+" >= ? AND ("+s.column+" > ? OR id > ?)", value, value, id)
}

// seek has a part of all there is begin at a row instead of at an offset: the index
// alone leads to it, while an offset has the database read all the rows before it.
func (s sorted) seek(ctx context.Context, x *transaction, c cond, o order) (cond, order, error) {
	if o.offset == 0 || c.text != "" {
		return c, o, nil
	}
	type place struct {
		value any
		id    int64
	}
	q := selecting(s.by(), s.from, cond{}, order{by: s.by(), limit: 1, offset: o.offset})
	found, err := list(ctx, x, "find the page", q, func(r *row) place { return place{s.read(r), r.Int()} })
	if err != nil || len(found) == 0 {
		return cond{text: "1=0"}, o, err
	}
	o.offset = 0
	return s.behind(found[0].value, found[0].id-1), o, nil
}
