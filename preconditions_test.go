package helpdesk_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
	"github.com/go-helpdesk/helpdesk/webhook"
)

// guarded are the use cases that a precondition holds for. Updates have something wrong that
// is reported later.
func guarded(t *testing.T, d *desk) map[string]func(context.Context) error {
	t.Helper()
	ctx := t.Context()
	thread, edited, other := d.ticket(t), d.ticket(t), d.ticket(t)
	f := d.reply(t, &followup.FollowUp{TicketID: thread.ID, Title: new("x")}, file("a.txt", []byte("x")),
		file("b.txt", []byte("x")))
	g := d.reply(t, &followup.FollowUp{TicketID: thread.ID, Title: new("x")})
	a, b := f.Attachments[0].ID, f.Attachments[1].ID
	u := d.add(t, user.User{Username: "one"})
	v := d.add(t, user.User{Username: "two"})
	group := must(d.CreateGroup(ctx, d.admin, &user.Group{Name: "g"}))(t).ID
	queue := must(d.CreateQueue(ctx, d.admin, &ticket.Queue{Title: "q", Slug: "q"}))(t).ID
	field := must(d.CreateCustomField(ctx, d.admin, &ticket.CustomField{Name: "f", Label: "f", Type: ticket.Text}))(t).ID
	token, _ := d.token(t, d.jane, user.Token{Name: "t"})
	rotated := must(d.CreateWebhook(ctx, d.admin, &webhook.Webhook{URL: "https://example.org/"}))(t).ID
	hook := must(d.CreateWebhook(ctx, d.admin, &webhook.Webhook{URL: "https://example.org/"}))(t).ID
	return map[string]func(context.Context) error{
		"UpdateTicket": func(ctx context.Context) error {
			return failure(d.UpdateTicket(ctx, d.staff, edited.ID, func(n *ticket.Ticket) error { n.Title = ""; return nil }))
		},
		"DeleteTicket": func(ctx context.Context) error { return d.DeleteTicket(ctx, d.staff, other.ID) },
		"UpdateFollowUp": func(ctx context.Context) error {
			return failure(d.UpdateFollowUp(ctx, d.staff, f.ID, func(n *followup.FollowUp) error { n.TicketID = nobody; return nil }))
		},
		"DeleteFollowUp": func(ctx context.Context) error { return d.DeleteFollowUp(ctx, d.staff, g.ID) },
		"UpdateAttachment": func(ctx context.Context) error {
			return failure(d.UpdateAttachment(ctx, d.staff, a, func(n *followup.Attachment) error {
				n.FollowUpID = nobody
				return nil
			}, nil))
		},
		"DeleteAttachment": func(ctx context.Context) error { return d.DeleteAttachment(ctx, d.staff, b) },
		"UpdateUser": func(ctx context.Context) error {
			return failure(d.UpdateUser(ctx, d.admin, u.ID, func(n *user.User) error { n.Username = ""; return nil }))
		},
		"UpdateUserAndPassword": func(ctx context.Context) error {
			return failure(d.UpdateUserAndPassword(ctx, d.admin, u.ID, func(*user.User) error { return nil }, "short"))
		},
		"DeleteUser": func(ctx context.Context) error { return d.DeleteUser(ctx, d.admin, v.ID) },
		"UpdateGroup": func(ctx context.Context) error {
			return failure(d.UpdateGroup(ctx, d.admin, group, func(n *user.Group) error { n.Name = ""; return nil }))
		},
		"DeleteGroup": func(ctx context.Context) error { return d.DeleteGroup(ctx, d.admin, group) },
		"UpdateQueue": func(ctx context.Context) error {
			return failure(d.UpdateQueue(ctx, d.admin, queue, func(n *ticket.Queue) error { n.Title = ""; return nil }))
		},
		"DeleteQueue": func(ctx context.Context) error { return d.DeleteQueue(ctx, d.admin, queue) },
		"UpdateCustomField": func(ctx context.Context) error {
			return failure(d.UpdateCustomField(ctx, d.admin, field, func(n *ticket.CustomField) error { n.Name = ""; return nil }))
		},
		"DeleteCustomField": func(ctx context.Context) error { return d.DeleteCustomField(ctx, d.admin, field) },
		"UpdateWebhook": func(ctx context.Context) error {
			return failure(d.UpdateWebhook(ctx, d.admin, hook, func(n *webhook.Webhook) error { n.URL = ""; return nil }))
		},
		"RotateWebhook": func(ctx context.Context) error { return failure(d.RotateWebhook(ctx, d.admin, rotated)) },
		"DeleteWebhook": func(ctx context.Context) error { return d.DeleteWebhook(ctx, d.admin, hook) },
		"DeleteToken":   func(ctx context.Context) error { return d.DeleteToken(ctx, d.jane, token.ID) },
	}
}

// TestAnotherVersionIsNotWritten: the version is compared before anything is validated,
// also in a transaction of the host's and inside Atomically.
func TestAnotherVersionIsNotWritten(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	cases := guarded(t, h.desk)
	before := h.dump(t)
	for name, do := range cases {
		is(t, do(helpdesk.IfVersion(t.Context(), 99)), helpdesk.ErrChanged)
		mine := errors.New(name)
		is(t, do(helpdesk.IfCurrent(t.Context(), func(any) error { return mine })), mine)
		err := do(helpdesk.IfCurrent(t.Context(), func(int) error { return nil }))
		if err == nil || !strings.Contains(err.Error(), "IfCurrent") {
			t.Errorf("%s with a check of another type: %v", name, err)
		}
	}
	equal(t, h.dump(t), before)

	// Where the version is the right one, the use case goes on.
	for _, name := range slices.Backward(slices.Sorted(maps.Keys(cases))) { // updates first
		err := cases[name](helpdesk.IfVersion(t.Context(), 1))
		if _, invalid := errors.AsType[problem.Error](err); name[:6] == "Update" && !invalid || name[:6] == "Delete" && err != nil {
			t.Errorf("%s of the right version: %v", name, err)
		}
	}
}

func TestVersionsAreComparedInTransactionsOfOthers(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	id := h.ticket(t).ID
	rename := func(d *helpdesk.Desk, version int64) error {
		return failure(d.UpdateTicket(helpdesk.IfVersion(t.Context(), version), h.staff, id, func(n *ticket.Ticket) error {
			n.Title += "!"
			return nil
		}))
	}
	check(t, h.Atomically(t.Context(), func(d *helpdesk.Desk) error {
		check(t, rename(d, 1))
		is(t, rename(d, 1), helpdesk.ErrChanged) // the first is not committed, and counts
		return rename(d, 2)
	}))
	tx, d := h.begin(t)
	is(t, rename(d, 1), helpdesk.ErrChanged)
	check(t, rename(d, 3))
	check(t, tx.Rollback())
	check(t, rename(h.Desk, 3))
	equal(t, h.thread(t, id).Title, "Broken!!!")
	equal(t, h.thread(t, id).Version, 4)
}

// TestAFollowUpAndItsFilesRaiseTheVersionOfTheTicket: whoever edits a ticket by its version
// overlooks none of them.
func TestAFollowUpAndItsFilesRaiseTheVersionOfTheTicket(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ctx, id := t.Context(), d.ticket(t).ID
	version := int64(1)
	raises := func(what string, err error) {
		t.Helper()
		check(t, err)
		if now := d.thread(t, id).Version; now <= version {
			t.Errorf("%s: version %d after %d", what, now, version)
		} else {
			version = now
		}
	}
	f, err := d.Reply(ctx, d.staff, &followup.FollowUp{TicketID: id, Title: new("x")})
	raises("a follow-up", err)
	raises("an edit of it", failure(d.UpdateFollowUp(ctx, d.staff, f.ID, func(n *followup.FollowUp) error { n.Public = true; return nil })))
	a, err := d.CreateAttachment(ctx, d.staff, &followup.Attachment{FollowUpID: f.ID}, file("a.txt", []byte("x")))
	raises("a file", err)
	raises("an edit of the file", failure(d.UpdateAttachment(ctx, d.staff, a.ID, func(n *followup.Attachment) error {
		n.Filename = "b.txt"
		return nil
	}, nil)))
	raises("the deletion of the file", d.DeleteAttachment(ctx, d.staff, a.ID))
	raises("the deletion of the follow-up", d.DeleteFollowUp(ctx, d.staff, f.ID))
}

// TestNoUpdateUnderAVersionIsLost: 50 callers add a character each, and try again when
// somebody was faster.
func TestNoUpdateUnderAVersionIsLost(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.ticket(t, func(n *ticket.Ticket) { n.Title = "x" }).ID
	var all sync.WaitGroup
	const callers = 50
	for range callers {
		all.Go(func() {
			for {
				read, err := d.Ticket(t.Context(), d.staff, id)
				if err != nil {
					t.Error(err)
					return
				}
				title := read.Title + "x"
				_, err = d.UpdateTicket(helpdesk.IfVersion(t.Context(), read.Version), d.staff, id, func(n *ticket.Ticket) error {
					n.Title = title
					return nil
				})
				if err == nil {
					return
				}
				if !errors.Is(err, helpdesk.ErrChanged) {
					t.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	equal(t, len(d.thread(t, id).Title), 1+callers)
}
