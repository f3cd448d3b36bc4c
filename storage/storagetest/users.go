package storagetest

import (
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

var userTests = []test{
	{"insert and get", func(e *env) {
		full := &user.User{Username: "Ada.Lovelace@😀", FirstName: "Ada 😀", LastName: "Lovelace", Email: "Ada@example.com",
			Active: true, Staff: true, Superuser: true, PasswordHash: "$argon2id$x", Created: now,
			ExternalID: new("host|42 😀"), EmailVerified: true, Permissions: []user.Permission{user.ManageUsers, "<later>\"&'"}}
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
		e.update(func(tx storage.Tx) {
			equal(e, must(tx.Users().Lock(e.ctx, full.ID))(e), full)
			absent(tx.Users().Lock(e.ctx, 99))(e)
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
	{"by external id", func(e *env) {
		e.update(func(tx storage.Tx) {
			e.user(tx, "nobody's")
			for i, id := range append(lookalikes, strings.Repeat("é", user.MaxExternalID/2)) {
				absent(tx.Users().ByExternalID(e.ctx, id))(e)
				u := &user.User{Username: strconv.Itoa(i), ExternalID: &id, Created: now}
				e.ok(tx.Users().Insert(e.ctx, u))
				equal(e, must(tx.Users().ByExternalID(e.ctx, id))(e), u)
				e.is(tx.Users().Insert(e.ctx, &user.User{Username: "other", ExternalID: &id}), storage.ErrDuplicate)
			}
			bob := e.user(tx, "bob")
			bob.ExternalID = &lookalikes[0]
			e.is(save(e.ctx, tx.Users(), bob.ID, bob), storage.ErrDuplicate)
			absent(tx.Users().ByExternalID(e.ctx, ""))(e)
		})
	}},
	{"superusers", func(e *env) {
		e.update(func(tx storage.Tx) {
			equalList(e, must(tx.Users().Superusers(e.ctx))(e))
			var ids []int64
			for i, u := range []user.User{
				{Active: true, Superuser: true}, {Active: true, Staff: true}, {Superuser: true}, {Staff: true, Superuser: true},
				{Active: true, Staff: true, Superuser: true},
			} {
				u.Username = strconv.Itoa(i)
				e.ok(tx.Users().Insert(e.ctx, &u))
				ids = append(ids, u.ID)
			}
			equalList(e, must(tx.Users().Superusers(e.ctx))(e), ids[0], ids[4])
		})
	}},
	{"superusers stay as they are", testSuperusers},
	{"a locked user stays as it is", func(e *env) {
		var ada *user.User
		e.update(func(tx storage.Tx) { ada = e.user(tx, "ada") })
		e.counts(func(tx storage.Tx) error {
			u, err := tx.Users().Lock(e.ctx, ada.ID)
			if err != nil {
				return err
			}
			u.FirstName += "x"
			return save(e.ctx, tx.Users(), u.ID, u)
		})
		e.view(func(tx storage.Tx) { equal(e, len(must(tx.Users().Get(e.ctx, ada.ID))(e).FirstName), writes) })
	}},
	{"update", func(e *env) {
		e.update(func(tx storage.Tx) {
			ada, bob := e.user(tx, "ada"), e.user(tx, "bob")
			*ada = user.User{ID: ada.ID, Username: "Ada", FirstName: "A", LastName: "L", Email: "a@b.cd", Active: true, Staff: true,
				Superuser: true, PasswordHash: "x", Created: now.Add(time.Hour), ExternalID: new("A"), EmailVerified: true,
				Permissions: []user.Permission{user.ManageFields}}
			e.ok(save(e.ctx, tx.Users(), ada.ID, ada))
			equal(e, must(tx.Users().ByUsername(e.ctx, "ada"))(e), ada)
			equal(e, must(tx.Users().Get(e.ctx, bob.ID))(e), bob)
			e.ok(save(e.ctx, tx.Users(), ada.ID, ada)) // again, without a change
			ada.ExternalID, ada.Permissions = nil, nil
			e.ok(save(e.ctx, tx.Users(), ada.ID, ada))
			equal(e, must(tx.Users().Get(e.ctx, ada.ID))(e), ada)

			e.is(save(e.ctx, tx.Users(), 99, &user.User{ID: 99, Username: "nobody"}), storage.ErrNotFound)
			bob.Username = "ADA"
			e.is(save(e.ctx, tx.Users(), bob.ID, bob), storage.ErrDuplicate)
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
			equalList(e, list(user.Query{Limit: 2, After: user.Position{ID: u[1].ID}}), u[2:4]...)
			equalList(e, list(user.Query{Limit: 2, After: user.Position{ID: u[1].ID}, Offset: 2}), u[4])
			equalList(e, list(user.Query{Limit: 2, Offset: 5}))
			equalList(e, list(user.Query{Limit: 9, Filter: user.Filter{IDs: []int64{u[3].ID, 99, u[1].ID}}}), u[1], u[3])
			equalList(e, list(user.Query{Limit: 9, Filter: user.Filter{IDs: []int64{u[3].ID, u[1].ID}},
				After: user.Position{ID: u[1].ID}}), u[3])
			equalList(e, list(user.Query{Limit: 9, Filter: user.Filter{IDs: []int64{99}}}))
			equal(e, must(tx.Users().Count(e.ctx, user.Filter{}))(e), 5)
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
	{"grant", func(e *env) {
		e.update(func(tx storage.Tx) {
			q, r, s := e.queue(tx, "q").ID, e.queue(tx, "r").ID, e.queue(tx, "s").ID
			ada := &user.User{Username: "ada", ExternalID: new("ada"), Created: now, Queues: []int64{q}}
			e.ok(tx.Users().Insert(e.ctx, ada))
			bob := e.user(tx, "bob")
			granted := func(want ...int64) {
				e.Helper()
				ada.Queues = want
				equal(e, must(tx.Users().Get(e.ctx, ada.ID))(e), ada)
				equal(e, must(tx.Users().Lock(e.ctx, ada.ID))(e), ada)
				equalList(e, must(tx.Users().List(e.ctx, user.Query{Limit: 9}))(e), ada, bob)
				bare := *ada
				bare.Queues = nil
				equal(e, must(tx.Users().ByUsername(e.ctx, "ada"))(e), &bare)
				equal(e, must(tx.Users().ByExternalID(e.ctx, "ada"))(e), &bare)
			}
			granted() // Insert stores none
			bob.Queues = []int64{s}
			e.ok(tx.Users().Grant(e.ctx, bob.ID, bob.Queues))
			granted()
			e.ok(tx.Users().Grant(e.ctx, ada.ID, []int64{r, q}))
			granted(q, r)
			e.ok(tx.Users().Grant(e.ctx, ada.ID, []int64{s, r}))
			granted(r, s)
			e.ok(tx.Users().Grant(e.ctx, ada.ID, []int64{s, r, s})) // the same
			granted(r, s)
			ada.Queues = []int64{q}
			e.ok(save(e.ctx, tx.Users(), ada.ID, ada)) // writes none
			granted(r, s)
			e.ok(tx.Users().Grant(e.ctx, ada.ID, nil))
			granted()
		})
	}},
	{"grant of what does not exist", func(e *env) {
		e.update(func(tx storage.Tx) {
			ada, q := e.user(tx, "ada").ID, e.queue(tx, "q").ID
			e.is(tx.Users().Grant(e.ctx, ada, []int64{q, 99}), storage.ErrReferenced)
			e.is(tx.Users().Grant(e.ctx, 99, []int64{q}), storage.ErrNotFound)
			e.is(tx.Users().Grant(e.ctx, 99, nil), storage.ErrNotFound)
		})
	}},
	{"delete takes tokens, grants and memberships", func(e *env) {
		e.update(func(tx storage.Tx) {
			ada, bob, q := e.user(tx, "ada"), e.user(tx, "bob"), e.queue(tx, "q").ID
			g := e.group(tx, "g", []int64{ada.ID, bob.ID}, []int64{q})
			t, kept := e.token(tx, ada.ID, "t"), e.token(tx, bob.ID, "kept")
			for _, u := range []*user.User{ada, bob} {
				e.ok(tx.Users().Grant(e.ctx, u.ID, []int64{q}))
			}
			e.ok(tx.Users().Delete(e.ctx, ada.ID))
			absent(tx.Tokens().Get(e.ctx, t.ID))(e)
			equal(e, must(tx.Tokens().Get(e.ctx, kept.ID))(e), kept)
			g.Users = []int64{bob.ID}
			equal(e, must(tx.Groups().Get(e.ctx, g.ID))(e), g)
			equalList(e, must(tx.Users().Get(e.ctx, bob.ID))(e).Queues, q)
			e.ok(tx.Queues().Delete(e.ctx, q)) // nothing is left of the grant
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

// Everyone steps down unless they are the last one.
func testSuperusers(e *env) {
	const members = 8
	var ids []int64
	e.update(func(tx storage.Tx) {
		ids = nil
		for i := range members {
			u := &user.User{Username: strconv.Itoa(i), Active: true, Superuser: true, Created: now}
			e.ok(tx.Users().Insert(e.ctx, u))
			ids = append(ids, u.ID)
		}
	})
	var wg sync.WaitGroup
	for i, id := range ids {
		wg.Go(func() {
			err := e.Update(e.ctx, func(tx storage.Tx) error {
				left, err := tx.Users().Superusers(e.ctx)
				if err != nil || !slices.ContainsFunc(left, func(other int64) bool { return other != id }) {
					return err
				}
				return save(e.ctx, tx.Users(), id, &user.User{ID: id, Username: strconv.Itoa(i), Active: i%2 == 0, Superuser: i%2 != 0,
					Created: now})
			})
			if err != nil {
				e.Error(err)
			}
		})
	}
	wg.Wait()
	e.update(func(tx storage.Tx) { equal(e, len(must(tx.Users().Superusers(e.ctx))(e)), 1) })
}

// writes is how often counts writes.
const writes = 24

// counts runs a transaction as often as writes says, several at once.
func (e *env) counts(write func(storage.Tx) error) {
	e.Helper()
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range writes / 8 {
				if err := e.Update(e.ctx, write); err != nil {
					e.Error(err)
				}
			}
		})
	}
	wg.Wait()
}
