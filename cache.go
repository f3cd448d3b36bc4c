package helpdesk

import (
	"sync"
	"time"

	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// Nearly every request needs its user, the custom fields and a queue, and these hardly
// ever change. So a Desk caches them. A write that changes one of them purges the cache
// before it returns; changes made by other processes are seen after Config.CacheTTL. A
// list or an object that a client asks for is always read from the store.

const (
	defaultCacheTTL = time.Second
	maxCached       = 4096 // entries of each kind
)

// cache is safe for concurrent use.
type cache struct {
	ttl time.Duration // nothing is cached unless it is positive

	parent *cache // the cache of the Desk on which With or Atomically was called, or nil

	// deferred is for a Desk inside Atomically: the parent learns of changes when the
	// transaction is committed.
	deferred bool

	mu         sync.Mutex
	generation uint64 // counts purges
	reads      uint64 // counts reads that may be cached
	changing   int    // writes that are about to commit a change of what is cached
	changed    bool   // such a write was announced to this cache, which is deferred

	logins    entries[string, user.User] // by user.Key
	people    entries[int64, user.User]  // without Queues
	externals entries[string, external]  // by user.External.ID
	tokens    entries[string, bearer]    // by prefix
	queues    entries[int64, ticket.Queue]
	fields    entries[struct{}, []*ticket.CustomField]
	requester entries[struct{}, bool] // whether some queue is open to requesters
}

// entries are the cached values of one kind, guarded by the mutex of their cache.
type entries[K comparable, V any] map[K]entry[V]

type entry[V any] struct {
	value   V
	expires time.Time
	read    uint64 // its number
}

// mark tells which changes a read may have missed. It is taken before the transaction of
// the read begins.
type mark struct {
	generation uint64
	read       uint64 // its number
}

// external is what a host said about a user, and the user.
type external struct {
	said user.External
	user user.User
}

// bearer is a token and its owner.
type bearer struct {
	token user.Token
	user  user.User
}

// cachedOr returns the cached value of a key. When there is none, it calls read, and caches
// what that returns.
func cachedOr[K comparable, V any](c *cache, e *entries[K, V], key K, m mark, read func() (V, error)) (V, error) {
	if v, ok := cached(c, e, key); ok {
		return v, nil
	}
	v, err := read()
	if err == nil {
		put(c, e, key, v, m)
	}
	return v, err
}

// cached returns the value of a key, unless it has expired or is being changed.
func cached[K comparable, V any](c *cache, e *entries[K, V], key K) (v V, ok bool) {
	if c.ttl <= 0 {
		return v, false
	}
	now := time.Now()
	c.mu.Lock()
	defer c.mu.Unlock()
	found, ok := (*e)[key]
	if !ok || c.changing > 0 || !now.Before(found.expires) {
		return v, false
	}
	return found.value, true
}

// put caches a value that was read in a transaction. It does not when the value may be
// outdated: after a purge, or when a value was cached whose read began later.
func put[K comparable, V any](c *cache, e *entries[K, V], key K, v V, m mark) {
	if c.ttl <= 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.generation != m.generation || c.changing > 0 || (*e)[key].read > m.read {
		return
	}
	if len(*e) >= maxCached {
		clear(*e)
	}
	if *e == nil {
		*e = entries[K, V]{}
	}
	(*e)[key] = entry[V]{v, time.Now().Add(c.ttl), m.read}
}

// remove removes one entry.
func remove[K comparable, V any](c *cache, e *entries[K, V], key K) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.generation++
	delete(*e, key)
}

// mark returns the mark of a read that is about to begin.
func (c *cache) mark() mark {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.reads++
	return mark{c.generation, c.reads}
}

// target is the cache that changes are announced to.
func (c *cache) target() *cache {
	if c.parent != nil && !c.deferred {
		return c.parent.target()
	}
	return c
}

// begin announces that a change is about to be committed. Until end is called, the
// cache neither serves nor takes anything: only the store knows whether the old or the
// new state counts.
func (c *cache) begin() {
	c = c.target()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.changing++
	c.changed = true
}

// end purges the cache once the outcome of the change is settled.
func (c *cache) end() {
	c = c.target()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.changing--
	c.removeAll()
}

// purge is the part of the cache in one write: it begins at most once, however often the
// write is run, and ends if it has begun.
type purge struct {
	cache *cache
	begun bool
}

func (p *purge) begin() {
	if !p.begun {
		p.begun = true
		p.cache.begin()
	}
}

func (p *purge) end() {
	if p.begun {
		p.cache.end()
	}
}

// removeAll removes every entry. The caller holds the mutex.
func (c *cache) removeAll() {
	c.generation++
	clear(c.logins)
	clear(c.people)
	clear(c.externals)
	clear(c.tokens)
	clear(c.queues)
	clear(c.fields)
	clear(c.requester)
}

// readThrough is cachedOr inside a transaction.
func readThrough[K comparable, V any](tx *transaction, c *cache, e *entries[K, V], key K, read func() (V, error)) (V, error) {
	if tx.uncached {
		return read()
	}
	return cachedOr(c, e, key, tx.mark, read)
}
