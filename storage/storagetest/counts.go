package storagetest

import (
	"errors"

	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// ticketCountTests are about many tickets: a store may know their number, and
// the way to a place far behind, otherwise than by looking at each.
var ticketCountTests = []test{
	{"places far behind", func(e *env) {
		const many, gone = 1500, 7
		var ids []int64
		e.update(func(tx storage.Tx) {
			ids = nil
			q := e.queue(tx, "q")
			for range many {
				t := &ticket.Ticket{QueueID: q.ID}
				e.ok(insertTicket(e.ctx, tx, t))
				ids = append(ids, t.ID)
			}
			for i := range gone { // here and there
				at := i * 199
				e.ok(tx.Tickets().Delete(e.ctx, ids[at]))
				ids = append(ids[:at], ids[at+1:]...)
			}
		})
		e.view(func(tx storage.Tx) {
			equal(e, must(tx.Tickets().Count(e.ctx, all, ticket.Filter{}))(e), len(ids))
			for _, at := range []int{0, 1, 2, 500, 1000, 1015, 1016, 1017, 1018, 1024, 1025, 1300, len(ids) - 1, len(ids), len(ids) + 9} {
				got := must(tx.Tickets().List(e.ctx, ticket.Query{Scope: all, Offset: at, Limit: 3}))(e)
				want := ids[min(at, len(ids)):min(at+3, len(ids))]
				equal(e, len(got), len(want))
				for i := range min(len(got), len(want)) {
					equal(e, got[i].ID, want[i])
				}
			}
		})
	}},
	{"counts follow the transaction", func(e *env) {
		count := func() (n int) {
			e.view(func(tx storage.Tx) { n = must(tx.Tickets().Count(e.ctx, all, ticket.Filter{}))(e) })
			return n
		}
		equal(e, count(), 0)
		var first int64
		e.update(func(tx storage.Tx) {
			first = e.ticket(tx, "first").ID
			equal(e, must(tx.Tickets().Count(e.ctx, all, ticket.Filter{}))(e), 1)
		})
		err := e.Update(e.ctx, func(tx storage.Tx) error {
			e.ticket(tx, "second")
			return errOwn
		})
		equal(e, errors.Is(err, errOwn), true)
		equal(e, count(), 1)
		e.update(func(tx storage.Tx) { e.ok(tx.Tickets().Delete(e.ctx, first)) })
		equal(e, count(), 0)
	}},
	{"a Read reads", func(e *env) {
		e.update(func(tx storage.Tx) { e.user(tx, "ada") })
		e.ok(e.Read(e.ctx, func(tx storage.Tx) error {
			equal(e, must(tx.Users().ByUsername(e.ctx, "ada"))(e).Username, "ada")
			e.refused(tx.Users().Delete(e.ctx, 1))
			return nil
		}))
		equal(e, e.Read(e.ctx, func(storage.Tx) error { return errOwn }), errOwn)
		e.hasUsers(1)
	}},
}
