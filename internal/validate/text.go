package validate

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/go-helpdesk/helpdesk/problem"
)

// TrimSpace removes the white space around s that Python's str.strip removes, as
// django-helpdesk does: Unicode white space and the separators U+001C to U+001F.
func TrimSpace(s string) string {
	return strings.TrimFunc(s, func(r rune) bool { return unicode.IsSpace(r) || 0x1C <= r && r <= 0x1F })
}

// TrimNull is TrimSpace for a nullable text. It does not change what s points to.
func TrimNull(s *string) *string {
	if s == nil {
		return nil
	}
	return new(TrimSpace(*s))
}

// MaxText is the maximum length of a text without another limit, in bytes.
const MaxText = 2 << 20

// Text returns everything that is wrong with a text of at most limit characters, in the
// order of django-helpdesk: TooLong, NullChar, Surrogate. Limit 0 means at most MaxText
// bytes, and a longer text is TooLarge.
//
// JSON can contain lone surrogates. Text expects one in the three bytes that UTF-8 would
// encode it in, and counts it as one character. A text with other bytes that are not
// UTF-8 is NotString.
func Text(s string, limit int) []problem.Problem {
	surrogate, ok := scan(s)
	if !ok {
		return []problem.Problem{{Reason: problem.NotString}}
	}
	var problems []problem.Problem
	switch {
	case limit > 0 && Len(s) > limit:
		problems = append(problems, problem.Problem{Reason: problem.TooLong, Limit: int64(limit)})
	case limit == 0 && len(s) > MaxText:
		problems = append(problems, problem.Problem{Reason: problem.TooLarge, Limit: MaxText})
	}
	if strings.Contains(s, "\x00") {
		problems = append(problems, problem.Problem{Reason: problem.NullChar})
	}
	if surrogate != 0 {
		problems = append(problems, problem.Problem{Reason: problem.Surrogate, Value: fmt.Sprintf("U+%04X", surrogate)})
	}
	return problems
}

// Len returns the number of code points in s. A lone surrogate counts as one.
func Len(s string) int {
	n := 0
	for len(s) > 0 {
		_, size := decode(s)
		s = s[size:]
		n++
	}
	return n
}

// scan returns the first lone surrogate in s, or 0. It returns false if s has bytes that
// are neither UTF-8 nor a surrogate.
func scan(s string) (surrogate rune, ok bool) {
	if utf8.ValidString(s) {
		return 0, true
	}
	for len(s) > 0 {
		r, size := decode(s)
		if r == utf8.RuneError && size == 1 {
			return 0, false
		}
		if surrogate == 0 && 0xD800 <= r && r <= 0xDFFF {
			surrogate = r
		}
		s = s[size:]
	}
	return surrogate, true
}

// decode is like utf8.DecodeRuneInString, but also decodes surrogates.
func decode(s string) (rune, int) {
	r, size := utf8.DecodeRuneInString(s)
	if r == utf8.RuneError && len(s) >= 3 && s[0] == 0xED && s[1]&0xE0 == 0xA0 && s[2]&0xC0 == 0x80 {
		return 0xD000 | rune(s[1]&0x3F)<<6 | rune(s[2]&0x3F), 3
	}
	return r, size
}
