package storagetest

import (
	"strconv"

	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

func (e *env) group(tx storage.Tx, name string, users, queues []int64) *user.Group {
	e.Helper()
	g := &user.Group{Name: name, Users: users, Queues: queues}
	e.ok(tx.Groups().Insert(e.ctx, g))
	return g
}

var groupTests = []test{
	{"insert and get", func(e *env) {
		e.update(func(tx storage.Tx) {
			ada, bob, q, r := e.user(tx, "ada"), e.user(tx, "bob"), e.queue(tx, "q"), e.queue(tx, "r")
			full := e.group(tx, "Second line 😀", []int64{ada.ID, bob.ID}, []int64{q.ID, r.ID})
			empty := e.group(tx, "", nil, nil)
			same := e.group(tx, "same", []int64{ada.ID}, []int64{q.ID})
			for _, g := range []*user.Group{full, empty, same} {
				equal(e, must(tx.Groups().Get(e.ctx, g.ID))(e), g)
				equal(e, must(tx.Groups().Lock(e.ctx, g.ID))(e), g)
			}
			if full.ID <= 0 || empty.ID <= full.ID {
				e.Errorf("ids %d, %d", full.ID, empty.ID)
			}
			absent(tx.Groups().Get(e.ctx, 99))(e)
			absent(tx.Groups().Lock(e.ctx, 99))(e)
		})
	}},
	{"a locked group stays as it is", func(e *env) {
		var id int64
		var users []int64
		e.update(func(tx storage.Tx) {
			id, users = e.group(tx, "g", nil, nil).ID, nil
			for i := range writes {
				users = append(users, e.user(tx, strconv.Itoa(i)).ID)
			}
		})
		e.counts(func(tx storage.Tx) error {
			g, err := tx.Groups().Lock(e.ctx, id)
			if err != nil {
				return err
			}
			g.Name += "x"
			g.Users = users[:len(g.Users)+1]
			return save(e.ctx, tx.Groups(), g.ID, g)
		})
		e.view(func(tx storage.Tx) {
			g := must(tx.Groups().Get(e.ctx, id))(e)
			equal(e, len(g.Name), 1+writes)
			equalList(e, g.Users, users...)
		})
	}},
	{"members and queues ascend", func(e *env) {
		e.update(func(tx storage.Tx) {
			ada, bob, q, r := e.user(tx, "ada"), e.user(tx, "bob"), e.queue(tx, "q"), e.queue(tx, "r")
			g := e.group(tx, "g", []int64{bob.ID, ada.ID}, []int64{r.ID, q.ID})
			g.Users, g.Queues = []int64{ada.ID, bob.ID}, []int64{q.ID, r.ID}
			equal(e, must(tx.Groups().Get(e.ctx, g.ID))(e), g)
			equalList(e, must(tx.Groups().List(e.ctx, user.GroupQuery{Limit: 9}))(e), g)
		})
	}},
	{"names differ when any byte differs", func(e *env) {
		e.update(func(tx storage.Tx) {
			ada, q := e.user(tx, "ada"), e.queue(tx, "q")
			for _, name := range lookalikes {
				absent(tx.Groups().ByName(e.ctx, name))(e)
				g := e.group(tx, name, []int64{ada.ID}, []int64{q.ID})
				equal(e, must(tx.Groups().ByName(e.ctx, name))(e), &user.Group{ID: g.ID, Name: name, Version: 1})
				e.is(tx.Groups().Insert(e.ctx, &user.Group{Name: name}), storage.ErrDuplicate)
			}
		})
	}},
	{"missing references", func(e *env) {
		for _, g := range []user.Group{{Users: []int64{99}}, {Queues: []int64{99}}} {
			e.is(e.Update(e.ctx, func(tx storage.Tx) error { return tx.Groups().Insert(e.ctx, &g) }), storage.ErrReferenced)
			e.is(e.Update(e.ctx, func(tx storage.Tx) error {
				bad := g
				bad.ID = e.group(tx, "g", nil, nil).ID
				return save(e.ctx, tx.Groups(), bad.ID, &bad)
			}), storage.ErrReferenced)
		}
		many := make([]int64, 50_000)
		for i := range many {
			many[i] = int64(i) + 99
		}
		e.is(e.Update(e.ctx, func(tx storage.Tx) error { return tx.Groups().Insert(e.ctx, &user.Group{Users: many}) }),
			storage.ErrReferenced)
		e.view(func(tx storage.Tx) { equal(e, must(tx.Groups().Count(e.ctx, user.GroupFilter{}))(e), 0) })
	}},
	{"update", func(e *env) {
		e.update(func(tx storage.Tx) {
			ada, bob, q, r := e.user(tx, "ada"), e.user(tx, "bob"), e.queue(tx, "q"), e.queue(tx, "r")
			g := e.group(tx, "g", []int64{ada.ID}, []int64{q.ID})
			other := e.group(tx, "other", []int64{ada.ID}, []int64{q.ID})
			*g = user.Group{ID: g.ID, Name: "G", Users: []int64{bob.ID}, Queues: []int64{q.ID, r.ID}}
			e.ok(save(e.ctx, tx.Groups(), g.ID, g))
			equal(e, must(tx.Groups().Get(e.ctx, g.ID))(e), g)
			equal(e, must(tx.Groups().Get(e.ctx, other.ID))(e), other)
			e.ok(save(e.ctx, tx.Groups(), g.ID, g)) // again, without a change
			g.Users, g.Queues = nil, nil
			e.ok(save(e.ctx, tx.Groups(), g.ID, g))
			equal(e, must(tx.Groups().Get(e.ctx, g.ID))(e), g)

			e.is(save(e.ctx, tx.Groups(), 99, &user.Group{ID: 99, Name: "x"}), storage.ErrNotFound)
			e.is(save(e.ctx, tx.Groups(), other.ID, &user.Group{ID: other.ID, Name: "G"}), storage.ErrDuplicate)
		})
	}},
	{"list", func(e *env) {
		e.update(func(tx storage.Tx) {
			ada, q := e.user(tx, "ada"), e.queue(tx, "q")
			c, b, a := e.group(tx, "c", []int64{ada.ID}, nil), e.group(tx, "b", nil, []int64{q.ID}), e.group(tx, "a", nil, nil)
			list := func(q user.GroupQuery) []*user.Group { return must(tx.Groups().List(e.ctx, q))(e) }
			equalList(e, list(user.GroupQuery{Limit: 9}), c, b, a)
			equalList(e, list(user.GroupQuery{Limit: 1, Offset: 1}), b)
			equalList(e, list(user.GroupQuery{Limit: 9, After: user.Position{ID: c.ID}}), b, a)
			equalList(e, list(user.GroupQuery{Limit: 9, Offset: 3}))
			equal(e, must(tx.Groups().Count(e.ctx, user.GroupFilter{}))(e), 3)
			_, err := tx.Groups().List(e.ctx, user.GroupQuery{})
			e.refused(err)
		})
	}},
	{"delete", func(e *env) {
		e.update(func(tx storage.Tx) {
			ada, q := e.user(tx, "ada"), e.queue(tx, "q")
			g := e.group(tx, "g", []int64{ada.ID}, []int64{q.ID})
			kept := e.group(tx, "kept", []int64{ada.ID}, []int64{q.ID})
			e.ok(tx.Groups().Delete(e.ctx, g.ID))
			absent(tx.Groups().Get(e.ctx, g.ID))(e)
			e.is(tx.Groups().Delete(e.ctx, g.ID), storage.ErrNotFound)
			equalList(e, must(tx.Groups().List(e.ctx, user.GroupQuery{Limit: 9}))(e), kept)
			equal(e, must(tx.Users().Get(e.ctx, ada.ID))(e), ada)
			equal(e, must(tx.Queues().Get(e.ctx, q.ID))(e), q)
			if again := e.group(tx, "g", nil, nil); again.ID <= kept.ID {
				e.Errorf("id %d after %d", again.ID, kept.ID)
			}
		})
	}},
	{"a queue goes with its grants", func(e *env) {
		e.update(func(tx storage.Tx) {
			ada, q, kept := e.user(tx, "ada"), e.queue(tx, "q"), e.queue(tx, "kept")
			g := e.group(tx, "g", nil, []int64{q.ID, kept.ID})
			e.ok(tx.Users().Grant(e.ctx, ada.ID, []int64{q.ID, kept.ID}))
			e.ok(tx.Queues().Delete(e.ctx, q.ID))
			equalList(e, must(tx.Groups().Get(e.ctx, g.ID))(e).Queues, kept.ID)
			equalList(e, must(tx.Users().Get(e.ctx, ada.ID))(e).Queues, kept.ID)
			ok, err := tx.Queues().Admits(e.ctx, q.ID, ticket.QueueScope{GrantedTo: ada.ID})
			e.ok(err)
			equal(e, ok, false)
		})
	}},
}
