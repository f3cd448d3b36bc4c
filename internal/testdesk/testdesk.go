package testdesk

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// Desk is a desk in the start state.
type Desk struct {
	*helpdesk.Desk
	Store  storage.Store
	Users  map[string]*user.User    // by username
	Queues map[string]*ticket.Queue // by slug
	Fields []*ticket.CustomField
}

// Password is the password of an account of the start state.
func Password(username string) string {
	if username == "restricted" {
		return "limited-pass-1"
	}
	return username + "-pass-1"
}

// New returns a desk in the start state over a new database. Custom fields
// named in required are.
func New(t testing.TB, c helpdesk.Config, required ...string) *Desk {
	t.Helper()
	return Over(t, OpenStore(t), c, required...)
}

// Over brings the desk of an empty store into the start state.
func Over(t testing.TB, store storage.Store, c helpdesk.Config, required ...string) *Desk {
	t.Helper()
	if c.Hasher == nil {
		c.Hasher = &user.Hasher{Params: user.Params{Memory: 8, Time: 1, Threads: 1}}
	}
	desk, err := helpdesk.New(store, c)
	if err != nil {
		t.Fatal(err)
	}
	d := &Desk{Desk: desk, Store: store, Users: map[string]*user.User{}, Queues: map[string]*ticket.Queue{}}
	// One transaction: a commit waits for the disk.
	err = store.Update(t.Context(), func(tx storage.Tx) error { return d.fill(t.Context(), desk.With(within{tx}), required) })
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// fill makes the start state.
func (d *Desk) fill(ctx context.Context, desk *helpdesk.Desk, required []string) error {
	system := helpdesk.System()
	for _, u := range accounts() {
		created, err := desk.CreateUser(ctx, system, u, Password(u.Username))
		if err != nil {
			return err
		}
		d.Users[u.Username] = created
	}
	for _, q := range []*ticket.Queue{{Title: "Support", Slug: "support"}, {Title: "Billing", Slug: "billing"}} {
		created, err := desk.CreateQueue(ctx, system, q)
		if err != nil {
			return err
		}
		d.Queues[q.Slug] = created
	}
	d.Fields = nil
	for _, f := range customFields(required) {
		created, err := desk.CreateCustomField(ctx, system, f)
		if err != nil {
			return err
		}
		d.Fields = append(d.Fields, created)
	}
	return nil
}

// within is a Store inside a transaction that is open already.
type within struct{ tx storage.Tx }

func (w within) View(_ context.Context, fn func(storage.Tx) error) error   { return fn(w.tx) }
func (w within) Read(_ context.Context, fn func(storage.Tx) error) error   { return fn(w.tx) }
func (w within) Update(_ context.Context, fn func(storage.Tx) error) error { return fn(w.tx) }
func (within) Sweep(context.Context, time.Duration) (int, error)           { return 0, errors.ErrUnsupported }

func (within) Migrate(context.Context) error { return errors.ErrUnsupported }
func (within) Ready(context.Context) error   { return nil }
func (within) Close() error                  { return nil }
