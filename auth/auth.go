package auth

import (
	"errors"
	"net/http"

	"github.com/go-helpdesk/helpdesk/user"
)

// Identity is who sends a request. Exactly one of its fields is set where the
// error is nil.
type Identity struct {
	User     *user.User     // a user of the desk
	External *user.External // somebody whom the host knows: the desk makes a user of them
}

// Authenticator finds out who sends a request. Its error is one of these,
// wrapped or not:
//
//   - nil: the Identity says who sends the request;
//   - ErrNoCredentials: the request carries nothing this Authenticator
//     understands, so the next one of a Chain is asked, or the request taken as
//     anonymous. Where that is not allowed the answer is 401;
//   - *Rejected: the credentials are wrong. The answer is 401 with the Detail;
//   - *Forbidden: it is known who it is, but this request is refused. The answer
//     is 403 with the Detail;
//   - *Throttled: too many logins failed. The answer is 429;
//   - user.ErrBusy: too many passwords are being checked. The answer is 503;
//   - any other: it cannot be told now, the database being away for example.
//     The answer is 503, and the error is logged but not shown.
//
// After all but ErrNoCredentials nobody else is asked, and the request is refused
// even where no credentials are needed.
//
// Authenticate neither changes the request nor reads its body. It must be safe
// for concurrent use, and should give up when the request's context ends.
type Authenticator interface {
	Authenticate(r *http.Request) (Identity, error)
}

// Challenger is implemented by an Authenticator that can tell clients how to
// authenticate.
type Challenger interface {
	// Challenges are the values of the WWW-Authenticate headers that go with a
	// 401 (RFC 9110, section 11.6.1), one for each scheme, such as
	// `Basic realm="api"`. The caller does not change the slice.
	Challenges() []string
}

// ErrNoCredentials says that a request carries no credentials that the
// Authenticator understands.
var ErrNoCredentials = errors.New("auth: no credentials")

// Rejected says that the credentials of a request are wrong.
type Rejected struct {
	// Detail is shown to the client. It holds no secret, and nothing by which
	// a wrong password could be told from an unknown user.
	Detail string
}

func (r *Rejected) Error() string { return "auth: rejected: " + r.Detail }

// Forbidden says that a request is refused although its credentials are right.
type Forbidden struct {
	Detail string // shown to the client
}

func (f *Forbidden) Error() string { return "auth: forbidden: " + f.Detail }

// Throttled says that so many logins failed that this one was not even tried.
type Throttled = user.Throttled

// Func is an Authenticator made of a function: a host's own check. What is
// said of Authenticator goes for the function; as a convenience it may return
// nobody and no error for a request that nobody is logged in for, which counts
// as ErrNoCredentials. A nil Func panics when it is asked.
type Func func(r *http.Request) (Identity, error)

// Authenticate returns f(r).
func (f Func) Authenticate(r *http.Request) (Identity, error) {
	id, err := f(r)
	if err == nil && id == (Identity{}) {
		return Identity{}, ErrNoCredentials
	}
	return id, err
}
