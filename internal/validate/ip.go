package validate

import (
	"net/netip"
	"strings"
)

// maxIPv6 is the longest spelling of an IPv6 address, with an IPv4 tail aside.
const maxIPv6 = 39

// IP reads an IPv4 or IPv6 address and spells it as RFC 5952 asks: IPv6 in
// lower case, its longest run of zeros compressed, its zone dropped, and an
// IPv4-mapped address as IPv4. White space is trimmed around IPv4 only, as the
// reference does.
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

// ipv6 reads what Python's ipaddress.IPv6Address reads, and drops the zone.
func ipv6(s string) (netip.Addr, bool) {
	addr, err := netip.ParseAddr(s)
	if err != nil || !addr.Is6() || strings.ContainsAny(addr.Zone(), "%/") {
		return netip.Addr{}, false
	}
	return addr.WithZone(""), true
}
