package helpdesk

import (
	"cmp"
	"context"
	"strconv"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// Ticket returns a ticket that the actor works on.
func (d *Desk) Ticket(ctx context.Context, actor *user.User, id int64) (thread *Thread, err error) {
	if err := d.Allow(actor, ReadTickets); err != nil {
		return nil, err
	}
	err = d.readPart(ctx, func(b ticket.Bound) error {
		return d.lookUp(ctx, func(tx *transaction) error {
			fields, err := d.customFields(ctx, tx)
			if err != nil {
				return err
			}
			thread, err = d.loadThread(ctx, tx, id, d.reach(actor), b, fields)
			return err
		})
	})
	return thread, err
}

// TicketQuery is a list of tickets: which, in which order, and what of them is left out.
// The zero TicketQuery is every ticket by ascending id.
type TicketQuery struct {
	ticket.Filter
	Order   ticket.Order
	Without ticket.Parts
}

// part is what a Store is asked for: a part of the list, as far as the scope admits it.
func (q TicketQuery) part(s ticket.Scope, p span) ticket.Query {
	part := ticket.Query{
		Scope: s, Filter: q.Filter, Order: q.Order, Without: q.Without, Backward: p.backward,
		Offset: p.offset, Limit: p.limit, Bound: p.bound,
	}
	if p.after.id != 0 {
		after := atTicket(p.after)
		part.After = &after
	}
	return part
}

// position is the position of a ticket in the list.
func (q TicketQuery) position(t *ticket.Ticket) position {
	return positionOfTicket(q.Order.Of(t))
}

// less orders positions in the list.
func (q TicketQuery) less(a, b position) bool { return q.Order.Compare(atTicket(a), atTicket(b)) < 0 }

// orderName names the order for cursors.
func (q TicketQuery) orderName() string {
	return orderName(string(cmp.Or(q.Order.By, ticket.ByID)), q.Order.Descending)
}

// TicketExists returns nil when there is a ticket with this id that the actor works
// on, and ErrNotFound when there is none.
func (d *Desk) TicketExists(ctx context.Context, actor *user.User, id int64) error {
	if err := d.Allow(actor, ReadTickets); err != nil {
		return err
	}
	return d.lookUp(ctx, func(tx *transaction) error { return ticketExists(ctx, tx, id, d.policy.Reach(actor)) })
}

// Tickets returns the tickets that the query selects among those the actor works on, in
// its order.
func (d *Desk) Tickets(actor *user.User, q TicketQuery) *List[*Thread] {
	reach := d.reach(actor)
	query := func(p span) ticket.Query { return q.part(reach.scope(), p) }
	return newList(d, actor, ReadTickets, listing[*Thread]{
		count: func(ctx context.Context, tx *transaction) (int, error) {
			return tx.Tickets().Count(ctx, reach.scope(), q.Filter)
		},
		read: func(ctx context.Context, tx *transaction, p span) ([]*Thread, error) {
			fields, err := d.customFields(ctx, tx)
			if err != nil {
				return nil, err
			}
			return d.loadThreads(ctx, tx, query(p), reach, fields)
		},
		whole:   true,
		bounded: true,
		key:     func(t *Thread) position { return q.position(t.Ticket) },
		less:    q.less,
		order:   q.orderName(),
		end: func(ctx context.Context, tx *transaction, p span) (position, error) {
			return endOfTickets(ctx, tx, query(p))
		},
	})
}

// endOfTickets returns the position of the last ticket that a query selects.
func endOfTickets(ctx context.Context, tx *transaction, q ticket.Query) (position, error) {
	if q.Limit == 0 {
		q.Backward = true
	} else {
		q.Offset += q.Limit - 1
	}
	q.Limit, q.Bound = 1, ticket.Bound{}
	q.Without = ticket.FollowUps | ticket.CustomValues | ticket.Description | ticket.Resolution
	last, err := tx.Tickets().List(ctx, q)
	if err == nil && len(last) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return position{}, err
	}
	return positionOfTicket(q.Order.Of(last[0])), nil
}

// CreateTicket opens a ticket with an opening follow-up by the actor, which the files are
// attached to. Status, OnHold, Resolution and MergedTo of the argument are validated and
// not used; a nil Description or SubmitterEmail becomes "", a zero Priority becomes
// Normal, and custom fields without a value get an empty one.
func (d *Desk) CreateTicket(ctx context.Context, actor *user.User, t *ticket.Ticket, files ...followup.Upload) (*Thread, error) {
	w := by(actor, WorkOnTickets).creating(sizeOf(t, files))
	return write(ctx, d, w, func(tx *transaction) (*Thread, error) {
		n, problems, err := d.prepareTicket(ctx, tx, d.staff(actor), t, files)
		if err != nil {
			return nil, err
		}
		if err := tx.invalid(problems); err != nil {
			return nil, err
		}
		return d.openTicket(ctx, tx, d.staff(actor), n, files)
	})
}

// newTicket is a ticket that is about to be opened, with the rows it refers to.
type newTicket struct {
	*ticket.Ticket
	queue    *ticket.Queue
	assignee *user.User // nil when nobody is assigned
	fields   []*ticket.CustomField
}

// prepareTicket turns a given ticket into the one to be opened, and returns what is wrong
// with it.
func (d *Desk) prepareTicket(ctx context.Context, tx *transaction, r role, given *ticket.Ticket,
	files []followup.Upload,
) (*newTicket, problem.Error, error) {
	if err := required("a ticket", given); err != nil {
		return nil, nil, err
	}
	t := given.Clone()
	t.Trim()
	if t.Status == 0 {
		t.Status = ticket.Open
	}
	if t.Priority == 0 {
		t.Priority = ticket.Normal
	}
	problems := t.Check()
	n := &newTicket{Ticket: t}
	var err error
	if n.queue, err = d.findQueue(ctx, tx, r, t.QueueID, problems); err != nil {
		return nil, nil, err
	}
	if n.assignee, err = d.findAssignee(ctx, tx, t.AssignedTo, problems); err != nil {
		return nil, nil, err
	}
	if n.assignee != nil && !n.assignee.Active {
		problems.AddNew("assigned_to", problem.Problem{Reason: problem.NotAvailable, Value: strconv.FormatInt(n.assignee.ID, 10)})
	}
	if err := findMergeTarget(ctx, tx, r, t, problems); err != nil {
		return nil, nil, err
	}
	for i := range files {
		problems.AddNew("attachment", files[i].Check(d.extensions)...)
	}
	n.fields, err = d.parseValues(ctx, tx, given.Values, func(fields []*ticket.CustomField) problem.Error {
		found := problem.Error{}
		t.Values = newValues(r, given.Values, fields, found)
		return found
	}, problems)
	return n, problems, err
}

// openTicket writes a valid ticket and what opens with it.
func (d *Desk) openTicket(ctx context.Context, tx *transaction, r role, n *newTicket, files []followup.Upload) (*Thread, error) {
	t, now := n.Ticket, tx.now
	t.Status, t.OnHold, t.Resolution, t.MergedTo = ticket.Open, false, nil, nil
	if t.Description == nil {
		t.Description = new("")
	}
	if t.SubmitterEmail == nil {
		t.SubmitterEmail = new("")
	}
	t.Created, t.Modified, t.SecretKey = now, now, ticket.NewSecretKey()
	if err := tx.Tickets().Insert(ctx, t, n.fields); err != nil {
		return nil, err
	}
	tx.created(ticketObject(t, n.fields), t)
	f := followup.Opening(t, r.actor, n.assignee, n.queue)
	f.Date = now
	if err := tx.FollowUps().Insert(ctx, f); err != nil {
		return nil, err
	}
	if err := attach(ctx, tx, t, f, files); err != nil {
		return nil, err
	}
	if err := linkBack(ctx, tx, r, t.ID, *t.Description); err != nil {
		return nil, err
	}
	return &Thread{Ticket: t, Fields: n.fields, conversation: conversation{first: []*followup.FollowUp{f}}}, nil
}

// UpdateTicket changes a ticket that the actor works on. It calls change with the present
// state, which no other writer can change meanwhile, validates the result, and writes it
// with its history. A problem.Error of change is returned together with the problems that
// the desk finds; any other error ends the update. Change cannot set ID, Created, Modified,
// SecretKey and Version. It may be called again when the transaction has to be repeated.
func (d *Desk) UpdateTicket(ctx context.Context, actor *user.User, id int64, change func(*ticket.Ticket) error) (*Thread, error) {
	return write(ctx, d, by(actor, WorkOnTickets), func(tx *transaction) (*Thread, error) {
		before, err := tx.Tickets().Lock(ctx, id, d.policy.Reach(actor))
		if err != nil {
			return nil, err
		}
		if err := checkCurrentTicket(ctx, tx, before); err != nil {
			return nil, err
		}
		if before.Values, err = tx.Tickets().Values(ctx, id); err != nil {
			return nil, err
		}
		t := before.Clone()
		problems, err := problemsOfChange(change(t))
		if err != nil {
			return nil, err
		}
		t.Trim()
		t.ID, t.Created, t.Modified, t.SecretKey, t.Version = before.ID, before.Created, before.Modified, before.SecretKey, before.Version
		fields, err := d.validateEdit(ctx, tx, d.staff(actor), before, t, problems)
		if err != nil {
			return nil, err
		}
		if err := tx.invalid(problems); err != nil {
			return nil, err
		}
		if err := saveTicket(ctx, tx, before, t, fields); err != nil {
			return nil, err
		}
		return d.editedThread(ctx, tx, t, fields)
	})
}

// validateEdit adds what is wrong with an edited ticket to the problems, and returns the
// definitions of the custom fields.
func (d *Desk) validateEdit(ctx context.Context, tx *transaction, r role, before, t *ticket.Ticket,
	problems problem.Error,
) ([]*ticket.CustomField, error) {
	problems.Merge(t.Check())
	if t.QueueID != before.QueueID {
		if _, err := d.findQueue(ctx, tx, r, t.QueueID, problems); err != nil {
			return nil, err
		}
	}
	if !equal(t.AssignedTo, before.AssignedTo) {
		if _, err := d.findAssignee(ctx, tx, t.AssignedTo, problems); err != nil {
			return nil, err
		}
	}
	if !equal(t.MergedTo, before.MergedTo) {
		if err := findMergeTarget(ctx, tx, r, t, problems); err != nil {
			return nil, err
		}
	}
	given := t.Values
	return d.parseValues(ctx, tx, given, func(fields []*ticket.CustomField) problem.Error {
		found := problem.Error{}
		t.Values = editedValues(before.Values, given, fields, found)
		return found
	}, problems)
}

// DeleteTicket removes a ticket that the actor works on, with its follow-ups,
// attachments and history. Tickets merged into it are merged into none.
func (d *Desk) DeleteTicket(ctx context.Context, actor *user.User, id int64) error {
	return d.write(ctx, by(actor, WorkOnTickets), func(tx *transaction) error {
		t, err := tx.Tickets().Lock(ctx, id, d.policy.Reach(actor))
		if err != nil {
			return err
		}
		if err := checkCurrentTicket(ctx, tx, t); err != nil {
			return err
		}
		if err := unmerge(ctx, tx, id); err != nil {
			return err
		}
		if err := deleteContent(ctx, tx, followup.On(id)); err != nil {
			return err
		}
		if err := tx.Tickets().Delete(ctx, id); err != nil {
			return err
		}
		tx.deleted(ticketObject(t, nil), t)
		return nil
	})
}
