package helpdesk

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// Nearly every request needs its user, the custom fields and a queue, and these
// hardly ever change. So a Desk caches them. A write of its own purges the cache
// before it returns; changes made by other processes are seen after Config.CacheTTL.
// A list or an object that a client asks for is always read from the store.

const (
	defaultCacheTTL = time.Second
	maxCached       = 4096 // entries of each kind
)

// cache is safe for concurrent use.
type cache struct {
	ttl time.Duration // nothing is cached unless it is positive

	parent *cache // the cache of the Desk that With was called on, or nil

	mu         sync.Mutex
	generation uint64 // counts purges
	reads      uint64 // counts reads that may be cached
	changing   int    // writes that are about to commit a change of what is cached

	logins    entries[string, user.User] // by user.Key
	people    entries[int64, user.User]  // without Queues
	externals entries[string, external]  // by user.External.ID
	tokens    entries[string, bearer]    // by prefix
	queues    entries[int64, ticket.Queue]
	fields    entries[struct{}, []*ticket.CustomField]
	requests  entries[struct{}, bool] // whether some queue takes them
}

// entries are the cached values of one kind, guarded by the mutex of their cache.
type entries[K comparable, V any] map[K]entry[V]

type entry[V any] struct {
	value   V
	expires time.Time
	read    uint64 // its number
}

// mark tells which changes a read may have missed. It is taken before the transaction
// begins that the read is in.
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

// cachedOr returns the cached value of a key. Without one it returns what read
// returns, and caches that.
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

// put caches a value that was read in a transaction, unless the value may be outdated:
// after a purge, or where a read that began later has been cached.
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

// root is the cache that changes are announced to.
func (c *cache) root() *cache {
	if c.parent != nil {
		return c.parent.root()
	}
	return c
}

// begin announces that a change is about to be committed. Until end is called, the
// cache neither serves nor takes anything: whether the old or the new state counts
// is for the store to say.
func (c *cache) begin() {
	c = c.root()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.changing++
}

// end purges the cache once the outcome of the change is settled.
func (c *cache) end() {
	c.root().purge(1)
}

// purge removes everything, and ends so many changes.
func (c *cache) purge(ended int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.changing -= ended
	c.generation++
	clear(c.logins)
	clear(c.people)
	clear(c.externals)
	clear(c.tokens)
	clear(c.queues)
	clear(c.fields)
	clear(c.requests)
}

// customFields returns the definitions of the custom fields, in their order. The
// caller must not change them.
func (d *Desk) customFields(ctx context.Context, tx *transaction) ([]*ticket.CustomField, error) {
	if tx.again {
		return tx.CustomFields().LockAll(ctx)
	}
	return readThrough(tx, d.cache, &d.cache.fields, struct{}{}, func() ([]*ticket.CustomField, error) { return tx.CustomFields().All(ctx) })
}

// findQueue returns the queue of a ticket.
func (d *Desk) findQueue(ctx context.Context, tx *transaction, id int64) (*ticket.Queue, error) {
	q, err := readThrough(tx, d.cache, &d.cache.queues, id, func() (ticket.Queue, error) { return deref(tx.Queues().Get(ctx, id)) })
	return &q, err
}

// findPerson returns somebody whom a ticket concerns, without Queues.
func (d *Desk) findPerson(ctx context.Context, tx *transaction, id int64) (*user.User, error) {
	u, err := readThrough(tx, d.cache, &d.cache.people, id, func() (user.User, error) { return deref(tx.Users().Get(ctx, id)) })
	return u.Clone(), err
}

// readThrough is cachedOr inside a transaction.
func readThrough[K comparable, V any](tx *transaction, c *cache, e *entries[K, V], key K, read func() (V, error)) (V, error) {
	if tx.uncached {
		return read()
	}
	return cachedOr(c, e, key, tx.mark, read)
}

// deref returns what p points to, and the zero value along with an error.
func deref[T any](p *T, err error) (T, error) {
	if err != nil {
		var zero T
		return zero, err
	}
	return *p, nil
}

// same reports whether a host says the same about a user.
func (e *external) same(said *user.External) bool {
	a, b := e.said, *said
	return a.ID == b.ID && a.Username == b.Username && a.FirstName == b.FirstName && a.LastName == b.LastName &&
		a.Email == b.Email && a.EmailVerified == b.EmailVerified && a.Staff == b.Staff && a.Superuser == b.Superuser &&
		equalLists(a.Permissions, b.Permissions) && equalLists(a.Queues, b.Queues)
}

// equalLists tells nil from an empty list: nil leaves grants alone, an empty list
// takes them away.
func equalLists[T comparable](a, b []T) bool { return slices.Equal(a, b) && (a == nil) == (b == nil) }
