package httpapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/auth"
	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
	"github.com/go-helpdesk/helpdesk/webhook"
)

// way is how a request of any operation gets an answer with a status.
type way struct {
	status int
	name   string
	api    *api
	change func(*operationRequest)        // nil changes nothing
	on     func(method, path string) bool // nil is every operation that can have the status
}

// operationRequest is a request of an operation of the document.
type operationRequest struct {
	*http.Request
	template string // the path in the document
	as       string // who sends it
}

// ways returns a way to each status that operations have in common.
func (a *api) ways(t *testing.T) []way {
	t.Helper()
	who := func(id auth.Identity, err error) *api {
		return serve(a.Desk, a.log, httpapi.Config{Authenticator: auth.Func(func(*http.Request) (auth.Identity, error) { return id, err })})
	}
	broken := func(err error) *api { return a.over(failing{start: func() error { return err }}) }
	full := fmt.Errorf("write: %w", helpdesk.ErrFull)
	isSafe := func(method, path string) bool {
		return slices.Contains([]string{"GET", "HEAD", "OPTIONS"}, method) && (method != "GET" || !strings.HasSuffix(path, "/stream/"))
	}
	isData := func(method, path string) bool { return method != "OPTIONS" && path != "/" }
	isFile := func(method, path string) bool { return isSafe(method, path) && strings.HasSuffix(path, "/download/") }
	isMe := func(_, path string) bool { return path == "/users/me/" }
	isMissed := func(method, path string) bool {
		return strings.Contains(path, "{") || isSafe(method, path) && !isMe(method, path)
	}
	return []way{
		{http.StatusOK, "as it should be", a, nil, isSafe},
		{http.StatusPartialContent, "a range", a, header("Range", "bytes=0-0"), nil},
		{http.StatusNotModified, "any version is known", a, header("If-None-Match", "*"), isFile},
		{http.StatusNotModified, "the version is known", a, func(r *operationRequest) { a.knowsVersion(t, r) }, isSafe},
		{http.StatusBadRequest, "a host that is none", a, func(r *operationRequest) { r.Host = "desk example" }, nil},
		{http.StatusUnauthorized, "a wrong password", who(auth.Identity{}, &auth.Rejected{Detail: "No."}), nil, nil},
		{http.StatusForbidden, "an account that is refused", who(auth.Identity{}, &auth.Forbidden{Detail: "No."}), nil, nil},
		{http.StatusNotFound, "no such object", a, (*operationRequest).miss, isMissed},
		{http.StatusNotFound, "an account that was deleted", who(auth.Identity{User: a.deleted(t)}, nil), nil, isMe},
		{http.StatusNotAcceptable, "HTML", a, header("Accept", "text/html"), nil},
		{http.StatusConflict, "a transaction that is given up", broken(helpdesk.ErrConflict), nil, isData},
		{http.StatusPreconditionFailed, "another version", a, header("If-Match", `"another"`), nil},
		{http.StatusRequestEntityTooLarge, "a large body", a, func(r *operationRequest) { r.send("application/json", largeBody) }, nil},
		{http.StatusUnsupportedMediaType, "a text", a, func(r *operationRequest) { r.send("text/plain", "x") }, nil},
		{http.StatusRequestedRangeNotSatisfiable, "a range behind the end", a, header("Range", "bytes=999999-"), nil},
		{http.StatusUnprocessableEntity, "a key of another request", a, func(r *operationRequest) { a.useKey(t, r) }, nil},
		{http.StatusPreconditionRequired, "no If-Match", serve(a.Desk, a.log, httpapi.Config{RequireIfMatch: true}), nil, nil},
		{http.StatusTooManyRequests, "a throttle", who(auth.Identity{}, &auth.Throttled{RetryAfter: time.Minute}), nil, nil},
		{http.StatusInternalServerError, "an authenticator that names nobody", who(auth.Identity{}, nil), nil, nil},
		{http.StatusInternalServerError, "a store that fails", broken(errBoom), nil, isData},
		{http.StatusServiceUnavailable, "an authenticator that fails", who(auth.Identity{}, errBoom), nil, nil},
		{http.StatusServiceUnavailable, "a busy store", broken(helpdesk.ErrBusy), nil, isData},
		{http.StatusInsufficientStorage, "no room for an account", who(auth.Identity{}, full), nil, nil},
		{http.StatusInsufficientStorage, "no room for data", broken(full), nil, isData},
	}
}

// TestEveryOperationAnswersAsAllDo: each operation of the document gets each status that it
// names by the way that is the same for all operations, with an object 1 behind every route.
// What is special to an operation, other tests get. The tests of internal/openapitest make
// sure that no status is missing.
func TestEveryOperationAnswersAsAllDo(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	a.fillForAll(t)
	strict := serve(a.Desk, a.log, httpapi.Config{RequireIfMatch: true})
	var d declared
	check(t, json.Unmarshal(strict.call(t, "admin", "GET", "/api/openapi.json", "").is(t, http.StatusOK, "").Body.Bytes(), &d))
	ways, asked := a.ways(t), 0
	for path, operations := range d.Paths {
		for method, text := range operations {
			if method == "parameters" {
				continue
			}
			var op openAPIOperation
			check(t, json.Unmarshal(text, &op))
			for _, w := range ways {
				if w.isFor(strings.ToUpper(method), path, op) {
					w.goes(t, strings.ToUpper(method), path, op)
					asked++
				}
			}
		}
	}
	if asked < 1_000 {
		t.Errorf("only %d requests", asked)
	}
}

// fillForAll makes an object 1 of each noun: a ticket of jane with an attachment, a group, a
// token and a webhook with a delivery. Requesters may open tickets.
func (a *api) fillForAll(t *testing.T) {
	t.Helper()
	ctx, admin := t.Context(), a.Users["admin"]
	a.Fill(t, 1)
	_, err := a.CreateGroup(ctx, admin, &user.Group{Name: "Everyone"})
	check(t, err)
	_, _, err = a.CreateToken(ctx, admin, &user.Token{UserID: admin.ID, Name: "x"})
	check(t, err)
	hook, err := a.CreateWebhook(ctx, admin, &webhook.Webhook{URL: "https://example.org/", Active: true})
	check(t, err)
	_, err = a.TestWebhook(ctx, admin, hook.ID)
	check(t, err)
	_, err = a.UpdateQueue(ctx, admin, a.Queues["support"].ID, func(q *ticket.Queue) error {
		q.AllowPublicSubmission = true
		return nil
	})
	check(t, err)
}

// isFor reports whether an operation of the document can have the status, and by this way.
func (w *way) isFor(method, template string, op openAPIOperation) bool {
	_, named := op.Responses[strconv.Itoa(w.status)]
	return named && (w.on == nil || w.on(method, template))
}

// goes expects that the way leads to its status. The body is the example of the document.
func (w *way) goes(t *testing.T, method, template string, op openAPIOperation) {
	t.Helper()
	body := "{}"
	if example, ok := op.RequestBody.Content["application/json"].Examples["recorded"]; ok {
		body = string(jsonText(example.Value))
	}
	path := "/api" + pathParameter.ReplaceAllString(template, "1")
	r := &operationRequest{httptest.NewRequestWithContext(t.Context(), method, path, nil), template, "admin"}
	if strings.HasPrefix(template, "/user_tickets/") {
		r.as = "jane"
	}
	if slices.Contains([]string{"POST", "PUT", "PATCH"}, method) {
		r.send("application/json", body)
	}
	if w.change != nil {
		w.change(r)
	}
	if got := w.api.do(t, r.as, r.Request); got.Code != w.status {
		t.Errorf("%s %s, %s: got %d, want %d: %s", method, template, w.name, got.Code, w.status, clip(got.Body.Bytes()))
	}
}

var pathParameter = regexp.MustCompile(`\{([a-z]+)\}`)

var largeBody = `{"x":"` + strings.Repeat("x", 3<<20) + `"}`

// header sets a header.
func header(name, value string) func(*operationRequest) {
	return func(r *operationRequest) { r.Header.Set(name, value) }
}

func (r *operationRequest) send(contentType, body string) {
	changed := httptest.NewRequestWithContext(r.Context(), r.Method, r.URL.String(), strings.NewReader(body))
	changed.Header.Set("Content-Type", contentType)
	r.Request = changed
}

// miss has the request name an object or a page that is not there.
func (r *operationRequest) miss() {
	r.URL = &url.URL{Path: "/api" + pathParameter.ReplaceAllString(r.template, "987654321")}
	if !strings.Contains(r.template, "{") {
		r.URL.RawQuery = "page=99"
	}
}

// knowsVersion has the request name the version that there is.
func (a *api) knowsVersion(t *testing.T, r *operationRequest) {
	t.Helper()
	first := httptest.NewRequestWithContext(r.Context(), r.Method, r.URL.Path, nil)
	r.Header.Set("If-None-Match", a.do(t, r.as, first).Header().Get("ETag"))
}

// useKey gives a POST the key of an earlier request with another content.
func (a *api) useKey(t *testing.T, r *operationRequest) {
	t.Helper()
	earlier := helpdesk.Request{Key: "used", Scope: strings.TrimSuffix(strings.TrimPrefix(r.URL.Path, "/api"), "/")}
	_, _, err := a.Once(t.Context(), a.Users[r.as], earlier, func(*helpdesk.Desk) ([]byte, error) { return []byte("200\r\n\r\n"), nil })
	check(t, err)
	r.Header.Set("Idempotency-Key", "used")
}

// deleted returns an account that was deleted.
func (a *api) deleted(t *testing.T) *user.User {
	t.Helper()
	ctx, admin := t.Context(), a.Users["admin"]
	u, err := a.CreateUser(ctx, admin, &user.User{Username: "gone", Active: true}, "a-good-pass-1")
	check(t, err)
	check(t, a.DeleteUser(ctx, admin, u.ID))
	return u
}
