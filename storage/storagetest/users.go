package storagetest

import (
	"time"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

var userTests = []test{
	{"insert and get", func(e *env) {
		full := &user.User{Username: "Ada.Lovelace@😀", FirstName: "Ada 😀", LastName: "Lovelace", Email: "Ada@example.com",
			Active: true, Staff: true, Superuser: true, PasswordHash: "$argon2id$x", Created: now}
		zero := &user.User{}
		e.update(func(tx storage.Tx) {
			e.ok(tx.Users().Insert(e.ctx, full))
			e.ok(tx.Users().Insert(e.ctx, zero))
		})
		e.view(func(tx storage.Tx) {
			equal(e, must(tx.Users().Get(e.ctx, full.ID))(e), full)
			equal(e, must(tx.Users().Get(e.ctx, zero.ID))(e), zero)
			absent(tx.Users().Get(e.ctx, 99))(e)
		})
		if full.ID <= 0 || zero.ID <= full.ID {
			e.Errorf("ids %d, %d", full.ID, zero.ID)
		}
	}},
	{"by username", func(e *env) {
		e.update(func(tx storage.Tx) {
			ada := e.user(tx, "ＡDA")
			equal(e, must(tx.Users().ByUsername(e.ctx, "ada"))(e), ada)
			absent(tx.Users().ByUsername(e.ctx, "Ada"))(e)
			absent(tx.Users().ByUsername(e.ctx, "áda"))(e)
			absent(tx.Users().ByUsername(e.ctx, "ada "))(e)
		})
	}},
	{"one user per key", func(e *env) {
		e.update(func(tx storage.Tx) {
			e.user(tx, "ada")
			for _, same := range []string{"ada", "ADA", "Ａda"} {
				e.is(tx.Users().Insert(e.ctx, &user.User{Username: same}), storage.ErrDuplicate)
			}
			e.user(tx, "áda")
			e.user(tx, "😀")
			e.user(tx, "😁")
		})
	}},
	{"update", func(e *env) {
		e.update(func(tx storage.Tx) {
			ada, bob := e.user(tx, "ada"), e.user(tx, "bob")
			*ada = user.User{ID: ada.ID, Username: "Ada", FirstName: "A", LastName: "L", Email: "a@b.cd", Active: true, Staff: true,
				Superuser: true, PasswordHash: "x", Created: now.Add(time.Hour)}
			e.ok(tx.Users().Update(e.ctx, ada))
			equal(e, must(tx.Users().ByUsername(e.ctx, "ada"))(e), ada)
			equal(e, must(tx.Users().Get(e.ctx, bob.ID))(e), bob)
			e.ok(tx.Users().Update(e.ctx, ada)) // again, without a change

			e.is(tx.Users().Update(e.ctx, &user.User{ID: 99, Username: "nobody"}), storage.ErrNotFound)
			bob.Username = "ADA"
			e.is(tx.Users().Update(e.ctx, bob), storage.ErrDuplicate)
		})
	}},
	{"list", func(e *env) {
		var u [5]*user.User
		e.update(func(tx storage.Tx) {
			for i, name := range []string{"e", "d", "c", "b", "a"} {
				u[i] = e.user(tx, name)
			}
		})
		e.view(func(tx storage.Tx) {
			list := func(q user.Query) []*user.User { return must(tx.Users().List(e.ctx, q))(e) }
			equalList(e, list(user.Query{Limit: 9}), u[:]...)
			equalList(e, list(user.Query{Limit: 2}), u[:2]...)
			equalList(e, list(user.Query{Limit: 2, Offset: 1}), u[1:3]...)
			equalList(e, list(user.Query{Limit: 2, After: u[1].ID}), u[2:4]...)
			equalList(e, list(user.Query{Limit: 2, After: u[1].ID, Offset: 2}), u[4])
			equalList(e, list(user.Query{Limit: 2, Offset: 5}))
			equal(e, must(tx.Users().Count(e.ctx))(e), 5)
			_, err := tx.Users().List(e.ctx, user.Query{})
			e.refused(err)
		})
	}},
	{"delete", func(e *env) {
		var last int64
		e.update(func(tx storage.Tx) {
			ada := e.user(tx, "ada")
			last = ada.ID
			e.ok(tx.Users().Delete(e.ctx, ada.ID))
			absent(tx.Users().Get(e.ctx, ada.ID))(e)
			e.is(tx.Users().Delete(e.ctx, ada.ID), storage.ErrNotFound)
		})
		e.update(func(tx storage.Tx) {
			if again := e.user(tx, "ada"); again.ID <= last {
				e.Errorf("id %d after %d", again.ID, last)
			}
		})
	}},
	{"delete of a named user", func(e *env) {
		e.update(func(tx storage.Tx) {
			assignee, author, changer := e.user(tx, "assignee"), e.user(tx, "author"), e.user(tx, "changer")
			t := e.ticket(tx, "t", func(t *ticket.Ticket) { t.AssignedTo = &assignee.ID })
			e.followUp(tx, t.ID, func(f *followup.FollowUp) { f.UserID = &author.ID })
			e.ok(tx.Changes().Insert(e.ctx, &followup.Change{TicketID: t.ID, UserID: &changer.ID, Date: now}))
			for _, u := range []*user.User{assignee, author, changer} {
				e.is(tx.Users().Delete(e.ctx, u.ID), storage.ErrReferenced)
			}
			e.ok(tx.Tickets().Delete(e.ctx, t.ID))
			for _, u := range []*user.User{assignee, author, changer} {
				e.ok(tx.Users().Delete(e.ctx, u.ID))
			}
		})
	}},
	{"delete of a default owner", func(e *env) {
		e.update(func(tx storage.Tx) {
			ada := e.user(tx, "ada")
			q := &ticket.Queue{Slug: "q", DefaultOwner: &ada.ID}
			e.ok(tx.Queues().Insert(e.ctx, q))
			e.ok(tx.Users().Delete(e.ctx, ada.ID))
			q.DefaultOwner = nil
			equal(e, must(tx.Queues().Get(e.ctx, q.ID))(e), q)
		})
	}},
}
