package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/go-helpdesk/helpdesk/storage"
)

// maxPause is the longest that a retry waits.
const maxPause = 100 * time.Millisecond

// errWaited is storage.ErrBusy for who has waited for long enough already.
var errWaited = fmt.Errorf("%w", storage.ErrBusy)

// outcome is what became of a transaction.
type outcome struct {
	retry bool // it did not happen and may be run again
	err   error
}

// outcomeOf is the outcome of a transaction that did not happen, for a reason, or that
// did, when err is nil. It is retried when the database was busy.
func outcomeOf(err error) outcome {
	return outcome{errors.Is(err, storage.ErrBusy) && !errors.Is(err, errWaited), err}
}

// retry calls try until its outcome is final, or the patience ends.
func (s *Store) retry(ctx context.Context, try func() outcome) error {
	start := time.Now()
	for pause := time.Millisecond; ; pause = min(2*pause, maxPause) {
		o := try()
		switch {
		case !o.retry:
			return o.err
		case time.Since(start) > s.o.Patience:
			return fmt.Errorf("gave up after %s: %w", time.Since(start).Round(time.Millisecond), o.err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause/2 + rand.N(pause)):
		}
	}
}
