package auth

import (
	"context"
	"net/http"
	"time"
	"unicode/utf8"

	"github.com/go-helpdesk/helpdesk/user"
)

// Users is what Basic asks of a desk.
type Users interface {
	// FindUser returns the user with this username, compared by user.Key, and
	// (nil, nil) when there is none.
	FindUser(ctx context.Context, username string) (*user.User, error)

	// Passwords is the Hasher that verifies password hashes.
	Passwords() *user.Hasher
}

// The bounds of the verified-credential cache.
const (
	cacheEntries  = 4096
	cacheLifetime = 5 * time.Minute
)

// maxUsername bounds, in bytes, what is looked up. It is above the longest
// spelling that can have the Key of a valid username.
const maxUsername = 16 << 10

var errWrong = Rejected{"Invalid username/password."}

// BasicAuthenticator checks HTTP Basic authentication (RFC 7617) against the
// users of a desk. Make one with Basic; the zero value is not usable. It is
// safe for concurrent use.
type BasicAuthenticator struct {
	users    Users
	verify   func(ctx context.Context, encoded, password string) (bool, error)
	verified *verified
}

// Basic returns an Authenticator that takes username and password from the
// Authorization header, as django-helpdesk's API does: the name of the scheme
// folds case, base64 is read leniently, the content is UTF-8 or else Latin-1,
// the password begins after the first colon.
//
// It is ErrNoCredentials when the header is absent or of another scheme, and
// *Rejected when the header is malformed, the user unknown or inactive, or the
// password wrong. An unknown user, an inactive one and a wrong password take the
// same time, as long as the stored hashes have the parameters of the Hasher. A
// stored hash that cannot be read is an error like a failure of users: it
// cannot be told who it is.
//
// As a password hash is made to be slow, credentials that were right are
// remembered for at most five minutes, 4,096 of them at most, as a digest under
// a key that this process alone has. The user is looked up on every request all
// the same, and the digest covers the stored hash: deactivation and a new
// password count at once. Equal credentials that arrive at the same time are
// verified once.
func Basic(users Users) *BasicAuthenticator {
	return &BasicAuthenticator{
		users: users,
		verify: func(ctx context.Context, encoded, password string) (bool, error) {
			return users.Passwords().Verify(ctx, encoded, password)
		},
		verified: newVerified(cacheEntries, cacheLifetime),
	}
}

// Challenge asks for Basic authentication in the realm of the API.
func (b *BasicAuthenticator) Challenge() string { return `Basic realm="api"` }

// Authenticate returns the user whose username and password the request
// carries. See Basic for when it is which error.
func (b *BasicAuthenticator) Authenticate(r *http.Request) (Identity, error) {
	username, password, err := basicCredentials(r.Header)
	if err != nil {
		return Identity{}, err
	}
	// Nobody has such a name or password, so how fast they are refused tells nothing.
	if len(username) > maxUsername || utf8.RuneCountInString(password) > user.MaxPassword {
		return Identity{}, new(errWrong)
	}
	ctx := r.Context()
	u, err := b.users.FindUser(ctx, username)
	if err != nil {
		return Identity{}, err
	}
	// No hash is one that no password fits, at the price of any other. An
	// inactive user gets none, lest a remembered password answer faster.
	encoded := ""
	if u != nil && u.Active {
		encoded = u.PasswordHash
	}
	ok, err := b.verified.check(ctx, user.Key(username), password, encoded, b.verify)
	if err != nil {
		return Identity{}, err
	}
	if !ok {
		return Identity{}, new(errWrong)
	}
	return Identity{User: u}, nil
}
