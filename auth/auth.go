package auth

import (
	"errors"
	"net/http"

	"github.com/go-helpdesk/helpdesk/user"
)

// Identity says who sends a request. If the error is nil, exactly one of the fields is
// set.
type Identity struct {
	// User is a user of the desk. Ask the desk for the user on each request: a *User
	// that is kept, in a session for example, would still be accepted after the user
	// was deactivated.
	User *user.User

	// External is a person whom the host knows. The desk creates a user for them.
	External *user.External
}

// ErrIdentity is the error for an Authenticator that returned no error, but an Identity
// that names nobody or two people. That is a mistake in the host's program.
var ErrIdentity = errors.New("auth: an Authenticator returned no error, but not exactly one of User and External")

// Check returns ErrIdentity unless exactly one of the fields is set. Callers of
// Authenticate call it if the error is nil.
func (id Identity) Check() error {
	if (id.User == nil) == (id.External == nil) {
		return ErrIdentity
	}
	return nil
}

// Authenticator finds out who sends a request. Its error is one of these,
// wrapped or not:
//
//   - nil: the Identity says who sends the request;
//   - ErrNoCredentials: the request has no credentials that this Authenticator
//     understands. The next one of a Chain is asked, or the request is anonymous. If
//     anonymous requests are not allowed, the answer is 401;
//   - *Rejected: the credentials are wrong. The answer is 401 with the Detail;
//   - *Forbidden: the credentials are right, but this request is refused. The answer
//     is 403 with the Detail;
//   - *Throttled: too many logins failed. The answer is 429;
//   - user.ErrBusy: too many passwords are being checked. The answer is 503;
//   - any other: the credentials cannot be checked now, for example because the
//     database is down. The answer is 503, and the error is logged but not shown.
//
// After any error but ErrNoCredentials, no other Authenticator is asked, and the request
// is refused even if it needs no credentials.
//
// If the error is nil and the Identity does not name exactly one person, the answer is
// 500, and ErrIdentity is logged.
//
// A type that wraps an Authenticator embeds it and so keeps its Challenges.
type Authenticator interface {
	// Authenticate finds out who sends a request. It neither changes the request
	// nor reads its body. It must be safe for concurrent use, and should give up
	// when the request's context ends.
	Authenticate(r *http.Request) (Identity, error)

	// Challenges returns how clients can authenticate (RFC 9110, section 11.6.1): one
	// challenge for each scheme, such as `Basic realm="api"`. A 401 has them in one
	// header WWW-Authenticate. The caller must not change the slice.
	Challenges() []string
}

// ErrNoCredentials is the error for a request without credentials that the
// Authenticator understands.
var ErrNoCredentials = errors.New("auth: no credentials")

// Rejected is the error for wrong credentials.
type Rejected struct {
	// Detail is shown to the client. It must not contain a secret, and must not
	// distinguish a wrong password from an unknown user.
	Detail string
}

// Error returns a text for logs.
func (r *Rejected) Error() string { return "auth: rejected: " + r.Detail }

// Forbidden is the error for a request that is refused although its credentials are
// right.
type Forbidden struct {
	Detail string // shown to the client
}

// Error returns a text for logs.
func (f *Forbidden) Error() string { return "auth: forbidden: " + f.Detail }

// Throttled is the error for a login that was not tried because too many have failed.
type Throttled = user.Throttled

// Func turns a function of the host into an Authenticator. The function must do what the
// comments of Authenticate say. If nobody is logged in, it returns ErrNoCredentials. A
// nil Func panics when it is called.
type Func func(r *http.Request) (Identity, error)

// Authenticate returns f(r).
func (f Func) Authenticate(r *http.Request) (Identity, error) { return f(r) }

// Challenges returns nil, because a client cannot be asked for what the function uses,
// such as a cookie.
func (f Func) Challenges() []string { return nil }
