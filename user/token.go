package user

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"strings"
	"time"

	"github.com/go-helpdesk/helpdesk/internal/validate"
	"github.com/go-helpdesk/helpdesk/problem"
)

// Token lets a program act as a user. Its secret is shown once, when the token is
// created, and is not stored.
type Token struct {
	ID       int64
	UserID   int64
	Name     string // says what the token is for; at most MaxTokenName characters
	Prefix   string // start of the secret, by which the token is found
	Digest   []byte `json:"-"` // SHA-256 of the secret
	ReadOnly bool
	Created  time.Time
	Expires  *time.Time // nil for never
	LastUsed *time.Time // may be a minute old; nil for never
	Version  int64      // starts at 1, and is incremented by each write, also by those of LastUsed
}

// MaxTokenName is the maximum length of the name of a token, in characters.
const MaxTokenName = 100

// TokenStart is the beginning of every secret of a token. Programs that search for
// leaked secrets recognize them by it.
const TokenStart = "hd_"

const (
	prefixLength = len(TokenStart) + 10
	secretLength = len(TokenStart) + 52 // of 5 random bits each
)

// NewTokenSecret returns a new random secret: TokenStart and 260 random bits as text.
func NewTokenSecret() string {
	return TokenStart + strings.ToLower(rand.Text()+rand.Text())
}

// TokenPrefix returns the Prefix of the token with this secret. It returns false if the
// text cannot be the secret of a token.
func TokenPrefix(secret string) (string, bool) {
	if len(secret) != secretLength || !strings.HasPrefix(secret, TokenStart) {
		return "", false
	}
	return secret[:prefixLength], true
}

// Seal sets Prefix and Digest to those of a secret, which is from NewTokenSecret.
func (t *Token) Seal(secret string) {
	digest := sha256.Sum256([]byte(secret))
	t.Prefix, t.Digest = secret[:prefixLength], digest[:]
}

// Fits reports whether the secret is the token's. It compares in constant time.
func (t *Token) Fits(secret string) bool {
	digest := sha256.Sum256([]byte(secret))
	return subtle.ConstantTimeCompare(t.Digest, digest[:]) == 1
}

// Check returns everything that is wrong with the name and the time of expiry, under
// the keys name and expires. A time in the past is not reported. Return the result
// through its Err.
func (t *Token) Check() problem.Error {
	wrong := problem.Error{}
	wrong.Add("name", validate.Text(t.Name, MaxTokenName)...)
	if t.Expires != nil && !validate.ValidYear(*t.Expires) {
		wrong.Add("expires", problem.Problem{Reason: problem.DatetimeRange})
	}
	return wrong
}

// Expired reports whether the token has expired.
func (t *Token) Expired(now time.Time) bool { return t.Expires != nil && !now.Before(*t.Expires) }

// Trim removes the white space around the name.
func (t *Token) Trim() { t.Name = validate.TrimSpace(t.Name) }
