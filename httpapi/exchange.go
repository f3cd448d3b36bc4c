package httpapi

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"github.com/uptrace/bunrouter"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/auth"
	"github.com/go-helpdesk/helpdesk/internal/jsontext"
	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/user"
)

// exchange is one request and its answer.
type exchange struct {
	h      *Handler
	w      http.ResponseWriter
	r      *http.Request
	route  *route
	params bunrouter.Params

	operation operation // the zero value where the route lacks the method

	actor *user.User     // nil where the route needs none and none was named
	keyed *keyed         // nil unless it is a POST with an Idempotency-Key
	desk  *helpdesk.Desk // where a POST makes its change: that of the handler, or one in a transaction
	in    *input         // the body, once it was read
	args  *arguments     // the query, once it was read

	status   int     // of the answer
	sent     bool    // the answer has begun
	streams  bool    // the answer is sent while it is made
	client   *client // sends the answer, once a client may make it wait
	overflow *spool  // what is sent before the buffer; nil is nothing
	large    bool    // a large element is in memory
	failed   error   // the first failure while the answer was made
	ctx      context.Context

	origin  origin // where links begin, unless Config.BaseURL says so
	noPost  bool   // the route takes no POST at the moment
	baseURL string // the result of base, once it was called

	headers []string // values of those that setHeader has set
}

// varies is what answers depend on besides the URL.
const varies = "Authorization, Cookie"

// run answers the request.
func (x *exchange) run() {
	if x.h.config.Observe != nil {
		defer x.observe()()
	}
	if x.r.Method == http.MethodHead {
		x.w = headWriter{x.w}
	}
	defer x.recover()
	defer x.closeInput()
	defer x.release()

	// Answers hold what only their reader may see. Downloads have rules of their own.
	x.setHeader("Cache-Control", "no-store")
	x.w.Header().Add("Vary", varies)
	if err := x.serve(); err != nil {
		x.fail(err)
	}
}

// serve checks the request and performs the operation. The order of the checks is the
// reference's: the route, what the client accepts, who asks, whether they may, the
// method.
func (x *exchange) serve() (err error) {
	if x.h.base == "" {
		if x.origin, err = x.h.origin(x.r); err != nil {
			return err
		}
	}
	if x.route == &unknown {
		return notFound()
	}
	if err := x.setAllow(); err != nil {
		return err
	}
	if !x.route.file && !x.operation.streams && !acceptsJSON(x.r.Header) {
		return &failure{status: http.StatusNotAcceptable, detail: "Could not satisfy the request Accept header."}
	}
	if err := x.authenticate(); err != nil {
		x.unauthenticated(err)
		return nil
	}
	if err := x.route.permit(x.h.desk, x.actor, x.r.Method); err != nil {
		return err
	}
	if x.operation.do == nil || x.r.Method == http.MethodPost && x.noPost {
		return &failure{status: http.StatusMethodNotAllowed, detail: `Method "` + x.r.Method + `" not allowed.`}
	}
	if err := x.findKey(); err != nil {
		return err
	}
	return x.operation.do(x)
}

// setAllow sets the Allow header. Some routes have POST only at times.
func (x *exchange) setAllow() error {
	allow := x.route.allow
	if x.route.postIf != nil {
		takes, err := x.route.postIf(x.h.desk, x.r.Context())
		if err != nil {
			return err
		}
		if x.noPost = !takes; x.noPost {
			allow = strings.Replace(allow, "POST, ", "", 1)
		}
	}
	x.setHeader("Allow", allow)
	return nil
}

// authenticate finds the actor. A route that is open to everyone needs none, but it
// refuses wrong credentials too.
func (x *exchange) authenticate() error {
	err := auth.ErrNoCredentials
	if a := x.h.config.Authenticator; a != nil {
		var who auth.Identity
		if who, err = a.Authenticate(x.r); err == nil {
			err = who.Check()
		}
		if err == nil && who.External != nil {
			who.User, err = x.externalUser(who.External)
		}
		if err == nil {
			x.actor = who.User
			return nil
		}
	}
	if x.route.read == "" && errors.Is(err, auth.ErrNoCredentials) {
		return nil
	}
	return err
}

// acceptsJSON reports whether a client accepts JSON. It ignores the parameters of media
// types, even the quality.
func acceptsJSON(h http.Header) bool {
	values, sent := h["Accept"]
	if !sent {
		return true
	}
	for token := range strings.SplitSeq(strings.Join(values, ","), ",") {
		full, _, _ := strings.Cut(token, ";")
		main, sub, _ := strings.Cut(strings.ToLower(strings.TrimSpace(full)), "/")
		if (main == "*" || main == "application") && (sub == "*" || sub == "json") {
			return true
		}
	}
	return false
}

// externalUser returns the user of the desk for a user of the host. A user whom the desk
// refuses gets a 403, and the log says why.
func (x *exchange) externalUser(e *user.External) (*user.User, error) {
	u, err := x.h.desk.ExternalUser(x.r.Context(), e)
	if _, invalid := errors.AsType[problem.Error](err); invalid {
		x.log(slog.LevelWarn, "user of the host refused", err)
		return nil, &auth.Forbidden{Detail: "Your account cannot be used here. Please tell the people who run this site."}
	}
	return u, err
}

// id returns the id in the path.
func (x *exchange) id() (int64, error) { return x.number("id") }

// number returns a number in the path.
func (x *exchange) number(name string) (int64, error) {
	digits := x.params.ByName(name)
	if !isDigits(digits) {
		return 0, notFound()
	}
	id, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return -1, nil // greater than every id, so nothing is found
	}
	return id, nil
}

// read reads the body, as far as the limits of the account allow.
func (x *exchange) read() (*input, error) {
	in, err := x.h.readInput(x.w, x.r, x.h.desk.Limits(x.actor).BytesPerRequest, x.keyed)
	x.in = in
	return in, err
}

func (x *exchange) closeInput() {
	if x.in != nil {
		x.in.close()
	}
}

// sendNothing answers without a body.
func (x *exchange) sendNothing() {
	x.sent = true
	x.w.WriteHeader(x.operation.status)
}

// base returns what absolute URLs begin with.
func (x *exchange) base() string {
	if x.baseURL == "" {
		x.baseURL = x.findBase()
	}
	return x.baseURL
}

func (x *exchange) findBase() string {
	if x.h.base != "" {
		return x.h.base
	}
	return x.origin.scheme + "://" + x.origin.host + x.origin.prefix + x.h.prefix
}

// describe answers OPTIONS.
func describe(x *exchange) error {
	b := jsontext.String([]byte(`{"name":`), x.route.title)
	b = append(b, `,"description":"","renders":["application/json"],"parses":["`...)
	b = append(append(b, strings.Join(parsedTypes, `","`)...), `"]}`...)
	x.send(x.operation.status, b)
	return nil
}

// getRoot answers with the URLs of the collections.
func getRoot(x *exchange) error {
	b, base := []byte{'{'}, x.base()
	for _, rt := range x.h.routes {
		if rt.name == "" {
			continue
		}
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = append(jsontext.String(b, rt.name), ':')
		b = jsontext.String(b, base+rt.path+"/")
	}
	x.send(x.operation.status, append(b, '}'))
	return nil
}
