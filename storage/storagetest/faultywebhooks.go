package storagetest

import (
	"context"
	"time"

	"github.com/go-helpdesk/helpdesk/webhook"
)

type faultyWebhooks struct {
	webhook.Store
	f *Faulty
}

func (s faultyWebhooks) Insert(ctx context.Context, w *webhook.Webhook) error {
	if err := s.f.write(); err != nil {
		return err
	}
	return s.Store.Insert(ctx, w)
}

func (s faultyWebhooks) Update(ctx context.Context, before, after *webhook.Webhook) error {
	if err := s.f.write(); err != nil {
		return err
	}
	return s.Store.Update(ctx, before, after)
}

func (s faultyWebhooks) Delete(ctx context.Context, id int64) error {
	if err := s.f.write(); err != nil {
		return err
	}
	return s.Store.Delete(ctx, id)
}

func (s faultyWebhooks) Lease(ctx context.Context, holder string, now, until time.Time, limit int) ([]int64, error) {
	if err := s.f.write(); err != nil {
		return nil, err
	}
	return s.Store.Lease(ctx, holder, now, until, limit)
}

func (s faultyWebhooks) Release(ctx context.Context, holder string) error {
	if err := s.f.write(); err != nil {
		return err
	}
	return s.Store.Release(ctx, holder)
}

func (s faultyWebhooks) Advance(ctx context.Context, id int64, holder string, now time.Time, position int64) (bool, error) {
	if err := s.f.write(); err != nil {
		return false, err
	}
	return s.Store.Advance(ctx, id, holder, now, position)
}

type faultyDeliveries struct {
	webhook.DeliveryStore
	f *Faulty
}

func (s faultyDeliveries) Insert(ctx context.Context, deliveries ...*webhook.Delivery) error {
	if err := s.f.write(); err != nil {
		return err
	}
	return s.DeliveryStore.Insert(ctx, deliveries...)
}

func (s faultyDeliveries) Update(ctx context.Context, before, after *webhook.Delivery) error {
	if err := s.f.write(); err != nil {
		return err
	}
	return s.DeliveryStore.Update(ctx, before, after)
}

func (s faultyDeliveries) Abandon(ctx context.Context, webhookID int64, limit int) (int, error) {
	if err := s.f.write(); err != nil {
		return 0, err
	}
	return s.DeliveryStore.Abandon(ctx, webhookID, limit)
}

func (s faultyDeliveries) DeleteBefore(ctx context.Context, before time.Time, limit int) (int, error) {
	if err := s.f.write(); err != nil {
		return 0, err
	}
	return s.DeliveryStore.DeleteBefore(ctx, before, limit)
}
