package helpdesk

import (
	"context"
	"io"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/internal/validate"
	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// TakesRequests reports whether there is a queue in which requesters may open
// tickets.
func (d *Desk) TakesRequests(ctx context.Context) (bool, error) {
	return cachedOr(d.cache, &d.cache.requests, struct{}{}, d.cache.mark(), func() (takes bool, err error) {
		err = d.glance(ctx, func(tx *transaction) error {
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
	if err := d.Allow(actor, ReadOwnTickets); err != nil {
		return nil, err
	}
	var fields []*ticket.CustomField
	err := d.view(ctx, func(tx *transaction) (err error) {
		fields, err = d.publicFields(ctx, tx)
		return err
	})
	return fields, err
}

// CreateRequest opens a ticket as a requester does: in a queue that allows
// public submission, submitted by the actor, who needs an e-mail address of
// their own. Of t are used QueueID, Title, Description, Priority, DueDate and the
// Values of fields that are not for staff; it is assigned to the queue's default
// owner.
func (d *Desk) CreateRequest(ctx context.Context, actor *user.User, t *ticket.Ticket, files ...followup.Upload) (*OwnTicket, error) {
	var opened *OwnTicket
	err := d.create(ctx, actor, WriteOwnTickets, sizeOf(t, files), func(tx *transaction) error {
		p := d.requester(actor)
		n, problems, err := d.prepareRequest(ctx, tx, p, t, files)
		if err != nil {
			return err
		}
		if err := problems.Err(); err != nil {
			return err
		}
		thread, err := d.openTicket(ctx, tx, p, n, files)
		if err != nil {
			return err
		}
		opened = &OwnTicket{Ticket: thread.Ticket, Queue: n.queue, Fields: public(n.fields)}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return opened, nil
}

// CheckRequest returns what CreateRequest would find wrong, as a
// problem.Error, and writes nothing.
func (d *Desk) CheckRequest(ctx context.Context, actor *user.User, t *ticket.Ticket, files ...followup.Upload) error {
	if err := d.Allow(actor, WriteOwnTickets); err != nil {
		return err
	}
	return d.view(ctx, func(tx *transaction) error {
		_, problems, err := d.prepareRequest(ctx, tx, d.requester(actor), t, files)
		if err != nil {
			return err
		}
		return problems.Err()
	})
}

// prepareRequest is prepareTicket for what a requester gave.
func (d *Desk) prepareRequest(ctx context.Context, tx *transaction, p part, given *ticket.Ticket, files []followup.Upload) (*newTicket, problem.Error, error) {
	if err := required("a ticket", given); err != nil {
		return nil, nil, err
	}
	n, problems, err := d.prepareTicket(ctx, tx, p, &ticket.Ticket{
		QueueID: given.QueueID, Title: given.Title, Description: given.Description, Priority: given.Priority,
		DueDate: given.DueDate, Values: given.Values, SubmitterEmail: &p.actor.Email,
	}, files)
	if err != nil {
		return nil, nil, err
	}
	if !p.tickets.All && (p.actor.Email == "" || p.tickets.Submitter != p.actor.Email) { // the actor would not see it
		problems.AddNew("submitter_email", problem.Problem{Reason: problem.NoAddress})
	}
	if n.queue == nil || n.queue.DefaultOwner == nil {
		return n, problems, nil
	}
	owner, err := d.findPerson(ctx, tx, *n.queue.DefaultOwner)
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
func (d *Desk) CreateAnswer(ctx context.Context, actor *user.User, ticketID int64, comment string, files ...followup.Upload) (*Answer, error) {
	var answer *Answer
	err := d.create(ctx, actor, WriteOwnTickets, int64(len(comment))+sizeOfFiles(files), func(tx *transaction) error {
		p := d.requester(actor)
		t, err := tx.Tickets().Lock(ctx, ticketID, p.tickets)
		if err != nil {
			return err
		}
		if err := d.checkAnswer(comment, files).Err(); err != nil {
			return err
		}
		comment := validate.TrimSpace(comment)
		f := &followup.FollowUp{TicketID: t.ID, UserID: authorID(actor), Comment: &comment, Public: true, Date: tx.now}
		if t.Status == ticket.Resolved && !d.keepResolved {
			f.NewStatus = new(ticket.Reopened)
		}
		if err := d.writeReply(ctx, tx, p, t, f, files); err != nil {
			return err
		}
		f.TimeSpent, f.EmailRecipients, f.Changes = nil, nil, nil
		answer = &Answer{FollowUp: f, Author: actor.PublicName()}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return answer, nil
}

// CheckAnswer returns what CreateAnswer would find wrong, as a problem.Error,
// and writes nothing.
func (d *Desk) CheckAnswer(ctx context.Context, actor *user.User, ticketID int64, comment string, files ...followup.Upload) error {
	if err := d.Allow(actor, WriteOwnTickets); err != nil {
		return err
	}
	return d.view(ctx, func(tx *transaction) error {
		if _, err := tx.Tickets().Get(ctx, ticketID, d.policy.Own(actor)); err != nil {
			return err
		}
		return d.checkAnswer(comment, files).Err()
	})
}

func (d *Desk) checkAnswer(comment string, files []followup.Upload) problem.Error {
	comment = validate.TrimSpace(comment)
	problems := d.checkFollowUp(&followup.FollowUp{Comment: &comment}, files)
	if comment == "" {
		problems.AddNew("comment", problem.Problem{Reason: problem.Blank})
	}
	return problems
}

// OpenAnswerFile returns an attachment on a public follow-up of a ticket that
// the actor submitted, with a reader as OpenAttachment's.
func (d *Desk) OpenAnswerFile(ctx context.Context, actor *user.User, ticketID, id int64) (*followup.Attachment, io.ReadSeeker, error) {
	if err := d.Allow(actor, ReadOwnTickets); err != nil {
		return nil, nil, err
	}
	var found *followup.Attachment
	err := d.view(ctx, func(tx *transaction) error {
		a, err := tx.Attachments().Get(ctx, id, d.policy.Own(actor))
		if err != nil {
			return err
		}
		f, err := tx.FollowUps().Get(ctx, a.FollowUpID, d.policy.Own(actor))
		if err != nil {
			return err
		}
		if !f.Public || f.TicketID != ticketID {
			return ErrNotFound
		}
		found = a
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	return found, &contentReader{ctx: ctx, store: d.store, key: found.Content, size: found.Size}, nil
}
