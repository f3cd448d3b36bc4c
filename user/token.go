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

// Token lets a program act as a user. Its secret is shown once, when it is made,
// and not kept.
type Token struct {
	ID       int64
	UserID   int64
	Name     string // what it is for; at most MaxTokenName characters
	Prefix   string // the start of the secret, by which it is found
	Digest   []byte `json:"-"` // SHA-256 of the secret
	ReadOnly bool
	Created  time.Time
	Expires  *time.Time // nil for never
	LastUsed *time.Time // to the minute or so; nil for never
}

// MaxTokenName is the longest name of a token, in characters.
const MaxTokenName = 100

// TokenStart is what every secret of a token begins with, so that people and
// programs that search for leaked secrets know one.
const TokenStart = "hd_"

const (
	prefixLength = len(TokenStart) + 10
	secretLength = len(TokenStart) + 52 // of 5 random bits each
)

// NewTokenSecret returns 260 random bits as text that begins with TokenStart.
func NewTokenSecret() string {
	return TokenStart + strings.ToLower(rand.Text()+rand.Text())
}

// TokenPrefix is the part of a secret by which its token is found, and false for
// what is no secret of a token.
func TokenPrefix(secret string) (string, bool) {
	if len(secret) != secretLength || !strings.HasPrefix(secret, TokenStart) {
		return "", false
	}
	return secret[:prefixLength], true
}

// Seal sets Prefix and Digest to those of a secret of NewTokenSecret.
func (t *Token) Seal(secret string) {
	digest := sha256.Sum256([]byte(secret))
	t.Prefix, t.Digest = secret[:prefixLength], digest[:]
}

// Fits reports whether the secret is the token's, in constant time.
func (t *Token) Fits(secret string) bool {
	digest := sha256.Sum256([]byte(secret))
	return subtle.ConstantTimeCompare(t.Digest, digest[:]) == 1
}

// Check returns everything wrong with the name and the time of expiry, under the
// keys name and expires. Whether that time is over is not asked here.
func (t *Token) Check() problem.Error {
	wrong := problem.Error{}
	wrong.Add("name", validate.Text(t.Name, MaxTokenName)...)
	if t.Expires != nil && !validate.ValidYear(*t.Expires) {
		wrong.Add("expires", problem.Problem{Reason: problem.DatetimeRange})
	}
	return wrong
}

// Expired reports whether the token's time is over.
func (t *Token) Expired(now time.Time) bool { return t.Expires != nil && !now.Before(*t.Expires) }

// Trim removes the white space around the name.
func (t *Token) Trim() { t.Name = validate.TrimSpace(t.Name) }
