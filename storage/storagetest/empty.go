package storagetest

import (
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// emptyTests: a slice of a filter that is empty but not nil selects nothing.
var emptyTests = []test{
	{"filters", func(e *env) {
		e.update(func(tx storage.Tx) {
			t, ada := e.ticket(tx, "t"), e.user(tx, "ada")
			e.group(tx, "g", []int64{ada.ID}, nil)
			f := &followup.FollowUp{TicketID: t.ID}
			e.ok(tx.FollowUps().Insert(e.ctx, f))
			e.ok(tx.Attachments().Insert(e.ctx, &followup.Attachment{FollowUpID: f.ID}))
			e.ok(tx.Changes().Insert(e.ctx, &followup.Change{TicketID: t.ID, FollowUpID: &f.ID}))
			for want, filter := range map[int]followup.Filter{1: {}, 0: {Ticket: on([]int64{}...)}} {
				e.finds(tx, filter, want)
			}
			e.finds(tx, followup.Filter{FollowUps: []int64{}}, 0)
			e.finds(tx, followup.Filter{Ticket: on(t.ID), FollowUps: []int64{}}, 0)
			equal(e, len(must(tx.Users().List(e.ctx, user.Query{Filter: user.Filter{IDs: []int64{}}, Limit: 9}))(e)), 0)
			equal(e, len(must(tx.Queues().List(e.ctx, ticket.QueueQuery{QueueFilter: ticket.QueueFilter{IDs: []int64{}}, Limit: 9}))(e)), 0)
			equal(e, len(must(tx.Queues().List(e.ctx, ticket.QueueQuery{Limit: 9}))(e)), 1)
		})
	}},
}

// finds expects so many follow-ups, attachments and change records.
func (e *env) finds(tx storage.Tx, f followup.Filter, want int) {
	e.Helper()
	equal(e, len(must(tx.FollowUps().List(e.ctx, followup.Query{Scope: all, Filter: f, Limit: 9}))(e)), want)
	equal(e, must(tx.FollowUps().Count(e.ctx, all, f))(e), want)
	equal(e, len(must(tx.Attachments().List(e.ctx, followup.AttachmentQuery{Scope: all, Filter: f, Limit: 9}))(e)), want)
	equal(e, must(tx.Attachments().Count(e.ctx, all, f))(e), want)
	equal(e, len(must(tx.Changes().List(e.ctx, followup.ChangeQuery{Scope: all, Filter: f, Limit: 9}))(e)), want)
	equal(e, must(tx.Changes().Count(e.ctx, all, f))(e), want)
	if want == 0 {
		absent(tx.FollowUps().End(e.ctx, followup.Query{Scope: all, Filter: f}))(e)
		absent(tx.Attachments().End(e.ctx, followup.AttachmentQuery{Scope: all, Filter: f}))(e)
		absent(tx.Changes().End(e.ctx, followup.ChangeQuery{Scope: all, Filter: f}))(e)
	}
}
