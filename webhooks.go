package helpdesk

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/go-helpdesk/helpdesk/event"
	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/user"
	"github.com/go-helpdesk/helpdesk/webhook"
)

// Webhooks returns the webhooks, by ascending id, without their secrets.
func (d *Desk) Webhooks(actor *user.User) *List[*webhook.Webhook] {
	return newList(d, actor, ManageWebhooks, listing[*webhook.Webhook]{
		count: func(ctx context.Context, tx *transaction) (int, error) { return tx.Webhooks().Count(ctx) },
		read: func(ctx context.Context, tx *transaction, p span) ([]*webhook.Webhook, error) {
			all, err := tx.Webhooks().List(ctx, webhook.Query{Descending: p.backward, After: p.after.id, Offset: p.offset, Limit: p.limit})
			for _, w := range all {
				w.Secrets = webhook.Secrets{}
			}
			return all, err
		},
		key:   func(w *webhook.Webhook) position { return position{id: w.ID} },
		order: "id",
	})
}

// Webhook returns a webhook without its secrets.
func (d *Desk) Webhook(ctx context.Context, actor *user.User, id int64) (*webhook.Webhook, error) {
	return view(ctx, d, actor, ManageWebhooks, func(tx *transaction) (*webhook.Webhook, error) {
		w, err := tx.Webhooks().Get(ctx, id)
		if err == nil {
			w.Secrets = webhook.Secrets{}
		}
		return w, err
	})
}

// MaxWebhooks is how many webhooks there may be.
const MaxWebhooks = 200

// ErrManyWebhooks means that there are MaxWebhooks webhooks already.
var ErrManyWebhooks = errors.New("helpdesk: too many webhooks")

// CreateWebhook adds a webhook, or returns ErrManyWebhooks. It gets the events after this
// moment that the actor, its owner, may read; within Atomically and in a transaction of the
// host's perhaps some that were committed shortly before, too. Webhooks are delivered while
// Run is running. URL, Types, QueueIDs, Description, Active and Signing are the caller's to
// choose; without Signing it is webhook.V1. The returned webhook has its secret, which cannot
// be read later: see webhook.Secret.ForReceiver.
//
// An actor who is no row of the store, such as System, names the owner in OwnerID.
func (d *Desk) CreateWebhook(ctx context.Context, actor *user.User, w *webhook.Webhook) (*webhook.Webhook, error) {
	if err := required("a webhook", w); err != nil {
		return nil, err
	}
	if err := d.Allow(actor, ManageWebhooks); err != nil {
		return nil, err
	}
	start, err := d.EndOfEvents(ctx)
	if err != nil {
		return nil, err
	}
	n := &webhook.Webhook{
		URL: w.URL, Types: w.Types, QueueIDs: w.QueueIDs, Description: w.Description, Active: w.Active, Signing: w.Signing,
		OwnerID: w.OwnerID, Position: start,
	}
	if n.Signing == "" {
		n.Signing = webhook.V1
	}
	if actor.ID != 0 {
		n.OwnerID = actor.ID
	}
	return write(ctx, d, by(actor, ManageWebhooks), func(tx *transaction) (*webhook.Webhook, error) {
		n := n.Clone()
		if count, err := tx.Webhooks().Count(ctx); err != nil || count >= MaxWebhooks {
			return nil, cmp.Or(err, ErrManyWebhooks)
		}
		if err := validateWebhook(ctx, tx, nil, n, problem.Error{}); err != nil {
			return nil, err
		}
		secret, err := webhook.NewSecret(n.Signing)
		if err != nil {
			return nil, err
		}
		n.Secrets, n.Created, n.Modified = webhook.Secrets{Current: secret}, tx.now, tx.now
		if err := tx.Webhooks().Insert(ctx, n); err != nil {
			return nil, err
		}
		tx.created(webhookObject(n), n)
		return n, nil
	})
}

// validateWebhook trims a webhook. It adds what is wrong with it to the problems, and
// returns them when there are any. Queues that the webhook had before may be gone.
func validateWebhook(ctx context.Context, tx *transaction, before, w *webhook.Webhook, problems problem.Error) error {
	w.Trim()
	problems.Merge(w.Check(eventTypes()))
	added := w.QueueIDs
	if before != nil {
		added = slices.DeleteFunc(slices.Clone(added), func(id int64) bool { return slices.Contains(before.QueueIDs, id) })
	}
	if err := findQueues(ctx, tx, added, problems); err != nil {
		return err
	}
	_, err := tx.Users().Get(ctx, w.OwnerID)
	none, err := missing(err)
	if err != nil {
		return err
	}
	if none {
		problems.Add("owner", noObject(w.OwnerID))
	}
	return tx.invalid(problems)
}

// eventTypes are the types of events that a webhook may ask for.
func eventTypes() (all []string) {
	for _, t := range event.Types() {
		all = append(all, string(t))
	}
	return all
}

// UpdateWebhook changes a webhook, and makes the actor its owner. A webhook that becomes
// active goes on with the event after the last one that was prepared for it, as far as that
// is kept. With another Signing it gets a new secret, as by RotateWebhook, and the returned
// webhook has it. Change is as for UpdateTicket.
func (d *Desk) UpdateWebhook(ctx context.Context, actor *user.User, id int64,
	change func(*webhook.Webhook) error,
) (*webhook.Webhook, error) {
	return d.changeWebhook(ctx, actor, id, func(tx *transaction, before, w *webhook.Webhook) (rotate bool, err error) {
		problems, err := problemsOfChange(change(w))
		if err != nil {
			return false, err
		}
		return w.Signing != before.Signing, validateWebhook(ctx, tx, before, w, problems)
	})
}

// RotateWebhook gives a webhook a new secret, with which messages are signed from now on,
// and returns it with the webhook. For webhook.Overlap they are signed with the old secret,
// too. The actor becomes the owner.
func (d *Desk) RotateWebhook(ctx context.Context, actor *user.User, id int64) (*webhook.Webhook, error) {
	return d.changeWebhook(ctx, actor, id, func(*transaction, *webhook.Webhook, *webhook.Webhook) (bool, error) { return true, nil })
}

// changeWebhook has change edit a copy of a webhook without secrets, and stores it, with a
// new secret if change asks for one. Whoever changes a webhook becomes its owner: else they
// could have sent to themselves what only the owner may read.
func (d *Desk) changeWebhook(ctx context.Context, actor *user.User, id int64,
	change func(tx *transaction, before, w *webhook.Webhook) (rotate bool, err error),
) (*webhook.Webhook, error) {
	return write(ctx, d, by(actor, ManageWebhooks), func(tx *transaction) (*webhook.Webhook, error) {
		before, err := tx.Webhooks().Lock(ctx, id)
		if err != nil {
			return nil, err
		}
		if err := checkCurrentWebhook(ctx, before); err != nil {
			return nil, err
		}
		edited := before.Clone()
		edited.Secrets = webhook.Secrets{}
		rotate, err := change(tx, before, edited)
		if err != nil {
			return nil, err
		}
		w := before.Clone()
		w.URL, w.Types, w.QueueIDs, w.Description = edited.URL, edited.Types, edited.QueueIDs, edited.Description
		w.Active, w.Signing = edited.Active, edited.Signing
		if !rotate && sameWebhook(before, w) {
			return edited, nil
		}
		if rotate {
			secret, err := webhook.NewSecret(w.Signing)
			if err != nil {
				return nil, err
			}
			w.Secrets = before.Secrets.Replace(secret, tx.now)
		}
		if actor.ID != 0 {
			w.OwnerID = actor.ID
		}
		if err := saveWebhook(ctx, tx, before, w); err != nil {
			return nil, err
		}
		shown := w.Clone()
		shown.Secrets = webhook.Secrets{}
		if rotate {
			shown.Secrets.Current = w.Secrets.Current
		}
		return shown, nil
	})
}

// saveWebhook stores an edited webhook, and reports the change. What has waited for a webhook
// that becomes active is sent at once.
func saveWebhook(ctx context.Context, tx *transaction, before, w *webhook.Webhook) error {
	activated := w.Active && !before.Active
	if activated {
		w.Disabled = ""
		if err := restartPending(ctx, tx, w.ID); err != nil {
			return err
		}
	}
	if activated || w.URL != before.URL { // the pause is what the old receiver has asked for
		w.PausedUntil = time.Time{}
	}
	w.Modified = tx.now
	if err := tx.Webhooks().Update(ctx, before, w); err != nil {
		return err
	}
	tx.updated(webhookObject(before), webhookObject(w), before, w)
	return nil
}

// restartPending has everything that waits for a webhook sent at once, and begins its
// schedule anew.
func restartPending(ctx context.Context, tx *transaction, webhookID int64) error {
	pending, err := tx.Deliveries().Due(ctx, webhookID, tx.now.Add(2*webhook.MaxRetryAfter), 2*MaxPending)
	for _, before := range pending {
		after := *before
		after.Failures, after.Due = 0, tx.now
		if err := tx.Deliveries().Update(ctx, before, &after); err != nil {
			return err
		}
	}
	return err
}

// checkCurrentWebhook is checkCurrent for a locked webhook, whose secrets are nobody's.
func checkCurrentWebhook(ctx context.Context, w *webhook.Webhook) error {
	c := w.Clone()
	c.Secrets = webhook.Secrets{}
	return checkCurrent(ctx, c)
}

// sameWebhook compares what a caller may change.
func sameWebhook(a, b *webhook.Webhook) bool {
	return a.URL == b.URL && slices.Equal(a.Types, b.Types) && slices.Equal(a.QueueIDs, b.QueueIDs) && a.Description == b.Description &&
		a.Active == b.Active && a.Signing == b.Signing
}

// DeleteWebhook removes a webhook with its deliveries. What was not sent yet is not sent.
func (d *Desk) DeleteWebhook(ctx context.Context, actor *user.User, id int64) error {
	return d.write(ctx, by(actor, ManageWebhooks), func(tx *transaction) error {
		w, err := tx.Webhooks().Lock(ctx, id)
		if err != nil {
			return err
		}
		if err := checkCurrentWebhook(ctx, w); err != nil {
			return err
		}
		if err := tx.Webhooks().Delete(ctx, id); err != nil {
			return err
		}
		tx.deleted(webhookObject(w), w)
		return nil
	})
}
