package storagetest

import (
	"context"
	"time"

	"github.com/go-helpdesk/helpdesk/idempotency"
)

type faultyRequests struct {
	idempotency.Store
	f *Faulty
}

func (s faultyRequests) InsertKey(ctx context.Context, key []byte) error {
	if err := s.f.write(); err != nil {
		return err
	}
	return s.Store.InsertKey(ctx, key)
}

func (s faultyRequests) Insert(ctx context.Context, r *idempotency.Request) error {
	if err := s.f.write(); err != nil {
		return err
	}
	return s.Store.Insert(ctx, r)
}

func (s faultyRequests) SetAnswer(ctx context.Context, id, answer []byte) error {
	if err := s.f.write(); err != nil {
		return err
	}
	return s.Store.SetAnswer(ctx, id, answer)
}

func (s faultyRequests) DeleteBefore(ctx context.Context, before time.Time, limit int) (int, error) {
	if err := s.f.write(); err != nil {
		return 0, err
	}
	return s.Store.DeleteBefore(ctx, before, limit)
}

func (s faultyRequests) DeleteExpired(ctx context.Context, id []byte, before time.Time) error {
	if err := s.f.write(); err != nil {
		return err
	}
	return s.Store.DeleteExpired(ctx, id, before)
}
