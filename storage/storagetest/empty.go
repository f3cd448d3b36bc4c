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
			for want, filter := range map[int]followup.Filter{1: {Scope: all}, 0: {Scope: all, Tickets: []int64{}}} {
				e.finds(tx, filter, want)
			}
			e.finds(tx, followup.Filter{Scope: all, FollowUps: []int64{}}, 0)
			e.finds(tx, followup.Filter{Scope: all, Tickets: []int64{t.ID}, FollowUps: []int64{}}, 0)
			equal(e, len(must(tx.Users().List(e.ctx, user.Query{IDs: []int64{}, Limit: 9}))(e)), 0)
			equal(e, len(must(tx.Groups().List(e.ctx, user.Query{IDs: []int64{}, Limit: 9}))(e)), 0)
			equal(e, len(must(tx.Queues().List(e.ctx, ticket.QueueQuery{IDs: []int64{}, Limit: 9}))(e)), 0)
			equal(e, len(must(tx.Queues().List(e.ctx, ticket.QueueQuery{Limit: 9}))(e)), 1)
		})
	}},
}

// finds expects so many follow-ups, attachments and change records.
func (e *env) finds(tx storage.Tx, f followup.Filter, want int) {
	e.Helper()
	equal(e, len(must(tx.FollowUps().List(e.ctx, followup.Query{Filter: f, Limit: 9}))(e)), want)
	equal(e, must(tx.FollowUps().Count(e.ctx, f))(e), want)
	equal(e, len(must(tx.Attachments().List(e.ctx, followup.AttachmentQuery{Filter: f, Limit: 9}))(e)), want)
	equal(e, must(tx.Attachments().Count(e.ctx, f))(e), want)
	equal(e, len(must(tx.Changes().List(e.ctx, followup.ChangeQuery{Filter: f, Limit: 9}))(e)), want)
	equal(e, must(tx.Changes().Count(e.ctx, f))(e), want)
	if want == 0 {
		absent(tx.FollowUps().End(e.ctx, followup.Query{Filter: f}))(e)
		absent(tx.Attachments().End(e.ctx, followup.AttachmentQuery{Filter: f}))(e)
		absent(tx.Changes().End(e.ctx, followup.ChangeQuery{Filter: f}))(e)
	}
}
