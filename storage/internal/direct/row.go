package direct

import (
	"bytes"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"strconv"
)

// ErrUnreadable means that a column of a row is not what its reader wants.
var ErrUnreadable = errors.New("unreadable row")

// Row is one row as the driver has it, read column by column from the left. What
// does not fit is an error of the query.
type Row struct {
	columns []driver.Value
	at      int // the next column
	err     error
	slabs   *slabs
}

// Each calls use with the rows of the host's connection. What rows.Err says is the
// caller's to ask.
func Each(rows *sql.Rows, use func(*Row) error) error {
	names, err := rows.Columns()
	if err != nil {
		return err
	}
	r := Row{columns: make([]driver.Value, len(names)), slabs: &slabs{}}
	values, dest := make([]any, len(names)), make([]any, len(names))
	for i := range values {
		dest[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return err
		}
		for i, v := range values {
			r.columns[i] = v
		}
		switch err := r.give(use); {
		case errors.Is(err, ErrEnough):
			return nil
		case err != nil:
			return err
		}
	}
	return nil
}

// ErrEnough is what a function returns that needs no more rows of a step: the row it
// was called with is left unread, and the step succeeds. The rest of the rows is
// passed over.
var ErrEnough = errors.New("enough rows")

// rowOverhead is what a row takes in memory besides its texts, about.
const rowOverhead = 64

// Omitted stands for a text that a statement left out because it is long. No text that
// is stored has a NUL.
const Omitted = "\x00"

// omitted is more than any bound.
const omitted = 1 << 30

// Size is how many bytes the row takes in memory, about. A row of which a text was
// left out takes more than any bound.
func (r *Row) Size() int {
	n := rowOverhead
	for _, v := range r.columns {
		switch v := v.(type) {
		case string:
			if n += len(v); v == Omitted {
				return omitted
			}
		case []byte:
			if n += len(v); len(v) == 1 && v[0] == Omitted[0] {
				return omitted
			}
		}
	}
	return n
}

// give lets use read the row from its start to its end.
func (r *Row) give(use func(*Row) error) error {
	r.at, r.err = 0, nil
	if err := use(r); err != nil {
		return err
	}
	if r.err == nil && r.at != len(r.columns) {
		return fmt.Errorf("%d columns, of which %d were read", len(r.columns), r.at)
	}
	if r.err != nil {
		return fmt.Errorf("%w: %w", ErrUnreadable, r.err)
	}
	return nil
}

// next is the next column's value, nil for NULL.
func (r *Row) next() driver.Value {
	r.at++
	if r.at > len(r.columns) {
		r.wrong("a column", nil)
		return nil
	}
	return r.columns[r.at-1]
}

// wrong keeps the first thing that did not fit.
func (r *Row) wrong(wanted string, v driver.Value) {
	if r.err == nil {
		r.err = fmt.Errorf("column %d: no %s in a %T", r.at, wanted, v)
	}
}

// Skip passes over columns.
func (r *Row) Skip(n int) { r.at += n }

// Values returns the columns that were not read, as the driver has them. They stay valid.
func (r *Row) Values() []any {
	var all []any
	for r.at < len(r.columns) {
		v := r.next()
		if b, ok := v.([]byte); ok {
			v = bytes.Clone(b)
		}
		all = append(all, v)
	}
	return all
}

// Rest passes over the columns that were not read.
func (r *Row) Rest() { r.at = len(r.columns) }

// Int reads an integer.
func (r *Row) Int() int64 { return r.int(r.next()) }

func (r *Row) int(v driver.Value) int64 {
	switch v := v.(type) {
	case int64:
		return v
	case uint64: // a variable on MySQL
		return int64(v)
	case []byte: // a sum, there
		if n, err := strconv.ParseInt(string(v), 10, 64); err == nil {
			return n
		}
	}
	r.wrong("integer", v)
	return 0
}

// Bool reads a boolean, which is an integer, or what the host's driver makes of it.
func (r *Row) Bool() bool {
	v := r.next()
	if b, ok := v.(bool); ok {
		return b
	}
	return r.int(v) != 0
}

// Text reads a text.
func (r *Row) Text() string { return r.text(r.next()) }

func (r *Row) text(v driver.Value) string {
	switch v := v.(type) {
	case string:
		return v
	case []byte:
		return r.slabs.text(v)
	}
	r.wrong("text", v)
	return ""
}

// Bytes reads bytes, which are the caller's to keep, nil for NULL.
func (r *Row) Bytes() []byte {
	switch v := r.next().(type) {
	case nil:
		return nil
	case []byte:
		return append([]byte{}, v...)
	case string:
		return []byte(v)
	default:
		r.wrong("bytes", v)
		return nil
	}
}

// NullInt reads an integer, nil for NULL.
func (r *Row) NullInt() *int64 {
	v := r.next()
	if v == nil {
		return nil
	}
	return point(&r.slabs.ints, r.int(v))
}

// NullText reads a text, nil for NULL.
func (r *Row) NullText() *string {
	s, null := r.MaybeText()
	switch {
	case null:
		return nil
	case len(s) > maxShared: // a slab would keep it for as long as any of its other texts
		return new(s)
	}
	return point(&r.slabs.texts, s)
}

// MaybeText reads a text, and reports whether it is NULL.
func (r *Row) MaybeText() (s string, null bool) {
	v := r.next()
	if v == nil {
		return "", true
	}
	return r.text(v), false
}

// Fail makes err what was wrong with the row, unless something was already.
func (r *Row) Fail(err error) {
	if r.err == nil {
		r.err = fmt.Errorf("column %d: %w", r.at, err)
	}
}
