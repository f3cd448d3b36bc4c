package auth

import (
	"context"
	"net/http"
)

type addressKey struct{}

// WithClientAddress returns a copy of the request with the address of the client. Use it
// behind a proxy, where every connection has the address of the proxy. Take the address
// from a header that the proxy sets and that clients cannot set. A handler of package
// httpapi does this with its Config.ClientAddress.
func WithClientAddress(r *http.Request, address string) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), addressKey{}, address))
}

// ClientAddress returns the address of the client that sent a request, with or without
// a port: the address that WithClientAddress set, or else r.RemoteAddr.
func ClientAddress(r *http.Request) string {
	if address, ok := r.Context().Value(addressKey{}).(string); ok {
		return address
	}
	return r.RemoteAddr
}
