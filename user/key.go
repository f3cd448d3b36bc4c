package user

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Key is what usernames are compared by: names with the same Key are the same
// username. It applies NFKC normalisation and Unicode case folding, so "ADA",
// "Ada" and the full-width "Ａｄａ" are one name; accents count. Key is
// idempotent: Key(Key(s)) == Key(s). It is safe for concurrent use.
func Key(username string) string {
	// Folding can undo a normal form and the other way round (U+0345 is an
	// example), so the pair is applied until nothing changes: twice at most
	// in practice.
	if isASCII(username) {
		return strings.ToLower(username)
	}
	key := username
	for range 4 {
		next := norm.NFKC.String(cases.Fold().String(norm.NFKC.String(key)))
		if next == key {
			break
		}
		key = next
	}
	return key
}

// isASCII reports whether normal form and folding are those of ASCII.
func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
