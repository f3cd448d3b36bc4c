//go:build cluster

package clustertest

import (
	"maps"
	"slices"
	"testing"

	"github.com/go-helpdesk/helpdesk/event"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/storage/storagetest"
	"github.com/go-helpdesk/helpdesk/ticket"
)

var everything = ticket.Scope{All: true}

// compare checks that all stores are equal and have everything that was acknowledged.
func (l *load) compare(stores ...storage.Store) {
	l.Helper()
	whole := storagetest.Dump(l, stores[0])
	for i, s := range stores {
		if storagetest.Dump(l, s) != whole {
			l.Errorf("node %d differs from the first", i+1)
		}
		l.hasAcknowledged(i+1, s)
		for _, id := range l.shared {
			replays(l.T, s, id)
		}
	}
}

// maxLost is how many acknowledged transactions may be missing on all nodes. Galera loses
// one now and then when a node is killed (jepsen.io, MariaDB Galera Cluster 12.1.2, 2026).
// If answers did not wait for their commits, dozens would be lost.
const maxLost = 2

// compareEvents checks that each ticket and each reply that a store has was created by one
// event, and nothing else was, and that a reader has seen all events in their order.
func (l *load) compareEvents(s storage.Store, seen []*event.Event) {
	l.Helper()
	done := make(chan struct{})
	close(done)
	all := followEvents(l.T, l.desks[:1], 0, done)
	if !slices.EqualFunc(all, seen, func(a, b *event.Event) bool { return a.Position == b.Position && a.ID == b.ID }) {
		l.Errorf("a reader saw %d events while nodes were killed; there are %d, or they have another order", len(seen), len(all))
	}
	created := map[string][]int64{}
	for _, e := range all {
		switch d := e.Data.(type) {
		case *event.TicketData:
			created[d.Title.String] = append(created[d.Title.String], e.Object.ID)
		case *event.FollowUpData:
			created[d.Comment.String] = append(created[d.Comment.String], e.Object.ID)
		}
	}
	if stored := l.stored(s); !maps.EqualFunc(stored, created, slices.Equal) {
		l.Errorf("%d texts are stored and %d are in events, or they differ", len(stored), len(created))
		for text, ids := range stored {
			if !slices.Equal(created[text], ids) {
				l.Logf("%q is stored as %v and was created as %v", text, ids, created[text])
			}
		}
	}
	l.Logf("%d events, of which %d have created something", len(all), len(created))
}

// stored returns the ids of the tickets and replies that a store has, by their texts.
func (l *load) stored(s storage.Store) map[string][]int64 {
	l.Helper()
	found := map[string][]int64{}
	err := s.View(l.Context(), func(tx storage.Tx) error {
		clear(found)
		tickets, err := tx.Tickets().List(l.Context(), ticket.Query{Scope: everything, Limit: 1 << 30})
		if err != nil {
			return err
		}
		for _, t := range tickets {
			found[t.Title] = append(found[t.Title], t.ID)
		}
		replies, err := tx.FollowUps().List(l.Context(), followup.Query{Scope: everything, Filter: followup.Filter{Ticket: ticket.Among[int64]{In: l.shared}}})
		for _, f := range replies {
			if f.Comment != nil && *f.Comment != "" {
				found[*f.Comment] = append(found[*f.Comment], f.ID)
			}
		}
		return err
	})
	if err != nil {
		l.Fatal(err)
	}
	return found
}

// hasAcknowledged checks that the store has everything that was acknowledged, and nothing
// twice.
func (l *load) hasAcknowledged(node int, s storage.Store) {
	l.Helper()
	found := l.stored(s)
	for text, ids := range found {
		if len(ids) > 1 {
			l.Errorf("node %d has %q %d times", node, text, len(ids))
		}
	}
	lost := 0
	for text, id := range l.acknowledged {
		switch ids := found[text]; {
		case len(ids) == 0:
			lost++
			l.Logf("node %d lost %q, acknowledged as %d", node, text, id)
		case len(ids) != 1 || ids[0] != id:
			l.Errorf("node %d has %q as %v, acknowledged as %d", node, text, ids, id)
		}
	}
	if lost > maxLost {
		l.Errorf("node %d lost %d transactions, more than Galera does", node, lost)
	}
	l.Logf("node %d: %d acknowledged, %d stored", node, len(l.acknowledged), len(found))
}

// replays checks that each change of a ticket's status begins with the status that the
// previous one ended with, and that the last ends with the status of the ticket.
func replays(t *testing.T, s storage.Store, id int64) {
	t.Helper()
	err := s.View(t.Context(), func(tx storage.Tx) error {
		now, err := tx.Tickets().Get(t.Context(), id, everything)
		if err != nil {
			return err
		}
		ofTicket := followup.On(id)
		changes, err := tx.Changes().List(t.Context(), followup.ChangeQuery{Scope: everything, Filter: ofTicket})
		status, n := ticket.Open.Label(), 0
		for _, c := range changes {
			if c.Field != "Status" {
				continue
			}
			if *c.OldValue != status {
				t.Errorf("ticket %d, change %d: the status was %s, not %s", id, c.ID, status, *c.OldValue)
			}
			status, n = *c.NewValue, n+1
		}
		if status != now.Status.Label() || n == 0 {
			t.Errorf("ticket %d: %d changes replay to %s, stored is %s", id, n, status, now.Status)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
