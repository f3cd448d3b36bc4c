package auth

import (
	"crypto/sha256"
	"maps"
	"math"
	"net"
	"net/netip"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// How many logins may fail. People mistype a few times, and an office shares an
// address; a program that guesses does so thousands of times.
var (
	perAddress  = allowance{burst: 50, every: 2 * time.Second}
	perUsername = allowance{burst: 20, every: 5 * time.Second}
)

const (
	maxBuckets = 8192             // of each kind
	suspicion  = 10 * time.Minute // how long an address is known for a failure
)

// allowance is how many logins may fail: burst at once, and one more each time
// that every has passed.
type allowance struct {
	burst int
	every time.Duration
}

// throttle decides which logins are worth verifying: not those from an address,
// or of a username, that failed too often. It knows nothing of users, so those
// that do not exist are throttled like those that do. It is safe for concurrent
// use.
type throttle struct {
	mu        sync.Mutex
	addresses buckets
	usernames buckets
}

func newThrottle(limit int) *throttle {
	return &throttle{
		addresses: buckets{perAddress, limit, map[[sha256.Size]byte]*bucket{}},
		usernames: buckets{perUsername, limit, map[[sha256.Size]byte]*bucket{}},
	}
}

// guard returns verify(), or *Throttled instead. A verification under way counts
// as a failure, lest many at once slip through, and no more when it ends with
// the right password or an error.
func (t *throttle) guard(address, username string, verify func() (bool, error)) (bool, error) {
	a, u, wait := t.reserve(address, username)
	if wait > 0 {
		return false, &Throttled{wait}
	}
	wrong := false // also when verify panics
	defer func() { t.settle(a, u, wrong) }()
	ok, err := verify()
	wrong = !ok && err == nil
	return ok, err
}

// reserve returns the buckets of a login, or how long it has to wait. Others'
// guesses at a username do not lock out its owner: an address without a failure
// may try all the same.
func (t *throttle) reserve(address, username string) (a, u *bucket, wait time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now()
	a, u = t.addresses.of(address, now), t.usernames.of(username, now)
	wait = a.wait(now)
	if a.pending > 0 || now.Sub(a.failed) < suspicion {
		wait = max(wait, u.wait(now))
	}
	if wait == 0 {
		a.pending++
		u.pending++
	}
	return a, u, wait
}

// settle ends what reserve began.
func (t *throttle) settle(a, u *bucket, wrong bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now()
	for _, b := range []*bucket{a, u} {
		b.pending--
		if wrong {
			b.failed = now
			b.limiter.AllowN(now, 1)
		}
	}
}

// buckets are those of one kind, by a hash of the name, as names may be long.
type buckets struct {
	allowance
	limit  int
	byName map[[sha256.Size]byte]*bucket // at most limit entries
}

// of returns the bucket of a name, a full one when it is new.
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

// makeRoom forgets buckets that are full once the limit is reached, and any if
// that is not enough: more than one, as looking through all takes its time.
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

// bucket holds a token for each login that may still fail. Those under way are
// counted apart, because a rate.Reservation cannot be given back later on.
type bucket struct {
	limiter *rate.Limiter
	pending int
	failed  time.Time // the last failure; zero for none
}

// wait is how long until another login may be tried, 0 for now. Where it is only
// those under way that stand against it, nobody knows, and it is a second.
func (b *bucket) wait(now time.Time) time.Duration {
	tokens := b.limiter.TokensAt(now)
	if tokens-float64(b.pending) >= 1 {
		return 0
	}
	seconds := math.Ceil((1 - tokens) / float64(b.limiter.Limit()))
	return time.Duration(max(seconds, 1)) * time.Second
}

// place is what an address is throttled by: IPv4 by the address, IPv6 by the /64
// that one household or server has. A port does not matter; what is no address
// stands for itself.
func place(address string) string {
	if a, err := netip.ParseAddrPort(address); err == nil && a.Addr().Is4() { // the most frequent
		host, _, _ := strings.Cut(address, ":")
		return host
	}
	if host, _, err := net.SplitHostPort(address); err == nil {
		address = host
	}
	ip, err := netip.ParseAddr(strings.Trim(address, "[]"))
	if err != nil {
		return address
	}
	ip = ip.Unmap()
	if ip.Is4() {
		return ip.String()
	}
	network, _ := ip.Prefix(64) // fails for other lengths only
	return network.String()
}
