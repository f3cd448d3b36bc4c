package storagetest_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk/event"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/idempotency"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/storage/sqlite"
	"github.com/go-helpdesk/helpdesk/storage/storagetest"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
	"github.com/go-helpdesk/helpdesk/webhook"
)

func open(t testing.TB) storage.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "desk.db"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func migrated(t testing.TB) storage.Store {
	t.Helper()
	s := open(t)
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

// TestWrappers runs the suite on a Store in both wrappers.
func TestWrappers(t *testing.T) {
	storagetest.Run(t, func(t testing.TB) storage.Store { return storagetest.Fail(storagetest.Rerun(open(t)), 0) })
}

// partTx is a third party's Tx, which has no savepoints.
type partTx struct {
	storage.BaseTx
	tx storage.Tx
}

func (p partTx) Users() user.Store                     { return p.tx.Users() }
func (p partTx) Groups() user.GroupStore               { return p.tx.Groups() }
func (p partTx) Tokens() user.TokenStore               { return p.tx.Tokens() }
func (p partTx) Addresses() user.AddressStore          { return p.tx.Addresses() }
func (p partTx) Queues() ticket.QueueStore             { return p.tx.Queues() }
func (p partTx) CustomFields() ticket.CustomFieldStore { return p.tx.CustomFields() }
func (p partTx) Tickets() ticket.Store                 { return p.tx.Tickets() }
func (p partTx) FollowUps() followup.Store             { return p.tx.FollowUps() }
func (p partTx) Attachments() followup.AttachmentStore { return p.tx.Attachments() }
func (p partTx) Changes() followup.ChangeStore         { return p.tx.Changes() }
func (p partTx) Files() followup.Files                 { return p.tx.Files() }
func (p partTx) Requests() idempotency.Store           { return p.tx.Requests() }
func (p partTx) Events() event.Store                   { return p.tx.Events() }
func (p partTx) Webhooks() webhook.Store               { return p.tx.Webhooks() }
func (p partTx) Deliveries() webhook.DeliveryStore     { return p.tx.Deliveries() }

// partStore is a third party's Store over another one.
type partStore struct{ storage.Store }

func (s partStore) Nouns() storage.Tx { return partTx{tx: s.Store.Nouns()} }

func (s partStore) View(ctx context.Context, fn func(storage.Tx) error) error {
	return s.Store.View(ctx, func(tx storage.Tx) error { return fn(partTx{tx: tx}) })
}

func (s partStore) Read(ctx context.Context, fn func(storage.Tx) error) error {
	return s.Store.Read(ctx, func(tx storage.Tx) error { return fn(partTx{tx: tx}) })
}

func (s partStore) Update(ctx context.Context, fn func(storage.Tx) error) error {
	return s.Store.Update(ctx, func(tx storage.Tx) error { return fn(partTx{tx: tx}) })
}

// TestAStoreOfAnother is how a third party checks a Store.
func TestAStoreOfAnother(t *testing.T) {
	storagetest.Run(t, func(t testing.TB) storage.Store { return partStore{open(t)} })
}

// TestWrappersCoverEachTransaction finds a wrapper that embeds a Store and lets one of
// its methods pass by.
func TestWrappersCoverEachTransaction(t *testing.T) {
	ctx := t.Context()
	write := func(tx storage.Tx) error { return tx.Users().Insert(ctx, &user.User{Username: "u"}) }
	for name, run := range transactions {
		s := migrated(t)
		t.Cleanup(func() { _ = s.Close() })
		if err := run(storagetest.Fail(s, 1), ctx, write); !errors.Is(err, storagetest.ErrInjected) {
			t.Errorf("%s passes by Fail: a write returned %v", name, err)
		}
		runs := 0
		if err := run(storagetest.Rerun(s), ctx, func(storage.Tx) error { runs++; return nil }); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if want := map[string]int{"View": 1, "Read": 2, "Update": 2}[name]; runs != want { // a View runs again only before its first read
			t.Errorf("%s of Rerun ran its function %d times, want %d", name, runs, want)
		}
	}
}

// transactions are the methods of a Store that run a function.
var transactions = map[string]func(storage.Store, context.Context, func(storage.Tx) error) error{
	"View":   storage.Store.View,
	"Read":   storage.Store.Read,
	"Update": storage.Store.Update,
}

// useEverything writes once with every method there is.
func useEverything(ctx context.Context, tx storage.Tx) error {
	u, q, f := &user.User{Username: "u"}, &ticket.Queue{Slug: "q"}, &ticket.CustomField{Name: "f"}
	err := errors.Join(
		tx.Users().Insert(ctx, u), tx.Users().Update(ctx, u, u),
		tx.Queues().Insert(ctx, q), tx.Queues().Update(ctx, q, q),
		tx.CustomFields().Insert(ctx, f), tx.CustomFields().Update(ctx, f, f))
	if err != nil {
		return err
	}
	g, o := &user.Group{Name: "g", Users: []int64{u.ID}, Queues: []int64{q.ID}}, &user.Token{UserID: u.ID, Prefix: "o", Digest: []byte("o")}
	err = errors.Join(
		tx.Users().Grant(ctx, u.ID, []int64{q.ID}),
		tx.Groups().Insert(ctx, g), tx.Groups().Update(ctx, g, g), tx.Groups().Delete(ctx, g.ID),
		tx.Tokens().Insert(ctx, o), tx.Tokens().Update(ctx, o, o), tx.Tokens().Delete(ctx, o.ID))
	if err != nil {
		return err
	}
	k := &ticket.Ticket{QueueID: q.ID}
	if err := errors.Join(tx.Tickets().Insert(ctx, k, nil), tx.Tickets().Update(ctx, k, k.Clone(), nil)); err != nil {
		return err
	}
	r := &followup.FollowUp{TicketID: k.ID}
	if err := errors.Join(tx.FollowUps().Insert(ctx, r), tx.FollowUps().Update(ctx, r, r)); err != nil {
		return err
	}
	key, _, err := tx.Files().Put(ctx, strings.NewReader("content"))
	if err != nil {
		return err
	}
	a := &followup.Attachment{FollowUpID: r.ID, Content: key}
	if err := errors.Join(tx.Attachments().Insert(ctx, a), tx.Attachments().Update(ctx, a, a)); err != nil {
		return err
	}
	request := &idempotency.Request{ID: []byte("r"), Content: []byte("r")}
	_, swept := tx.Requests().DeleteBefore(ctx, request.Created, 1)
	err = errors.Join(swept,
		tx.Requests().InsertKey(ctx, []byte("key")), tx.Requests().Insert(ctx, request),
		tx.Requests().SetAnswer(ctx, request.ID, []byte("a")),
		tx.Requests().DeleteExpired(ctx, request.ID, request.Created))
	if err != nil {
		return err
	}
	if err := useWebhooks(ctx, tx, u.ID); err != nil {
		return err
	}
	return errors.Join(
		tx.Changes().Insert(ctx, &followup.Change{TicketID: k.ID}),
		tx.Attachments().Delete(ctx, a.ID), tx.Files().Delete(ctx, key),
		tx.FollowUps().Delete(ctx, r.ID), tx.Tickets().Delete(ctx, k.ID),
		tx.CustomFields().Delete(ctx, f.ID), tx.Queues().Delete(ctx, q.ID), tx.Users().Delete(ctx, u.ID))
}

// useWebhooks writes once with every method of webhooks and deliveries.
func useWebhooks(ctx context.Context, tx storage.Tx, owner int64) error {
	w := &webhook.Webhook{OwnerID: owner}
	if err := errors.Join(tx.Webhooks().Insert(ctx, w), tx.Webhooks().Update(ctx, w, w)); err != nil {
		return err
	}
	d, now := &webhook.Delivery{WebhookID: w.ID}, time.Now()
	_, leased := tx.Webhooks().Lease(ctx, "a", now, now, 1)
	_, advanced := tx.Webhooks().Advance(ctx, w.ID, "a", now, 1)
	err := errors.Join(leased, advanced, tx.Webhooks().Release(ctx, "a"),
		tx.Deliveries().Insert(ctx, d), tx.Deliveries().Update(ctx, d, d))
	if err != nil {
		return err
	}
	_, abandoned := tx.Deliveries().Abandon(ctx, w.ID, 1)
	_, swept := tx.Deliveries().DeleteBefore(ctx, now, 1)
	return errors.Join(abandoned, swept, tx.Webhooks().Delete(ctx, w.ID))
}

func TestEachFailure(t *testing.T) {
	failures := 0
	storagetest.EachFailure(t, migrated, func(s storage.Store) error {
		return s.Update(t.Context(), func(tx storage.Tx) error { return useEverything(t.Context(), tx) })
	}, func(storage.Store) { failures++ })
	// Verbs, a grant, changes, files, requests, webhooks, deliveries, the commit.
	if want := 8*3 + 1 + 1 + 2 + 5 + 6 + 4 + 1; failures != want {
		t.Errorf("%d failures, want %d", failures, want)
	}
}

// recorder takes the place of a test that is meant to fail.
type recorder struct {
	testing.TB
	failed bool
}

func (r *recorder) Errorf(string, ...any) { r.failed = true }

func TestEachFailureSees(t *testing.T) {
	ctx := t.Context()
	insert := func(s storage.Store, name string) error {
		return s.Update(ctx, func(tx storage.Tx) error { return tx.Users().Insert(ctx, &user.User{Username: name}) })
	}
	for name, use := range map[string]func(storage.Store) error{
		"two transactions":  func(s storage.Store) error { return errors.Join(insert(s, "a"), insert(s, "b")) },
		"a swallowed error": func(s storage.Store) error { _ = insert(s, "a"); return nil },
	} {
		r := &recorder{TB: t}
		storagetest.EachFailure(r, migrated, use, nil)
		if !r.failed {
			t.Errorf("%s: not seen", name)
		}
	}
}

func TestDump(t *testing.T) {
	ctx, s := t.Context(), migrated(t)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	if got := storagetest.Dump(t, s); got != "" {
		t.Errorf("an empty store holds %s", got)
	}
	err := s.Update(ctx, func(tx storage.Tx) error {
		q, f := &ticket.Queue{Slug: "q"}, &ticket.CustomField{Name: "f"}
		if err := errors.Join(tx.Users().Insert(ctx, &user.User{Username: "u"}), tx.Queues().Insert(ctx, q), tx.CustomFields().Insert(ctx,
			f)); err != nil {
			return err
		}
		if err := errors.Join(tx.Users().Grant(ctx, 1, []int64{q.ID}), tx.Groups().Insert(ctx, &user.Group{Name: "g"}),
			tx.Tokens().Insert(ctx, &user.Token{UserID: 1, Prefix: "t", Digest: []byte("t")})); err != nil {
			return err
		}
		k := &ticket.Ticket{QueueID: q.ID}
		if err := errors.Join(tx.Tickets().Insert(ctx, k, nil), tx.Changes().Insert(ctx, &followup.Change{TicketID: 1})); err != nil {
			return err
		}
		key, _, err := tx.Files().Put(ctx, strings.NewReader("content"))
		r := &followup.FollowUp{TicketID: k.ID}
		return errors.Join(err, tx.FollowUps().Insert(ctx, r),
			tx.Attachments().Insert(ctx, &followup.Attachment{FollowUpID: 1, Content: key}),
			tx.Attachments().Insert(ctx, &followup.Attachment{FollowUpID: 1, Content: "nowhere"}))
	})
	if err != nil {
		t.Fatal(err)
	}
	got := storagetest.Dump(t, s)
	for _, want := range []string{`"Queues":[1]`, "\ngroup ", "\ntoken ", "\nqueue ", "\ncustom field ", "\nticket ", "\nfollow-up ",
		"\nattachment ", "\nchange ", " 7 bytes ", "content nowhere missing"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in %s", want, got)
		}
	}
	if again := storagetest.Dump(t, s); again != got {
		t.Errorf("%s became %s", got, again)
	}
}
