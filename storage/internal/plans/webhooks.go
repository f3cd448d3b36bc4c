package plans

import (
	"context"
	"time"

	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/webhook"
)

// webhooks are read by those who manage them, and leased by those who send.
func webhooks(ctx context.Context) []Read {
	list := func(how string, q webhook.Query) Read {
		return Read{Name: "webhooks" + how, Do: func(tx storage.Tx) (any, error) { return tx.Webhooks().List(ctx, q) }}
	}
	at := time.UnixMicro(epoch)
	return []Read{
		{Name: "count of webhooks", Do: func(tx storage.Tx) (any, error) { return tx.Webhooks().Count(ctx) }},
		{Name: "active webhooks", Do: func(tx storage.Tx) (any, error) { return tx.Webhooks().Active(ctx, page) }},
		list("", webhook.Query{Limit: page}),
		list(", far behind", webhook.Query{Offset: 5, Limit: page}),
		list(", behind another", webhook.Query{After: 3, Limit: chunk}),
		{Name: "a webhook", Do: func(tx storage.Tx) (any, error) { return tx.Webhooks().Get(ctx, someWebhook) }},
		{Name: "webhooks to lease", Locks: true, Do: func(tx storage.Tx) (any, error) {
			return tx.Webhooks().Lease(ctx, "holder", at, at.Add(time.Minute), page)
		}},
		{Name: "webhooks to release", Locks: true, Do: func(tx storage.Tx) (any, error) {
			return nil, tx.Webhooks().Release(ctx, "holder")
		}},
		{Name: "the floor of webhooks", Do: func(tx storage.Tx) (any, error) {
			position, _, err := tx.Webhooks().Floor(ctx)
			return position, err
		}},
	}
}

// deliveries are those of a webhook.
func deliveries(ctx context.Context) []Read {
	list := func(how string, q webhook.Query) Read {
		return Read{Name: "deliveries" + how, Do: func(tx storage.Tx) (any, error) { return tx.Deliveries().List(ctx, someWebhook, q) }}
	}
	return []Read{
		{Name: "count of deliveries", Do: func(tx storage.Tx) (any, error) { return tx.Deliveries().Count(ctx, someWebhook) }},
		list("", webhook.Query{Descending: true, Limit: page}),
		list(", far behind", webhook.Query{Offset: 1000, Limit: page}),
		list(", behind another", webhook.Query{After: behind, Limit: chunk}),
		{Name: "a delivery", Do: func(tx storage.Tx) (any, error) { return tx.Deliveries().Get(ctx, granted) }},
		{Name: "a delivery to change", Locks: true, Do: func(tx storage.Tx) (any, error) { return tx.Deliveries().Lock(ctx, granted) }},
		{Name: "deliveries that are due", Do: func(tx storage.Tx) (any, error) {
			return tx.Deliveries().Due(ctx, someWebhook, time.UnixMicro(epoch+behind*minute), page)
		}},
		{Name: "count of pending deliveries", Do: func(tx storage.Tx) (any, error) {
			return tx.Deliveries().CountPending(ctx, someWebhook, chunk)
		}},
		{Name: "old deliveries to delete", Locks: true, Do: func(tx storage.Tx) (any, error) {
			return tx.Deliveries().DeleteBefore(ctx, time.UnixMicro(epoch+3*minute), 3)
		}},
		{Name: "deliveries to abandon", Locks: true, Do: func(tx storage.Tx) (any, error) {
			return tx.Deliveries().Abandon(ctx, someWebhook, page)
		}},
	}
}
