package helpdesk

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// Thread is a ticket with its conversation. Only a short conversation is in memory.
type Thread struct {
	*ticket.Ticket
	Fields []*ticket.CustomField // the definitions its Values are for, in their order

	conversation conversation
}

// conversation is the follow-ups of a ticket.
type conversation struct {
	first []*followup.FollowUp // all of them, where rest is nil
	rest  *List[*followup.FollowUp]
}

// Loaded returns the follow-ups of a conversation that is in memory. It reports false
// for a long one, which FollowUps reads.
func (t *Thread) Loaded() (followUps []*followup.FollowUp, ok bool) {
	return t.conversation.first, t.conversation.rest == nil
}

// FollowUps yields the follow-ups of the ticket with their attachments and changes, by
// date, then id. A long conversation is read in parts while the loop runs, like a List. An
// error ends the loop. The iterator does not keep the ticket in memory.
func (t *Thread) FollowUps(ctx context.Context) iter.Seq2[*followup.FollowUp, error] {
	c := t.conversation
	if c.rest != nil {
		return c.rest.All(ctx)
	}
	return func(yield func(*followup.FollowUp, error) bool) {
		for _, f := range c.first {
			if !yield(f, nil) {
				return
			}
		}
	}
}

// loadThread reads the thread of one ticket.
func (d *Desk) loadThread(ctx context.Context, tx *transaction, id int64, r reach, b ticket.Bound,
	fields []*ticket.CustomField,
) (*Thread, error) {
	q := ticket.Query{Scope: r.scope(), Filter: ticket.Filter{IDs: []int64{id}}, Limit: 1, Bound: b}
	found, err := d.loadThreads(ctx, tx, q, r, fields)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("get ticket: %w", ErrNotFound)
	}
	return found[0], nil
}

// loadThreads reads the threads that the query selects.
func (d *Desk) loadThreads(ctx context.Context, tx *transaction, q ticket.Query, r reach, fields []*ticket.CustomField) ([]*Thread, error) {
	found, err := tx.FollowUps().Threads(ctx, q)
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(found, func(t *followup.Thread) bool { return !fit(t.Values, fields) }) {
		if fields, err = tx.CustomFields().All(ctx); err != nil {
			return nil, err
		}
	}
	whole := make([]Thread, len(found))
	all := make([]*Thread, len(found))
	for i, t := range found {
		whole[i] = Thread{Ticket: t.Ticket, Fields: fields, conversation: conversation{first: t.FollowUps}}
		if t.More {
			whole[i].conversation.rest = d.followUpsOn(r, t.ID)
		}
		all[i] = &whole[i]
	}
	return all, nil
}

// editedThread reads the thread of a ticket that was edited in this transaction, which
// may be where its actor does not reach it any more.
func (d *Desk) editedThread(ctx context.Context, tx *transaction, t *ticket.Ticket, fields []*ticket.CustomField) (*Thread, error) {
	r := reach{desk: d, actor: tx.actor, whole: true}
	if lengthOf(t.Description)+lengthOf(t.Resolution) < maxPartBytes {
		thread, err := d.loadThread(ctx, tx, t.ID, r, ticket.Bound{Bytes: maxPartBytes}, fields)
		if !errors.Is(err, storage.ErrTooLarge) {
			return thread, err
		}
	}
	var err error
	if t.Values, err = tx.Tickets().Values(ctx, t.ID); err != nil { // the rest is in memory
		return nil, err
	}
	return &Thread{Ticket: t, Fields: fields, conversation: conversation{rest: d.followUpsOn(r, t.ID)}}, nil
}

func lengthOf(s *string) int {
	if s == nil {
		return 0
	}
	return len(*s)
}

// followUpsOn returns the follow-ups on a ticket.
func (d *Desk) followUpsOn(r reach, id int64) *List[*followup.FollowUp] {
	return d.followUps(r, FollowUpQuery{Filter: followup.On(id)})
}
