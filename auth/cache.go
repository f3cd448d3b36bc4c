package auth

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"sync"
	"time"
)

// digest stands for credentials; only this process can make or check one.
type digest [sha256.Size]byte

// verified remembers for a while which credentials were right. What was wrong
// is never remembered.
type verified struct {
	secret   [32]byte
	limit    int
	lifetime time.Duration

	mu      sync.Mutex
	until   map[digest]time.Time     // at most limit entries
	running map[digest]*verification // under way
}

// verification is one computation that several requests may wait for.
type verification struct {
	done chan struct{} // closed when ok and err are set
	ok   bool
	err  error
}

func newVerified(limit int, lifetime time.Duration) *verified {
	v := &verified{
		limit: limit, lifetime: lifetime,
		until: map[digest]time.Time{}, running: map[digest]*verification{},
	}
	rand.Read(v.secret[:]) // never fails: see crypto/rand
	return v
}

// digest covers the lengths too, so that no two triples look the same.
func (v *verified) digest(parts ...string) (d digest) {
	mac := hmac.New(sha256.New, v.secret[:])
	for _, part := range parts {
		var size [8]byte
		binary.BigEndian.PutUint64(size[:], uint64(len(part)))
		mac.Write(size[:])
		mac.Write([]byte(part))
	}
	mac.Sum(d[:0])
	return d
}

// check reports whether the password fits the encoded hash: from memory, by
// waiting for the same question under way, or by asking verify.
func (v *verified) check(ctx context.Context, key, password, encoded string,
	verify func(ctx context.Context, encoded, password string) (bool, error)) (bool, error) {
	d := v.digest(key, password, encoded)
	for {
		known, theirs, mine := v.join(d)
		switch {
		case known:
			return true, nil
		case mine != nil:
			defer v.leave(d, mine)      // even when verify panics
			mine.err = context.Canceled // what the others see then
			mine.ok, mine.err = verify(ctx, encoded, password)
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

// join tells that the credentials are known, or else whose verification to
// wait for, or else which one to carry out.
func (v *verified) join(d digest) (known bool, theirs, mine *verification) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if until, found := v.until[d]; found {
		if time.Now().Before(until) {
			return true, nil, nil
		}
		delete(v.until, d)
	}
	if theirs = v.running[d]; theirs != nil {
		return false, theirs, nil
	}
	mine = &verification{done: make(chan struct{})}
	v.running[d] = mine
	return false, nil, mine
}

// leave ends a verification and remembers a right one.
func (v *verified) leave(d digest, mine *verification) {
	v.mu.Lock()
	defer v.mu.Unlock()
	delete(v.running, d)
	if mine.ok && mine.err == nil {
		v.makeRoom()
		v.until[d] = time.Now().Add(v.lifetime)
	}
	close(mine.done)
}

// makeRoom forgets what has expired once the limit is reached, and any one
// entry if that is not enough.
func (v *verified) makeRoom() {
	if len(v.until) < v.limit {
		return
	}
	now := time.Now()
	for d, until := range v.until {
		if !now.Before(until) {
			delete(v.until, d)
		}
	}
	for d := range v.until {
		if len(v.until) < v.limit {
			return
		}
		delete(v.until, d)
	}
}
