package storagetest

import (
	"time"

	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/webhook"
)

func (e *env) delivery(tx storage.Tx, webhookID int64, adjust ...func(*webhook.Delivery)) *webhook.Delivery {
	e.Helper()
	d := &webhook.Delivery{WebhookID: webhookID, MessageID: webhook.NewMessageID(), EventID: 1, Position: 1, Type: "ticket.created",
		State: webhook.Pending, Created: now, Due: now}
	for _, fn := range adjust {
		fn(d)
	}
	e.ok(tx.Deliveries().Insert(e.ctx, d))
	return d
}

// dueIn adjusts when a delivery is due.
func dueIn(d time.Duration) func(*webhook.Delivery) {
	return func(n *webhook.Delivery) { n.Due = now.Add(d) }
}

func inState(s webhook.State) func(*webhook.Delivery) {
	return func(d *webhook.Delivery) { d.State = s }
}

// hasDelivery wants the store to have the delivery as it is.
func (e *env) hasDelivery(tx storage.Tx, d *webhook.Delivery) {
	e.Helper()
	equal(e, must(tx.Deliveries().Get(e.ctx, d.ID))(e), d)
	equal(e, must(tx.Deliveries().Lock(e.ctx, d.ID))(e), d)
}

// idsOf are the ids of deliveries.
func idsOf(all []*webhook.Delivery) (ids []int64) {
	for _, d := range all {
		ids = append(ids, d.ID)
	}
	return ids
}

// attempted is a delivery with as many attempts as are kept.
func attempted(webhookID int64) *webhook.Delivery {
	d := &webhook.Delivery{WebhookID: webhookID, MessageID: "msg_" + "0123456789012345678901234567890123456789012345678901234567-_",
		EventID: 1 << 60, Position: 1 << 61, Type: "0123456789.customfield.unchanged", State: webhook.Abandoned,
		Created: earliest, Due: latest, Failures: webhook.MaxAttempts}
	for i := range webhook.MaxAttempts {
		d.Record(webhook.Attempt{Time: now.Add(time.Duration(i) * time.Microsecond), Status: 500 + i, Duration: time.Hour + 1,
			Error: "no <answer> 😀"})
	}
	return d
}

var deliveryTests = []test{
	{"insert and get", func(e *env) {
		e.update(func(tx storage.Tx) {
			w := e.webhook(tx, e.user(tx, "ada").ID)
			full, bare := attempted(w.ID), &webhook.Delivery{WebhookID: w.ID}
			bare.Record(webhook.Attempt{})
			e.ok(tx.Deliveries().Insert(e.ctx))
			e.ok(tx.Deliveries().Insert(e.ctx, full, bare))
			for _, d := range []*webhook.Delivery{full, bare, e.delivery(tx, w.ID)} {
				e.hasDelivery(tx, d)
			}
			for _, s := range webhook.States() {
				e.hasDelivery(tx, e.delivery(tx, w.ID, inState(s)))
			}
			absent(tx.Deliveries().Get(e.ctx, 99))(e)
			absent(tx.Deliveries().Lock(e.ctx, 99))(e)
			e.is(tx.Deliveries().Insert(e.ctx, &webhook.Delivery{WebhookID: 99}), storage.ErrReferenced)
		})
	}},
	{"many at once", func(e *env) {
		e.update(func(tx storage.Tx) {
			w := e.webhook(tx, e.user(tx, "ada").ID)
			var all []*webhook.Delivery
			for i := range int64(150) {
				all = append(all, &webhook.Delivery{WebhookID: w.ID, Position: i + 1})
			}
			e.ok(tx.Deliveries().Insert(e.ctx, all...))
			equalList(e, must(tx.Deliveries().List(e.ctx, w.ID, webhook.Query{Limit: 999}))(e), all...)
			for i, d := range all {
				equal(e, d.Position, int64(i+1))
				equal(e, d.ID > 0 && (i == 0 || d.ID > all[i-1].ID), true)
			}
		})
	}},
	{"update", func(e *env) {
		e.update(func(tx storage.Tx) {
			ada := e.user(tx, "ada").ID
			w, second := e.webhook(tx, ada), e.webhook(tx, ada)
			d, other := e.delivery(tx, w.ID), e.delivery(tx, w.ID)
			full := attempted(second.ID)
			full.ID = d.ID
			e.ok(save(e.ctx, tx.Deliveries(), d.ID, full))
			e.hasDelivery(tx, full)
			e.ok(save(e.ctx, tx.Deliveries(), d.ID, full)) // again, without a change
			bare := &webhook.Delivery{ID: d.ID, WebhookID: w.ID}
			e.ok(save(e.ctx, tx.Deliveries(), d.ID, bare))
			e.hasDelivery(tx, bare)
			e.hasDelivery(tx, other)
			e.is(save(e.ctx, tx.Deliveries(), 99, bare), storage.ErrNotFound)
		})
	}},
	{"update writes what differs", func(e *env) {
		e.update(func(tx storage.Tx) {
			d := e.delivery(tx, e.webhook(tx, e.user(tx, "ada").ID).ID)
			failed, sent := *d, *d
			failed.Failures, sent.State = 1, webhook.Succeeded
			e.ok(tx.Deliveries().Update(e.ctx, d, &failed))
			e.ok(tx.Deliveries().Update(e.ctx, d, &sent)) // from the same state
			sent.Failures = 1
			e.hasDelivery(tx, &sent)
		})
	}},
	{"list", func(e *env) {
		e.update(func(tx storage.Tx) {
			ada := e.user(tx, "ada").ID
			w, other := e.webhook(tx, ada), e.webhook(tx, ada)
			a, theirs := e.delivery(tx, w.ID, dueIn(time.Hour)), e.delivery(tx, other.ID)
			b, c := e.delivery(tx, w.ID, inState(webhook.Succeeded)), e.delivery(tx, w.ID)
			list := func(of int64, q webhook.Query) []*webhook.Delivery {
				return must(tx.Deliveries().List(e.ctx, of, q))(e)
			}
			equalList(e, list(w.ID, webhook.Query{Limit: 9}), a, b, c)
			equalList(e, list(w.ID, webhook.Query{Limit: 9, Descending: true}), c, b, a)
			equalList(e, list(w.ID, webhook.Query{Limit: 1, Offset: 1}), b)
			equalList(e, list(w.ID, webhook.Query{Limit: 9, After: a.ID}), b, c)
			equalList(e, list(w.ID, webhook.Query{Limit: 9, After: c.ID, Descending: true}), b, a)
			equalList(e, list(other.ID, webhook.Query{Limit: 9}), theirs)
			equalList(e, list(99, webhook.Query{Limit: 9}))
			for of, want := range map[int64]int{w.ID: 3, other.ID: 1, 99: 0} {
				equal(e, must(tx.Deliveries().Count(e.ctx, of))(e), want)
			}
			_, err := tx.Deliveries().List(e.ctx, w.ID, webhook.Query{})
			e.refused(err)
		})
	}},
	{"due", func(e *env) {
		e.update(func(tx storage.Tx) {
			ada := e.user(tx, "ada").ID
			w, other := e.webhook(tx, ada), e.webhook(tx, ada)
			late, last := e.delivery(tx, w.ID, dueIn(time.Hour)), e.delivery(tx, w.ID, dueIn(0))
			first, second := e.delivery(tx, w.ID, dueIn(-time.Hour)), e.delivery(tx, w.ID, dueIn(-time.Minute))
			e.delivery(tx, other.ID, dueIn(-time.Hour))
			e.delivery(tx, w.ID, dueIn(-time.Hour), inState(webhook.Succeeded))
			e.delivery(tx, w.ID, dueIn(-time.Hour), inState(webhook.Abandoned))
			due := func(at time.Time, limit int) []*webhook.Delivery {
				return must(tx.Deliveries().Due(e.ctx, w.ID, at, limit))(e)
			}
			equalList(e, due(now, 9), first, second, last)
			equalList(e, due(now, 2), first, second)
			equalList(e, due(now.Add(-time.Microsecond), 9), first, second)
			equalList(e, due(now.Add(time.Hour), 9), first, second, last, late)
			equalList(e, due(now.Add(-2*time.Hour), 9))
			_, err := tx.Deliveries().Due(e.ctx, w.ID, now, 0)
			e.refused(err)
		})
	}},
	{"count and abandon what is pending", func(e *env) {
		e.update(func(tx storage.Tx) {
			ada := e.user(tx, "ada").ID
			w, other := e.webhook(tx, ada), e.webhook(tx, ada)
			pending := func(of int64, limit, want int) {
				e.Helper()
				equal(e, must(tx.Deliveries().CountPending(e.ctx, of, limit))(e), want)
			}
			abandon := func(limit, want int) {
				e.Helper()
				equal(e, must(tx.Deliveries().Abandon(e.ctx, w.ID, limit))(e), want)
			}
			pending(w.ID, 9, 0)
			abandon(9, 0)
			sent, theirs := e.delivery(tx, w.ID, inState(webhook.Succeeded)), e.delivery(tx, other.ID)
			var mine []*webhook.Delivery
			for range 150 {
				mine = append(mine, e.delivery(tx, w.ID, dueIn(time.Hour)))
			}
			pending(w.ID, 999, 150)
			pending(w.ID, 9, 9)
			abandon(20, 20)
			pending(w.ID, 999, 130)
			abandon(999, 130)
			pending(w.ID, 999, 0)
			for _, d := range mine {
				d.State = webhook.Abandoned
				e.hasDelivery(tx, d)
			}
			pending(other.ID, 999, 1)
			e.hasDelivery(tx, sent)
			e.hasDelivery(tx, theirs)
			_, err := tx.Deliveries().CountPending(e.ctx, w.ID, 0)
			e.refused(err)
			_, err = tx.Deliveries().Abandon(e.ctx, w.ID, 0)
			e.refused(err)
		})
	}},
	{"delete what is old", func(e *env) {
		e.update(func(tx storage.Tx) {
			w := e.webhook(tx, e.user(tx, "ada").ID)
			created := func(hours int, s webhook.State) int64 {
				return e.delivery(tx, w.ID, inState(s), func(d *webhook.Delivery) {
					d.Created = now.Add(time.Duration(hours) * time.Hour)
				}).ID
			}
			waiting, a := created(0, webhook.Pending), created(0, webhook.Succeeded)
			b, c := created(0, webhook.Abandoned), created(2, webhook.Succeeded)
			sweep := func(before time.Time, limit, want int, left ...int64) {
				e.Helper()
				equal(e, must(tx.Deliveries().DeleteBefore(e.ctx, before, limit))(e), want)
				equal(e, idsOf(must(tx.Deliveries().List(e.ctx, w.ID, webhook.Query{Limit: 9}))(e)), left)
			}
			sweep(now, 9, 0, waiting, a, b, c) // it is not before itself
			sweep(now.Add(time.Hour), 1, 1, waiting, b, c)
			sweep(now.Add(time.Hour), 9, 1, waiting, c)
			sweep(now.Add(9*time.Hour), 9, 1, waiting)
			if again := created(0, webhook.Pending); again <= c {
				e.Errorf("id %d after %d", again, c)
			}
			_, err := tx.Deliveries().DeleteBefore(e.ctx, now, 0)
			e.refused(err)
		})
	}},
}
