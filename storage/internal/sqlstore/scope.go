package sqlstore

import (
	"context"
	"slices"

	"github.com/go-helpdesk/helpdesk/ticket"
)

// inSubquery is the condition `column IN (SELECT id …)`. Use it when the subquery leads
// to the rows.
func inSubquery(column, table string, c cond) cond {
	return is(column+" IN (SELECT id FROM "+table+" WHERE ?)", c)
}

// existsRow is the same condition as `EXISTS (SELECT 1 …)`. Use it when something else
// leads to a few rows: SQLite would run all of the subquery of inSubquery first. The
// column is named with its table.
func existsRow(column, table string, c cond) cond {
	return is("EXISTS (SELECT 1 FROM "+table+" WHERE id = "+column+" AND ?)", c)
}

// inScope is the condition that the scope admits a row of helpdesk_ticket.
func inScope(s ticket.Scope) cond {
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
	return or(append(queueConditions("queue_id", s.GrantedTo, s.Queues), submitter, assignee)...)
}

// queueInScope is the condition that the scope admits a row of helpdesk_queue.
func queueInScope(s ticket.QueueScope) cond {
	if s.All {
		return cond{}
	}
	var public cond
	if s.Public {
		public = is("allow_public_submission = ?", true)
	}
	return or(append(queueConditions("id", s.GrantedTo, s.IDs), public)...)
}

// The queues that were granted to a user, and to groups of theirs.
const (
	grantedAlone    = "SELECT queue_id FROM helpdesk_user_queue WHERE user_id = ?"
	grantedInGroups = "SELECT q.queue_id FROM helpdesk_group_queue q JOIN helpdesk_group_user u" +
		" ON u.group_id = q.group_id WHERE u.user_id = ?"
)

// expandGrants replaces GrantedTo of a scope by the ids of the queues that were granted,
// so that a list does not ask for them in each row. It leaves the scope as it is for a
// statement that looks at few rows.
func (x *transaction) expandGrants(ctx context.Context, s ticket.Scope, few bool) (ticket.Scope, error) {
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

// queueConditions are the conditions that column has one of the queues, or one that was
// granted to the user or to a group of theirs.
func queueConditions(column string, userID int64, ids []int64) (conditions []cond) {
	if userID != 0 {
		conditions = append(conditions, is(column+" IN ("+grantedAlone+")", userID), is(column+" IN ("+grantedInGroups+")", userID))
	}
	if len(ids) > 0 {
		conditions = append(conditions, in(column, ids))
	}
	return conditions
}

// ofTicketsInScope is the condition that a row of the table belongs to a ticket which
// the scope admits, and to one of certain tickets. The rows are few when another condition
// selects them.
func ofTicketsInScope(table string, of ticket.Among[int64], s ticket.Scope, few bool) (c cond) {
	c = among("ticket_id", of, in[int64])
	switch {
	case s.All:
		return c
	case few || len(of.In) > 0:
		return c.and(existsRow(table+".ticket_id", ticketTable.name, inScope(s)))
	}
	return c.and(inSubquery("ticket_id", ticketTable.name, inScope(s)))
}
