package storagetest

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// Run checks the stores that open returns: each time a new one, over an empty
// database without a schema. Run migrates and closes them. The tests run in
// parallel, and open is called from each of them.
func Run(t *testing.T, open func(testing.TB) storage.Store) {
	groups := []struct {
		name  string
		tests []test
	}{
		{"Transactions", transactionTests},
		{"Savepoints", savepointTests},
		{"Statements", statementTests},
		{"Users", userTests},
		{"Groups", groupTests},
		{"Tokens", tokenTests},
		{"Addresses", addressTests},
		{"Requests", requestTests},
		{"Events", eventTests},
		{"Webhooks", webhookTests},
		{"WebhookLeases", leaseTests},
		{"Deliveries", deliveryTests},
		{"Queues", queueTests},
		{"CustomFields", customFieldTests},
		{"Tickets", ticketTests},
		{"TicketLists", ticketListTests},
		{"TicketQueries", ticketQueryTests},
		{"TicketCounts", ticketCountTests},
		{"FollowUps", followUpTests},
		{"Lists", listTests},
		{"Threads", threadTests},
		{"Attachments", attachmentTests},
		{"Changes", changeTests},
		{"Scopes", scopeTests},
		{"EmptyFilters", emptyTests},
		{"Files", fileTests},
		{"Versions", versionTests},
		{"Concurrency", concurrencyTests},
	}
	t.Run("Migrate", func(t *testing.T) { testMigrate(t, open) })
	for _, g := range groups {
		t.Run(g.name, func(t *testing.T) {
			t.Parallel()
			for _, c := range g.tests {
				t.Run(c.name, func(t *testing.T) {
					t.Parallel()
					e := &env{T: t, Store: open(t), ctx: t.Context()}
					t.Cleanup(func() { e.ok(e.Close()) })
					e.ok(e.Migrate(e.ctx))
					c.run(e)
				})
			}
		})
	}
}

type test struct {
	name string
	run  func(*env)
}

func testMigrate(t *testing.T, open func(testing.TB) storage.Store) {
	t.Parallel()
	e := &env{T: t, Store: open(t), ctx: t.Context()}
	defer func() { e.ok(e.Close()) }()

	if missing := storage.MissingNouns(e.Store); len(missing) > 0 {
		e.Errorf("the Store does not keep %v", missing)
	}
	unused := func(storage.Tx) error { e.Error("a transaction began without a schema"); return nil }
	for range 2 {
		e.is(e.Ready(e.ctx), storage.ErrSchema)
		e.is(e.View(e.ctx, unused), storage.ErrSchema)
		e.is(e.Read(e.ctx, unused), storage.ErrSchema)
		e.is(e.Update(e.ctx, unused), storage.ErrSchema)
	}
	failures := make(chan error)
	for range 4 {
		go func() { failures <- e.Migrate(e.ctx) }()
	}
	for range 4 {
		e.ok(<-failures)
	}
	e.ok(e.Ready(e.ctx))
	e.update(func(tx storage.Tx) { e.user(tx, "kept") })
	e.ok(e.Migrate(e.ctx))
	e.view(func(tx storage.Tx) { equal(e, must(tx.Users().Count(e.ctx, user.Filter{}))(e), 1) })

	ended, cancel := context.WithCancel(e.ctx)
	cancel()
	e.is(e.Ready(ended), context.Canceled)
}

// env is what a test works with: a fresh, migrated store.
type env struct {
	*testing.T
	storage.Store
	ctx context.Context
}

// update runs fn in an Update that succeeds unless fn ends the test.
func (e *env) update(fn func(storage.Tx)) {
	e.Helper()
	e.ok(e.Update(e.ctx, func(tx storage.Tx) error { fn(tx); return nil }))
}

func (e *env) view(fn func(storage.Tx)) {
	e.Helper()
	e.ok(e.View(e.ctx, func(tx storage.Tx) error { fn(tx); return nil }))
}

func (e *env) ok(err error) {
	e.Helper()
	if err != nil {
		e.Fatal(err)
	}
}

func (e *env) is(err, want error) {
	e.Helper()
	if !errors.Is(err, want) {
		e.Fatalf("error is %v, want %v", err, want)
	}
}

// refused wants some error: which one is not promised.
func (e *env) refused(err error) {
	e.Helper()
	if err == nil {
		e.Fatal("no error")
	}
}

// must turns a result and its error into the result: must(f())(e).
func must[T any](v T, err error) func(*env) T {
	_, file, line, _ := runtime.Caller(1)
	return func(e *env) T {
		e.Helper()
		if err != nil {
			e.Fatalf("%s:%d: %v", file, line, err)
		}
		return v
	}
}

// absent wants a result's error to be ErrNotFound: absent(f())(e).
func absent[T any](_ T, err error) func(*env) {
	return func(e *env) {
		e.Helper()
		e.is(err, storage.ErrNotFound)
	}
}

func equal[T any](e *env, got, want T) {
	e.Helper()
	if !reflect.DeepEqual(got, want) {
		e.Fatalf("got  %s\nwant %s", text(got), text(want))
	}
}

// equalList is equal for lists, of which an empty one may be nil.
func equalList[T any](e *env, got []T, want ...T) {
	e.Helper()
	if len(got) > 0 || len(want) > 0 {
		equal(e, got, want)
	}
}

func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprintf("%+v", v)
	}
	return string(b)
}

// The least that the stores take, for tests that are about something else.

var now = time.Date(2026, 2, 3, 4, 5, 6, 789012000, time.UTC)

var all = ticket.Scope{All: true}

func (e *env) user(tx storage.Tx, name string) *user.User {
	e.Helper()
	u := &user.User{Username: name, Created: now}
	e.ok(tx.Users().Insert(e.ctx, u))
	return u
}

func (e *env) queue(tx storage.Tx, slug string) *ticket.Queue {
	e.Helper()
	q := &ticket.Queue{Title: slug, Slug: slug}
	e.ok(tx.Queues().Insert(e.ctx, q))
	return q
}

func (e *env) field(tx storage.Tx, name string) *ticket.CustomField {
	e.Helper()
	f := &ticket.CustomField{Name: name, Label: name, Type: ticket.Text}
	e.ok(tx.CustomFields().Insert(e.ctx, f))
	return f
}

// ticket is in the first queue, made when there is none.
func (e *env) ticket(tx storage.Tx, title string, adjust ...func(*ticket.Ticket)) *ticket.Ticket {
	e.Helper()
	queues := must(tx.Queues().List(e.ctx, ticket.QueueQuery{Limit: 1}))(e)
	if len(queues) == 0 {
		queues = append(queues, e.queue(tx, "first"))
	}
	t := &ticket.Ticket{QueueID: queues[0].ID, Title: title, Status: ticket.Open, Priority: ticket.Normal, Created: now, Modified: now}
	for _, fn := range adjust {
		fn(t)
	}
	e.ok(insertTicket(e.ctx, tx, t))
	return t
}

func (e *env) followUp(tx storage.Tx, ticket int64, adjust ...func(*followup.FollowUp)) *followup.FollowUp {
	e.Helper()
	f := &followup.FollowUp{TicketID: ticket, Date: now}
	for _, fn := range adjust {
		fn(f)
	}
	e.ok(tx.FollowUps().Insert(e.ctx, f))
	return f
}

func (e *env) attachment(tx storage.Tx, followUp int64, filename string) *followup.Attachment {
	e.Helper()
	a := &followup.Attachment{FollowUpID: followUp, Filename: filename, MIMEType: "text/plain", Content: rand.Text()}
	e.ok(tx.Attachments().Insert(e.ctx, a))
	return a
}

func (e *env) change(tx storage.Tx, ticket int64, followUp *int64) *followup.Change {
	e.Helper()
	c := &followup.Change{TicketID: ticket, FollowUpID: followUp, Date: now, Field: "Status"}
	e.ok(tx.Changes().Insert(e.ctx, c))
	return c
}

// on selects what is on one of the tickets.
func on(tickets ...int64) ticket.Among[int64] { return ticket.Among[int64]{In: tickets} }

func submittedBy(address string) func(*ticket.Ticket) {
	return func(t *ticket.Ticket) { t.SubmitterEmail = &address }
}
