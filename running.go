package helpdesk

import (
	"context"
	"sync"
	"time"
)

const (
	// maxRequestWait is how long a request waits for another one with the same
	// idempotency key.
	maxRequestWait = 5 * time.Second

	// minStoreWait is how long it may wait for the database beyond that.
	minStoreWait = time.Second
)

// running is the requests with an idempotency key that this process is carrying out. What
// makes them happen once is the store; this keeps those that wait from holding connections.
// It is safe for concurrent use.
type running struct {
	wait time.Duration

	mu   sync.Mutex
	byID map[string]chan struct{} // closed when the request has ended
	made int                      // how many were carried out
}

// enter waits until no other request with this ID is running, and returns a function to
// call at the end of this one. The error is ErrStillRunning, or that of the context.
func (r *running) enter(ctx context.Context, id string, deadline time.Time) (leave func(), err error) {
	late := time.NewTimer(time.Until(deadline))
	defer late.Stop()
	for {
		r.mu.Lock()
		other := r.byID[id]
		if other == nil {
			if r.byID == nil {
				r.byID = map[string]chan struct{}{}
			}
			mine := make(chan struct{})
			r.byID[id] = mine
			r.mu.Unlock()
			return func() { r.leave(id, mine) }, nil
		}
		r.mu.Unlock()
		select {
		case <-other:
		case <-late.C:
			return nil, ErrStillRunning
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (r *running) leave(id string, mine chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.byID, id)
	close(mine)
}

// has reports whether a request with this ID is running.
func (r *running) has(id string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.byID[id] != nil
}

// nth counts a request that was carried out, and reports whether it is one of each n.
func (r *running) nth(n int) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.made++
	return r.made%n == 0
}
