package httpapi

import (
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
	"time"

	"github.com/uptrace/bunrouter"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/auth"
)

// Config configures a Handler. The zero value serves under /api and knows
// nobody: set an Authenticator.
type Config struct {
	// Authenticator finds out who sends a request; with nil, nobody is known.
	Authenticator auth.Authenticator

	// Prefix is the path that clients see the API under, "/" for the root; ""
	// means "/api". Requests are routed with or without it, so a host may strip
	// it or not, and absolute links always carry it.
	Prefix string

	// TrustForwarded takes scheme and host of absolute links from
	// X-Forwarded-Proto and X-Forwarded-Host. Set it only behind a proxy that
	// sets both.
	TrustForwarded bool

	// PageSize is the size of a page where a client asks for no page; 0 answers
	// with the complete list, 25 as the reference does.
	PageSize int

	// MaxBody bounds what a request's body may take besides files, in bytes; 0
	// means 2 MiB.
	MaxBody int64

	// MaxUpload bounds one uploaded file, in bytes; 0 means 25 MiB. Files are
	// spooled to the directory for temporary files while a request is read.
	MaxUpload int64

	// MaxFiles bounds the files of one request; 0 means 20.
	MaxFiles int

	// ClientWait is how long an answer may wait for its client to take it, in total
	// for each MiB that was sent, before the client is cut off; 0 means 30 seconds.
	ClientWait time.Duration

	// MaxWaiting is how many answers of an account may wait for their clients at the
	// same time, each for more than a second; the client of one more is cut off. 0
	// means 8.
	MaxWaiting int
}

// Handler serves a Desk over HTTP. It is safe for concurrent use.
type Handler struct {
	desk   *helpdesk.Desk
	config Config
	prefix string // without a slash at the end: "" for the root
	routes []route
	router *bunrouter.Router

	buffers chan []byte
	large   chan struct{} // has an entry for each large element in memory
	waiting waiting
}

// New returns a handler for the desk.
func New(desk *helpdesk.Desk, c Config) *Handler {
	if c.MaxBody == 0 {
		c.MaxBody = 2 << 20
	}
	if c.MaxUpload == 0 {
		c.MaxUpload = 25 << 20
	}
	if c.MaxFiles == 0 {
		c.MaxFiles = 20
	}
	if c.ClientWait == 0 {
		c.ClientWait = 30 * time.Second
	}
	if c.MaxWaiting == 0 {
		c.MaxWaiting = 8
	}
	if c.Prefix == "" {
		c.Prefix = "/api"
	}
	h := &Handler{desk: desk, config: c, routes: allRoutes(), buffers: make(chan []byte, maxBuffers),
		large: make(chan struct{}, maxLarge), waiting: waiting{most: c.MaxWaiting}}
	if trimmed := strings.Trim(c.Prefix, "/"); trimmed != "" {
		h.prefix = "/" + trimmed
	}
	h.router = newRouter(h)
	return h
}

// ServeHTTP answers one request.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := &exchange{h: h, w: w, r: r, route: &unknown}
	if r.Method == http.MethodHead {
		x.w = headWriter{w}
	}
	defer x.recover()
	defer x.closeInput()
	defer x.release()

	// The router panics on a NUL, and redirects where a path is not clean, which
	// loses the body.
	path := strings.ReplaceAll(h.unprefixed(r.URL.Path), "\x00", "\uFFFD")
	if bunrouter.CleanPath(path) != path {
		x.fail(notFound())
		return
	}
	// The router sees one method, since what a route answers to each is decided
	// after who asks.
	routed := r.WithContext(withExchange(r.Context(), x))
	routed.Method = http.MethodGet
	routed.URL = &url.URL{Path: path}
	if err := h.router.ServeHTTPError(x.w, routed); err != nil {
		x.fail(err)
	}
}

// unprefixed is the path to route: below the prefix, or as it is where the host
// stripped it, with a slash in front and none at the end.
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

// recover answers for a panic, which is our mistake. http.ErrAbortHandler goes
// on to the server.
func (x *exchange) recover() {
	p := recover()
	if p == nil {
		return
	}
	if err, ok := p.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		panic(p)
	}
	x.h.desk.Logger().LogAttrs(x.r.Context(), slog.LevelError, "helpdesk: panic",
		slog.String("method", x.r.Method), slog.String("path", x.r.URL.Path), slog.Any("panic", p), slog.String("stack", string(debug.Stack())))
	if x.sent {
		panic(http.ErrAbortHandler)
	}
	x.fail(&failure{status: http.StatusInternalServerError, detail: "Server error."})
}

// headWriter drops the body of an answer to HEAD.
type headWriter struct{ http.ResponseWriter }

func (headWriter) Write(p []byte) (int, error) { return len(p), nil }

func (w headWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
