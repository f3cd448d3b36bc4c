package storagetest

import (
	"errors"
	"fmt"
	"strconv"
	"sync"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
	"github.com/go-helpdesk/helpdesk/webhook"
)

// testOrphans adds rows while the row that they belong to is deleted: either they are
// refused, or the deletion is, or they are deleted too.
func testOrphans(e *env) {
	for round := range Rounds {
		var q, f, owner, t, kept, hook int64
		e.update(func(tx storage.Tx) {
			name := "round " + strconv.Itoa(round)
			q, f, owner = e.queue(tx, name).ID, e.field(tx, name).ID, e.user(tx, name).ID
			added := e.ticket(tx, name)
			t, kept = added.ID, added.QueueID
			hook = e.webhook(tx, e.user(tx, "kept "+name).ID).ID
		})
		definition := []*ticket.CustomField{{ID: f, Type: ticket.Text}}
		var all sync.WaitGroup
		for name, write := range map[string]func(storage.Tx) error{
			"delete the queue": func(tx storage.Tx) error { return tx.Queues().Delete(e.ctx, q) },
			"add to the queue": func(tx storage.Tx) error {
				return tx.Tickets().Insert(e.ctx, &ticket.Ticket{QueueID: q, Created: now, Modified: now}, nil)
			},
			"delete the field": func(tx storage.Tx) error { return tx.CustomFields().Delete(e.ctx, f) },
			"add a value": func(tx storage.Tx) error {
				values := ticket.Values{{Field: f, Text: "x"}}
				return tx.Tickets().Insert(e.ctx, &ticket.Ticket{QueueID: kept, Created: now, Modified: now, Values: values}, definition)
			},
			"delete the user": func(tx storage.Tx) error { return tx.Users().Delete(e.ctx, owner) },
			"add a token": func(tx storage.Tx) error {
				return tx.Tokens().Insert(e.ctx, &user.Token{UserID: owner, Prefix: strconv.Itoa(round), Digest: []byte("d"), Created: now})
			},
			"add a webhook": func(tx storage.Tx) error {
				return tx.Webhooks().Insert(e.ctx, &webhook.Webhook{OwnerID: owner})
			},
			"delete the webhook": func(tx storage.Tx) error { return tx.Webhooks().Delete(e.ctx, hook) },
			"add a delivery": func(tx storage.Tx) error {
				return tx.Deliveries().Insert(e.ctx, &webhook.Delivery{WebhookID: hook})
			},
			"delete the ticket": func(tx storage.Tx) error { return tx.Tickets().Delete(e.ctx, t) },
			"add a follow-up": func(tx storage.Tx) error {
				return tx.FollowUps().Insert(e.ctx, &followup.FollowUp{TicketID: t, Date: now})
			},
		} {
			all.Go(func() {
				err := e.Update(e.ctx, write)
				if err != nil && !errors.Is(err, storage.ErrReferenced) && !errors.Is(err, storage.ErrNotFound) {
					e.Errorf("%s: %v", name, err)
				}
			})
		}
		all.Wait()
		e.view(func(tx storage.Tx) {
			e.whole(tx)
			absent(tx.Webhooks().Get(e.ctx, hook))(e)
			equal(e, must(tx.Deliveries().Count(e.ctx, hook))(e), 0)
		})
	}
}

// whole wants everything that a row names to exist.
func (e *env) whole(tx storage.Tx) {
	e.Helper()
	for _, t := range must(tx.Tickets().List(e.ctx, ticket.Query{Scope: all, Limit: 10_000}))(e) {
		_, err := tx.Queues().Get(e.ctx, t.QueueID)
		e.ok(wrap(err, "the queue of ticket %d", t.ID))
		for _, v := range t.Values {
			_, err := tx.CustomFields().Get(e.ctx, v.Field)
			e.ok(wrap(err, "a field of ticket %d", t.ID))
		}
	}
	for _, w := range must(tx.Webhooks().List(e.ctx, webhook.Query{Limit: 10_000}))(e) {
		_, err := tx.Users().Get(e.ctx, w.OwnerID)
		e.ok(wrap(err, "the owner of webhook %d", w.ID))
	}
	for _, f := range must(tx.FollowUps().List(e.ctx, followup.Query{Scope: all}))(e) {
		_, err := tx.Tickets().Get(e.ctx, f.TicketID, all)
		e.ok(wrap(err, "the ticket of follow-up %d", f.ID))
	}
}

func wrap(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf(format+": %w", append(args, err)...)
}
