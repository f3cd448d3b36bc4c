package storagetest

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"sync"
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
	first, silent, other := e.ticket(tx, "first", submittedBy("ada@example.com"), set),
		e.ticket(tx, "silent", submittedBy("ada@example.com")), e.ticket(tx, "other", set)
	late, early, theirs := e.followUp(tx, first.ID, at(now.Add(time.Microsecond))), e.followUp(tx, first.ID), e.followUp(tx, other.ID)
	b, a, z := e.attachment(tx, late.ID, "b"), e.attachment(tx, late.ID, "a"), e.attachment(tx, theirs.ID, "z")
	e.change(tx, first.ID, nil) // an edit of the ticket, which is on no follow-up
	c, d := e.change(tx, first.ID, &late.ID), e.change(tx, first.ID, &late.ID)
	moved := e.change(tx, first.ID, &theirs.ID) // made when the follow-up was on another ticket
	late.Attachments, late.Changes = []*followup.Attachment{a, b}, []*followup.Change{c, d}
	theirs.Attachments, theirs.Changes = []*followup.Attachment{z}, []*followup.Change{moved}
	return conversation{thread(first, early, late), thread(silent), thread(other, theirs)}
}

// comment adds follow-ups with comments of so many bytes to a ticket.
func (e *env) comment(tx storage.Tx, to *followup.Thread, sizes ...int) {
	e.Helper()
	for i, n := range sizes {
		to.FollowUps = append(to.FollowUps, e.followUp(tx, to.ID, func(f *followup.FollowUp) {
			f.Date, f.Comment = now.Add(time.Duration(1+i)*time.Second), new(strings.Repeat("x", n))
		}))
	}
}

var threadTests = []test{
	{"threads", func(e *env) {
		e.update(func(tx storage.Tx) {
			c := e.conversation(tx)
			finds := func(q ticket.Query, want ...*followup.Thread) {
				e.Helper()
				equalList(e, must(tx.FollowUps().Threads(e.ctx, q))(e), want...)
			}
			mine := ticket.Scope{Submitter: "ada@example.com"}
			finds(ticket.Query{Scope: all, Limit: 9}, c.first, c.silent, c.other)
			finds(ticket.Query{Scope: all, Limit: 1}, c.first)
			finds(ticket.Query{Scope: all, Limit: 9, Offset: 2}, c.other)
			finds(ticket.Query{Scope: all, Limit: 9, After: &ticket.Position{ID: c.first.ID}}, c.silent, c.other)
			finds(ticket.Query{Scope: mine, Limit: 9, Order: ticket.NewestFirst}, c.silent, c.first)
			finds(ticket.Query{Limit: 9})
			if _, err := tx.FollowUps().Threads(e.ctx, ticket.Query{Scope: all}); err == nil {
				e.Error("no limit: no error")
			}
		})
	}},
	{"threads of given tickets, in a Read too", func(e *env) {
		var c conversation
		e.update(func(tx storage.Tx) { c = e.conversation(tx) })
		finds := func(tx storage.Tx, s ticket.Scope, want ...*followup.Thread) {
			e.Helper()
			q := ticket.Query{Scope: s, Filter: ticket.Filter{IDs: []int64{c.first.ID, c.other.ID, 99}}, Limit: 9}
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
		e.ok(e.Read(e.ctx, func(tx storage.Tx) error {
			both(tx)
			return nil
		}))
		e.update(func(tx storage.Tx) { e.followUp(tx, c.silent.ID) }) // the connection is as it was
	}},
	{"threads in a Read while others write", testThreadsInARead},
	{"threads larger than the bound", func(e *env) {
		var c conversation
		e.update(func(tx storage.Tx) {
			c = e.conversation(tx)
			e.comment(tx, c.other, 1000, 1000)
		})
		finds := func(tx storage.Tx, q ticket.Query, bytes int, want ...*followup.Thread) {
			e.Helper()
			q.Bound.Bytes = bytes
			equalList(e, must(tx.FollowUps().Threads(e.ctx, q))(e), want...)
		}
		bare := &followup.Thread{Ticket: c.other.Ticket, More: true}
		every := ticket.Query{Scope: all, Limit: 9}
		given, behind, last := every, every, every
		given.IDs = []int64{c.other.ID}
		behind.After = &ticket.Position{ID: c.silent.ID}
		last.Offset = 2
		both := func(tx storage.Tx) {
			finds(tx, every, 1<<20, c.first, c.silent, c.other)
			finds(tx, every, 2500, c.first) // three are too large, and of these half are read
			for _, q := range []ticket.Query{given, behind, last} {
				finds(tx, q, 1<<20, c.other)
				finds(tx, q, 1500, bare)
				q.Bound = ticket.Bound{Bytes: 10}
				if _, err := tx.FollowUps().Threads(e.ctx, q); !errors.Is(err, storage.ErrTooLarge) {
					e.Errorf("got %v", err)
				}
				q.Bound.Large = true
				finds(tx, q, 10, bare)
			}
		}
		e.view(both)
		e.update(both)
		e.ok(e.Read(e.ctx, func(tx storage.Tx) error {
			both(tx)
			return nil
		}))
		e.update(func(tx storage.Tx) { e.followUp(tx, c.silent.ID) }) // the connection is as it was
	}},
	{"long texts within the bound", func(e *env) {
		long := strings.Repeat("é", 100<<10)
		e.update(func(tx storage.Tx) {
			field := e.field(tx, "long")
			for _, adjust := range []func(*ticket.Ticket){
				func(t *ticket.Ticket) { t.Description = &long },
				func(t *ticket.Ticket) { t.Resolution = &long },
				func(t *ticket.Ticket) { t.Values = ticket.Values{{Field: field.ID, Text: long}} },
			} {
				t := &ticket.Ticket{QueueID: e.ticket(tx, "t").QueueID, Created: now, Modified: now}
				adjust(t)
				e.ok(tx.Tickets().Insert(e.ctx, t, []*ticket.CustomField{field}))
				given := ticket.Query{Scope: all, Filter: ticket.Filter{IDs: []int64{t.ID}}, Limit: 1}
				longTexts(e, t, func(b ticket.Bound) ([]*ticket.Ticket, error) {
					q := given
					q.Bound = b
					return tx.Tickets().List(e.ctx, q)
				})
				for _, q := range []ticket.Query{given, {Scope: all, After: &ticket.Position{ID: t.ID - 1}, Limit: 1}} {
					q.Bound = ticket.Bound{Bytes: 1 << 20, Large: true}
					found := must(tx.FollowUps().Threads(e.ctx, q))(e)
					equal(e, len(found), 1)
					equal(e, found[0].Ticket, t)
				}
			}
			id := e.ticket(tx, "t").ID
			ofTicket := followup.On(id)
			f := e.followUp(tx, id, func(f *followup.FollowUp) { f.Comment = &long })
			longTexts(e, f, func(b ticket.Bound) ([]*followup.FollowUp, error) {
				return tx.FollowUps().List(e.ctx, followup.Query{Scope: all, Filter: ofTicket, Limit: 1, Bound: b})
			})
			c := &followup.Change{TicketID: id, FollowUpID: &f.ID, Date: now, Field: "x", OldValue: new(""), NewValue: &long}
			e.ok(tx.Changes().Insert(e.ctx, c))
			longTexts(e, c, func(b ticket.Bound) ([]*followup.Change, error) {
				return tx.Changes().List(e.ctx, followup.ChangeQuery{Scope: all, Filter: ofTicket, Limit: 1, Bound: b})
			})
			whole := *f
			whole.Changes = []*followup.Change{c}
			longTexts(e, &whole, func(b ticket.Bound) ([]*followup.FollowUp, error) {
				_, err := tx.FollowUps().Complete(e.ctx, b, f)
				return []*followup.FollowUp{f}, err
			})
		})
	}},
	{"a thread of many rows", func(e *env) {
		e.update(func(tx storage.Tx) {
			c := e.conversation(tx)
			q := ticket.Query{Scope: all, Filter: ticket.Filter{IDs: []int64{c.silent.ID}}, Limit: 1, Bound: ticket.Bound{Bytes: 1 << 20}}
			for range 200 {
				c.silent.FollowUps = append(c.silent.FollowUps, e.followUp(tx, c.silent.ID))
			}
			bare := &followup.Thread{Ticket: c.silent.Ticket, More: true}
			for _, one := range must(tx.FollowUps().Threads(e.ctx, q))(e) { // as a whole or without any
				if one.More {
					equal(e, one, bare)
				} else {
					equal(e, one, c.silent)
				}
			}
		})
	}},
	{"complete within a bound", func(e *env) {
		e.update(func(tx storage.Tx) {
			id := e.ticket(tx, "t").ID
			var all []*followup.FollowUp
			for i := range 9 {
				f := e.followUp(tx, id)
				for range 1 + i {
					e.attachment(tx, f.ID, strings.Repeat("x", 100))
				}
				all = append(all, f)
			}
			for _, bytes := range []int{1000, 2000, 4000} {
				n := must(tx.FollowUps().Complete(e.ctx, ticket.Bound{Bytes: bytes}, all...))(e)
				if n == 0 || n == len(all) {
					e.Errorf("%d bytes: %d completed", bytes, n)
				}
				for i, f := range all[:n] {
					equal(e, len(f.Attachments), 1+i)
				}
			}
			_, err := tx.FollowUps().Complete(e.ctx, ticket.Bound{Bytes: 100}, all...)
			e.is(err, storage.ErrTooLarge)
			equal(e, must(tx.FollowUps().Complete(e.ctx, ticket.Bound{Bytes: 100, Large: true}, all...))(e), 1)
			equal(e, len(all[0].Attachments), 1)
		})
	}},
	{"complete", func(e *env) {
		e.update(func(tx storage.Tx) {
			c := e.conversation(tx)
			var want, bare []*followup.FollowUp
			for _, f := range append(c.first.FollowUps, c.other.FollowUps...) {
				want = append(want, f)
				bare = append(bare, must(tx.FollowUps().Get(e.ctx, f.ID, all))(e))
			}
			completed := func(followUps ...*followup.FollowUp) {
				e.Helper()
				equal(e, must(tx.FollowUps().Complete(e.ctx, ticket.Bound{}, followUps...))(e), len(followUps))
			}
			completed(bare...)
			equalList(e, bare, want...)
			e.ok(tx.Attachments().Delete(e.ctx, c.other.FollowUps[0].Attachments[0].ID))
			completed(bare...) // again
			equal(e, len(bare[2].Attachments), 0)
			completed()
		})
	}},
}

// testThreadsInARead has tickets with one follow-up each come and go, and readers
// that must not see a ticket without its follow-up.
func testThreadsInARead(e *env) {
	e.update(func(tx storage.Tx) { e.queue(tx, "first") })
	every := ticket.Query{Scope: all, Limit: 1000, Order: ticket.NewestFirst}
	written := make(chan struct{})
	read := func(tx storage.Tx) error {
		for {
			if err := e.threadsArePairs(tx, every); err != nil {
				return err
			}
			select {
			case <-written:
				return nil
			default:
			}
		}
	}
	deleteNewest := func(tx storage.Tx) error { return e.deleteFirst(tx, every) }
	var readers, writers sync.WaitGroup
	for range 2 {
		readers.Go(func() {
			if err := e.Read(e.ctx, read); err != nil {
				e.Error(err)
			}
		})
		writers.Go(func() {
			for range 10 * Rounds {
				if err := cmp.Or(e.Update(e.ctx, e.addPair), e.Update(e.ctx, deleteNewest)); err != nil {
					e.Error(err)
				}
			}
		})
	}
	writers.Wait()
	close(written)
	readers.Wait()
}

// threadsArePairs returns an error for a ticket without its one follow-up.
func (e *env) threadsArePairs(tx storage.Tx, q ticket.Query) error {
	found, err := tx.FollowUps().Threads(e.ctx, q)
	for _, t := range found {
		if len(t.FollowUps) != 1 {
			return fmt.Errorf("ticket %d has %d follow-ups", t.ID, len(t.FollowUps))
		}
	}
	return err
}

// deleteFirst deletes the first ticket of a query, unless another writer was faster.
func (e *env) deleteFirst(tx storage.Tx, q ticket.Query) error {
	ids, err := tx.Tickets().IDs(e.ctx, q)
	if err != nil || len(ids) == 0 {
		return err
	}
	if err = tx.Tickets().Delete(e.ctx, ids[0]); errors.Is(err, storage.ErrNotFound) {
		return nil
	}
	return err
}
