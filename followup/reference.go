package followup

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxReferences is how many tickets one text may refer to. Each costs a follow-up, and a
// text with more is spam.
const maxReferences = 1000

// References returns the ids of the tickets that a text refers to, as in #12. A
// reference is a number sign without an ampersand before it, followed by ASCII digits
// without a letter, digit or underscore after them. Each id is listed once, in order of
// appearance, up to 1,000 ids. The id self and numbers that cannot be an id are left
// out.
func References(text string, self int64) []int64 {
	var ids []int64
	for at := 0; len(ids) < maxReferences; {
		sign := strings.IndexByte(text[at:], '#')
		if sign < 0 {
			break
		}
		start := at + sign + 1
		at = start
		for at < len(text) && '0' <= text[at] && text[at] <= '9' {
			at++
		}
		if start > 1 && text[start-2] == '&' || continuesWord(text[at:]) {
			continue
		}
		id, err := strconv.ParseInt(text[start:at], 10, 64)
		if err == nil && id != self && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// continuesWord reports whether \w matches the beginning of text in a Python pattern.
func continuesWord(text string) bool {
	r, _ := utf8.DecodeRuneInString(text)
	return r == '_' || unicode.IsLetter(r) || unicode.IsNumber(r)
}
