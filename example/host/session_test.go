package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestLogin(t *testing.T) {
	onBoth(t, func(t *testing.T, s *site) {
		b := s.nobody()
		got := b.get(prefix + "/tickets/").is(401).has("credentials were not provided")
		if want := `Bearer realm="api"`; got.Header.Get("WWW-Authenticate") != want {
			t.Errorf("WWW-Authenticate %q, want %q", got.Header.Get("WWW-Authenticate"), want)
		}
		b.submit("/login", "login", "eve", "password", "a-cup-of-coffee").is(401)
		b.submit("/login", "login", "adam", "password", samplePassword).is(401)
		b.get(prefix + "/tickets/").is(401)
		c := b.submit("/login", "login", "eve", "password", samplePassword).is(204).Cookies()
		if len(c) != 1 || !c[0].HttpOnly || c[0].SameSite != http.SameSiteLaxMode || c[0].MaxAge <= 0 || c[0].Path != "/" {
			t.Errorf("cookies %v", c)
		}
		b.get(prefix + "/tickets/").is(200)
		b.get(prefix+"/users/me/").is(200).has(`"username":"eve"`, `"first_name":"Eve"`, `"last_name":"Hill"`, `"is_staff":true`)

		var kept []byte
		if err := s.db.QueryRow("SELECT digest FROM sessions").Scan(&kept); err != nil || len(kept) != 32 ||
			strings.Contains(string(kept), c[0].Value) {
			t.Errorf("the database has %x, %v", kept, err)
		}
	})
}

func TestLogout(t *testing.T) {
	onBoth(t, func(t *testing.T, s *site) {
		eve, elsewhere := s.as("eve"), s.as("eve")
		at, err := url.Parse(s.url)
		if err != nil {
			t.Fatal(err)
		}
		stolen := s.nobody().with("Cookie", eve.client.Jar.Cookies(at)[0].String())
		stolen.get(prefix + "/tickets/").is(200)
		eve.do("POST", "/logout", "").is(204)
		if left := eve.client.Jar.Cookies(at); len(left) > 0 {
			t.Errorf("%v is left", left)
		}
		eve.get(prefix + "/tickets/").is(401)
		stolen.get(prefix + "/tickets/").is(401)
		eve.submit("/orders", "item", "teapot").is(401)
		elsewhere.get(prefix + "/tickets/").is(200)
		eve.do("POST", "/logout", "").is(204)
	})
}

func TestSessionsEnd(t *testing.T) {
	onBoth(t, func(t *testing.T, s *site) {
		eve := s.as("eve")
		s.exec("UPDATE sessions SET expires = unixepoch()")
		eve.get(prefix + "/tickets/").is(401)
		s.as("carl")
		var n int
		if err := s.db.QueryRow("SELECT COUNT(*) FROM sessions").Scan(&n); err != nil || n != 1 {
			t.Errorf("%d sessions, %v", n, err)
		}
	})
}

func TestOtherSitesAreRefused(t *testing.T) {
	onBoth(t, func(t *testing.T, s *site) {
		eve := s.as("eve")
		evil := eve.with("Origin", "https://evil.example").with("Sec-Fetch-Site", "cross-site")
		ticket := []string{"queue", "1", "title", "Forged"}
		evil.submit(prefix+"/tickets/", ticket...).is(403).has(`{"detail":"CSRF Failed: `, "https://evil.example")
		evil.submit(prefix+"/tokens/", "name", "x").is(403).has("CSRF Failed")
		eve.with("Origin", "https://evil.example").submit(prefix+"/tickets/", ticket...).is(403).has("CSRF Failed")
		eve.with("Sec-Fetch-Site", "same-site").do("DELETE", prefix+"/tickets/1/", "").is(403).has("CSRF Failed")
		for _, path := range []string{"/orders", "/login", "/logout"} {
			evil.submit(path, "item", "teapot", "login", "carl", "password", samplePassword).is(403)
		}
		if o, n := s.counts(); o+n > 0 {
			t.Errorf("%d orders, %d tickets", o, n)
		}
		evil.get(prefix + "/tickets/").is(200)
		eve.with("Origin", s.url).with("Sec-Fetch-Site", "same-origin").submit(prefix+"/tickets/", ticket...).is(201)
		eve.with("Origin", s.url).submit(prefix+"/tickets/", ticket...).is(201)
		eve.with("Origin", s.url).submit("/orders", "item", "teapot").is(201)
	})
}
