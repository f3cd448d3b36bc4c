package httpapi

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/uptrace/bunrouter"
	"golang.org/x/time/rate"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/auth"
	"github.com/go-helpdesk/helpdesk/problem"
)

// Config configures a Handler. The zero value serves under /api and knows
// nobody: set an Authenticator.
type Config struct {
	// Authenticator finds out who sends a request; with nil, nobody is known.
	Authenticator auth.Authenticator

	// ClientAddress returns the address of the client that sends a request, by
	// which wrong passwords are counted; nil means http.Request.RemoteAddr. Behind
	// a proxy that is the proxy's address: take the client's from a header that the
	// proxy sets and clients cannot. It must be safe for concurrent use.
	ClientAddress func(*http.Request) string

	// Prefix is the path that clients see the API under, "/" for the root; ""
	// means "/api". Requests are routed with or without it, so a host may strip
	// it or not, and absolute links always carry it.
	Prefix string

	// BaseURL is the address that absolute links begin with, such as
	// https://desk.example.org. Without a path it is followed by Prefix; with one,
	// as in https://example.org/desk/api, it is the complete address of the API's
	// root. "" means that links begin with what the request says: its scheme, the
	// Host header, which must be a host name, and Prefix.
	BaseURL string

	// TrustedProxies is how many proxies each request passes before it comes here.
	// What they say of the scheme, the host and the path that a client asked for
	// then counts: the last so many elements of X-Forwarded-Proto,
	// X-Forwarded-Host and X-Forwarded-Prefix, or of Forwarded (RFC 7239) where
	// none of these is there. Each of the proxies must set, extend or remove all
	// four, since a client can send them too. 0 ignores them.
	TrustedProxies int

	// RequireIfMatch refuses a PUT, PATCH or DELETE without If-Match, with 428. Otherwise
	// a client that sends none may overwrite what it has not seen.
	RequireIfMatch bool

	// Observe, when set, is called after each request, for metrics, with the context
	// that the request came with. Calls come from many goroutines at once.
	Observe func(ctx context.Context, m Metrics)

	// Message, when set, returns what clients are told of a problem with a value that
	// they sent, in their language for example. "" means the API's own text, which is
	// English, and for a problem.Reason of the host's own that Reason itself. It must be
	// safe for concurrent use.
	Message func(problem.Problem) string

	// PageSize is the size of a page where a client asks for no page; 0 answers
	// with the complete list, 25 as the reference does.
	PageSize int

	// StrictQuery refuses a list or an object with a 400 when the query has parameters
	// that nobody knows, under their names. Otherwise these are ignored, as in the
	// reference, and named in the header Ignored-Parameters.
	StrictQuery bool

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

	// MaxStreams is how many streams of events an account may have open; 0 means 8.
	MaxStreams int
}

// Handler serves a Desk over HTTP. It is safe for concurrent use.
type Handler struct {
	desk   *helpdesk.Desk
	config Config
	prefix string // without a slash at the end: "" for the root
	base   string // that of Config.BaseURL, "" for none
	routes []route
	router *bunrouter.Router

	document documents

	buffers chan []byte
	full    rate.Sometimes // logs that there is no room left

	reported struct { // custom values that do not fit their fields
		sync.Mutex
		values map[any]bool // by ticket and field
	}
	large   chan struct{} // has an entry for each large element in memory
	waiting waiting
	streams streams
}

// New returns a handler for the desk. A nil desk, a Prefix that no path can begin
// with and a BaseURL that is not an address are errors.
func New(desk *helpdesk.Desk, c Config) (*Handler, error) {
	if desk == nil {
		return nil, errors.New("httpapi: New needs a desk")
	}
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
	if c.MaxStreams == 0 {
		c.MaxStreams = defaultMaxStreams
	}
	if c.Prefix == "" {
		c.Prefix = "/api"
	}
	prefix, err := cleanPrefix(c.Prefix)
	if err != nil {
		return nil, err
	}
	h := &Handler{desk: desk, config: c, prefix: prefix, routes: allRoutes(), buffers: make(chan []byte, maxBuffers),
		large: make(chan struct{}, maxLarge), waiting: waiting{maxPerAccount: c.MaxWaiting}, full: rate.Sometimes{Interval: time.Minute},
		streams: streams{waiting: waiting{maxPerAccount: c.MaxStreams}, beat: heartbeat}}
	if c.BaseURL != "" {
		if h.base, err = parseBaseURL(c.BaseURL, h.prefix); err != nil {
			return nil, err
		}
	}
	h.router = h.newRouter()
	return h, nil
}

// prefixSegment is a segment of a path in which nothing needs a percent escape
// (RFC 3986, section 3.3).
var prefixSegment = regexp.MustCompile(`^[A-Za-z0-9._~!$&'()*+,;=:@-]+$`)

// cleanPrefix returns a prefix with a slash in front and none at the end, "" for the
// root. It refuses what is not the path of a URL: requests would never have it, and
// links would lead nowhere.
func cleanPrefix(prefix string) (string, error) {
	trimmed := strings.Trim(prefix, "/")
	if trimmed == "" {
		return "", nil
	}
	for segment := range strings.SplitSeq(trimmed, "/") {
		if segment == "." || segment == ".." || !prefixSegment.MatchString(segment) {
			return "", fmt.Errorf("httpapi: the prefix %q is not the path of a URL, such as /desk/api", prefix)
		}
	}
	return "/" + trimmed, nil
}

// recover answers with a 500 after a panic, and logs the panic. It passes
// http.ErrAbortHandler on to the server.
func (x *exchange) recover() {
	p := recover()
	if p == nil {
		return
	}
	if err, ok := p.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		panic(p)
	}
	x.h.desk.Logger().LogAttrs(x.r.Context(), slog.LevelError, "helpdesk: panic",
		slog.String("method", x.r.Method), slog.String("path", x.r.URL.Path), slog.Any("panic", p),
		slog.String("stack", string(debug.Stack())))
	if x.sent {
		panic(http.ErrAbortHandler)
	}
	x.withdraw()
	x.fail(&failure{status: http.StatusInternalServerError, detail: "Server error."})
}

// headWriter drops the body of an answer to HEAD.
type headWriter struct{ http.ResponseWriter }

func (headWriter) Write(p []byte) (int, error) { return len(p), nil }

func (w headWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
