package httpapi_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/idempotency"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// keyed sends JSON with an Idempotency-Key.
func (a *api) keyed(t testing.TB, as, key, path, body string) *answer {
	t.Helper()
	return a.keyedAs(t, as, key, path, "application/json", body)
}

func (a *api) keyedAs(t testing.TB, as, key, path, contentType, body string) *answer {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("Content-Type", contentType)
	r.Header.Set("Idempotency-Key", key)
	return a.do(t, as, r)
}

// keyedForm sends a multipart form with an Idempotency-Key and a boundary of its own.
func (a *api) keyedForm(t testing.TB, as, key, path string, parts ...part) *answer {
	t.Helper()
	contentType, body := form(parts...)
	return a.keyedAs(t, as, key, path, contentType, body)
}

// replays expects the same answer as the first, and that it says so.
func (r *answer) replays(t testing.TB, first *answer) {
	t.Helper()
	r.is(t, first.Code, first.Body.String()).has(t, "Idempotency-Replayed", "true")
	r.has(t, "Content-Type", first.Header().Get("Content-Type")).has(t, "Location", first.Header().Get("Location"))
	r.has(t, "ETag", first.Header().Get("ETag")).has(t, "Cache-Control", first.Header().Get("Cache-Control"))
	first.has(t, "Idempotency-Replayed", "")
}

const reused = `{"detail":"This Idempotency-Key was used for another request."}`

// posts is a POST of each route.
var posts = []struct {
	path, as, body string
	kept           bool
}{
	{"/api/tickets/", "staff", `{"queue":1,"title":"x"}`, true},
	{"/api/user_tickets/", "jane", `{"queue":1,"title":"x"}`, true},
	{"/api/user_tickets/:id/followups/", "jane", `{"comment":"x"}`, true},
	{"/api/followups/", "staff", `{"ticket":1,"comment":"x"}`, true},
	{"/api/users/", "admin", `{"username":"new","password":"long-enough-9"}`, true},
	{"/api/users/me/password/", "jane", `{"old_password":"jane-pass-1","new_password":"long-enough-9"}`, true},
	{"/api/groups/", "admin", `{"name":"x"}`, true},
	{"/api/tokens/", "jane", `{"name":"x"}`, false}, // its secret is not kept
	{"/api/queues/", "admin", `{"title":"x","slug":"x"}`, true},
	{"/api/custom-fields/", "admin", `{"name":"x","label":"x","data_type":"text"}`, true},
	{"/api/followups-attachments/", "staff", "", true}, // a form
	{"/api/webhooks/", "admin", `{"url":"https://example.org/"}`, false},
	{"/api/webhooks/:id/rotate/", "admin", `{}`, false},
	{"/api/webhooks/:id/test/", "admin", `{}`, true},
	{"/api/webhooks/:id/replay/", "admin", `{"after":0}`, true},
	{"/api/webhooks/:id/deliveries/:delivery/retry/", "admin", `{}`, true},
}

// TestEveryPOSTHappensOnce: a retry gets the first answer, or is told that it is not kept.
func TestEveryPOSTHappensOnce(t *testing.T) {
	t.Parallel()
	routes := httpapi.PostPaths()
	for _, p := range posts {
		routes = slices.DeleteFunc(routes, func(path string) bool { return path == p.path })
		t.Run(p.path, func(t *testing.T) {
			t.Parallel()
			a := newAPI(t, httpapi.Config{})
			a.call(t, "admin", "PATCH", "/api/queues/1/", `{"allow_public_submission":true}`).is(t, http.StatusOK, "")
			id := number(a.ticket(t, func(n *ticket.Ticket) { n.SubmitterEmail = new("jane@example.com") }))
			hook := a.call(t, "admin", "POST", "/api/webhooks/", `{"url":"https://example.org/"}`).id(t)
			a.call(t, "admin", "POST", "/api/webhooks/"+hook+"/test/", "").is(t, http.StatusAccepted, "")
			path := strings.NewReplacer("webhooks/:id", "webhooks/"+hook, ":id", id, ":delivery", "1").Replace(p.path)
			as := p.as
			send := func(key string) *answer {
				if p.body == "" {
					return a.keyedForm(t, as, key, path, part{name: "followup", content: "1"},
						part{name: "file", filename: "a.txt", content: "content"})
				}
				return a.keyed(t, as, key, path, strings.Replace(p.body, `"ticket":1`, `"ticket":`+id, 1))
			}
			first := send("k")
			first.has(t, "Idempotency-Replayed", "")
			if first.Code >= 300 {
				t.Fatalf("%d %s", first.Code, first.Body)
			}
			unchanged := a.unchanged(t)
			again := func(key string) *answer {
				if p.path != "/api/users/me/password/" {
					return send(key)
				}
				r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, strings.NewReader(p.body))
				r.SetBasicAuth(as, "long-enough-9")
				r.Header.Set("Content-Type", "application/json")
				r.Header.Set("Idempotency-Key", key)
				w := httptest.NewRecorder()
				a.ServeHTTP(w, r)
				return &answer{w, path}
			}
			for range 2 {
				if p.kept {
					again("k").replays(t, first)
					continue
				}
				again("k").is(t, http.StatusConflict, detail("This request was carried out before. Its answer is not kept, "+
					"because it is too long or has a secret.")).has(t, "Retry-After", "")
			}
			unchanged()
			a.keyed(t, "", "k", path, p.body).is(t, http.StatusUnauthorized, "")
		})
	}
	equal(t, strings.Join(routes, ", "), "")
}

// TestRightsComeBeforeKeys, and before the body.
func TestRightsComeBeforeKeys(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	const body = `{"queue":1,"title":"x"}`
	first := a.keyed(t, "staff", "k", tickets, body).is(t, http.StatusCreated, "")
	a.keyed(t, "", "k", tickets, body).is(t, http.StatusUnauthorized, "")
	a.keyed(t, "jane", "k", tickets, body).is(t, http.StatusForbidden, "")
	a.keyed(t, "", "", tickets, body).is(t, http.StatusUnauthorized, "")
	a.keyed(t, "staff", "k", "/api/nothing/", body).is(t, http.StatusNotFound, "")
	for _, key := range []string{"", "a b", strings.Repeat("k", 256)} {
		a.keyed(t, "staff", key, tickets, body).is(t, http.StatusBadRequest,
			detail("The header Idempotency-Key must be one text of 1 to 255 visible ASCII characters, bare or in double quotes."))
	}
	a.keyed(t, "staff", `"k"`, tickets, body).replays(t, first) // quoted or bare
	a.call(t, "admin", "PATCH", "/api/users/"+number(a.Users["staff"].ID)+"/", `{"is_staff":false}`).is(t, http.StatusOK, "")
	a.keyed(t, "staff", "k", tickets, body).is(t, http.StatusForbidden, "")
}

// TestAnotherRequestWithTheSameKeyIsRefused: what differs in a field, a file, the query or
// the kind of body. Neither the boundary nor the order of fields makes another request.
func TestAnotherRequestWithTheSameKeyIsRefused(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	const body = `{"queue":1,"title":"x","description":"y"}`
	first := a.keyed(t, "staff", "k", tickets, body).is(t, http.StatusCreated, "")
	a.keyed(t, "staff", "k", tickets, "{ \"title\" : \"\\u0078\",\n\"description\":\"y\",\"queue\":1}").replays(t, first)
	for _, other := range []string{`{"queue":1,"title":"y","description":"y"}`, `{"queue":1,"title":"x"}`,
		`{"queue":2,"title":"x","description":"y"}`, `{"queue":1,"title":"x","description":"y","unknown":1}`,
		`{"queue":"1","title":"x","description":"y"}`, `{}`} {
		a.keyed(t, "staff", "k", tickets, other).is(t, http.StatusUnprocessableEntity, reused)
	}
	a.keyedAs(t, "staff", "k", tickets, typeForm, "queue=1&title=x&description=y").is(t, http.StatusUnprocessableEntity, reused)
	a.keyed(t, "staff", "k", tickets+"?a=b", body).is(t, http.StatusUnprocessableEntity, reused)

	parts := func(name, content string) []part {
		return []part{{name: "ticket", content: "1"}, {name: "comment", content: "x"}, {"attachments", name, "text/plain", content},
			{"attachments", "b.txt", "", "b"}}
	}
	first = a.keyedForm(t, "staff", "k", "/api/followups/", parts("a.txt", "a")...).is(t, http.StatusCreated, "")
	a.keyedForm(t, "staff", "k", "/api/followups/", parts("a.txt", "a")...).replays(t, first)
	moved := parts("a.txt", "a")
	moved[0], moved[1] = moved[1], moved[0]
	a.keyedForm(t, "staff", "k", "/api/followups/", moved...).replays(t, first)
	swapped := parts("a.txt", "a")
	swapped[2], swapped[3] = swapped[3], swapped[2]
	for _, other := range [][]part{parts("a.txt", "A"), parts("A.txt", "a"), parts("a.txt", strings.Repeat("a", 100*kilo)),
		parts("a.txt", "a")[:3], swapped} {
		a.keyedForm(t, "staff", "k", "/api/followups/", other...).is(t, http.StatusUnprocessableEntity, reused)
	}
	a.call(t, "staff", "GET", tickets, "").is(t, http.StatusOK, "")
	equal(t, len(a.call(t, "staff", "GET", tickets+"?page_size=100", "").list(t)), 1)
}

// TestKeysOfOthersAreSeparate: of another account, another route and another object.
func TestKeysOfOthersAreSeparate(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	const body = `{"queue":1,"title":"x"}`
	ids := map[string]bool{}
	for _, as := range []string{"staff", "admin"} {
		ids[a.keyed(t, as, "k", tickets, body).id(t)] = true
	}
	equal(t, len(ids), 2)
	a.keyed(t, "staff", "k", "/api/followups/", `{"ticket":1,"comment":"x"}`).is(t, http.StatusCreated, "")
	for range 2 {
		id := a.ticket(t, func(n *ticket.Ticket) { n.SubmitterEmail = new("jane@example.com") })
		got := a.keyed(t, "jane", "k", "/api/user_tickets/"+number(id)+"/followups/", `{"comment":"x"}`).is(t, http.StatusCreated, "")
		equal(t, got.object(t)["ticket"], any(float64(id)))
	}
}

// TestAFailureIsNotKept: a request that was refused can be corrected under the same key.
func TestAFailureIsNotKept(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	for _, body := range []string{`{"queue":1}`, `{"queue":99,"title":"x"}`, `{`, `{"queue":1}`} {
		a.keyed(t, "staff", "k", tickets, body).is(t, http.StatusBadRequest, "").has(t, "Idempotency-Replayed", "")
	}
	const password = `{"old_password":"OLD","new_password":"long-enough-9"}`
	a.keyed(t, "jane", "k", "/api/users/me/password/", password).is(t, http.StatusBadRequest,
		`{"old_password":["Your old password was entered incorrectly. Please enter it again."]}`)
	first := a.keyed(t, "staff", "k", tickets, `{"queue":1,"title":"x"}`).is(t, http.StatusCreated, "")
	a.keyed(t, "staff", "k", tickets, `{"queue":1,"title":"x"}`).replays(t, first)
	a.keyed(t, "staff", "k", tickets, `{"queue":1}`).is(t, http.StatusUnprocessableEntity, reused)
	a.keyed(t, "staff", "k", tickets, `{`).is(t, http.StatusBadRequest, "")
	a.keyed(t, "jane", "k", "/api/users/me/password/", strings.Replace(password, "OLD", "jane-pass-1", 1)).is(t, http.StatusNoContent, "")
}

// TestAReplayOutlivesWhatItIsAbout: the first answer comes back, though the ticket is gone.
func TestAReplayOutlivesWhatItIsAbout(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	id := number(a.ticket(t, func(n *ticket.Ticket) { n.SubmitterEmail = new("jane@example.com") }))
	path := "/api/user_tickets/" + id + "/followups/"
	first := a.keyed(t, "jane", "k", path, `{"comment":"x"}`).is(t, http.StatusCreated, "")
	a.call(t, "staff", "DELETE", tickets+id+"/", "").is(t, http.StatusNoContent, "")
	a.keyed(t, "jane", "k", path, `{"comment":"x"}`).replays(t, first)
	a.keyed(t, "jane", "other", path, `{"comment":"x"}`).is(t, http.StatusNotFound, "")
}

// TestAKeyIsFreeAfterADay, and not before.
func TestAKeyIsFreeAfterADay(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	book := &logbook{}
	a := serve(testdesk.New(t, helpdesk.Config{Logger: slog.New(book), Now: func() time.Time { return now }}), book, httpapi.Config{})
	const body = `{"queue":1,"title":"x"}`
	first := a.keyed(t, "staff", "k", tickets, body).is(t, http.StatusCreated, "")
	now = now.Add(idempotency.Lifetime)
	a.keyed(t, "staff", "k", tickets, body).replays(t, first)
	now = now.Add(time.Microsecond)
	a.keyed(t, "staff", "k", tickets, `{"queue":1,"title":"y"}`).is(t, http.StatusCreated, "").has(t, "Idempotency-Replayed", "")
}

// TestALongAnswerIsNotKept, but the request happens once all the same.
func TestALongAnswerIsNotKept(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	for i, size := range []int{60 * kilo, 70 * kilo, 300 * kilo} { // it is in the answer twice
		body := `{"queue":1,"title":"x","description":"` + strings.Repeat("x", size) + `"}`
		key := number(int64(size))
		first := a.keyed(t, "staff", key, tickets, body).is(t, http.StatusCreated, "")
		equal(t, first.Body.Len() > 2*size, true)
		check(t, testdesk.StrictJSON(first.Body.Bytes()))
		again := a.keyed(t, "staff", key, tickets, body)
		if i == 0 {
			again.replays(t, first)
		} else {
			again.is(t, http.StatusConflict, "")
		}
		equal(t, len(a.call(t, "staff", "GET", tickets+"?page_size=100", "").list(t)), i+1)
	}
}

// TestAReplayUsesNoLimits up, and is not kept from its answer by them.
func TestAReplayUsesNoLimits(t *testing.T) {
	t.Parallel()
	a, path := newLimited(t, helpdesk.Limits{CreatesPerMinute: 1, Burst: 2})
	const body = `{"comment":"x"}`
	first := a.keyed(t, "jane", "k", path, body).is(t, http.StatusCreated, "")
	for range 3 {
		a.keyed(t, "jane", "k", path, body).replays(t, first)
	}
	a.keyed(t, "jane", "second", path, body).is(t, http.StatusCreated, "")
	a.keyed(t, "jane", "third", path, body).is(t, http.StatusTooManyRequests, "")
	a.keyed(t, "jane", "k", path, body).replays(t, first)
}

// TestAReplayKeepsNoFiles: there is no directory for them.
func TestAReplayKeepsNoFiles(t *testing.T) {
	a := newAPI(t, httpapi.Config{})
	id := number(a.ticket(t))
	parts := []part{{name: "ticket", content: id}, {name: "attachments", filename: "a.txt", content: strings.Repeat("x", 150*kilo)}}
	first := a.keyedForm(t, "staff", "k", "/api/followups/", parts...).is(t, http.StatusCreated, "")
	t.Setenv("TMPDIR", t.TempDir()+"/none")
	a.keyedForm(t, "staff", "other", "/api/followups/", parts...).is(t, http.StatusInternalServerError, "")
	a.log.lines = nil
	a.keyedForm(t, "staff", "k", "/api/followups/", parts...).replays(t, first)
	parts[1].content += "x"
	a.keyedForm(t, "staff", "k", "/api/followups/", parts...).is(t, http.StatusUnprocessableEntity, reused)
}

// TestARequestThatIsStillRunning makes a retry wait, and then try later.
func TestARequestThatIsStillRunning(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	begun, end, done := make(chan struct{}), make(chan struct{}), make(chan error)
	r := helpdesk.Request{Key: "k", Scope: "/tickets"}
	go func() {
		_, _, err := a.Once(t.Context(), a.Users["staff"], r, func(*helpdesk.Desk) ([]byte, error) {
			close(begun)
			<-end
			return nil, http.ErrAbortHandler
		})
		done <- err
	}()
	<-begun
	const body = `{"queue":1,"title":"x"}`
	a.keyed(t, "staff", "k", tickets, body).is(t, http.StatusConflict,
		detail("A request with this Idempotency-Key is still being carried out. Please try again.")).has(t, "Retry-After", "1")
	close(end)
	equal(t, <-done, http.ErrAbortHandler)
	a.keyed(t, "staff", "k", tickets, body).is(t, http.StatusCreated, "")
}

// TestManyPOSTsWithOneKeyMakeOneTicket, through two handlers over one database.
func TestManyPOSTsWithOneKeyMakeOneTicket(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	desk, err := helpdesk.New(a.Store, helpdesk.Config{Hasher: a.Passwords()})
	check(t, err)
	other := *a.Desk
	other.Desk = desk
	both := []*api{a, serve(&other, a.log, httpapi.Config{})}
	answers := make([]*answer, 50)
	var all sync.WaitGroup
	for i := range answers {
		all.Go(func() { answers[i] = both[i%2].keyed(t, "staff", "k", tickets, `{"queue":1,"title":"x"}`) })
	}
	all.Wait()
	first := 0
	for _, got := range answers {
		got.is(t, http.StatusCreated, answers[0].Body.String())
		if got.Header().Get("Idempotency-Replayed") == "" {
			first++
		}
	}
	equal(t, first, 1)
	equal(t, len(a.call(t, "staff", "GET", tickets+"?page_size=100", "").list(t)), 1)
}

// TestWithoutAKeyNothingIsAsked of the database about keys.
func TestWithoutAKeyNothingIsAsked(t *testing.T) {
	t.Parallel()
	c := newCounted(t)
	c.take(t, "POST", tickets, `{"queue":1,"title":"x"}`)
	for _, query := range c.statements {
		for _, word := range []string{"helpdesk_request", "helpdesk_secret", "SAVEPOINT"} {
			if strings.Contains(query, word) {
				t.Error(query)
			}
		}
	}
	for _, method := range []string{"PUT", "PATCH", "GET", "DELETE"} { // they take no key
		r := httptest.NewRequestWithContext(t.Context(), method, tickets+"1/", strings.NewReader(`{"queue":1,"title":"x"}`))
		r.Header.Set("Idempotency-Key", "not a key")
		r.Header.Set("Content-Type", "application/json")
		if got := c.do(t, "", r); got.Code >= 300 {
			t.Errorf("%s: %d %s", method, got.Code, got.Body)
		}
	}
}
