package httpapi_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// with sends JSON with a header, unless its value is "".
func (a *api) with(t testing.TB, name, value, as, method, path, body string) *answer {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if value != "" {
		r.Header.Set(name, value)
	}
	got := a.do(t, as, r)
	got.name += " " + name + ": " + value
	return got
}

// tagged expects an entity tag, with what goes with it, and returns it.
func (r *answer) tagged(t testing.TB) string {
	t.Helper()
	tag := r.Header().Get("ETag")
	if len(tag) != 26 || tag[0] != '"' || tag[25] != '"' {
		t.Errorf("%s: ETag %s", r.name, tag)
	}
	return r.has(t, "Cache-Control", "private, no-cache").has(t, "Vary", "Authorization, Cookie").Header().Get("ETag")
}

// untagged expects no entity tag.
func (r *answer) untagged(t testing.TB) {
	t.Helper()
	r.has(t, "ETag", "").has(t, "Cache-Control", "no-store")
}

const (
	otherTag = `"AAAAAAAAAAAAAAAAAAAAAAAA"`
	changed  = "This was changed since it was read. Please read it again."
)

// item is an object with a URL of its own.
type item struct{ as, path string }

// items are an object of every noun.
func (a *api) items(t testing.TB) (all []item) {
	t.Helper()
	for _, e := range a.editables(t) {
		all = append(all, item{"admin", e.path})
	}
	mine := a.ticket(t, func(n *ticket.Ticket) { n.SubmitterEmail = new("jane@example.com") })
	token := a.call(t, "jane", "POST", "/api/tokens/", `{"name":"t"}`).id(t)
	return append(all, item{"jane", "/api/user_tickets/" + number(mine) + "/"}, item{"jane", "/api/tokens/" + token + "/"},
		item{"jane", "/api/users/me/"})
}

func TestAClientIsNotSentWhatItHas(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	for _, i := range a.items(t) {
		full := a.call(t, i.as, "GET", i.path, "").is(t, http.StatusOK, "")
		tag := full.tagged(t)
		equal(t, a.call(t, i.as, "HEAD", i.path, "").is(t, http.StatusOK, "").tagged(t), tag)
		for _, has := range []string{tag, "W/" + tag, "*", otherTag + ", " + tag, `"a,b" ,W/"c",` + tag} {
			for _, method := range []string{"GET", "HEAD"} {
				got := a.with(t, "If-None-Match", has, i.as, method, i.path, "").is(t, http.StatusNotModified, "")
				equal(t, got.tagged(t), tag)
				equal(t, got.Body.Len(), 0)
				got.has(t, "Content-Type", "")
			}
		}
		for _, has := range []string{otherTag, "W/" + otherTag, strings.Trim(tag, `"`), "x, " + tag, `"open`, tag[:25]} {
			a.with(t, "If-None-Match", has, i.as, "GET", i.path, "").is(t, http.StatusOK, full.Body.String())
		}
	}
	for _, path := range []string{"tickets/", "tickets/1/history/", "users/", "groups/", "queues/", "custom-fields/", "followups/",
		"followups-attachments/", "tokens/", ""} {
		a.with(t, "If-None-Match", "*", "admin", "GET", "/api/"+path, "").is(t, http.StatusOK, "").untagged(t)
	}
	a.call(t, "admin", "GET", "/api/tickets/99/", "").is(t, http.StatusNotFound, "").untagged(t)
	a.call(t, "admin", "POST", "/api/tokens/", `{"name":"secret"}`).is(t, http.StatusCreated, "").untagged(t)
}

// TestALongConversationHasATag, although its body is sent while it is read.
func TestALongConversationHasATag(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	id := a.ticket(t)
	long := strings.Repeat("x", 1<<20)
	for range 10 {
		a.reply(t, &followup.FollowUp{TicketID: id, Comment: &long})
	}
	path := "/api/tickets/" + number(id) + "/"
	tag := a.call(t, "staff", "GET", path, "").is(t, http.StatusOK, "").tagged(t)
	equal(t, a.call(t, "staff", "HEAD", path, "").tagged(t), tag)
	a.with(t, "If-None-Match", tag, "staff", "GET", path, "").is(t, http.StatusNotModified, "")
	got := a.with(t, "If-Match", tag, "staff", "PATCH", path, `{"title":"y"}`).is(t, http.StatusOK, "")
	equal(t, a.call(t, "staff", "GET", path, "").tagged(t), got.tagged(t))
}

func TestOnlyWhatTheClientHasReadIsChanged(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	all := a.editables(t)
	for _, e := range all {
		tag := a.call(t, "admin", "GET", e.path, "").tagged(t)
		unchanged := a.unchanged(t)
		for _, sent := range []string{otherTag, "W/" + tag, strings.Trim(tag, `"`), " "} {
			for _, c := range writesTo(e) {
				got := a.with(t, "If-Match", sent, "admin", c.method, e.path, c.body).is(t, http.StatusPreconditionFailed, detail(changed))
				equal(t, got.tagged(t), tag)
			}
		}
		for _, sent := range []string{otherTag, tag, "*"} { // what is found before
			a.with(t, "If-Match", sent, "", "PATCH", e.path, "{}").is(t, http.StatusUnauthorized, "").untagged(t)
			a.with(t, "If-Match", sent, "jane", "PATCH", e.path, "{}").is(t, http.StatusForbidden, "").untagged(t)
			a.with(t, "If-Match", sent, "admin", "PATCH", e.path+"9999/", "{}").is(t, http.StatusNotFound, "").untagged(t)
			a.with(t, "If-Match", sent, "admin", "POST", e.path, "{}").is(t, http.StatusMethodNotAllowed, "").untagged(t)
			a.with(t, "If-Match", sent, "admin", "PATCH", e.path, "{").is(t, http.StatusBadRequest, "").untagged(t)
		}
		a.with(t, "If-Match", tag, "admin", "PATCH", e.path, invalid).is(t, http.StatusBadRequest, "").untagged(t)
		unchanged()
		for round, sent := range []func(tag string) string{
			func(tag string) string { return tag },
			func(tag string) string { return otherTag + ` , W/"x", ` + tag },
			func(string) string { return "*" },
			func(string) string { return "" },
		} {
			got := a.with(t, "If-Match", sent(tag), "admin", "PATCH", e.path, string(jsonText(e.fields(round)))).is(t, http.StatusOK, "")
			if got.tagged(t) == tag {
				t.Errorf("%s: the tag stayed", got.name)
			}
			tag = got.tagged(t)
			equal(t, a.call(t, "admin", "GET", e.path, "").tagged(t), tag)
		}
	}
	for _, e := range slices.Backward(all) {
		tag := a.call(t, "admin", "GET", e.path, "").tagged(t)
		a.with(t, "If-Match", tag, "admin", "DELETE", e.path, "").is(t, http.StatusNoContent, "").has(t, "ETag", "")
		a.with(t, "If-Match", "*", "admin", "DELETE", e.path, "").is(t, http.StatusNotFound, "")
	}
	token := "/api/tokens/" + a.call(t, "jane", "POST", "/api/tokens/", `{"name":"t"}`).id(t) + "/"
	tag := a.call(t, "jane", "GET", token, "").tagged(t)
	equal(t, a.with(t, "If-Match", otherTag, "jane", "DELETE", token, "").is(t, http.StatusPreconditionFailed, "").tagged(t), tag)
	a.with(t, "If-Match", tag, "jane", "DELETE", token, "").is(t, http.StatusNoContent, "")
}

type request struct{ method, body string }

// writesTo are requests that write an object, or are refused for their fields.
func writesTo(e editable) []request {
	all := []request{{"PATCH", string(jsonText(e.fields(1)))}, {"PATCH", invalid}, {"DELETE", ""}}
	if e.noun != "user" { // which has no PUT
		all = append(all, request{"PUT", "{}"})
	}
	return all
}

// invalid is wrong for every noun.
const invalid = `{"title":[],"label":[],"name":[],"username":[],"filename":[]}`

func TestRequireIfMatch(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{RequireIfMatch: true})
	for _, e := range a.editables(t) {
		unchanged := a.unchanged(t)
		for _, c := range writesTo(e) {
			a.call(t, "admin", c.method, e.path, c.body).is(t, http.StatusPreconditionRequired,
				detail("This request needs the header If-Match, with the ETag of what was read.")).untagged(t)
			a.call(t, "jane", c.method, e.path, c.body).is(t, http.StatusForbidden, "")
			gone := e.path[:strings.LastIndexByte(e.path[:len(e.path)-1], '/')+1] + "9999/"
			a.call(t, "admin", c.method, gone, c.body).is(t, http.StatusNotFound, "")
		}
		unchanged()
		tag := a.call(t, "admin", "GET", e.path, "").tagged(t)
		a.with(t, "If-Match", tag, "admin", "PATCH", e.path, string(jsonText(e.fields(1)))).is(t, http.StatusOK, "")
		a.with(t, "If-Match", tag, "admin", "PATCH", e.path, string(jsonText(e.fields(1)))).is(t, http.StatusPreconditionFailed, "")
	}
}

// TestATagIsOfTheBaseURLAndTheKeys: the body depends on them.
func TestATagIsOfTheBaseURLAndTheKeys(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	for _, e := range a.editables(t) {
		tag := a.call(t, "admin", "GET", e.path, "").tagged(t)
		elsewhere := a.call(t, "admin", "GET", "http://other.example"+e.path, "").tagged(t)
		if links := slices.Contains([]string{"ticket", "follow-up", "attachment"}, e.noun); (elsewhere != tag) != links {
			t.Errorf("%s: %s here, %s at another address", e.path, tag, elsewhere)
		}
		seen := []string{tag}
		for _, query := range []string{"?fields=id", "?exclude=id", "?fields=id&exclude=id"} {
			other := a.call(t, "admin", "GET", e.path+query, "").tagged(t)
			if slices.Contains(seen, other) {
				t.Errorf("%s%s has the tag of other keys", e.path, query)
			}
			seen = append(seen, other)
			a.with(t, "If-Match", tag, "admin", "PATCH", e.path+query, "{}").is(t, http.StatusPreconditionFailed, "")
			a.with(t, "If-Match", other, "admin", "PATCH", e.path+query, "{}").is(t, http.StatusOK, "")
		}
		equal(t, a.call(t, "admin", "GET", e.path+"?page=2", "").tagged(t), tag)
	}
}

// TestNoUpdateUnderIfMatchIsLost: 50 clients add a line each to one ticket, and try again
// when somebody was faster.
func TestNoUpdateUnderIfMatchIsLost(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	path := "/api/tickets/" + number(a.ticket(t)) + "/"
	const clients = 50
	var all sync.WaitGroup
	for n := range clients {
		all.Go(func() {
			for status := 0; status != http.StatusOK; {
				read := whenFree(func() *answer { return a.call(t, "staff", "GET", path, "") }).is(t, http.StatusOK, "")
				text := fmt.Sprintf("%v\nclient %d.", read.object(t)["description"], n)
				body := string(jsonText(map[string]any{"description": text}))
				got := whenFree(func() *answer { return a.with(t, "If-Match", read.tagged(t), "staff", "PATCH", path, body) })
				if status = got.Code; status != http.StatusOK && status != http.StatusPreconditionFailed {
					got.is(t, http.StatusOK, "")
					return
				}
			}
		})
	}
	all.Wait()
	text := fmt.Sprint(a.call(t, "staff", "GET", path, "").object(t)["description"])
	for n := range clients {
		if line := fmt.Sprintf("client %d.", n); strings.Count(text, line) != 1 {
			t.Errorf("%q is there %d times", line, strings.Count(text, line))
		}
	}
}

// whenFree sends a request again as long as the desk says that it is busy, as it may be on
// a slow machine.
func whenFree(send func() *answer) *answer {
	for {
		if a := send(); a.Code != http.StatusServiceUnavailable {
			return a
		}
	}
}

// TestAFollowUpUnderIfMatchKeepsItsFiles: a file that was added after the follow-up was
// read is not deleted with it.
func TestAFollowUpUnderIfMatchKeepsItsFiles(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	f := a.reply(t, &followup.FollowUp{TicketID: a.ticket(t), Comment: new("x")})
	path := "/api/followups/" + number(f.ID) + "/"
	tag := a.call(t, "staff", "GET", path, "").tagged(t)
	a.upload(t, "staff", "POST", "/api/followups-attachments/", part{name: "followup", content: number(f.ID)},
		part{name: "file", filename: "a.txt", content: "x"}).is(t, http.StatusCreated, "").tagged(t)
	now := a.with(t, "If-Match", tag, "staff", "DELETE", path, "").is(t, http.StatusPreconditionFailed, "").tagged(t)
	a.with(t, "If-Match", now, "staff", "DELETE", path, "").is(t, http.StatusNoContent, "")
}

// TestAHostAsksForAVersion in the context of the request, as its own handlers do.
func TestAHostAsksForAVersion(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	path := "/api/tickets/" + number(a.ticket(t)) + "/"
	for version, status := range map[int64]int{99: http.StatusPreconditionFailed, 1: http.StatusOK} {
		r := httptest.NewRequestWithContext(helpdesk.IfVersion(t.Context(), version), "PATCH", path, strings.NewReader(`{}`))
		r.Header.Set("Content-Type", "application/json")
		a.do(t, "staff", r).is(t, status, "")
	}
	a.log.is(t)
}
