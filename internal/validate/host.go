package validate

import (
	"regexp"
	"strings"
)

// Host names as Django's DomainNameValidator reads them: labels of letters,
// digits and inner hyphens, every character from U+00A1 to U+FFFF being a
// letter, and a top-level domain of at least two characters without ASCII
// digits, or in Punycode (RFC 3492). Letter case is Python's: with it, four
// more characters are ASCII letters.
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

	// The part of an address before the at sign: a dot-atom or a quoted string (RFC 5322).
	mailbox = regexp.MustCompile(`(?i)^(?:[` + atom + `]+(?:\.[` + atom + `]+)*|` +
		`"(?:[\x01-\x08\x0B\x0C\x0E-\x1F!#-\[\]-\x7F` + caseFolded + `]|\\[\x01-\x09\x0B\x0C\x0E-\x7F` + caseFolded + `])*")$`)
	literal = regexp.MustCompile(`(?i)^\[([a-f0-9:.]+)\]$`)
)

const (
	atom     = "-!#$%&'*+/=?^_`{}|~0-9a-z" + caseFolded
	maxEmail = 320 // RFC 3696 section 3
)

// Slug reports whether s consists of ASCII letters, digits, underscores and
// hyphens, at least one.
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
