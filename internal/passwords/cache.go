package passwords

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"maps"
	"sync"
	"time"
)

// loginKey names a login: a username, as user.Key, and an address.
type loginKey struct{ address, username string }

// digest stands for credentials; only this process can make or check one.
type digest [sha256.Size]byte

// verified caches which credentials were right: one password for each login. It never caches
// that a password was wrong.
type verified struct {
	secret   [sha256.Size]byte // of this process
	limit    int
	lifetime time.Duration

	mu      sync.Mutex
	right   map[loginKey]entry         // at most limit entries
	running map[loginKey]*verification // the latest that has begun, for each login
}

// entry is credentials that were right.
type entry struct {
	credentials digest
	until       time.Time
}

// verification is one computation that several requests may wait for.
type verification struct {
	credentials digest
	done        chan struct{} // closed when ok and err are set
	ok          bool
	err         error
}

func newVerified(limit int, lifetime time.Duration) *verified {
	v := &verified{
		limit: limit, lifetime: lifetime,
		right: map[loginKey]entry{}, running: map[loginKey]*verification{},
	}
	rand.Read(v.secret[:]) // never fails: see crypto/rand
	return v
}

// digest covers the lengths too, so that no two lists have the same input. The digest never
// leaves the process, so a hash that begins with the secret is as good as an HMAC.
func (v *verified) digest(parts ...string) digest {
	b := append(make([]byte, 0, 512), v.secret[:]...)
	for _, part := range parts {
		b = binary.BigEndian.AppendUint64(b, uint64(len(part)))
		b = append(b, part...)
	}
	return sha256.Sum256(b)
}

// check reports whether the credentials are right for the login. It looks in the cache,
// waits for an equal verification that has begun, or calls verify.
func (v *verified) check(ctx context.Context, who loginKey, credentials digest, verify func() (bool, error)) (bool, error) {
	for {
		known, theirs, mine := v.join(who, credentials)
		switch {
		case known:
			return true, nil
		case mine != nil:
			defer v.leave(who, mine)    // even when verify panics
			mine.err = context.Canceled // what the others see then
			mine.ok, mine.err = verify()
			return mine.ok, mine.err
		}
		select {
		case <-theirs.done:
			if theirs.err == nil {
				return theirs.ok, nil
			}
			// Their request may have ended, and this one has not: ask again.
		case <-ctx.Done():
			return false, ctx.Err()
		}
	}
}

// join reports that the credentials are cached, or returns the verification to wait for, or
// one to carry out.
func (v *verified) join(who loginKey, credentials digest) (known bool, theirs, mine *verification) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if right, found := v.right[who]; found && right.credentials == credentials {
		if time.Now().Before(right.until) {
			return true, nil, nil
		}
		delete(v.right, who)
	}
	if theirs = v.running[who]; theirs != nil && theirs.credentials == credentials {
		return false, theirs, nil
	}
	mine = &verification{credentials: credentials, done: make(chan struct{})}
	v.running[who] = mine
	return false, nil, mine
}

// leave ends a verification, and caches the credentials when they are right.
func (v *verified) leave(who loginKey, mine *verification) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.running[who] == mine {
		delete(v.running, who)
	}
	if mine.ok && mine.err == nil {
		v.makeRoom()
		v.right[who] = entry{mine.credentials, time.Now().Add(v.lifetime)}
	}
	close(mine.done)
}

// remove removes the credentials of a login from the cache.
func (v *verified) remove(who loginKey) {
	v.mu.Lock()
	defer v.mu.Unlock()
	delete(v.right, who)
}

// makeRoom removes what has expired once the limit is reached, and if that is not enough,
// any entry.
func (v *verified) makeRoom() {
	if len(v.right) < v.limit {
		return
	}
	now := time.Now()
	maps.DeleteFunc(v.right, func(_ loginKey, r entry) bool { return !now.Before(r.until) })
	for who := range v.right {
		if len(v.right) < v.limit {
			return
		}
		delete(v.right, who)
	}
}
