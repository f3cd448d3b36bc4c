package event

import (
	"encoding/binary"
	"errors"
	"strconv"
	"time"

	"github.com/go-helpdesk/helpdesk/internal/jsontext"
)

// coder writes values to the stored form of an event, or reads them from it. Each of its
// methods does both, so that what lists its values once is read back as it was written.
// The stored form has neither names nor types: values follow each other in a fixed order.
//
// err keeps the first failure. Callers need to ask for it only once, with end.
type coder struct {
	reading bool
	in      string // what is left to read
	out     []byte // what is written
	json    []byte // texts and numbers that are written, as JSON has them
	err     error
}

var (
	errBroken = errors.New("the stored form is broken")
	errYear   = errors.New("a time is not within the years 0 to 9999")
)

func (c *coder) fail(err error) {
	if c.err == nil {
		c.err, c.in = err, ""
	}
}

// size codes the length of a text or a list, with a flag in its lowest bit. A length that is
// larger than what is left to read is an error: each byte of a text and each element of a
// list takes at least one byte.
func (c *coder) size(n int, flag *bool) int {
	if !c.reading {
		v := uint64(n) << 1
		if *flag {
			v |= 1
		}
		c.out = binary.AppendUvarint(c.out, v)
		return n
	}
	v := c.uvarint()
	if v>>1 > uint64(len(c.in)) {
		c.fail(errBroken)
		return 0
	}
	*flag = v&1 == 1
	return int(v >> 1)
}

// uvarint reads a number as package binary writes it.
func (c *coder) uvarint() (v uint64) {
	for i := 0; i < len(c.in) && i < binary.MaxVarintLen64; i++ {
		b := c.in[i]
		v |= uint64(b&0x7f) << (7 * i)
		if b < 0x80 {
			c.in = c.in[i+1:]
			return v
		}
	}
	c.fail(errBroken)
	return 0
}

// end returns the first failure. Bytes that are left over are a failure, too.
func (c *coder) end() error {
	if c.in != "" {
		c.fail(errBroken)
	}
	return c.err
}

// customKey counts the key that a custom value has in JSON. The stored form has no keys.
func (c *coder) customKey() {
	if !c.reading {
		c.json = append(c.json, `"custom_":{"old":,"new":},`...)
	}
}

func boolean(c *coder, v *bool) {
	switch {
	case !c.reading && *v:
		c.out = append(c.out, 1)
	case !c.reading:
		c.out = append(c.out, 0)
	case c.in == "" || c.in[0] > 1:
		c.fail(errBroken)
	default:
		*v, c.in = c.in[0] == 1, c.in[1:]
	}
}

func integer[T ~int | ~int64](c *coder, v *T) {
	if !c.reading {
		c.out = binary.AppendVarint(c.out, int64(*v))
		c.json = append(strconv.AppendInt(c.json, int64(*v), 10), ',')
		return
	}
	u := c.uvarint()
	n := int64(u>>1) ^ -int64(u&1)
	if *v = T(n); int64(*v) != n { // an int may have 32 bits
		c.fail(errBroken)
	}
}

// word codes a short text that is never cut.
func word[T ~string](c *coder, v *T) {
	t := Text{String: string(*v)}
	text(c, &t)
	if t.Cut {
		c.fail(errBroken)
	}
	*v = T(t.String)
}

func text(c *coder, v *Text) {
	n := c.size(len(v.String), &v.Cut)
	if c.reading {
		v.String, c.in = c.in[:n], c.in[n:]
		return
	}
	c.out = append(c.out, v.String...)
	c.json = append(jsontext.String(c.json, v.String), ',')
}

// instant codes a time to the microsecond.
func instant(c *coder, v *time.Time) {
	micros := v.UnixMicro()
	integer(c, &micros)
	if c.reading {
		*v = time.UnixMicro(micros).UTC()
	}
	if year := v.UTC().Year(); year < 0 || year > 9999 { // JSON has no others
		c.fail(errYear)
	}
}

func ids(c *coder, v *IDs) { list(c, &v.IDs, &v.Cut, integer) }

// words codes a list that is never cut.
func words[T ~string](c *coder, v *[]T) {
	cut := false
	if list(c, v, &cut, word); cut {
		c.fail(errBroken)
	}
}

// list codes the elements of a list, nil for none, and whether its end is cut off.
func list[T any](c *coder, v *[]T, cut *bool, element func(*coder, *T)) {
	n := c.size(len(*v), cut)
	if c.reading && n > 0 {
		*v = make([]T, n)
	}
	for i := range *v {
		element(c, &(*v)[i])
	}
}

// null codes a value that may be nil.
func null[T any](c *coder, v **T, value func(*coder, *T)) {
	if there(c, v) {
		value(c, *v)
	}
}

// change codes a change, which is nil when nothing has changed.
func change[T any](c *coder, v **Change[T], value func(*coder, *T)) {
	if there(c, v) {
		value(c, &(*v).Old)
		value(c, &(*v).New)
	}
}

// changeOfNull is change for values that may be nil.
func changeOfNull[T any](c *coder, v **Change[*T], value func(*coder, *T)) {
	if there(c, v) {
		null(c, &(*v).Old, value)
		null(c, &(*v).New, value)
	}
}

// there codes whether a pointer is nil, and reports whether it is not. A pointer that is
// read gets something to point to.
func there[T any](c *coder, v **T) bool {
	is := *v != nil
	if boolean(c, &is); is && c.reading {
		*v = new(T)
	}
	return is
}
