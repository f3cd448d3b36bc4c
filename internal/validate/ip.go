package validate

import (
	"net/netip"
	"strings"
)

// maxIPv6 is the maximum length of an IPv6 address, in characters.
const maxIPv6 = 39

// IP parses an IPv4 or IPv6 address and returns its form in RFC 5952: IPv6 in lower case
// with its longest run of zeros compressed and without a zone, and an IPv4-mapped address
// as IPv4. It trims white space around IPv4 addresses only, as django-helpdesk does.
func IP(s string) (string, bool) {
	if !strings.Contains(s, ":") {
		addr, err := netip.ParseAddr(TrimSpace(s))
		if err != nil {
			return "", false
		}
		return addr.String(), true
	}
	addr, ok := ipv6(s)
	if !ok || Len(s) > maxIPv6 {
		return "", false
	}
	return addr.Unmap().String(), true
}

// ipv6 parses what Python's ipaddress.IPv6Address accepts, and drops the zone.
func ipv6(s string) (netip.Addr, bool) {
	addr, err := netip.ParseAddr(s)
	if err != nil || !addr.Is6() || strings.ContainsAny(addr.Zone(), "%/") {
		return netip.Addr{}, false
	}
	return addr.WithZone(""), true
}
