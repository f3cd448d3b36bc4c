package storagetest

import (
	"time"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// conversation is two tickets of one submitter and one of somebody else, with
// everything that belongs to them.
type conversation struct {
	first, silent, other *followup.Thread
}

func (e *env) conversation(tx storage.Tx) conversation {
	e.Helper()
	field := e.field(tx, "company")
	set := func(t *ticket.Ticket) {
		t.Values = ticket.Values{{Field: field.ID, Text: "of " + t.Title}}
	}
	thread := func(t *ticket.Ticket, followUps ...*followup.FollowUp) *followup.Thread {
		return &followup.Thread{Ticket: t, FollowUps: followUps}
	}
	first, silent, other := e.ticket(tx, "first", submittedBy("ada@example.com"), set), e.ticket(tx, "silent", submittedBy("ada@example.com")), e.ticket(tx, "other", set)
	late, early, theirs := e.followUp(tx, first.ID, at(now.Add(time.Microsecond))), e.followUp(tx, first.ID), e.followUp(tx, other.ID)
	b, a, z := e.attachment(tx, late.ID, "b"), e.attachment(tx, late.ID, "a"), e.attachment(tx, theirs.ID, "z")
	e.change(tx, first.ID, nil) // an edit of the ticket, which is on no follow-up
	c, d := e.change(tx, first.ID, &late.ID), e.change(tx, first.ID, &late.ID)
	moved := e.change(tx, first.ID, &theirs.ID) // made when the follow-up was on another ticket
	late.Attachments, late.Changes = []*followup.Attachment{a, b}, []*followup.Change{c, d}
	theirs.Attachments, theirs.Changes = []*followup.Attachment{z}, []*followup.Change{moved}
	return conversation{thread(first, early, late), thread(silent), thread(other, theirs)}
}

var threadTests = []test{
	{"threads", func(e *env) {
		e.update(func(tx storage.Tx) {
			c := e.conversation(tx)
			finds := func(q ticket.Query, want ...*followup.Thread) {
				e.Helper()
				equalList(e, must(tx.FollowUps().Threads(e.ctx, q))(e), want...)
			}
			every, mine := ticket.Filter{Scope: all}, ticket.Filter{Scope: ticket.Scope{Submitter: "ada@example.com"}}
			finds(ticket.Query{Filter: every, Limit: 9}, c.first, c.silent, c.other)
			finds(ticket.Query{Filter: every, Limit: 1}, c.first)
			finds(ticket.Query{Filter: every, Limit: 9, Offset: 2}, c.other)
			finds(ticket.Query{Filter: every, Limit: 9, After: c.first.ID}, c.silent, c.other)
			finds(ticket.Query{Filter: mine, Limit: 9, NewestFirst: true}, c.silent, c.first)
			finds(ticket.Query{Filter: ticket.Filter{}, Limit: 9})
			if _, err := tx.FollowUps().Threads(e.ctx, ticket.Query{Filter: every}); err == nil {
				e.Error("no limit: no error")
			}
		})
	}},
	{"threads of given tickets, in a Glance too", func(e *env) {
		var c conversation
		e.update(func(tx storage.Tx) { c = e.conversation(tx) })
		finds := func(tx storage.Tx, s ticket.Scope, want ...*followup.Thread) {
			e.Helper()
			q := ticket.Query{Filter: ticket.Filter{Scope: s, IDs: []int64{c.first.ID, c.other.ID, 99}}, Limit: 9}
			equalList(e, must(tx.FollowUps().Threads(e.ctx, q))(e), want...)
		}
		both := func(tx storage.Tx) {
			e.Helper()
			finds(tx, all, c.first, c.other)
			finds(tx, ticket.Scope{Submitter: "ada@example.com"}, c.first)
			finds(tx, ticket.Scope{})
		}
		e.update(both)
		e.view(both)
		e.ok(e.Glance(e.ctx, func(tx storage.Tx) error {
			both(tx)
			return nil
		}))
		e.update(func(tx storage.Tx) { e.followUp(tx, c.silent.ID) }) // the connection is as it was
	}},
	{"complete", func(e *env) {
		e.update(func(tx storage.Tx) {
			c := e.conversation(tx)
			var want, bare []*followup.FollowUp
			for _, f := range append(c.first.FollowUps, c.other.FollowUps...) {
				want = append(want, f)
				bare = append(bare, must(tx.FollowUps().Get(e.ctx, f.ID, all))(e))
			}
			e.ok(tx.FollowUps().Complete(e.ctx, bare...))
			equalList(e, bare, want...)
			e.ok(tx.Attachments().Delete(e.ctx, c.other.FollowUps[0].Attachments[0].ID))
			e.ok(tx.FollowUps().Complete(e.ctx, bare...)) // again
			equal(e, len(bare[2].Attachments), 0)
			e.ok(tx.FollowUps().Complete(e.ctx))
		})
	}},
}
