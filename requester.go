package helpdesk

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/internal/validate"
	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// The requester's side of the desk. A requester is who submitted a ticket: they see it
// without what is for staff only, and may reply to it.

// RequesterTicket is a ticket as its requester sees it.
type RequesterTicket struct {
	*ticket.Ticket
	Queue  *ticket.Queue
	Fields []*ticket.CustomField // without those for staff only
}

// RequesterTicket returns a ticket that the actor submitted: one with the actor's own
// e-mail address, which must not be empty.
func (d *Desk) RequesterTicket(ctx context.Context, actor *user.User, id int64) (found *RequesterTicket, err error) {
	if err := d.Allow(actor, ReadOwnTickets); err != nil {
		return nil, err
	}
	err = d.viewPart(ctx, func(tx *transaction, b ticket.Bound) error {
		q := ticket.Query{Scope: d.policy.Own(actor), Filter: ticket.Filter{IDs: []int64{id}}, Limit: 1, Bound: b}
		all, err := d.readRequesterTickets(ctx, tx, q)
		if err != nil {
			return err
		}
		if len(all) == 0 {
			return fmt.Errorf("get ticket: %w", ErrNotFound)
		}
		found = all[0]
		return nil
	})
	return found, err
}

// RequesterTicketExists returns nil when there is a ticket with this id that the actor
// submitted, and ErrNotFound when there is none.
func (d *Desk) RequesterTicketExists(ctx context.Context, actor *user.User, id int64) error {
	if err := d.Allow(actor, ReadOwnTickets); err != nil {
		return err
	}
	return d.lookUp(ctx, func(tx *transaction) error { return ticketExists(ctx, tx, id, d.policy.Own(actor)) })
}

// RequesterTicketFilter selects tickets for which all of its conditions hold, by what
// requesters see of theirs. The zero RequesterTicketFilter selects all.
type RequesterTicketFilter struct {
	Status           ticket.Among[ticket.Status]
	Queue            ticket.Among[int64] // by the id of the queue
	Created, DueDate ticket.Range
}

// RequesterTickets returns the tickets that the filter selects among those that the actor
// submitted, newest first.
func (d *Desk) RequesterTickets(actor *user.User, f RequesterTicketFilter) *List[*RequesterTicket] {
	q := TicketQuery{
		Filter: ticket.Filter{Status: f.Status, Queue: f.Queue, Created: f.Created, DueDate: f.DueDate},
		Order:  ticket.NewestFirst,
	}
	query := func(p span) ticket.Query { return q.part(d.policy.Own(actor), p) }
	return newList(d, actor, ReadOwnTickets, listing[*RequesterTicket]{
		count: func(ctx context.Context, tx *transaction) (int, error) {
			return tx.Tickets().Count(ctx, d.policy.Own(actor), q.Filter)
		},
		read: func(ctx context.Context, tx *transaction, p span) ([]*RequesterTicket, error) {
			return d.readRequesterTickets(ctx, tx, query(p))
		},
		bounded: true,
		key:     func(t *RequesterTicket) position { return q.position(t.Ticket) },
		less:    q.less,
		order:   q.orderName(),
		end: func(ctx context.Context, tx *transaction, p span) (position, error) {
			return endOfTickets(ctx, tx, query(p))
		},
	})
}

// readRequesterTickets reads the tickets that the query selects.
func (d *Desk) readRequesterTickets(ctx context.Context, tx *transaction, q ticket.Query) ([]*RequesterTicket, error) {
	tickets, err := tx.Tickets().List(ctx, q)
	if err != nil || len(tickets) == 0 {
		return nil, err
	}
	fields, err := d.publicFields(ctx, tx)
	if err != nil {
		return nil, err
	}
	return withQueues(ctx, tx, tickets, fields)
}

// publicFields returns the definitions of the custom fields that are not for staff only.
func (d *Desk) publicFields(ctx context.Context, tx *transaction) ([]*ticket.CustomField, error) {
	all, err := d.customFields(ctx, tx)
	if err != nil {
		return nil, err
	}
	return public(all), nil
}

// public are the custom fields that are not for staff only.
func public(all []*ticket.CustomField) (fields []*ticket.CustomField) {
	for _, f := range all {
		if !f.StaffOnly {
			fields = append(fields, f)
		}
	}
	return fields
}

// withQueues completes tickets with their queues, in one query.
func withQueues(ctx context.Context, tx *transaction, tickets []*ticket.Ticket, fields []*ticket.CustomField) (
	[]*RequesterTicket, error,
) {
	if len(tickets) == 0 {
		return nil, nil
	}
	var ids []int64
	queues := map[int64]*ticket.Queue{}
	for _, t := range tickets {
		if _, seen := queues[t.QueueID]; !seen {
			queues[t.QueueID] = nil
			ids = append(ids, t.QueueID)
		}
	}
	list, err := tx.Queues().List(ctx, ticket.QueueQuery{QueueFilter: ticket.QueueFilter{IDs: ids}, Limit: len(ids)})
	if err != nil {
		return nil, err
	}
	for _, q := range list {
		queues[q.ID] = q
	}
	if slices.ContainsFunc(tickets, func(t *ticket.Ticket) bool { return !fit(t.Values, fields) }) {
		definitions, err := tx.CustomFields().All(ctx)
		if err != nil {
			return nil, err
		}
		fields = public(definitions)
	}
	all := make([]*RequesterTicket, len(tickets))
	for i, t := range tickets {
		all[i] = &RequesterTicket{Ticket: t, Queue: queues[t.QueueID], Fields: fields}
	}
	return all, nil
}

// OpenToRequesters reports whether there is a queue in which requesters may open
// tickets.
func (d *Desk) OpenToRequesters(ctx context.Context) (bool, error) {
	return cachedOr(d.cache, &d.cache.requester, struct{}{}, d.cache.mark(), func() (takes bool, err error) {
		err = d.lookUp(ctx, func(tx *transaction) error {
			public, err := tx.Queues().List(ctx, ticket.QueueQuery{QueueFilter: ticket.QueueFilter{Public: true}, Limit: 1})
			takes = len(public) > 0
			return err
		})
		return takes, err
	})
}

// RequesterFields returns the definitions of the custom fields that requesters see
// and fill in, in their order.
func (d *Desk) RequesterFields(ctx context.Context, actor *user.User) ([]*ticket.CustomField, error) {
	return view(ctx, d, actor, ReadOwnTickets, func(tx *transaction) ([]*ticket.CustomField, error) {
		return d.publicFields(ctx, tx)
	})
}

// CreateRequesterTicket opens a ticket as a requester does: in a queue that allows
// public submission, submitted by the actor, who needs an e-mail address of
// their own. It uses the QueueID, Title, Description, Priority and DueDate of t and those
// of its Values that are not for staff; the ticket is assigned to the queue's default
// owner.
func (d *Desk) CreateRequesterTicket(ctx context.Context, actor *user.User, t *ticket.Ticket,
	files ...followup.Upload,
) (*RequesterTicket, error) {
	w := by(actor, WriteOwnTickets).creating(sizeOf(t, files))
	return write(ctx, d, w, func(tx *transaction) (*RequesterTicket, error) {
		r := d.requester(actor)
		n, problems, err := d.prepareRequesterTicket(ctx, tx, r, t, files)
		if err != nil {
			return nil, err
		}
		if err := tx.invalid(problems); err != nil {
			return nil, err
		}
		thread, err := d.openTicket(ctx, tx, r, n, files)
		if err != nil {
			return nil, err
		}
		return &RequesterTicket{Ticket: thread.Ticket, Queue: n.queue, Fields: public(n.fields)}, nil
	})
}

// prepareRequesterTicket is prepareTicket for what a requester gave.
func (d *Desk) prepareRequesterTicket(ctx context.Context, tx *transaction, r role, given *ticket.Ticket,
	files []followup.Upload,
) (*newTicket, problem.Error, error) {
	if err := required("a ticket", given); err != nil {
		return nil, nil, err
	}
	n, problems, err := d.prepareTicket(ctx, tx, r, &ticket.Ticket{
		QueueID: given.QueueID, Title: given.Title, Description: given.Description, Priority: given.Priority,
		DueDate: given.DueDate, Values: given.Values, SubmitterEmail: &r.actor.Email,
	}, files)
	if err != nil {
		return nil, nil, err
	}
	if !r.tickets.All && (r.actor.Email == "" || r.tickets.Submitter != r.actor.Email) { // the actor would not see it
		problems.AddNew("submitter_email", problem.Problem{Reason: problem.NoAddress})
	}
	if n.queue == nil || n.queue.DefaultOwner == nil {
		return n, problems, nil
	}
	owner, err := d.cachedUser(ctx, tx, *n.queue.DefaultOwner)
	if none, err := missing(err); err != nil {
		return nil, nil, err
	} else if none { // deleted since the queue was read
		return n, problems, nil
	}
	if owner.Active {
		n.AssignedTo, n.assignee = &owner.ID, owner
	}
	return n, problems, nil
}

// RequesterFollowUp is a public follow-up as the requester of its ticket sees it, without
// TimeSpent, EmailRecipients and Changes.
type RequesterFollowUp struct {
	*followup.FollowUp
	Author string // the public name, "" for none
}

// RequesterFollowUps returns the public follow-ups on a ticket that the actor submitted, by
// date, then id.
func (d *Desk) RequesterFollowUps(actor *user.User, ticketID int64) *List[*RequesterFollowUp] {
	public := FollowUpQuery{Filter: followup.On(ticketID)}
	public.Public = new(true)
	query := func(p span) followup.Query { return followUpsIn(p, d.policy.Own(actor), public) }
	return newList(d, actor, ReadOwnTickets, listing[*RequesterFollowUp]{
		check: func(ctx context.Context, tx *transaction) error {
			return ticketExists(ctx, tx, ticketID, d.policy.Own(actor))
		},
		count: func(ctx context.Context, tx *transaction) (int, error) {
			return tx.FollowUps().Count(ctx, d.policy.Own(actor), public.Filter)
		},
		read: func(ctx context.Context, tx *transaction, p span) ([]*RequesterFollowUp, error) {
			return readRequesterFollowUps(ctx, tx, query(p))
		},
		bounded: true,
		key:     func(a *RequesterFollowUp) position { return positionOf(public.Order, a.Date, a.ID) },
		less:    inOrder(false),
		order:   string(followup.ByDate),
		end: func(ctx context.Context, tx *transaction, p span) (position, error) {
			return endOfFollowUps(ctx, tx, query(p))
		},
	})
}

// readRequesterFollowUps reads the public follow-ups that the query selects, with their
// files and authors.
func readRequesterFollowUps(ctx context.Context, tx *transaction, q followup.Query) ([]*RequesterFollowUp, error) {
	found, err := completeFollowUps(ctx, tx, q)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	var authors []int64
	for _, f := range found {
		if f.UserID != nil {
			authors = append(authors, *f.UserID)
		}
	}
	names, err := publicNames(ctx, tx, authors)
	if err != nil {
		return nil, err
	}
	all := make([]*RequesterFollowUp, len(found))
	for i, f := range found {
		f.Title, f.TimeSpent, f.EmailRecipients, f.Changes = followup.PublicTitle(f.Title), nil, nil, nil
		all[i] = &RequesterFollowUp{FollowUp: f}
		if f.UserID != nil {
			all[i].Author = names[*f.UserID]
		}
	}
	return all, nil
}

// publicNames returns the public names of users by their ids.
func publicNames(ctx context.Context, tx *transaction, ids []int64) (map[int64]string, error) {
	names := map[int64]string{}
	if len(ids) == 0 {
		return names, nil
	}
	users, err := tx.Users().List(ctx, user.Query{Filter: user.Filter{IDs: ids}, Limit: len(ids)})
	for _, u := range users {
		names[u.ID] = u.PublicName()
	}
	return names, err
}

// CreateRequesterReply adds a public follow-up with a comment and files to a ticket that the
// actor submitted. It reopens a resolved ticket, unless Config.KeepResolved is set.
func (d *Desk) CreateRequesterReply(ctx context.Context, actor *user.User, ticketID int64, comment string,
	files ...followup.Upload,
) (*RequesterFollowUp, error) {
	w := by(actor, WriteOwnTickets).creating(int64(len(comment)) + sizeOfFiles(files))
	return write(ctx, d, w, func(tx *transaction) (*RequesterFollowUp, error) {
		r := d.requester(actor)
		t, err := lockTicket(ctx, tx, ticketID, r.tickets)
		if err != nil {
			return nil, err
		}
		if err := tx.invalid(d.validateRequesterReply(comment, files)); err != nil {
			return nil, err
		}
		comment := validate.TrimSpace(comment)
		f := &followup.FollowUp{TicketID: t.ID, UserID: authorID(actor), Comment: &comment, Public: true, Date: tx.timeOn(t)}
		if t.Status == ticket.Resolved && !d.keepResolved {
			f.NewStatus = new(ticket.Reopened)
		}
		if err := d.writeReply(ctx, tx, r, t, f, files); err != nil {
			return nil, err
		}
		seen := *f
		seen.TimeSpent, seen.EmailRecipients, seen.Changes = nil, nil, nil
		return &RequesterFollowUp{FollowUp: &seen, Author: actor.PublicName()}, nil
	})
}

// validateRequesterReply returns what is wrong with a requester's follow-up.
func (d *Desk) validateRequesterReply(comment string, files []followup.Upload) problem.Error {
	comment = validate.TrimSpace(comment)
	problems := d.validateFollowUp(&followup.FollowUp{Comment: &comment}, files)
	if comment == "" {
		problems.AddNew("comment", problem.Problem{Reason: problem.Blank})
	}
	return problems
}

// OpenRequesterAttachment returns an attachment on a public follow-up of a ticket that
// the actor submitted, with a reader as OpenAttachment's.
func (d *Desk) OpenRequesterAttachment(ctx context.Context, actor *user.User, ticketID, id int64) (
	*followup.Attachment, io.ReadSeeker, error,
) {
	a, err := view(ctx, d, actor, ReadOwnTickets, func(tx *transaction) (*followup.Attachment, error) {
		a, err := tx.Attachments().Get(ctx, id, d.policy.Own(actor))
		if err != nil {
			return nil, err
		}
		f, err := tx.FollowUps().Get(ctx, a.FollowUpID, d.policy.Own(actor))
		if err != nil {
			return nil, err
		}
		if !f.Public || f.TicketID != ticketID {
			return nil, ErrNotFound
		}
		return a, nil
	})
	if err != nil {
		return nil, nil, err
	}
	return a, &contentReader{ctx: ctx, store: d.store, key: a.Content, size: a.Size}, nil
}
