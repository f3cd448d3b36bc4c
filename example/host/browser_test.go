package main

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"
)

// site is a new shop with the sample people, being served.
type site struct {
	t testing.TB
	*shop
	url string
}

// onBoth runs a test with a shop on each router.
func onBoth(t *testing.T, test func(t *testing.T, s *site)) {
	t.Parallel()
	for _, mux := range []string{"chi", "std"} {
		t.Run(mux, func(t *testing.T) {
			t.Parallel()
			test(t, newSite(t, mux))
		})
	}
}

func newSite(t testing.TB, mux string) *site {
	t.Helper()
	path := filepath.Join(t.TempDir(), "shop ?#%.db") // every character counts
	s, err := openShop(t.Context(), path, bcrypt.MinCost, slog.New(slog.NewTextHandler(t.Output(), nil)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.close(); err != nil {
			t.Error(err)
		}
	})
	if err := s.addSamples(t.Context()); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(s.on(mux))
	t.Cleanup(server.Close)
	return &site{t, s, server.URL}
}

// exec changes what the shop has in its database.
func (s *site) exec(query string, args ...any) {
	s.t.Helper()
	if _, err := s.db.ExecContext(s.t.Context(), query, args...); err != nil {
		s.t.Fatal(err)
	}
}

// counts is how many rows of the shop and of the desk an order makes.
func (s *site) counts() (orders, tickets int) {
	s.t.Helper()
	err := s.db.QueryRowContext(s.t.Context(),
		"SELECT (SELECT COUNT(*) FROM orders), (SELECT COUNT(*) FROM helpdesk_ticket)").Scan(&orders, &tickets)
	if err != nil {
		s.t.Fatal(err)
	}
	return orders, tickets
}

// browser keeps cookies, and says with each request what its header says.
type browser struct {
	t      testing.TB
	url    string
	client *http.Client
	header http.Header
}

// nobody is a browser that is not logged in.
func (s *site) nobody() *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	return &browser{s.t, s.url, &http.Client{Jar: jar, Timeout: 5 * time.Minute}, http.Header{}}
}

// as is a browser in which somebody is logged in.
func (s *site) as(login string) *browser {
	s.t.Helper()
	b := s.nobody()
	b.submit("/login", "login", login, "password", samplePassword).is(204)
	return b
}

// with is the same browser, saying one thing more.
func (b *browser) with(name, value string) *browser {
	more := *b
	more.header = b.header.Clone()
	more.header.Set(name, value)
	return &more
}

// submit posts a form of names and values.
func (b *browser) submit(path string, values ...string) answer {
	b.t.Helper()
	form := url.Values{}
	for i := 0; i < len(values); i += 2 {
		form.Add(values[i], values[i+1])
	}
	return b.with("Content-Type", "application/x-www-form-urlencoded").do("POST", path, form.Encode())
}

func (b *browser) get(path string) answer {
	b.t.Helper()
	return b.do("GET", path, "")
}

// send sends JSON.
func (b *browser) send(method, path, body string) answer {
	b.t.Helper()
	return b.with("Content-Type", "application/json").do(method, path, body)
}

func (b *browser) do(method, path, body string) answer {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), method, b.url+path, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header = b.header.Clone()
	resp, err := b.client.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return answer{b.t, method + " " + path, resp, string(text)}
}

// me is the desk's id of who is logged in.
func (b *browser) me() string {
	b.t.Helper()
	return b.get(prefix + "/users/me/").is(200).number("id")
}

// answer is what came back.
type answer struct {
	t    testing.TB
	what string
	*http.Response
	body string
}

// is fails the test when the status is another one.
func (a answer) is(status int) answer {
	a.t.Helper()
	if a.StatusCode != status {
		a.t.Fatalf("%s: %d, want %d\n%s", a.what, a.StatusCode, status, a.body)
	}
	return a
}

// has fails the test when the body lacks one of the texts.
func (a answer) has(texts ...string) answer {
	a.t.Helper()
	for _, text := range texts {
		if !strings.Contains(a.body, text) {
			a.t.Errorf("%s: no %s in\n%s", a.what, text, a.body)
		}
	}
	return a
}

func (a answer) member(key string, v any) {
	a.t.Helper()
	var members map[string]json.RawMessage
	err := json.Unmarshal([]byte(a.body), &members)
	if err == nil {
		err = json.Unmarshal(members[key], v)
	}
	if err != nil {
		a.t.Fatalf("%s: %s: %v in\n%s", a.what, key, err, a.body)
	}
}

// number is a number in the answer, as paths have it.
func (a answer) number(key string) string {
	a.t.Helper()
	var n int
	a.member(key, &n)
	return strconv.Itoa(n)
}

func (a answer) text(key string) (s string) {
	a.t.Helper()
	a.member(key, &s)
	return s
}
