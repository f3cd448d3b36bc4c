package helpdesk_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/storage/storagetest"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// desk is a desk in the start state, with what tests do to one in a line.
type desk struct {
	*helpdesk.Desk
	store                                    storage.Store
	admin, staff, jane, restricted, inactive *user.User
	support, billing                         *ticket.Queue
	fields                                   map[string]*ticket.CustomField // by name
}

func newDesk(t testing.TB, required ...string) *desk {
	t.Helper()
	return handled(testdesk.New(t, helpdesk.Config{}, required...))
}

func handled(d *testdesk.Desk) *desk {
	fields := map[string]*ticket.CustomField{}
	for _, f := range d.Fields {
		fields[f.Name] = f
	}
	return &desk{d.Desk, d.Store, d.Users["admin"], d.Users["staff"], d.Users["jane"], d.Users["restricted"], d.Users["inactive"],
		d.Queues["support"], d.Queues["billing"], fields}
}

// must returns a result that has to be there.
func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func is(t testing.TB, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("got %v, want %v", err, want)
	}
}

func equal[T comparable](t testing.TB, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("got %v, want %v", got, want)
	}
}

// wrong is what a problem.Error says, field by field.
func wrong(t testing.TB, err error) string {
	t.Helper()
	if _, ok := errors.AsType[problem.Error](err); !ok {
		t.Errorf("got %v, want a problem.Error", err)
		return ""
	}
	return strings.TrimPrefix(err.Error(), "helpdesk: invalid ")
}

// refusing returns a context in which the caller has found the field x wrong: a use case
// that creates something says so, after what it finds wrong itself, and creates nothing.
func refusing(ctx context.Context) context.Context {
	return helpdesk.WithProblems(ctx, problem.Error{"x": {{Reason: problem.Required}}})
}

// accepted checks that a use case in the context of refusing found nothing wrong itself.
func accepted(t testing.TB, err error) {
	t.Helper()
	equal(t, wrong(t, err), "x: required")
}

// ticket opens a ticket by staff.
func (d *desk) ticket(t testing.TB, change ...func(*ticket.Ticket)) *helpdesk.Thread {
	t.Helper()
	n := &ticket.Ticket{QueueID: d.support.ID, Title: "Broken"}
	for _, f := range change {
		f(n)
	}
	return must(d.CreateTicket(t.Context(), d.staff, n))(t)
}

func (d *desk) edit(t testing.TB, id int64, change func(*ticket.Ticket)) *helpdesk.Thread {
	t.Helper()
	return must(d.UpdateTicket(t.Context(), d.staff, id, func(t *ticket.Ticket) error {
		change(t)
		return nil
	}))(t)
}

// reply answers a ticket by staff.
func (d *desk) reply(t testing.TB, f *followup.FollowUp, files ...followup.Upload) *followup.FollowUp {
	t.Helper()
	return must(d.Reply(t.Context(), d.staff, f, files...))(t)
}

// thread is a ticket as it is stored.
func (d *desk) thread(t testing.TB, id int64) *wholeThread {
	t.Helper()
	return whole(t, must(d.Ticket(t.Context(), d.staff, id))(t))
}

func whole(t testing.TB, thread *helpdesk.Thread) *wholeThread {
	t.Helper()
	return &wholeThread{thread, conversation(t, thread)}
}

func (d *desk) dump(t testing.TB) string {
	t.Helper()
	return storagetest.Dump(t, d.store)
}

// unchanged fails the test when something was written since it was called.
func (d *desk) unchanged(t testing.TB) func() {
	t.Helper()
	before := d.dump(t)
	return func() {
		t.Helper()
		if after := d.dump(t); after != before {
			t.Errorf("something was written.\nbefore:\n%safter:\n%s", before, after)
		}
	}
}

// history is a ticket's change records, "field: old → new" each.
func (d *desk) history(t testing.TB, id int64) []string {
	t.Helper()
	var lines []string
	for _, c := range d.changes(t, id) {
		lines = append(lines, c.Field+": "+textOf(c.OldValue)+" → "+textOf(c.NewValue))
	}
	return lines
}

func (d *desk) changes(t testing.TB, id int64) []*followup.Change {
	t.Helper()
	var all []*followup.Change
	l := d.History(d.staff, id)
	all = collect(t, l, 0, 0)
	return all
}

func textOf(s *string) string {
	if s == nil {
		return "null"
	}
	return *s
}

// collect is a part of a list.
func collect[T any](t testing.TB, l *helpdesk.List[T], offset, limit int) (items []T) {
	t.Helper()
	page, err := l.Page(t.Context(), func(int) (helpdesk.Window, error) { return helpdesk.Window{Offset: offset, Limit: limit}, nil })
	check(t, err)
	for item, err := range page.Items(t.Context()) {
		check(t, err)
		items = append(items, item)
	}
	return items
}

// count is how many elements a list has.
func count[T any](t testing.TB, l *helpdesk.List[T]) int {
	t.Helper()
	n, err := l.Count(t.Context())
	check(t, err)
	return n
}

// conversation is the follow-ups of a ticket.
func conversation(t testing.TB, thread *helpdesk.Thread) (all []*followup.FollowUp) {
	t.Helper()
	for f, err := range thread.FollowUps(t.Context()) {
		check(t, err)
		all = append(all, f)
	}
	return all
}

// wholeThread is a ticket with its conversation in memory.
type wholeThread struct {
	*helpdesk.Thread
	Conversation []*followup.FollowUp
}

func sameLines(t testing.TB, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}

// file is an upload held in memory.
func file(name string, content []byte) followup.Upload {
	return followup.Upload{Filename: name, Size: int64(len(content)), Open: func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(content)), nil
	}}
}

// hasContent reports whether the content of an attachment is still stored.
func (d *desk) hasContent(t testing.TB, a *followup.Attachment) bool {
	t.Helper()
	var stored bool
	check(t, d.store.View(t.Context(), func(tx storage.Tx) error {
		_, err := tx.Files().ReadAt(t.Context(), a.Content, make([]byte, 1), 0)
		if errors.Is(err, storage.ErrNotFound) {
			return nil
		}
		stored = true
		return err
	}))
	return stored
}

// asJSON is a value as text that two values share when they are equal.
func asJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// closing is a follow-up that only moves its ticket.
func closing(id int64, s ticket.Status) *followup.FollowUp {
	return &followup.FollowUp{TicketID: id, NewStatus: &s}
}

// many stores bare tickets in one transaction, and returns their ids.
func (d *desk) many(t testing.TB, n int, change func(i int, n *ticket.Ticket)) []int64 {
	t.Helper()
	var ids []int64
	check(t, d.store.Update(t.Context(), func(tx storage.Tx) error {
		ids = nil
		for i := range n {
			now := time.Date(2026, 1, 1, 0, 0, i, 0, time.UTC)
			row := &ticket.Ticket{QueueID: d.support.ID, Title: "Broken", Status: ticket.Open, Priority: ticket.Normal,
				Created: now, Modified: now, SecretKey: ticket.NewSecretKey()}
			if change != nil {
				change(i, row)
			}
			if err := tx.Tickets().Insert(t.Context(), row, nil); err != nil {
				return err
			}
			ids = append(ids, row.ID)
		}
		return nil
	}))
	return ids
}
