package httpapi

import (
	"fmt"
	"html"
	"regexp"
	"strconv"
)

var (
	entity        = regexp.MustCompile(`&(?:#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[^\t\n\f <&#;]{1,32};?)`)
	numericEntity = regexp.MustCompile(`^&#(?:([0-9]+)|[xX]([0-9a-fA-F]+));?$`)
)

// unescapeHTML decodes the character references of HTML in the name of an
// uploaded file: browsers write one for what the form's character set lacks.
func unescapeHTML(name string) string { return entity.ReplaceAllStringFunc(name, decodeEntity) }

// decodeEntity decodes one character reference as HTML 5 does. Package html
// does not know numbers of one digit or of more than 32 bits.
func decodeEntity(s string) string {
	m := numericEntity.FindStringSubmatch(s)
	if m == nil {
		return html.UnescapeString(s)
	}
	digits, base := m[1], 10
	if digits == "" {
		digits, base = m[2], 16
	}
	n, err := strconv.ParseInt(digits, base, 32)
	if err != nil {
		return "\uFFFD"
	}
	return html.UnescapeString(fmt.Sprintf("&#%04d;", n))
}
