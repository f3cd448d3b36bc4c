package httpapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"regexp"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/go-helpdesk/helpdesk/internal/jsontext"
)

// maxDepth is how deep arrays and objects of a body may be nested.
const maxDepth = 900

// parseJSON returns the members of a body, the last of those with the same name. The map
// is nil for the body null. If the body is another value, shape is its type in Python.
func parseJSON(body []byte) (members map[string]value, shape string, err error) {
	if !utf8.Valid(body) {
		return nil, "", errors.New("the body is not UTF-8")
	}
	if err := validateDepth(body); err != nil {
		return nil, "", err
	}
	body = bytes.Trim(body, " \t\r\n")
	if len(body) == 0 || body[0] != '{' {
		var raw json.RawMessage
		if err := json.Unmarshal(body, &raw); err != nil {
			return nil, "", err
		}
		if whole := jsonValue(raw); whole.sent != sentNull {
			shape = whole.typeName()
		}
		return nil, shape, nil
	}
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(body, &raw); err != nil {
		return nil, "", err
	}
	members = make(map[string]value, len(raw))
	for name, m := range raw {
		members[name] = jsonValue(m)
	}
	return members, "", nil
}

// validateDepth bounds the nesting, since decoding recurses.
func validateDepth(body []byte) error {
	depth, inString := 0, false
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '[' || c == '{':
			if depth++; depth > maxDepth {
				return errors.New("nested too deep")
			}
		case c == ']' || c == '}':
			depth--
		}
	}
	return nil
}

// jsonValue returns the value of valid JSON that has no white space around it.
func jsonValue(raw []byte) value {
	switch raw[0] {
	case 'n':
		return value{sent: sentNull}
	case 't', 'f':
		return value{sent: sentBoolean, truth: raw[0] == 't'}
	case '"':
		return textValue(unquote(raw))
	case '{':
		return value{sent: sentObject, raw: raw}
	case '[':
		return value{sent: sentList, raw: raw}
	}
	return value{sent: sentNumber, text: string(raw)}
}

// compact returns a list or an object as messages repeat it: without white space and
// needless escapes, numbers spelled by their value.
func compact(raw []byte) string {
	var b bytes.Buffer
	_ = json.Compact(&b, raw) // raw is valid
	return textOrNumber.ReplaceAllStringFunc(b.String(), func(token string) string {
		if token[0] == '"' {
			return string(jsontext.String(nil, unquote([]byte(token))))
		}
		return plainNumber(token)
	})
}

var textOrNumber = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|-?[0-9][0-9.eE+-]*`)

// unquote returns the text of a JSON string. Where encoding/json puts U+FFFD for a
// lone surrogate it is kept, in the three bytes that UTF-8 would give it, so
// that the rules can name it.
func unquote(raw []byte) string {
	if !bytes.Contains(raw, []byte{'\\'}) {
		return string(raw[1 : len(raw)-1])
	}
	var b strings.Builder
	b.Grow(len(raw))
	for s := raw[1 : len(raw)-1]; len(s) > 0; {
		if s[0] != '\\' {
			b.WriteByte(s[0])
			s = s[1:]
			continue
		}
		if s[1] != 'u' {
			b.WriteByte(unescape(s[1]))
			s = s[2:]
			continue
		}
		r := hexRune(s[2:6])
		s = s[6:]
		if utf16.IsSurrogate(r) {
			if len(s) >= 6 && s[0] == '\\' && s[1] == 'u' {
				if pair := utf16.DecodeRune(r, hexRune(s[2:6])); pair != utf8.RuneError {
					b.WriteRune(pair)
					s = s[6:]
					continue
				}
			}
			b.Write([]byte{0xE0 | byte(r>>12), 0x80 | byte(r>>6&0x3F), 0x80 | byte(r&0x3F)})
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

func unescape(c byte) byte {
	switch c {
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	}
	return c
}

func hexRune(digits []byte) rune {
	var r rune
	for _, c := range digits {
		switch {
		case c <= '9':
			r = r<<4 | rune(c-'0')
		case c <= 'F':
			r = r<<4 | rune(c-'A'+10)
		default:
			r = r<<4 | rune(c-'a'+10)
		}
	}
	return r
}
