package helpdesk

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// FollowUp returns a follow-up on a ticket that the actor works on.
func (d *Desk) FollowUp(ctx context.Context, actor *user.User, id int64) (*followup.FollowUp, error) {
	if err := d.Allow(actor, ReadTickets); err != nil {
		return nil, err
	}
	var f *followup.FollowUp
	err := d.viewPart(ctx, func(tx *transaction, b ticket.Bound) error {
		q := followup.Query{Scope: d.policy.Reach(actor), Filter: followup.Filter{FollowUps: []int64{id}}, Limit: 1, Bound: b}
		found, err := completeFollowUps(ctx, tx, q)
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return fmt.Errorf("get follow-up: %w", ErrNotFound)
		}
		f = found[0]
		return nil
	})
	return f, err
}

// FollowUpExists returns nil when there is a follow-up with this id on a ticket that
// the actor works on, and ErrNotFound when there is none.
func (d *Desk) FollowUpExists(ctx context.Context, actor *user.User, id int64) error {
	if err := d.Allow(actor, ReadTickets); err != nil {
		return err
	}
	return d.lookUp(ctx, func(tx *transaction) error {
		n, err := tx.FollowUps().Count(ctx, d.policy.Reach(actor), followup.Filter{FollowUps: []int64{id}})
		if err == nil && n == 0 {
			err = fmt.Errorf("get follow-up: %w", ErrNotFound)
		}
		return err
	})
}

// FollowUpQuery selects follow-ups and sorts them. The zero FollowUpQuery selects all, by
// date, then id.
type FollowUpQuery struct {
	followup.Filter
	Order followup.Order
}

// FollowUps returns the follow-ups that the query selects among those on tickets that the
// actor works on.
func (d *Desk) FollowUps(actor *user.User, q FollowUpQuery) *List[*followup.FollowUp] {
	return d.followUps(d.reach(actor), q)
}

// followUps returns the follow-ups that the query selects, on tickets within reach.
func (d *Desk) followUps(r reach, of FollowUpQuery) *List[*followup.FollowUp] {
	query := func(p span) followup.Query { return followUpsIn(p, r.scope(), of) }
	permission := ReadTickets
	if r.whole {
		permission = WorkOnTickets // for the result of a change
	}
	l := listing[*followup.FollowUp]{
		count: func(ctx context.Context, tx *transaction) (int, error) {
			return tx.FollowUps().Count(ctx, r.scope(), of.Filter)
		},
		read: func(ctx context.Context, tx *transaction, p span) ([]*followup.FollowUp, error) {
			return completeFollowUps(ctx, tx, query(p))
		},
		bounded: true,
		key:     func(f *followup.FollowUp) position { return positionOf(of.Order, f.Date, f.ID) },
		less:    inOrder(of.Order.Descending),
		order:   orderName(cmp.Or(string(of.Order.By), string(followup.ByDate)), of.Order.Descending),
		end: func(ctx context.Context, tx *transaction, p span) (position, error) {
			return endOfFollowUps(ctx, tx, query(p))
		},
	}
	return newList(d, r.actor, permission, l)
}

// followUpsIn is the query for a span of a list of follow-ups.
func followUpsIn(p span, s ticket.Scope, of FollowUpQuery) followup.Query {
	return followup.Query{Scope: s, Filter: of.Filter, Order: towards(p, of.Order), After: atDate(p.after),
		Offset: p.offset, Limit: p.limit, Bound: p.bound}
}

// completeFollowUps returns the follow-ups that the query selects, with what belongs
// to them.
func completeFollowUps(ctx context.Context, tx *transaction, q followup.Query) ([]*followup.FollowUp, error) {
	found, err := tx.FollowUps().List(ctx, q)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	n, err := tx.FollowUps().Complete(ctx, q.Bound, found...)
	if err != nil {
		return nil, err
	}
	return found[:n], nil
}

func endOfFollowUps(ctx context.Context, tx *transaction, q followup.Query) (position, error) {
	last, err := tx.FollowUps().End(ctx, q)
	return positionOf(q.Order, last.Date, last.ID), err
}

// Reply adds a follow-up with files to the ticket f.TicketID, which the actor works on. It
// uses Title and Comment, which may be nil, Public, TimeSpent and NewStatus, which moves
// the ticket. The author is the actor, and the desk sets everything else.
func (d *Desk) Reply(ctx context.Context, actor *user.User, f *followup.FollowUp, files ...followup.Upload) (*followup.FollowUp, error) {
	f, err := trimmed(f)
	if err != nil {
		return nil, err
	}
	w := by(actor, WorkOnTickets).creating(sizeOfReply(f, files))
	return write(ctx, d, w, func(tx *transaction) (*followup.FollowUp, error) {
		problems := d.validateFollowUp(f, files)
		t, err := d.lockNewTicket(ctx, tx, f.TicketID, problems)
		if err != nil {
			return nil, err
		}
		if err := tx.invalid(problems); err != nil {
			return nil, err
		}
		reply := &followup.FollowUp{
			TicketID: t.ID, UserID: authorID(actor), Title: f.Title, Comment: f.Comment,
			Public: f.Public, NewStatus: f.NewStatus, TimeSpent: f.TimeSpent, Date: tx.timeOn(t),
		}
		return reply, d.writeReply(ctx, tx, d.staff(actor), t, reply, files)
	})
}

// trimmed is a copy of a follow-up that a caller gave, without white space around
// its texts.
func trimmed(f *followup.FollowUp) (*followup.FollowUp, error) {
	if err := required("a follow-up", f); err != nil {
		return nil, err
	}
	f = f.Clone()
	f.Trim()
	return f, nil
}

// validateFollowUp reports what is wrong with a follow-up and its files by themselves.
func (d *Desk) validateFollowUp(f *followup.FollowUp, files []followup.Upload) problem.Error {
	problems := f.Check()
	for i := range files {
		for _, p := range files[i].Check(d.extensions) {
			p.Item = i + 1
			problems.Add("attachments", p)
		}
	}
	return problems
}

// writeReply writes a valid follow-up and what it does to its ticket.
func (d *Desk) writeReply(ctx context.Context, tx *transaction, r role, t *ticket.Ticket, f *followup.FollowUp,
	files []followup.Upload,
) error {
	if err := d.limitReplies(ctx, tx, r.actor, t.ID); err != nil {
		return err
	}
	before := t.Clone()
	f.MoveTicket(t)
	t.Modified = f.Date
	queue, err := d.cachedQueue(ctx, tx, t.QueueID)
	if err != nil {
		return err
	}
	var assignee *user.User
	if t.AssignedTo != nil {
		if assignee, err = d.cachedUser(ctx, tx, *t.AssignedTo); err != nil {
			return err
		}
	}
	f.EmailRecipients = followup.Recipients(f, t, r.actor, assignee, queue)
	f.Changes = followup.Diff(before, t, nil)
	if err := tx.Tickets().Update(ctx, before, t, nil); err != nil {
		return err
	}
	if err := tx.FollowUps().Insert(ctx, f); err != nil {
		return err
	}
	tx.created(followUpObject(f, t), f)
	if len(f.Changes) > 0 {
		tx.updated(ticketObject(before, nil), ticketObject(t, nil), before, t)
	}
	if err := attach(ctx, tx, t, f, files); err != nil {
		return err
	}
	origin := followup.Change{TicketID: t.ID, FollowUpID: &f.ID, UserID: f.UserID, Date: f.Date}
	if err := record(ctx, tx, f.Changes, origin); err != nil {
		return err
	}
	return linkBack(ctx, tx, r, t.ID, *f.Comment)
}

// lockFollowUp locks a follow-up on a ticket that the actor works on, and before it
// the ticket.
func (d *Desk) lockFollowUp(ctx context.Context, tx *transaction, id int64) (*ticket.Ticket, *followup.FollowUp, error) {
	scope := d.policy.Reach(tx.actor)
	found, err := tx.FollowUps().Get(ctx, id, scope)
	if err != nil || tx.found != nil { // nothing will be written
		return nil, found, err
	}
	t, err := tx.Tickets().Lock(ctx, found.TicketID, scope)
	if errors.Is(err, storage.ErrNotFound) { // deleted, or the follow-up has moved to another ticket
		return nil, nil, errMoved
	}
	if err != nil {
		return nil, nil, err
	}
	f, err := tx.FollowUps().Lock(ctx, id, scope)
	if err != nil {
		return nil, nil, err
	}
	if f.TicketID != t.ID {
		return nil, nil, errMoved
	}
	return t, f, nil
}

// UpdateFollowUp edits a follow-up on a ticket that the actor works on, and nothing
// else: the ticket does not move, but its Modified is raised. Change is as for
// UpdateTicket; it cannot set UserID, Date, MessageID and EmailRecipients.
func (d *Desk) UpdateFollowUp(ctx context.Context, actor *user.User, id int64,
	change func(*followup.FollowUp) error,
) (*followup.FollowUp, error) {
	return write(ctx, d, by(actor, WorkOnTickets), func(tx *transaction) (*followup.FollowUp, error) {
		t, before, err := d.lockFollowUp(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		if err := checkCurrentFollowUp(ctx, tx, before); err != nil {
			return nil, err
		}
		f := before.Clone()
		problems, err := problemsOfChange(change(f))
		if err != nil {
			return nil, err
		}
		f.Trim()
		f.ID, f.UserID, f.Date = before.ID, before.UserID, before.Date
		f.MessageID, f.EmailRecipients, f.Version = before.MessageID, before.EmailRecipients, before.Version
		found := f.Check()
		if equal(f.Title, before.Title) {
			delete(found, "title") // a status may have made it longer than one may give
		}
		problems.Merge(found)
		target := t
		if f.TicketID != t.ID {
			if target, err = d.lockNewTicket(ctx, tx, f.TicketID, problems); err != nil {
				return nil, err
			}
		}
		if err := tx.invalid(problems); err != nil {
			return nil, err
		}
		if !before.Equal(f) {
			if err := tx.FollowUps().Update(ctx, before, f); err != nil {
				return nil, err
			}
			tx.updated(followUpObject(before, t), followUpObject(f, target), before, f)
			if err := touch(ctx, tx, t, target); err != nil {
				return nil, err
			}
		}
		_, err = tx.FollowUps().Complete(ctx, ticket.Bound{}, f)
		return f, err
	})
}

// lockNewTicket locks the ticket that a follow-up is to be on, and reports one that does
// not exist.
func (d *Desk) lockNewTicket(ctx context.Context, tx *transaction, id int64, problems problem.Error) (*ticket.Ticket, error) {
	t, err := lockTicket(ctx, tx, id, d.policy.Reach(tx.actor))
	none, err := missing(err)
	if none {
		problems.AddNew("ticket", noObject(id))
	}
	return t, err
}

// DeleteFollowUp removes a follow-up with its attachments. What it did to the
// ticket stays, in the history too.
func (d *Desk) DeleteFollowUp(ctx context.Context, actor *user.User, id int64) error {
	return d.write(ctx, by(actor, WorkOnTickets), func(tx *transaction) error {
		t, f, err := d.lockFollowUp(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := checkCurrentFollowUp(ctx, tx, f); err != nil {
			return err
		}
		if err := deleteContent(ctx, tx, followup.Filter{FollowUps: []int64{id}}); err != nil {
			return err
		}
		if err := tx.FollowUps().Delete(ctx, id); err != nil {
			return err
		}
		tx.deleted(followUpObject(f, t), f)
		return touch(ctx, tx, t)
	})
}
