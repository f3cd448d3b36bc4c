package passwords

import (
	"net"
	"net/netip"
	"strings"
)

// Place is what an address is counted by.
type Place struct {
	Address string // of IPv4 the address; of IPv6 the /64 that a household or a server has
	Network string // of IPv6 the /48 that a company may have; "" for others
}

// PlaceOf returns the place of an address. A port does not matter. What is no IP
// address stands for itself.
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
