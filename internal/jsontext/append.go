package jsontext

import (
	"strconv"
	"time"
	"unicode/utf8"
)

const hex = "0123456789abcdef"

// String appends s as a JSON string. Bytes that are not UTF-8 become U+FFFD.
func String(b []byte, s string) []byte { return append(Inner(append(b, '"'), s), '"') }

// Inner appends s as part of a JSON string, without quotes. Bytes that are not UTF-8
// become U+FFFD.
func Inner(b []byte, s string) []byte {
	start := 0
	for i := nextSpecial(s, 0); i < len(s); i = nextSpecial(s, i) {
		c := s[i]
		if c < utf8.RuneSelf {
			b = append(append(b, s[start:i]...), '\\')
			b = escape(b, c)
			i++
			start = i
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 || r == '\u2028' || r == '\u2029' {
			b = append(b, s[start:i]...)
			b = append(b, '\\', 'u', hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15])
			start = i + size
		}
		i += size
	}
	return append(b, s[start:]...)
}

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// nextSpecial returns the index of the first byte at or after i that is special: a
// control character, a quote, a backslash, or not ASCII. It returns len(s) if there is
// none. It tests eight bytes at once: in each operand of found, the lowest byte that is
// special has its highest bit set.
func nextSpecial(s string, i int) int {
	for ; i+8 <= len(s); i += 8 {
		w := uint64(s[i]) | uint64(s[i+1])<<8 | uint64(s[i+2])<<16 | uint64(s[i+3])<<24 |
			uint64(s[i+4])<<32 | uint64(s[i+5])<<40 | uint64(s[i+6])<<48 | uint64(s[i+7])<<56
		quote, backslash := w^(ones*'"'), w^(ones*'\\')
		found := (w | (w - ones*' ') | (quote - ones) | (backslash - ones)) & highs
		if found != 0 {
			return i + firstSpecial(s[i:i+8])
		}
	}
	return i + firstSpecial(s[i:])
}

// firstSpecial returns the index of the first special byte in s, or len(s).
func firstSpecial(s string) int {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			return i
		}
	}
	return len(s)
}

// escape appends the escape sequence of an ASCII character, without its backslash.
func escape(b []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(b, c)
	case '\n':
		return append(b, 'n')
	case '\r':
		return append(b, 'r')
	case '\t':
		return append(b, 't')
	}
	return append(b, 'u', '0', '0', hex[c>>4], hex[c&15])
}

// NullString appends s, or null if s is nil.
func NullString(b []byte, s *string) []byte {
	if s == nil {
		return append(b, "null"...)
	}
	return String(b, *s)
}

// NullInt appends n, or null if n is nil.
func NullInt(b []byte, n *int64) []byte {
	if n == nil {
		return append(b, "null"...)
	}
	return strconv.AppendInt(b, *n, 10)
}

// Time appends t in UTC in the format of RFC 3339, with six fractional digits unless they
// are all zero. The year must be within 0 to 9999.
func Time(b []byte, t time.Time) []byte {
	t = t.UTC()
	year, month, day := t.Date()
	hour, minute, second := t.Clock()
	b = append(b, '"', digit(year/1000), digit(year/100), digit(year/10), digit(year),
		'-', digit(int(month)/10), digit(int(month)), '-', digit(day/10), digit(day),
		'T', digit(hour/10), digit(hour), ':', digit(minute/10), digit(minute), ':', digit(second/10), digit(second))
	if micros := t.Nanosecond() / 1000; micros > 0 {
		b = append(b, '.', digit(micros/100_000), digit(micros/10_000), digit(micros/1000),
			digit(micros/100), digit(micros/10), digit(micros))
	}
	return append(b, `Z"`...)
}

// digit returns the last decimal digit of n, which is not negative.
func digit(n int) byte { return byte('0' + n%10) }

// NullTime appends t, or null if t is nil.
func NullTime(b []byte, t *time.Time) []byte {
	if t == nil {
		return append(b, "null"...)
	}
	return Time(b, *t)
}
