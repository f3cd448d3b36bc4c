package httpapi_test

import (
	"context"
	"testing"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// TestAListIsWrittenWithoutAllocatingForEachTicket, once rows are read, but one for
// each URL of an attachment.
func TestAListIsWrittenWithoutAllocatingForEachTicket(t *testing.T) { // not in parallel, which would be counted
	const n = 100
	c := newClient(t, n)
	var threads []*followup.Thread
	check(t, c.Store.View(t.Context(), func(tx storage.Tx) (err error) {
		threads, err = tx.FollowUps().Threads(t.Context(), ticket.Query{Scope: ticket.Scope{All: true}, Limit: n})
		return err
	}))
	allocations := func(of []*followup.Thread) float64 {
		c := *c
		c.api = c.on(&alreadyRead{c.Store, of})
		c.Handler = handlerOf(c.Handler) // since recording allocates
		send := c.prepare(t, measured{"staff", "GET", "/api/tickets/?page_size=100", ""})
		send()
		equal(t, c.got.elements(), len(of))
		return testing.AllocsPerRun(10, send)
	}
	if some := allocations(threads) - allocations(nil); some > n {
		t.Errorf("%.2f allocations for a ticket", some/n)
	}
}

// alreadyRead is a store that has read some threads, and returns these.
type alreadyRead struct {
	storage.Store
	threads []*followup.Thread
}

func (s *alreadyRead) View(ctx context.Context, fn func(storage.Tx) error) error {
	return s.Store.View(ctx, func(tx storage.Tx) error { return fn(alreadyReadTx{tx, s}) })
}

type alreadyReadTx struct {
	storage.Tx
	s *alreadyRead
}

func (x alreadyReadTx) FollowUps() followup.Store { return alreadyReadThreads{x.Tx.FollowUps(), x.s} }

type alreadyReadThreads struct {
	followup.Store
	s *alreadyRead
}

func (t alreadyReadThreads) Threads(context.Context, ticket.Query) ([]*followup.Thread, error) {
	return t.s.threads, nil
}
