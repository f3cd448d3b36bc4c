package auth

import (
	"errors"
	"net/http"

	"github.com/go-helpdesk/helpdesk/user"
)

// Identity is who sends a request.
type Identity struct {
	// User is the desk's user who acts. It is not nil where the error is nil.
	User *user.User
}

// Authenticator finds out who sends a request. Its error is one of
//
//   - nil: Identity.User sends the request;
//   - ErrNoCredentials, wrapped or not: the request carries nothing this
//     Authenticator understands, so another one may be asked, or the request
//     be taken as anonymous. Where that is not allowed the answer is 401;
//   - *Rejected, wrapped or not: the request carries credentials and they are
//     wrong. Nobody else is asked, and the answer is 401 with its Detail, even
//     where no credentials are needed;
//   - any other: it cannot be told now, the database being away for example.
//     The answer is 503, and the error is logged but not shown.
//
// Authenticate neither changes the request nor reads its body. It must be safe
// for concurrent use, and should give up when the request's context ends.
type Authenticator interface {
	Authenticate(r *http.Request) (Identity, error)
}

// Challenger is implemented by an Authenticator that can tell clients how to
// authenticate.
type Challenger interface {
	// Challenge is the value of the WWW-Authenticate header that goes with a
	// 401 (RFC 9110, section 11.6.1), such as `Basic realm="api"`.
	Challenge() string
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

// Func is an Authenticator made of a function: a host's own check. What is
// said of Authenticator goes for the function; as a convenience it may return
// no User and no error for a request that nobody is logged in for, which
// counts as ErrNoCredentials. A nil Func panics when it is asked.
type Func func(r *http.Request) (Identity, error)

// Authenticate returns f(r).
func (f Func) Authenticate(r *http.Request) (Identity, error) {
	id, err := f(r)
	if err == nil && id.User == nil {
		return Identity{}, ErrNoCredentials
	}
	return id, err
}
