package storagetest

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/go-helpdesk/helpdesk/event"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// happened is a new event about a ticket.
func (e *env) happened(v event.Verb, id int64, at time.Time) *event.Event {
	e.Helper()
	t := &ticket.Ticket{ID: id, QueueID: 1, Title: "t" + strconv.FormatInt(id, 10), Created: now}
	n := &event.Event{Type: event.TypeOf(event.Ticket, v), Time: at, Actor: event.Actor{ID: 7, Name: "Ann"}, TicketID: id,
		Object: event.Object{Kind: event.Ticket, ID: id}, Audience: event.AudienceOf(t, true)}
	if v == event.Deleted {
		e.ok(n.Describe(t, nil, nil))
	} else {
		e.ok(n.Describe(nil, t, nil))
	}
	return n
}

// append appends an event about each of some tickets, in one transaction.
func (e *env) append(ids ...int64) {
	e.Helper()
	e.update(func(tx storage.Tx) {
		var all []*event.Event
		for _, id := range ids {
			all = append(all, e.happened(event.Created, id, now))
		}
		e.ok(tx.Events().Append(e.ctx, all))
	})
}

// feed returns the events after a position, and all when limit is 0.
func (e *env) feed(after, ticketID int64, limit int) (found []*event.Event) {
	e.Helper()
	sequence(e, e.Store)
	e.view(func(tx storage.Tx) {
		found = must(tx.Events().List(e.ctx, after, ticketID, cmp.Or(limit, 1<<20)))(e)
	})
	return found
}

// about are the tickets that events are about.
func about(events []*event.Event) (ids []int64) {
	for _, e := range events {
		ids = append(ids, e.TicketID)
	}
	return ids
}

var eventTests = []test{
	{"append and list", func(e *env) {
		equal(e, len(e.feed(0, 0, 9)), 0)
		e.update(func(tx storage.Tx) { e.ok(tx.Events().Append(e.ctx, nil)) })
		want := e.happened(event.Created, 3, now)
		e.update(func(tx storage.Tx) { e.ok(tx.Events().Append(e.ctx, []*event.Event{want})) })
		found := e.feed(0, 0, 9)
		got := found[0]
		equal(e, want.ID, got.ID)
		equal(e, want.Position == 0 || want.Position == got.Position, true)
		equal(e, got.ID > 0 && got.Position > 0, true)
		equal(e, got.Body(), want.Body())
		e.ok(got.ReadData())
		equal(e, got.Data.(*event.TicketData).Title.String, "t3")
		equal(e, []any{got.Type, got.Time, got.Actor, got.TicketID, got.Object, *got.Audience},
			[]any{want.Type, want.Time, want.Actor, want.TicketID, want.Object, *want.Audience})
		e.append(4, 5)
		e.append(3)
		found = e.feed(0, 0, 9)
		equal(e, about(found), []int64{3, 4, 5, 3})
		for i := range found[1:] {
			equal(e, found[i+1].Position > found[i].Position && found[i+1].ID > found[i].ID, true)
		}
		equal(e, about(e.feed(found[1].Position, 0, 1)), []int64{5})
		equal(e, about(e.feed(0, 3, 9)), []int64{3, 3})
		equal(e, about(e.feed(found[0].Position, 3, 9)), []int64{3})
		equal(e, len(e.feed(found[3].Position, 0, 9)), 0)
		e.refused(e.View(e.ctx, func(tx storage.Tx) error { return tx.Events().Append(e.ctx, []*event.Event{want}) }))
		e.refused(e.View(e.ctx, func(tx storage.Tx) error { _, err := tx.Events().Sequence(e.ctx, 1); return err }))
	}},
	{"many at once", func(e *env) {
		var all []*event.Event
		for i := range int64(300) {
			all = append(all, e.happened(event.Created, i+1, now))
		}
		e.update(func(tx storage.Tx) { e.ok(tx.Events().Append(e.ctx, all)) })
		found := e.feed(0, 0, 0)
		equal(e, about(found), about(all))
		for i, got := range found {
			equal(e, all[i].ID, got.ID)
		}
	}},
	{"the last position", func(e *env) {
		last := func() (last int64) {
			e.view(func(tx storage.Tx) { last = must(tx.Events().Last(e.ctx))(e) })
			return last
		}
		equal(e, last(), 0)
		e.append(1, 2)
		end := e.feed(0, 0, 9)[1].Position // the call gives positions where they do not come with the commit
		equal(e, last(), end)
	}},
	{"rolled back", func(e *env) {
		e.append(1)
		first := e.feed(0, 0, 9)[0].Position
		failed := errors.New("failed")
		e.is(e.Update(e.ctx, func(tx storage.Tx) error {
			e.ok(tx.Events().Append(e.ctx, []*event.Event{e.happened(event.Created, 2, now)}))
			return failed
		}), failed)
		e.append(4)
		equal(e, about(e.feed(first, 0, 9)), []int64{4})
	}},
	{"in parts", func(e *env) {
		e.append(1, 2, 3, 4, 5)
		for { // where positions come with the commit, there is nothing to do
			n := 0
			e.update(func(tx storage.Tx) { n = must(tx.Events().Sequence(e.ctx, 2))(e) })
			if n == 0 {
				break
			}
			equal(e, n <= 2, true)
		}
		e.view(func(tx storage.Tx) {
			equal(e, must(tx.Events().Waiting(e.ctx))(e), false)
			equal(e, about(must(tx.Events().List(e.ctx, 0, 0, 9))(e)), []int64{1, 2, 3, 4, 5})
		})
	}},
	{"delete what is old", func(e *env) {
		e.update(func(tx storage.Tx) {
			var all []*event.Event
			for i := range int64(5) {
				all = append(all, e.happened(event.Created, i+1, now.Add(time.Duration(i)*time.Hour)))
			}
			e.ok(tx.Events().Append(e.ctx, all))
		})
		last := e.feed(0, 0, 9)[4].Position
		sweep := func(before time.Time, limit, want int) {
			e.Helper()
			e.update(func(tx storage.Tx) { equal(e, must(tx.Events().DeleteBefore(e.ctx, before, 0, limit))(e), want) })
		}
		sweep(now, 9, 0) // it is not before itself
		sweep(now.Add(3*time.Hour), 2, 2)
		equal(e, about(e.feed(0, 0, 9)), []int64{3, 4, 5})
		needed := e.feed(0, 0, 9)[0].Position
		e.update(func(tx storage.Tx) { // what is needed from a position on
			equal(e, must(tx.Events().DeleteBefore(e.ctx, now.Add(9*time.Hour), needed, 9))(e), 0)
			equal(e, must(tx.Events().DeleteBefore(e.ctx, now.Add(3*time.Hour), needed+1, 9))(e), 1)
		})
		equal(e, about(e.feed(0, 0, 9)), []int64{4, 5})
		sweep(now.Add(3*time.Hour), 9, 0)
		sweep(now.Add(9*time.Hour), 9, 2)
		e.append(6)
		equal(e, about(e.feed(last, 0, 9)), []int64{6}) // no position is given again
	}},
	{"who reads what", func(e *env) {
		e.update(func(tx storage.Tx) {
			open, closed := e.ticket(tx, "open"), e.ticket(tx, "closed")
			ann := e.user(tx, "ann")
			e.ok(tx.Users().Grant(e.ctx, ann.ID, []int64{open.QueueID}))
			scope := must(tx.Events().Expand(e.ctx, ticket.Scope{GrantedTo: ann.ID}))(e)
			equal(e, scope.GrantedTo == 0 && slices.Equal(scope.Queues, []int64{open.QueueID}), true)
			var ids, files []int64
			for _, public := range []bool{true, false} {
				f := &followup.FollowUp{TicketID: open.ID, Public: public}
				e.ok(tx.FollowUps().Insert(e.ctx, f))
				a := &followup.Attachment{FollowUpID: f.ID, Content: strconv.FormatInt(f.ID, 10)}
				e.ok(tx.Attachments().Insert(e.ctx, a))
				ids, files = append(ids, f.ID), append(files, a.ID)
			}
			present := func(k event.Kind, s ticket.Scope, public bool, of ...int64) []int64 {
				e.Helper()
				found := must(tx.Events().Present(e.ctx, k, append(of, 1<<40), s, public))(e)
				slices.Sort(found)
				return found
			}
			equal(e, present(event.Ticket, all, false, open.ID, closed.ID), []int64{open.ID, closed.ID})
			equal(e, present(event.Ticket, ticket.Scope{Queues: []int64{open.QueueID}}, false, open.ID), []int64{open.ID})
			equal(e, len(present(event.Ticket, ticket.Scope{}, false, open.ID)), 0)
			equal(e, present(event.FollowUp, all, false, ids...), ids)
			equal(e, present(event.FollowUp, all, true, ids...), ids[:1])
			equal(e, present(event.FollowUp, scope, true, ids...), ids[:1])
			equal(e, len(present(event.FollowUp, ticket.Scope{}, false, ids...)), 0)
			equal(e, present(event.Attachment, all, false, files...), files)
			equal(e, present(event.Attachment, scope, true, files...), files[:1])
			equal(e, len(present(event.Attachment, ticket.Scope{AssignedTo: ann.ID}, false, files...)), 0)
			e.ok(tx.Events().Append(e.ctx, []*event.Event{e.happened(event.Created, 5, now), e.happened(event.Deleted, 5, now),
				e.happened(event.Deleted, 6, now)}))
			gone := must(tx.Events().Deletions(e.ctx, []int64{5, 7}, []int64{5, 6}))(e)
			equal(e, about(gone), []int64{5})
			equal(e, gone[0].Type, event.TypeOf(event.Ticket, event.Deleted))
			equal(e, len(must(tx.Events().Deletions(e.ctx, nil, []int64{5}))(e)), 0)
		})
	}},
	{"followed while many write", func(e *env) {
		const writers, writes = 6, 20
		var users []*user.User
		e.update(func(tx storage.Tx) {
			users = nil
			for i := range writers {
				users = append(users, e.user(tx, "w"+strconv.Itoa(i)))
			}
		})
		done := make(chan struct{})
		var writing, reading sync.WaitGroup
		seen := make([][]*event.Event, 3)
		for i := range seen {
			reading.Go(func() { seen[i] = e.follow(done) })
		}
		for i, u := range users {
			writing.Go(func() {
				for n := range int64(writes) {
					err := e.Update(e.ctx, func(tx storage.Tx) error {
						return tx.Events().Append(e.ctx, []*event.Event{e.happened(event.Created, u.ID, now.Add(time.Duration(n))),
							e.happened(event.Created, 1000+int64(i), now)})
					})
					if err != nil {
						e.Error(err)
					}
				}
			})
		}
		writing.Wait()
		close(done)
		reading.Wait()
		complete := e.feed(0, 0, 0)
		equal(e, len(complete), 2*writers*writes)
		for _, one := range seen {
			equal(e, about(one), about(complete))
			equal(e, len(slices.CompactFunc(one, func(a, b *event.Event) bool { return a.ID == b.ID })), len(complete))
		}
	}},
}

// follow reads events, each once, until nothing is left after done.
func (e *env) follow(done chan struct{}) (all []*event.Event) {
	after := int64(0)
	for {
		ended := false
		select {
		case <-done:
			ended = true
		default:
		}
		for {
			part := e.feed(after, 0, 7)
			if len(part) == 0 {
				break
			}
			all, after = append(all, part...), part[len(part)-1].Position
		}
		if ended {
			return all
		}
	}
}
