package webhook

import "net/netip"

// AddressKind is why an address is not connected to.
type AddressKind string

// The kinds of addresses that are not connected to.
const (
	Loopback     AddressKind = "loopback"
	Private      AddressKind = "private"
	LinkLocal    AddressKind = "link-local"
	Shared       AddressKind = "shared (carrier-grade NAT)"
	Metadata     AddressKind = "cloud metadata"
	Unspecified  AddressKind = "unspecified"
	Multicast    AddressKind = "multicast"
	Reserved     AddressKind = "reserved"
	EmbeddedIPv4 AddressKind = "IPv4 in IPv6"
)

// AddressError says that an address is not connected to. Find it with errors.As.
type AddressError struct {
	Addr netip.Addr // the zero value if there was none
	Kind AddressKind
}

// Error returns the address and its kind.
func (e *AddressError) Error() string {
	return "webhook: no connection to " + e.Addr.String() + ": address is " + string(e.Kind)
}

// metadata has the addresses at which clouds serve the configuration and the credentials
// of their machines. Some are not in any reserved range.
var metadata = map[netip.Addr]bool{
	netip.MustParseAddr("169.254.169.254"): true, // most clouds
	netip.MustParseAddr("169.254.170.2"):   true, // AWS ECS
	netip.MustParseAddr("169.254.170.23"):  true, // AWS EKS
	netip.MustParseAddr("100.100.100.200"): true, // Alibaba
	netip.MustParseAddr("168.63.129.16"):   true, // Azure
	netip.MustParseAddr("192.0.0.192"):     true, // Oracle
	netip.MustParseAddr("fd00:ec2::254"):   true, // AWS
	netip.MustParseAddr("fd00:ec2::23"):    true, // AWS EKS
	netip.MustParseAddr("fd20:ce::254"):    true, // Google
	netip.MustParseAddr("fd00:42::42"):     true, // Scaleway
}

// inside has the ranges that do not belong to a host on the internet, from the registries
// of special-purpose addresses of the IANA. The first that fits counts.
var inside = []struct {
	prefix netip.Prefix
	kind   AddressKind
}{
	{netip.MustParsePrefix("0.0.0.0/32"), Unspecified},
	{netip.MustParsePrefix("0.0.0.0/8"), Reserved},
	{netip.MustParsePrefix("10.0.0.0/8"), Private},
	{netip.MustParsePrefix("100.64.0.0/10"), Shared},
	{netip.MustParsePrefix("127.0.0.0/8"), Loopback},
	{netip.MustParsePrefix("169.254.0.0/16"), LinkLocal},
	{netip.MustParsePrefix("172.16.0.0/12"), Private},
	{netip.MustParsePrefix("192.0.0.0/24"), Reserved},
	{netip.MustParsePrefix("192.0.2.0/24"), Reserved}, // documentation
	{netip.MustParsePrefix("192.88.99.0/24"), Reserved},
	{netip.MustParsePrefix("192.168.0.0/16"), Private},
	{netip.MustParsePrefix("198.18.0.0/15"), Reserved},   // benchmarks
	{netip.MustParsePrefix("198.51.100.0/24"), Reserved}, // documentation
	{netip.MustParsePrefix("203.0.113.0/24"), Reserved},  // documentation
	{netip.MustParsePrefix("224.0.0.0/4"), Multicast},
	{netip.MustParsePrefix("240.0.0.0/4"), Reserved}, // with 255.255.255.255, broadcast

	{netip.MustParsePrefix("::/128"), Unspecified},
	{netip.MustParsePrefix("::1/128"), Loopback},
	{netip.MustParsePrefix("::/96"), EmbeddedIPv4},
	{netip.MustParsePrefix("::ffff:0:0/96"), EmbeddedIPv4},   // mapped
	{netip.MustParsePrefix("::ffff:0:0:0/96"), EmbeddedIPv4}, // translated
	{netip.MustParsePrefix("64:ff9b::/96"), EmbeddedIPv4},    // NAT64
	{netip.MustParsePrefix("64:ff9b:1::/48"), EmbeddedIPv4},  // NAT64 within a network
	{netip.MustParsePrefix("2001::/32"), EmbeddedIPv4},       // Teredo
	{netip.MustParsePrefix("2002::/16"), EmbeddedIPv4},       // 6to4
	{netip.MustParsePrefix("2001::/23"), Reserved},
	{netip.MustParsePrefix("2001:db8::/32"), Reserved}, // documentation
	{netip.MustParsePrefix("3fff::/20"), Reserved},     // documentation
	{netip.MustParsePrefix("fc00::/7"), Private},
	{netip.MustParsePrefix("fe80::/10"), LinkLocal},
	{netip.MustParsePrefix("fec0::/10"), Private}, // site-local
	{netip.MustParsePrefix("ff00::/8"), Multicast},
}

// global is where the addresses of hosts on the internet are in IPv6.
var global = netip.MustParsePrefix("2000::/3")

// CheckAddress returns an *AddressError if an address is not that of a host on the
// internet. It refuses IPv6 addresses that contain an IPv4 address, whatever that is. It
// cannot know the prefixes that a network chose itself for NAT64.
func CheckAddress(addr netip.Addr) error {
	addr = addr.WithZone("")
	if metadata[addr] {
		return &AddressError{addr, Metadata}
	}
	for _, in := range inside {
		if in.prefix.Contains(addr) {
			return &AddressError{addr, in.kind}
		}
	}
	if isISATAP(addr) {
		return &AddressError{addr, EmbeddedIPv4}
	}
	if !addr.IsValid() || addr.Is6() && !global.Contains(addr) {
		return &AddressError{addr, Reserved}
	}
	return nil
}

// isISATAP reports whether addr has an IPv4 address as RFC 5214 embeds it.
func isISATAP(addr netip.Addr) bool {
	b := addr.As16()
	return addr.Is6() && (b[8] == 0 || b[8] == 2) && b[9] == 0 && b[10] == 0x5E && b[11] == 0xFE
}
