package user

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Key returns the form in which usernames are compared: two usernames with the same
// Key are the same. It applies NFKC normalisation and Unicode case folding, so "ADA",
// "Ada" and the full-width "Ａｄａ" are the same name. Names that differ in accents are
// different. Key is idempotent: Key(Key(s)) == Key(s). It is safe for concurrent use.
func Key(username string) string {
	// Folding can undo a normal form, and normalisation can undo a folding (U+0345 is
	// an example). So both are applied until nothing changes: in practice, at most
	// twice.
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

// isASCII reports whether s is ASCII, for which Key is the lower case.
func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
