package validate

import (
	"regexp"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// space is the characters that \s matches in a Python pattern.
const space = `\t-\r\x{1C}-\x{20}\x{85}\x{A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}`

const (
	octet    = `(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])`
	userinfo = `(?:[^` + space + `:@/]+(?::[^` + space + `:@/]*)?@)?`

	maxURL  = 2048
	maxHost = 253 // RFC 1034 section 3.1
)

var (
	url = regexp.MustCompile(`(?i)^[a-z]+://` + userinfo +
		`(?:` + octet + `(?:\.` + octet + `){3}|\[[0-9a-f:.]+\]|` + hostPattern + `\.?|localhost)` +
		`(?::[0-9]{1,5})?(?:[/?#][^` + space + `]*)?$`)

	bracketed = regexp.MustCompile(`^\[(.+)\](?::[0-9]{1,5})?$`)
	ipFuture  = regexp.MustCompile(`(?s)^v[a-fA-F0-9]+\..+$`) // RFC 3986 section 3.2.2
)

// URL reports whether s is an http, https, ftp or ftps URL by the rules of
// Django's URLValidator.
func URL(s string) bool {
	scheme, rest, _ := strings.Cut(s, "://")
	switch strings.ToLower(scheme) {
	case "http", "https", "ftp", "ftps":
	default:
		return false
	}
	if Len(s) > maxURL || !url.MatchString(s) {
		return false
	}
	authority := rest
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		authority = rest[:end]
	}
	if !validBrackets(authority) || !validNormalized(authority) {
		return false
	}
	if m := bracketed.FindStringSubmatch(authority); m != nil {
		if _, ok := ipv6(m[1]); !ok || Len(m[1]) > maxIPv6 {
			return false
		}
	}
	host := hostname(authority)
	// U+0130 is the character that becomes two in lower case.
	return host != "" && Len(host)+strings.Count(host, "\u0130") <= maxHost
}

// validBrackets reports whether the authority has no brackets, or brackets around an IPv6
// address or an address of a future version.
func validBrackets(authority string) bool {
	_, after, opened := strings.Cut(authority, "[")
	if opened != strings.Contains(authority, "]") {
		return false
	}
	if !opened {
		return true
	}
	address, _, _ := strings.Cut(after, "]")
	if strings.HasPrefix(address, "v") {
		return ipFuture.MatchString(address)
	}
	_, ok := ipv6(address)
	return ok
}

// validNormalized reports whether Unicode normalisation, which a resolver may apply, adds
// no character to the authority that would end it or divide it.
func validNormalized(authority string) bool {
	plain := strings.NewReplacer("@", "", ":", "").Replace(authority)
	return !strings.ContainsAny(norm.NFKC.String(plain), "/?#@:")
}

// hostname returns the authority without userinfo, port and brackets.
func hostname(authority string) string {
	host := authority[strings.LastIndexByte(authority, '@')+1:]
	if _, inside, ok := strings.Cut(host, "["); ok {
		host, _, _ = strings.Cut(inside, "]")
		return host
	}
	host, _, _ = strings.Cut(host, ":")
	return host
}
