package helpdesk

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// What a ticket refers to: its queue, its assignee and the ticket that it is merged to.

// cachedQueue returns the queue of a ticket, which may be cached.
func (d *Desk) cachedQueue(ctx context.Context, tx *transaction, id int64) (*ticket.Queue, error) {
	q, err := readThrough(tx, d.cache, &d.cache.queues, id, func() (ticket.Queue, error) { return deref(tx.Queues().Get(ctx, id)) })
	return &q, err
}

// cachedUser returns a user whom a ticket concerns, who may be cached, without Queues.
func (d *Desk) cachedUser(ctx context.Context, tx *transaction, id int64) (*user.User, error) {
	u, err := readThrough(tx, d.cache, &d.cache.people, id, func() (user.User, error) { return deref(tx.Users().Get(ctx, id)) })
	return u.Clone(), err
}

// ticketExists returns ErrNotFound when there is no such ticket in scope.
func ticketExists(ctx context.Context, tx *transaction, id int64, s ticket.Scope) error {
	n, err := tx.Tickets().Count(ctx, s, ticket.Filter{IDs: []int64{id}})
	if err == nil && n == 0 {
		err = fmt.Errorf("get ticket: %w", ErrNotFound)
	}
	return err
}

// lockTicket locks a ticket. Where the use case will not write, it only reads it.
func lockTicket(ctx context.Context, tx *transaction, id int64, s ticket.Scope) (*ticket.Ticket, error) {
	if tx.found != nil {
		return tx.Tickets().Get(ctx, id, s)
	}
	return tx.Tickets().Lock(ctx, id, s)
}

// findQueue returns the queue that a ticket is to be in, and reports one that does not
// exist or that the actor may not put tickets in.
func (d *Desk) findQueue(ctx context.Context, tx *transaction, r role, id int64, problems problem.Error) (*ticket.Queue, error) {
	q, err := d.cachedQueue(ctx, tx, id)
	none, err := missing(err)
	if err != nil {
		return nil, err
	}
	if !none && !r.queues.All {
		admitted, err := tx.Queues().Admits(ctx, id, r.queues)
		if err != nil {
			return nil, err
		}
		none = !admitted
	}
	if none {
		problems.AddNew("queue", noObject(id))
		return nil, nil
	}
	return q, nil
}

// findAssignee returns the user whom a ticket is assigned to, nil for none, and reports
// one who does not exist.
func (d *Desk) findAssignee(ctx context.Context, tx *transaction, id *int64, problems problem.Error) (*user.User, error) {
	if id == nil {
		return nil, nil
	}
	u, err := d.cachedUser(ctx, tx, *id)
	none, err := missing(err)
	if none {
		problems.AddNew("assigned_to", noObject(*id))
		return nil, nil
	}
	return u, err
}

// findMergeTarget reports a ticket to merge to that the actor does not reach, and a merge
// that would close a cycle. The chain of merges is locked, so that two merges at once
// cannot close one together.
func findMergeTarget(ctx context.Context, tx *transaction, r role, t *ticket.Ticket, problems problem.Error) error {
	if t.MergedTo == nil {
		return nil
	}
	_, err := tx.Tickets().Get(ctx, *t.MergedTo, r.tickets)
	none, err := missing(err)
	if none {
		problems.AddNew("merged_to", noObject(*t.MergedTo))
	}
	if none || err != nil || t.ID == 0 {
		return err
	}
	cycle, err := ticket.MergesIntoItself(t.ID, *t.MergedTo, func(id int64) (*int64, error) {
		next, err := tx.Tickets().Lock(ctx, id, ticket.Scope{All: true})
		if errors.Is(err, storage.ErrNotFound) { // it was deleted after Get, or since its predecessor was locked
			return nil, errMoved
		}
		if err != nil {
			return nil, err
		}
		return next.MergedTo, nil
	})
	if cycle {
		problems.AddNew("merged_to", problem.Problem{Reason: problem.Cycle})
	}
	return err
}
