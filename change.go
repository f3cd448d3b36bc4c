package helpdesk

import (
	"context"

	"github.com/go-helpdesk/helpdesk/event"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
	"github.com/go-helpdesk/helpdesk/webhook"
)

// change is what a write did to one object, of which an event is written down. A write has
// one change for each object, and none where it changes nothing. Some objects have no
// change of their own: the follow-up that opens a ticket, and what is deleted along with
// something else.
type change struct {
	verb   event.Verb
	object object
	was    *event.Audience // before an update, nil for none

	// before and after are the values, as pointers, without secrets. Before is nil for
	// what was created, after for what was deleted. Nobody changes them before the
	// commit; then they are the caller's.
	before, after any
}

// object names what was changed.
type object struct {
	event.Object
	ticketID int64                 // of the ticket that it is or belongs to, 0 for none
	audience *event.Audience       // of that ticket, nil for none
	fields   []*ticket.CustomField // of the custom values of a ticket
}

func ticketObject(t *ticket.Ticket, fields []*ticket.CustomField) object {
	return object{event.Object{Kind: event.Ticket, ID: t.ID}, t.ID, event.AudienceOf(t, true), fields}
}

// onTicket is an object that belongs to a follow-up on a ticket, or the follow-up itself.
func onTicket(k event.Kind, id int64, f *followup.FollowUp, t *ticket.Ticket) object {
	return object{event.Object{Kind: k, ID: id}, t.ID, event.AudienceOf(t, f.Public), nil}
}

func followUpObject(f *followup.FollowUp, t *ticket.Ticket) object {
	return onTicket(event.FollowUp, f.ID, f, t)
}

func attachmentObject(a *followup.Attachment, f *followup.FollowUp, t *ticket.Ticket) object {
	return onTicket(event.Attachment, a.ID, f, t)
}

// other is an object that belongs to no ticket.
func other(k event.Kind, id int64) object { return object{Object: event.Object{Kind: k, ID: id}} }

func userObject(u *user.User) object { return other(event.User, u.ID) }

func groupObject(g *user.Group) object { return other(event.Group, g.ID) }

func queueObject(q *ticket.Queue) object { return other(event.Queue, q.ID) }

func customFieldObject(f *ticket.CustomField) object { return other(event.CustomField, f.ID) }

func tokenObject(t *user.Token) object { return other(event.Token, t.ID) }

func webhookObject(w *webhook.Webhook) object { return other(event.Webhook, w.ID) }

// created reports that an object was created.
func (tx *transaction) created(o object, after any) {
	tx.report(change{verb: event.Created, object: o, after: withoutSecrets(after)})
}

// updated reports that an object was changed.
func (tx *transaction) updated(was, is object, before, after any) {
	tx.report(change{verb: event.Updated, object: is, was: was.audience, before: withoutSecrets(before), after: withoutSecrets(after)})
}

// deleted reports that an object was deleted.
func (tx *transaction) deleted(o object, before any) {
	tx.report(change{verb: event.Deleted, object: o, before: withoutSecrets(before)})
}

// report adds a change to those of the transaction. Where the change is of what may be
// cached, the transaction reads past the cache from then on.
func (tx *transaction) report(c change) {
	tx.changes = append(tx.changes, c)
	tx.uncached = tx.uncached || c.cached()
}

// changesCached reports whether a change is of what the Desk may have cached.
func (tx *transaction) changesCached() bool {
	for _, c := range tx.changes {
		if c.cached() {
			return true
		}
	}
	return false
}

// cached reports whether the Desk may have cached what was changed.
func (c change) cached() bool {
	switch c.object.Kind {
	case event.User, event.Queue, event.CustomField:
		return true
	case event.Token:
		return c.verb != event.Created
	}
	return false
}

// writeEvents writes an event for each change, in one statement unless there are many.
func (tx *transaction) writeEvents(ctx context.Context) ([]*event.Event, error) {
	if len(tx.changes) == 0 {
		return nil, nil
	}
	events := make([]*event.Event, len(tx.changes))
	for i, c := range tx.changes {
		e := &event.Event{
			Type: event.TypeOf(c.object.Kind, c.verb), Time: tx.now, TicketID: c.object.ticketID, Object: c.object.Object,
			Audience: c.object.audience,
		}
		if tx.actor != nil {
			e.Actor = event.Actor{ID: tx.actor.ID, Name: tx.actor.DisplayName()}
		}
		if c.was != nil && *c.was != *c.object.audience {
			e.Before = c.was
		}
		if err := e.Describe(c.before, c.after, c.object.fields); err != nil {
			return nil, err
		}
		events[i] = e
	}
	return events, tx.Events().Append(ctx, events)
}

// withoutSecrets is a value without the digest of a password or of a token.
func withoutSecrets(v any) any {
	switch v := v.(type) {
	case *user.User:
		c := v.Clone()
		c.PasswordHash, c.Token = "", nil
		return c
	case *user.Token:
		c := *v
		c.Digest = nil
		return &c
	}
	return v
}
