package helpdesk

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/go-helpdesk/helpdesk/internal/sender"
)

const sweepInterval = time.Hour

// Run does what the desk does in the background, until ctx ends: it delivers webhooks, calls
// Sweep at its start and every hour, and tells subscribers of events that a host's
// transaction wrote. It may run in as many processes as there are: they share the webhooks
// by leases in the database, and take over those of a process that died: see
// WebhookConfig.Takeover.
//
// A message is delivered at least once; its id tells which were delivered before. When ctx
// ends, Run finishes the attempts that are being made, for at most 5 seconds, hands its
// webhooks back, for at most 5 more, and returns nil. Errors of the database are logged and
// tried again. Run returns an error at once when the Desk has no WebhookConfig.Body, or was
// made by With or Atomically.
func (d *Desk) Run(ctx context.Context) error {
	switch {
	case d.joined || d.unit != nil:
		return errors.New("helpdesk: Run needs a Desk that New returned")
	case d.webhooks.Body == nil:
		return errors.New("helpdesk: Run needs Config.Webhooks.Body; use httpapi.WebhookBody")
	}
	s := sender.New(sender.Config{AllowPrivate: d.webhooks.AllowPrivate, AllowNetworks: d.webhooks.AllowNetworks,
		Proxy: d.webhooks.Proxy, RootCAs: d.webhooks.RootCAs})
	finishing, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(stopGrace, cancel) })()
	b := &background{desk: d, finishing: finishing}
	var all sync.WaitGroup
	all.Go(func() { b.sweep(ctx) })
	all.Go(func() { b.follow(ctx) })
	newLeases(b, s).deliver(ctx)
	all.Wait()
	return nil
}

// sweep calls Sweep now and then until ctx ends.
func (b *background) sweep(ctx context.Context) {
	for ctx.Err() == nil {
		if _, err := b.desk.Sweep(ctx); err != nil && ctx.Err() == nil {
			b.desk.log.LogAttrs(ctx, slog.LevelWarn, "helpdesk: Sweep failed and is repeated", slog.Any("error", err))
		}
		sleep(ctx, sweepInterval)
	}
}
