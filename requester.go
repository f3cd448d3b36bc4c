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

// The requester's side of the desk: what the one who submitted a ticket sees and does.

// OwnTicket is a ticket as the one who submitted it sees it.
type OwnTicket struct {
	*ticket.Ticket
	Queue  *ticket.Queue
	Fields []*ticket.CustomField // without those for staff only
}

// OwnTicket returns a ticket that the actor submitted: one with the actor's
// own e-mail address, which must not be empty.
func (d *Desk) OwnTicket(ctx context.Context, actor *user.User, id int64) (*OwnTicket, error) {
	if err := d.Allow(actor, ReadOwnTickets); err != nil {
		return nil, err
	}
	var found *OwnTicket
	err := d.viewPart(ctx, false, func(tx *transaction, b ticket.Bound) error {
		f := ticket.Filter{Scope: d.policy.Own(actor), IDs: []int64{id}}
		owned, err := d.ownTickets(ctx, tx, ticket.Query{Filter: f, Limit: 1, Bound: b})
		if err != nil {
			return err
		}
		if len(owned) == 0 {
			return fmt.Errorf("get ticket: %w", ErrNotFound)
		}
		found = owned[0]
		return nil
	})
	return found, err
}

// OwnTicketExists returns nil when there is a ticket with this id that the actor
// submitted, and ErrNotFound when there is none.
func (d *Desk) OwnTicketExists(ctx context.Context, actor *user.User, id int64) error {
	if err := d.Allow(actor, ReadOwnTickets); err != nil {
		return err
	}
	return d.lookUp(ctx, func(tx *transaction) error { return ticketExists(ctx, tx, id, d.policy.Own(actor)) })
}

// OwnTickets returns the tickets that the actor submitted, newest first.
func (d *Desk) OwnTickets(actor *user.User) *List[*OwnTicket] {
	query := func(p span) ticket.Query {
		f := ticket.Filter{Scope: d.policy.Own(actor)}
		return ticket.Query{Filter: f, NewestFirst: true, After: p.after.id, Offset: p.offset, Limit: p.limit, Bound: p.bound}
	}
	return newList(d, actor, ReadOwnTickets, listing[*OwnTicket]{
		count: func(ctx context.Context, tx *transaction) (int, error) {
			return tx.Tickets().Count(ctx, query(span{}).Filter)
		},
		read: func(ctx context.Context, tx *transaction, p span) ([]*OwnTicket, error) {
			return d.ownTickets(ctx, tx, query(p))
		},
		key:  func(t *OwnTicket) position { return position{id: t.ID} },
		less: newer,
		end: func(ctx context.Context, tx *transaction, p span) (position, error) {
			return endOfTickets(ctx, tx, query(p))
		},
	})
}

// ownTickets reads the tickets that the query selects.
func (d *Desk) ownTickets(ctx context.Context, tx *transaction, q ticket.Query) ([]*OwnTicket, error) {
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
func withQueues(ctx context.Context, tx *transaction, tickets []*ticket.Ticket, fields []*ticket.CustomField) ([]*OwnTicket, error) {
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
	list, err := tx.Queues().List(ctx, ticket.QueueQuery{IDs: ids, Limit: len(ids)})
	if err != nil {
		return nil, err
	}
	for _, q := range list {
		queues[q.ID] = q
	}
	if slices.ContainsFunc(tickets, func(t *ticket.Ticket) bool { return !fit(t.Values, fields) }) {
		all, err := tx.CustomFields().All(ctx)
		if err != nil {
			return nil, err
		}
		fields = public(all)
	}
	owned := make([]*OwnTicket, len(tickets))
	for i, t := range tickets {
		owned[i] = &OwnTicket{Ticket: t, Queue: queues[t.QueueID], Fields: fields}
	}
	return owned, nil
}

// TakesRequests reports whether there is a queue in which requesters may open
// tickets.
func (d *Desk) TakesRequests(ctx context.Context) (bool, error) {
	return cachedOr(d.cache, &d.cache.requester, struct{}{}, d.cache.mark(), func() (takes bool, err error) {
		err = d.lookUp(ctx, func(tx *transaction) error {
			public, err := tx.Queues().List(ctx, ticket.QueueQuery{Public: true, Limit: 1})
			takes = len(public) > 0
			return err
		})
		return takes, err
	})
}

// RequestFields returns the definitions of the custom fields that requesters see
// and fill in, in their order.
func (d *Desk) RequestFields(ctx context.Context, actor *user.User) ([]*ticket.CustomField, error) {
	return view(ctx, d, actor, ReadOwnTickets, func(tx *transaction) ([]*ticket.CustomField, error) {
		return d.publicFields(ctx, tx)
	})
}

// CreateRequest opens a ticket as a requester does: in a queue that allows
// public submission, submitted by the actor, who needs an e-mail address of
// their own. It uses the QueueID, Title, Description, Priority and DueDate of t and those
// of its Values that are not for staff; the ticket is assigned to the queue's default
// owner.
func (d *Desk) CreateRequest(ctx context.Context, actor *user.User, t *ticket.Ticket, files ...followup.Upload) (*OwnTicket, error) {
	w := by(actor, WriteOwnTickets).creating(sizeOf(t, files))
	return write(ctx, d, w, func(tx *transaction) (*OwnTicket, error) {
		r := d.requester(actor)
		n, problems, err := d.prepareRequest(ctx, tx, r, t, files)
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
		return &OwnTicket{Ticket: thread.Ticket, Queue: n.queue, Fields: public(n.fields)}, nil
	})
}

// CheckRequest returns what CreateRequest would find wrong, as a
// problem.Error, and writes nothing.
func (d *Desk) CheckRequest(ctx context.Context, actor *user.User, t *ticket.Ticket, files ...followup.Upload) error {
	if err := d.Allow(actor, WriteOwnTickets); err != nil {
		return err
	}
	return d.snapshot(ctx, func(tx *transaction) error {
		_, problems, err := d.prepareRequest(ctx, tx, d.requester(actor), t, files)
		if err != nil {
			return err
		}
		return problems.Err()
	})
}

// prepareRequest is prepareTicket for what a requester gave.
func (d *Desk) prepareRequest(ctx context.Context, tx *transaction, r role, given *ticket.Ticket,
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

// Answer is a public follow-up as the one who submitted the ticket sees it: its
// TimeSpent, EmailRecipients and Changes are not there.
type Answer struct {
	*followup.FollowUp
	Author string // the public name, "" for none
}

// Answers returns the public follow-ups on a ticket that the actor submitted, by date,
// then id.
func (d *Desk) Answers(actor *user.User, ticketID int64) *List[*Answer] {
	query := func(p span) followup.Query {
		f := followup.Filter{Scope: d.policy.Own(actor), Tickets: []int64{ticketID}, Public: true}
		return followup.Query{Filter: f, After: atDate(p.after), Offset: p.offset, Limit: p.limit, Bound: p.bound}
	}
	return newList(d, actor, ReadOwnTickets, listing[*Answer]{
		check: func(ctx context.Context, tx *transaction) error {
			return ticketExists(ctx, tx, ticketID, d.policy.Own(actor))
		},
		count: func(ctx context.Context, tx *transaction) (int, error) {
			return tx.FollowUps().Count(ctx, query(span{}).Filter)
		},
		read: func(ctx context.Context, tx *transaction, p span) ([]*Answer, error) {
			return answers(ctx, tx, query(p))
		},
		key:  func(a *Answer) position { return keyOfFollowUp(a.FollowUp) },
		less: earlier,
		end: func(ctx context.Context, tx *transaction, p span) (position, error) {
			return endOfFollowUps(ctx, tx, query(p))
		},
	})
}

// answers reads the public follow-ups that the query selects, with their files and
// authors.
func answers(ctx context.Context, tx *transaction, q followup.Query) ([]*Answer, error) {
	found, err := completeFollowUps(ctx, tx, q)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	authors := user.Query{}
	for _, f := range found {
		if f.UserID != nil {
			authors.IDs = append(authors.IDs, *f.UserID)
		}
	}
	names := map[int64]string{}
	if authors.Limit = len(authors.IDs); authors.Limit > 0 {
		users, err := tx.Users().List(ctx, authors)
		if err != nil {
			return nil, err
		}
		for _, u := range users {
			names[u.ID] = u.PublicName()
		}
	}
	all := make([]*Answer, len(found))
	for i, f := range found {
		f.Title, f.TimeSpent, f.EmailRecipients, f.Changes = followup.PublicTitle(f.Title), nil, nil, nil
		all[i] = &Answer{FollowUp: f}
		if f.UserID != nil {
			all[i].Author = names[*f.UserID]
		}
	}
	return all, nil
}

// CreateAnswer adds a public follow-up with files to a ticket that the actor
// submitted. It has a comment; a resolved ticket is reopened by it, unless the
// desk keeps it resolved.
func (d *Desk) CreateAnswer(ctx context.Context, actor *user.User, ticketID int64, comment string,
	files ...followup.Upload,
) (*Answer, error) {
	w := by(actor, WriteOwnTickets).creating(int64(len(comment)) + sizeOfFiles(files))
	return write(ctx, d, w, func(tx *transaction) (*Answer, error) {
		r := d.requester(actor)
		t, err := lockTicket(ctx, tx, ticketID, r.tickets)
		if err != nil {
			return nil, err
		}
		if err := tx.invalid(d.validateAnswer(comment, files)); err != nil {
			return nil, err
		}
		comment := validate.TrimSpace(comment)
		f := &followup.FollowUp{TicketID: t.ID, UserID: authorID(actor), Comment: &comment, Public: true, Date: tx.now}
		if t.Status == ticket.Resolved && !d.keepResolved {
			f.NewStatus = new(ticket.Reopened)
		}
		if err := d.writeReply(ctx, tx, r, t, f, files); err != nil {
			return nil, err
		}
		seen := *f
		seen.TimeSpent, seen.EmailRecipients, seen.Changes = nil, nil, nil
		return &Answer{FollowUp: &seen, Author: actor.PublicName()}, nil
	})
}

// CheckAnswer returns what CreateAnswer would find wrong, as a problem.Error,
// and writes nothing.
func (d *Desk) CheckAnswer(ctx context.Context, actor *user.User, ticketID int64, comment string, files ...followup.Upload) error {
	if err := d.Allow(actor, WriteOwnTickets); err != nil {
		return err
	}
	return d.snapshot(ctx, func(tx *transaction) error {
		if _, err := tx.Tickets().Get(ctx, ticketID, d.policy.Own(actor)); err != nil {
			return err
		}
		return d.validateAnswer(comment, files).Err()
	})
}

// validateAnswer returns what is wrong with a requester's follow-up.
func (d *Desk) validateAnswer(comment string, files []followup.Upload) problem.Error {
	comment = validate.TrimSpace(comment)
	problems := d.validateFollowUp(&followup.FollowUp{Comment: &comment}, files)
	if comment == "" {
		problems.AddNew("comment", problem.Problem{Reason: problem.Blank})
	}
	return problems
}

// OpenAnswerFile returns an attachment on a public follow-up of a ticket that
// the actor submitted, with a reader as OpenAttachment's.
func (d *Desk) OpenAnswerFile(ctx context.Context, actor *user.User, ticketID, id int64) (*followup.Attachment, io.ReadSeeker, error) {
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
