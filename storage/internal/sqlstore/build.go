package sqlstore

import (
	"maps"
	"math"
	"strings"
	"sync/atomic"

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
var texts atomic.Pointer[map[shape]string]

// shape is what the text of a statement depends on.
type shape struct{ table, kind, where, rest, end string }

// built returns the text of a shape. It calls build when the text is not cached.
func built(s shape, build func() sq.Sqlizer) string {
	if all := texts.Load(); all != nil {
		if text, ok := (*all)[s]; ok {
			return text
		}
	}
	text := builtAnew(s, build)
	if len(text) < maxShape {
		keepText(s, text)
	}
	return text
}

// maxTexts is how many texts are kept.
const maxTexts = 2048

// keepText adds to the cache. It copies the map, so that a reader needs neither a lock nor
// memory: sync.Map would allocate for the key of each look-up.
func keepText(s shape, text string) {
	for {
		old, all := texts.Load(), map[shape]string{}
		if old != nil && len(*old) < maxTexts { // or those in use are soon built again
			all = maps.Clone(*old)
		}
		all[s] = text
		if texts.CompareAndSwap(old, &all) {
			return
		}
	}
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

// rest is the text after the conditions.
func (o order) rest() string {
	text := o.end()
	if o.by != "" {
		text = "ORDER BY " + o.by + " " + text
	}
	return strings.TrimSpace(text)
}

// end is the text after ORDER BY. Without a limit the list has no end.
func (o order) end() (text string) {
	switch {
	case o.limit > 0 && o.offset == 0:
		text = "LIMIT ?"
	case o.limit > 0 || o.offset > 0:
		text = "LIMIT ? OFFSET ?"
	}
	if o.lock != "" {
		text = strings.TrimSpace(text + " " + o.lock)
	}
	return text
}

// bind returns the arguments of the conditions with those of rest.
func (o order) bind(args []any) []any {
	args = args[:len(args):len(args)]
	switch {
	case o.limit > 0 && o.offset == 0:
		return append(args, int64(o.limit))
	case o.limit > 0:
		return append(args, int64(o.limit), int64(o.offset))
	case o.offset > 0:
		return append(args, int64(math.MaxInt64), int64(o.offset))
	}
	return args
}
