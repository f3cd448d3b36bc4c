package followup

import (
	"fmt"
	"html"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"
)

// maxUploadName is how long the name of an uploaded file may be; more is cut.
const maxUploadName = 255

var (
	entity        = regexp.MustCompile(`&(?:#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[^\t\n\f <&#;]{1,32};?)`)
	numericEntity = regexp.MustCompile(`^&#(?:([0-9]+)|[xX]([0-9a-fA-F]+));?$`)
)

// CleanFilename is the name that an uploaded file gets from what the client
// calls it (SPEC part 5): HTML character references decoded, the part behind
// the last slash or backslash, without characters that do not print, cut to
// 255 characters with its extension kept. It is "" for a name that nothing is
// left of, or "." or "..": such a file counts as not sent.
func CleanFilename(name string) string {
	name = BaseName(entity.ReplaceAllStringFunc(name, decodeEntity))
	name = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return -1
	}, name)
	if name == "." || name == ".." {
		return ""
	}
	if characters := []rune(name); len(characters) > maxUploadName {
		extension := []rune(rawExtension(name))
		extension = extension[:min(len(extension), maxUploadName)]
		name = string(characters[:maxUploadName-len(extension)]) + string(extension)
	}
	return name
}

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

// BaseName is the part of a posted filename behind the last slash or
// backslash, "" when that is "." or "..".
func BaseName(name string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	if name == "." || name == ".." {
		return ""
	}
	return name
}

// Extension is the last dot of a name and what follows, in lower case by the
// full rules of Unicode. A name has none when only dots precede it, as in
// ".profile".
func Extension(name string) string {
	return cases.Lower(language.Und).String(rawExtension(name))
}

func rawExtension(name string) string {
	name = name[strings.LastIndexByte(name, '/')+1:]
	dot := strings.LastIndexByte(name, '.')
	if dot < 0 || strings.Trim(name[:dot], ".") == "" {
		return ""
	}
	return name[dot:]
}
