package auth

import (
	"context"
	"net/http"
)

type addressKey struct{}

// WithClientAddress returns a copy of the request that says which client it comes
// from, for a host behind a proxy, where the address of every connection is the
// proxy's. Take it from a header that the proxy sets and clients cannot. A handler
// of package httpapi does this by its Config.ClientAddress.
func WithClientAddress(r *http.Request, address string) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), addressKey{}, address))
}

// ClientAddress returns the address of the client that a request comes from, with
// or without a port: what WithClientAddress said, and otherwise r.RemoteAddr.
func ClientAddress(r *http.Request) string {
	if address, ok := r.Context().Value(addressKey{}).(string); ok {
		return address
	}
	return r.RemoteAddr
}
