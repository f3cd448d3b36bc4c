package webhook

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
)

// Errors of secrets. They never contain any part of a secret.
var (
	ErrSecret  = errors.New("webhook: not a secret: want whsec_ or whsk_ and base64")
	ErrSigning = errors.New("webhook: unknown kind of signature")
)

// The beginnings of secrets and keys as text. Programs that search for leaked secrets
// recognize them by these.
const (
	secretStart  = "whsec_" // secret for V1
	privateStart = "whsk_"  // private key for V1a
	publicStart  = "whpk_"  // public key for V1a
)

// Lengths of secrets for V1, in bytes: what NewSecret makes, and what the standard allows.
const (
	secretLength    = 32
	minSecretLength = 24
	maxSecretLength = 64
)

// hidden stands for a secret in texts, JSON and logs.
const hidden = "[secret]"

// Secret is what messages are signed with: a secret for V1, or an ed25519 private key for
// V1a. Formatting it with fmt, logging it and encoding it as JSON or text give "[secret]";
// only Reveal and ForReceiver return what is in it. The zero value is no secret. A Secret
// does not change and is safe for concurrent use.
type Secret struct {
	// key returns what to sign with. It is a function because no reflection looks into
	// one: fmt calls no method of an unexported field, and prints what a pointer leads to.
	key func() key
}

type key struct {
	shared  []byte             // for V1
	private ed25519.PrivateKey // for V1a
}

func hide(k key) Secret { return Secret{func() key { return k }} }

// NewSecret returns a new random secret. The error is ErrSigning if there is no such kind
// of signature.
func NewSecret(s Signing) (Secret, error) {
	switch s {
	case V1:
		shared := make([]byte, secretLength)
		_, _ = rand.Read(shared) // never fails
		return hide(key{shared: shared}), nil
	case V1a:
		seed := make([]byte, ed25519.SeedSize)
		_, _ = rand.Read(seed)
		return hide(key{private: ed25519.NewKeyFromSeed(seed)}), nil
	}
	return Secret{}, ErrSigning
}

// ParseSecret returns the secret that Reveal returned as text: whsec_ with the base64 of
// 24 to 64 bytes, or whsk_ with that of the 32 bytes of an ed25519 seed. Otherwise the
// error is ErrSecret.
func ParseSecret(text string) (Secret, error) {
	if b, ok := decode(text, secretStart); ok && minSecretLength <= len(b) && len(b) <= maxSecretLength {
		return hide(key{shared: b}), nil
	}
	if b, ok := decode(text, privateStart); ok && len(b) == ed25519.SeedSize {
		return hide(key{private: ed25519.NewKeyFromSeed(b)}), nil
	}
	return Secret{}, ErrSecret
}

// decode returns the bytes of a text that encode returns.
func decode(text, start string) ([]byte, bool) {
	digits, ok := strings.CutPrefix(text, start)
	b, err := base64.StdEncoding.DecodeString(digits)
	return b, ok && err == nil && encode(start, b) == text // DecodeString skips line breaks
}

func encode(start string, b []byte) string { return start + base64.StdEncoding.EncodeToString(b) }

// IsZero reports whether s is no secret.
func (s Secret) IsZero() bool { return s.key == nil }

// Equal reports whether both are the same secret, or none. It takes the same time whatever
// they have in common.
func (s Secret) Equal(other Secret) bool {
	return hmac.Equal([]byte(s.Reveal()), []byte(other.Reveal()))
}

// Signing returns which kind of signature the secret is for, "" for the zero value.
func (s Secret) Signing() Signing {
	switch {
	case s.IsZero():
		return ""
	case s.key().private != nil:
		return V1a
	}
	return V1
}

// Reveal returns the secret as text, for the store alone. ParseSecret reads it. It is ""
// for the zero value.
func (s Secret) Reveal() string {
	switch s.Signing() {
	case V1:
		return encode(secretStart, s.key().shared)
	case V1a:
		return encode(privateStart, s.key().private.Seed())
	}
	return ""
}

// ForReceiver returns what the receiver needs to verify signatures: for V1 the secret
// itself, which is shown once, and for V1a the public key, whpk_ and base64. It is "" for
// the zero value.
func (s Secret) ForReceiver() string {
	if s.Signing() == V1a {
		return encode(publicStart, s.key().private.Public().(ed25519.PublicKey))
	}
	return s.Reveal()
}

// sign returns the signature of a text, with the identifier of its kind. s is not zero.
func (s Secret) sign(text []byte) string {
	if s.Signing() == V1a {
		return encode(string(V1a)+",", ed25519.Sign(s.key().private, text))
	}
	mac := hmac.New(sha256.New, s.key().shared)
	mac.Write(text)
	return encode(string(V1)+",", mac.Sum(nil))
}

// String returns "[secret]".
func (Secret) String() string { return hidden }

// GoString returns "[secret]".
func (Secret) GoString() string { return hidden }

// Format writes "[secret]", whatever the verb.
func (Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

// MarshalText returns "[secret]".
func (Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// MarshalJSON returns "[secret]" as a JSON string.
func (Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + hidden + `"`), nil }

// LogValue returns "[secret]".
func (Secret) LogValue() slog.Value { return slog.StringValue(hidden) }
