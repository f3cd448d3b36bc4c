package httpapi

import (
	"iter"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"
)

// pairs yields the fields of an urlencoded form or query string as Python
// reads them, unlike net/url: ";" is an ordinary character, an invalid escape
// is literal, and bytes that are not UTF-8 become U+FFFD.
func pairs(encoded string) iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		for field := range strings.SplitSeq(encoded, "&") {
			if field == "" {
				continue
			}
			name, v, _ := strings.Cut(field, "=")
			if !yield(unescapeForm(name), unescapeForm(v)) {
				return
			}
		}
	}
}

func unescapeForm(s string) string {
	if !strings.ContainsAny(s, "+%") {
		return toUTF8(s)
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '+':
			b = append(b, ' ')
		case s[i] == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			b = append(b, byte(hexRune([]byte(s[i+1:i+3]))))
			i += 2
		default:
			b = append(b, s[i])
		}
	}
	return toUTF8(string(b))
}

// toUTF8 puts U+FFFD for what is not UTF-8, one for each maximal part of an
// ill-formed sequence (The Unicode Standard, section 3.9).
func toUTF8(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	valid, err := unicode.UTF8.NewDecoder().String(s)
	if err != nil { // the decoder replaces, it does not fail
		return strings.ToValidUTF8(s, "\uFFFD")
	}
	return valid
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// query is the query of a request: its arguments in order of arrival.
type query []argument

// argument is the value that a request has for a parameter.
type argument struct{ name, value string }

func parseQuery(encoded string) query {
	var q query
	for name, v := range pairs(encoded) {
		q = append(q, argument{name, v})
	}
	return q
}

// get is the last value of a parameter, and whether there is one.
func (q query) get(name string) (string, bool) {
	for _, p := range slices.Backward(q) {
		if p.name == name {
			return p.value, true
		}
	}
	return "", false
}

// with returns the query string with another value of a parameter, or without the
// parameter when the value is "". It is sorted by name; values of one name keep their
// order.
func (q query) with(name, v string) string {
	out := slices.DeleteFunc(slices.Clone(q), func(p argument) bool { return p.name == name })
	if v != "" {
		out = append(out, argument{name, v})
	}
	slices.SortStableFunc(out, func(a, b argument) int { return strings.Compare(a.name, b.name) })
	var b strings.Builder
	for i, p := range out {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(url.QueryEscape(p.name) + "=" + url.QueryEscape(p.value))
	}
	return b.String()
}
