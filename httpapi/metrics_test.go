package httpapi_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk/auth"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/storage"
)

type fromHost struct{}

// TestEachRequestIsObserved, however it ends, with the statements that it took.
func TestEachRequestIsObserved(t *testing.T) {
	t.Parallel()
	var told []httpapi.Metrics
	c := httpapi.Config{Observe: func(ctx context.Context, m httpapi.Metrics) {
		if ctx.Value(fromHost{}) != "host" {
			t.Errorf("%v is told with another context", m)
		}
		told = append(told, m)
	}}
	a := newAPI(t, c)
	id := a.ticket(t)
	a.reply(t, &followup.FollowUp{TicketID: id}, file("a.txt", "content"))
	for _, r := range []struct {
		method, path, body string
		want               httpapi.Metrics
	}{
		{"GET", "/api/", "", httpapi.Metrics{Method: "GET", Route: "/", Status: 200}},
		{"GET", "/api/tickets/1/", "", httpapi.Metrics{Method: "GET", Route: "/tickets/:id", Status: 200}},
		{"HEAD", "/tickets/", "", httpapi.Metrics{Method: "HEAD", Route: "/tickets", Status: 200}},
		{"PATCH", "/api/tickets/1", `{"title":"new"}`, httpapi.Metrics{Method: "PATCH", Route: "/tickets/:id", Status: 200}},
		{"POST", "/api/tickets/", `{`, httpapi.Metrics{Method: "POST", Route: "/tickets", Status: 400}},
		{"GET", "/api/followups-attachments/1/download/", "", httpapi.Metrics{Method: "GET", Route: "/followups-attachments/:id/download",
			Status: 200}},
		{"DELETE", "/api/tickets/99/", "", httpapi.Metrics{Method: "DELETE", Route: "/tickets/:id", Status: 404}},
		{"BREW", "/api/tickets/", "", httpapi.Metrics{Method: "OTHER", Route: "/tickets", Status: 405}},
		{"GET", "/api/nothing/", "", httpapi.Metrics{Method: "GET", Status: 404}},
		{"GET", "/api/tickets%2f1/", "", httpapi.Metrics{Method: "GET", Status: 404}},
	} {
		statements := 0
		ctx := context.WithValue(t.Context(), fromHost{}, "host")
		ctx = storage.WithObserver(ctx, func(context.Context, storage.Statement) { statements++ })
		told = nil
		req := httptest.NewRequestWithContext(ctx, r.method, r.path, strings.NewReader(r.body))
		req.Header.Set("Content-Type", "application/json")
		a.do(t, "staff", req).is(t, r.want.Status, "")
		if len(told) != 1 || told[0].Duration <= 0 {
			t.Fatalf("%s %s: told %v", r.method, r.path, told)
		}
		r.want.Statements, told[0].Duration = statements, 0
		if told[0] != r.want || r.want.Route == "/tickets/:id" && statements == 0 {
			t.Errorf("%s %s: told %+v, want %+v", r.method, r.path, told[0], r.want)
		}
	}
}

// TestARequestThatIsBrokenOffIsObserved too, and a panic.
func TestARequestThatIsBrokenOffIsObserved(t *testing.T) {
	t.Parallel()
	base := newAPI(t, httpapi.Config{})
	for want, start := range map[int]func() error{
		0:                              func() error { panic(http.ErrAbortHandler) },
		http.StatusInternalServerError: func() error { panic("boom") },
	} {
		var told []int
		d := *base.Desk
		d.Desk = base.With(&failing{Store: base.Store, list: fine, start: start})
		a := serve(&d, base.log, httpapi.Config{
			Authenticator: auth.Func(func(*http.Request) (auth.Identity, error) { return auth.Identity{User: base.Users["staff"]}, nil }),
			Observe:       func(_ context.Context, m httpapi.Metrics) { told = append(told, m.Status) },
		})
		a.observed(t, t.Context(), "GET", "/api/tickets/", "", func(storage.Statement) {})
		if len(told) != 1 || told[0] != want {
			t.Errorf("told %v, want %d", told, want)
		}
	}
}
