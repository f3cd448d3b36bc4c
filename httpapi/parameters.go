package httpapi

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// parameters reads the parameters of a header such as Content-Disposition as
// Django 5.2 does, which is more lenient than package mime. Of two parameters the
// last counts, but one with a character set (RFC 8187) or in several pieces (RFC
// 2231) counts most. A character set that is not known is an error.
func parameters(header string) (map[string]string, error) {
	params, pieces := map[string]string{}, map[string][]piece{}
	_, rest, more := cutParameter(toUTF8(header))
	for more {
		var p string
		p, rest, more = cutParameter(rest)
		name, v, _ := strings.Cut(p, "=")
		name, v = strings.ToLower(strings.TrimSpace(name)), unquoteParameter(strings.TrimSpace(v))
		if m := pieceName.FindStringSubmatch(name); m != nil {
			pieces[m[1]] = append(pieces[m[1]], piece{strings.TrimLeft(m[2], "0"), m[2] != "", v, strings.HasSuffix(name, "*")})
		} else if name != "" {
			params[name] = v
		}
	}
	for name, all := range pieces {
		v, err := joinPieces(all)
		if err != nil {
			return nil, err
		}
		params[name] = v
	}
	return params, nil
}

// cutParameter splits a header at the first ";" outside of quotes. A quote behind
// a backslash is none.
func cutParameter(s string) (first, rest string, found bool) {
	quoted := false
	for i := range len(s) {
		switch {
		case s[i] == '"' && (i == 0 || s[i-1] != '\\'):
			quoted = !quoted
		case s[i] == ';' && !quoted:
			return s[:i], s[i+1:], true
		}
	}
	return s, "", false
}

// unquoteParameter takes the quotes off a quoted string, and pointed brackets off
// what is not quoted. Backslashes that escape nothing stay: some browsers send
// whole paths.
func unquoteParameter(v string) string {
	switch {
	case len(v) < 2:
	case v[0] == '"' && v[len(v)-1] == '"':
		return strings.ReplaceAll(strings.ReplaceAll(v[1:len(v)-1], `\\`, `\`), `\"`, `"`)
	case v[0] == '<' && v[len(v)-1] == '>':
		return v[1 : len(v)-1]
	}
	return v
}

// piece is a parameter like filename*, filename*0 or filename*0*.
type piece struct {
	number   string // digits without leading zeros
	numbered bool
	value    string
	encoded  bool // the value has percent escapes
}

var pieceName = regexp.MustCompile(`^([0-9A-Za-z_]+)\*(?:([0-9]+)\*?)?$`)

// joinPieces returns the value of a parameter in pieces. Where one of them has
// percent escapes the whole begins with the character set and the language, as in
// UTF-8'en'caf%C3%A9.
func joinPieces(all []piece) (string, error) {
	slices.SortStableFunc(all, func(a, b piece) int {
		return cmp.Or(rank(a.numbered)-rank(b.numbered), cmp.Compare(len(a.number), len(b.number)), strings.Compare(a.number, b.number),
			strings.Compare(a.value, b.value), rank(a.encoded)-rank(b.encoded))
	})
	var text []rune
	extended := false
	for _, p := range all {
		if p.encoded {
			extended = true
			text = append(text, percentDecode(p.value)...)
		} else {
			text = append(text, []rune(p.value)...)
		}
	}
	if !extended {
		return string(text), nil
	}
	charset, v := "us-ascii", text
	if tick := slices.Index(text, '\''); tick >= 0 {
		if second := slices.Index(text[tick+1:], '\''); second >= 0 {
			charset, v = string(text[:tick]), text[tick+second+2:]
		}
	}
	if charset == "" { // nothing says what the octets mean
		return string(v), nil
	}
	return decodeCharset(charset, octets(v))
}

func rank(b bool) int {
	if b {
		return 1
	}
	return 0
}

// percentDecode decodes percent escapes, each into the rune with the number of the
// octet. An escape that is broken is literal.
func percentDecode(s string) []rune {
	decoded := make([]rune, 0, len(s))
	for from, r := range s {
		decoded = append(decoded, r)
		n := len(decoded)
		escaped := n >= 3 && decoded[n-3] == '%' && from >= 2 && s[from-2] == '%'
		if escaped && isHex(s[from-1]) && r < 0x80 && isHex(byte(r)) {
			decoded = append(decoded[:n-3], hexRune([]byte(s[from-1:from+1])))
		}
	}
	return decoded
}

// octets are the octets that runes stand for. A rune that stands for none is
// spelled as an escape of Python, as Django has it.
func octets(text []rune) []byte {
	b := make([]byte, 0, len(text))
	for _, r := range text {
		switch {
		case r <= 0xFF:
			b = append(b, byte(r))
		case r <= 0xFFFF:
			b = fmt.Appendf(b, `\u%04x`, r)
		default:
			b = fmt.Appendf(b, `\U%08x`, r)
		}
	}
	return b
}
