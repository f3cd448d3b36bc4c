package helpdesk

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/go-helpdesk/helpdesk/event"
	"github.com/go-helpdesk/helpdesk/user"
	"github.com/go-helpdesk/helpdesk/webhook"
)

// MaxPending is how many deliveries may wait for one webhook. While so many wait, no others
// are prepared; the events stay in the feed.
const MaxPending = 1000

var (
	// ErrInactive means that a webhook is sent nothing until somebody makes it active.
	ErrInactive = errors.New("helpdesk: the webhook is not active")

	// ErrManyPending means that MaxPending deliveries are waiting. Try later.
	ErrManyPending = errors.New("helpdesk: too many deliveries are waiting")
)

// Deliveries returns what was sent to a webhook and what is to be sent, the latest first.
// Sweep deletes deliveries that ended before Config.EventRetention.
func (d *Desk) Deliveries(actor *user.User, webhookID int64) *List[*webhook.Delivery] {
	return newList(d, actor, ManageWebhooks, listing[*webhook.Delivery]{
		check: func(ctx context.Context, tx *transaction) error {
			_, err := tx.Webhooks().Get(ctx, webhookID)
			return err
		},
		count: func(ctx context.Context, tx *transaction) (int, error) { return tx.Deliveries().Count(ctx, webhookID) },
		read: func(ctx context.Context, tx *transaction, p span) ([]*webhook.Delivery, error) {
			return tx.Deliveries().List(ctx, webhookID, webhook.Query{Descending: !p.backward, After: p.after.id,
				Offset: p.offset, Limit: p.limit})
		},
		key:   func(v *webhook.Delivery) position { return position{id: v.ID} },
		less:  inOrder(true),
		order: "-id",
	})
}

// TestWebhook prepares a message of webhook.TestType for a webhook, and returns its
// delivery. The errors are ErrInactive and ErrManyPending.
func (d *Desk) TestWebhook(ctx context.Context, actor *user.User, id int64) (*webhook.Delivery, error) {
	v, err := write(ctx, d, by(actor, ManageWebhooks), func(tx *transaction) (*webhook.Delivery, error) {
		if err := lockActive(ctx, tx, id); err != nil {
			return nil, err
		}
		if err := roomFor(ctx, tx, id, 1); err != nil {
			return nil, err
		}
		v := &webhook.Delivery{
			WebhookID: id, MessageID: webhook.NewMessageID(), Type: webhook.TestType, State: webhook.Pending, Created: tx.now, Due: tx.now,
		}
		return v, tx.Deliveries().Insert(ctx, v)
	})
	d.notices.rouse()
	return v, err
}

// lockActive keeps a webhook from being changed, and returns ErrInactive when it is not
// active.
func lockActive(ctx context.Context, tx *transaction, id int64) error {
	w, err := tx.Webhooks().Lock(ctx, id)
	if err == nil && !w.Active {
		return ErrInactive
	}
	return err
}

// roomFor returns ErrManyPending when a number of deliveries would be too many.
func roomFor(ctx context.Context, tx *transaction, webhookID int64, n int) error {
	pending, err := tx.Deliveries().CountPending(ctx, webhookID, MaxPending)
	if err == nil && pending+n > MaxPending {
		return ErrManyPending
	}
	return err
}

// RetryDelivery has a message sent again at once, whether it was delivered or not, and
// begins its schedule anew. The errors are those of TestWebhook.
func (d *Desk) RetryDelivery(ctx context.Context, actor *user.User, webhookID, id int64) (*webhook.Delivery, error) {
	v, err := write(ctx, d, by(actor, ManageWebhooks), func(tx *transaction) (*webhook.Delivery, error) {
		if err := lockActive(ctx, tx, webhookID); err != nil {
			return nil, err
		}
		before, err := tx.Deliveries().Lock(ctx, id)
		if err != nil {
			return nil, err
		}
		if before.WebhookID != webhookID {
			return nil, ErrNotFound
		}
		if before.State != webhook.Pending {
			if err := roomFor(ctx, tx, webhookID, 1); err != nil {
				return nil, err
			}
		}
		v := *before
		v.State, v.Due, v.Failures = webhook.Pending, tx.now, 0
		return &v, tx.Deliveries().Update(ctx, before, &v)
	})
	d.notices.rouse()
	return v, err
}

// ReplayWebhook has the events after a position and up to through sent again to a webhook,
// as far as they are kept and it wants them; through 0 is the end of the feed. A message has
// the same id as when it was first sent. A call looks at a bounded number of events: next is
// the position to continue from, and n is how many messages were prepared. When next equals
// after, or has reached through, nothing is left. The errors are those of TestWebhook.
func (d *Desk) ReplayWebhook(ctx context.Context, actor *user.User, id, after, through int64) (n int, next int64, err error) {
	var w *webhook.Webhook
	var owner *user.User
	_, err = view(ctx, d, actor, ManageWebhooks, func(tx *transaction) (_ struct{}, err error) {
		if w, err = tx.Webhooks().Get(ctx, id); err == nil {
			owner, err = tx.Users().Get(ctx, w.OwnerID)
		}
		return struct{}{}, err
	})
	if err != nil {
		return 0, after, err
	}
	room := 0
	if err := d.lookUp(ctx, func(tx *transaction) error {
		pending, err := tx.Deliveries().CountPending(ctx, id, MaxPending)
		room = MaxPending - pending
		return err
	}); err != nil {
		return 0, after, err
	}
	if room <= 0 {
		return 0, after, ErrManyPending
	}
	events, next, err := d.eventsFor(ctx, w, owner, span{after: position{id: after}, limit: room}, through)
	if err != nil {
		return 0, after, err
	}
	err = d.write(ctx, by(actor, ManageWebhooks), func(tx *transaction) error {
		if err := lockActive(ctx, tx, id); err != nil {
			return err
		}
		if err := roomFor(ctx, tx, id, len(events)); err != nil {
			return err
		}
		return tx.Deliveries().Insert(ctx, deliveriesOf(w, events, tx.now)...)
	})
	if err != nil {
		return 0, after, err
	}
	d.notices.rouse()
	return len(events), next, nil
}

// maxPrepared is how many deliveries are prepared in one transaction.
const maxPrepared = 100

// eventsFor returns what a webhook gets of a span of events, up to through unless that is 0,
// and the position to continue from: what it asks for and its owner may read.
func (d *Desk) eventsFor(ctx context.Context, w *webhook.Webhook, owner *user.User, s span, through int64) (
	events []*event.Event, next int64, err error,
) {
	after := s.after.id
	f := event.Filter{}
	for _, t := range w.Types {
		f.Types = append(f.Types, event.Type(t))
	}
	found, next, err := d.listEvents(ctx, d.viewer(owner), after, f, min(s.limit, maxPrepared))
	if err != nil {
		return nil, after, err
	}
	if through > 0 && next > through {
		next = max(through, after)
	}
	for _, e := range found {
		own := e.Object.Kind == event.Webhook && e.Object.ID == w.ID
		if e.Position <= next && !own && w.Wants(string(e.Type), queuesOf(e)...) {
			events = append(events, e)
		}
	}
	return events, next, nil
}

// queuesOf returns the queues that an event belongs to: two for a ticket that moved.
func queuesOf(e *event.Event) (ids []int64) {
	if e.Object.Kind == event.Queue {
		return []int64{e.Object.ID}
	}
	for _, a := range []*event.Audience{e.Before, e.Audience} {
		if a != nil {
			ids = append(ids, a.QueueID)
		}
	}
	return ids
}

// deliveriesOf are new deliveries of events to a webhook. The id of a message follows from
// its event, so that a receiver recognizes what it was sent before.
func deliveriesOf(w *webhook.Webhook, events []*event.Event, now time.Time) []*webhook.Delivery {
	all := make([]*webhook.Delivery, len(events))
	for i, e := range events {
		all[i] = &webhook.Delivery{
			WebhookID: w.ID, MessageID: fmt.Sprintf("evt_%d_%d", e.ID, e.Time.UnixMicro()), EventID: e.ID, Position: e.Position,
			Type: string(e.Type), State: webhook.Pending, Created: now, Due: now,
		}
	}
	return all
}
