package httpapi

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/uptrace/bunrouter"

	"github.com/go-helpdesk/helpdesk/auth"
)

// routedMethods are the methods that bunrouter knows, in the order of an Allow header.
var routedMethods = []string{
	http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodHead, http.MethodOptions,
}

// newRouter returns a router with every route of the handler. A method that a route
// lacks is registered too, and answered with 405: otherwise bunrouter would look for
// the method at other routes, and find DELETE of /users/me at /users/:id.
func (h *Handler) newRouter() *bunrouter.Router {
	router := bunrouter.New(bunrouter.WithNotFoundHandler(h.handleUnrouted), bunrouter.WithMethodNotAllowedHandler(h.handleUnrouted))
	for i := range h.routes {
		rt := &h.routes[i]
		rt.allow = rt.allMethods()
		rt.items = slices.ContainsFunc(h.routes, func(item route) bool { return item.path == rt.path+"/:id" && item.get.do != nil })
		for _, method := range routedMethods {
			router.Handle(method, rt.path, h.handle(rt, rt.operation(method)))
		}
	}
	return router
}

// handleUnrouted answers a request that the router has no handler for: no route has
// the path, or bunrouter does not know the method.
func (h *Handler) handleUnrouted(w http.ResponseWriter, req bunrouter.Request) error {
	rt := &unknown
	if !slices.Contains(routedMethods, req.Method) {
		has := func(rt route) bool { return rt.matches(req.URL.RawPath) }
		if i := slices.IndexFunc(h.routes, has); i >= 0 {
			rt = &h.routes[i]
		}
	}
	return h.handle(rt, operation{})(w, req)
}

// handle returns the handler for an operation of a route.
func (h *Handler) handle(rt *route, op operation) bunrouter.HandlerFunc {
	return func(w http.ResponseWriter, req bunrouter.Request) error {
		req.URL.RawPath = "" // which routed has set
		x := &exchange{h: h, desk: h.desk, w: w, r: req.Request, params: req.Params(), route: rt, operation: op}
		x.run()
		return nil
	}
}

// ServeHTTP answers one request.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if h.config.ClientAddress != nil {
		r = auth.WithClientAddress(r, h.config.ClientAddress(r))
	}
	r, ok := h.routed(r)
	if !ok {
		_ = h.handle(&unknown, operation{})(w, bunrouter.NewRequest(r)) // handlers return no errors
		return
	}
	h.router.ServeHTTP(w, r)
}

// routed returns a copy of a request with the path to route in URL.RawPath, which is
// where the router looks first. It reports false for a path that no route has.
func (h *Handler) routed(r *http.Request) (*http.Request, bool) {
	path := h.unprefixed(r.URL.Path)
	// An escaped slash separates nothing, and no segment of a route has one.
	ok := !hasEscapedSlash(r.URL)
	// The router panics on NUL, and answers with a redirect where a path is not clean,
	// which would lose the body.
	path = strings.ReplaceAll(path, "\x00", "\uFFFD")
	ok = ok && bunrouter.CleanPath(path) == path
	u := *r.URL
	u.RawPath = path
	c := *r
	c.URL = &u
	return &c, ok
}

func hasEscapedSlash(u *url.URL) bool {
	return u.RawPath != "" && strings.Contains(strings.ToLower(u.EscapedPath()), "%2f")
}

// unprefixed returns the path below the prefix, or the path itself where the host
// stripped the prefix, with a slash in front and none at the end.
func (h *Handler) unprefixed(path string) string {
	if rest, ok := strings.CutPrefix(path, h.prefix); ok && (rest == "" || rest[0] == '/') {
		path = rest
	}
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	if trimmed := strings.TrimSuffix(path, "/"); !strings.HasSuffix(trimmed, "/") {
		path = trimmed
	}
	if path == "" {
		return "/"
	}
	return path
}
