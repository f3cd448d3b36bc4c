package httpapi

import (
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/unicode"
)

// decodeCharset decodes octets in a character set that a header names. Octets that
// mean nothing there become U+FFFD.
func decodeCharset(name string, b []byte) (string, error) {
	e := findCharset(name)
	if e == nil {
		return "", badRequest(`Unknown character set "` + name + `" in a header of the form.`)
	}
	decoded, err := e.NewDecoder().Bytes(b)
	if err != nil {
		return "", badRequest(`A header of the form is not in the character set "` + name + `".`)
	}
	return toUTF8(string(decoded)), nil
}

// findCharset returns the encoding with a name of IANA's, or with one that browsers
// or Python use, nil when there is none.
func findCharset(name string) encoding.Encoding {
	name = strings.ToLower(strings.TrimSpace(name))
	hyphenated := strings.ReplaceAll(name, "_", "-")
	joined := strings.ReplaceAll(hyphenated, "-", "")
	switch joined {
	case "utf8":
		return unicode.UTF8
	case "utf16": // without a byte-order mark Python takes it for little-endian
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	}
	for _, n := range []string{name, hyphenated, joined} {
		if e, err := ianaindex.IANA.Encoding(n); err == nil && e != nil {
			return e
		}
		if e, err := htmlindex.Get(n); err == nil && e != encoding.Replacement {
			return e
		}
	}
	return nil
}
