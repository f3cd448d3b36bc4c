package webhook

import (
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// maxHost is the maximum length of a host name (RFC 1035 section 2.3.4).
const maxHost = 253

// ValidURL reports whether s can be the URL of a webhook: an absolute http or https URL
// of at most MaxURL ASCII characters, without white space and backslashes, user name,
// password and fragment. The host is a name or an IP address without a zone. A name needs
// no dot, so that hosts can allow those of their own network. Names in other scripts are
// written in Punycode, other characters of the path with percent signs.
//
// A host that ends in a number must be an IPv4 address in the usual form, since some
// resolvers read 127.1 and 0x7f000001 as addresses.
func ValidURL(s string) bool {
	if len(s) > MaxURL || strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r >= 0x7F || r == '\\' || r == '#' }) {
		return false
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.User != nil || strings.HasSuffix(u.Host, ":") {
		return false
	}
	if port := u.Port(); port != "" {
		n, err := strconv.ParseUint(port, 10, 16)
		if err != nil || n == 0 {
			return false
		}
	}
	if strings.HasPrefix(u.Host, "[") {
		addr, err := netip.ParseAddr(u.Hostname())
		return err == nil && addr.Is6() && addr.Zone() == ""
	}
	return validHost(u.Hostname())
}

// validHost reports whether s is a host name or an IPv4 address.
func validHost(s string) bool {
	if len(s) > maxHost {
		return false
	}
	labels := strings.Split(strings.TrimSuffix(s, "."), ".")
	for _, l := range labels {
		if !validLabel(l) {
			return false
		}
	}
	if !isNumber(labels[len(labels)-1]) {
		return true
	}
	addr, err := netip.ParseAddr(s)
	return err == nil && addr.Is4()
}

// validLabel reports whether s can be a part of a host name. Underscores are common in
// inner networks.
func validLabel(s string) bool {
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789-_"
	return s != "" && len(s) <= 63 && strings.Trim(strings.ToLower(s), letters) == "" && s[0] != '-' && s[len(s)-1] != '-'
}

// isNumber reports whether a resolver might read s as a number.
func isNumber(s string) bool {
	s = strings.ToLower(s)
	if hex, ok := strings.CutPrefix(s, "0x"); ok {
		return strings.Trim(hex, "0123456789abcdef") == ""
	}
	return strings.Trim(s, "0123456789") == ""
}
