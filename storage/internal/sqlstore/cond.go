package sqlstore

import (
	"strconv"
	"strings"

	sq "github.com/Masterminds/squirrel"
)

// cond is a condition on a row: all of its parts hold. The zero cond is none.
type cond []sq.Sqlizer

// nothing is the condition that no row fulfils.
var nothing = is("1=0")

func is(text string, args ...any) cond { return cond{sq.Expr(text, args...)} }

// and is both conditions.
func (c cond) and(d cond) cond { return append(c[:len(c):len(c)], d...) }

// or is either condition, and none of them no row.
func or(some ...cond) cond {
	var either sq.Or
	for _, c := range some {
		if !c.none() {
			either = append(either, c)
		}
	}
	if len(either) == 0 {
		return nothing
	}
	return cond{either}
}

// none reports whether every row fulfils the condition.
func (c cond) none() bool { return len(c) == 0 }

// ToSql implements squirrel.Sqlizer.
func (c cond) ToSql() (string, []any, error) { //nolint:staticcheck // squirrel calls it so
	switch len(c) {
	case 0:
		return "", nil, nil
	case 1:
		return c[0].ToSql()
	}
	return sq.And(c).ToSql()
}

// sql is the text of the condition, with the values for its placeholders.
func (c cond) sql() (text string, args []any) {
	text, args, err := c.ToSql()
	if err != nil {
		panic("sqlstore: " + err.Error()) // whatever the values, this is our mistake
	}
	return text, args
}

// maxPlaceholders is how many ids are bound one by one. Databases limit the
// number of placeholders; more ids than this are written out as digits.
const maxPlaceholders = 1000

// in is the condition that column has one of the values. Consecutive values, such as the
// ids of a page, are a range. The number of others is filled up to a power of two, so
// that statements have few shapes.
func in[T ~int | ~int64](column string, values []T) cond {
	if len(values) == 0 {
		return nothing
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
		return is(column + " IN (" + string(digits) + ")")
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
	return is(text, args...)
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

// inTexts is in for texts or bytes.
func inTexts[T string | []byte](column string, values []T) cond {
	return inValues(column+" IN ", values, func(v T) any { return v })
}

// inValues is the condition that what text begins is a list with one of the values. The
// number of values is filled up as by in. An empty list has none.
func inValues[T any](text string, values []T, value func(T) any) cond {
	if len(values) == 0 {
		return nothing
	}
	n := 1
	for n < len(values) {
		n *= 2
	}
	args := make([]any, n)
	for i := range args {
		args[i] = value(values[min(i, len(values)-1)])
	}
	return is(text+"(?"+strings.Repeat(",?", n-1)+")", args...)
}
