package user

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"

	"golang.org/x/crypto/argon2"
)

var (
	// ErrUnknownScheme is the error for an encoded hash of a scheme that Hasher does
	// not verify.
	ErrUnknownScheme = errors.New("user: password hash of an unknown scheme")

	// ErrMalformedHash is the error for an encoded hash that cannot be parsed, or whose
	// parameters are outside the bounds of Params.
	ErrMalformedHash = errors.New("user: malformed password hash")
)

// Params are the cost parameters of a password hash (argon2id, RFC 9106).
type Params struct {
	Memory  uint32 // KiB: at least 8 for each thread, at most 262,144
	Time    uint32 // passes over the memory, from 1 to 64
	Threads uint8  // lanes, from 1 to 16
}

// DefaultParams returns the parameters that OWASP recommends for little memory: 7
// MiB, 5 passes, 1 thread.
func DefaultParams() Params { return Params{Memory: 7168, Time: 5, Threads: 1} }

func (p Params) valid() bool {
	return p.Threads >= 1 && p.Threads <= 16 && p.Time >= 1 && p.Time <= 64 &&
		p.Memory >= 8*uint32(p.Threads) && p.Memory <= 1<<18
}

const (
	schemeArgon2id = "argon2id"
	saltLen        = 16
	keyLen         = 32
)

// Hasher turns passwords into hashes and verifies them. An encoded hash names
// its scheme and parameters in the PHC string format,
//
//	$argon2id$v=19$m=7168,t=5,p=1$<salt>$<hash>
//
// so hashes that were made with other parameters can still be verified. A Hasher
// bounds how many hashes are computed at once, since each takes memory and a
// processor. Other calls wait for their turn: at most 128 of known callers and 128 of
// strangers. Further calls fail with ErrBusy. Caller explains who goes next.
//
// The zero value works like NewHasher(0). A Hasher is safe for concurrent use and must
// not be copied after first use.
type Hasher struct {
	// Params are the parameters of new hashes. The zero value means DefaultParams. Set
	// it before first use. Tests that create many users choose a small cost, such as
	// Params{Memory: 8, Time: 1, Threads: 1}.
	Params Params

	parallel int
	once     sync.Once
	queue    *queue
}

// maxWaiting is how many calls may wait, of known callers and of strangers each.
const maxWaiting = 128

// NewHasher returns a Hasher that computes at most parallel hashes at once. If
// parallel ≤ 0, the bound is GOMAXPROCS.
func NewHasher(parallel int) *Hasher { return &Hasher{parallel: parallel} }

// Hash returns the encoded hash of a password with a new random salt. It fails if ctx
// ends before its turn comes, if too many calls wait (ErrBusy), or if Params are out
// of range.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	p := h.params()
	if !p.valid() {
		return "", fmt.Errorf("user: password hash parameters out of range: %+v", p)
	}
	salt := make([]byte, saltLen)
	rand.Read(salt) // never fails: see crypto/rand
	key, err := h.derive(ctx, password, salt, p, keyLen)
	if err != nil {
		return "", err
	}
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$%s$v=%d$m=%d,t=%d,p=%d$%s$%s", schemeArgon2id, argon2.Version,
		p.Memory, p.Time, p.Threads, b64.EncodeToString(salt), b64.EncodeToString(key)), nil
}

// Verify reports whether encoded is a hash of the password. The empty encoded hash
// matches no password, but takes as long as VerifyNobody. The error wraps
// ErrUnknownScheme or ErrMalformedHash if encoded cannot be parsed. It is ErrBusy if
// too many calls wait, and the error of ctx if ctx ends before the turn comes.
func (h *Hasher) Verify(ctx context.Context, encoded, password string) (bool, error) {
	if encoded == "" {
		return false, h.VerifyNobody(ctx, password)
	}
	p, salt, want, err := parseHash(encoded)
	if err != nil {
		return false, err
	}
	got, err := h.derive(ctx, password, salt, p, uint32(len(want)))
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(got, want) == 1, nil
}

// VerifyNobody takes as long as Verify takes for a hash with the current Params, so
// that the time of an answer does not reveal whether a user exists. Its error is
// ErrBusy or the error of ctx.
func (h *Hasher) VerifyNobody(ctx context.Context, password string) error {
	p := h.params()
	if !p.valid() {
		p = DefaultParams()
	}
	_, err := h.derive(ctx, password, make([]byte, saltLen), p, keyLen)
	return err
}

func (h *Hasher) params() Params {
	if h.Params == (Params{}) {
		return DefaultParams()
	}
	return h.Params
}

// derive waits for its turn and computes the key.
func (h *Hasher) derive(ctx context.Context, password string, salt []byte, p Params, size uint32) ([]byte, error) {
	h.once.Do(func() {
		n := h.parallel
		if n <= 0 {
			n = runtime.GOMAXPROCS(0)
		}
		h.queue = newQueue(n, maxWaiting)
	})
	if err := h.queue.acquire(ctx); err != nil {
		return nil, err
	}
	defer h.queue.release()
	return argon2.IDKey([]byte(password), salt, p.Time, p.Memory, p.Threads, size), nil
}

// parseHash parses an encoded hash. It accepts all valid parameters and lengths.
func parseHash(encoded string) (p Params, salt, key []byte, err error) {
	if !strings.HasPrefix(encoded, "$"+schemeArgon2id+"$") {
		return p, nil, nil, ErrUnknownScheme
	}
	part := strings.Split(encoded, "$") // "", scheme, version, parameters, salt, key
	if len(part) != 6 || part[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return p, nil, nil, ErrMalformedHash
	}
	_, err = fmt.Sscanf(part[3], "m=%d,t=%d,p=%d", &p.Memory, &p.Time, &p.Threads)
	if err != nil || part[3] != fmt.Sprintf("m=%d,t=%d,p=%d", p.Memory, p.Time, p.Threads) || !p.valid() {
		return p, nil, nil, ErrMalformedHash
	}
	if salt, err = decodeField(part[4], 8, 64); err != nil {
		return p, nil, nil, err
	}
	key, err = decodeField(part[5], 16, 64)
	return p, salt, key, err
}

func decodeField(s string, minBytes, maxBytes int) ([]byte, error) {
	b, err := base64.RawStdEncoding.Strict().DecodeString(s)
	if err != nil || len(b) < minBytes || len(b) > maxBytes {
		return nil, ErrMalformedHash
	}
	return b, nil
}
