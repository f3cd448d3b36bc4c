package storagetest

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/webhook"
)

func (e *env) webhook(tx storage.Tx, owner int64, adjust ...func(*webhook.Webhook)) *webhook.Webhook {
	e.Helper()
	w := &webhook.Webhook{URL: "https://example.com/hook", Active: true, Signing: webhook.V1,
		Secrets: webhook.Secrets{Current: e.secret(webhook.V1)}, OwnerID: owner, Created: now, Modified: now}
	for _, fn := range adjust {
		fn(w)
	}
	e.ok(tx.Webhooks().Insert(e.ctx, w))
	return w
}

func (e *env) secret(s webhook.Signing) webhook.Secret {
	e.Helper()
	return must(webhook.NewSecret(s))(e)
}

func inactive(w *webhook.Webhook) { w.Active = false }

// preparedTo adjusts the position of a webhook.
func preparedTo(position int64) func(*webhook.Webhook) {
	return func(w *webhook.Webhook) { w.Position = position }
}

// revealed is a webhook that reflect.DeepEqual can compare: with its secrets as text.
type revealed struct {
	webhook.Webhook
	secrets string
}

func reveal(all ...*webhook.Webhook) (some []revealed) {
	for _, w := range all {
		r := revealed{*w, secretsOf(w)}
		r.Secrets = webhook.Secrets{}
		some = append(some, r)
	}
	return some
}

// secretsOf are the secrets of a webhook as text.
func secretsOf(w *webhook.Webhook) string {
	all := []string{w.Secrets.Current.Reveal()}
	for _, o := range w.Secrets.Old {
		all = append(all, o.Until.Format(time.RFC3339Nano), o.Secret.Reveal())
	}
	return strings.Join(all, " ")
}

func sameWebhooks(e *env, got []*webhook.Webhook, want ...*webhook.Webhook) {
	e.Helper()
	equal(e, reveal(got...), reveal(want...))
}

// hasWebhook wants the store to have the webhook as it is.
func (e *env) hasWebhook(tx storage.Tx, w *webhook.Webhook) {
	e.Helper()
	sameWebhooks(e, []*webhook.Webhook{must(tx.Webhooks().Get(e.ctx, w.ID))(e)}, w)
	sameWebhooks(e, []*webhook.Webhook{must(tx.Webhooks().Lock(e.ctx, w.ID))(e)}, w)
}

// fullWebhook has something in every field.
func (e *env) fullWebhook(owner int64) *webhook.Webhook {
	return &webhook.Webhook{URL: "https://example.com/" + strings.Repeat("x", webhook.MaxURL-20),
		Types: []string{"followup.created", "ticket.*"}, QueueIDs: []int64{3, 1 << 60}, Active: true,
		Description: strings.Repeat("😀", webhook.MaxDescription), Signing: webhook.V1a, OwnerID: owner,
		Secrets: webhook.Secrets{Current: e.secret(webhook.V1a), Old: []webhook.OldSecret{
			{Secret: e.secret(webhook.V1), Until: now.Add(time.Hour)}, {Secret: e.secret(webhook.V1a), Until: latest}}},
		Created: earliest, Modified: latest, Disabled: webhook.Exhausted, Position: 1 << 60, PausedUntil: now}
}

var webhookTests = []test{
	{"insert and get", func(e *env) {
		e.update(func(tx storage.Tx) {
			ada := e.user(tx, "ada").ID
			full, bare := e.fullWebhook(ada), &webhook.Webhook{OwnerID: ada, Types: []string{}, QueueIDs: []int64{}}
			for _, w := range []*webhook.Webhook{full, bare} {
				e.ok(tx.Webhooks().Insert(e.ctx, w))
				e.hasWebhook(tx, w)
			}
			longest := must(webhook.ParseSecret("whsec_" + strings.Repeat("AAAA", 21) + "AA=="))(e) // of 64 bytes
			e.hasWebhook(tx, e.webhook(tx, ada, func(w *webhook.Webhook) { w.Secrets.Current = longest }))
			if full.ID <= 0 || bare.ID <= full.ID {
				e.Errorf("ids %d, %d", full.ID, bare.ID)
			}
			absent(tx.Webhooks().Get(e.ctx, 99))(e)
			absent(tx.Webhooks().Lock(e.ctx, 99))(e)
			e.is(tx.Webhooks().Insert(e.ctx, &webhook.Webhook{OwnerID: 99}), storage.ErrReferenced)
		})
	}},
	{"update", func(e *env) {
		e.update(func(tx storage.Tx) {
			ada, bob := e.user(tx, "ada").ID, e.user(tx, "bob").ID
			w, other := e.webhook(tx, ada, preparedTo(7)), e.webhook(tx, ada)
			full := e.fullWebhook(bob)
			full.ID = w.ID
			e.ok(save(e.ctx, tx.Webhooks(), w.ID, full))
			full.Position = 7 // only Advance writes it
			e.hasWebhook(tx, full)
			*w = webhook.Webhook{ID: w.ID, OwnerID: ada, Position: 7, Created: now, Modified: now}
			e.ok(save(e.ctx, tx.Webhooks(), w.ID, w))
			e.hasWebhook(tx, w)
			e.hasWebhook(tx, other)
			e.is(save(e.ctx, tx.Webhooks(), 99, w), storage.ErrNotFound)
		})
	}},
	{"update writes what differs", func(e *env) {
		e.update(func(tx storage.Tx) {
			w := e.webhook(tx, e.user(tx, "ada").ID)
			equal(e, len(must(tx.Webhooks().Lease(e.ctx, "a", now, now.Add(time.Minute), 9))(e)), 1)
			equal(e, must(tx.Webhooks().Advance(e.ctx, w.ID, "a", now, 5))(e), true)
			next, renamed := *w, *w
			next.URL, renamed.Description = "https://example.com/other", "for tests"
			e.ok(tx.Webhooks().Update(e.ctx, w, &next))
			e.ok(tx.Webhooks().Update(e.ctx, w, &renamed)) // from the same state
			renamed.URL, renamed.Position, renamed.Version = next.URL, 5, 3
			e.hasWebhook(tx, &renamed)
			equal(e, must(tx.Webhooks().Advance(e.ctx, w.ID, "a", now, 6))(e), true) // it has its lease
		})
	}},
	{"a pause is no version", func(e *env) {
		e.update(func(tx storage.Tx) {
			w := e.webhook(tx, e.user(tx, "ada").ID)
			paused := *w
			paused.PausedUntil = now.Add(time.Hour)
			e.ok(tx.Webhooks().Update(e.ctx, w, &paused))
			equal(e, paused.Version, w.Version)
			e.hasWebhook(tx, &paused)
			after := *w
			after.Active, after.Disabled = false, webhook.ReceiverGone
			e.ok(tx.Webhooks().Update(e.ctx, &paused, &after))
			equal(e, after.Version, w.Version+1)
			e.hasWebhook(tx, &after) // without the pause
		})
	}},
	{"list", func(e *env) {
		e.update(func(tx storage.Tx) {
			equal(e, must(tx.Webhooks().Count(e.ctx))(e), 0)
			ada, bob := e.user(tx, "ada").ID, e.user(tx, "bob").ID
			a, b, c := e.webhook(tx, bob), e.webhook(tx, ada, inactive), e.webhook(tx, bob)
			list := func(q webhook.Query) []*webhook.Webhook { return must(tx.Webhooks().List(e.ctx, q))(e) }
			sameWebhooks(e, list(webhook.Query{Limit: 9}), a, b, c)
			sameWebhooks(e, list(webhook.Query{Limit: 9, Descending: true}), c, b, a)
			sameWebhooks(e, list(webhook.Query{Limit: 1, Offset: 1}), b)
			sameWebhooks(e, list(webhook.Query{Limit: 9, After: a.ID}), b, c)
			sameWebhooks(e, list(webhook.Query{Limit: 9, After: c.ID, Descending: true}), b, a)
			sameWebhooks(e, list(webhook.Query{Limit: 9, Offset: 3}))
			equal(e, must(tx.Webhooks().Count(e.ctx))(e), 3)
			_, err := tx.Webhooks().List(e.ctx, webhook.Query{})
			e.refused(err)
		})
	}},
	{"delete takes deliveries", func(e *env) {
		e.update(func(tx storage.Tx) {
			ada := e.user(tx, "ada").ID
			kept, w := e.webhook(tx, ada), e.webhook(tx, ada)
			k, d := e.delivery(tx, kept.ID), e.delivery(tx, w.ID)
			e.ok(tx.Webhooks().Delete(e.ctx, w.ID))
			absent(tx.Webhooks().Get(e.ctx, w.ID))(e)
			absent(tx.Deliveries().Get(e.ctx, d.ID))(e)
			e.is(tx.Webhooks().Delete(e.ctx, w.ID), storage.ErrNotFound)
			e.hasWebhook(tx, kept)
			e.hasDelivery(tx, k)
			if again := e.webhook(tx, ada); again.ID <= w.ID {
				e.Errorf("id %d after %d", again.ID, w.ID)
			}
		})
	}},
	{"delete of the owner takes webhooks", func(e *env) {
		e.update(func(tx storage.Tx) {
			ada, bob := e.user(tx, "ada").ID, e.user(tx, "bob").ID
			w, kept := e.webhook(tx, ada), e.webhook(tx, bob)
			d := e.delivery(tx, w.ID)
			e.ok(tx.Users().Delete(e.ctx, ada))
			absent(tx.Webhooks().Get(e.ctx, w.ID))(e)
			absent(tx.Deliveries().Get(e.ctx, d.ID))(e)
			e.hasWebhook(tx, kept)
		})
	}},
	{"floor", testFloor},
}

func testFloor(e *env) {
	e.update(func(tx storage.Tx) {
		floor := func(want int64, wanted bool) {
			e.Helper()
			got, needed, err := tx.Webhooks().Floor(e.ctx)
			e.ok(err)
			equal(e, []any{got, needed}, []any{want, wanted})
		}
		floor(0, false)
		ada := e.user(tx, "ada").ID
		idle := e.webhook(tx, ada, inactive, preparedTo(3))
		e.delivery(tx, idle.ID, func(d *webhook.Delivery) { d.Position = 2 })
		floor(0, false)
		w := e.webhook(tx, ada, preparedTo(20))
		floor(21, true)
		e.delivery(tx, w.ID, func(d *webhook.Delivery) { d.Position, d.Type = 0, webhook.TestType })
		floor(21, true)
		e.delivery(tx, w.ID, func(d *webhook.Delivery) { d.Position, d.State = 11, webhook.Succeeded })
		e.delivery(tx, w.ID, func(d *webhook.Delivery) { d.Position, d.State = 12, webhook.Abandoned })
		floor(21, true)
		e.delivery(tx, w.ID, func(d *webhook.Delivery) { d.Position = 15 })
		d := e.delivery(tx, w.ID, func(d *webhook.Delivery) { d.Position = 14 })
		floor(14, true)
		other := e.webhook(tx, ada, preparedTo(9))
		floor(10, true)
		stopped := *other
		stopped.Active = false
		e.ok(tx.Webhooks().Update(e.ctx, other, &stopped))
		floor(14, true)
		sent := *d
		sent.State = webhook.Succeeded
		e.ok(tx.Deliveries().Update(e.ctx, d, &sent))
		floor(15, true)
	})
}

func testEditWebhook(e *env) {
	var w *webhook.Webhook
	var owners []int64
	e.update(func(tx storage.Tx) {
		owners = []int64{e.user(tx, "a").ID, e.user(tx, "b").ID}
		w = e.webhook(tx, owners[0], func(w *webhook.Webhook) {
			w.Secrets.Old = []webhook.OldSecret{{Secret: e.secret(webhook.V1), Until: now}}
		})
	})
	editable[webhook.Webhook]{
		columns: []column[webhook.Webhook]{
			textColumn("URL", func(w *webhook.Webhook) *string { return &w.URL }),
			{"Types", func(w *webhook.Webhook) { w.Types = append(slices.Clone(w.Types), strconv.Itoa(len(w.Types))) },
				func(w *webhook.Webhook) int { return len(w.Types) }, false},
			{"QueueIDs", func(w *webhook.Webhook) { w.QueueIDs = append(slices.Clone(w.QueueIDs), 1) },
				func(w *webhook.Webhook) int { return len(w.QueueIDs) }, false},
			textColumn("Description", func(w *webhook.Webhook) *string { return &w.Description }),
			switchColumn("Active", func(w *webhook.Webhook) *bool { return &w.Active }),
			textColumn("Signing", func(w *webhook.Webhook) *string { return (*string)(&w.Signing) }),
			timeColumn("Secrets", func(w *webhook.Webhook) *time.Time { return &w.Secrets.Old[0].Until }),
			timeColumn("Created", func(w *webhook.Webhook) *time.Time { return &w.Created }),
			timeColumn("Modified", func(w *webhook.Webhook) *time.Time { return &w.Modified }),
			textColumn("Disabled", func(w *webhook.Webhook) *string { return (*string)(&w.Disabled) }),
			switchBetween("OwnerID", owners, func(w *webhook.Webhook) *int64 { return &w.OwnerID }),
		},
		rest: []string{"ID", "Version", "Position", "PausedUntil"},
		lock: func(tx storage.Tx, id int64) (*webhook.Webhook, error) { return tx.Webhooks().Lock(e.ctx, id) },
		update: func(tx storage.Tx, before, after *webhook.Webhook) error {
			return tx.Webhooks().Update(e.ctx, before, after)
		},
		clone: func(w *webhook.Webhook) *webhook.Webhook {
			c := *w
			c.Secrets.Old = slices.Clone(w.Secrets.Old)
			return &c
		},
	}.edit(e, w.ID)
}
