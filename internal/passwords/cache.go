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

// loginKey is a login: a user, by user.Key, at an address.
type loginKey struct{ address, username string }

// digest stands for credentials; only this process can make or check one.
type digest [sha256.Size]byte

// verified remembers for a while which credentials were right where: of each
// login one password. What was wrong is never remembered.
type verified struct {
	secret   [sha256.Size]byte // of this process
	limit    int
	lifetime time.Duration

	mu      sync.Mutex
	right   map[loginKey]remembered    // by login; at most limit entries
	running map[loginKey]*verification // by login: the latest under way
}

// remembered are credentials that were right.
type remembered struct {
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
		right: map[loginKey]remembered{}, running: map[loginKey]*verification{},
	}
	rand.Read(v.secret[:]) // never fails: see crypto/rand
	return v
}

// digest covers the lengths too, so that no two lists look the same. As it never
// leaves the process, to begin with the secret is as good as an HMAC.
func (v *verified) digest(parts ...string) digest {
	b := append(make([]byte, 0, 512), v.secret[:]...)
	for _, part := range parts {
		b = binary.BigEndian.AppendUint64(b, uint64(len(part)))
		b = append(b, part...)
	}
	return sha256.Sum256(b)
}

// check reports whether the credentials are right for the login: from memory, by
// waiting for the same question under way, or by asking verify.
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

// join tells that the credentials are known, or else whose verification to
// wait for, or else which one to carry out.
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

// leave ends a verification and remembers a right one.
func (v *verified) leave(who loginKey, mine *verification) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.running[who] == mine {
		delete(v.running, who)
	}
	if mine.ok && mine.err == nil {
		v.makeRoom()
		v.right[who] = remembered{mine.credentials, time.Now().Add(v.lifetime)}
	}
	close(mine.done)
}

// forget makes the login's credentials be verified anew.
func (v *verified) forget(who loginKey) {
	v.mu.Lock()
	defer v.mu.Unlock()
	delete(v.right, who)
}

// makeRoom forgets what has expired once the limit is reached, and any one
// entry if that is not enough.
func (v *verified) makeRoom() {
	if len(v.right) < v.limit {
		return
	}
	now := time.Now()
	maps.DeleteFunc(v.right, func(_ loginKey, r remembered) bool { return !now.Before(r.until) })
	for who := range v.right {
		if len(v.right) < v.limit {
			return
		}
		delete(v.right, who)
	}
}
