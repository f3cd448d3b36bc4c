package helpdesk_test

import (
	"errors"
	"flag"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

var roundsFlag = flag.Int("rounds", 0, "how often the tests of concurrency run what they run at once; 0 is each test's own choice")

// rounds is how often a test that needs luck runs.
func rounds(few int) int {
	if *roundsFlag > 0 {
		return *roundsFlag
	}
	return few
}

// shared is one database with many busy desks in it, which have nothing in common but
// the custom fields.
type shared struct {
	*desk
	desks int
}

func newShared(t testing.TB) *shared {
	t.Helper()
	s := &shared{desk: newDesk(t)}
	for _, f := range s.fields {
		check(t, s.DeleteCustomField(t.Context(), s.admin, f.ID))
	}
	return s
}

// another adds a busy desk in one transaction.
func (s *shared) another(t testing.TB) *busy {
	t.Helper()
	s.desks++
	suffix := "_" + strconv.Itoa(s.desks)
	var b *busy
	check(t, s.With(s.store).Atomically(t.Context(), func(inner *helpdesk.Desk) error { // see testdesk.Over
		d := *s.desk
		d.Desk = inner
		d.furnish(t, suffix)
		b = d.busy(t, suffix, 600)
		return nil
	}))
	b.Desk = s.Desk
	return b
}

// furnish replaces the accounts, queues and custom fields by others.
func (d *desk) furnish(t testing.TB, suffix string) {
	t.Helper()
	ctx := t.Context()
	account := func(name string, staff bool) *user.User {
		u := &user.User{Username: name + suffix, Email: name + suffix + "@example.com", Active: true, Staff: staff}
		return must(d.CreateUser(ctx, d.admin, u, testdesk.Password("staff")))(t)
	}
	d.staff, d.jane = account("agent", true), account("customer", false)
	queue := func(slug string) *ticket.Queue {
		return must(d.CreateQueue(ctx, d.admin, &ticket.Queue{Title: slug, Slug: slug + suffix}))(t)
	}
	d.support, d.billing = queue("support"), queue("billing")
	d.fields = map[string]*ticket.CustomField{}
	for _, f := range []ticket.CustomField{
		{Name: "company", Label: "Company", Type: ticket.Varchar, MaxLength: new(int64(100))},
		{Name: "tier", Label: "Tier", Type: ticket.List, ListValues: new("gold\nsilver")},
		{Name: "vip", Label: "Vip", Type: ticket.Boolean},
	} {
		name := f.Name
		f.Name += suffix
		d.fields[name] = must(d.CreateCustomField(ctx, d.admin, &f))(t)
	}
}

// dismiss removes what a busy desk would burden the others with: its custom fields, its
// superuser, and its webhooks, of which there may be only so many.
func (b *busy) dismiss(t testing.TB) {
	t.Helper()
	for _, f := range collect(t, b.CustomFields(b.admin, ticket.CustomFieldFilter{}), 0, 0) {
		check(t, b.DeleteCustomField(t.Context(), b.admin, f.ID))
	}
	for _, w := range collect(t, b.Webhooks(b.admin), 0, 0) {
		check(t, b.DeleteWebhook(t.Context(), b.admin, w.ID))
	}
	_, err := b.UpdateUser(t.Context(), b.admin, b.second, func(u *user.User) error {
		u.Superuser = false
		return nil
	})
	if err != nil && !errors.Is(err, helpdesk.ErrNotFound) {
		t.Error(err)
	}
}

// patience is how long a write is given that a lock may keep out. Correct code passes
// with any value: the write goes on when the lock is free. It only decides how surely
// a missing lock is found.
const patience = 50 * time.Millisecond

// beside starts fn, and waits for it as long as patience lasts. What it returns waits
// for the end.
func beside(fn func() error) (wait func() error) {
	done := make(chan error, 1)
	go func() { done <- fn() }()
	select {
	case err := <-done:
		done <- err
	case <-time.After(patience):
	}
	return func() error { return <-done }
}

// together runs functions at once and returns their errors.
func together(fns ...func() error) []error {
	errs, done, start := make([]error, len(fns)), make(chan struct{}), make(chan struct{})
	for i, fn := range fns {
		go func() {
			<-start
			errs[i] = fn()
			done <- struct{}{}
		}()
	}
	close(start)
	for range fns {
		<-done
	}
	return errs
}

// refused reports whether an error tells a client what to do about it. Others are the
// desk's fault, or a conflict that it could have resolved.
func refused(err error) bool {
	if _, ok := errors.AsType[problem.Error](err); ok {
		return true
	}
	return slices.ContainsFunc([]error{helpdesk.ErrNotFound, helpdesk.ErrInUse, helpdesk.ErrForbidden, helpdesk.ErrLastSuperuser},
		func(known error) bool { return errors.Is(err, known) })
}
