package sqlstore

import (
	"context"
	"slices"
	"time"

	sq "github.com/Masterminds/squirrel"

	"github.com/go-helpdesk/helpdesk/webhook"
)

// webhookTable leaves out lease_holder and lease_until, which a Webhook does not have.
var webhookTable = &table[webhook.Webhook]{
	noun: "webhook",
	name: "helpdesk_webhook",
	columns: []string{"url", "types", "queue_ids", "description", "active", "signing", "secret", "old_secrets", "owner_id",
		"created", "modified", "disabled", "position", "paused_until"},
	id:      func(w *webhook.Webhook) *int64 { return &w.ID },
	version: func(w *webhook.Webhook) *int64 { return &w.Version },
	values: func(w *webhook.Webhook) []any {
		return []any{w.URL, asJSON(w.Types), asJSON(w.QueueIDs), w.Description, w.Active, string(w.Signing),
			w.Secrets.Current.Reveal(), asJSON(storedSecrets(w.Secrets.Old)), w.OwnerID,
			micros(w.Created), micros(w.Modified), string(w.Disabled), w.Position, zeroAsNull(w.PausedUntil)}
	},
	scan: func(r *row, w *webhook.Webhook) {
		w.ID, w.URL, w.Types, w.QueueIDs = r.Int(), r.Text(), fromJSON[string](r), listFromJSON[int64](r)
		w.Description, w.Active, w.Signing = r.Text(), r.Bool(), webhook.Signing(r.Text())
		w.Secrets.Current = parseSecret(r, r.Text())
		for _, o := range listFromJSON[storedSecret](r) {
			w.Secrets.Old = append(w.Secrets.Old, webhook.OldSecret{Secret: parseSecret(r, o.Secret), Until: time.UnixMicro(o.Until).UTC()})
		}
		w.OwnerID, w.Created, w.Modified = r.Int(), instant(r), instant(r)
		w.Disabled, w.Position, w.PausedUntil = webhook.Reason(r.Text()), r.Int(), zeroOrInstant(r)
		w.Version = r.Int()
	},
}

// storedSecret is how an old secret is stored. The JSON of an OldSecret hides the secret.
type storedSecret struct {
	Secret string `json:"secret"`
	Until  int64  `json:"until"` // microseconds since 1970
}

func storedSecrets(old []webhook.OldSecret) (all []storedSecret) {
	for _, o := range old {
		all = append(all, storedSecret{o.Secret.Reveal(), micros(o.Until)})
	}
	return all
}

// parseSecret returns the secret of a stored text, none of "".
func parseSecret(r *row, text string) webhook.Secret {
	if text == "" {
		return webhook.Secret{}
	}
	s, err := webhook.ParseSecret(text)
	if err != nil {
		r.Fail(err)
	}
	return s
}

// webhooks implements webhook.Store.
type webhooks struct{ records[webhook.Webhook] }

func (s webhooks) List(ctx context.Context, q webhook.Query) ([]*webhook.Webhook, error) {
	return s.read(ctx, cond{}, page{keyset: byIDs(q.Descending), id: q.After, offset: q.Offset, limit: q.Limit})
}

func (s webhooks) Active(ctx context.Context, limit int) ([]int64, error) {
	if err := positive("list active webhooks", limit); err != nil {
		return nil, err
	}
	return s.ids(ctx, "list active webhooks", activeWebhook(), limit)
}

func (s webhooks) Count(ctx context.Context) (int, error) { return s.count(ctx, cond{}) }

// Update counts no version where only the pause differs: the receiver asked for that, and
// somebody who edits the webhook meanwhile need not read it again.
func (s webhooks) Update(ctx context.Context, before, after *webhook.Webhook) error {
	stored := *after
	stored.Position = before.Position
	columns, values := changed(webhookTable.columns, webhookTable.values(before), webhookTable.values(&stored))
	up, version := []string{"version"}, before.Version+1
	if slices.Equal(columns, []string{"paused_until"}) {
		up, version = nil, before.Version
	}
	if err := s.x.exec(ctx, "update webhook", webhookTable.set(columns, values, is("id = ?", before.ID), up...)); err != nil {
		return err
	}
	after.Version = version
	return nil
}

// The conditions of leases. No lease is NULL.
func activeWebhook() cond         { return is("active = ?", true) }
func leasedBy(holder string) cond { return is("lease_holder = ?", holder) }
func leaseEnded(now time.Time) cond {
	return is("(lease_until IS NULL OR lease_until <= ?)", micros(now))
}
func leaseHolds(now time.Time) cond { return is("lease_until > ?", micros(now)) }

// Lease writes row by row, by ascending ids, and asks again in each statement whether the
// webhook is free: another transaction may have taken it since it was found. What this one
// has got is what it reads in the end.
func (s webhooks) Lease(ctx context.Context, holder string, now, until time.Time, limit int) ([]int64, error) {
	if err := positive("lease webhooks", limit); err != nil {
		return nil, err
	}
	if _, err := s.x.forWriting("lease webhooks"); err != nil {
		return nil, err
	}
	var held, free []int64
	err := s.x.batch(ctx, "look for webhooks to lease",
		s.x.step(lowest(activeWebhook().and(leasedBy(holder)).and(leaseHolds(now)), limit), collect(&held, (*row).Int)),
		s.x.step(lowest(activeWebhook().and(leaseEnded(now)), limit), collect(&free, (*row).Int)))
	if err != nil {
		return nil, err
	}
	ids := slices.Concat(held, free)
	ids = ids[:min(limit, len(ids))]
	slices.Sort(ids)
	for _, id := range ids {
		c := is("id = ?", id).and(activeWebhook()).and(or(leasedBy(holder), leaseEnded(now)))
		if err := s.x.exec(ctx, "lease webhook", lease(holder, micros(until), c)); err != nil {
			return nil, err
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	mine := activeWebhook().and(leasedBy(holder)).and(is("lease_until = ?", micros(until)))
	return s.ids(ctx, "list leased webhooks", mine, limit)
}

// lowest is the statement that reads the lowest ids of webhooks that fulfil a condition.
func lowest(c cond, limit int) statement {
	q := selecting("id", webhookTable.name, c, order{by: "id", limit: limit})
	q.columns = 1
	return q
}

// ids reads the lowest ids of webhooks that fulfil a condition.
func (s webhooks) ids(ctx context.Context, what string, c cond, limit int) ([]int64, error) {
	return list(ctx, s.x, what, lowest(c, limit), (*row).Int)
}

// lease is the statement that gives a lease, or with nil ends it.
func lease(holder, until any, c cond) statement {
	return webhookTable.set([]string{"lease_holder", "lease_until"}, []any{holder, until}, c)
}

func (s webhooks) Release(ctx context.Context, holder string) error {
	if _, err := s.x.forWriting("release webhooks"); err != nil {
		return err
	}
	q := selecting("id", webhookTable.name, leasedBy(holder), order{by: "id"})
	held, err := list(ctx, s.x, "list leased webhooks", q, (*row).Int)
	if err != nil {
		return err
	}
	for _, id := range held {
		if err := s.x.exec(ctx, "release webhook", lease(nil, nil, is("id = ?", id).and(leasedBy(holder)))); err != nil {
			return err
		}
	}
	return nil
}

// Advance writes the row also to lock it. None may be a row that had the position already.
func (s webhooks) Advance(ctx context.Context, id int64, holder string, now time.Time, position int64) (bool, error) {
	c := is("id = ?", id).and(activeWebhook()).and(leasedBy(holder)).and(leaseHolds(now))
	n, err := s.x.affect(ctx, "advance webhook", webhookTable.set([]string{"position"}, []any{position}, c))
	if err != nil || n > 0 {
		return err == nil, err
	}
	q := selecting("id", webhookTable.name, c, order{lock: s.x.store.o.Dialect.ForUpdate})
	found, err := list(ctx, s.x, "look for the lease of a webhook", q, (*row).Int)
	return len(found) > 0, err
}

// Floor leaves out tests, which have no event and so no position.
func (s webhooks) Floor(ctx context.Context) (int64, bool, error) {
	const pending = "SELECT d.position FROM helpdesk_delivery d WHERE d.webhook_id = w.id AND d.state = ? AND d.position > 0 " +
		"ORDER BY d.position LIMIT 1"
	text := built(shape{webhookTable.name, "floor", "", "", ""}, func() sq.Sqlizer {
		return sq.Select("MIN(w.position)", "MIN(("+pending+"))").From(webhookTable.name + " w").Where("w.active = ?")
	})
	type lowest struct{ prepared, pending *int64 }
	q := statement{text: text, args: []any{string(webhook.Pending), true}, lockable: true}
	found, err := one(ctx, s.x, "find the floor of webhooks", q, func(r *row) lowest { return lowest{r.NullInt(), r.NullInt()} })
	if err != nil || found.prepared == nil {
		return 0, false, err
	}
	next := *found.prepared + 1
	if found.pending != nil {
		next = min(next, *found.pending)
	}
	return next, true, nil
}
