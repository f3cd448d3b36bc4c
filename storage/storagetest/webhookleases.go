package storagetest

import (
	"errors"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/webhook"
)

// leases leases webhooks for a minute, in a transaction of its own, and returns their ids.
func (e *env) leases(holder string, at time.Time, limit int) (ids []int64) {
	e.Helper()
	err := e.Update(e.ctx, func(tx storage.Tx) (err error) {
		ids, err = tx.Webhooks().Lease(e.ctx, holder, at, at.Add(time.Minute), limit)
		return err
	})
	if err != nil { // also in goroutines, which must not end the test
		e.Errorf("lease: %v", err)
	}
	return ids
}

// active returns the ids of active webhooks.
func (e *env) active(limit int) (ids []int64) {
	e.Helper()
	e.view(func(tx storage.Tx) { ids = must(tx.Webhooks().Active(e.ctx, limit))(e) })
	return ids
}

// garbled stands for a secret of a kind that only a later version knows.
const garbled = "whsz_GARBLED"

// garble gives a webhook a secret that nobody can read. It skips the test, and says so, on a
// Store that runs no statements of the host.
func (e *env) garble(tx storage.Tx, id int64) {
	e.Helper()
	err := tx.Exec(e.ctx, "UPDATE helpdesk_webhook SET secret = ? WHERE id = ?", garbled, id)
	if errors.Is(err, errors.ErrUnsupported) {
		e.Skip(err)
	}
	e.ok(err)
}

// advance advances a webhook in a transaction of its own.
func (e *env) advance(id int64, holder string, at time.Time, position int64) (ok bool) {
	e.Helper()
	e.update(func(tx storage.Tx) { ok = must(tx.Webhooks().Advance(e.ctx, id, holder, at, position))(e) })
	return ok
}

// hooks inserts so many webhooks, and returns their ids.
func (e *env) hooks(n int) (ids []int64) {
	e.Helper()
	e.update(func(tx storage.Tx) {
		ids = nil
		ada := e.user(tx, "ada").ID
		for range n {
			ids = append(ids, e.webhook(tx, ada).ID)
		}
	})
	return ids
}

// deactivate makes a webhook inactive.
func (e *env) deactivate(id int64) {
	e.Helper()
	e.update(func(tx storage.Tx) {
		before := must(tx.Webhooks().Lock(e.ctx, id))(e)
		after := *before
		after.Active = false
		e.ok(tx.Webhooks().Update(e.ctx, before, &after))
	})
}

var leaseTests = []test{
	{"each webhook has one holder", func(e *env) {
		equalList(e, e.leases("a", now, 9))
		ids := e.hooks(4)
		equalList(e, e.leases("a", now, 2), ids[:2]...)
		equalList(e, e.leases("b", now, 9), ids[2:]...)
		equalList(e, e.leases("A", now, 9)) // another one
		equalList(e, e.leases("a ", now, 9))
		equalList(e, e.leases("a", now.Add(30*time.Second), 9), ids[:2]...) // for longer
		equalList(e, e.leases("c", now.Add(59*time.Second), 9))
		equalList(e, e.leases("c", now.Add(time.Minute), 9), ids[2:]...) // at the end of those of b
		equalList(e, e.leases("b", now.Add(time.Minute), 9))
		equalList(e, e.leases("a", now.Add(time.Hour), 9), ids...) // all have ended
		e.view(func(tx storage.Tx) {
			_, err := tx.Webhooks().Lease(e.ctx, "a", now, latest, 1)
			e.refused(err)
		})
		e.refused(e.Update(e.ctx, func(tx storage.Tx) error {
			_, err := tx.Webhooks().Lease(e.ctx, "a", now, latest, 0)
			return err
		}))
	}},
	{"what a holder has comes first", func(e *env) {
		ids := e.hooks(3)
		equalList(e, e.leases("b", now, 2), ids[:2]...)
		equalList(e, e.leases("a", now, 1), ids[2])
		e.update(func(tx storage.Tx) { e.ok(tx.Webhooks().Release(e.ctx, "b")) })
		equalList(e, e.leases("a", now, 1), ids[2])
		equalList(e, e.leases("a", now, 2), ids[0], ids[2])
	}},
	{"leases are of active webhooks and change nothing else", func(e *env) {
		ids := e.hooks(2)
		e.deactivate(ids[0])
		e.update(func(tx storage.Tx) {
			want := must(tx.Webhooks().Get(e.ctx, ids[1]))(e)
			equalList(e, must(tx.Webhooks().Lease(e.ctx, "a", now, latest, 9))(e), ids[1])
			e.hasWebhook(tx, want) // nor does a lease count a version
		})
		e.deactivate(ids[1])
		equalList(e, e.leases("a", now, 9))
	}},
	{"what cannot be read keeps nobody from the others", func(e *env) {
		ids := e.hooks(3)
		e.update(func(tx storage.Tx) { e.garble(tx, ids[0]) })
		equalList(e, e.active(9), ids...)
		equalList(e, e.leases("a", now, 9), ids...)
		err := e.View(e.ctx, func(tx storage.Tx) error {
			_, err := tx.Webhooks().Get(e.ctx, ids[0])
			return err
		})
		e.is(err, storage.ErrUnreadable)
		if strings.Contains(err.Error(), garbled) {
			e.Errorf("a secret is in the error: %v", err)
		}
		e.view(func(tx storage.Tx) { must(tx.Webhooks().Get(e.ctx, ids[1]))(e) })
	}},
	{"active", func(e *env) {
		equalList(e, e.active(9))
		ids := e.hooks(3)
		e.deactivate(ids[1])
		equalList(e, e.active(9), ids[0], ids[2])
		equalList(e, e.active(1), ids[0])
		e.view(func(tx storage.Tx) {
			_, err := tx.Webhooks().Active(e.ctx, 0)
			e.refused(err)
		})
	}},
	{"release", func(e *env) {
		ids := e.hooks(3)
		equalList(e, e.leases("a", now, 2), ids[:2]...)
		equalList(e, e.leases("b", now, 9), ids[2])
		e.update(func(tx storage.Tx) {
			e.ok(tx.Webhooks().Release(e.ctx, "nobody"))
			e.ok(tx.Webhooks().Release(e.ctx, "a"))
		})
		equal(e, e.advance(ids[0], "a", now, 1), false)
		equal(e, e.advance(ids[2], "b", now, 1), true)
		equalList(e, e.leases("c", now, 9), ids[:2]...)
	}},
	{"only the holder advances", func(e *env) {
		ids := e.hooks(2)
		equal(e, e.advance(ids[0], "a", now, 1), false)
		equalList(e, e.leases("a", now, 1), ids[0])
		equal(e, e.advance(ids[0], "a", now, 7), true)
		equal(e, e.advance(ids[0], "a", now, 7), true) // where it is already
		equal(e, e.advance(ids[0], "b", now, 8), false)
		equal(e, e.advance(ids[1], "a", now, 8), false)
		equal(e, e.advance(99, "a", now, 8), false)
		equal(e, e.advance(ids[0], "a", now.Add(time.Minute), 8), false) // the lease has ended
		equal(e, e.advance(ids[0], "a", now.Add(time.Minute-time.Microsecond), 9), true)
		e.view(func(tx storage.Tx) {
			for id, want := range map[int64]int64{ids[0]: 9, ids[1]: 0} {
				w := must(tx.Webhooks().Get(e.ctx, id))(e)
				equal(e, []int64{w.Position, w.Version}, []int64{want, 1})
			}
		})
		e.deactivate(ids[0])
		equal(e, e.advance(ids[0], "a", now, 10), false)
	}},
	{"holders that race share nothing", testLeaseRace},
	{"a webhook that is advanced keeps its holder", testAdvanceLocks},
}

// testLeaseRace has holders ask for webhooks at once, again and again as their leases end.
func testLeaseRace(e *env) {
	const holders, webhooks = 5, 6
	e.hooks(webhooks)
	for round := range Rounds {
		at := now.Add(time.Duration(round) * time.Hour)
		var mu sync.Mutex
		holder := map[int64]string{}
		take := func(name string, limit int) {
			ids := e.leases(name, at, limit)
			mu.Lock()
			defer mu.Unlock()
			for _, id := range ids {
				if of, taken := holder[id]; taken && of != name {
					e.Errorf("%s and %s have webhook %d", of, name, id)
				}
				holder[id] = name
			}
		}
		var all sync.WaitGroup
		for i := range holders {
			all.Go(func() { take(strconv.Itoa(i), 2) })
		}
		all.Wait()
		take("last", webhooks)
		equal(e, len(holder), webhooks)
	}
}

// testAdvanceLocks has a second holder take a lease that has ended, while the first one is
// in a transaction that has advanced the webhook: it must see what that has written.
func testAdvanceLocks(e *env) {
	id := e.hooks(1)[0]
	equalList(e, e.leases("a", now, 1), id)
	started, done := make(chan struct{}), make(chan int, 1)
	attempts, advanced := 0, false
	e.update(func(tx storage.Tx) {
		advanced = must(tx.Webhooks().Advance(e.ctx, id, "a", now, 1))(e)
		if attempts++; attempts == 1 {
			go func() {
				close(started)
				done <- e.takeOver(id)
			}()
		}
		<-started
		time.Sleep(20 * time.Millisecond) // a store without the lock is found then
		if advanced {
			e.ok(tx.Deliveries().Insert(e.ctx, &webhook.Delivery{WebhookID: id, State: webhook.Pending}))
		}
	})
	seen := <-done
	if attempts == 1 {
		equal(e, advanced, true)
	}
	if advanced { // not when the second came first, as the first was repeated
		equal(e, seen, 1)
	}
}

// takeOver leases a webhook an hour later, and returns how many deliveries it sees then.
func (e *env) takeOver(id int64) (seen int) {
	err := e.Update(e.ctx, func(tx storage.Tx) (err error) {
		at := now.Add(time.Hour)
		if _, err = tx.Webhooks().Lease(e.ctx, "b", at, at.Add(time.Minute), 9); err == nil {
			seen, err = tx.Deliveries().Count(e.ctx, id)
		}
		return err
	})
	if err != nil {
		e.Error(err)
	}
	return seen
}
