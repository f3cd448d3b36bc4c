package sqlstore

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// turns are taken one after the other, first come first served.
type turns struct {
	mu      sync.Mutex
	taken   bool
	waiting []chan struct{}
}

// wait returns nil when it is the caller's turn, the error of the context, or ErrBusy
// when that takes too long.
func (t *turns) wait(ctx context.Context, limit time.Duration) error {
	t.mu.Lock()
	if !t.taken {
		t.taken = true
		t.mu.Unlock()
		return nil
	}
	mine := make(chan struct{})
	t.waiting = append(t.waiting, mine)
	t.mu.Unlock()
	late := time.NewTimer(limit)
	defer late.Stop()
	var err error
	select {
	case <-mine:
		return nil
	case <-ctx.Done():
		err = ctx.Err()
	case <-late.C:
		err = fmt.Errorf("no turn to write within %s: %w", limit, errWaited)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for i, w := range t.waiting {
		if w == mine {
			t.waiting = append(t.waiting[:i], t.waiting[i+1:]...)
			return err
		}
	}
	return nil // it was given away already
}

// pass gives the caller's turn to the next, and reports false where there is none.
func (t *turns) pass() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.waiting) == 0 {
		return false
	}
	close(t.waiting[0])
	t.waiting = t.waiting[1:]
	return true
}

// end ends the caller's turn.
func (t *turns) end() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.waiting) == 0 {
		t.taken = false
		return
	}
	close(t.waiting[0])
	t.waiting = t.waiting[1:]
}
