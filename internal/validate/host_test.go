package validate

import (
	"strings"
	"testing"
)

func each(t *testing.T, name string, check func(string) bool, good, bad []string) {
	t.Helper()
	for _, s := range good {
		if !check(s) {
			t.Errorf("%s %.60q is refused", name, s)
		}
	}
	for _, s := range bad {
		if check(s) {
			t.Errorf("%s %.60q is accepted", name, s)
		}
	}
}

func TestEmail(t *testing.T) {
	label63, label64 := strings.Repeat("a", 63), strings.Repeat("a", 64)
	each(t, "e-mail address", Email, []string{
		"a@b.co", "a.b+c@b.co", "!#$%&'*+/=?^_`{|}~-@b.co", "a@1.co", "A@B.CO",
		"a@localhost", "a@[127.0.0.1]", "a@[::1]", "a@[2001:DB8::1]",
		`""@b.co`, `"a@b"@c.de`, `"a\"b"@c.de`, `"\ "@b.co`, "\"\x01\"@b.co",
		"a@ü.co", "a@b.рф", "a@b.xn--p1ai", "a@b.XN--P1AI", "a@b.c-d", "a@b.٣٣", "a@\u2028.co", "a@b.\uffff\uffff",
		"a@" + label63 + ".co", "a@b." + label63, strings.Repeat("x", 315) + "@b.co",
		"\u017f@b.co", "\u212a@b.co", "\u0130@b.co", "\u0131@b.co", // case folded ASCII letters
	}, []string{
		"", "a", "@b.co", "a@", "a@b", "a@b.c", "a@b.123", "a@b.c0", "a@127.0.0.1", "a@b.co.", "a@b..co", "a@.co",
		"a@LOCALHOST", "a@[01.1.1.1]", "a@[::1%x]", "a@[ ::1]", "a@[IPv6:::1]", "a@[::1", "a@[]",
		".a@b.co", "a.@b.co", "a..b@c.co", "ü@b.co", "a b@c.co", `"a b"@c.de`, "\"a\tb\"@c.de", `"a"b"@c.de`, `"é"@b.co`,
		"a@xn--p1ai", "a@b_c.de", "a@-b.co", "a@b-.co", "a@b.-co", "a@b.co-", "a@😀.co", "a@b。co",
		"a@" + label64 + ".co", "a@b." + label64, strings.Repeat("x", 316) + "@b.co",
		"a@b.co\n", " a@b.co",
	})
}

func TestURL(t *testing.T) {
	host253 := strings.Repeat(strings.Repeat("a", 50)+".", 4) + strings.Repeat("b", 46) + ".cc"
	each(t, "URL", URL, []string{
		"http://a.co", "https://a.co", "ftp://a.co", "ftps://a.co", "HTTP://A.CO", "http://a.co.", "http://a.co?", "http://a.co#",
		"http://localhost", "http://LOCALHOST/", "http://localho\u017ft", "http://1.2.3.4", "http://0.0.0.0:0",
		"http://[::1]", "http://[::ffff:1.2.3.4]:80/x", "http://u@[0000:0000:0000:0000:0000:0000:255.255.255.255]",
		"http://a.co:1", "http://a.co:99999", "http://a.co:00080", "http://u:p@a.co", "http://u@a.co", "http://u:@a.co",
		"http://é.co", "http://ａ.co", "http://1.2.3.4.co", `http://a.co/\[<%zz`, "http://a.co/\x01",
		"http://a.co?x@y", "http://[v1.a]@a.co", "http://" + host253,
		"http://a.co/" + strings.Repeat("x", 2036),
	}, []string{
		"", "a.co", "http", "http://", "//a.co", "javascript:alert(1)", "gopher://a.co", " http://a.co",
		"http://a", "http://a.c", "http://a.c1", "http://a.123", "http://xn--p1ai", "http://localhost.", "http://1.1.1.1.",
		"http://256.1.1.1", "http://01.0.0.1", "http://1.2.3", "http://a_b.co", "http://-a.co", "http://😀.co", "http://a..co",
		"http://@a.co", "http://a@b@c.co", "http://u:p:q@a.co", "http://a.co:", "http://a.co:100000", "http://a.co:٣",
		"http://a.co/a b", "http://a.co/\t", "http://a.co/\u0085", "http://a.co/\u2028", "http://a.co\n",
		"http://[::1", "http://::1]", "http://[1.2.3.4]", "http://[::1%25x]", "http://[v1.a]", "http://[1::2::3]", "http://[]",
		"http://[0000:0000:0000:0000:0000:0000:255.255.255.255]", "http://[v1.a]@[::1]", "http://[v1]@a.co", "http://[x]@a.co",
		"http://a℀b.co", "http://a／b.co", "http://a＠b.co", "http://?x@y.com", `http://a.co\x`,
		"http://a" + host253, "http://" + strings.Replace(host253, "a", "\u0130", 1),
		"http://a.co/" + strings.Repeat("x", 2037),
	})
}

func TestSlug(t *testing.T) {
	each(t, "slug", Slug, []string{"a", "a-b_C9", "-", "_"}, []string{"", "a b", "é", "a.b", "a\n", "\u212a"})
}
