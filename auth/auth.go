package auth

import (
	"errors"
	"net/http"

	"github.com/go-helpdesk/helpdesk/user"
)

// Identity is who sends a request. Exactly one of its fields is set where the
// error is nil.
type Identity struct {
	// User is a user of the desk, as the desk says now: a user whom the host keeps,
	// in a session for example, would act on after they were deactivated.
	User *user.User

	// External is somebody whom the host knows. The desk makes a user of them.
	External *user.External
}

// ErrIdentity says that an Authenticator returned no error, and an Identity that
// names nobody or two. That is a mistake in the host's program.
var ErrIdentity = errors.New("auth: an Authenticator returned no error, but not exactly one of User and External")

// Check returns ErrIdentity unless exactly one of the fields is set. Whoever asks
// an Authenticator calls it where the error is nil.
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
// An Identity that does not name exactly one person, without an error, is a mistake
// (ErrIdentity). The answer is 500, and it is logged.
//
// A type that wraps an Authenticator embeds it, and so keeps its Challenges.
type Authenticator interface {
	// Authenticate finds out who sends a request. It neither changes the request
	// nor reads its body. It must be safe for concurrent use, and should give up
	// when the request's context ends.
	Authenticate(r *http.Request) (Identity, error)

	// Challenges are how clients may authenticate (RFC 9110, section 11.6.1), one
	// for each scheme, such as `Basic realm="api"`. They go with a 401, in one
	// header WWW-Authenticate; nil is none. The caller does not change the slice.
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
// said of Authenticate goes for the function: when nobody is logged in, it returns
// ErrNoCredentials. A nil Func panics when it is asked.
type Func func(r *http.Request) (Identity, error)

// Authenticate returns f(r).
func (f Func) Authenticate(r *http.Request) (Identity, error) { return f(r) }

// Challenges returns nil: what the function goes by, such as a cookie, is not
// something that a client could be asked for.
func (f Func) Challenges() []string { return nil }
