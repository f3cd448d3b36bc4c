package auth

import (
	"context"
	"net/http"

	"github.com/go-helpdesk/helpdesk/user"
)

// Logins is what Basic asks of a desk.
type Logins interface {
	// Login returns the active user with this username and password, and
	// (nil, nil) when there is none. Its error may be *Throttled or user.ErrBusy.
	Login(ctx context.Context, c user.Credentials) (*user.User, error)
}

var errWrong = Rejected{"Invalid username/password."}

// BasicAuthenticator checks HTTP Basic authentication (RFC 7617) against the
// users of a desk. Make one with Basic; the zero value is not usable. It is
// safe for concurrent use.
type BasicAuthenticator struct{ logins Logins }

// Basic returns an Authenticator that takes username and password from the
// Authorization header, as django-helpdesk's API does: the name of the scheme
// folds case, base64 is read leniently, the content is UTF-8 or else Latin-1,
// the password begins after the first colon. Failed logins count for ClientAddress.
//
// It is ErrNoCredentials when the header is absent or of another scheme, and
// *Rejected when the header is malformed, the user unknown or inactive, or the
// password wrong. Other errors are those of Login: *Throttled when too many
// passwords were wrong, for one.
func Basic(logins Logins) *BasicAuthenticator { return &BasicAuthenticator{logins} }

// Challenges asks for Basic authentication in the realm of the API.
func (b *BasicAuthenticator) Challenges() []string { return []string{`Basic realm="api"`} }

// Authenticate returns the user whose username and password the request
// carries. See Basic for when it is which error.
func (b *BasicAuthenticator) Authenticate(r *http.Request) (Identity, error) {
	username, password, err := basicCredentials(r.Header)
	if err != nil {
		return Identity{}, err
	}
	u, err := b.logins.Login(r.Context(), user.Credentials{Username: username, Password: password, Address: ClientAddress(r)})
	if err != nil {
		return Identity{}, err
	}
	if u == nil {
		return Identity{}, new(errWrong)
	}
	return Identity{User: u}, nil
}
