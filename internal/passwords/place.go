package passwords

import (
	"net"
	"net/netip"
	"strings"
)

// Place names an address for the throttle.
type Place struct {
	Address string // the address, or for IPv6 its /64, which a household or a server has
	Network string // for IPv6 the /48, which a company may have; otherwise ""
}

// PlaceOf returns the place of an address. It ignores a port. Text that is no IP address is
// used as it is.
func PlaceOf(address string) Place {
	if a, err := netip.ParseAddrPort(address); err == nil && a.Addr().Is4() { // the most frequent
		host, _, _ := strings.Cut(address, ":")
		return Place{Address: host}
	}
	if host, _, err := net.SplitHostPort(address); err == nil {
		address = host
	}
	ip, err := netip.ParseAddr(strings.Trim(address, "[]"))
	if err != nil {
		return Place{Address: address}
	}
	ip = ip.Unmap()
	if ip.Is4() {
		return Place{Address: ip.String()}
	}
	subnet, _ := ip.Prefix(64) // fails for other lengths only
	network, _ := ip.Prefix(48)
	return Place{Address: subnet.String(), Network: network.String()}
}
