package httpapi_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/auth"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// failing is a store of which something fails.
type failing struct {
	storage.Store
	start func() error // before each transaction
	list  func() error // before each list of tickets
}

func (f *failing) View(ctx context.Context, fn func(storage.Tx) error) error {
	if err := f.start(); err != nil {
		return err
	}
	return f.Store.View(ctx, func(tx storage.Tx) error { return fn(failingTx{tx, f}) })
}

func (f *failing) Read(ctx context.Context, fn func(storage.Tx) error) error {
	if err := f.start(); err != nil {
		return err
	}
	return f.Store.Read(ctx, func(tx storage.Tx) error { return fn(failingTx{tx, f}) })
}

func (f *failing) Update(ctx context.Context, fn func(storage.Tx) error) error {
	if err := f.start(); err != nil {
		return err
	}
	return f.Store.Update(ctx, fn)
}

type failingTx struct {
	storage.Tx
	f *failing
}

func (x failingTx) FollowUps() followup.Store { return failingThreads{x.Tx.FollowUps(), x.f} }

type failingThreads struct {
	followup.Store
	f *failing
}

func (s failingThreads) Threads(ctx context.Context, q ticket.Query) ([]*followup.Thread, error) {
	if err := s.f.list(); err != nil {
		return nil, err
	}
	return s.Store.Threads(ctx, q)
}

func fine() error { return nil }

// over serves the same desk on a store that fails. Who asks is still known.
func (a *api) over(f failing) *api {
	f.Store = a.Store
	if f.start == nil {
		f.start = fine
	}
	if f.list == nil {
		f.list = fine
	}
	return a.on(&f)
}

// on serves the same desk on another store.
func (a *api) on(s storage.Store) *api {
	d := *a.Desk
	d.Desk = a.With(s)
	return serve(&d, a.log, httpapi.Config{Authenticator: auth.Basic(a.Desk.Desk)})
}

var errBoom = errors.New("boom: SELECT secret FROM helpdesk_user")

// requests reach the store in every way.
var requests = []struct{ method, path, body string }{
	{"GET", "/api/tickets/", ""},
	{"GET", "/api/tickets/1/", ""},
	{"POST", "/api/tickets/", `{"queue":1,"title":"x"}`},
	{"PATCH", "/api/tickets/1/", `{"title":"x"}`},
	{"DELETE", "/api/tickets/1/", ""},
	{"GET", "/api/followups-attachments/1/download/", ""},
	{"POST", "/api/users/", `{"username":"new","password":"long-enough-9"}`},
}

// TestAFailureOfTheStoreIsToldAsNothingButThat, and logged once with its cause.
func TestAFailureOfTheStoreIsToldAsNothingButThat(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err        error
		status     int
		detail     string
		retryAfter string
		logged     string
	}{
		"any": {errBoom, 500, "Server error.", "", "ERROR helpdesk: request failed"},
		"busy": {fmt.Errorf("gave up: %w", storage.ErrBusy), 503, "The server is busy. Please try again.", "1",
			"WARN helpdesk: database busy"},
		"deadline": {fmt.Errorf("list: %w", context.DeadlineExceeded), 503, "The request took too long. Please try again.", "1",
			"WARN helpdesk: request timed out"},
		"slow": {fmt.Errorf("list tickets: %w", &storage.SlowListError{Timeout: 5 * time.Second, Filters: []string{"created", "status"},
			Order: ticket.ByTitle}), 503, "This takes longer than 5 seconds. Please narrow it, by one of: " +
			"created, status, queue, assigned_to. Or leave out ordering.", "1", "WARN helpdesk: a list took too long"},
		"slow count": {&storage.SlowListError{Timeout: 1500 * time.Millisecond}, 503,
			"This takes longer than 2 seconds. Please narrow it, by one of: status, queue, assigned_to.", "1",
			"WARN helpdesk: a list took too long"},
		"conflict": {fmt.Errorf("update: %w", helpdesk.ErrConflict), 409,
			"This was changed by somebody else at the same time. Please try again.", "1", ""},
		"schema": {fmt.Errorf("old: %w", storage.ErrSchema), 500, "Server error.", "", "ERROR helpdesk: request failed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newAPI(t, httpapi.Config{}).over(failing{start: func() error { return c.err }})
			for _, r := range requests {
				got := a.call(t, "admin", r.method, r.path, r.body).is(t, c.status, detail(c.detail))
				got.has(t, "Retry-After", c.retryAfter).has(t, "Content-Type", "application/json")
				equal(t, got.Header().Get("Allow") != "", true)
				if c.logged == "" {
					a.log.is(t)
					continue
				}
				a.log.is(t, c.logged+" method="+r.method+" path="+r.path+" error="+c.err.Error())
			}
		})
	}
}

// TestAPanicIsAnsweredAndLoggedOnce, and the next request is served.
func TestAPanicIsAnsweredAndLoggedOnce(t *testing.T) {
	t.Parallel()
	broken := true
	a := newAPI(t, httpapi.Config{}).over(failing{start: func() error {
		if broken {
			panic("secret internals")
		}
		return nil
	}})
	for _, r := range requests {
		a.call(t, "admin", r.method, r.path, r.body).is(t, http.StatusInternalServerError, detail("Server error.")).has(t, "Content-Type",
			"application/json")
		a.log.is(t, "ERROR helpdesk: panic method="+r.method+" path="+r.path+" panic=secret internals")
	}
	broken = false
	a.call(t, "staff", "GET", "/api/tickets/", "").is(t, http.StatusOK, "")
}

func TestAHandlerThatIsAbortedStaysAborted(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{}).over(failing{start: func() error { panic(http.ErrAbortHandler) }})
	defer func() {
		if p := recover(); p != http.ErrAbortHandler {
			t.Errorf("recovered %v", p)
		}
		a.log.is(t)
	}()
	a.call(t, "staff", "GET", "/api/tickets/", "")
}

func TestAFailureToTellWhoAsksIsNoRefusal(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{Authenticator: auth.Func(func(*http.Request) (auth.Identity, error) { return auth.Identity{}, errBoom })})
	for _, path := range []string{"/api/tickets/", "/api/"} {
		got := a.call(t, "", "GET", path, "").is(t, http.StatusServiceUnavailable,
			detail("Authentication is not possible now. Please try again."))
		got.has(t, "Retry-After", "1").has(t, "WWW-Authenticate", "")
		a.log.is(t, "ERROR helpdesk: authentication failed method=GET path="+path+" error="+errBoom.Error())
	}
}

// TestAClientThatWentAwayIsNobodysError: nothing is written, nothing logged.
func TestAClientThatWentAwayIsNobodysError(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	known := serve(a.Desk, a.log, httpapi.Config{Authenticator: auth.Func(func(*http.Request) (auth.Identity, error) {
		return auth.Identity{User: a.Users["admin"]}, nil
	})})
	unchanged := a.unchanged(t)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for _, h := range []*api{a, known} {
		for _, r := range requests {
			h.do(t, "admin", httptest.NewRequestWithContext(gone, r.method, r.path, strings.NewReader(r.body)))
		}
	}
	a.log.is(t)
	unchanged()
}

// read fetches from a server, as far as it comes.
func read(t testing.TB, server *httptest.Server, path string) (status int, body []byte, err error) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "GET", server.URL+path, nil)
	check(t, err)
	r.SetBasicAuth("staff", testdesk.Password("staff"))
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	body, err = io.ReadAll(resp.Body)
	return resp.StatusCode, body, err
}

// TestAListThatFailsOnTheWayIsBrokenOff: what arrives is no JSON, and the
// client sees that the transfer failed.
func TestAListThatFailsOnTheWayIsBrokenOff(t *testing.T) {
	t.Parallel()
	for name, fail := range map[string]func() error{
		"error": func() error { return errBoom },
		"panic": func() error { panic("boom") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lists := 0
			a := newPages(t, httpapi.Config{}, 450).over(failing{list: func() error {
				if lists++; lists == 4 {
					return fail()
				}
				return nil
			}})
			server := httptest.NewUnstartedServer(a)
			server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
			server.Start()
			defer server.Close()
			status, body, err := read(t, server, "/api/tickets/")
			if status != http.StatusOK || err == nil || len(body) == 0 || json.Valid(body) {
				t.Errorf("%d, %d bytes, %v", status, len(body), err)
			}
			want := "ERROR helpdesk: answer broken off method=GET path=/api/tickets/ error=" + errBoom.Error()
			if name == "panic" {
				want = "ERROR helpdesk: panic method=GET path=/api/tickets/ panic=boom"
			}
			a.log.is(t, want)
		})
	}
}

func TestAListThatFailsAtOnceIsAnError(t *testing.T) {
	t.Parallel()
	a := newPages(t, httpapi.Config{}, 5).over(failing{list: func() error { return errBoom }})
	a.call(t, "staff", "GET", "/api/tickets/", "").is(t, http.StatusInternalServerError, detail("Server error."))
	a.log.is(t, "ERROR helpdesk: request failed method=GET path=/api/tickets/ error="+errBoom.Error())
}

// TestALongListIsSentBeforeItIsRead: its start, while no more than that was read.
func TestALongListIsSentBeforeItIsRead(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/api/tickets/", "/api/tickets/?page_size=1000000"} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			lists, arrived := 0, make(chan bool)
			a := newPages(t, httpapi.Config{}, 450).over(failing{list: func() error {
				if lists++; lists == 3 {
					<-arrived
				}
				return nil
			}})
			server := httptest.NewServer(a)
			defer server.Close()
			r, err := http.NewRequestWithContext(t.Context(), "GET", server.URL+path, nil)
			check(t, err)
			r.SetBasicAuth("staff", testdesk.Password("staff"))
			resp, err := http.DefaultTransport.RoundTrip(r)
			check(t, err)
			defer resp.Body.Close()
			_, err = io.ReadFull(resp.Body, make([]byte, 8<<10))
			close(arrived)
			check(t, err)
			_, err = io.Copy(io.Discard, resp.Body)
			check(t, err)
		})
	}
}

// bare is a host's writer that can do nothing but write.
type bare struct{ w http.ResponseWriter }

func (b bare) Header() http.Header         { return b.w.Header() }
func (b bare) Write(p []byte) (int, error) { return b.w.Write(p) }
func (b bare) WriteHeader(status int)      { b.w.WriteHeader(status) }

func TestALongListIsWholeOnAnyWriter(t *testing.T) {
	t.Parallel()
	a := newPages(t, httpapi.Config{}, 450)
	handler := a.Handler
	a.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(bare{w}, r) })
	equal(t, len(a.call(t, "staff", "GET", "/api/tickets/", "").is(t, http.StatusOK, "").list(t)), 450)
}

// TestAnUploadThatIsCutOffLeavesNothing closes the connection in the middle
// of a body that would be good up to there.
func TestAnUploadThatIsCutOffLeavesNothing(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	a.ticket(t)
	served := make(chan bool)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() { served <- true }()
		a.ServeHTTP(w, r)
	}))
	defer server.Close()
	unchanged := a.unchanged(t)
	file := "--b\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"a.txt\"\r\n\r\n" + strings.Repeat("x", 100_000)
	field := "--b\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n"
	for _, c := range []struct{ path, contentType, body string }{
		{"/api/tickets/", "multipart/form-data; boundary=b", fmt.Sprintf(field, "queue", "1") + fmt.Sprintf(field, "title",
			"x") + fmt.Sprintf(file, "attachment")},
		{"/api/followups/", "multipart/form-data; boundary=b", fmt.Sprintf(field, "ticket", "1") + fmt.Sprintf(file, "attachments")},
		{"/api/tickets/", "multipart/form-data; boundary=b", fmt.Sprintf(field, "queue", "1") + fmt.Sprintf(field, "title", "x")},
		{"/api/tickets/", "application/json", `{"queue":1,"title":"x"}`},
		{"/api/tickets/", typeForm, "queue=1&title=x"},
	} {
		for _, framing := range []string{"Content-Length: 200000\r\n\r\n" + c.body,
			fmt.Sprintf("Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n", len(c.body), c.body)} {
			conn, err := net.Dial("tcp", server.Listener.Addr().String())
			check(t, err)
			r := httptest.NewRequest("POST", "/", nil)
			r.SetBasicAuth("staff", testdesk.Password("staff"))
			_, err = fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: x\r\nAuthorization: %s\r\nContent-Type: %s\r\n%s", c.path,
				r.Header.Get("Authorization"), c.contentType, framing)
			check(t, err)
			check(t, conn.Close())
			<-served
			unchanged()
		}
	}
}

// TestAnActorWhoIsNoUserWritesNothing: the account was deleted after it was
// authenticated, or the host's authenticator names a user that the store has not.
func TestAnActorWhoIsNoUserWritesNothing(t *testing.T) {
	t.Parallel()
	stranger := *helpdesk.System()
	stranger.ID = 987654321
	a := newAPI(t, httpapi.Config{Authenticator: auth.Func(func(*http.Request) (auth.Identity,
		error) {
		return auth.Identity{User: &stranger}, nil
	})})
	unchanged := a.unchanged(t)
	a.call(t, "", "POST", "/api/tickets/", `{"queue":1,"title":"x"}`).is(t, http.StatusForbidden,
		detail("You do not have permission to perform this action."))
	unchanged()
}
