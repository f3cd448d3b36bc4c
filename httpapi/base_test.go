package httpapi_test

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk/httpapi"
)

// rootOf asks for the root with some headers, each "Name: value", Host among them.
func (a *api) rootOf(t *testing.T, encrypted bool, headers ...string) *answer {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), "GET", "/api/", nil)
	r.Host = "desk.example:8080"
	if encrypted {
		r.TLS = &tls.ConnectionState{}
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		if name == "Host" {
			r.Host = value
		}
		r.Header.Add(name, value)
	}
	return a.do(t, "", r)
}

func (r *answer) linksTo(t *testing.T, base string) {
	t.Helper()
	if got := r.is(t, http.StatusOK, "").object(t)["tickets"]; got != base+"/tickets/" {
		t.Errorf("%s: %v, want %s", r.name, got, base)
	}
}

func TestLinksComeFromTheRequestOrWhatTrustedProxiesSay(t *testing.T) {
	t.Parallel()
	base := newAPI(t, httpapi.Config{})
	for _, c := range []struct {
		name      string
		proxies   int
		encrypted bool
		headers   []string
		want      string
	}{
		{"plain", 0, false, nil, "http://desk.example:8080/api"},
		{"TLS", 0, true, nil, "https://desk.example:8080/api"},
		{"not trusted", 0, false, []string{"X-Forwarded-Proto: https", "X-Forwarded-Host: evil.example", "X-Forwarded-Prefix: /x"},
			"http://desk.example:8080/api"},
		{"not trusted, standard", 0, false, []string{"Forwarded: host=evil.example;proto=https"}, "http://desk.example:8080/api"},
		{"all", 1, false, []string{"X-Forwarded-Proto: https", "X-Forwarded-Host: shop.example", "X-Forwarded-Prefix: /public/help/"},
			"https://shop.example/public/help/api"},
		{"only the scheme", 1, false, []string{"X-Forwarded-Proto: HTTPS"}, "https://desk.example:8080/api"},
		{"only the host", 1, true, []string{"X-Forwarded-Host: shop.example"}, "https://shop.example/api"},
		{"only the path", 1, true, []string{"X-Forwarded-Prefix: /"}, "https://desk.example:8080/api"},
		{"a strange scheme", 1, false, []string{"X-Forwarded-Proto: javascript", "X-Forwarded-Host: shop.example"},
			"http://shop.example/api"},
		{"lists, one proxy", 1, false, []string{"X-Forwarded-Host: evil.example, shop.example", "X-Forwarded-Proto: http,https"},
			"https://shop.example/api"},
		{"lists, two proxies", 2, false, []string{"X-Forwarded-Host: evil.example, shop.example, inner",
			"X-Forwarded-Proto: https, http"}, "https://shop.example/api"},
		{"lists in several lines", 2, false, []string{"X-Forwarded-Host: evil.example", "X-Forwarded-Host: shop.example",
			"X-Forwarded-Host: inner"}, "http://shop.example/api"},
		{"fewer than proxies", 3, false, []string{"X-Forwarded-Host: shop.example"}, "http://shop.example/api"},
		{"each took a part of the path", 2, false, []string{"X-Forwarded-Prefix: /evil, /a", "X-Forwarded-Prefix: /b"},
			"http://desk.example:8080/a/b/api"},
		{"a bad one before", 1, false, []string{"X-Forwarded-Host: ev\"il, shop.example", "X-Forwarded-Prefix: evil, /a"},
			"http://shop.example/a/api"},
		{"an empty one", 1, false, []string{"X-Forwarded-Host: evil.example,"}, "http://desk.example:8080/api"},
		{"standard", 1, false, []string{`Forwarded: for=192.0.2.60;Proto=https;by="[2001:db8::1]";HOST="shop.example:444"`},
			"https://shop.example:444/api"},
		{"standard, two proxies", 2, false, []string{`Forwarded: host=evil.example, for="a\"b,;" ; host=shop.example;proto=https;`,
			"Forwarded: host=inner"}, "https://shop.example/api"},
		{"standard without host", 1, false, []string{"Forwarded: host=evil.example, for=_hidden"}, "http://desk.example:8080/api"},
		{"both", 1, false, []string{"X-Forwarded-Proto: https", "Forwarded: host=evil.example"}, "https://desk.example:8080/api"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := serve(base.Desk, base.log, httpapi.Config{TrustedProxies: c.proxies})
			a.rootOf(t, c.encrypted, c.headers...).linksTo(t, c.want)
		})
	}
	a := serve(base.Desk, base.log, httpapi.Config{TrustedProxies: 1})
	for _, header := range []string{
		"X-Forwarded-Host: a.example b.example", `X-Forwarded-Host: a"/x`, "X-Forwarded-Prefix: evil.example", `X-Forwarded-Prefix: /"`,
		"X-Forwarded-Prefix: /%zz", "X-Forwarded-Prefix: /" + strings.Repeat("x", 255),
		`Forwarded: for="open, host=shop.example`, `Forwarded: for="a"b;host=shop.example`, "Forwarded: nothing", `Forwarded: host=a"b`,
		"Forwarded: host=a b", `Forwarded: host="a/b"`,
	} {
		a.rootOf(t, false, header).is(t, http.StatusBadRequest, "").has(t, "Content-Type", "application/json")
	}
}

func TestAHostThatIsNoHostNameIsRefused(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	fixed := serve(a.Desk, a.log, httpapi.Config{BaseURL: "https://desk.example"})
	for _, host := range []string{
		"desk", "desk.example", "desk.example.", "DESK_1.my_net.example:1", "127.0.0.1:8080", "[::1]", "[2001:DB8::1]:443",
		"xn--bcher-kva.example:", strings.Repeat("x", 63),
	} {
		a.rootOf(t, false, "Host: "+host).linksTo(t, "http://"+host+"/api")
	}
	for _, host := range []string{
		"", "a b", "a/b", "a?b", "a#b", "user@a", `a"b`, "a\\b", "a,b", "a..b", ".a", "-a", "a-", "b\u00fccher.example", "a:x", "a:65536",
		"a:1:2", "::1", "[::1", "[::1]x",
		"[fe80::1%25eth0]", "[127.0.0.1]", "[]", "a%2fb", "<script>", strings.Repeat("x", 64), strings.Repeat("x.", 128), ":80",
	} {
		a.rootOf(t, false, "Host: "+host).is(t, http.StatusBadRequest, detail("The host in the request is not a host name."))
		fixed.rootOf(t, false, "Host: "+host).linksTo(t, "https://desk.example/api")
	}
}

func TestBaseURLFixesWhatLinksBeginWith(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	for _, c := range []struct{ base, prefix, want string }{
		{"https://desk.example", "", "https://desk.example/api"},
		{"https://desk.example:444/", "/help", "https://desk.example:444/help"},
		{"http://[::1]/public/help/api/", "", "http://[::1]/public/help/api"},
		{"https://desk.example", "/", "https://desk.example"},
	} {
		fixed := serve(a.Desk, a.log, httpapi.Config{BaseURL: c.base, Prefix: c.prefix, TrustedProxies: 1})
		r := httptest.NewRequestWithContext(t.Context(), "GET", "/", nil)
		r.Header.Set("X-Forwarded-Host", "evil.example")
		fixed.do(t, "", r).linksTo(t, c.want)
	}
	for _, base := range []string{"desk.example", "/api", "ftp://desk.example", "https://", "https://a b", "https://u:p@a", "https://a?x",
		"https://a#x", "https:a", "https://a/%zz"} {
		if h, err := httpapi.New(a.Desk.Desk, httpapi.Config{BaseURL: base}); err == nil || h != nil {
			t.Errorf("BaseURL %q is taken: %v", base, err)
		}
	}
}

// TestAnEscapedSlashIsNoSeparator: a proxy's rules for paths hold here too.
func TestAnEscapedSlashIsNoSeparator(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	id := number(a.ticket(t))
	for _, path := range []string{"/api/tickets%2f" + id, "/api/tickets%2F" + id + "/", "/api%2ftickets/", "/api/tickets/" + id + "%2f",
		"/api/tickets/" + id + "%2Fhistory/"} {
		a.call(t, "staff", "GET", path, "").is(t, http.StatusNotFound, detail("Not found."))
	}
	a.call(t, "staff", "GET", "/api/%74ickets/"+id+"/", "").is(t, http.StatusOK, "")
}
