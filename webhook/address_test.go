package webhook_test

import (
	"errors"
	"net/netip"
	"testing"

	"github.com/go-helpdesk/helpdesk/webhook"
)

func TestInsideAddressesAreRefused(t *testing.T) {
	for kind, addresses := range map[webhook.AddressKind][]string{
		webhook.Loopback:  {"127.0.0.1", "127.255.255.255", "127.0.0.53", "::1"},
		webhook.Private:   {"10.0.0.0", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.0.1", "fc00::", "fdff::1", "fec0::1"},
		webhook.LinkLocal: {"169.254.0.1", "169.254.255.255", "fe80::1", "fe80::1%eth0", "febf:ffff::"},
		webhook.Shared:    {"100.64.0.0", "100.127.255.255"},
		webhook.Metadata: {"169.254.169.254", "169.254.170.2", "169.254.170.23", "100.100.100.200", "168.63.129.16", "192.0.0.192",
			"fd00:ec2::254", "fd00:ec2::23", "fd20:ce::254", "fd00:42::42", "fd00:ec2::254%eth0"},
		webhook.Unspecified: {"0.0.0.0", "::", "::%lo"},
		webhook.Multicast:   {"224.0.0.1", "239.255.255.255", "ff02::1", "ffff::"},
		webhook.Reserved: {"0.0.0.1", "0.255.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "198.18.0.1", "198.19.255.255",
			"198.51.100.1",
			"203.0.113.255", "240.0.0.1", "255.255.255.255", "100::1", "1fff::1", "4000::1", "5f00::1", "2001:2::1", "2001:10::1",
			"2001:20::1",
			"2001:1ff::1", "2001:db8::1", "3fff::1", "3fff:fff::", "fb00::1", "fe00::1", "64:ff9b:2::"},
		webhook.EmbeddedIPv4: {"::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:8.8.8.8", "::8.8.8.8", "::7f00:1", "::ffff:0:8.8.8.8",
			"2002:7f00:1::",
			"2002:808:808::1", "2001::1", "2001:0:ffff::", "64:ff9b::8.8.8.8", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1",
			"64:ff9b:1:ffff::7f00:1",
			"2600::5efe:7f00:1", "2600::200:5efe:808:808"},
	} {
		for _, a := range addresses {
			err := webhook.CheckAddress(netip.MustParseAddr(a))
			e, ok := errors.AsType[*webhook.AddressError](err)
			if !ok || e.Kind != kind || e.Addr != netip.MustParseAddr(a).WithZone("") {
				t.Errorf("%s: got %v, want %s", a, err, kind)
			}
		}
	}
	if err := webhook.CheckAddress(netip.Addr{}); err == nil {
		t.Error("no address is accepted")
	}
}

func TestOutsideAddressesAreAccepted(t *testing.T) {
	for _, a := range []string{
		"1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0",
		"169.253.255.255",
		"169.255.0.0", "172.15.255.255", "172.32.0.0", "191.255.255.255", "192.0.1.0", "192.0.3.0", "192.167.255.255", "192.169.0.0",
		"198.17.255.255",
		"198.20.0.0", "223.255.255.255", "168.63.129.15",
		"2001:200::1", "2001:4860:4860::8888", "2003::1", "2606:4700:4700::1111", "2a00::1", "3ffe:ffff::1", "3fff:1000::1",
		"2600::5eff:7f00:1",
	} {
		if err := webhook.CheckAddress(netip.MustParseAddr(a)); err != nil {
			t.Error(err)
		}
	}
}

func TestAddressErrorSaysWhich(t *testing.T) {
	err := webhook.CheckAddress(netip.MustParseAddr("10.0.0.1"))
	if err == nil || err.Error() != "webhook: no connection to 10.0.0.1: address is private" {
		t.Error(err)
	}
}
