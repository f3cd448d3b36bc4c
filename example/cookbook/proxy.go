package cookbook

import (
	"net/http"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/auth"
	"github.com/go-helpdesk/helpdesk/httpapi"
)

// BehindProxy returns the API for a program that only one reverse proxy can reach.
func BehindProxy(desk *helpdesk.Desk) (http.Handler, error) {
	return httpapi.New(desk, httpapi.Config{
		Authenticator:  auth.Chain(auth.Basic(desk), auth.Bearer(desk)),
		TrustedProxies: 1, // links carry the scheme, host and path that the client asked for
		ClientAddress: func(r *http.Request) string { // wrong passwords are counted by it
			return r.Header.Get("X-Real-IP")
		},
	})
}
