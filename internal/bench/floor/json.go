package main

import (
	"database/sql/driver"
	"strconv"
)

type kind byte

const (
	plain kind = iota // numbers, and text of digits
	quoted
	escaped
	boolean
	media // path of a file
)

// column is a column of a query, with the JSON before its value.
type column struct {
	key  string
	kind kind
}

var (
	ticketColumns = []column{{`{"id":`, plain}, {`,"queue":`, plain}, {`,"title":`, escaped}, {`,"description":`, escaped},
		{`,"resolution":`, escaped},
		{`,"submitter_email":`, escaped}, {`,"assigned_to":`, plain}, {`,"status":`, plain}, {`,"on_hold":`, boolean},
		{`,"priority":`, plain},
		{`,"due_date":`, quoted}, {`,"merged_to":`, plain}}
	followUpColumns = []column{{`{"id":`, plain}, {`,"ticket":`, plain}, {`,"user":`, plain}, {`,"title":`, escaped},
		{`,"comment":`, escaped},
		{`,"public":`, boolean}, {`,"new_status":`, plain}, {`,"time_spent":`, quoted}, {`,"date":`, quoted}, {`,"message_id":`, escaped},
		{`,"email_recipients":`, plain}}
	attachmentColumns = []column{{`{"id":`, plain}, {`,"followup":`, plain}, {`,"file":`, media}, {`,"filename":`, escaped},
		{`,"mime_type":`, escaped}, {`,"size":`, plain}}
	valueColumns = []column{{`"custom_company":`, escaped}, {`"custom_seats":`, plain}, {`"custom_tier":`, escaped}}
)

// appendRow appends the keys and values of a row.
func appendRow(b []byte, columns []column, row []driver.Value, host string) []byte {
	for i := range columns {
		c := &columns[i]
		b = append(b, c.key...)
		switch v := row[i].(type) {
		case int64:
			if c.kind == boolean {
				b = strconv.AppendBool(b, v != 0)
			} else {
				b = strconv.AppendInt(b, v, 10)
			}
		case string:
			b = appendText(b, c.kind, v, host)
		case []byte:
			b = appendText(b, c.kind, v, host)
		default:
			b = append(b, "null"...)
		}
	}
	return b
}

func appendText[T string | []byte](b []byte, k kind, text T, host string) []byte {
	switch k {
	case plain:
		return append(b, text...)
	case escaped:
		b = appendEscaped(append(b, '"'), text)
	case media:
		b = append(b, `"http://`...)
		b = append(b, host...)
		b = append(b, "/media/"...)
		b = append(b, text...)
	default:
		b = append(b, '"')
		b = append(b, text...)
	}
	return append(b, '"')
}

// appendEscaped appends a JSON string. It copies runs of bytes that need no escape.
func appendEscaped[T string | []byte](b []byte, text T) []byte {
	run := 0
	for i := range len(text) {
		c := text[i]
		if c >= 0x20 && c != '"' && c != '\\' {
			continue
		}
		b = append(b, text[run:i]...)
		run = i + 1
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\n':
			b = append(b, `\n`...)
		default:
			const digits = "0123456789abcdef"
			b = append(b, '\\', 'u', '0', '0', digits[c>>4], digits[c&0xf])
		}
	}
	return append(b, text[run:]...)
}

// pieces has the JSON of rows, one after the other, in the order of their owners, such as
// tickets.
type pieces struct {
	json  []byte
	marks []mark
	next  int // index of the next piece to be taken
}

// mark is the end of a piece, and its owner.
type mark struct {
	owner, id int64
	end       int
}

func (p *pieces) reset() { p.json, p.marks, p.next = p.json[:0], p.marks[:0], 0 }

// mark ends a piece: everything that was appended to json since the last one.
func (p *pieces) mark(owner, id int64) { p.marks = append(p.marks, mark{owner, id, len(p.json)}) }

// take appends the next pieces if they belong to the owner, with commas between them. If
// inner is set, it appends what follows each piece.
func (p *pieces) take(b []byte, owner int64, inner func(b []byte, id int64) []byte) []byte {
	for first := true; p.next < len(p.marks) && p.marks[p.next].owner == owner; first = false {
		if !first {
			b = append(b, ',')
		}
		start := 0
		if p.next > 0 {
			start = p.marks[p.next-1].end
		}
		m := p.marks[p.next]
		p.next++
		b = append(b, p.json[start:m.end]...)
		if inner != nil {
			b = inner(b, m.id)
		}
	}
	return b
}
