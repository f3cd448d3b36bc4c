package storagetest

import (
	"context"
	"errors"
	"io"
	"sync/atomic"
	"testing"

	"github.com/go-helpdesk/helpdesk/event"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/idempotency"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
	"github.com/go-helpdesk/helpdesk/webhook"
)

// ErrInjected is the failure of a write that Fail chose.
var ErrInjected = errors.New("injected failure")

// Faulty is a Store of which one write fails or is interrupted. Fail and Interrupt
// make one. It is as safe for concurrent use as the Store inside it.
type Faulty struct {
	storage.Store
	n     int64
	do    func() // instead of failing
	count atomic.Int64
}

// Fail returns s with its n-th write from now on failing with ErrInjected.
// Writes are the calls of Append, Sequence, Insert, InsertKey, Update, SetAnswer, Grant, Put,
// Lease, Release, Advance, Abandon and of methods that begin with Delete, and the commits, in
// the order in which they come, from 1. With n == 0 nothing fails.
func Fail(s storage.Store, n int) *Faulty { return &Faulty{Store: s, n: int64(n)} }

// Interrupt returns s with do called before its n-th write, counted as for Fail. What
// do writes comes in between, unless a lock keeps it out.
func Interrupt(s storage.Store, n int, do func()) *Faulty {
	return &Faulty{Store: s, n: int64(n), do: do}
}

// Reached reports whether there were so many writes that one was chosen.
func (f *Faulty) Reached() bool { return f.n > 0 && f.count.Load() >= f.n }

func (f *Faulty) write() error {
	if f.count.Add(1) != f.n {
		return nil
	}
	if f.do == nil {
		return ErrInjected
	}
	f.do()
	return nil
}

// View implements storage.Store. A write in it counts, though no Store carries it out.
func (f *Faulty) View(ctx context.Context, fn func(storage.Tx) error) error {
	return f.Store.View(ctx, func(tx storage.Tx) error { return fn(faultyTx{tx, f}) })
}

// Read implements storage.Store. A write in it counts, though no Store carries it out.
func (f *Faulty) Read(ctx context.Context, fn func(storage.Tx) error) error {
	return f.Store.Read(ctx, func(tx storage.Tx) error { return fn(faultyTx{tx, f}) })
}

// Update implements storage.Store. A commit that fails is rolled back.
func (f *Faulty) Update(ctx context.Context, fn func(storage.Tx) error) error {
	return f.Store.Update(ctx, func(tx storage.Tx) error {
		if err := fn(faultyTx{tx, f}); err != nil {
			return err
		}
		return f.write()
	})
}

// EachFailure shows that a use-case that fails leaves nothing behind. It calls
// use with a store of which the first write fails, then one of which the second
// does, and so on until use comes through without a failure. Where a write
// failed, use must return an error that wraps ErrInjected, and the store must
// hold what it held before; check, when not nil, is called with it for the rest.
//
// The function open returns a migrated store, each time a new one with the
// records that use needs; EachFailure closes it.
func EachFailure(t testing.TB, open func(testing.TB) storage.Store, use func(storage.Store) error, check func(storage.Store)) {
	t.Helper()
	for n := 1; failsCleanly(t, n, open(t), use, check); n++ {
	}
}

// failsCleanly reports whether use got as far as its n-th write.
func failsCleanly(t testing.TB, n int, s storage.Store, use func(storage.Store) error, check func(storage.Store)) bool {
	t.Helper()
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	before, f := Dump(t, s), Fail(s, n)
	err := use(f)
	if !f.Reached() {
		if err != nil {
			t.Fatalf("without a failure: %v", err)
		}
		return false
	}
	if !errors.Is(err, ErrInjected) {
		t.Errorf("write %d failed, the use-case returned %v", n, err)
	}
	if after := Dump(t, s); after != before {
		t.Errorf("write %d failed and left something behind.\nbefore:\n%safter:\n%s", n, before, after)
	}
	if check != nil {
		check(s)
	}
	return true
}

type faultyTx struct {
	storage.Tx
	f *Faulty
}

// The stores keep their reading methods. Those of faultyWriter are one level
// less deep and so come first.
type (
	userReads        struct{ user.Store }
	groupReads       struct{ user.GroupStore }
	tokenReads       struct{ user.TokenStore }
	queueReads       struct{ ticket.QueueStore }
	customFieldReads struct{ ticket.CustomFieldStore }
	followUpReads    struct{ followup.Store }
	attachmentReads  struct{ followup.AttachmentStore }
)

func (x faultyTx) Users() user.Store {
	s := x.Tx.Users()
	return struct {
		userReads
		faultyWriter[user.User]
		faultyGrants
	}{userReads{s}, faultyWriter[user.User]{s, x.f}, faultyGrants{s, x.f}}
}

func (x faultyTx) Groups() user.GroupStore {
	s := x.Tx.Groups()
	return struct {
		groupReads
		faultyWriter[user.Group]
	}{groupReads{s}, faultyWriter[user.Group]{s, x.f}}
}

func (x faultyTx) Tokens() user.TokenStore {
	s := x.Tx.Tokens()
	return struct {
		tokenReads
		faultyWriter[user.Token]
	}{tokenReads{s}, faultyWriter[user.Token]{s, x.f}}
}

func (x faultyTx) Addresses() user.AddressStore { return faultyAddresses{x.Tx.Addresses(), x.f} }

func (x faultyTx) Queues() ticket.QueueStore {
	s := x.Tx.Queues()
	return struct {
		queueReads
		faultyWriter[ticket.Queue]
	}{queueReads{s}, faultyWriter[ticket.Queue]{s, x.f}}
}

func (x faultyTx) CustomFields() ticket.CustomFieldStore {
	s := x.Tx.CustomFields()
	return struct {
		customFieldReads
		faultyWriter[ticket.CustomField]
	}{customFieldReads{s}, faultyWriter[ticket.CustomField]{s, x.f}}
}

func (x faultyTx) Tickets() ticket.Store { return faultyTickets{x.Tx.Tickets(), x.f} }

func (x faultyTx) FollowUps() followup.Store {
	s := x.Tx.FollowUps()
	return struct {
		followUpReads
		faultyWriter[followup.FollowUp]
	}{followUpReads{s}, faultyWriter[followup.FollowUp]{s, x.f}}
}

func (x faultyTx) Attachments() followup.AttachmentStore {
	s := x.Tx.Attachments()
	return struct {
		attachmentReads
		faultyWriter[followup.Attachment]
	}{attachmentReads{s}, faultyWriter[followup.Attachment]{s, x.f}}
}

func (x faultyTx) Changes() followup.ChangeStore { return faultyChanges{x.Tx.Changes(), x.f} }
func (x faultyTx) Files() followup.Files         { return faultyFiles{x.Tx.Files(), x.f} }
func (x faultyTx) Requests() idempotency.Store   { return faultyRequests{x.Tx.Requests(), x.f} }
func (x faultyTx) Events() event.Store           { return faultyEvents{x.Tx.Events(), x.f} }

func (x faultyTx) Webhooks() webhook.Store           { return faultyWebhooks{x.Tx.Webhooks(), x.f} }
func (x faultyTx) Deliveries() webhook.DeliveryStore { return faultyDeliveries{x.Tx.Deliveries(), x.f} }

// writer is what most stores have in common.
type writer[T any] interface {
	Insert(context.Context, *T) error
	Update(ctx context.Context, before, after *T) error
	Delete(context.Context, int64) error
}

type faultyWriter[T any] struct {
	to writer[T]
	f  *Faulty
}

func (w faultyWriter[T]) Insert(ctx context.Context, v *T) error {
	if err := w.f.write(); err != nil {
		return err
	}
	return w.to.Insert(ctx, v)
}

func (w faultyWriter[T]) Update(ctx context.Context, before, after *T) error {
	if err := w.f.write(); err != nil {
		return err
	}
	return w.to.Update(ctx, before, after)
}

func (w faultyWriter[T]) Delete(ctx context.Context, id int64) error {
	if err := w.f.write(); err != nil {
		return err
	}
	return w.to.Delete(ctx, id)
}

type faultyTickets struct {
	ticket.Store
	f *Faulty
}

func (s faultyTickets) Insert(ctx context.Context, t *ticket.Ticket, fields []*ticket.CustomField) error {
	if err := s.f.write(); err != nil {
		return err
	}
	return s.Store.Insert(ctx, t, fields)
}

func (s faultyTickets) Update(ctx context.Context, before, after *ticket.Ticket, fields []*ticket.CustomField) error {
	if err := s.f.write(); err != nil {
		return err
	}
	return s.Store.Update(ctx, before, after, fields)
}

func (s faultyTickets) Delete(ctx context.Context, id int64) error {
	if err := s.f.write(); err != nil {
		return err
	}
	return s.Store.Delete(ctx, id)
}

type faultyGrants struct {
	to user.Store
	f  *Faulty
}

func (w faultyGrants) Grant(ctx context.Context, id int64, queues []int64) error {
	if err := w.f.write(); err != nil {
		return err
	}
	return w.to.Grant(ctx, id, queues)
}

type faultyAddresses struct {
	user.AddressStore
	f *Faulty
}

func (s faultyAddresses) InsertKey(ctx context.Context, key []byte) error {
	if err := s.f.write(); err != nil {
		return err
	}
	return s.AddressStore.InsertKey(ctx, key)
}

func (s faultyAddresses) Insert(ctx context.Context, a *user.KnownAddress) error {
	if err := s.f.write(); err != nil {
		return err
	}
	return s.AddressStore.Insert(ctx, a)
}

func (s faultyAddresses) Update(ctx context.Context, a *user.KnownAddress) error {
	if err := s.f.write(); err != nil {
		return err
	}
	return s.AddressStore.Update(ctx, a)
}

func (s faultyAddresses) Delete(ctx context.Context, userID int64, digest []byte) error {
	if err := s.f.write(); err != nil {
		return err
	}
	return s.AddressStore.Delete(ctx, userID, digest)
}

type faultyChanges struct {
	followup.ChangeStore
	f *Faulty
}

func (s faultyChanges) Insert(ctx context.Context, changes ...*followup.Change) error {
	if err := s.f.write(); err != nil {
		return err
	}
	return s.ChangeStore.Insert(ctx, changes...)
}

type faultyFiles struct {
	followup.Files
	f *Faulty
}

func (s faultyFiles) Put(ctx context.Context, r io.Reader) (string, int64, error) {
	if err := s.f.write(); err != nil {
		return "", 0, err
	}
	return s.Files.Put(ctx, r)
}

func (s faultyFiles) Delete(ctx context.Context, keys ...string) error {
	if err := s.f.write(); err != nil {
		return err
	}
	return s.Files.Delete(ctx, keys...)
}
