package httpapi_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/httpapi"
)

// routes is every known route: its path, whom it takes to read and to write,
// and its methods.
var routes = []struct{ path, reader, writer, allow string }{
	{"/api/", "", "", "GET, HEAD, OPTIONS"},
	{"/api/tickets/", "staff", "staff", "GET, POST, HEAD, OPTIONS"},
	{"/api/tickets/1/", "staff", "staff", "GET, PUT, PATCH, DELETE, HEAD, OPTIONS"},
	{"/api/tickets/1/history/", "staff", "staff", "GET, HEAD, OPTIONS"},
	{"/api/user_tickets/", "jane", "jane", "GET, HEAD, OPTIONS"},
	{"/api/user_tickets/queues/", "jane", "jane", "GET, HEAD, OPTIONS"},
	{"/api/user_tickets/custom-fields/", "jane", "jane", "GET, HEAD, OPTIONS"},
	{"/api/user_tickets/1/", "jane", "jane", "GET, HEAD, OPTIONS"},
	{"/api/user_tickets/1/followups/", "jane", "jane", "GET, POST, HEAD, OPTIONS"},
	{"/api/user_tickets/1/attachments/1/download/", "jane", "jane", "GET, HEAD, OPTIONS"},
	{"/api/followups/", "staff", "staff", "GET, POST, HEAD, OPTIONS"},
	{"/api/followups/1/", "staff", "staff", "GET, PUT, PATCH, DELETE, HEAD, OPTIONS"},
	{"/api/followups-attachments/", "staff", "staff", "GET, POST, HEAD, OPTIONS"},
	{"/api/followups-attachments/1/", "staff", "staff", "GET, PUT, PATCH, DELETE, HEAD, OPTIONS"},
	{"/api/followups-attachments/1/download/", "staff", "staff", "GET, HEAD, OPTIONS"},
	{"/api/users/", "staff", "admin", "GET, POST, HEAD, OPTIONS"},
	{"/api/users/1/", "staff", "admin", "GET, PATCH, DELETE, HEAD, OPTIONS"},
	{"/api/users/me/", "jane", "jane", "GET, HEAD, OPTIONS"},
	{"/api/users/me/password/", "jane", "jane", "POST, OPTIONS"},
	{"/api/groups/", "staff", "admin", "GET, POST, HEAD, OPTIONS"},
	{"/api/groups/1/", "staff", "admin", "GET, PUT, PATCH, DELETE, HEAD, OPTIONS"},
	{"/api/tokens/", "jane", "jane", "GET, POST, HEAD, OPTIONS"},
	{"/api/tokens/1/", "jane", "jane", "GET, DELETE, HEAD, OPTIONS"},
	{"/api/queues/", "staff", "admin", "GET, POST, HEAD, OPTIONS"},
	{"/api/queues/1/", "staff", "admin", "GET, PUT, PATCH, DELETE, HEAD, OPTIONS"},
	{"/api/custom-fields/", "staff", "admin", "GET, POST, HEAD, OPTIONS"},
	{"/api/custom-fields/1/", "staff", "admin", "GET, PUT, PATCH, DELETE, HEAD, OPTIONS"},
}

// newPopulated has an object 1 behind every route.
func newPopulated(t testing.TB, c httpapi.Config) *api {
	t.Helper()
	a := newAPI(t, c)
	created := a.call(t, "staff", "POST", "/api/tickets/", `{"queue":1,"title":"x","submitter_email":"jane@example.com"}`)
	equal(t, created.id(t), "1")
	a.reply(t, &followup.FollowUp{TicketID: 1, Public: true}, file("a.txt", "content"))
	a.call(t, "admin", "POST", "/api/groups/", `{"name":"x"}`).id(t)
	a.call(t, "jane", "POST", "/api/tokens/", "").id(t)
	return a
}

// readsAlone are routes that lesser people may not even read.
func lesser(reader string) (who string, status int) {
	switch reader {
	case "staff":
		return "jane", http.StatusForbidden
	case "jane":
		return "", http.StatusUnauthorized
	}
	return "", 0
}

var methods = []string{"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "FOO"}

func writes(method string) bool {
	return strings.Contains("POST PUT PATCH DELETE", method)
}

// TestAllowIsOnEveryAnswerOfAKnownRoute, whatever else is wrong; only the
// content of an attachment goes without.
func TestAllowIsOnEveryAnswerOfAKnownRoute(t *testing.T) {
	t.Parallel()
	for _, rt := range routes {
		a := newPopulated(t, httpapi.Config{})
		for _, method := range []string{"GET", "POST", "PUT", "PATCH", "HEAD", "OPTIONS", "FOO", "DELETE"} {
			for _, as := range []string{"", "jane", "staff", "admin"} {
				got := a.call(t, as, method, rt.path, "")
				if strings.HasSuffix(rt.path, "/download/") && got.Code == http.StatusOK && method != "OPTIONS" {
					continue
				}
				got.has(t, "Allow", rt.allow)
			}
		}
		r := httptest.NewRequestWithContext(t.Context(), "GET", rt.path, nil)
		r.Header.Set("Accept", "text/html")
		want := http.StatusNotAcceptable
		if strings.HasSuffix(rt.path, "/download/") {
			want = http.StatusUnauthorized // a file is served whatever is accepted
		}
		a.do(t, "", r).is(t, want, "").has(t, "Allow", rt.allow)
	}
}

// TestAMethodThatARouteHasNotIsNotAllowed to those who may use the route.
func TestAMethodThatARouteHasNotIsNotAllowed(t *testing.T) {
	t.Parallel()
	a := newPopulated(t, httpapi.Config{})
	for _, rt := range routes {
		for _, method := range methods {
			if strings.Contains(" "+rt.allow+",", " "+method+",") {
				continue
			}
			as := rt.reader
			if writes(method) {
				as = rt.writer
			}
			want := detail(`Method "` + method + `" not allowed.`)
			if method == "HEAD" {
				want = ""
			}
			a.call(t, as, method, rt.path, "garbage").is(t, http.StatusMethodNotAllowed, want)
		}
	}
}

// TestWhoMayNotIsToldBeforeAnythingElse: before the method, the object and the body.
func TestWhoMayNotIsToldBeforeAnythingElse(t *testing.T) {
	t.Parallel()
	a := newPopulated(t, httpapi.Config{})
	unchanged := a.unchanged(t)
	for _, rt := range routes {
		path := strings.Replace(rt.path, "/1/", "/987654321/", 1)
		for _, method := range methods {
			if who, status := lesser(rt.reader); status != 0 {
				a.call(t, who, method, path, "garbage").is(t, status, "")
			}
			if rt.reader != "" {
				a.call(t, "", method, path, "garbage").is(t, http.StatusUnauthorized, "").has(t, "WWW-Authenticate", `Basic realm="api"`)
			}
			if rt.writer == "admin" && writes(method) {
				a.call(t, "staff", method, path, "garbage").is(t, http.StatusForbidden, "")
			}
		}
	}
	unchanged()
}

// TestTheOrderOfRefusals makes everything wrong, then mends one thing after
// the other.
func TestTheOrderOfRefusals(t *testing.T) {
	t.Parallel()
	a := newPopulated(t, httpapi.Config{MaxBody: 100})
	large := strings.Repeat("x", 200)
	for _, c := range []struct {
		accept, as, method, path, contentType, body string
		status                                      int
	}{
		{"text/html", "", "FOO", "/api/nothing/", "text/plain", large, 404},
		{"text/html", "", "FOO", "/api/tickets/987/", "text/plain", large, 406},
		{"application/json", "", "FOO", "/api/tickets/987/", "text/plain", large, 401},
		{"application/json", "jane", "FOO", "/api/tickets/987/", "text/plain", large, 403},
		{"application/json", "staff", "FOO", "/api/tickets/987/", "text/plain", large, 405},
		{"application/json", "staff", "PATCH", "/api/tickets/987/", "text/plain", large, 404},
		{"application/json", "staff", "PATCH", "/api/tickets/x/", "text/plain", large, 404},
		{"application/json", "staff", "PATCH", "/api/tickets/1/", "text/plain", large, 413},
		{"application/json", "staff", "PATCH", "/api/tickets/1/", "text/plain", "x", 415},
		{"application/json", "staff", "PATCH", "/api/tickets/1/", "application/json", "x", 400},
		{"application/json", "staff", "PATCH", "/api/tickets/1/", "application/json", "{}", 200},
		{"application/json", "staff", "GET", "/api/tickets/?status=9&page=9", "", "", 400},
		{"application/json", "staff", "GET", "/api/tickets/?status=3&page=9", "", "", 404},
	} {
		r := httptest.NewRequestWithContext(t.Context(), c.method, c.path, strings.NewReader(c.body))
		r.Header.Set("Accept", c.accept)
		if c.contentType != "" {
			r.Header.Set("Content-Type", c.contentType)
		}
		a.do(t, c.as, r).is(t, c.status, "").has(t, "Content-Type", "application/json").object(t)
	}
}

// TestEveryRouteReadsBodiesAlike: what is no body it can take, none takes.
func TestEveryRouteReadsBodiesAlike(t *testing.T) {
	t.Parallel()
	a := newPopulated(t, httpapi.Config{MaxBody: kilo})
	unchanged := a.unchanged(t)
	for _, rt := range routes {
		for _, method := range []string{"POST", "PUT", "PATCH"} {
			if !strings.Contains(" "+rt.allow, " "+method+",") {
				continue
			}
			for _, c := range []struct {
				contentType, body string
				status            int
				want              string
			}{
				{"application/json", "{", 400, detail("JSON parse error - unexpected end of JSON input")},
				{"application/json", "[]", 400, `{"non_field_errors":["Invalid data. Expected a dictionary, but got list."]}`},
				{"application/json", "null", 400, `{"non_field_errors":["No data provided"]}`},
				{"text/plain", "x", 415, detail(`Unsupported media type "text/plain" in request.`)},
				{"multipart/form-data", "x", 400, detail("Multipart form parse error - Invalid boundary in multipart: None")},
				{typeForm, strings.Repeat("x", 2*kilo), 413, detail("The request body is larger than the limit of 1024 bytes.")},
			} {
				a.send(t, rt.writer, method, rt.path, c.contentType, c.body).is(t, c.status, c.want).has(t, "Allow", rt.allow)
			}
		}
	}
	unchanged()
}

// TestHEADAnswersAsGETWithoutTheBody over a real connection.
func TestHEADAnswersAsGETWithoutTheBody(t *testing.T) {
	t.Parallel()
	a := newPopulated(t, httpapi.Config{})
	server := httptest.NewServer(a)
	defer server.Close()
	ask := func(method, path, as string) (*http.Response, string) {
		r, err := http.NewRequestWithContext(t.Context(), method, server.URL+path, nil)
		check(t, err)
		if as != "" {
			r.SetBasicAuth(as, as+"-pass-1")
		}
		resp, err := http.DefaultTransport.RoundTrip(r)
		check(t, err)
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		check(t, err)
		return resp, string(body)
	}
	for _, rt := range routes {
		if !strings.HasPrefix(rt.allow, "GET") {
			continue
		}
		for _, path := range []string{rt.path, strings.Replace(rt.path, "/1/", "/987654321/", 1),
			strings.Replace(rt.path, "/1/", "/x/", 1)} {
			for _, as := range []string{rt.reader, ""} {
				get, body := ask("GET", path, as)
				head, none := ask("HEAD", path, as)
				get.Header.Del("Date")
				head.Header.Del("Date")
				if head.StatusCode != get.StatusCode || none != "" || len(body) == 0 {
					t.Errorf("%s as %q: %d with %d bytes, HEAD %d with %d", path, as, get.StatusCode, len(body), head.StatusCode, len(none))
				}
				if strings.HasPrefix(body, `{"count":`) { // HEAD of a list reads no rows, and cannot tell its length
					get.Header.Del("Content-Length")
				}
				for name := range get.Header {
					if name == "Content-Length" && strings.HasPrefix(body, `{"count":`) {
						continue // it would take reading the list
					}
					equal(t, head.Header.Get(name), get.Header.Get(name))
				}
			}
		}
	}
}

// TestHEADWritesNothing even where the host's server would not drop it.
func TestHEADWritesNothing(t *testing.T) {
	t.Parallel()
	a := newPages(t, httpapi.Config{}, 450)
	for _, path := range []string{"/api/", "/api/tickets/", "/api/tickets/1/", "/api/nothing/"} {
		equal(t, a.call(t, "staff", "HEAD", path, "").Body.Len(), 0)
	}
}

// TestOPTIONSDescribesARoute, an item that does not exist as well.
func TestOPTIONSDescribesARoute(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	for _, rt := range routes {
		for _, path := range []string{rt.path, strings.Replace(rt.path, "/1/", "/x/", 1)} {
			got := a.call(t, rt.reader, "OPTIONS", path, "").is(t, http.StatusOK, "").has(t, "Allow", rt.allow).object(t)
			for _, key := range []string{"name", "description", "renders", "parses"} {
				if _, ok := got[key]; !ok {
					t.Errorf("%s: no %s", path, key)
				}
			}
			if name, _ := got["name"].(string); name == "" {
				t.Errorf("%s has no name", path)
			}
		}
	}
}

func TestTheRootListsTheCollections(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	const base = `"http://example.com/api/`
	want := `{"tickets":` + base + `tickets/","user_tickets":` + base + `user_tickets/","followups":` + base + `followups/",` +
		`"followups-attachments":` + base + `followups-attachments/","users":` + base + `users/","groups":` + base +
		`groups/","tokens":` + base + `tokens/","queues":` + base + `queues/","custom-fields":` + base + `custom-fields/"}`
	a.call(t, "", "GET", "/api/", "").is(t, http.StatusOK, want)
	r := httptest.NewRequestWithContext(t.Context(), "GET", "/api/", nil)
	r.SetBasicAuth("staff", "wrong")
	a.do(t, "", r).is(t, http.StatusUnauthorized, detail("Invalid username/password."))
	for _, as := range []string{"staff", "jane"} {
		a.call(t, as, "GET", "/api/", "").is(t, http.StatusOK, want)
	}
}

func TestWithoutAnAuthenticatorNobodyIsKnown(t *testing.T) {
	t.Parallel()
	d := newAPI(t, httpapi.Config{}).Desk
	h := newHandler(d.Desk, httpapi.Config{})
	for path, status := range map[string]int{"/api/": 200, "/api/tickets/": 401, "/api/users/me/": 401, "/api/nothing": 404} {
		r := httptest.NewRequestWithContext(t.Context(), "GET", path, nil)
		r.SetBasicAuth("admin", "admin-pass-1")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		equal(t, w.Code, status)
		equal(t, w.Header().Get("WWW-Authenticate"), "")
	}
}
