package helpdesk

import (
	"cmp"
	"context"
	"crypto/rand"
	"sync"
	"time"
)

// How Run shares the work with other processes. Others take over from a process that died
// when its leases end.
const (
	leaseRenewals = 9           // in the time of a lease, which is WebhookConfig.Takeover
	leaseLook     = time.Second // from one look for webhooks that nobody has to the next

	// maxHeld is how many webhooks one process delivers to at once: more than there may be,
	// even if some were made at the same time.
	maxHeld = MaxWebhooks + 56
)

// leases are the webhooks that one call of Run delivers to.
type leases struct {
	depot
	time     time.Duration      // of a lease
	couriers map[int64]*courier // by webhook; only deliver uses it
	active   map[int64]bool     // the webhooks that were active at the last look; only deliver uses it
	leftSome bool               // some that nobody has were left the last time; only deliver uses it
	running  sync.WaitGroup     // of the couriers
}

func newLeases(b *background, s messageSender) *leases {
	return &leases{depot: depot{background: b, sender: s, holder: rand.Text()},
		time: cmp.Or(b.desk.webhooks.Takeover, defaultTakeover), couriers: map[int64]*courier{}}
}

// deliver leases webhooks and has a courier for each, until ctx ends. Then it hands them
// back.
func (l *leases) deliver(ctx context.Context) {
	for renewed := (time.Time{}); ctx.Err() == nil; sleep(ctx, min(leaseLook, l.time/leaseRenewals)) {
		free, err := l.mayLease(ctx)
		if now := time.Now(); err == nil && (free || now.Sub(renewed) >= l.time/leaseRenewals) {
			err, renewed = l.lease(ctx), now
		}
		if ctx.Err() == nil {
			l.log(err)
		}
	}
	l.keep(ctx, nil)
	l.running.Wait()
	bounded, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopGrace)
	defer cancel()
	l.log(l.desk.write(bounded, writer{}, func(tx *transaction) error { return tx.Webhooks().Release(bounded, l.holder) }))
}

// mayLease reports whether there may be webhooks that nobody has, apart from those that others
// have handed back, which wait for the next renewal.
func (l *leases) mayLease(ctx context.Context) (some bool, err error) {
	if len(l.couriers) >= maxHeld {
		return false, nil
	}
	some, active := l.leftSome, map[int64]bool{}
	err = l.desk.lookUp(ctx, func(tx *transaction) error {
		all, err := tx.Webhooks().Active(ctx, 2*maxHeld)
		for _, id := range all {
			c := l.couriers[id]
			active[id] = true
			some = some || !l.active[id] || c != nil && c.ended()
		}
		return err
	})
	if err == nil {
		l.active = active
	}
	return some, err
}

// lease renews the leases of this process and takes others, at first only a few at once, so
// that processes which start together share the webhooks.
func (l *leases) lease(ctx context.Context) error {
	var mine []int64
	limit := min(2*len(l.couriers)+1, maxHeld)
	now := time.Now() // and not Config.Now: nobody may hold a lease longer because a clock was moved
	until := now.Add(l.time)
	err := l.desk.write(ctx, writer{}, func(tx *transaction) (err error) { // bookkeeping, which reports no change
		mine, err = tx.Webhooks().Lease(ctx, l.holder, now, until, limit)
		return err
	})
	if err != nil {
		l.active = nil // have the next look find all of them
		return err
	}
	l.leftSome = len(mine) == limit && limit < maxHeld
	l.extend(until)
	l.keep(ctx, mine)
	return nil
}

// keep starts a courier for each webhook that has none, and stops all others.
func (l *leases) keep(ctx context.Context, webhooks []int64) {
	wanted := map[int64]bool{}
	for _, id := range webhooks {
		wanted[id] = true
		if c := l.couriers[id]; c == nil || c.ended() {
			l.start(ctx, id)
		}
	}
	for id, c := range l.couriers {
		if !wanted[id] {
			c.stop()
		}
		if c.ended() {
			delete(l.couriers, id)
		}
	}
}

// start starts the courier of a webhook.
func (l *leases) start(ctx context.Context, id int64) {
	own, stop := context.WithCancel(ctx)
	c := &courier{depot: &l.depot, webhook: id, stop: stop, done: make(chan struct{})}
	l.couriers[id] = c
	l.running.Go(func() {
		defer close(c.done)
		defer stop()
		c.run(own)
	})
}
