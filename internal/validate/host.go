package validate

import (
	"regexp"
	"strings"
)

// These patterns match host names as Django's DomainNameValidator does. A label has
// letters, digits and inner hyphens; every character from U+00A1 to U+FFFF is a letter.
// The top-level domain has at least two characters and no ASCII digits, or is Punycode
// (RFC 3492). caseFolded has four more characters that Python takes for ASCII letters
// when it ignores case.
const (
	caseFolded  = `\x{130}\x{131}\x{17F}\x{212A}`
	letters     = `a-z\x{A1}-\x{FFFF}`
	label       = `[` + letters + `0-9](?:[` + letters + `0-9-]{0,61}[` + letters + `0-9])?`
	topLevel    = `(?:[` + letters + `][` + letters + `-]{0,61}[` + letters + `]|xn--[a-z0-9` + caseFolded + `]{1,59})`
	hostPattern = label + `(?:\.` + label + `)*\.` + topLevel
)

var (
	slug   = regexp.MustCompile(`^[-a-zA-Z0-9_]+$`)
	domain = regexp.MustCompile(`(?i)^` + hostPattern + `$`)

	// mailbox is the part of an address before the at sign: a dot-atom or a quoted
	// string (RFC 5322).
	mailbox = regexp.MustCompile(`(?i)^(?:[` + atom + `]+(?:\.[` + atom + `]+)*|` +
		`"(?:[\x01-\x08\x0B\x0C\x0E-\x1F!#-\[\]-\x7F` + caseFolded + `]|\\[\x01-\x09\x0B\x0C\x0E-\x7F` + caseFolded + `])*")$`)
	literal = regexp.MustCompile(`(?i)^\[([a-f0-9:.]+)\]$`)
)

const (
	atom     = "-!#$%&'*+/=?^_`{}|~0-9a-z" + caseFolded
	maxEmail = 320 // RFC 3696 section 3
)

// Slug reports whether s is not empty and has only ASCII letters, digits, underscores
// and hyphens.
func Slug(s string) bool { return slug.MatchString(s) }

// Email reports whether s is an e-mail address by the rules of Django's
// EmailValidator.
func Email(s string) bool {
	at := strings.LastIndexByte(s, '@')
	if at < 0 || Len(s) > maxEmail || !mailbox.MatchString(s[:at]) {
		return false
	}
	host := s[at+1:]
	if host == "localhost" || domain.MatchString(host) {
		return true
	}
	address := literal.FindStringSubmatch(host)
	if address == nil {
		return false
	}
	_, ok := IP(address[1])
	return ok
}
