package helpdesk

import (
	"context"
	"slices"

	"github.com/go-helpdesk/helpdesk/event"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

const (
	// MaxEvents is how many events a call of Events looks at and returns at most.
	MaxEvents = 500

	// maxSequenced is how many events one transaction gives positions to.
	maxSequenced = 2 * MaxEvents
)

// Events returns what has happened after a position, 0 for the beginning, in the order of
// positions: at most limit events, or MaxEvents if limit is 0 or greater. Next is the
// position to continue from. A call looks at no more than MaxEvents events, so it may
// return none and still advance. When next equals after, there is nothing new.
//
// A caller that continues from next each time gets every event that it may see once, also
// while other processes write. Events that are older than Config.EventRetention may have
// been deleted.
//
// The actor is somebody who works on tickets, and gets the events about objects that they
// could read right after the change and can read now. Of an object that was deleted, they
// get what they could read when that happened. Objects that were deleted along with
// another, and those that had left their ticket by then, are left out for actors who do
// not reach every ticket. Where somebody could not read the object before an update, the
// old values are left out. An update of nothing but a password is for the user and for those
// who manage rights. Rights are those of now; queue, assignee and submitter those of then.
//
// Within Atomically and in a transaction of the host's, Events may lack events that were
// committed and that nobody has listed yet.
func (d *Desk) Events(ctx context.Context, actor *user.User, after int64, f event.Filter, limit int) (
	events []*event.Event, next int64, err error,
) {
	if err := d.Allow(actor, ReadTickets); err != nil {
		return nil, after, err
	}
	return d.readEvents(ctx, d.viewer(actor), after, f, limit)
}

// viewer is an actor who works on tickets.
func (d *Desk) viewer(actor *user.User) *viewer {
	return &viewer{
		scope:       d.policy.Reach(actor),
		webhooks:    d.Allow(actor, ManageWebhooks) == nil,
		ownToken:    func(owner int64) bool { return d.tokenOwner(actor, owner, ReadOwnTickets) == nil },
		ownPassword: func(owner int64) bool { return owner == actor.ID || d.Allow(actor, ManageRights) == nil },
	}
}

// readEvents is Events and RequesterEvents for those whom the viewer stands for.
func (d *Desk) readEvents(ctx context.Context, v *viewer, after int64, f event.Filter, limit int) (
	events []*event.Event, next int64, err error,
) {
	events, next, err = d.listEvents(ctx, v, after, f, limit)
	for _, e := range events {
		e.Strip()
	}
	return events, next, err
}

// listEvents is readEvents with what Event.Strip leaves out.
func (d *Desk) listEvents(ctx context.Context, v *viewer, after int64, f event.Filter, limit int) (
	events []*event.Event, next int64, err error,
) {
	if err := d.sequenceEvents(ctx); err != nil {
		return nil, after, err
	}
	if limit <= 0 || limit > MaxEvents {
		limit = MaxEvents
	}
	look := MaxEvents
	if v.scope.All && f.Types == nil && !v.requester { // nearly all of them are seen
		look = limit
	}
	err = d.snapshot(ctx, func(tx *transaction) error {
		events, next = nil, after
		found, err := tx.Events().List(ctx, after, f.TicketID, look)
		if err != nil || len(found) == 0 {
			return err
		}
		next = found[len(found)-1].Position
		wanted := slices.DeleteFunc(found, func(e *event.Event) bool { return !f.Admits(e) })
		most := len(wanted)
		if v.redact == nil {
			most = limit + 1 // one more tells that there are others
		}
		if events, err = v.visible(ctx, tx, wanted, most); err != nil {
			return err
		}
		if v.redact != nil {
			if events, err = v.redact(ctx, tx, events); err != nil {
				return err
			}
		}
		if len(events) > limit {
			events = events[:limit]
			next = events[limit-1].Position
		}
		return nil
	})
	if err != nil {
		return nil, after, err
	}
	return events, next, nil
}

// sequenceEvents gives positions to events that were committed without one. Whoever lists
// events does so, and not who writes them.
func (d *Desk) sequenceEvents(ctx context.Context) error {
	if d.unit != nil || d.joined { // what has a position must have been committed
		return nil
	}
	waiting := false
	err := d.lookUp(ctx, func(tx *transaction) (err error) {
		waiting, err = tx.Events().Waiting(ctx)
		return err
	})
	if err != nil || !waiting {
		return err
	}
	return d.write(ctx, writer{}, func(tx *transaction) error { // bookkeeping, which reports no change
		_, err := tx.Events().Sequence(ctx, maxSequenced)
		return err
	})
}

// viewer is somebody who lists events.
type viewer struct {
	scope       ticket.Scope
	requester   bool                   // sees only what is public
	webhooks    bool                   // may read webhooks
	ownToken    func(owner int64) bool // whether they may read tokens of a user; nil for none
	ownPassword func(owner int64) bool // whether they may know that a user has a new password; nil for none

	// redact, when set, leaves out what the viewer must not read of visible events.
	redact func(context.Context, *transaction, []*event.Event) ([]*event.Event, error)
}

// admits reports whether the viewer reads what has an audience.
func (v *viewer) admits(a *event.Audience) bool {
	return a.In(v.scope) && (!v.requester || a != nil && a.Public)
}

// visible returns the first of the events that the viewer may see, at most so many, without
// what they must not see in them.
func (v *viewer) visible(ctx context.Context, tx *transaction, events []*event.Event, most int) (seen []*event.Event, err error) {
	if v.scope, err = tx.Events().Expand(ctx, v.scope); err != nil {
		return nil, err
	}
	var then []*event.Event
	for _, e := range events {
		saw, err := v.saw(e)
		if err != nil {
			return nil, err
		}
		if saw {
			then = append(then, e)
		}
	}
	now, err := v.present(ctx, tx, then)
	if err != nil {
		return nil, err
	}
	for _, e := range then {
		if len(seen) == most {
			break
		}
		if !now(e) {
			continue
		}
		if err := e.ReadData(); err != nil {
			return nil, err
		}
		if u, ok := e.Data.(event.Update); ok && e.Before != nil && !v.admits(e.Before) {
			u.HideOld()
			e.OldHidden = true
		}
		seen = append(seen, e)
	}
	return seen, nil
}

// saw reports whether the viewer could read the object of an event when it happened.
func (v *viewer) saw(e *event.Event) (bool, error) {
	switch {
	case e.Type.Kind().OnTicket():
		return v.admits(e.Audience), nil
	case v.requester:
		return false, nil
	case e.Type.Kind() == event.Token:
		if err := e.ReadData(); err != nil {
			return false, err
		}
		t, ok := e.Data.(*event.TokenData)
		return ok && v.ownToken != nil && v.ownToken(t.UserID), nil
	case e.Type.Kind() == event.Webhook:
		return v.webhooks, nil
	case e.Type == event.TypeOf(event.User, event.Updated):
		if err := e.ReadData(); err != nil {
			return false, err
		}
		u, ok := e.Data.(*event.UserUpdate)
		return ok && (!u.Empty() || v.ownPassword != nil && v.ownPassword(e.Object.ID)), nil
	}
	return true, nil
}

// present returns a function that reports whether the viewer can read the object of one of
// the events now, or could when it was deleted.
func (v *viewer) present(ctx context.Context, tx *transaction, events []*event.Event) (func(*event.Event) bool, error) {
	if v.scope.All && !v.requester {
		return func(*event.Event) bool { return true }, nil
	}
	readable, gone := map[event.Object]bool{}, map[event.Object]bool{}
	var tickets, objects []int64
	for _, k := range []event.Kind{event.Ticket, event.FollowUp, event.Attachment} {
		ids := idsOf(events, k)
		if err := note(ctx, tx, readable, k, ids, v.scope, v.requester); err != nil {
			return nil, err
		}
		ids = slices.DeleteFunc(ids, func(id int64) bool { return readable[event.Object{Kind: k, ID: id}] })
		there := map[event.Object]bool{}
		if err := note(ctx, tx, there, k, ids, ticket.Scope{All: true}, false); err != nil {
			return nil, err
		}
		for _, id := range ids {
			if o := (event.Object{Kind: k, ID: id}); !there[o] {
				gone[o] = true
				objects = append(objects, id)
			}
		}
	}
	for _, e := range events {
		if gone[e.Object] {
			tickets = append(tickets, e.TicketID)
		}
	}
	deletions, err := tx.Events().Deletions(ctx, sortedIDs(tickets), sortedIDs(objects))
	if err != nil {
		return nil, err
	}
	return func(e *event.Event) bool {
		if !e.Type.Kind().OnTicket() || e.Type.Verb() == event.Deleted || readable[e.Object] {
			return true
		}
		return gone[e.Object] && slices.ContainsFunc(deletions, func(deletion *event.Event) bool {
			return deletion.Object == e.Object && deletion.TicketID == e.TicketID && v.admits(deletion.Audience)
		})
	}, nil
}

// idsOf are the ids of the objects of a kind, apart from those that the event deleted.
func idsOf(events []*event.Event, k event.Kind) (ids []int64) {
	for _, e := range events {
		if e.Type.Kind() == k && e.Type.Verb() != event.Deleted {
			ids = append(ids, e.Object.ID)
		}
	}
	return sortedIDs(ids)
}

// note adds the objects of a kind that a scope admits to a set.
func note(ctx context.Context, tx *transaction, set map[event.Object]bool, k event.Kind, ids []int64, s ticket.Scope, public bool) error {
	found, err := tx.Events().Present(ctx, k, ids, s, public)
	for _, id := range found {
		set[event.Object{Kind: k, ID: id}] = true
	}
	return err
}
