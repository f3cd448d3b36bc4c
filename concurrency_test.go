package helpdesk_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/storage/storagetest"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// overlap edits something while it is being edited.
func overlap[T any](t *testing.T, update func(change func(*T) error) error, first, second func(*T)) {
	t.Helper()
	var wait func() error
	check(t, update(func(v *T) error {
		first(v)
		if wait == nil { // the function may be called again
			wait = beside(func() error {
				return update(func(v *T) error {
					second(v)
					return nil
				})
			})
		}
		return nil
	}))
	check(t, wait())
}

// TestEditsThatOverlapAreBothKept edits two fields of every noun, the second while the
// first is being edited.
func TestEditsThatOverlapAreBothKept(t *testing.T) {
	t.Parallel()
	b := newBusy(t, testdesk.OpenStore(t))
	ctx := t.Context()
	overlap(t, func(change func(*ticket.Queue) error) error {
		return failure(b.UpdateQueue(ctx, b.admin, b.open, change))
	},
		func(q *ticket.Queue) { q.Title = "first" }, func(q *ticket.Queue) { q.Slug = "second" })
	q := must(b.Queue(ctx, b.admin, b.open))(t)
	equal(t, q.Title+" "+q.Slug, "first second")

	overlap(t, func(change func(*ticket.CustomField) error) error {
		return failure(b.UpdateCustomField(ctx, b.admin, b.unused, change))
	}, func(f *ticket.CustomField) { f.Type = ticket.URL }, func(f *ticket.CustomField) { f.Label = "second" })
	f := must(b.CustomField(ctx, b.admin, b.unused))(t)
	equal(t, string(f.Type)+" "+f.Label, "url second")

	overlap(t, func(change func(*followup.FollowUp) error) error {
		return failure(b.UpdateFollowUp(ctx, b.staff, b.moved, change))
	}, func(f *followup.FollowUp) { f.Title = new("first") }, func(f *followup.FollowUp) { f.Comment = new("second") })
	moved := must(b.FollowUp(ctx, b.staff, b.moved))(t)
	equal(t, *moved.Title+" "+*moved.Comment, "first second")

	overlap(t, func(change func(*followup.Attachment) error) error {
		return failure(b.UpdateAttachment(ctx, b.staff, b.photo, change, nil))
	}, func(a *followup.Attachment) { a.Filename = "first" }, func(a *followup.Attachment) { a.MIMEType = "second" })
	a := must(b.Attachment(ctx, b.staff, b.photo))(t)
	equal(t, a.Filename+" "+a.MIMEType, "first second")

	overlap(t, func(change func(*user.Group) error) error {
		return failure(b.UpdateGroup(ctx, b.admin, b.group, change))
	},
		func(g *user.Group) { g.Users = append(g.Users, b.idle) }, func(g *user.Group) { g.Users = append(g.Users, b.staff.ID) })
	equal(t, len(must(b.Group(ctx, b.admin, b.group))(t).Users), 4)

	overlap(t, func(change func(*user.User) error) error { return failure(b.UpdateUser(ctx, b.admin, b.idle, change)) },
		func(u *user.User) { u.Queues = append(u.Queues, b.open) }, func(u *user.User) { u.Queues = append(u.Queues, b.empty) })
	equal(t, len(b.user(t, b.idle).Queues), 2)

	overlap(t, func(change func(*ticket.Ticket) error) error {
		return failure(b.UpdateTicket(ctx, b.staff, b.other, change))
	},
		func(n *ticket.Ticket) { n.Title = "first" }, func(n *ticket.Ticket) { n.Description = new("second") })
	n := b.thread(t, b.other)
	equal(t, n.Title+" "+*n.Description, "first second")
}

// TestAFileThatIsReplacedAndRenamedAtOnceIsWhole, whichever comes first.
func TestAFileThatIsReplacedAndRenamedAtOnceIsWhole(t *testing.T) {
	t.Parallel()
	b := newBusy(t, testdesk.OpenStore(t))
	ctx, long := t.Context(), []byte(strings.Repeat("longer", 100))
	for name, order := range map[string][2]*followup.Upload{
		"renamed, replaced": {nil, new(file("new.txt", long))},
		"replaced, renamed": {new(file("new.txt", long)), nil},
	} {
		var wait func() error
		update := func(change func(*followup.Attachment) error, upload *followup.Upload) error {
			return failure(b.UpdateAttachment(ctx, b.staff, b.attachment, change, upload))
		}
		check(t, update(func(a *followup.Attachment) error {
			a.Filename = "first"
			if wait == nil {
				wait = beside(func() error {
					return update(func(a *followup.Attachment) error {
						a.Filename += " second"
						return nil
					}, order[1])
				})
			}
			return nil
		}, order[0]))
		check(t, wait())
		a, r, err := b.OpenAttachment(ctx, b.staff, b.attachment)
		check(t, err)
		equal(t, string(must(io.ReadAll(r))(t)), string(long))
		equal(t, fmt.Sprint(name, a.Filename, a.Size), fmt.Sprint(name, "first second", len(long)))
		b.swept(t)
	}
}

// swept wants no content without an attachment.
func (d *desk) swept(t testing.TB) {
	t.Helper()
	equal(t, must(d.store.Sweep(t.Context(), -time.Hour))(t), 0)
}

// interrupt runs a use case once for each of its writes, on a new busy desk, and begins
// another right before that write. Found is called with what the two returned.
func (s *shared) interrupt(t *testing.T, do, other func(context.Context, *busy) error,
	found func(t *testing.T, b *busy, err, otherErr error)) {
	t.Helper()
	for n := 1; ; n++ {
		b := s.another(t)
		var wait func() error
		store := storagetest.Interrupt(b.store, n, func() { wait = beside(func() error { return other(t.Context(), b) }) })
		err := do(t.Context(), b.over(store))
		if wait == nil {
			check(t, err)
			b.dismiss(t)
			equal(t, n > 1, true)
			return
		}
		found(t, b, err, wait())
		b.dismiss(t)
	}
}

// writingsNamed are some of writings, by name.
func writingsNamed(t testing.TB, names ...string) (some []writing) {
	t.Helper()
	for _, w := range writings() {
		for _, name := range names {
			if w.name == name {
				some = append(some, w)
			}
		}
	}
	equal(t, len(some), len(names))
	return some
}

// TestNoContentIsLeftBehind deletes and replaces what files are being added to, and
// adds files to what is being deleted.
func TestNoContentIsLeftBehind(t *testing.T) {
	t.Parallel()
	s := newShared(t)
	removing := writingsNamed(t, "UpdateAttachment", "DeleteAttachment", "DeleteFollowUp", "DeleteTicket")
	adding := writingsNamed(t, "CreateAttachment", "UpdateAttachment", "DeleteAttachment", "Reply")
	for _, w := range removing {
		for _, other := range adding {
			t.Run(w.name+", "+other.name, func(t *testing.T) {
				s.interrupt(t, w.do, other.do, func(t *testing.T, b *busy, err, otherErr error) {
					for _, err := range []error{err, otherErr} {
						if err != nil && !refused(err) {
							t.Error(err)
						}
					}
					b.swept(t)
				})
			})
		}
	}
}

// TestATypeThatChangesMeanwhileTakesNoOldValue: neither while the type is being changed
// nor in a process that has not noticed.
func TestATypeThatChangesMeanwhileTakesNoOldValue(t *testing.T) {
	t.Parallel()
	s := newShared(t)
	open := func(c context.Context, b *busy) error {
		return failure(b.CreateTicket(c, b.staff, &ticket.Ticket{QueueID: b.open, Title: "x",
			Values: ticket.Values{{Field: b.unused, Text: "abc"}}}))
	}
	edit := func(c context.Context, b *busy) error {
		return failure(b.UpdateTicket(c, b.staff, b.other, func(n *ticket.Ticket) error {
			n.Values.Set(ticket.Value{Field: b.unused, Text: "abc"})
			return nil
		}))
	}
	retype := func(c context.Context, b *busy) error {
		return failure(b.UpdateCustomField(c, b.admin, b.unused,
			func(f *ticket.CustomField) error { f.Type = ticket.Integer; return nil }))
	}
	oneOf := func(t *testing.T, b *busy, retyping, write error) {
		const refusal = "invalid custom_late"
		switch {
		case retyping == nil && write != nil && strings.Contains(write.Error(), refusal):
		case errors.Is(retyping, helpdesk.ErrInUse) && write == nil:
		default:
			t.Errorf("the type: %v, the value: %v", retyping, write)
		}
		b.canonical(t)
	}
	for name, write := range map[string]func(context.Context, *busy) error{"open": open, "edit": edit} {
		t.Run(name, func(t *testing.T) {
			s.interrupt(t, retype, write, oneOf)
			s.interrupt(t, write, retype, func(t *testing.T, b *busy, err, otherErr error) { oneOf(t, b, otherErr, err) })
			slow, quick := *s.another(t), *s.desk
			slow.Desk = must(helpdesk.New(s.store, helpdesk.Config{CacheTTL: forever}))(t)
			must(slow.Fields(t.Context(), slow.staff))(t)
			b := slow
			b.desk = &quick
			check(t, retype(t.Context(), &b))
			oneOf(t, &slow, nil, write(t.Context(), &slow))
			slow.dismiss(t)
		})
	}
}

// TestDefinitionsThatChangeAllTheTimeAreNoConflict: another process changes a type
// before each write, as long as no lock keeps it out.
func TestDefinitionsThatChangeAllTheTimeAreNoConflict(t *testing.T) {
	t.Parallel()
	d, other := caching(t, forever)
	f := d.fields["notes"]
	retype := func() error {
		return failure(other.UpdateCustomField(t.Context(), d.admin, f.ID, func(f *ticket.CustomField) error {
			f.Type = map[ticket.FieldType]ticket.FieldType{ticket.Text: ticket.Integer, ticket.Integer: ticket.Text}[f.Type]
			return nil
		}))
	}
	store, waits := d.store, []func() error{}
	for n := range 12 {
		store = storagetest.Interrupt(store, n+1, func() { waits = append(waits, beside(retype)) })
	}
	opened := must(d.With(store).CreateTicket(t.Context(), d.staff,
		&ticket.Ticket{QueueID: d.support.ID, Title: "x", Values: ticket.Values{{Field: f.ID, Text: "7"}}}))(t)
	for _, wait := range waits {
		if err := wait(); err != nil {
			is(t, err, helpdesk.ErrInUse)
		}
	}
	equal(t, other.thread(t, opened.ID).Values.Get(f.ID).Text, "7")
}

// TestAValueIsReadByItsDefinition, also where the cache has an older one.
func TestAValueIsReadByItsDefinition(t *testing.T) {
	t.Parallel()
	d, other := caching(t, forever)
	f := d.fields["seats"]
	must(d.Fields(t.Context(), d.staff))(t)
	must(other.UpdateCustomField(t.Context(), d.admin, f.ID, func(f *ticket.CustomField) error { f.Type = ticket.Text; return nil }))(t)
	opened := other.ticket(t, func(n *ticket.Ticket) {
		n.SubmitterEmail = &d.jane.Email
		n.Values = ticket.Values{{Field: f.ID, Text: "many"}}
	})
	kind := func(fields []*ticket.CustomField) (kind ticket.FieldType) {
		for _, other := range fields {
			if other.ID == f.ID {
				kind = other.Type
			}
		}
		return kind
	}
	equal(t, kind(d.thread(t, opened.ID).Fields), ticket.Text)
	equal(t, kind(must(d.RequesterTicket(t.Context(), d.jane, opened.ID))(t).Fields), ticket.Text)
	equal(t, kind(collect(t, d.Tickets(d.staff, helpdesk.TicketQuery{}), 0, 0)[0].Fields), ticket.Text)
	equal(t, kind(collect(t, d.RequesterTickets(d.jane, helpdesk.RequesterTicketFilter{}), 0, 0)[0].Fields), ticket.Text)
}

// canonical wants every value to fit its field.
func (d *desk) canonical(t testing.TB) {
	t.Helper()
	for _, thread := range collect(t, d.Tickets(d.admin, helpdesk.TicketQuery{}), 0, 0) {
		for _, f := range thread.Fields {
			if v := thread.Values.Get(f.ID); !v.Null && !v.Canonical(f.Type) {
				t.Errorf("ticket %d has %q in a field of the type %s", thread.ID, v.Text, f.Type)
			}
		}
	}
}

// TestATicketIsDeletedWhileOnesMergedIntoItAreEdited: that is no conflict.
func TestATicketIsDeletedWhileOnesMergedIntoItAreEdited(t *testing.T) {
	t.Parallel()
	s := newShared(t)
	deletion := writingsNamed(t, "DeleteTicket")[0].do
	s.interrupt(t, deletion, func(c context.Context, b *busy) error {
		return failure(b.UpdateTicket(c, b.staff, b.merged[1], func(n *ticket.Ticket) error { n.Title += "!"; return nil }))
	}, func(t *testing.T, b *busy, err, edit error) {
		check(t, errors.Join(err, edit))
		merged := b.thread(t, b.merged[1])
		equal(t, merged.Title, "Broken!")
		equal(t, merged.MergedTo, nil)
		equal(t, len(b.history(t, b.merged[1])), 3) // merged, renamed, merged into none
	})
}

// afterGet is a store in whose transactions something happens once a ticket was read
// without a lock.
type afterGet struct {
	storage.Store
	id int64
	do *func()
}

func (s afterGet) Update(ctx context.Context, fn func(storage.Tx) error) error {
	return s.Store.Update(ctx, func(tx storage.Tx) error { return fn(afterGetTx{tx, s}) })
}

type afterGetTx struct {
	storage.Tx
	s afterGet
}

func (x afterGetTx) Tickets() ticket.Store { return afterGetTickets{x.Tx.Tickets(), x.s} }

type afterGetTickets struct {
	ticket.Store
	s afterGet
}

func (x afterGetTickets) Get(ctx context.Context, id int64, scope ticket.Scope) (*ticket.Ticket, error) {
	found, err := x.Store.Get(ctx, id, scope)
	if do := *x.s.do; do != nil && id == x.s.id {
		*x.s.do = nil
		do()
	}
	return found, err
}

// TestAMergeTargetThatDisappearsIsNotTheTicket that was to be merged.
func TestAMergeTargetThatDisappearsIsNotTheTicket(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	source, target := d.ticket(t).ID, d.ticket(t).ID
	var wait func() error
	do := func() { wait = beside(func() error { return d.DeleteTicket(t.Context(), d.staff, target) }) }
	_, err := d.With(afterGet{d.store, target, &do}).UpdateTicket(t.Context(), d.staff, source, func(n *ticket.Ticket) error {
		n.MergedTo = &target
		return nil
	})
	check(t, wait())
	if err != nil {
		equal(t, wrong(t, err), fmt.Sprintf(`merged_to: no such object "%d"`, target))
	}
	equal(t, d.thread(t, source).MergedTo, nil)
}
