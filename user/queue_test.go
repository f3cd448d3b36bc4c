package user

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
)

// waiting is a queue with one slot, which is taken, and the outcomes of those who wait for
// it.
type waiting struct {
	t *testing.T
	*queue
	mu     sync.Mutex
	served []string // in their order
	busy   []string
}

func newWaiting(t *testing.T, limit int) *waiting {
	w := &waiting{t: t, queue: newQueue(1, limit)}
	if err := w.acquire(t.Context()); err != nil {
		t.Fatal(err)
	}
	return w
}

// add makes n hashes wait.
func (w *waiting) add(n int, name string, c Caller) {
	for range n {
		go func() {
			err := w.acquire(WithCaller(w.t.Context(), c))
			w.mu.Lock()
			defer w.mu.Unlock()
			switch {
			case err == nil:
				w.served = append(w.served, name)
			case errors.Is(err, ErrBusy):
				w.busy = append(w.busy, name)
			default:
				w.t.Error(err)
			}
		}()
		synctest.Wait()
	}
}

// serve gives the slot to n waiting hashes, one after the other.
func (w *waiting) serve(n int) string {
	w.served = nil
	for range n {
		w.release()
		synctest.Wait()
	}
	return strings.Join(w.served, " ")
}

func TestHashesTakeTurns(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		flood func(i int) Caller
	}{
		{"an account from one address", func(int) Caller { return Caller{Account: "eve", Address: "e"} }},
		{"an account from many addresses", func(i int) Caller { return Caller{Account: "eve", Address: fmt.Sprint(i)} }},
		{"an address with many accounts", func(i int) Caller { return Caller{Account: fmt.Sprint(i), Address: "e"} }},
		{"an account that is known", func(int) Caller { return Caller{Account: "eve", Known: true} }},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				q := newWaiting(t, 100)
				for i := range 50 {
					q.add(1, "eve", test.flood(i))
				}
				q.serve(3)
				known := test.flood(0).Known
				q.add(2, "ada", Caller{Account: "ada", Address: "a", Known: known})
				q.add(1, "bob", Caller{Account: "bob", Address: "b", Known: known})
				if got := q.serve(4); got != "ada bob eve ada" {
					t.Errorf("served %s", got)
				}
				q.serve(100)
			})
		})
	}
}

// There are many strangers, each with an account and an address of their own.
func TestStrangersAndTheKnownTakeTurns(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := newWaiting(t, 100)
		for i := range 20 {
			q.add(1, "stranger", Caller{Account: fmt.Sprint(i), Address: fmt.Sprint(i)})
			q.add(1, "known", Caller{Account: fmt.Sprint(i), Known: true})
		}
		if got := q.serve(6); strings.Count(got, "known") != 3 {
			t.Errorf("served %s", got)
		}
		q.serve(100)
	})
}

func TestAFullQueueIsBusy(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := newWaiting(t, 8)
		q.add(20, "eve", Caller{Account: "eve", Address: "e"})
		if len(q.busy) != 12 {
			t.Errorf("%d are busy, want 12", len(q.busy))
		}
		q.add(2, "ada", Caller{Account: "ada", Address: "a"}) // eve makes room
		q.add(1, "known", Caller{Account: "eve", Known: true})
		if slices.Contains(q.busy, "ada") || slices.Contains(q.busy, "known") || len(q.busy) != 14 {
			t.Errorf("busy: %q", q.busy)
		}
		if got := q.serve(20); strings.Count(got, "eve") != 6 || strings.Count(got, "ada") != 2 {
			t.Errorf("served %s", got)
		}

		q = newWaiting(t, 8)
		for i := range 9 {
			q.add(1, fmt.Sprint(i), Caller{Account: fmt.Sprint(i), Address: fmt.Sprint(i)})
		}
		if !slices.Equal(q.busy, []string{"8"}) {
			t.Errorf("busy: %q, want the latest of equals", q.busy)
		}
		q.serve(20)
	})
}

// A hash that gives up leaves the line, and a slot that it got too late goes to the next.
func TestGivingUpFreesThePlace(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := newWaiting(t, 1)
		for range 3 {
			ctx, cancel := context.WithCancel(t.Context())
			go func() { synctest.Wait(); cancel() }()
			if err := q.acquire(ctx); !errors.Is(err, context.Canceled) {
				t.Errorf("error is %v", err)
			}
		}
		q.add(1, "ada", Caller{})
		if got := q.serve(1); got != "ada" {
			t.Errorf("served %q", got)
		}
	})
	q := newQueue(1, 100)
	var all sync.WaitGroup
	for i := range 200 {
		all.Go(func() {
			ctx, cancel := context.WithCancel(WithCaller(t.Context(), Caller{Account: fmt.Sprint(i % 7), Known: i%2 == 0}))
			defer cancel()
			if i%3 == 0 {
				go cancel()
			}
			if q.acquire(ctx) == nil {
				q.release()
			}
		})
	}
	all.Wait()
	if q.free != 1 || len(q.known.served)+len(q.strangers.served) > 0 {
		t.Errorf("%d slots are free, want 1; lanes left: %v %v", q.free, q.known.served, q.strangers.served)
	}
}
