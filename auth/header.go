package auth

import (
	"encoding/base64"
	"errors"
	"net/http"
	"strings"
	"unicode/utf8"
)

// scheme is a scheme of the Authorization header (RFC 9110, section 11.4).
type scheme struct {
	name            string // in lower case
	header, content string // words for messages about a malformed header
}

var (
	basicScheme  = scheme{"basic", "basic", "Credentials"}
	bearerScheme = scheme{"bearer", "token", "Token"}
)

// badBase64 is copied for each answer.
var badBase64 = Rejected{"Invalid basic header. Credentials not correctly base64 encoded."}

// credentials returns what follows the name of the scheme in the Authorization header.
// The result is not empty and has no space.
func (s scheme) credentials(h http.Header) (string, error) {
	// A header that is sent twice is one header with a comma (RFC 9110, section 5.3).
	words := strings.FieldsFunc(strings.Join(h.Values("Authorization"), ","), isSpace)
	switch {
	case len(words) == 0 || len(words[0]) != len(s.name) || !strings.EqualFold(words[0], s.name):
		return "", ErrNoCredentials
	case len(words) == 1:
		return "", &Rejected{"Invalid " + s.header + " header. No credentials provided."}
	case len(words) > 2:
		return "", &Rejected{"Invalid " + s.header + " header. " + s.content + " string should not contain spaces."}
	}
	return words[1], nil
}

// basicCredentials returns the username and password in the Authorization header.
func basicCredentials(h http.Header) (username, password string, err error) {
	encoded, err := basicScheme.credentials(h)
	if err != nil {
		return "", "", err
	}
	decoded, err := decodeBase64(encoded)
	if err != nil {
		return "", "", new(badBase64)
	}
	username, password, found := strings.Cut(text(decoded), ":")
	if !found {
		return "", "", new(badBase64)
	}
	return username, password, nil
}

// isSpace reports whether r is ASCII white space, which is what separates the parts of
// a header.
func isSpace(r rune) bool { return r == ' ' || '\t' <= r && r <= '\r' }

var errPadding = errors.New("auth: incorrect base64 padding")

// decodeBase64 decodes base64 as leniently as Python does. It ignores characters outside
// of the alphabet and everything after complete padding. Padding may be longer than
// needed, but not shorter.
func decodeBase64(s string) ([]byte, error) {
	digits := make([]byte, 0, len(s))
	pads := 0
	for i := range len(s) {
		c := s[i]
		switch {
		case c == '=':
			pads++
			if n := len(digits) % 4; n >= 2 && n+pads >= 4 {
				return base64.RawStdEncoding.DecodeString(string(digits))
			}
		case isBase64(c):
			digits = append(digits, c)
			pads = 0
		}
	}
	if len(digits)%4 != 0 {
		return nil, errPadding
	}
	return base64.RawStdEncoding.DecodeString(string(digits))
}

func isBase64(c byte) bool {
	return 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '+' || c == '/'
}

// text decodes UTF-8, or Latin-1 if b is not valid UTF-8.
func text(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	var s strings.Builder
	for _, c := range b {
		s.WriteRune(rune(c))
	}
	return s.String()
}
