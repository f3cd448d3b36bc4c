package httpapi_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/go-helpdesk/helpdesk/auth"
	"github.com/go-helpdesk/helpdesk/httpapi"
)

// BenchmarkAuthentication answers requests over a connection, with Basic
// authentication after the first and with none: the two should cost the same.
func BenchmarkAuthentication(b *testing.B) {
	a := newAPI(b, httpapi.Config{})
	for range 25 {
		a.ticket(b)
	}
	for name, authenticator := range map[string]auth.Authenticator{
		"none":  auth.Func(func(*http.Request) (auth.Identity, error) { return auth.Identity{User: a.Users["staff"]}, nil }),
		"basic": auth.Basic(a.Desk),
	} {
		for _, path := range []string{"/api/tickets/1/", "/api/tickets/?page_size=25"} {
			b.Run(name+path, func(b *testing.B) {
				server := httptest.NewServer(serve(a.Desk, a.log, httpapi.Config{Authenticator: authenticator}))
				defer server.Close()
				for b.Loop() {
					r, err := http.NewRequestWithContext(b.Context(), http.MethodGet, server.URL+path, nil)
					check(b, err)
					r.SetBasicAuth("staff", "staff-pass-1")
					answer, err := server.Client().Do(r)
					check(b, err)
					equal(b, answer.StatusCode, http.StatusOK)
					check(b, answer.Body.Close())
				}
			})
		}
	}
}
