package auth

import (
	"context"
	"net/http"
	"strings"

	"github.com/go-helpdesk/helpdesk/user"
)

// Tokens is what Bearer asks of a desk.
type Tokens interface {
	// FindToken returns the user who acts through the token with this secret,
	// with User.Token set, and (nil, nil) when there is no such token, it has
	// expired, or its owner is inactive.
	FindToken(ctx context.Context, secret string) (*user.User, error)
}

var errToken = Rejected{"Invalid token."}

// BearerAuthenticator checks the tokens of a desk's users, as bearer tokens (RFC
// 6750). Make one with Bearer; the zero value is not usable. It is safe for
// concurrent use.
type BearerAuthenticator struct{ tokens Tokens }

// Bearer returns an Authenticator that takes a token from the Authorization
// header: "Bearer hd_…", where the name of the scheme folds case.
//
// It is ErrNoCredentials when the header is absent, of another scheme, or has a
// token that does not begin with user.TokenStart: that may be one of the host's,
// for a later Authenticator of a Chain. It is *Rejected when the header is
// malformed or the token not good. Tokens have so many random bits that guesses
// need no throttle; what cannot be one is not looked up.
func Bearer(tokens Tokens) *BearerAuthenticator { return &BearerAuthenticator{tokens} }

// Challenges asks for a bearer token in the realm of the API.
func (b *BearerAuthenticator) Challenges() []string { return []string{`Bearer realm="api"`} }

// Authenticate returns the user whose token the request carries. See Bearer for
// when it is which error.
func (b *BearerAuthenticator) Authenticate(r *http.Request) (Identity, error) {
	secret, err := bearerScheme.credentials(r.Header)
	if err != nil {
		return Identity{}, err
	}
	if !strings.HasPrefix(secret, user.TokenStart) {
		return Identity{}, ErrNoCredentials
	}
	if _, ok := user.TokenPrefix(secret); !ok {
		return Identity{}, new(errToken)
	}
	u, err := b.tokens.FindToken(r.Context(), secret)
	if err != nil {
		return Identity{}, err
	}
	if u == nil {
		return Identity{}, new(errToken)
	}
	return Identity{User: u}, nil
}
