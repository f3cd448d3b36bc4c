package sqlstore

import (
	"context"

	"github.com/go-helpdesk/helpdesk/storage/internal/direct"
)

// snapshot reads one state of the database, in a transaction that never writes.
type snapshot struct {
	*connection

	begin []string // starts the transaction, and goes with its first statement
	read  bool     // a statement has succeeded
}

// viewOnce runs fn in a snapshot. It may be retried as long as fn has read nothing.
func viewOnce(ctx context.Context, c *connection, fn func(*transaction) error) outcome {
	s := &snapshot{connection: c}
	if begin := c.store.o.Dialect.beginRead(); c.on.batches() {
		s.begin = begin
	} else if err := c.begin(ctx, begin); err != nil {
		return outcomeOf(err)
	}
	defer func() { // also when fn panics
		if len(s.begin) == 0 { // it has begun
			c.rollBack(ctx)
		}
	}()
	err := fn(&transaction{reader: s, store: c.store})
	return outcome{!s.read && c.busy(), err}
}

func (s *snapshot) stream(ctx context.Context, what string, step direct.Step) error {
	if len(s.begin) > 0 {
		return s.batch(ctx, what, step)
	}
	return s.succeeded(s.connection.stream(ctx, what, step))
}

func (s *snapshot) batch(ctx context.Context, what string, steps ...direct.Step) error {
	if len(s.begin) > 0 {
		if err := s.usable(ctx, what); err != nil {
			return err
		}
		steps = append(appendPlain(nil, s.begin), steps...)
		s.begin = nil
	}
	return s.succeeded(s.connection.batch(ctx, what, steps...))
}

// consistent implements reader: all that a snapshot reads is of one state.
func (s *snapshot) consistent(ctx context.Context, what string, batches ...batch) error {
	return eachBatch(ctx, s, what, batches)
}

func (s *snapshot) succeeded(err error) error {
	s.read = s.read || err == nil
	return err
}

// appendPlain appends steps that have neither arguments nor rows.
func appendPlain(steps []direct.Step, texts []string) []direct.Step {
	for _, text := range texts {
		steps = append(steps, direct.Step{Text: text})
	}
	return steps
}
