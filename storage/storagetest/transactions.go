package storagetest

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
	"github.com/go-helpdesk/helpdesk/webhook"
)

var errOwn = errors.New("the test's own")

var transactionTests = []test{
	{"update commits", func(e *env) {
		e.update(func(tx storage.Tx) {
			e.user(tx, "ada")
			equal(e, must(tx.Users().Count(e.ctx, user.Filter{}))(e), 1)
		})
		e.hasUsers(1)
	}},
	{"update rolls back on an error and returns it", func(e *env) {
		err := e.Update(e.ctx, func(tx storage.Tx) error { e.user(tx, "ada"); return errOwn })
		equal(e, err, errOwn)
		e.hasUsers(0)
	}},
	{"update rolls back on a panic", func(e *env) {
		defer func() {
			equal(e, recover(), any("out"))
			e.hasUsers(0)
		}()
		_ = e.Update(e.ctx, func(tx storage.Tx) error { e.user(tx, "ada"); panic("out") })
	}},
	{"update rolls back when the context ends", func(e *env) {
		ctx, cancel := context.WithCancel(e.ctx)
		e.is(e.Update(ctx, func(tx storage.Tx) error { e.user(tx, "ada"); cancel(); return nil }), context.Canceled)
		e.hasUsers(0)
	}},
	{"update under an ended context does nothing", func(e *env) {
		ctx, cancel := context.WithTimeout(e.ctx, 0)
		defer cancel()
		e.is(e.Update(ctx, func(tx storage.Tx) error { e.user(tx, "ada"); return nil }), context.DeadlineExceeded)
		counts := func(tx storage.Tx) error { _, err := tx.Users().Count(ctx, user.Filter{}); return err }
		e.is(e.View(ctx, counts), context.DeadlineExceeded)
		e.hasUsers(0)
	}},
	{"an interrupted statement spoils the transaction", func(e *env) {
		ended, cancel := context.WithCancel(e.ctx)
		cancel()
		e.refused(e.Update(e.ctx, func(tx storage.Tx) error {
			e.user(tx, "ada")
			e.is(tx.Users().Insert(ended, &user.User{Username: "bob"}), context.Canceled)
			e.refused(tx.Users().Insert(e.ctx, &user.User{Username: "eve"}))
			return nil
		}))
		e.hasUsers(0)
	}},
	{"a refused row does not spoil the transaction", func(e *env) {
		e.update(func(tx storage.Tx) {
			e.user(tx, "ada")
			e.is(tx.Users().Insert(e.ctx, &user.User{Username: "ada"}), storage.ErrDuplicate)
			e.is(tx.FollowUps().Insert(e.ctx, &followup.FollowUp{TicketID: 99}), storage.ErrReferenced)
			absent(tx.Users().Get(e.ctx, 99))(e)
			e.is(saveTicket(e.ctx, tx, &ticket.Ticket{ID: 99}), storage.ErrNotFound)
			e.user(tx, "bob")
		})
		e.hasUsers(2)
	}},
	{"view returns the error", func(e *env) {
		equal(e, e.View(e.ctx, func(storage.Tx) error { return errOwn }), errOwn)
	}},
	{"view passes a panic on", func(e *env) {
		defer func() {
			equal(e, recover(), any("out"))
			e.hasUsers(0)
		}()
		_ = e.View(e.ctx, func(storage.Tx) error { panic("out") })
	}},
	{"view cannot write", testReadOnly},
	{"view sees one state", func(e *env) {
		e.view(func(tx storage.Tx) {
			equal(e, must(tx.Users().Count(e.ctx, user.Filter{}))(e), 0)
			e.update(func(tx storage.Tx) { e.user(tx, "ada") })
			equal(e, must(tx.Users().Count(e.ctx, user.Filter{}))(e), 0)
			absent(tx.Users().ByUsername(e.ctx, "ada"))(e)
		})
		e.hasUsers(1)
	}},
	{"a transaction ends with its function", func(e *env) {
		var kept storage.Tx
		e.update(func(tx storage.Tx) { kept = tx })
		e.refused(kept.Users().Insert(e.ctx, &user.User{Username: "ada"}))
		e.view(func(tx storage.Tx) { kept = tx })
		_, err := kept.Users().Count(e.ctx, user.Filter{})
		e.refused(err)
		e.hasUsers(0)
	}},
	{"concurrent updates lose nothing", testConcurrentUpdates},
	{"a locked ticket stays as it is", testLock},
	{"readers and writers at once", testReadersAndWriters},
}

// hasUsers also shows that the store still works.
func (e *env) hasUsers(want int) {
	e.Helper()
	e.view(func(tx storage.Tx) { equal(e, must(tx.Users().Count(e.ctx, user.Filter{}))(e), want) })
	e.update(func(storage.Tx) {})
}

func testReadOnly(e *env) {
	var t *ticket.Ticket
	e.update(func(tx storage.Tx) { t = e.ticket(tx, "t") })
	before := Dump(e, e.Store)
	writes := map[string]func(storage.Tx) error{
		"insert user":    func(tx storage.Tx) error { return tx.Users().Insert(e.ctx, &user.User{}) },
		"grant":          func(tx storage.Tx) error { return tx.Users().Grant(e.ctx, 1, nil) },
		"lock user":      func(tx storage.Tx) error { _, err := tx.Users().Lock(e.ctx, 1); return err },
		"lock group":     func(tx storage.Tx) error { _, err := tx.Groups().Lock(e.ctx, 1); return err },
		"superusers":     func(tx storage.Tx) error { _, err := tx.Users().Superusers(e.ctx); return err },
		"insert group":   func(tx storage.Tx) error { return tx.Groups().Insert(e.ctx, &user.Group{}) },
		"insert token":   func(tx storage.Tx) error { return tx.Tokens().Insert(e.ctx, &user.Token{Prefix: "x"}) },
		"insert webhook": func(tx storage.Tx) error { return tx.Webhooks().Insert(e.ctx, &webhook.Webhook{}) },
		"lock webhook":   func(tx storage.Tx) error { _, err := tx.Webhooks().Lock(e.ctx, 1); return err },
		"update webhook": func(tx storage.Tx) error {
			return tx.Webhooks().Update(e.ctx, &webhook.Webhook{}, &webhook.Webhook{URL: "x"})
		},
		"delete webhook": func(tx storage.Tx) error { return tx.Webhooks().Delete(e.ctx, 1) },
		"lease webhooks": func(tx storage.Tx) error {
			_, err := tx.Webhooks().Lease(e.ctx, "x", now, latest, 1)
			return err
		},
		"release webhooks": func(tx storage.Tx) error { return tx.Webhooks().Release(e.ctx, "x") },
		"advance webhook": func(tx storage.Tx) error {
			_, err := tx.Webhooks().Advance(e.ctx, 1, "x", now, 1)
			return err
		},
		"insert delivery": func(tx storage.Tx) error { return tx.Deliveries().Insert(e.ctx, &webhook.Delivery{}) },
		"lock delivery":   func(tx storage.Tx) error { _, err := tx.Deliveries().Lock(e.ctx, 1); return err },
		"update delivery": func(tx storage.Tx) error {
			return tx.Deliveries().Update(e.ctx, &webhook.Delivery{}, &webhook.Delivery{})
		},
		"abandon deliveries": func(tx storage.Tx) error { _, err := tx.Deliveries().Abandon(e.ctx, 1, 1); return err },
		"delete deliveries":  func(tx storage.Tx) error { _, err := tx.Deliveries().DeleteBefore(e.ctx, now, 1); return err },
		"lock queue":         func(tx storage.Tx) error { _, err := tx.Queues().Lock(e.ctx, t.QueueID); return err },
		"update queue": func(tx storage.Tx) error {
			return tx.Queues().Update(e.ctx, &ticket.Queue{ID: t.QueueID}, &ticket.Queue{ID: t.QueueID, Title: "x"})
		},
		"delete queue":       func(tx storage.Tx) error { return tx.Queues().Delete(e.ctx, t.QueueID) },
		"update ticket":      func(tx storage.Tx) error { return tx.Tickets().Update(e.ctx, t, t.Clone(), nil) },
		"delete ticket":      func(tx storage.Tx) error { return tx.Tickets().Delete(e.ctx, t.ID) },
		"lock custom fields": func(tx storage.Tx) error { _, err := tx.CustomFields().LockAll(e.ctx); return err },
		"lock ticket":        func(tx storage.Tx) error { _, err := tx.Tickets().Lock(e.ctx, t.ID, all); return err },
		"insert changes": func(tx storage.Tx) error {
			return tx.Changes().Insert(e.ctx, &followup.Change{TicketID: t.ID})
		},
	}
	for name, write := range writes {
		if err := e.View(e.ctx, write); err == nil {
			e.Errorf("%s: no error", name)
		}
	}
	equal(e, Dump(e, e.Store), before)
}

func testConcurrentUpdates(e *env) {
	const writers, writes = 8, 5
	var id int64
	e.update(func(tx storage.Tx) { id = e.ticket(tx, "0").ID })
	count := func(tx storage.Tx) error {
		t, err := tx.Tickets().Lock(e.ctx, id, all)
		if err != nil {
			return err
		}
		n, err := strconv.Atoi(t.Title)
		if err != nil {
			return err
		}
		after := t.Clone()
		after.Title = strconv.Itoa(n + 1)
		return tx.Tickets().Update(e.ctx, t, after, nil)
	}
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() {
			for range writes {
				if err := e.Update(e.ctx, count); err != nil {
					e.Error(err)
				}
			}
		})
	}
	wg.Wait()
	e.view(func(tx storage.Tx) {
		t := must(tx.Tickets().Get(e.ctx, id, all))(e)
		equal(e, t.Title, strconv.Itoa(writers*writes))
		equal(e, t.Version, 1+writers*writes)
	})
}

func testLock(e *env) {
	var id int64
	e.update(func(tx storage.Tx) { id = e.ticket(tx, "new").ID })
	retitle := func(tx storage.Tx, title string) error {
		t, err := tx.Tickets().Lock(e.ctx, id, all)
		if err != nil {
			return err
		}
		after := t.Clone()
		after.Title += ", " + title
		return tx.Tickets().Update(e.ctx, t, after, nil)
	}
	second := make(chan error, 1)
	start := sync.OnceFunc(func() {
		go func() { second <- e.Update(e.ctx, func(tx storage.Tx) error { return retitle(tx, "second") }) }()
	})
	e.update(func(tx storage.Tx) {
		t := must(tx.Tickets().Lock(e.ctx, id, all))(e)
		start()
		time.Sleep(50 * time.Millisecond) // for the other to get as far as it can
		equal(e, must(tx.Tickets().Get(e.ctx, id, all))(e), t)
		e.ok(retitle(tx, "first"))
	})
	e.ok(<-second)
	e.view(func(tx storage.Tx) {
		t := must(tx.Tickets().Get(e.ctx, id, all))(e)
		if t.Title != "new, first, second" && t.Title != "new, second, first" { // when the first had to run again
			e.Errorf("an update was lost: %q", t.Title)
		}
	})
}

// Each transaction adds a ticket with one follow-up, so every reader must see
// as many of the one as of the other.
func testReadersAndWriters(e *env) {
	e.update(func(tx storage.Tx) { e.queue(tx, "first") })
	ctx, stop := context.WithCancel(e.ctx)
	var readers, writers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for ctx.Err() == nil {
				if err := e.View(e.ctx, e.samePairs); err != nil {
					e.Error(err)
					return
				}
			}
		})
	}
	for range 4 {
		writers.Go(func() {
			for range 5 {
				if err := e.Update(e.ctx, e.addPair); err != nil {
					e.Error(err)
				}
			}
		})
	}
	writers.Wait()
	stop()
	readers.Wait()
	e.view(func(tx storage.Tx) {
		equal(e, must(tx.Tickets().Count(e.ctx, all, ticket.Filter{}))(e), 20)
	})
}

func (e *env) addPair(tx storage.Tx) error {
	queues, err := tx.Queues().List(e.ctx, ticket.QueueQuery{Limit: 1})
	if err != nil {
		return err
	}
	t := &ticket.Ticket{QueueID: queues[0].ID, Created: now, Modified: now}
	if err := insertTicket(e.ctx, tx, t); err != nil {
		return err
	}
	return tx.FollowUps().Insert(e.ctx, &followup.FollowUp{TicketID: t.ID, Date: now})
}

func (e *env) samePairs(tx storage.Tx) error {
	tickets, err := tx.Tickets().Count(e.ctx, all, ticket.Filter{})
	if err != nil {
		return err
	}
	followUps, err := tx.FollowUps().Count(e.ctx, all, followup.Filter{})
	if err == nil && tickets != followUps {
		return fmt.Errorf("%d tickets, %d follow-ups", tickets, followUps)
	}
	return err
}
