package sqlstore

import (
	"math"
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

	// columns is how many columns the rows have where the statement may be a part of a
	// UNION ALL, which keeps the order of rows only with a limit; otherwise it is 0.
	columns int

	slow    error // see direct.Step
	maxText int   // see direct.Step
}

// texts caches the text that squirrel builds for each shape of a statement: to build it
// takes longer than to run it. There are few shapes, see in.
var texts sync.Map // from shape to string

// shape is what the text of a statement depends on.
type shape struct{ table, kind, where, rest string }

// built returns the text of a shape. It calls build when the text is not cached.
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

// builtAnew is built without the cache, for shapes of which there are too many.
func builtAnew(_ shape, build func() sq.Sqlizer) string {
	text, _, err := build().ToSql()
	if err != nil {
		panic("sqlstore: " + err.Error()) // whatever the values, this is our mistake
	}
	return text
}

// maxShape is how long a text may be to be cached: longer ones have lists of ids.
const maxShape = 8 << 10

// order is how rows are sorted and which of them are read.
type order struct {
	from string // the table with a hint; "" is without
	by   string // columns; "" leaves it open
	lock string // a suffix that locks

	short short

	limit, offset int
}

// rest is the text after the conditions, with its arguments. Without a limit the list
// has no end.
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
