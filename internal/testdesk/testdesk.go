package testdesk

import (
	"context"
	"testing"

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

// New returns a desk in the start state over a new database. The custom fields whose names
// are in required are required.
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
	// One transaction, as a commit waits for the disk. On a desk of With it is not run
	// again for the hashes, which are cheap here, so that ids are the same each time.
	fill := func(inner *helpdesk.Desk) error { return d.fill(t.Context(), inner, required) }
	if err := desk.With(store).Atomically(t.Context(), fill); err != nil {
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
