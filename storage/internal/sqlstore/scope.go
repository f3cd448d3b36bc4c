package sqlstore

import (
	"context"
	"slices"

	"github.com/go-helpdesk/helpdesk/ticket"
)

// inRows is the condition that column has the id of a row that fulfils the condition,
// for a list of which that leads to the rows.
func inRows(column, table string, c cond) cond {
	return is(column+" IN (SELECT id FROM "+table+" WHERE ?)", c)
}

// ofRow is the same condition, for few rows that are found otherwise: SQLite would
// collect everything that inRows selects first. The column is named with its table.
func ofRow(column, table string, c cond) cond {
	return is("EXISTS (SELECT 1 FROM "+table+" WHERE id = "+column+" AND ?)", c)
}

// admitted is the condition under which the scope admits a row of helpdesk_ticket.
func admitted(s ticket.Scope) cond {
	if s.All {
		return cond{}
	}
	var submitter, assignee cond
	if s.Submitter != "" {
		submitter = is("submitter_key = ?", ticket.AddressKey(s.Submitter))
	}
	if s.AssignedTo != 0 {
		assignee = is("assigned_to = ?", s.AssignedTo)
	}
	return or(append(inQueues("queue_id", s.GrantedTo, s.Queues), submitter, assignee)...)
}

// admittedQueues is the condition under which the scope admits a row of
// helpdesk_queue.
func admittedQueues(s ticket.QueueScope) cond {
	if s.All {
		return cond{}
	}
	var public cond
	if s.Public {
		public = is("allow_public_submission = ?", true)
	}
	return or(append(inQueues("id", s.GrantedTo, s.IDs), public)...)
}

// The queues that were granted to a user, and to groups of theirs.
const (
	grantedAlone    = "SELECT queue_id FROM helpdesk_user_queue WHERE user_id = ?"
	grantedInGroups = "SELECT q.queue_id FROM helpdesk_group_queue q JOIN helpdesk_group_user u ON u.group_id = q.group_id WHERE u.user_id = ?"
)

// named is the same scope, in which queues that were granted are named: unless few
// rows are looked at, none of them is to ask for these.
func (x *transaction) named(ctx context.Context, s ticket.Scope, few bool) (ticket.Scope, error) {
	if few || s.All || s.GrantedTo == 0 {
		return s, nil
	}
	if x.writer != nil || x.grantee != s.GrantedTo {
		q := statement{text: grantedAlone + " UNION ALL " + grantedInGroups, args: []any{s.GrantedTo, s.GrantedTo}}
		granted, err := list(ctx, x, "read grants", q, (*row).Int)
		if err != nil {
			return s, err
		}
		x.grantee, x.granted = s.GrantedTo, granted
	}
	s.GrantedTo, s.Queues = 0, slices.Concat(s.Queues, x.granted)
	slices.Sort(s.Queues)
	s.Queues = slices.Compact(s.Queues)
	return s, nil
}

// inQueues are the conditions that column has one of the queues, or one that was
// granted to the user or a group of theirs.
func inQueues(column string, userID int64, ids []int64) (any []cond) {
	if userID != 0 {
		any = append(any, is(column+" IN ("+grantedAlone+")", userID), is(column+" IN ("+grantedInGroups+")", userID))
	}
	if len(ids) > 0 {
		any = append(any, in(column, ids))
	}
	return any
}

// onTickets is the condition that the ticket_id of a row of the table is one of the
// ids, if there are any, and that of a ticket which the scope admits. Few are the
// rows where something else selects them.
func onTickets(table string, ids []int64, s ticket.Scope, few bool) (c cond) {
	if len(ids) > 0 {
		c = in("ticket_id", ids)
	}
	switch {
	case s.All:
		return c
	case few || len(ids) > 0:
		return c.and(ofRow(table+".ticket_id", ticketTable.name, admitted(s)))
	}
	return c.and(inRows("ticket_id", ticketTable.name, admitted(s)))
}
