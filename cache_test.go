package helpdesk_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// forever is longer than any test.
const forever = time.Hour

// caching is a desk that caches for so long, and another on the same store
// that caches nothing, as one of another process.
func caching(t testing.TB, life time.Duration) (d, other *desk) {
	t.Helper()
	d = handled(testdesk.New(t, helpdesk.Config{CacheTTL: life}))
	c := *d
	c.Desk = must(helpdesk.New(d.store, helpdesk.Config{CacheTTL: -1}))(t)
	return d, &c
}

// know is what a desk caches, in words, asked for in every way there is.
func (d *desk) know(t testing.TB, secret string) (known struct {
	login, token, external bool // who is active
	requests               bool
	fields                 int
	company                string
	recipients             int
}) {
	t.Helper()
	ctx := t.Context()
	if u := must(d.FindUser(ctx, "staff"))(t); u != nil {
		known.login = u.Active
	}
	known.token = must(d.FindToken(ctx, secret))(t) != nil
	known.external = must(d.ExternalUser(ctx, ada()))(t).Active
	known.requests = must(d.OpenToRequesters(ctx))(t)
	fields := must(d.Fields(ctx, d.admin))(t)
	known.fields, known.company = len(fields), fields[0].Label
	// Who is told of a follow-up: the assignee, but not at the address of the queue.
	f := must(d.Reply(ctx, d.admin, &followup.FollowUp{TicketID: 1, Public: true, Comment: new("x")}))(t)
	known.recipients = len(f.EmailRecipients)
	return known
}

// changes are what may be changed of what a desk caches.
func changes(d *desk, as *desk) map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"a user is deactivated": func(ctx context.Context) error {
			_, err := as.UpdateUser(ctx, d.admin, d.staff.ID, func(u *user.User) error { u.Active = false; return nil })
			return err
		},
		"a user of the host's is deactivated": func(ctx context.Context) error {
			u, err := as.ExternalUser(ctx, ada())
			if err != nil {
				return err
			}
			_, err = as.UpdateUser(ctx, d.admin, u.ID, func(u *user.User) error { u.Active = false; return nil })
			return err
		},
		"a token is deleted": func(ctx context.Context) error { return as.DeleteToken(ctx, d.staff, 1) },
		"a queue takes requests": func(ctx context.Context) error {
			_, err := as.UpdateQueue(ctx, d.admin, d.billing.ID,
				func(q *ticket.Queue) error { q.AllowPublicSubmission = true; return nil })
			return err
		},
		"a queue gets the address of the assignee": func(ctx context.Context) error {
			_, err := as.UpdateQueue(ctx, d.admin, d.support.ID,
				func(q *ticket.Queue) error { q.EmailAddress = &d.jane.Email; return nil })
			return err
		},
		"an assignee loses an address": func(ctx context.Context) error {
			_, err := as.UpdateUser(ctx, d.admin, d.jane.ID, func(u *user.User) error { u.Email = ""; return nil })
			return err
		},
		"a custom field is made": func(ctx context.Context) error {
			_, err := as.CreateCustomField(ctx, d.admin,
				&ticket.CustomField{Name: "new", Label: "New", Type: ticket.Text, Ordering: new(int64(99))})
			return err
		},
		"a custom field is edited": func(ctx context.Context) error {
			_, err := as.UpdateCustomField(ctx, d.admin, d.fields["company"].ID,
				func(f *ticket.CustomField) error { f.Label = "Firm"; return nil })
			return err
		},
		"a custom field is deleted": func(ctx context.Context) error {
			return as.DeleteCustomField(ctx, d.admin, d.fields["notes"].ID)
		},
	}
}

// settled is a desk with a ticket and a token, whose secret is returned.
func (d *desk) settled(t testing.TB) (secret string) {
	t.Helper()
	must(d.CreateTicket(t.Context(), d.admin, &ticket.Ticket{QueueID: d.support.ID, Title: "x", AssignedTo: &d.jane.ID}))(t)
	_, secret = d.token(t, d.staff, user.Token{Name: "x"})
	d.know(t, secret)
	return secret
}

// TestWhatADeskChangesCountsAtOnce, however long it caches.
func TestWhatADeskChangesCountsAtOnce(t *testing.T) {
	t.Parallel()
	for name := range changes(&desk{}, nil) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, _ := caching(t, forever)
			secret := d.settled(t)
			before := d.know(t, secret)
			check(t, changes(d, d)[name](t.Context()))
			if after := d.know(t, secret); after == before {
				t.Errorf("still %+v", before)
			}
		})
	}
}

// TestWhatADeskInATransactionOfTheHostsChangesCounts when that has been committed,
// and the cache has nothing of what was not.
func TestWhatADeskInATransactionOfTheHostsChangesCounts(t *testing.T) {
	t.Parallel()
	d, _ := caching(t, forever)
	secret := d.settled(t)
	before := d.know(t, secret)
	within := *d
	within.Desk = d.With(d.store)
	check(t, changes(d, &within)["a user is deactivated"](t.Context()))
	if after := d.know(t, secret); after == before {
		t.Errorf("still %+v", before)
	}
}

// TestWhatAnotherProcessChangesIsNoticed after Config.CacheTTL, and not before:
// else nothing would be cached.
func TestWhatAnotherProcessChangesIsNoticed(t *testing.T) {
	t.Parallel()
	for name := range changes(&desk{}, nil) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, other := caching(t, forever)
			secret := d.settled(t)
			before := d.know(t, secret)
			check(t, changes(d, other)[name](t.Context()))
			if after := d.know(t, secret); after != before {
				t.Errorf("%+v became %+v: was it not cached?", before, after)
			}
			if now := other.know(t, secret); now == before {
				t.Errorf("still %+v with nothing cached", before)
			}
		})
	}
	d, other := caching(t, time.Millisecond)
	secret := d.settled(t)
	before := d.know(t, secret)
	check(t, changes(d, other)["a user is deactivated"](t.Context()))
	time.Sleep(2 * time.Millisecond)
	if d.know(t, secret) == before {
		t.Error("never noticed")
	}
}

// TestWhatIsCachedMayBeGone: then it is looked for again, and what a client is
// told is what it would be told anyway.
func TestWhatIsCachedMayBeGone(t *testing.T) {
	t.Parallel()
	d, other := caching(t, forever)
	d.settled(t)
	gone := must(d.CreateQueue(t.Context(), d.admin, &ticket.Queue{Title: "Gone", Slug: "gone"}))(t)
	open := func() error {
		_, err := d.CreateTicket(t.Context(), d.admin,
			&ticket.Ticket{QueueID: gone.ID, Title: "x", Values: ticket.Values{{Field: d.fields["notes"].ID, Text: "x"}}})
		return err
	}
	_, err := d.CreateTicket(refusing(t.Context()), d.admin, &ticket.Ticket{QueueID: gone.ID, Title: "x"}) // caches the queue
	accepted(t, err)
	check(t, other.DeleteQueue(t.Context(), d.admin, gone.ID))
	equal(t, wrong(t, open()), `queue: no such object "3"`)
	check(t, other.DeleteCustomField(t.Context(), d.admin, d.fields["notes"].ID))
	gone = d.support
	check(t, open())
}

// TestWhatWasReadBeforeAWriteIsNotCached after it.
func TestWhatWasReadBeforeAWriteIsNotCached(t *testing.T) {
	t.Parallel()
	store := testdesk.OpenStore(t)
	slow := &slowRead{Store: store}
	d := handled(testdesk.Over(t, slow, helpdesk.Config{CacheTTL: forever}))
	slow.after = func() {
		slow.after = nil
		_, err := d.UpdateUser(t.Context(), d.admin, d.staff.ID, func(u *user.User) error { u.Active = false; return nil })
		check(t, err)
	}
	equal(t, must(d.FindUser(t.Context(), "staff"))(t).Active, true) // it was so when it was read
	equal(t, must(d.FindUser(t.Context(), "staff"))(t).Active, false)
}

// TestAnOlderReadDoesNotReplaceANewerOne in the cache, whichever ends first.
func TestAnOlderReadDoesNotReplaceANewerOne(t *testing.T) {
	t.Parallel()
	slow := &slowRead{Store: testdesk.OpenStore(t)}
	d := handled(testdesk.Over(t, slow, helpdesk.Config{CacheTTL: forever}))
	other := must(helpdesk.New(slow.Store, helpdesk.Config{}))(t)
	before := len(must(d.Fields(t.Context(), d.admin))(t))
	slow.after = func() {
		slow.after = nil
		must(other.CreateCustomField(t.Context(), d.admin, &ticket.CustomField{Name: "late", Label: "Late", Type: ticket.Text}))(t)
		check(t, d.RefreshFields(t.Context()))
	}
	check(t, d.RefreshFields(t.Context()))
	equal(t, len(must(d.Fields(t.Context(), d.admin))(t)), before+1)
}

// slowRead is a store between whose reading and returning something happens.
type slowRead struct {
	storage.Store
	after func()
}

func (s *slowRead) Read(ctx context.Context, fn func(storage.Tx) error) error {
	err := s.Store.Read(ctx, fn)
	if s.after != nil {
		s.after()
	}
	return err
}

// TestAFailureIsNotCached, nor that somebody does not exist.
func TestAFailureIsNotCached(t *testing.T) {
	t.Parallel()
	d, other := caching(t, forever)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := d.FindUser(ended, "staff"); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	equal(t, must(d.FindUser(t.Context(), "staff"))(t) != nil, true)
	equal(t, must(d.FindUser(t.Context(), "new"))(t) == nil, true)
	_, err := other.CreateUser(t.Context(), d.admin, &user.User{Username: "new"}, "long-enough-9")
	check(t, err)
	equal(t, must(d.FindUser(t.Context(), "new"))(t) != nil, true)
}

// TestAUserThatWasFoundIsTheCallersToChange.
func TestAUserThatWasFoundIsTheCallersToChange(t *testing.T) {
	t.Parallel()
	d, _ := caching(t, forever)
	u := must(d.FindUser(t.Context(), "staff"))(t)
	u.Superuser, u.Permissions = true, append(u.Permissions, user.ManageUsers)
	again := must(d.FindUser(t.Context(), "staff"))(t)
	equal(t, again.Superuser || len(again.Permissions) > 0, false)
}

// lateView is a store in whose views something happens after the snapshot was taken.
type lateView struct {
	storage.Store
	do func()
}

func (s *lateView) View(ctx context.Context, fn func(storage.Tx) error) error {
	return s.Store.View(ctx, func(tx storage.Tx) error {
		if _, err := tx.Tickets().Count(ctx, ticket.Scope{All: true}, ticket.Filter{}); err != nil {
			return err
		}
		if do := s.do; do != nil {
			s.do = nil
			do()
		}
		return fn(tx)
	})
}

// TestTheCacheKeepsNoOldSnapshot has the desk change what a list that began before then
// reads, as it was.
func TestTheCacheKeepsNoOldSnapshot(t *testing.T) {
	t.Parallel()
	late := &lateView{Store: testdesk.OpenStore(t)}
	d := handled(testdesk.Over(t, late, helpdesk.Config{CacheTTL: forever}))
	ctx := t.Context()
	list := func(during func()) {
		late.do = during
		_ = collect(t, d.Tickets(d.admin, helpdesk.TicketQuery{}), 0, 0)
		equal(t, late.do == nil, true)
	}
	var f *ticket.CustomField
	list(func() {
		f = must(d.CreateCustomField(ctx, d.admin, &ticket.CustomField{Name: "late", Label: "Late", Type: ticket.Text}))(t)
	})
	opened := must(d.CreateTicket(ctx, d.admin, &ticket.Ticket{QueueID: d.support.ID, Title: "x",
		Values: ticket.Values{{Field: f.ID, Text: "given"}}}))(t)
	equal(t, d.thread(t, opened.ID).Values.Get(f.ID).Text, "given")
	before := len(must(d.Fields(ctx, d.admin))(t))
	list(func() { check(t, d.DeleteCustomField(ctx, d.admin, f.ID)) })
	equal(t, len(must(d.Fields(ctx, d.admin))(t)), before-1)

	late.do = func() {
		must(d.UpdateUser(ctx, d.admin, d.staff.ID, func(u *user.User) error { u.Active = false; return nil }))(t)
	}
	assigned := &ticket.Ticket{QueueID: d.support.ID, Title: "x", AssignedTo: &d.staff.ID}
	_, err := d.CreateTicket(refusing(ctx), d.admin, assigned)
	accepted(t, err) // as it was
	_, err = d.CreateTicket(ctx, d.admin, assigned)
	equal(t, wrong(t, err), fmt.Sprintf("assigned_to: not available %q", fmt.Sprint(d.staff.ID)))
}

// TestTheCacheAfterATransaction has what was committed, and nothing that was taken back.
func TestTheCacheAfterATransaction(t *testing.T) {
	t.Parallel()
	for name := range changes(&desk{}, nil) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, other := caching(t, forever)
			secret := d.settled(t)
			before := d.know(t, secret)
			run := func(end error) error {
				return d.atomically(t.Context(), func(in *desk) error {
					in.know(t, secret)
					if err := changes(d, in)[name](t.Context()); err != nil {
						return err
					}
					if after := in.know(t, secret); after == before {
						t.Errorf("inside it is still %+v", before)
					}
					return end
				})
			}
			is(t, run(errTakenBack), errTakenBack)
			if after := d.know(t, secret); after != before {
				t.Errorf("after a rollback it is %+v, want %+v", after, before)
			}
			unnoticed := "a custom field is edited"
			if name == unnoticed {
				unnoticed = "a custom field is deleted"
			}
			check(t, changes(d, other)[unnoticed](t.Context()))
			if after := d.know(t, secret); after != before {
				t.Error("a rollback has purged the cache")
			}
			check(t, run(nil))
			if after := d.know(t, secret); after != other.know(t, secret) {
				t.Errorf("after the commit it is %+v", after)
			}
		})
	}
}
