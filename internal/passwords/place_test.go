package passwords

import "testing"

func TestPlaceOf(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]Place{
		"192.0.2.1:80":             {"192.0.2.1", ""},
		"192.0.2.1":                {"192.0.2.1", ""},
		"[::ffff:192.0.2.1]:80":    {"192.0.2.1", ""},
		"[2001:db8:1:2:3:4:5:6]:1": {"2001:db8:1:2::/64", "2001:db8:1::/48"},
		"2001:db8:1:2::1":          {"2001:db8:1:2::/64", "2001:db8:1::/48"},
		"[2001:db8:1:2::1]":        {"2001:db8:1:2::/64", "2001:db8:1::/48"},
		"[fe80::1%eth0]:80":        {"fe80::/64", "fe80::/48"},
		"":                         {"", ""},
		"@":                        {"@", ""}, // a Unix socket
		"pipe":                     {"pipe", ""},
	} {
		if got := PlaceOf(address); got != want {
			t.Errorf("PlaceOf(%q) = %+v, want %+v", address, got, want)
		}
	}
}
