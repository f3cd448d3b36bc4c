package user

import (
	"context"
	"errors"
	"slices"
	"sync"
)

// ErrBusy says that so many passwords wait to be hashed that one more was not
// taken. It is worth trying again after a second.
var ErrBusy = errors.New("user: too many passwords are being checked")

// Caller says for whom a Hasher computes a hash. When hashes have to wait, the
// accounts take turns, and so do the addresses: whoever sends many at once delays
// their own. The zero value shares its turns with all others that say nothing.
type Caller struct {
	Account string // who it is, or claims to be; "" when that is not known
	Address string // where the request comes from; "" when that does not matter

	// Known says that the caller has shown who they are. Known callers and
	// strangers wait in queues of their own, which take turns, so that no number
	// of strangers keeps out those who are known, and the other way round.
	Known bool
}

type callerKey struct{}

// WithCaller returns a context for the methods of a Hasher that says who calls
// them.
func WithCaller(ctx context.Context, c Caller) context.Context {
	return context.WithValue(ctx, callerKey{}, c)
}

func callerOf(ctx context.Context) Caller {
	c, _ := ctx.Value(callerKey{}).(Caller)
	return c
}

// lane is one of the things by which waiting hashes take turns.
type lane struct {
	address bool
	name    string
}

func (c Caller) lanes() [2]lane { return [2]lane{{false, c.Account}, {true, c.Address}} }

// queue bounds how many hashes are computed at once and how many wait for that.
// A slot that becomes free goes to a waiting hash at once, so slots are free only
// while nobody waits. It is safe for concurrent use.
type queue struct {
	mu        sync.Mutex
	free      int
	strangers line
	known     line
	knownNext bool // the known have the next turn, if any of them waits
}

// line holds the waiting hashes of one kind of callers.
type line struct {
	limit   int
	waiting []*waiter // in the order of their arrival

	// served is the turn at which a lane was served last, for lanes in which
	// hashes wait.
	served map[lane]uint64
	turn   uint64
}

type waiter struct {
	lanes [2]lane
	ready chan struct{} // closed when the wait is over
	err   error         // nil for a slot; set before ready is closed
}

func newQueue(parallel, waiting int) *queue {
	return &queue{free: parallel, strangers: line{limit: waiting, served: map[lane]uint64{}}, known: line{limit: waiting, served: map[lane]uint64{}}}
}

// acquire waits for a slot, which the caller gives back with release. It returns
// ErrBusy when too many wait already, and the error of ctx when it ends first.
func (q *queue) acquire(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err // select chooses at random when both are ready
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
		if !l.remove(w) && w.err == nil { // it was given a slot at the same time
			q.pass()
		}
		return ctx.Err()
	}
}

// release gives a slot back.
func (q *queue) release() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.pass()
}

// pass hands a slot on, or makes it free when nobody waits.
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

// add reports whether there is room for another hash. When there is none, the
// latest one of the most crowded lane makes room, unless the new one's lanes are
// as crowded themselves.
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

// crowded is how many wait in the more crowded one of a hash's lanes.
func crowded(crowd map[lane]int, w *waiter) (n int) {
	for _, lane := range w.lanes {
		if lane.name != "" {
			n = max(n, crowd[lane])
		}
	}
	if n == 0 { // says nothing of itself
		return crowd[lane{}]
	}
	return n
}

// next takes the hash whose lanes were not served for the longest time out of
// the line, the earliest of several. It returns nil when none waits.
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

// remove takes a hash out of the line, and reports whether it was there. Lanes
// in which nobody waits any more are forgotten.
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
