package httpapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/auth"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/storage/storagetest"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// api is a handler over a desk in the start state.
type api struct {
	http.Handler
	*testdesk.Desk
	log *logbook
}

// newAPI serves a new desk. Custom fields named in required are.
func newAPI(t testing.TB, c httpapi.Config, required ...string) *api {
	t.Helper()
	book := &logbook{}
	return serve(testdesk.New(t, helpdesk.Config{Logger: slog.New(book)}, required...), book, c)
}

// serve serves a desk, to the accounts of the start state unless the
// configuration has an authenticator.
func serve(d *testdesk.Desk, book *logbook, c httpapi.Config) *api {
	if c.Authenticator == nil {
		c.Authenticator = auth.Basic(d.Desk)
	}
	return &api{newHandlerOver(d.Store, d.Desk, c), d, book}
}

// newHandler is httpapi.New of what is known to be good.
func newHandler(d *helpdesk.Desk, c httpapi.Config) http.Handler { return newHandlerOver(nil, d, c) }

// newHandlerOver is newHandler of a desk over a store, or over one that wraps it. What the
// handler answers is recorded where the tests are asked to.
func newHandlerOver(s storage.Store, d *helpdesk.Desk, c httpapi.Config) http.Handler {
	if recordTo != "" {
		return record(s, d, c)
	}
	h, err := httpapi.New(d, c)
	must(err)
	return h
}

// logbook is a log that tests read.
type logbook struct {
	mu    sync.Mutex
	lines []string
}

func (b *logbook) Enabled(context.Context, slog.Level) bool { return true }
func (b *logbook) WithAttrs([]slog.Attr) slog.Handler       { return b }
func (b *logbook) WithGroup(string) slog.Handler            { return b }
func (b *logbook) Handle(_ context.Context, r slog.Record) error {
	line, late := r.Level.String()+" "+r.Message, false
	r.Attrs(func(a slog.Attr) bool {
		if a.Key != "stack" {
			line += fmt.Sprintf(" %s=%v", a.Key, a.Value)
		}
		err, _ := a.Value.Any().(error)
		late = late || errors.Is(err, context.DeadlineExceeded)
		return true
	})
	if late && strings.HasSuffix(r.Message, "was not written down") {
		return nil // a login waits a second at most for its bookkeeping, and a loaded machine may need longer
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.lines = append(b.lines, line)
	return nil
}

// is expects the log to hold these lines, and empties it.
func (b *logbook) is(t testing.TB, want ...string) {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	if got := strings.Join(b.lines, "\n"); got != strings.Join(want, "\n") {
		t.Errorf("logged\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
	b.lines = nil
}

// answer is what came back.
type answer struct {
	*httptest.ResponseRecorder
	name string
}

// do sends a request as an account, "" for nobody.
func (a *api) do(t testing.TB, as string, r *http.Request) *answer {
	t.Helper()
	if as != "" {
		r.SetBasicAuth(as, testdesk.Password(as))
	}
	w := httptest.NewRecorder()
	a.ServeHTTP(w, r)
	return &answer{w, as + " " + r.Method + " " + r.URL.String()}
}

// call sends JSON, or nothing.
func (a *api) call(t testing.TB, as, method, path, body string) *answer {
	t.Helper()
	return a.send(t, as, method, path, "application/json", body)
}

func (a *api) send(t testing.TB, as, method, path, contentType, body string) *answer {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", contentType)
	}
	return a.do(t, as, r)
}

const typeForm = "application/x-www-form-urlencoded"

// upload sends a multipart form.
func (a *api) upload(t testing.TB, as, method, path string, parts ...part) *answer {
	t.Helper()
	contentType, body := form(parts...)
	return a.send(t, as, method, path, contentType, body)
}

// part is one part of a multipart form: a file when it has a filename.
type part struct{ name, filename, contentType, content string }

func form(parts ...part) (contentType, body string) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, p := range parts {
		h := textproto.MIMEHeader{"Content-Disposition": {`form-data; name="` + p.name + `"`}}
		if p.filename != "" {
			h["Content-Disposition"][0] += `; filename="` + p.filename + `"`
		}
		if p.contentType != "" {
			h["Content-Type"] = []string{p.contentType}
		}
		if out, err := w.CreatePart(h); err == nil {
			_, _ = io.WriteString(out, p.content)
		}
	}
	_ = w.Close()
	return w.FormDataContentType(), b.String()
}

// is expects a status and, unless it is "", a body.
func (r *answer) is(t testing.TB, status int, body string) *answer {
	t.Helper()
	if r.Code != status || body != "" && r.Body.String() != body {
		t.Errorf("%s\ngot  %d %s\nwant %d %s", r.name, r.Code, clip(r.Body.Bytes()), status, body)
	}
	return r
}

// has expects a header.
func (r *answer) has(t testing.TB, name, value string) *answer {
	t.Helper()
	if got := r.Header().Get(name); got != value {
		t.Errorf("%s\n%s: %q, want %q", r.name, name, got, value)
	}
	return r
}

// object is the body as JSON.
func (r *answer) object(t testing.TB) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal(r.Body.Bytes(), &v); err != nil {
		t.Fatalf("%s: %v: %s", r.name, err, clip(r.Body.Bytes()))
	}
	return v
}

// list are the ids of a list's elements.
func (r *answer) list(t testing.TB) (ids []int64) {
	t.Helper()
	for _, item := range r.object(t)["results"].([]any) {
		ids = append(ids, int64(item.(map[string]any)["id"].(float64)))
	}
	return ids
}

// id is the id of what was created.
func (r *answer) id(t testing.TB) string {
	t.Helper()
	r.is(t, http.StatusCreated, "")
	return strconv.Itoa(int(r.object(t)["id"].(float64)))
}

// unchanged fails the test when something was written since it was called.
func (a *api) unchanged(t testing.TB) func() {
	t.Helper()
	before := storagetest.Dump(t, a.Store)
	return func() {
		t.Helper()
		if after := storagetest.Dump(t, a.Store); after != before {
			t.Errorf("something was written.\nbefore:\n%safter:\n%s", before, after)
		}
	}
}

// ticket opens a ticket, without HTTP.
func (a *api) ticket(t testing.TB, change ...func(*ticket.Ticket)) int64 {
	t.Helper()
	n := &ticket.Ticket{QueueID: a.Queues["support"].ID, Title: "Broken"}
	for _, f := range change {
		f(n)
	}
	opened, err := a.CreateTicket(t.Context(), a.Users["staff"], n)
	check(t, err)
	return opened.ID
}

// reply answers a ticket, without HTTP.
func (a *api) reply(t testing.TB, f *followup.FollowUp, files ...followup.Upload) *followup.FollowUp {
	t.Helper()
	answer, err := a.Reply(t.Context(), a.Users["staff"], f, files...)
	check(t, err)
	return answer
}

// file is an upload held in memory.
func file(name, content string) followup.Upload {
	return followup.Upload{Filename: name, Size: int64(len(content)), Open: func() (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(content)), nil
	}}
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func equal[T comparable](t testing.TB, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("got %v, want %v", got, want)
	}
}

// jsonText is a value as JSON.
func jsonText(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

func detail(text string) string { return `{"detail":` + strconv.Quote(text) + `}` }

// number is an id in a path or a body.
func number(id int64) string { return strconv.FormatInt(id, 10) }
