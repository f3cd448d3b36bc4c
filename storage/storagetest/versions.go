package storagetest

import (
	"context"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

var versionTests = []test{
	{"start at 1 and count writes", func(e *env) {
		e.update(func(tx storage.Tx) {
			ada, q := e.user(tx, "ada"), e.queue(tx, "q")
			g, field, token := e.group(tx, "g", nil, nil), e.field(tx, "f"), e.token(tx, ada.ID, "p")
			t := e.ticket(tx, "t")
			f := e.followUp(tx, t.ID)
			a := e.attachment(tx, f.ID, "a.txt")

			countsUp(e, ada, tx.Users(), ada.ID)
			countsUp(e, q, tx.Queues(), q.ID)
			countsUp(e, field, tx.CustomFields(), field.ID)
			countsUp(e, g, tx.Groups(), g.ID)
			countsUp(e, token, tx.Tokens(), token.ID)
			hook := e.webhook(tx, ada.ID)
			countsUp(e, hook, tx.Webhooks(), hook.ID)
			countsUp(e, f, inEveryScope[followup.FollowUp]{tx.FollowUps()}, f.ID)
			countsUp(e, a, inEveryScope[followup.Attachment]{tx.Attachments()}, a.ID)
			countsUp(e, t, ticketLocker{tx.Tickets()}, t.ID)
		})
	}},
	{"count members and queues of a group", func(e *env) {
		e.update(func(tx storage.Tx) {
			ada, q, g := e.user(tx, "ada"), e.queue(tx, "q"), e.group(tx, "g", nil, nil)
			e.ok(save(e.ctx, tx.Groups(), g.ID, &user.Group{ID: g.ID, Name: g.Name, Users: []int64{ada.ID}}))
			e.ok(save(e.ctx, tx.Groups(), g.ID, &user.Group{ID: g.ID, Name: g.Name, Users: []int64{ada.ID}, Queues: []int64{q.ID}}))
			equal(e, must(tx.Groups().Get(e.ctx, g.ID))(e).Version, 3)
		})
	}},
	{"of a ticket count a follow-up that loses its changes", func(e *env) {
		e.update(func(tx storage.Tx) {
			first, second, third := e.ticket(tx, "first"), e.ticket(tx, "second"), e.ticket(tx, "third")
			f := e.followUp(tx, second.ID) // moved here from the first ticket
			e.change(tx, first.ID, &f.ID)
			e.change(tx, first.ID, nil)
			e.change(tx, third.ID, nil)
			e.ok(tx.Tickets().Delete(e.ctx, first.ID))
			equal(e, must(tx.Tickets().Get(e.ctx, second.ID, all))(e).Version, second.Version+1)
			equal(e, must(tx.Tickets().Get(e.ctx, third.ID, all))(e).Version, third.Version)
		})
	}},
}

// countsUp writes a new row three times, and wants each write in the version: of the noun
// that was written, and of the one that is read.
func countsUp[T any](e *env, created *T, s locker[T], id int64) {
	e.Helper()
	if v := versionOf(created); v != 1 {
		e.Errorf("a new %T has version %d", *created, v)
	}
	for n := range int64(3) {
		before := must(s.Lock(e.ctx, id))(e)
		after := *before
		e.ok(s.Update(e.ctx, before, &after))
		read := must(s.Lock(e.ctx, id))(e)
		if written, stored := versionOf(&after), versionOf(read); written != n+2 || stored != n+2 {
			e.Errorf("%T has version %d after %d writes, and %d when it is read", *created, written, n+1, stored)
		}
	}
}

// inEveryScope is the store of a noun that belongs to tickets, of all of them.
type inEveryScope[T any] struct {
	store interface {
		Lock(ctx context.Context, id int64, s ticket.Scope) (*T, error)
		Update(ctx context.Context, before, after *T) error
	}
}

func (s inEveryScope[T]) Lock(ctx context.Context, id int64) (*T, error) {
	return s.store.Lock(ctx, id, all)
}

func (s inEveryScope[T]) Update(ctx context.Context, before, after *T) error {
	return s.store.Update(ctx, before, after)
}

// ticketLocker is the store of tickets, without custom fields.
type ticketLocker struct{ ticket.Store }

func (s ticketLocker) Lock(ctx context.Context, id int64) (*ticket.Ticket, error) {
	return s.Store.Lock(ctx, id, all)
}

func (s ticketLocker) Update(ctx context.Context, before, after *ticket.Ticket) error {
	return s.Store.Update(ctx, before, after, nil)
}
