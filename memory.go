package helpdesk

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// Nearly every request asks for its user, the custom fields, a queue, and these
// hardly ever change. So a desk remembers them, all under one rule: what a write of
// its own changed is forgotten before the write returns, and what others changed is
// noticed after Config.Remember. A list or an object that a client asks for is
// always read.

const (
	defaultRemember = time.Second
	mostRemembered  = 4096 // of each kind
)

// memory is safe for concurrent use.
type memory struct {
	life time.Duration // remembers nothing unless positive

	of *memory // of the desk that this one's was made from, or nil: see With

	mu    sync.Mutex
	epoch uint64 // how often all was forgotten

	logins    shelf[string, user.User] // by user.Key
	people    shelf[int64, user.User]  // without Queues
	externals shelf[string, external]  // by user.External.ID
	tokens    shelf[string, bearer]    // by prefix
	queues    shelf[int64, ticket.Queue]
	fields    shelf[struct{}, []*ticket.CustomField]
	requests  shelf[struct{}, bool] // whether there is a queue for them
}

// shelf keeps one kind of thing, under the lock of its memory.
type shelf[K comparable, V any] map[K]remembered[V]

type remembered[V any] struct {
	value V
	until time.Time
}

// external is what a host said of a user, and the user.
type external struct {
	said user.External
	user user.User
}

// bearer is a token and its owner.
type bearer struct {
	token user.Token
	user  user.User
}

// recall returns what is remembered under a key, and otherwise what read returns,
// which it remembers.
func recall[K comparable, V any](m *memory, s *shelf[K, V], key K, read func() (V, error)) (V, error) {
	v, known, epoch := peek(m, s, key)
	if known {
		return v, nil
	}
	v, err := read()
	if err == nil {
		keep(m, s, key, v, epoch)
	}
	return v, err
}

// peek returns what is remembered under a key, and the epoch that whoever reads it
// otherwise hands to keep.
func peek[K comparable, V any](m *memory, s *shelf[K, V], key K) (v V, known bool, epoch uint64) {
	if m.life <= 0 {
		return v, false, 0
	}
	now := time.Now()
	m.mu.Lock()
	defer m.mu.Unlock()
	found, known := (*s)[key]
	if known && now.Before(found.until) {
		return found.value, true, m.epoch
	}
	return v, false, m.epoch
}

// keep remembers what was read since peek, unless all was forgotten meanwhile: it
// may have been read before.
func keep[K comparable, V any](m *memory, s *shelf[K, V], key K, v V, epoch uint64) {
	if m.life <= 0 {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.epoch != epoch {
		return
	}
	if len(*s) >= mostRemembered {
		clear(*s)
	}
	if *s == nil {
		*s = shelf[K, V]{}
	}
	(*s)[key] = remembered[V]{v, time.Now().Add(m.life)}
}

// drop forgets one thing.
func drop[K comparable, V any](m *memory, s *shelf[K, V], key K) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.epoch++
	delete(*s, key)
}

// forget forgets everything.
func (m *memory) forget() {
	if m.of != nil {
		m.of.forget()
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.epoch++
	clear(m.logins)
	clear(m.people)
	clear(m.externals)
	clear(m.tokens)
	clear(m.queues)
	clear(m.fields)
	clear(m.requests)
}

// reshape is an Update of what is remembered.
func (d *Desk) reshape(ctx context.Context, fn func(storage.Tx) error) error {
	defer d.memory.forget() // also when it is not known whether it happened
	return d.store.Update(ctx, fn)
}

// update is an Update that relies on what is remembered. When that turns out to be
// gone, it is read anew.
func (d *Desk) update(ctx context.Context, fn func(storage.Tx) error) error {
	err := d.store.Update(ctx, fn)
	if d.memory.life > 0 && errors.Is(err, storage.ErrReferenced) {
		d.memory.forget()
		err = d.store.Update(ctx, fn)
	}
	return err
}

// allFields are the definitions of the custom fields, in their order. The caller
// changes nothing about them.
func (d *Desk) allFields(ctx context.Context, tx storage.Tx) ([]*ticket.CustomField, error) {
	return d.recallFields(func() ([]*ticket.CustomField, error) { return tx.CustomFields().All(ctx) })
}

func (d *Desk) recallFields(read func() ([]*ticket.CustomField, error)) ([]*ticket.CustomField, error) {
	return recall(d.memory, &d.memory.fields, struct{}{}, read)
}

// queue is the queue that a ticket is in or comes to.
func (d *Desk) queue(ctx context.Context, tx storage.Tx, id int64) (*ticket.Queue, error) {
	q, err := recall(d.memory, &d.memory.queues, id, func() (ticket.Queue, error) { return value(tx.Queues().Get(ctx, id)) })
	return &q, err
}

// person is somebody whom a ticket concerns, without Queues.
func (d *Desk) person(ctx context.Context, tx storage.Tx, id int64) (*user.User, error) {
	u, err := recall(d.memory, &d.memory.people, id, func() (user.User, error) { return value(tx.Users().Get(ctx, id)) })
	return own(u), err
}

// value is what a pointer points to, which is nil where there is an error.
func value[T any](p *T, err error) (T, error) {
	if err != nil {
		var zero T
		return zero, err
	}
	return *p, nil
}

// own is a copy of a remembered user that shares nothing with it.
func own(u user.User) *user.User {
	u.Permissions, u.Queues = slices.Clone(u.Permissions), slices.Clone(u.Queues)
	return &u
}

// same reports whether a host says the same of a user.
func (e *external) same(said *user.External) bool {
	a, b := e.said, *said
	return a.ID == b.ID && a.Username == b.Username && a.FirstName == b.FirstName && a.LastName == b.LastName &&
		a.Email == b.Email && a.EmailVerified == b.EmailVerified && a.Staff == b.Staff && a.Superuser == b.Superuser &&
		equal(a.Permissions, b.Permissions) && equal(a.Queues, b.Queues)
}

// equal tells nil from an empty list: one leaves alone, the other takes away.
func equal[T comparable](a, b []T) bool { return slices.Equal(a, b) && (a == nil) == (b == nil) }
