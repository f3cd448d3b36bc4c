package httpapi_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
)

// BenchmarkRoutes measures every method of every route, as the handler answers it
// to Basic authentication, on the database of HELPDESK_TEST_STORE; there is no
// network. Compare with other servers by make bench-compare.
func BenchmarkRoutes(b *testing.B) {
	c := newClient(b, 400)
	for _, r := range append(measuredReads(), measuredWrites()...) {
		b.Run(r.method+" "+r.path, func(b *testing.B) {
			send := c.prepare(b, r)
			send()
			n := c.got.elements()
			testdesk.Measure(b, r.element(), func(int) int {
				send()
				return n
			})
		})
	}
}

// TestEveryRouteIsMeasured, and takes its requests again and again.
func TestEveryRouteIsMeasured(t *testing.T) {
	t.Parallel()
	c := newClient(t, 32)
	measured := map[string]bool{"HEAD": true, "OPTIONS": true}
	for _, r := range append(measuredReads(), measuredWrites()...) {
		path := strings.ReplaceAll(r.path, "{ticket}", "1")
		if r.method == postAndDelete {
			measured["POST "+path], measured["DELETE "+path+"1/"] = true, true
		}
		measured[r.method+" "+path] = true
		send := c.prepare(t, r)
		for range 3 {
			send()
		}
	}
	for _, rt := range routes {
		for method := range strings.SplitSeq(rt.allow, ", ") {
			if !measured[method] && !measured[method+" "+rt.path] {
				t.Errorf("%s %s is not measured", method, rt.path)
			}
		}
	}
}

// measured is a request that can be repeated. In its path and body {ticket} is the
// id of one of jane's tickets and {new} a word that was not there before.
type measured struct{ as, method, path, body string }

// postAndDelete creates something and deletes it, where it must not pile up or
// could be deleted but once.
const postAndDelete = "POST+DELETE"

// element is what the answer is a list of.
func (r *measured) element() string {
	if path, _, _ := strings.Cut(r.path, "?"); strings.HasSuffix(path, "tickets/") {
		return "ticket"
	}
	return "item"
}

// measuredReads is GET of every route, and of pages.
func measuredReads() []measured {
	all := []measured{
		{"staff", "GET", "/api/tickets/?page_size=25", ""},
		{"staff", "GET", "/api/tickets/?page_size=25&page=2", ""},
		{"staff", "GET", "/api/tickets/?page_size=25&status=open,reopened", ""},
		{"staff", "GET", "/api/tickets/?page_size=25&fields=id,title,status", ""},
		{"staff", "GET", "/api/tickets/?page_size=100", ""},
		{"jane", "GET", "/api/user_tickets/?page_size=25", ""},
		{"staff", "GET", "/api/events/?limit=100", ""},
		{"jane", "GET", "/api/user_tickets/events/?limit=100", ""},
		{"staff", "GET", "/api/followups/?page_size=25", ""},
		{"staff", "GET", "/api/followups-attachments/?page_size=25", ""},
	}
	for _, rt := range routes {
		if strings.HasPrefix(rt.allow, "GET") {
			all = append(all, measured{rt.reader, "GET", rt.path, ""})
		}
	}
	return all
}

// measuredWrites changes what is there, adds and removes again, and only adds at
// the end.
func measuredWrites() []measured {
	_, upload := form(part{name: "followup", content: "1"}, part{name: "file", filename: "a.txt", content: "{new}"})
	return []measured{
		{"staff", "PUT", "/api/tickets/{ticket}/", `{"queue":1,"title":"{new}"}`},
		{"staff", "PATCH", "/api/tickets/{ticket}/", `{"title":"{new}","custom_notes":"{new}"}`},
		{"staff", "PUT", "/api/followups/1/", `{"ticket":1,"comment":"{new}"}`},
		{"staff", "PATCH", "/api/followups/1/", `{"comment":"{new}"}`},
		{"staff", "PUT", "/api/followups-attachments/1/", upload},
		{"staff", "PATCH", "/api/followups-attachments/1/", `{"filename":"{new}"}`},
		{"admin", "PATCH", "/api/users/1/", `{"first_name":"{new}"}`},
		{"jane", "POST", "/api/users/me/password/", `{"old_password":"jane-pass-1","new_password":"jane-pass-1"}`},
		{"admin", "PUT", "/api/groups/1/", `{"name":"{new}","users":[3],"queues":[2]}`},
		{"admin", "PATCH", "/api/groups/1/", `{"name":"{new}"}`},
		{"admin", "PUT", "/api/queues/1/", `{"title":"{new}","slug":"support"}`},
		{"admin", "PATCH", "/api/queues/1/", `{"title":"{new}"}`},
		{"admin", "PUT", "/api/custom-fields/1/", `{"label":"{new}","name":"company","data_type":"varchar","max_length":10}`},
		{"admin", "PATCH", "/api/custom-fields/1/", `{"label":"{new}"}`},

		{"staff", postAndDelete, "/api/tickets/", `{"queue":1,"title":"Printer","description":"It does not print."}`},
		{"staff", postAndDelete, "/api/followups/", `{"ticket":{ticket},"comment":"Have you tried again?"}`},
		{"staff", postAndDelete, "/api/followups-attachments/", upload},
		{"admin", postAndDelete, "/api/users/", `{"username":"{new}","password":"long-enough-9"}`},
		{"admin", postAndDelete, "/api/groups/", `{"name":"{new}","users":[3],"queues":[2]}`},
		{"jane", postAndDelete, "/api/tokens/", `{"name":"script"}`},
		{"admin", postAndDelete, "/api/queues/", `{"title":"{new}","slug":"{new}"}`},
		{"admin", postAndDelete, "/api/custom-fields/", `{"label":"{new}","name":"{new}","data_type":"text"}`},

		{"staff", "POST", "/api/tickets/",
			`{"queue":1,"title":"Printer","description":"It does not print.","custom_company":"ACME","custom_tier":"gold"}`},
		{"staff", "POST", "/api/followups/", `{"ticket":{ticket},"comment":"Have you tried again?","public":true,"new_status":3}`},
		{"jane", "POST", "/api/user_tickets/", `{"queue":1,"title":"Printer","description":"It does not print.","custom_company":"ACME"}`},
		{"jane", "POST", "/api/user_tickets/{ticket}/followups/", `{"comment":"I have, and it does not."}`},
	}
}

// client sends requests to a handler, with the same objects again and again: what
// is measured are the handler's.
type client struct {
	*api
	tickets, sent int
	got           sink
}

// newClient has a desk of so many tickets, and something behind every route.
func newClient(t testing.TB, tickets int) *client {
	t.Helper()
	c := &client{api: newAPI(t, httpapi.Config{}), tickets: tickets, got: sink{header: http.Header{}}}
	c.Fill(t, tickets)
	c.open(t, "support")
	c.call(t, "admin", "POST", "/api/groups/", `{"name":"Second line","users":[3],"queues":[1]}`).id(t)
	c.call(t, "jane", "POST", "/api/tokens/", "").id(t)
	return c
}

// prepare returns what sends a request and expects it to succeed.
func (c *client) prepare(t testing.TB, m measured) (send func()) {
	t.Helper()
	if m.method != postAndDelete {
		do := c.request(t, m)
		return func() { do("") }
	}
	m.method = "POST"
	post := c.request(t, m)
	remove := c.request(t, measured{m.as, "DELETE", m.path, ""})
	return func() {
		post("")
		_, id, _ := strings.Cut(c.got.String(), `"id":`)
		id, _, _ = strings.Cut(id, ",")
		remove(id + "/")
	}
}

// request returns what sends a request to a path and what is behind it.
func (c *client) request(t testing.TB, m measured) func(behind string) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), m.method, m.path, nil)
	if m.as != "" {
		r.SetBasicAuth(m.as, testdesk.Password(m.as))
	}
	body := &reusable{}
	if m.body != "" {
		r.Header.Set("Content-Type", contentType(m.body))
		r.Body = body
	}
	path := r.URL.Path
	return func(behind string) {
		c.sent++
		r.URL.Path = c.fillIn(path) + behind
		text := c.fillIn(m.body)
		body.Reset(text)
		r.ContentLength = int64(len(text))
		c.got.reset()
		c.ServeHTTP(&c.got, r)
		if c.got.status/100 != 2 {
			t.Fatalf("%s %s: %d %s", m.method, r.URL, c.got.status, clip(c.got.Bytes()))
		}
	}
}

// fillIn replaces what stands for something in a path or a body.
func (c *client) fillIn(s string) string {
	if !strings.Contains(s, "{") {
		return s
	}
	s = strings.ReplaceAll(s, "{ticket}", number(testdesk.JanesTicket(c.tickets, c.sent)))
	return strings.ReplaceAll(s, "{new}", "new-"+strconv.Itoa(c.sent))
}

// contentType is JSON, or the form that begins with its boundary.
func contentType(body string) string {
	if boundary, is := strings.CutPrefix(body, "--"); is {
		boundary, _, _ = strings.Cut(boundary, "\r\n")
		return "multipart/form-data; boundary=" + boundary
	}
	return "application/json"
}

// reusable is a body that can be sent again.
type reusable struct{ strings.Reader }

func (*reusable) Close() error { return nil }

// sink takes an answer as a server's writer does, and can take another.
type sink struct {
	bytes.Buffer
	header http.Header
	status int
}

func (s *sink) reset() {
	s.Reset()
	clear(s.header)
	s.status = http.StatusOK
}

func (s *sink) Header() http.Header              { return s.header }
func (s *sink) WriteHeader(status int)           { s.status = status }
func (s *sink) Flush()                           {}
func (s *sink) SetWriteDeadline(time.Time) error { return nil }

// elements is how many elements of a list the answer holds.
func (s *sink) elements() int {
	var list struct{ Results []json.RawMessage }
	_ = json.Unmarshal(s.Bytes(), &list) // or it is none
	return len(list.Results)
}
