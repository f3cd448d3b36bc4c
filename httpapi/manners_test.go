package httpapi_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// TestAnswersAreNotStored by caches, and what the host says of them stays. Downloads and
// single objects are, and always asked for again.
func TestAnswersAreNotStored(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	id := a.ticket(t)
	attachment := number(a.reply(t, &followup.FollowUp{TicketID: id}, file("a.txt", "content")).Attachments[0].ID)
	for range 101 {
		a.ticket(t) // the list is sent in parts
	}
	ask := func(as, method, path, body string) http.Header {
		r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		if as != "" {
			r.SetBasicAuth(as, as+"-pass-1")
		}
		w := httptest.NewRecorder()
		w.Header().Set("Vary", "Origin")
		a.ServeHTTP(w, r)
		return w.Header()
	}
	for _, c := range []struct{ as, method, path, body string }{
		{"", "GET", "/api/", ""},
		{"staff", "GET", "/api/tickets/", ""},
		{"staff", "HEAD", "/api/tickets/", ""},
		{"staff", "OPTIONS", "/api/tickets/", ""},
		{"staff", "POST", "/api/tickets/", `{`},
		{"staff", "POST", "/api/tokens/", `{"name":"x"}`},
		{"staff", "DELETE", "/api/tickets/2/", ""},
		{"staff", "GET", "/api/followups-attachments/99/download/", ""},
		{"", "GET", "/api/tickets/", ""},
		{"", "GET", "/api/nothing/", ""},
	} {
		h := ask(c.as, c.method, c.path, c.body)
		if h.Get("Cache-Control") != "no-store" || !slices.Equal(h["Vary"], []string{"Origin", "Authorization, Cookie"}) {
			t.Errorf("%s %s: %q, %q", c.method, c.path, h["Cache-Control"], h["Vary"])
		}
	}
	for _, c := range []struct{ method, path, body string }{
		{"GET", "/api/tickets/" + number(id) + "/", ""},
		{"POST", "/api/tickets/", `{"queue":1,"title":"x"}`},
	} { // a client may keep these by their ETag
		h := ask("staff", c.method, c.path, c.body)
		if h.Get("Cache-Control") != "private, no-cache" || !slices.Equal(h["Vary"], []string{"Origin", "Authorization, Cookie"}) {
			t.Errorf("%s %s: %q, %q", c.method, c.path, h["Cache-Control"], h["Vary"])
		}
	}
	h := ask("staff", "GET", "/api/followups-attachments/"+attachment+"/download/", "")
	if h.Get("Cache-Control") != "private, no-cache" || !slices.Equal(h["Vary"], []string{"Origin"}) {
		t.Errorf("a download: %q, %q", h["Cache-Control"], h["Vary"])
	}
}

// TestRequestersSeeNoUsernamesOfStaff, neither of who answered nor of whom the
// ticket is assigned to.
func TestRequestersSeeNoUsernamesOfStaff(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	staff := a.Users["staff"]
	id := a.ticket(t, func(n *ticket.Ticket) { n.SubmitterEmail, n.AssignedTo = new("jane@example.com"), &staff.ID })
	a.reply(t, &followup.FollowUp{TicketID: id, Title: new("Hello"), Comment: new("Is it plugged in?"), Public: true})
	path := "/api/user_tickets/" + number(id) + "/followups/"
	a.call(t, "jane", "POST", path, `{"comment":"Yes."}`).is(t, http.StatusCreated, "")

	got := a.call(t, "jane", "GET", path, "").is(t, http.StatusOK, "")
	var seen []string
	for _, f := range got.object(t)["results"].([]any) {
		title, _ := f.(map[string]any)["title"].(string)
		seen = append(seen, f.(map[string]any)["user"].(string)+": "+title)
	}
	if want := []string{"Support: Ticket Opened", "Support: Hello", "jane: Broken"}; !slices.Equal(seen, want) {
		t.Errorf("got %q, want %q", seen, want)
	}
	opening := a.call(t, "staff", "GET", "/api/followups/?page_size=1", "").object(t)["results"].([]any)[0].(map[string]any)
	equal(t, opening["title"], any("Ticket Opened & Assigned to staff"))
}
