package sqlstore

import (
	"fmt"
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
