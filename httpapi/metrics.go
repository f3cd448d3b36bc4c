package httpapi

import (
	"context"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"github.com/go-helpdesk/helpdesk/storage"
)

// Metrics is what Config.Observe is told of a request.
type Metrics struct {
	// Method is a method of HTTP, or OTHER for one that the client made up. So the number
	// of labels is bounded.
	Method string

	// Route is the pattern of the path, such as /tickets/:id, without the prefix; ""
	// for a path that has none.
	Route string

	// Status is the status of the answer, 0 when the request ended without one.
	Status int

	Duration time.Duration // until the answer was sent

	// Statements is how many statements the store ran for the request, BEGIN and
	// COMMIT included.
	Statements int
}

// observe begins to measure a request. It returns a function that ends this, and reports
// to Config.Observe.
func (x *exchange) observe() (tell func()) {
	start, ctx, status := time.Now(), x.r.Context(), &statusWriter{ResponseWriter: x.w}
	var statements atomic.Int64
	x.w, x.r = status, x.r.WithContext(storage.WithObserver(ctx, func(context.Context, storage.Statement) { statements.Add(1) }))
	return func() {
		x.h.config.Observe(ctx, Metrics{
			Method: knownMethod(x.r.Method), Route: x.route.path, Status: status.code,
			Duration: time.Since(start), Statements: int(statements.Load()),
		})
	}
}

func knownMethod(method string) string {
	known := []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete,
		http.MethodOptions, http.MethodConnect, http.MethodTrace}
	if slices.Contains(known, method) {
		return method
	}
	return "OTHER"
}

// statusWriter remembers the status of an answer.
type statusWriter struct {
	http.ResponseWriter
	code int // 0 before there is one
}

func (w *statusWriter) WriteHeader(code int) {
	if w.code == 0 && code >= http.StatusOK {
		w.code = code
	}
	w.ResponseWriter.WriteHeader(code)
}

func (w *statusWriter) Write(p []byte) (int, error) {
	if w.code == 0 {
		w.code = http.StatusOK
	}
	return w.ResponseWriter.Write(p)
}

func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
