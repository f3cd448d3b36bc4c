package user

import (
	"context"
	"errors"
	"slices"
	"sync"
)

// ErrBusy is the error of a Hasher for which too many passwords wait to be hashed. Try
// again after a second.
var ErrBusy = errors.New("user: too many passwords are being checked")

// Caller says for whom a Hasher computes a hash. When calls have to wait, accounts take
// turns, and so do addresses. So somebody who sends many requests at once delays only
// their own. All zero values share one turn.
type Caller struct {
	Account string // the account, or the claimed one; "" if unknown
	Address string // the address of the client; "" if unknown

	// Known says that the caller has shown who they are, for example because they
	// logged in from this address before. Known callers and strangers wait in two
	// lines, which take turns, so that neither can crowd out the other.
	Known bool
}

type callerKey struct{}

// WithCaller returns a context that tells the methods of a Hasher who calls them.
func WithCaller(ctx context.Context, c Caller) context.Context {
	return context.WithValue(ctx, callerKey{}, c)
}

func callerOf(ctx context.Context) Caller {
	c, _ := ctx.Value(callerKey{}).(Caller)
	return c
}

// lane is an account or an address. Waiting hashes take turns by lane, and each is in
// two lanes.
type lane struct {
	address bool   // whether name is an address; otherwise it is an account
	name    string // "" if unknown
}

func (c Caller) lanes() [2]lane { return [2]lane{{false, c.Account}, {true, c.Address}} }

// queue bounds how many hashes are computed at once and how many wait. When a slot
// becomes free, a waiting hash gets it at once, so slots are free only while nobody
// waits. It is safe for concurrent use.
type queue struct {
	mu        sync.Mutex
	free      int
	strangers line
	known     line
	knownNext bool // whether the line of known callers has the next turn
}

// line holds the waiting hashes of known callers or of strangers.
type line struct {
	limit   int
	waiting []*waiter // in the order of their arrival

	// served has the last turn of each lane in which hashes wait.
	served map[lane]uint64
	turn   uint64
}

type waiter struct {
	lanes [2]lane
	ready chan struct{} // closed when the wait is over
	err   error         // nil for a slot; set before ready is closed
}

func newQueue(parallel, waiting int) *queue {
	newLine := func() line { return line{limit: waiting, served: map[lane]uint64{}} }
	return &queue{free: parallel, strangers: newLine(), known: newLine()}
}

// acquire waits for a slot, which the caller returns with release. It returns ErrBusy
// if too many wait already, and the error of ctx if ctx ends first.
func (q *queue) acquire(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err // a select with both ready would choose at random
	}
	q.mu.Lock()
	if q.free > 0 {
		q.free--
		q.mu.Unlock()
		return nil
	}
	c := callerOf(ctx)
	l := &q.strangers
	if c.Known {
		l = &q.known
	}
	w := &waiter{lanes: c.lanes(), ready: make(chan struct{})}
	if !l.add(w) {
		q.mu.Unlock()
		return ErrBusy
	}
	q.mu.Unlock()

	select {
	case <-w.ready:
		return w.err
	case <-ctx.Done():
		q.mu.Lock()
		defer q.mu.Unlock()
		if !l.remove(w) && w.err == nil { // it got a slot at the same time
			q.pass()
		}
		return ctx.Err()
	}
}

// release returns a slot.
func (q *queue) release() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.pass()
}

// pass gives a slot to the next waiting hash, or frees it if none waits.
func (q *queue) pass() {
	first, second := &q.strangers, &q.known
	if q.knownNext {
		first, second = second, first
	}
	w := first.next()
	if w == nil {
		w = second.next()
	} else {
		q.knownNext = !q.knownNext
	}
	if w == nil {
		q.free++
		return
	}
	close(w.ready)
}

// add appends a hash to the line and reports whether there was room. In a full line,
// the latest hash of the most crowded lane is removed to make room, unless a lane of
// the new hash is as crowded.
func (l *line) add(w *waiter) bool {
	if len(l.waiting) >= l.limit {
		crowd := map[lane]int{}
		for _, other := range append(l.waiting[:len(l.waiting):len(l.waiting)], w) {
			crowd[other.lanes[0]]++
			crowd[other.lanes[1]]++
		}
		most := w
		for _, other := range slices.Backward(l.waiting) {
			if crowded(crowd, other) > crowded(crowd, most) {
				most = other
			}
		}
		if most == w {
			return false
		}
		l.remove(most)
		most.err = ErrBusy
		close(most.ready)
	}
	l.waiting = append(l.waiting, w)
	return true
}

// crowded returns how many hashes wait in the more crowded lane of w.
func crowded(crowd map[lane]int, w *waiter) (n int) {
	for _, lane := range w.lanes {
		if lane.name != "" {
			n = max(n, crowd[lane])
		}
	}
	if n == 0 { // the caller is unknown
		return crowd[lane{}]
	}
	return n
}

// next removes and returns the hash whose lanes have waited longest for a turn, the
// earliest of several. It returns nil if none waits.
func (l *line) next() *waiter {
	var best *waiter
	var least uint64
	for _, w := range l.waiting {
		if last := max(l.served[w.lanes[0]], l.served[w.lanes[1]]); best == nil || last < least {
			best, least = w, last
		}
	}
	if best == nil {
		return nil
	}
	l.turn++
	for _, lane := range best.lanes {
		if lane.name != "" {
			l.served[lane] = l.turn
		}
	}
	l.remove(best)
	return best
}

// remove removes a hash from the line and reports whether it was there. It also
// removes the turns of lanes in which nobody waits any more.
func (l *line) remove(w *waiter) bool {
	i := slices.Index(l.waiting, w)
	if i < 0 {
		return false
	}
	l.waiting = slices.Delete(l.waiting, i, i+1)
	for _, lane := range w.lanes {
		if !slices.ContainsFunc(l.waiting, func(other *waiter) bool { return slices.Contains(other.lanes[:], lane) }) {
			delete(l.served, lane)
		}
	}
	return true
}
