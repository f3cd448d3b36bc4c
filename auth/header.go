package auth

import (
	"encoding/base64"
	"errors"
	"net/http"
	"strings"
	"unicode/utf8"
)

// scheme is a way to authenticate in the Authorization header (RFC 9110, section
// 11.4): its name, and the words in which a malformed header is rejected.
type scheme struct{ name, header, content string }

var (
	basicScheme  = scheme{"basic", "basic", "Credentials"}
	bearerScheme = scheme{"bearer", "token", "Token"}
)

var errBase64 = Rejected{"Invalid basic header. Credentials not correctly base64 encoded."}

// credentials returns what follows the name of the scheme in the Authorization
// header, which is not empty and has no space.
func (s scheme) credentials(h http.Header) (string, error) {
	// A header sent twice is one header with a comma (RFC 9110, section 5.3).
	part := strings.FieldsFunc(strings.Join(h.Values("Authorization"), ","), isSpace)
	switch {
	case len(part) == 0 || len(part[0]) != len(s.name) || !strings.EqualFold(part[0], s.name):
		return "", ErrNoCredentials
	case len(part) == 1:
		return "", &Rejected{"Invalid " + s.header + " header. No credentials provided."}
	case len(part) > 2:
		return "", &Rejected{"Invalid " + s.header + " header. " + s.content + " string should not contain spaces."}
	}
	return part[1], nil
}

// basicCredentials reads username and password from the Authorization header.
func basicCredentials(h http.Header) (username, password string, err error) {
	encoded, err := basicScheme.credentials(h)
	if err != nil {
		return "", "", err
	}
	decoded, err := decodeBase64(encoded)
	if err != nil {
		return "", "", new(errBase64)
	}
	username, password, found := strings.Cut(text(decoded), ":")
	if !found {
		return "", "", new(errBase64)
	}
	return username, password, nil
}

// isSpace reports ASCII white space. (Unicode knows more, but this is no text.)
func isSpace(r rune) bool { return r == ' ' || '\t' <= r && r <= '\r' }

var errPadding = errors.New("auth: incorrect base64 padding")

// decodeBase64 reads base64 as leniently as Python does: characters outside of
// the alphabet are skipped, and all that follows complete padding is. Padding
// may be longer than needed, but not shorter.
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

// text reads UTF-8, or Latin-1 when that is what it is.
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
