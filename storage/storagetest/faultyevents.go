package storagetest

import (
	"context"
	"time"

	"github.com/go-helpdesk/helpdesk/event"
)

type faultyEvents struct {
	event.Store
	f *Faulty
}

func (s faultyEvents) Append(ctx context.Context, events []*event.Event) error {
	if err := s.f.write(); err != nil {
		return err
	}
	return s.Store.Append(ctx, events)
}

func (s faultyEvents) Sequence(ctx context.Context, limit int) (int, error) {
	if err := s.f.write(); err != nil {
		return 0, err
	}
	return s.Store.Sequence(ctx, limit)
}

func (s faultyEvents) DeleteBefore(ctx context.Context, before time.Time, position int64, limit int) (int, error) {
	if err := s.f.write(); err != nil {
		return 0, err
	}
	return s.Store.DeleteBefore(ctx, before, position, limit)
}
