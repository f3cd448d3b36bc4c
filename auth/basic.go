package auth

import (
	"context"
	"net/http"

	"github.com/go-helpdesk/helpdesk/user"
)

// Logins is what Basic needs from a desk.
type Logins interface {
	// Login returns the active user with this username and password, or (nil, nil) if
	// there is none. Its error may be *Throttled or user.ErrBusy.
	Login(ctx context.Context, c user.Credentials) (*user.User, error)
}

// wrongPassword is copied for each answer.
var wrongPassword = Rejected{"Invalid username/password."}

// BasicAuthenticator checks HTTP Basic authentication (RFC 7617) against the
// users of a desk. Make one with Basic; the zero value is not usable. It is
// safe for concurrent use.
type BasicAuthenticator struct{ logins Logins }

// Basic returns an Authenticator that takes the username and password from the
// Authorization header. It parses the header as django-helpdesk does: the name of the
// scheme is in any letter case, base64 is decoded leniently, the content is UTF-8 or else
// Latin-1, and the password begins after the first colon. Failed logins count for
// ClientAddress.
//
// The error is ErrNoCredentials if the header is absent or of another scheme. It is
// *Rejected if the header is malformed, the user is unknown or inactive, or the password
// is wrong. Other errors are those of Login, such as *Throttled.
func Basic(logins Logins) *BasicAuthenticator { return &BasicAuthenticator{logins} }

// Challenges returns the challenge for Basic authentication.
func (b *BasicAuthenticator) Challenges() []string { return []string{`Basic realm="api"`} }

// Authenticate returns the user with the username and password of the request. Basic
// describes the errors.
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
		return Identity{}, new(wrongPassword)
	}
	return Identity{User: u}, nil
}
