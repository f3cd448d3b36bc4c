package cookbook

import (
	"context"
	"expvar"
	"fmt"
	"net/http"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/auth"
	"github.com/go-helpdesk/helpdesk/httpapi"
)

var (
	requests   = expvar.NewMap("desk_requests")
	seconds    = expvar.NewMap("desk_seconds")
	statements = expvar.NewMap("desk_statements")
)

// Observe counts a request under its method, route and status. Importing expvar serves
// the counts at /debug/vars of http.DefaultServeMux.
func Observe(_ context.Context, m httpapi.Metrics) {
	label := fmt.Sprint(m.Method, " ", m.Route, " ", m.Status) // such as "GET /tickets/:id 200"
	requests.Add(label, 1)
	seconds.AddFloat(label, m.Duration.Seconds())
	statements.Add(label, int64(m.Statements))
}

// WithMetrics returns the API, which calls Observe after each request.
func WithMetrics(desk *helpdesk.Desk) (http.Handler, error) {
	who := auth.Chain(auth.Basic(desk), auth.Bearer(desk))
	return httpapi.New(desk, httpapi.Config{Authenticator: who, Observe: Observe})
}
