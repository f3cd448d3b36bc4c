package sqlstore

import (
	"context"

	"github.com/go-helpdesk/helpdesk/storage/internal/direct"
)

// single reads without a transaction: each read sees the newest committed state.
type single struct{ *connection }

// readOnce runs fn without a transaction. Whatever it has read, it may be retried.
func readOnce(_ context.Context, c *connection, fn func(*transaction) error) outcome {
	err := fn(&transaction{reader: single{c}, store: c.store})
	return outcome{c.busy(), err}
}

// consistent implements reader: the batches are a transaction, which begins with the
// first of them and ends with the last.
func (s single) consistent(ctx context.Context, what string, batches ...batch) error {
	s.unknown = true // until it has ended
	steps := appendPlain(make([]direct.Step, 0, usualSteps), s.store.o.Dialect.beginRead())
	begin := len(steps)
	for i, with := range batches {
		if i > 0 {
			steps = steps[:0]
		}
		steps = with(steps)
		if len(batches) == 1 && len(steps) == begin+1 { // a statement sees one state without a transaction
			s.unknown = false
			return s.batch(ctx, what, steps[begin:]...)
		}
		if i == len(batches)-1 {
			steps = append(steps, direct.Step{Text: rollback})
		}
		if err := s.batch(ctx, what, steps...); err != nil {
			if isSlow(err) {
				s.unknown = false
				s.rollBack(ctx)
			}
			return err
		}
	}
	s.unknown = false
	return nil
}
