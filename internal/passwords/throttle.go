package passwords

import (
	"crypto/sha256"
	"maps"
	"math"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/go-helpdesk/helpdesk/user"
)

// How many passwords may be wrong. People mistype a few times, and an office shares
// an address; a program that guesses does so thousands of times.
var (
	perAddress = allowance{burst: 50, every: 2 * time.Second}
	perNetwork = allowance{burst: 200, every: time.Second / 2}
	perAccount = allowance{burst: 20, every: 5 * time.Second} // from all unknown addresses together
	perPair    = allowance{burst: 20, every: 5 * time.Second} // an account at an address where the password was right

	// How many passwords that were throttled are compared with a cached one for the same
	// account and address. Until then somebody stays logged in at an address from which
	// others guess.
	perComparison = allowance{burst: 100, every: 5 * time.Second}
)

const maxBuckets = 8192 // of each kind

// allowance is how many passwords may be wrong: burst at once, and one more after each
// interval.
type allowance struct {
	burst int
	every time.Duration
}

// throttle decides which passwords are verified. For a known pair of account and address,
// those are all until too many were wrong for the pair, whatever happens elsewhere. For
// others, those are all until too many were wrong from the address, from its network, or
// for the account from all unknown addresses together. The throttle does not know which
// users exist, so all are throttled alike. It is safe for concurrent use.
type throttle struct {
	mu          sync.Mutex
	addresses   buckets
	networks    buckets
	accounts    buckets
	pairs       buckets
	comparisons buckets
}

func newThrottle(limit int) *throttle {
	of := func(a allowance) buckets { return buckets{a, limit, map[[sha256.Size]byte]*bucket{}} }
	return &throttle{
		addresses: of(perAddress), networks: of(perNetwork), accounts: of(perAccount),
		pairs: of(perPair), comparisons: of(perComparison),
	}
}

// guard returns verify(), or *user.Throttled instead. A verification that has begun counts
// as wrong until it ends with the right password or an error, or many at once would pass.
func (t *throttle) guard(a Attempt, known bool, verify func() (bool, error)) (bool, error) {
	reserved, wait := t.reserve(a, known)
	if wait > 0 {
		return false, &user.Throttled{RetryAfter: wait}
	}
	wrong := false // also when verify panics
	defer func() { t.settle(reserved, wrong) }()
	ok, err := verify()
	wrong = !ok && err == nil
	return ok, err
}

// reserve returns the buckets of an attempt, or how long it has to wait.
func (t *throttle) reserve(a Attempt, known bool) (reserved []*bucket, wait time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now()
	if known {
		reserved = []*bucket{t.pairs.of(a.pair(), now)}
	} else {
		reserved = []*bucket{t.addresses.of(a.Place.Address, now), t.accounts.of(a.Account, now)}
		if a.Place.Network != "" {
			reserved = append(reserved, t.networks.of(a.Place.Network, now))
		}
	}
	for _, b := range reserved {
		wait = max(wait, b.wait(now))
	}
	if wait > 0 {
		return nil, wait
	}
	for _, b := range reserved {
		b.pending++
	}
	return reserved, 0
}

// settle ends what reserve began.
func (t *throttle) settle(reserved []*bucket, wrong bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now()
	for _, b := range reserved {
		b.pending--
		if wrong {
			b.limiter.AllowN(now, 1)
		}
	}
}

// mayCompare reports whether an attempt that was throttled may be compared with a cached
// password.
func (t *throttle) mayCompare(a Attempt) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now()
	return t.comparisons.of(a.pair(), now).limiter.AllowN(now, 1)
}

// buckets are all buckets of one kind, by a hash of the name, as names may be long.
type buckets struct {
	allowance
	limit  int
	byName map[[sha256.Size]byte]*bucket // at most limit entries
}

// of returns the bucket of a name. A new one is full.
func (s *buckets) of(name string, now time.Time) *bucket {
	key := sha256.Sum256([]byte(name))
	b := s.byName[key]
	if b == nil {
		s.makeRoom(now)
		b = &bucket{limiter: rate.NewLimiter(rate.Every(s.every), s.burst)}
		s.byName[key] = b
	}
	return b
}

// makeRoom removes buckets that are full once the limit is reached. If that is not enough,
// it removes an eighth of all, since looking through them takes time.
func (s *buckets) makeRoom(now time.Time) {
	if len(s.byName) < s.limit {
		return
	}
	maps.DeleteFunc(s.byName, func(_ [sha256.Size]byte, b *bucket) bool {
		return b.pending == 0 && b.limiter.TokensAt(now) >= float64(b.limiter.Burst())
	})
	for key := range s.byName {
		if len(s.byName) <= s.limit-s.limit/8-1 {
			return
		}
		delete(s.byName, key)
	}
}

// bucket holds a token for each password that may still be wrong. Verifications that have
// begun are counted apart, because a rate.Reservation cannot be given back later.
type bucket struct {
	limiter *rate.Limiter
	pending int
}

// wait returns how long it takes until another password may be tried, 0 for now. Where
// that depends only on verifications that have begun, it returns a second.
func (b *bucket) wait(now time.Time) time.Duration {
	tokens := b.limiter.TokensAt(now)
	if tokens-float64(b.pending) >= 1 {
		return 0
	}
	seconds := math.Ceil((1 - tokens) / float64(b.limiter.Limit()))
	return time.Duration(max(seconds, 1)) * time.Second
}
