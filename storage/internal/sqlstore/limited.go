package sqlstore

import (
	"context"
	"errors"
	"slices"

	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/storage/internal/direct"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// limited stops a step that has an error for being slow at the statement timeout. Where
// the server does not stop it by itself, a context does, which the driver of SQLite heeds.
type limited struct {
	runner
	store *Store
}

func (l limited) stream(ctx context.Context, s direct.Step) error {
	if s.Slow == nil {
		return l.runner.stream(ctx, s)
	}
	d := &l.store.o.Dialect
	if d.Limited != nil {
		slow := s.Slow
		s.Text = d.Limited(s.Text, l.store.o.StatementTimeout)
		return l.told(l.runner.stream(ctx, s), slow)
	}
	within, cancel := context.WithTimeoutCause(ctx, l.store.o.StatementTimeout, s.Slow)
	defer cancel()
	err := l.runner.stream(within, s)
	if err != nil && ctx.Err() == nil && within.Err() != nil {
		return s.Slow
	}
	return err
}

func (l limited) batch(ctx context.Context, steps ...direct.Step) error {
	var slow error
	for i, s := range steps {
		switch {
		case s.Slow == nil:
		case !l.batches():
			if err := l.runner.batch(ctx, steps[:i]...); err != nil {
				return err
			}
			if err := l.stream(ctx, s); err != nil {
				return err
			}
			return l.batch(ctx, steps[i+1:]...)
		default:
			slow = s.Slow
			steps = slices.Clone(steps) // whoever observes statements sees them as they were
			steps[i].Text = l.store.o.Dialect.Limited(s.Text, l.store.o.StatementTimeout)
		}
	}
	if err := l.runner.batch(ctx, steps...); err != nil {
		return l.told(err, slow)
	}
	return nil
}

// told returns the error of a statement, or slow when the server says that it stopped it.
func (l limited) told(err, slow error) error {
	if err != nil && slow != nil && l.store.o.Dialect.TimedOut(err) {
		return slow
	}
	return err
}

// isSlow reports whether a step was stopped at the statement timeout, so that its
// connection is as it was before.
func isSlow(err error) bool {
	_, slow := errors.AsType[*storage.SlowListError](err)
	return slow
}

// slowList returns the error for a list, or a count, that is stopped.
func (s *Store) slowList(f ticket.Filter, order ticket.Column) error {
	e := &storage.SlowListError{Timeout: s.o.StatementTimeout}
	if order != ticket.ByID {
		e.Order = order
	}
	for _, c := range []struct {
		name  string
		asked bool
	}{
		{"status", !f.Status.IsZero()}, {"queue", !f.Queue.IsZero()}, {"assigned_to", !f.AssignedTo.IsZero()},
		{"priority", !f.Priority.IsZero()}, {"on_hold", !f.OnHold.IsZero()}, {"submitter_email", !f.SubmitterEmail.IsZero()},
		{"merged_to", !f.MergedTo.IsZero()}, {"created", !within("", f.Created).none()},
		{"modified", !within("", f.Modified).none()}, {"due_date", !within("", f.DueDate).none()},
		{storage.CustomFields, len(f.Values) > 0},
	} {
		if c.asked {
			e.Filters = append(e.Filters, c.name)
		}
	}
	return e
}
