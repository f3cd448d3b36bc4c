package auth

import (
	"context"
	"errors"
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
	throttle *throttle // nil for none
	address  func(*http.Request) string
}

// BasicOption changes what Basic does.
type BasicOption func(*BasicAuthenticator)

// ByAddress says what a client's address is, for a host behind a proxy, where
// the address of every request is the proxy's. It takes it from a header that
// the proxy sets and clients cannot; a port may follow. The function must be
// safe for concurrent use.
func ByAddress(address func(*http.Request) string) BasicOption {
	return func(b *BasicAuthenticator) { b.address = address }
}

// Unthrottled verifies every login, for a host that has a throttle of its own.
func Unthrottled() BasicOption {
	return func(b *BasicAuthenticator) { b.throttle = nil }
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
// It is *Throttled, and no hash is computed, after 50 failures from an address
// (IPv6: from a /64) and one more each two seconds, or 20 for a username and one
// more each five seconds. The latter does not count for an address that had no
// failure for ten minutes, so that strangers cannot lock a user out. At most 8,192
// of each kind are remembered, in this process alone.
//
// As a password hash is made to be slow, credentials that were right are
// remembered for at most five minutes, 4,096 of them at most, as a digest under
// a key that this process alone has, and need not pass the throttle. They are
// right for the address alone, and forgotten when another password for the user
// is throttled there, or guesses would be free. The user is asked for on every
// request all the same, and the digest covers the stored hash: deactivation and
// a new password count as soon as users tells of them. Equal credentials that
// arrive at the same time are verified once.
func Basic(users Users, options ...BasicOption) *BasicAuthenticator {
	b := &BasicAuthenticator{
		users: users,
		verify: func(ctx context.Context, encoded, password string) (bool, error) {
			return users.Passwords().Verify(ctx, encoded, password)
		},
		verified: newVerified(cacheEntries, cacheLifetime),
		throttle: newThrottle(maxBuckets),
		address:  func(r *http.Request) string { return r.RemoteAddr },
	}
	for _, option := range options {
		option(b)
	}
	return b
}

// Challenges asks for Basic authentication in the realm of the API.
func (b *BasicAuthenticator) Challenges() []string { return []string{`Basic realm="api"`} }

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
	u, err := b.users.FindUser(r.Context(), username)
	if err != nil {
		return Identity{}, err
	}
	// No hash is one that no password fits, at the price of any other. An
	// inactive user gets none, lest a remembered password answer faster.
	encoded := ""
	if u != nil && u.Active {
		encoded = u.PasswordHash
	}
	ok, err := b.check(r.Context(), place(b.address(r)), user.Key(username), encoded, password)
	if err != nil {
		return Identity{}, err
	}
	if !ok {
		return Identity{}, new(errWrong)
	}
	return Identity{User: u}, nil
}

// check reports whether the password fits the hash, if that is not known
// already and not too many others did not.
func (b *BasicAuthenticator) check(ctx context.Context, address, key, encoded, password string) (bool, error) {
	who := loginKey{address, key}
	verify := func() (bool, error) { return b.verify(ctx, encoded, password) }
	return b.verified.check(ctx, who, b.verified.digest(encoded, password), func() (bool, error) {
		if b.throttle == nil {
			return verify()
		}
		ok, err := b.throttle.guard(address, key, verify)
		if _, throttled := errors.AsType[*Throttled](err); throttled {
			b.verified.forget(who) // or a right guess would stand out
		}
		return ok, err
	})
}
