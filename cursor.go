package helpdesk

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"unicode/utf8"
)

// ErrInvalidCursor is returned for a text that is no Cursor, and for the Cursor of a list
// with another order.
var ErrInvalidCursor = errors.New("helpdesk: invalid cursor")

// Cursor is a place in a list and a direction from there: what List.Find continues with.
// It stays valid when the element it was made at is changed or deleted. Use it with a list
// of the same filter and the same order. Find refuses one of another order; it cannot know
// of another filter.
//
// The zero Cursor is the start of a list as an argument, and stands for no page as a
// result. Cursors can be compared with ==. As text a Cursor is short and fit for a URL. It
// has the id of an element and the value that the list is sorted by, which whoever has
// read the element knows. It is neither signed nor encrypted.
type Cursor struct {
	from  origin
	order string // of the list
	at    position
}

// origin is where a page begins, and in which direction it is read.
type origin byte

// The zero origin is that of the zero Cursor.
const (
	fromStart origin = 1 + iota
	fromEnd          // backward
	afterElement
	beforeElement // backward
)

// backward reports whether the page is read against the order of the list.
func (c Cursor) backward() bool { return c.from == fromEnd || c.from == beforeElement }

// The text of a Cursor is base64 of a version, a byte with the origin and whether there is
// a value, the length of the order and the order, the id and the number as varints, and
// the text.
const (
	cursorVersion = 1
	withoutValue  = 1 << 4
)

var cursorEncoding = base64.RawURLEncoding.Strict()

// MarshalText implements encoding.TextMarshaler. The zero Cursor is the empty text.
func (c Cursor) MarshalText() ([]byte, error) {
	if c == (Cursor{}) {
		return []byte{}, nil
	}
	first := byte(c.from)
	if c.at.none {
		first |= withoutValue
	}
	b := []byte{cursorVersion, first, byte(len(c.order))}
	b = append(b, c.order...)
	b = binary.AppendVarint(b, c.at.id)
	b = binary.AppendVarint(b, c.at.number)
	b = append(b, c.at.text...)
	return cursorEncoding.AppendEncode(nil, b), nil
}

// UnmarshalText implements encoding.TextUnmarshaler. It returns an error that wraps
// ErrInvalidCursor for a text that MarshalText does not make.
func (c *Cursor) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*c = Cursor{}
		return nil
	}
	b, err := cursorEncoding.AppendDecode(nil, text)
	if err != nil {
		return fmt.Errorf("%w: %s", ErrInvalidCursor, err.Error())
	}
	read, ok := readCursor(b)
	if !ok {
		return ErrInvalidCursor
	}
	if again, err := read.MarshalText(); err != nil || string(again) != string(text) { // a number may be written in many ways
		return ErrInvalidCursor
	}
	*c = read
	return nil
}

// readCursor reads the bytes of a Cursor.
func readCursor(b []byte) (c Cursor, ok bool) {
	if len(b) < 3 || b[0] != cursorVersion || len(b) < 3+int(b[2]) {
		return c, false
	}
	c.from, c.at.none = origin(b[1]&^withoutValue), b[1]&withoutValue != 0
	length := 3 + int(b[2])
	c.order, b = string(b[3:length]), b[length:]
	for _, number := range []*int64{&c.at.id, &c.at.number} {
		v, n := binary.Varint(b)
		if n <= 0 {
			return c, false
		}
		*number, b = v, b[n:]
	}
	c.at.text = string(b)
	switch c.from {
	case fromStart, fromEnd:
		return c, c.at == position{}
	case afterElement, beforeElement:
		return c, c.at.id > 0 && utf8.ValidString(c.order+c.at.text)
	}
	return c, false
}
