//go:build cluster

package clustertest

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/event"
	"github.com/go-helpdesk/helpdesk/internal/mariadb"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// TestReadersOnAllNodesSeeTheSameEvents has clients write through three nodes, one of them in
// a transaction that stays open for as long as the others write. Readers on each node, and
// one that goes from node to node, see each event once and in the same order.
func TestReadersOnAllNodesSeeTheSameEvents(t *testing.T) {
	cluster := mariadb.StartCluster(t)
	n := cluster.Nodes
	database := mariadb.Create(t, cluster.DSN("", n[0]))
	name := database[len(cluster.DSN("", n[0])):]
	first := open(t, cluster.DSN(name, n[0]))
	if err := errors.Join(first.Migrate(t.Context()), first.Ready(t.Context())); err != nil {
		t.Fatal(err)
	}
	queue := testdesk.Over(t, first, helpdesk.Config{}).Queues["support"].ID
	var desks []*helpdesk.Desk
	for _, node := range n {
		d, err := helpdesk.New(open(t, cluster.DSN(name, node)), helpdesk.Config{})
		if err != nil {
			t.Fatal(err)
		}
		desks = append(desks, d)
	}
	done := make(chan struct{})
	var reading, writing, slow sync.WaitGroup
	seen := make([][]*event.Event, len(desks)+1)
	for i := range seen {
		from := desks
		if i < len(desks) {
			from = desks[i : i+1]
		}
		reading.Go(func() { seen[i] = followEvents(t, from, 7, done) })
	}
	create := func(d *helpdesk.Desk, title string) error {
		_, err := d.CreateTicket(t.Context(), helpdesk.System(), &ticket.Ticket{QueueID: queue, Title: title})
		return err
	}
	written, release := make(chan struct{}), make(chan struct{})
	slow.Go(func() {
		var once sync.Once
		err := desks[0].Atomically(t.Context(), func(d *helpdesk.Desk) error {
			err := create(d, "slow")
			once.Do(func() { close(written) })
			<-release
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
	<-written
	const writers, writes = 6, 30
	for i := range writers {
		writing.Go(func() {
			for j := range writes {
				for create(desks[i%len(desks)], fmt.Sprintf("ticket %d of writer %d", j, i)) != nil {
					if t.Context().Err() != nil {
						return
					}
				}
			}
		})
	}
	writing.Wait()
	close(release)
	slow.Wait()
	close(done)
	reading.Wait()
	for i, all := range seen {
		titles := map[string]bool{}
		for _, e := range all {
			if d, ok := e.Data.(*event.TicketData); ok {
				if titles[d.Title.String] {
					t.Errorf("reader %d saw %q twice", i, d.Title.String)
				}
				titles[d.Title.String] = true
			}
		}
		if len(titles) != writers*writes+1 {
			t.Errorf("reader %d saw %d tickets, want %d", i, len(titles), writers*writes+1)
		}
		if !slices.EqualFunc(all, seen[0], func(a, b *event.Event) bool { return a.Position == b.Position && a.ID == b.ID }) {
			t.Errorf("reader %d saw another order than reader 0", i)
		}
	}
}

// followEvents reads events from one desk after the other, at most limit at once, and ends
// when there are no more after done.
func followEvents(t *testing.T, from []*helpdesk.Desk, limit int, done chan struct{}) (all []*event.Event) {
	after, quiet, failures := int64(0), 0, 0
	for i := 0; ; i++ {
		ended := false
		select {
		case <-done:
			ended = true
		default:
		}
		some, next, err := from[i%len(from)].Events(t.Context(), helpdesk.System(), after, event.Filter{}, limit)
		if err != nil { // another node was faster to give positions
			if failures++; failures > 1000 || t.Context().Err() != nil {
				t.Errorf("read events: %v", err)
				return all
			}
			continue
		}
		failures = 0
		all = append(all, some...)
		if quiet++; next != after {
			quiet = 0
		}
		if after = next; ended && quiet > len(from) {
			return all
		}
	}
}
