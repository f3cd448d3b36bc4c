package sqlstore

import (
	"context"
	"slices"
	"time"

	sq "github.com/Masterminds/squirrel"

	"github.com/go-helpdesk/helpdesk/webhook"
)

var deliveryTable = &table[webhook.Delivery]{
	noun: "delivery",
	name: "helpdesk_delivery",
	columns: []string{"webhook_id", "message_id", "event_id", "position", "type", "state", "created", "due", "failures",
		"attempts"},
	id: func(d *webhook.Delivery) *int64 { return &d.ID },
	values: func(d *webhook.Delivery) []any {
		return []any{d.WebhookID, d.MessageID, d.EventID, d.Position, d.Type, string(d.State), micros(d.Created), micros(d.Due),
			int64(d.Failures), asJSON(storedAttempts(d.Attempts))}
	},
	scan: func(r *row, d *webhook.Delivery) {
		d.ID, d.WebhookID, d.MessageID, d.EventID, d.Position = r.Int(), r.Int(), r.Text(), r.Int(), r.Int()
		d.Type, d.State, d.Created, d.Due = r.Text(), webhook.State(r.Text()), instant(r), instant(r)
		d.Failures = integer(r)
		for _, a := range listFromJSON[storedAttempt](r) {
			d.Attempts = append(d.Attempts, webhook.Attempt{Time: time.UnixMicro(a.Time).UTC(), Status: a.Status,
				Duration: time.Duration(a.Duration), Error: a.Error})
		}
	},
}

// storedAttempt is how an attempt is stored.
type storedAttempt struct {
	Time     int64  `json:"t"` // microseconds since 1970
	Status   int    `json:"s,omitempty"`
	Duration int64  `json:"d,omitempty"` // nanoseconds
	Error    string `json:"e,omitempty"`
}

func storedAttempts(attempts []webhook.Attempt) (all []storedAttempt) {
	for _, a := range attempts {
		all = append(all, storedAttempt{micros(a.Time), a.Status, int64(a.Duration), a.Error})
	}
	return all
}

// maxDeliveries is how many deliveries one statement writes.
const maxDeliveries = 64

// deliveries implements webhook.DeliveryStore.
type deliveries struct{ records[webhook.Delivery] }

func ofWebhook(id int64) cond      { return is("webhook_id = ?", id) }
func inState(s webhook.State) cond { return is("state = ?", string(s)) }

func (s deliveries) List(ctx context.Context, webhookID int64, q webhook.Query) ([]*webhook.Delivery, error) {
	return s.read(ctx, ofWebhook(webhookID), page{keyset: byIDs(q.Descending), id: q.After, offset: q.Offset, limit: q.Limit})
}

func (s deliveries) Count(ctx context.Context, webhookID int64) (int, error) {
	return s.count(ctx, ofWebhook(webhookID))
}

func (s deliveries) Insert(ctx context.Context, deliveries ...*webhook.Delivery) error {
	for some := range slices.Chunk(deliveries, maxDeliveries) {
		if err := s.table.insert(ctx, s.x, some...); err != nil {
			return err
		}
	}
	return nil
}

// Update runs no statement where nothing differs: deliveries have no version to count.
func (s deliveries) Update(ctx context.Context, before, after *webhook.Delivery) error {
	if _, err := s.x.forWriting("update delivery"); err != nil {
		return err
	}
	columns, values := changed(s.table.columns, s.table.values(before), s.table.values(after))
	if len(columns) == 0 {
		return nil
	}
	return s.x.exec(ctx, "update delivery", s.table.set(columns, values, is("id = ?", before.ID)))
}

func (s deliveries) Due(ctx context.Context, webhookID int64, now time.Time, limit int) ([]*webhook.Delivery, error) {
	if err := positive("list due deliveries", limit); err != nil {
		return nil, err
	}
	c := ofWebhook(webhookID).and(inState(webhook.Pending)).and(is("due <= ?", micros(now)))
	return s.table.list(ctx, s.x, c, order{by: "due, id", limit: limit})
}

// pending is the statement that reads the ids of pending deliveries, the first due first,
// as their index has them.
func (s deliveries) pending(webhookID int64, limit int) statement {
	return selecting("id", s.table.name, ofWebhook(webhookID).and(inState(webhook.Pending)), order{by: "due, id", limit: limit})
}

func (s deliveries) CountPending(ctx context.Context, webhookID int64, limit int) (int, error) {
	if err := positive("count pending deliveries", limit); err != nil {
		return 0, err
	}
	some := s.pending(webhookID, limit)
	text := built(shape{s.table.name, "count some", some.text, "", ""}, func() sq.Sqlizer {
		return sq.Select("COUNT(*)").From("(" + some.text + ") part")
	})
	return one(ctx, s.x, "count pending deliveries", statement{text: text, args: some.args, lockable: true}, integer)
}

// Abandon asks for the state once more as it writes, and counts what it wrote: the state
// of some may have changed since they were found.
func (s deliveries) Abandon(ctx context.Context, webhookID int64, limit int) (int, error) {
	if err := positive("abandon deliveries", limit); err != nil {
		return 0, err
	}
	if _, err := s.x.forWriting("abandon deliveries"); err != nil {
		return 0, err
	}
	ids, err := list(ctx, s.x, "list pending deliveries", s.pending(webhookID, limit), (*row).Int)
	if err != nil {
		return 0, err
	}
	slices.Sort(ids)
	return s.affect(ctx, "abandon deliveries", ids, inState(webhook.Pending), func(c cond) statement {
		return s.table.set([]string{"state"}, []any{string(webhook.Abandoned)}, c)
	})
}

// affect writes rows with some ids that fulfil a condition, and returns how many.
func (s deliveries) affect(ctx context.Context, what string, ids []int64, c cond, write func(cond) statement) (total int, err error) {
	for some := range slices.Chunk(ids, maxDeliveries) {
		n, err := s.x.affect(ctx, what, write(in("id", some).and(c)))
		if err != nil {
			return 0, err
		}
		total += n
	}
	return total, nil
}

func ended() cond { return is("state <> ?", string(webhook.Pending)) }

// DeleteBefore reads the lowest ids in the primary key, as that of events does. It passes
// over what is pending, which is of webhooks whose receivers do not answer: what came
// later would be kept for as long as they are tried.
func (s deliveries) DeleteBefore(ctx context.Context, before time.Time, limit int) (int, error) {
	if err := positive("delete deliveries", limit); err != nil {
		return 0, err
	}
	if _, err := s.x.forWriting("delete deliveries"); err != nil {
		return 0, err
	}
	var old []int64
	q := selecting("id, created", s.table.name, ended(), order{by: "id", limit: limit})
	err := s.x.each(ctx, "list old deliveries", q, func(r *row) error {
		if id, at := r.Int(), r.Int(); at < micros(before) {
			old = append(old, id)
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return s.affect(ctx, "delete old deliveries", old, ended(), func(c cond) statement { return deleting(s.table.name, c) })
}
