package webhook_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk/webhook"
)

var goodURLs = []string{
	"http://example.com", "https://example.com/", "HTTPS://EXAMPLE.COM/a?b=c", "https://example.com.", "https://example.com:8443/x",
	"http://a", "http://receiver:8080/hook", "http://my_app.internal", "http://xn--mller-kva.de/", "http://1.2.3.4", "http://127.0.0.1:1",
	"http://[::1]", "http://[2001:db8::1]:65535/x", "http://1.2.3.4.example", "http://a.co/%C3%A9?x=%23", "http://a.co/@",
	"http://a.co/?a@b",
	"http://" + strings.Repeat("a", 63) + ".co",
	"http://" + strings.Repeat(strings.Repeat("a", 49)+".", 5) + "com",
	"http://a.co/" + strings.Repeat("x", webhook.MaxURL-12),
}

var badURLs = []string{
	"", "example.com", "/hook", "//example.com/", "http:", "http:example.com", "http://", "http:///x", "http://:80", "http://?x",
	"ftp://example.com", "file:///etc/passwd", "gopher://a", "javascript:alert(1)", "unix:///run/x.sock", "https+unix://a",
	"http://user@example.com", "http://user:password@example.com", "http://@example.com", "http://:@example.com", "http://a@b@c.co",
	"http://a.co/#", "http://a.co/#x", "http://a.co#", "http://a.co/a b", " http://a.co", "http://a.co\n", "http://a.co/\t",
	"http://a.co/\x00",
	"http://a.co/\x7f", "http://a.co/é", "http://müller.de", "http://a．co", `http://a.co\@b.co`, `http:\\a.co`, "http://a.co/\\",
	"http://a.co:", "http://a.co:0", "http://a.co:65536", "http://a.co:99999999999999999999", "http://a.co:x", "http://a.co:-1",
	"http://a.co:+1",
	"http://a..co", "http://.a.co", "http://a.co..", "http://.", "http://-a.co", "http://a-.co", "http://a!b.co", "http://a,b",
	"http://a%2eco",
	"http://%31%32%37.0.0.1", "http://127.1", "http://2130706433", "http://0x7f000001", "http://0x7f.1", "http://0177.0.0.1",
	"http://256.1.1.1",
	"http://1.2.3.4.", "http://1.2.3.4.5", "http://01.2.3.4", "http://a.0x", "http://a.0x7F", "http://a.1",
	"http://[::1", "http://::1", "http://[1.2.3.4]", "http://[fe80::1%25eth0]", "http://[::1%25]", "http://[v1.a]", "http://[]",
	"http://[::1]x",
	"http://" + strings.Repeat("a", 64) + ".co",
	"http://" + strings.Repeat(strings.Repeat("a", 49)+".", 5) + "coms",
	"http://a.co/" + strings.Repeat("x", webhook.MaxURL-11),
}

func TestValidURL(t *testing.T) {
	for _, s := range goodURLs {
		if !webhook.ValidURL(s) {
			t.Errorf("%.80q is refused", s)
		}
	}
	for _, s := range badURLs {
		if webhook.ValidURL(s) {
			t.Errorf("%.80q is accepted", s)
		}
	}
}

// FuzzValidURL: what is accepted is a URL that the HTTP client takes, and that means the
// same after it has been parsed.
func FuzzValidURL(f *testing.F) {
	for _, s := range append(goodURLs, badURLs...) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !webhook.ValidURL(s) {
			return
		}
		r, err := http.NewRequest(http.MethodPost, s, nil)
		if err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		u := r.URL
		if u.Scheme != "http" && u.Scheme != "https" || u.User != nil || u.Fragment != "" || u.Hostname() == "" || u.Opaque != "" {
			t.Errorf("%q is %#v", s, u)
		}
		start := strings.ToLower(u.Scheme + "://" + u.Host)
		if !strings.HasPrefix(strings.ToLower(s), start) || len(s) > len(start) && !strings.ContainsRune("/?", rune(s[len(start)])) {
			t.Errorf("%q has the host %q", s, u.Host)
		}
		again, err := url.Parse(u.String())
		if err != nil || again.Host != u.Host || !webhook.ValidURL(again.String()) && len(again.String()) <= webhook.MaxURL {
			t.Errorf("%q becomes %q: %v", s, u, err)
		}
	})
}
