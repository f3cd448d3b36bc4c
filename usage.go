package helpdesk

import (
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/go-helpdesk/helpdesk/user"
)

// maxAccounts is how many accounts usage keeps. Those that have used nothing are
// removed first.
const maxAccounts = 16384

// usage is what accounts have used of their limits. It is kept in memory, so each process
// counts for itself and starts from zero. It is safe for concurrent use.
type usage struct {
	mu       sync.Mutex
	accounts map[int64]*account
	swept    time.Time
}

// account is what one account has used. A creation that is pending counts as used until
// its outcome is known.
type account struct {
	creates      *rate.Limiter
	pending      int
	pendingBytes int64
	hours        [24]hour
}

// hour is how many bytes were stored in an hour since 1970.
type hour struct{ number, bytes int64 }

// reserve counts one creation of so many bytes against the limits of an actor. Settle must
// be called with whether it was done, and gives it back when it was not.
func (u *usage) reserve(actor *user.User, l Limits, bytes int64, now time.Time) (settle func(done bool), err error) {
	if l.BytesPerRequest >= 0 && bytes > l.BytesPerRequest {
		return nil, &LimitError{Reason: BytesPerRequest, Limit: l.BytesPerRequest}
	}
	if l.CreatesPerMinute < 0 && l.BytesPerDay < 0 {
		return func(bool) {}, nil
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	a := u.account(actor.ID, now)
	if err := a.admit(l, bytes, now); err != nil {
		return nil, err
	}
	a.pending++
	a.pendingBytes += bytes
	return func(done bool) {
		u.mu.Lock()
		defer u.mu.Unlock()
		a.pending--
		a.pendingBytes -= bytes
		if done {
			a.creates.AllowN(now, 1)
			a.store(bytes, now)
		}
	}, nil
}

// account returns the account of an actor, and makes room for a new one.
func (u *usage) account(id int64, now time.Time) *account {
	if a := u.accounts[id]; a != nil {
		return a
	}
	if u.accounts == nil {
		u.accounts = map[int64]*account{}
	}
	if len(u.accounts) >= maxAccounts {
		u.makeRoom(now)
	}
	a := &account{creates: rate.NewLimiter(0, 0)}
	u.accounts[id] = a
	return a
}

// makeRoom removes the accounts that have used nothing, at most once a minute, and where
// that is not enough, any that have nothing pending.
func (u *usage) makeRoom(now time.Time) {
	if now.Sub(u.swept) >= time.Minute {
		u.swept = now
		for id, a := range u.accounts {
			if a.isIdle(now) {
				delete(u.accounts, id)
			}
		}
	}
	for id, a := range u.accounts {
		if len(u.accounts) < maxAccounts {
			return
		}
		if a.pending == 0 {
			delete(u.accounts, id)
		}
	}
}

func (a *account) isIdle(now time.Time) bool {
	return a.pending == 0 && a.creates.TokensAt(now) >= float64(a.creates.Burst()) && a.stored(now) == 0
}

// admit returns a LimitError unless one creation of so many bytes is within the
// limits.
func (a *account) admit(l Limits, bytes int64, now time.Time) error {
	if l.CreatesPerMinute >= 0 {
		perSecond := rate.Limit(float64(l.CreatesPerMinute) / 60)
		if a.creates.Burst() == 0 { // it is new
			a.creates = rate.NewLimiter(perSecond, l.Burst)
		} else if a.creates.Limit() != perSecond || a.creates.Burst() != l.Burst {
			a.creates.SetLimitAt(now, perSecond)
			a.creates.SetBurstAt(now, l.Burst)
		}
		if missing := float64(a.pending) + 1 - a.creates.TokensAt(now); missing > 1e-9 {
			wait := time.Duration(missing / float64(perSecond) * float64(time.Second))
			return &LimitError{Reason: CreatesPerMinute, Limit: int64(l.CreatesPerMinute), RetryAfter: wait}
		}
	}
	if l.BytesPerDay < 0 {
		return nil
	}
	if over := a.stored(now) + a.pendingBytes + bytes - l.BytesPerDay; over > 0 {
		return &LimitError{Reason: BytesPerDay, Limit: l.BytesPerDay, RetryAfter: a.freed(over, now)}
	}
	return nil
}

func hourOf(t time.Time) int64 { return t.Unix() / 3600 }

// stored returns how many bytes were stored within 24 hours.
func (a *account) stored(now time.Time) (n int64) {
	for _, h := range a.hours {
		if h.number > hourOf(now)-int64(len(a.hours)) {
			n += h.bytes
		}
	}
	return n
}

func (a *account) store(bytes int64, now time.Time) {
	number := hourOf(now)
	h := &a.hours[uint64(number)%uint64(len(a.hours))]
	if h.number != number {
		*h = hour{number: number}
	}
	h.bytes += bytes
}

// freed returns how long it takes until so many bytes no longer count. That is a day when
// fewer are stored.
func (a *account) freed(bytes int64, now time.Time) time.Duration {
	day := int64(len(a.hours))
	for number := hourOf(now) - day + 1; number <= hourOf(now); number++ {
		if h := a.hours[uint64(number)%uint64(day)]; h.number == number {
			bytes -= h.bytes
		}
		if bytes <= 0 {
			return time.Unix((number+day)*3600, 0).Sub(now)
		}
	}
	return 24 * time.Hour
}
