package helpdesk

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-helpdesk/helpdesk/event"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/user"
	"github.com/go-helpdesk/helpdesk/webhook"
)

const (
	maxSending    = 4               // messages that are sent to one webhook at once
	maxCourierNap = 2 * time.Second // another process may have asked for a delivery
)

// depot is what the couriers of one call of Run have in common.
type depot struct {
	*background
	sender messageSender
	holder string // who it is in leases

	leasedUntil atomic.Pointer[time.Time]
}

// messageSender makes one attempt to send a message: see sender.Sender.
type messageSender interface {
	Send(ctx context.Context, target string, m webhook.Message, secrets webhook.Secrets) (webhook.Answer, error)
}

// extend says until when the webhooks are leased.
func (d *depot) extend(until time.Time) { d.leasedUntil.Store(&until) }

// holds reports whether the leases have not ended.
func (d *depot) holds() bool {
	until := d.leasedUntil.Load()
	return until != nil && time.Now().Before(*until)
}

// courier delivers to one webhook, which is leased.
type courier struct {
	*depot
	webhook int64
	stop    context.CancelFunc
	done    chan struct{} // closed at its end

	signal     EventSignal // of events after those that were prepared
	behind     bool        // there may be events to prepare
	unreadable bool        // the webhook could not be read the last time, which was logged
}

func (c *courier) ended() bool {
	select {
	case <-c.done:
		return true
	default:
		return false
	}
}

var (
	// errNoWebhook means that the webhook was deleted or is not active any more.
	errNoWebhook = errors.New("helpdesk: no active webhook")

	// errUnreadableWebhook means that the row of the webhook or its owner cannot be read.
	errUnreadableWebhook = errors.New("helpdesk: unreadable webhook")
)

// run delivers until ctx ends, the lease is lost, or the webhook is not active any more.
func (c *courier) run(ctx context.Context) {
	for c.expect(); ctx.Err() == nil && c.holds(); {
		wait, err := c.round(ctx)
		switch {
		case errors.Is(err, errNoWebhook):
			return
		case err != nil:
			c.report(ctx, err)
			sleep(ctx, failurePause)
			c.expect()
		case wait > 0:
			c.rest(ctx, wait)
		}
	}
}

// report logs why a round failed, unless that is because ctx has ended. A webhook that this
// version cannot read is logged once: it is so until somebody changes it or another version
// runs. The courier keeps the lease and looks again after each failurePause. If it ended
// instead, this process would lease the webhook anew each time, and log it anew.
func (c *courier) report(ctx context.Context, err error) {
	switch {
	case ctx.Err() != nil:
	case !errors.Is(err, errUnreadableWebhook):
		c.log(err, slog.Int64("webhook", c.webhook))
	case !c.unreadable:
		c.unreadable = true
		c.desk.log.LogAttrs(ctx, slog.LevelError, "helpdesk: a webhook cannot be read and is sent nothing",
			slog.Int64("webhook", c.webhook), slog.Any("error", err))
	}
}

// expect has the next round look for events.
func (c *courier) expect() { c.signal, c.behind = c.desk.EventSignal(), true }

// rest waits for events, or until it is time to look for deliveries that are due.
func (c *courier) rest(ctx context.Context, wait time.Duration) {
	nap, cancel := context.WithTimeout(ctx, min(wait, maxCourierNap))
	defer cancel()
	if err := c.signal.Wait(nap); err == nil || nap.Err() == nil {
		c.expect() // also after an error, since nobody knows
		sleep(ctx, min(wait, gathering))
	}
}

// round prepares deliveries of new events and sends what is due. It returns how long there
// is nothing to do. Without new events it asks the database little: it is called often.
func (c *courier) round(ctx context.Context) (wait time.Duration, err error) {
	w, owner, err := c.load(ctx)
	if err != nil {
		return 0, err
	}
	if c.signal.given() {
		c.expect()
	}
	more := false
	var unprepared error
	if c.behind {
		if more, unprepared = c.prepare(ctx, w, owner); errors.Is(unprepared, errNoWebhook) {
			return 0, unprepared
		}
	}
	wait, err = c.sendDue(ctx, w, owner, more) // also when an event cannot be read
	return wait, errors.Join(unprepared, err)
}

// sendDue sends what is due, and returns how long nothing is. More says that there may be
// events to prepare at once.
func (c *courier) sendDue(ctx context.Context, w *webhook.Webhook, owner *user.User, more bool) (wait time.Duration, err error) {
	now := c.desk.now()
	if paused := w.PausedUntil.Sub(now); paused > 0 {
		if more {
			return 0, nil
		}
		return paused, nil
	}
	pending, err := c.pending(ctx, now.Add(2*webhook.MaxRetryAfter), maxSending)
	if err != nil {
		return 0, err
	}
	due := pending
	for len(due) > 0 && due[len(due)-1].Due.After(now) {
		due = due[:len(due)-1]
	}
	switch {
	case len(due) > 0:
		return 0, c.sendAll(w, owner, due)
	case more:
		return 0, nil
	case len(pending) == 0:
		return maxCourierNap, nil
	}
	return pending[0].Due.Sub(now), nil
}

// load reads the webhook and its owner. It disables the webhook of an owner who must not
// manage webhooks any more.
func (c *courier) load(ctx context.Context) (w *webhook.Webhook, owner *user.User, err error) {
	err = c.desk.snapshot(ctx, func(tx *transaction) (err error) {
		if w, err = tx.Webhooks().Get(ctx, c.webhook); err == nil {
			owner, err = tx.Users().Get(ctx, w.OwnerID)
		}
		return err
	})
	if errors.Is(err, storage.ErrUnreadable) {
		return nil, nil, fmt.Errorf("%w: %w", errUnreadableWebhook, err)
	}
	c.unreadable = c.unreadable && err != nil
	switch {
	case errors.Is(err, storage.ErrNotFound) || err == nil && !w.Active:
		return nil, nil, errNoWebhook
	case err == nil && c.desk.Allow(owner, ManageWebhooks) != nil:
		if err := c.disable(ctx, w.URL, webhook.OwnerLost); err != nil {
			return nil, nil, err
		}
		return nil, nil, errNoWebhook
	}
	return w, owner, err
}

// prepare makes deliveries of the next events, unless many are waiting already, and reports
// whether there may be more events.
func (c *courier) prepare(ctx context.Context, w *webhook.Webhook, owner *user.User) (more bool, err error) {
	pending := 0
	err = c.desk.lookUp(ctx, func(tx *transaction) (err error) {
		pending, err = tx.Deliveries().CountPending(ctx, w.ID, MaxPending)
		return err
	})
	if err != nil || pending >= MaxPending {
		return false, err
	}
	events, next, err := c.desk.eventsFor(ctx, w, owner, span{after: position{id: w.Position}, limit: MaxPending - pending}, 0)
	if err != nil || next == w.Position {
		c.behind = err != nil
		return false, err
	}
	err = c.desk.write(ctx, writer{}, func(tx *transaction) error { // bookkeeping, which reports no change
		now, err := tx.Webhooks().Lock(ctx, w.ID)
		if err != nil {
			return err
		}
		if now.Version != w.Version || now.Position != w.Position { // it may want other events
			return nil
		}
		mine, err := tx.Webhooks().Advance(ctx, w.ID, c.holder, time.Now(), next)
		switch {
		case err != nil:
			return err
		case !mine:
			return errNoWebhook
		case len(events) == 0:
			return nil
		}
		return tx.Deliveries().Insert(ctx, deliveriesOf(w, events, tx.now)...)
	})
	if none, err := missing(err); none {
		return false, errNoWebhook
	} else if err != nil {
		return false, err
	}
	return true, nil
}

// pending reads deliveries that are due at a time, the first ones first.
func (c *courier) pending(ctx context.Context, at time.Time, limit int) (all []*webhook.Delivery, err error) {
	err = c.desk.lookUp(ctx, func(tx *transaction) (err error) {
		all, err = tx.Deliveries().Due(ctx, c.webhook, at, limit)
		return err
	})
	return all, err
}

// sendAll makes one attempt for each of some deliveries, at the same time.
func (c *courier) sendAll(w *webhook.Webhook, owner *user.User, due []*webhook.Delivery) error {
	failed := make([]error, len(due))
	var all sync.WaitGroup
	for i, v := range due {
		all.Go(func() { failed[i] = c.send(c.finishing, w, owner, v) })
	}
	all.Wait()
	return errors.Join(failed...)
}

// send makes an attempt to deliver, and stores how it went. An attempt that the end of Run
// cuts off is none: somebody else makes it again.
func (c *courier) send(ctx context.Context, w *webhook.Webhook, owner *user.User, v *webhook.Delivery) error {
	e, err := c.eventOf(ctx, owner, v)
	if err != nil {
		return err
	}
	if e == nil {
		return c.abandon(ctx, v)
	}
	fields, err := c.desk.Fields(ctx, owner)
	if err == nil && !e.FieldsIn(fields) { // another process may have added one
		fields, err = c.desk.allFields(ctx)
	}
	if err != nil {
		return err
	}
	a := webhook.Attempt{Time: c.desk.now()}
	m := webhook.Message{ID: v.MessageID, Body: c.desk.webhooks.Body(e, fields)}
	answer, err := c.sender.Send(ctx, w.URL, m, w.Secrets)
	if cut := err != nil && ctx.Err() != nil; cut {
		return nil
	}
	a.Status, a.Duration = answer.Status, answer.Took
	if unsent, ok := errors.AsType[*webhook.SendError](err); ok {
		a.Error = string(unsent.Failure)
	} else if err != nil {
		a.Error = err.Error()
	}
	return c.record(ctx, w.URL, v, a, webhook.Judge(answer, c.desk.now()))
}

// eventOf returns the event of a delivery as its owner may read it now, or nil where there
// is none.
func (c *courier) eventOf(ctx context.Context, owner *user.User, v *webhook.Delivery) (*event.Event, error) {
	if v.Type == webhook.TestType {
		return &event.Event{Type: webhook.TestType, Time: v.Created}, nil
	}
	found, _, err := c.desk.readEvents(ctx, c.desk.viewer(owner), v.Position-1, event.Filter{}, 1)
	if err != nil || len(found) == 0 || found[0].ID != v.EventID {
		return nil, err
	}
	return found[0], nil
}

// abandon gives up a delivery whose event is gone or not for the owner.
func (c *courier) abandon(ctx context.Context, v *webhook.Delivery) error {
	return c.desk.write(ctx, writer{}, func(tx *transaction) error { // bookkeeping, which reports no change
		before, err := tx.Deliveries().Lock(ctx, v.ID)
		none, err := missing(err)
		if none || err != nil || before.State != webhook.Pending {
			return err
		}
		after := *before
		after.State = webhook.Abandoned
		return tx.Deliveries().Update(ctx, before, &after)
	})
}

// record stores an attempt and what follows from it. Where the URL of the webhook was
// changed during the attempt, only success counts: the answer is not that of the new
// receiver. The webhook is disabled in a transaction of its own, so that the attempt is
// stored even if the host refuses that.
func (c *courier) record(ctx context.Context, url string, v *webhook.Delivery, a webhook.Attempt, j webhook.Judgement) error {
	var why webhook.Reason
	err := c.desk.write(ctx, writer{}, func(tx *transaction) error { // bookkeeping, which reports no change
		w, err := tx.Webhooks().Lock(ctx, v.WebhookID)
		if err != nil {
			return err
		}
		before, err := tx.Deliveries().Lock(ctx, v.ID)
		if err != nil {
			return err
		}
		after := *before
		after.Record(a)
		if why = ""; w.URL == url || j.Verdict == webhook.Delivered {
			why = after.Settle(j, tx.now, rand.Float64())
		}
		if err := tx.Deliveries().Update(ctx, before, &after); err != nil {
			return err
		}
		until := tx.now.Add(j.Pause)
		if w.URL != url || why != "" || j.Pause == 0 || !until.After(w.PausedUntil) {
			return nil
		}
		paused := w.Clone()
		paused.PausedUntil = until
		return tx.Webhooks().Update(ctx, w, paused)
	})
	none, err := missing(err) // it was deleted meanwhile
	if none || err != nil || why == "" {
		return err
	}
	return c.disable(ctx, url, why)
}

// disable makes the webhook inactive, unless its URL is another one by now.
func (c *courier) disable(ctx context.Context, url string, why webhook.Reason) error {
	done := false
	err := c.desk.write(ctx, writer{}, func(tx *transaction) error {
		w, err := tx.Webhooks().Lock(ctx, c.webhook)
		if done = err == nil && w.Active && w.URL == url; !done {
			return err
		}
		return disableWebhook(ctx, tx, w, why)
	})
	none, err := missing(err)
	if err == nil && !none && done {
		c.logDisabled(ctx, why)
	}
	return err
}

func (c *courier) logDisabled(ctx context.Context, why webhook.Reason) {
	c.desk.log.LogAttrs(ctx, slog.LevelWarn, "helpdesk: webhook disabled",
		slog.Int64("webhook", c.webhook), slog.String("reason", string(why)))
}

// disableWebhook makes a locked active webhook inactive. What waits for it stays for the
// time when somebody makes it active again, unless the receiver wants nothing any more.
func disableWebhook(ctx context.Context, tx *transaction, before *webhook.Webhook, why webhook.Reason) error {
	w := before.Clone()
	w.Active, w.Disabled, w.Modified = false, why, tx.now
	if err := tx.Webhooks().Update(ctx, before, w); err != nil {
		return err
	}
	tx.updated(webhookObject(before), webhookObject(w), before, w)
	if why != webhook.ReceiverGone {
		return nil
	}
	_, err := tx.Deliveries().Abandon(ctx, w.ID, 2*MaxPending)
	return err
}
