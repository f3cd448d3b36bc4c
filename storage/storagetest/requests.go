package storagetest

import (
	"bytes"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/go-helpdesk/helpdesk/idempotency"
	"github.com/go-helpdesk/helpdesk/storage"
)

// request is a new request of a time.
func request(id string, created time.Time) *idempotency.Request {
	return &idempotency.Request{ID: []byte(id), Content: []byte{0, 255, '\'', 0x80}, Created: created}
}

var requestTests = []test{
	{"one key", func(e *env) {
		key := []byte{0, 255, '\'', 0x80}
		e.update(func(tx storage.Tx) {
			absent(tx.Requests().Key(e.ctx))(e)
			e.ok(tx.Requests().InsertKey(e.ctx, key))
			e.is(tx.Requests().InsertKey(e.ctx, []byte("other")), storage.ErrDuplicate)
			absent(tx.Addresses().Key(e.ctx))(e) // another one
		})
		e.view(func(tx storage.Tx) { equal(e, must(tx.Requests().Key(e.ctx))(e), key) })
	}},
	{"insert, answer and get", func(e *env) {
		long := request(string(bytes.Repeat([]byte{0x80, 0}, 32)), now)
		long.Content, long.Secret = bytes.Repeat([]byte{255}, 64), "$argon2id$"
		bare := request("a", now.Add(time.Microsecond))
		e.update(func(tx storage.Tx) {
			absent(tx.Requests().Get(e.ctx, long.ID))(e)
			e.ok(tx.Requests().Insert(e.ctx, long))
			e.ok(tx.Requests().Insert(e.ctx, bare))
			e.ok(tx.Requests().SetAnswer(e.ctx, bare.ID, nil))
			long.Answer = bytes.Repeat([]byte{'\'', 0, 255, '\n'}, idempotency.MaxAnswer/4)
			e.ok(tx.Requests().SetAnswer(e.ctx, long.ID, long.Answer))
		})
		e.view(func(tx storage.Tx) {
			equal(e, must(tx.Requests().Get(e.ctx, long.ID))(e), long)
			got := must(tx.Requests().Get(e.ctx, bare.ID))(e)
			equal(e, len(got.Answer), 0)
			got.Answer = nil
			equal(e, got, bare)
			absent(tx.Requests().Get(e.ctx, []byte("A")))(e)
			absent(tx.Requests().Get(e.ctx, []byte("a ")))(e)
		})
		e.is(e.Update(e.ctx, func(tx storage.Tx) error { return tx.Requests().Insert(e.ctx, request("a", now)) }), storage.ErrDuplicate)
		e.refused(e.View(e.ctx, func(tx storage.Tx) error { return tx.Requests().Insert(e.ctx, request("b", now)) }))
	}},
	{"rolled back", func(e *env) {
		failed := errors.New("failed")
		e.is(e.Update(e.ctx, func(tx storage.Tx) error {
			e.ok(tx.Requests().Insert(e.ctx, request("a", now)))
			return failed
		}), failed)
		e.view(func(tx storage.Tx) { absent(tx.Requests().Get(e.ctx, []byte("a")))(e) })
	}},
	{"delete what is old", func(e *env) {
		left := func() (left string) {
			e.view(func(tx storage.Tx) {
				left = ""
				for _, id := range []string{"a", "b", "c", "d", "e"} {
					if _, err := tx.Requests().Get(e.ctx, []byte(id)); err == nil {
						left += id
					}
				}
			})
			return left
		}
		sweep := func(before time.Time, limit, want int) {
			e.Helper()
			e.update(func(tx storage.Tx) { equal(e, must(tx.Requests().DeleteBefore(e.ctx, before, limit))(e), want) })
		}
		e.update(func(tx storage.Tx) {
			for i, id := range []string{"c", "a", "e", "b", "d"} { // in the order of their times
				e.ok(tx.Requests().Insert(e.ctx, request(id, now.Add(time.Duration(i)*time.Second))))
			}
		})
		sweep(now, 10, 0) // it is not before itself
		sweep(now.Add(time.Hour), 2, 2)
		equal(e, left(), "bde")
		sweep(now.Add(4*time.Second), 10, 2)
		equal(e, left(), "d")
		e.update(func(tx storage.Tx) { e.ok(tx.Requests().DeleteExpired(e.ctx, []byte("d"), now.Add(4*time.Second))) })
		equal(e, left(), "d")
		e.update(func(tx storage.Tx) {
			e.ok(tx.Requests().DeleteExpired(e.ctx, []byte("d"), now.Add(5*time.Second)))
			e.ok(tx.Requests().DeleteExpired(e.ctx, []byte("d"), now.Add(5*time.Second)))
			e.ok(tx.Requests().Insert(e.ctx, request("d", now)))
		})
	}},
	{"one of many inserts it", func(e *env) {
		for round := range Rounds {
			id := string(rune('a' + round))
			errs := make([]error, 8)
			var all sync.WaitGroup
			for i := range errs {
				all.Go(func() {
					errs[i] = e.Update(e.ctx, func(tx storage.Tx) error {
						if err := tx.Requests().Insert(e.ctx, request(id, now)); err != nil {
							return err
						}
						return tx.Requests().SetAnswer(e.ctx, []byte(id), []byte{byte(i)})
					})
				})
			}
			all.Wait()
			winner := slices.Index(errs, nil)
			for i, err := range errs {
				if i != winner {
					e.is(err, storage.ErrDuplicate)
				}
			}
			e.view(func(tx storage.Tx) {
				equal(e, must(tx.Requests().Get(e.ctx, []byte(id)))(e).Answer, []byte{byte(winner)})
			})
		}
	}},
}
