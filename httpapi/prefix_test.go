package httpapi_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/httpapi"
)

// mounts are the ways a host can put the handler under a path.
var mounts = []struct {
	at, prefix string // the path it is at, as clients see it; the Config's
	strip      string // what http.StripPrefix takes away, "" for nothing
}{
	{"/api", "", ""},
	{"/api", "/api", ""},
	{"/api", "/api/", ""},
	{"/api", "api", ""},
	{"/api", "/api/", "/api"},
	{"/api", "/api", "/api/"},
	{"", "/", ""},
	{"", "/", "/"},
	{"/a/b/api", "/a/b/api/", ""},
	{"/a/b/api", "/a/b/api", ""},
	{"/a/b/api", "/a/b/api/", "/a/b/api"},
	{"/a/b/api", "/a/b/api", "/a/b/api/"},
}

// mounted is the handler on a host's mux.
func mounted(h http.Handler, at, strip string) http.Handler {
	if strip != "" {
		h = http.StripPrefix(strip, h)
	}
	mux := http.NewServeMux()
	mux.Handle(at+"/", h)
	if at != "" && strip != at+"/" {
		mux.Handle(at, h)
	}
	return mux
}

// TestTheAPIWorksUnderEveryPrefix, stripped or not, with the trailing slash or
// without, and no answer is ever a redirect.
func TestTheAPIWorksUnderEveryPrefix(t *testing.T) {
	t.Parallel()
	base := newAPI(t, httpapi.Config{})
	id := base.ticket(t)
	attachment := base.reply(t, &followup.FollowUp{TicketID: id}, file("a.txt", "content")).Attachments[0].ID
	for i := range 30 {
		base.ticket(t)
		_ = i
	}
	for _, m := range mounts {
		a := serve(base.Desk, base.log, httpapi.Config{Prefix: m.prefix})
		a.Handler = mounted(a.Handler, m.at, m.strip)
		url := "http://example.com" + m.at
		t.Run(m.prefix+" at "+m.at+" strip "+m.strip, func(t *testing.T) {
			for _, slash := range []string{"", "/"} {
				if m.at+slash != "" && (slash == "/" || m.strip != m.at+"/") { // a mux has no path ""
					root := a.call(t, "staff", "GET", m.at+slash, "").is(t, http.StatusOK, "").object(t)
					equal(t, root["tickets"], any(url+"/tickets/"))
					equal(t, root["custom-fields"], any(url+"/custom-fields/"))
				}
				page := a.call(t, "staff", "GET", m.at+"/tickets"+slash+"?page=2&page_size=10", "").is(t, http.StatusOK, "").object(t)
				equal(t, page["next"], any(url+"/tickets/?page=3&page_size=10"))
				equal(t, page["previous"], any(url+"/tickets/?page_size=10"))

				got := a.call(t, "staff", "GET", m.at+"/followups-attachments/"+number(attachment)+slash, "").is(t, http.StatusOK,
					"").object(t)
				link := url + "/followups-attachments/" + number(attachment) + "/download/"
				equal(t, got["file"], any(link))
				for _, download := range []string{link, strings.TrimSuffix(link, "/")} {
					a.call(t, "staff", "GET", download, "").is(t, http.StatusOK, "content")
				}
				created := a.call(t, "staff", "POST", m.at+"/tickets"+slash, `{"queue":1,"title":"kept"}`)
				at := m.at + "/tickets/" + created.id(t) + slash
				equal(t, created.object(t)["title"], any("kept"))
				equal(t, a.call(t, "staff", "PATCH", at, `{"title":"new"}`).object(t)["title"], any("new"))
				a.call(t, "staff", "GET", at, "").is(t, http.StatusOK, "")
				a.call(t, "staff", "OPTIONS", at, "").is(t, http.StatusOK, "")
				a.call(t, "staff", "DELETE", at, "").is(t, http.StatusNoContent, "")
				a.call(t, "", "GET", m.at+"/nothing"+slash, "").is(t, http.StatusNotFound, detail("Not found."))
			}
		})
	}
}

// TestAPathIsTakenWithOrWithoutThePrefix by the handler itself.
func TestAPathIsTakenWithOrWithoutThePrefix(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{Prefix: "/a/b/"})
	for path, status := range map[string]int{
		"/a/b": 200, "/a/b/": 200, "/": 200, "/a/b/users/me/": 200, "/users/me": 200, "/a/b/users/me//": 404,
		"/a": 404, "/a/": 404, "/a/bc": 404, "/A/b/users/me/": 404, "/a/b/a/b/users/me/": 404, "/b/users/me/": 404,
	} {
		if got := a.call(t, "staff", "GET", path, "").Code; got != status {
			t.Errorf("%s: %d, want %d", path, got, status)
		}
	}
}

// TestWeirdPathsAreUnknownAndNotRedirected also with a body that a redirect
// would lose.
func TestWeirdPathsAreUnknownAndNotRedirected(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	for _, path := range []string{
		"//api/tickets/", "/api//tickets/", "/api/tickets//", "/api/tickets/1//", "/API/tickets/", "/api/Tickets/", "/api/tickets;x/",
		"/api/./tickets/",
		"/api/../api/tickets/", "/api/x/../tickets/", "/api/tickets.json", "/api/%00", "/api/tickets/1/history/x/",
		"/api/followups-attachments/1/download/x",
		"/apix/tickets/", "/apitickets/", "/api/ticket/", "/api/tickets/1/x/",
	} {
		r := httptest.NewRequestWithContext(t.Context(), "POST", "/", strings.NewReader(`{"queue":1,"title":"x"}`))
		r.URL.Path, r.URL.RawPath = path, ""
		got := a.do(t, "staff", r)
		got.is(t, http.StatusNotFound, detail("Not found.")).has(t, "Location", "").has(t, "Allow", "").has(t, "Content-Type",
			"application/json")
	}
}

// TestAMistakeOfTheHostIsAnError when the handler is made, not later.
func TestAMistakeOfTheHostIsAnError(t *testing.T) {
	t.Parallel()
	if h, err := httpapi.New(nil, httpapi.Config{}); err == nil || h != nil {
		t.Errorf("without a desk: %v, %v", h, err)
	}
	d := newAPI(t, httpapi.Config{}).Desk.Desk
	for _, prefix := range []string{"https://example.com/api", "/a//b", "/../api", "/./api", "/a?b", "/a#b", "/a b", "/a%20b", "/é",
		"/a\nb", "/{desk}/api", `\\api`, "/api/*"} {
		h, err := httpapi.New(d, httpapi.Config{Prefix: prefix})
		if bad := prefix != "/api/*"; bad != (err != nil) || bad != (h == nil) {
			t.Errorf("%q: %v", prefix, err)
		}
	}
}
