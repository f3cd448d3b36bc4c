package auth

import (
	"context"
	"net/http"
	"strings"

	"github.com/go-helpdesk/helpdesk/user"
)

// Tokens is what Bearer needs from a desk.
type Tokens interface {
	// FindToken returns the owner of the token with this secret, with User.Token set.
	// It returns (nil, nil) if there is no such token, if the token has expired, or if
	// its owner is inactive.
	FindToken(ctx context.Context, secret string) (*user.User, error)
}

// invalidToken is copied for each answer.
var invalidToken = Rejected{"Invalid token."}

// BearerAuthenticator checks the tokens of a desk's users, as bearer tokens (RFC
// 6750). Make one with Bearer; the zero value is not usable. It is safe for
// concurrent use.
type BearerAuthenticator struct{ tokens Tokens }

// Bearer returns an Authenticator that takes a token from the Authorization header:
// "Bearer hd_…", with the name of the scheme in any letter case.
//
// The error is ErrNoCredentials if the header is absent, is of another scheme, or has a
// token that does not begin with user.TokenStart. Such a token may be one of the host's,
// for a later Authenticator of a Chain. The error is *Rejected if the header is malformed
// or the token is not valid. Tokens have too many random bits to be guessed, so they are
// not throttled. A text that cannot be a token is not looked up.
func Bearer(tokens Tokens) *BearerAuthenticator { return &BearerAuthenticator{tokens} }

// Challenges returns the challenge for a bearer token.
func (b *BearerAuthenticator) Challenges() []string { return []string{`Bearer realm="api"`} }

// Authenticate returns the owner of the token in the request. Bearer describes the
// errors.
func (b *BearerAuthenticator) Authenticate(r *http.Request) (Identity, error) {
	secret, err := bearerScheme.credentials(r.Header)
	if err != nil {
		return Identity{}, err
	}
	if !strings.HasPrefix(secret, user.TokenStart) {
		return Identity{}, ErrNoCredentials
	}
	if _, ok := user.TokenPrefix(secret); !ok {
		return Identity{}, new(invalidToken)
	}
	u, err := b.tokens.FindToken(r.Context(), secret)
	if err != nil {
		return Identity{}, err
	}
	if u == nil {
		return Identity{}, new(invalidToken)
	}
	return Identity{User: u}, nil
}
