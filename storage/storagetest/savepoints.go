package storagetest

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-helpdesk/helpdesk/event"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// savepointTests skip, and say so, on a Store that has no savepoints.
var savepointTests = withSavepoints([]test{
	{"a savepoint keeps what its function wrote", func(e *env) {
		e.update(func(tx storage.Tx) {
			e.ok(tx.Savepoint(e.ctx, func() error { e.user(tx, "ada"); return nil }))
		})
		e.hasUsers(1)
	}},
	{"a savepoint takes back what failed, and no more", func(e *env) {
		e.update(func(tx storage.Tx) {
			e.user(tx, "ada")
			equal(e, tx.Savepoint(e.ctx, func() error { e.user(tx, "bob"); return errOwn }), errOwn)
			absent(tx.Users().ByUsername(e.ctx, "bob"))(e)
			e.user(tx, "eve")
		})
		e.hasUsers(2)
	}},
	{"a savepoint takes back events", func(e *env) {
		e.update(func(tx storage.Tx) {
			e.is(tx.Savepoint(e.ctx, func() error {
				e.ok(tx.Events().Append(e.ctx, []*event.Event{e.happened(event.Created, 1, now)}))
				return errOwn
			}), errOwn)
			e.ok(tx.Events().Append(e.ctx, []*event.Event{e.happened(event.Created, 2, now)}))
		})
		equal(e, about(e.feed(0, 0, 9)), []int64{2})
	}},
	{"a savepoint takes back what came before a refused row", func(e *env) {
		e.update(func(tx storage.Tx) {
			e.user(tx, "ada")
			refused := map[error]func() error{
				storage.ErrDuplicate:  func() error { return tx.Users().Insert(e.ctx, &user.User{Username: "ada"}) },
				storage.ErrReferenced: func() error { return tx.FollowUps().Insert(e.ctx, &followup.FollowUp{TicketID: 99}) },
				storage.ErrNotFound:   func() error { return tx.Users().Delete(e.ctx, 99) },
			}
			for want, write := range refused {
				e.is(tx.Savepoint(e.ctx, func() error { e.user(tx, "bob"); return write() }), want)
			}
			e.user(tx, "eve")
		})
		e.hasUsers(2)
	}},
	{"savepoints nest", testNestedSavepoints},
	{"a savepoint takes back what panicked", func(e *env) {
		e.update(func(tx storage.Tx) {
			func() {
				defer func() { equal(e, recover(), any("out")) }()
				_ = tx.Savepoint(e.ctx, func() error { e.user(tx, "ada"); panic("out") })
			}()
			e.user(tx, "bob")
		})
		e.hasUsers(1)
	}},
	{"an interrupted statement in a savepoint spoils the transaction", func(e *env) {
		ended, cancel := context.WithCancel(e.ctx)
		cancel()
		e.refused(e.Update(e.ctx, func(tx storage.Tx) error {
			e.user(tx, "ada")
			e.refused(tx.Savepoint(e.ctx, func() error {
				_ = tx.Users().Insert(ended, &user.User{Username: "bob"})
				return nil
			}))
			e.refused(tx.Savepoint(e.ctx, func() error { e.Error("a savepoint began in a spoilt transaction"); return nil }))
			return nil
		}))
		e.hasUsers(0)
	}},
	{"a savepoint runs where nothing is written", func(e *env) {
		e.update(func(tx storage.Tx) { e.user(tx, "ada") })
		read := func(tx storage.Tx) error {
			return tx.Savepoint(e.ctx, func() error {
				equal(e, must(tx.Users().Count(e.ctx, user.Filter{}))(e), 1)
				e.refused(tx.Users().Insert(e.ctx, &user.User{Username: "bob"}))
				return errOwn
			})
		}
		equal(e, e.View(e.ctx, read), errOwn)
		equal(e, e.Read(e.ctx, read), errOwn)
		e.hasUsers(1)
	}},
	{"a savepoint ends with its transaction", func(e *env) {
		var kept storage.Tx
		e.update(func(tx storage.Tx) { kept = tx })
		e.refused(kept.Savepoint(e.ctx, func() error { return nil }))
	}},
	{"counts of tickets follow a savepoint", func(e *env) {
		e.update(func(tx storage.Tx) {
			e.ticket(tx, "first")
			equal(e, tx.Savepoint(e.ctx, func() error { e.ticket(tx, "second"); return errOwn }), errOwn)
			equal(e, must(tx.Tickets().Count(e.ctx, all, ticket.Filter{}))(e), 1)
		})
		e.view(func(tx storage.Tx) {
			equal(e, must(tx.Tickets().Count(e.ctx, all, ticket.Filter{}))(e), 1)
		})
	}},
	{"content follows a savepoint", testContentInSavepoint},
	{"an update alone", func(e *env) {
		alone := storage.Alone(e.ctx)
		e.ok(e.Update(alone, func(tx storage.Tx) error {
			e.user(tx, "ada")
			equal(e, tx.Savepoint(alone, func() error { e.user(tx, "bob"); return errOwn }), errOwn)
			return nil
		}))
		equal(e, e.Update(alone, func(tx storage.Tx) error { e.user(tx, "eve"); return errOwn }), errOwn)
		e.hasUsers(1)
	}},
})

func withSavepoints(tests []test) []test {
	for i, t := range tests {
		tests[i].run = func(e *env) {
			err := e.Update(e.ctx, func(tx storage.Tx) error { return tx.Savepoint(e.ctx, func() error { return nil }) })
			if errors.Is(err, errors.ErrUnsupported) {
				e.Skip(err)
			}
			e.ok(err)
			t.run(e)
		}
	}
	return tests
}

// testNestedSavepoints has savepoints beside each other and inside each other, of
// which some fail.
func testNestedSavepoints(e *env) {
	e.update(func(tx storage.Tx) {
		in := func(name string, result error, inner func()) {
			equal(e, tx.Savepoint(e.ctx, func() error {
				e.user(tx, name)
				inner()
				return result
			}), result)
		}
		nothing := func() {}
		in("kept", nil, func() {
			in("gone", errOwn, nothing)
			in("kept 2", nil, func() { in("kept 3", nil, nothing) })
			in("gone", errOwn, func() {
				in("gone 2", nil, func() { in("gone 3", errOwn, nothing) })
				in("gone 3", nil, nothing)
			})
		})
		for i := range 5 {
			in(fmt.Sprintf("kept after %d", i), nil, nothing)
		}
	})
	e.view(func(tx storage.Tx) {
		var names []string
		for _, u := range must(tx.Users().List(e.ctx, user.Query{Limit: 99}))(e) {
			names = append(names, u.Username)
		}
		equalList(e, names, "kept", "kept 2", "kept 3", "kept after 0", "kept after 1", "kept after 2", "kept after 3", "kept after 4")
	})
}

// testContentInSavepoint has content that is added in a savepoint which is rolled back
// go, and content that is deleted in one stay.
func testContentInSavepoint(e *env) {
	var before, after, gone string
	e.update(func(tx storage.Tx) {
		before = e.put(tx, []byte("before"))
		equal(e, tx.Savepoint(e.ctx, func() error {
			gone = e.put(tx, []byte("gone"))
			e.ok(tx.Files().Delete(e.ctx, before))
			return errOwn
		}), errOwn)
		equal(e, string(readAll(e, tx, before)), "before")
		e.ok(tx.Savepoint(e.ctx, func() error { after = e.put(tx, []byte("after")); return nil }))
	})
	e.view(func(tx storage.Tx) {
		equal(e, string(readAll(e, tx, before)), "before")
		equal(e, string(readAll(e, tx, after)), "after")
		absent(tx.Files().ReadAt(e.ctx, gone, make([]byte, 1), 0))(e)
	})
}
