//go:build cluster

package clustertest

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk/internal/mariadb"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/user"
	"github.com/go-helpdesk/helpdesk/webhook"
)

// leaseholder sends webhooks through one node.
type leaseholder struct {
	*testing.T
	name  string
	store storage.Store
}

// work leases some webhooks and then tries to advance all of them. It returns the ids of
// those that it leased and of those that it advanced.
func (h leaseholder) work(now time.Time, limit int, all []int64, position int64) (leased, advanced []int64) {
	ctx := h.Context()
	err := h.store.Update(ctx, func(tx storage.Tx) (err error) {
		leased, err = tx.Webhooks().Lease(ctx, h.name, now, now.Add(time.Minute), limit)
		return err
	})
	for _, id := range all {
		ok := false
		err = errors.Join(err, h.store.Update(ctx, func(tx storage.Tx) (err error) {
			if ok, err = tx.Webhooks().Advance(ctx, id, h.name, now, position); !ok || err != nil {
				return err
			}
			return tx.Deliveries().Insert(ctx, &webhook.Delivery{WebhookID: id, Position: position, State: webhook.Pending})
		}))
		if ok {
			advanced = append(advanced, id)
		}
	}
	if err != nil {
		h.Errorf("%s: %v", h.name, err)
	}
	return leased, advanced
}

// TestOneHolderOfAWebhookOnAllNodes has six holders on three nodes race for webhooks, round
// by round as their leases end. Each webhook has one holder at most, which alone advances it.
func TestOneHolderOfAWebhookOnAllNodes(t *testing.T) {
	cluster := mariadb.StartCluster(t)
	n := cluster.Nodes
	database := mariadb.Create(t, cluster.DSN("", n[0]))
	name := database[len(cluster.DSN("", n[0])):]
	first := open(t, cluster.DSN(name, n[0]))
	if err := errors.Join(first.Migrate(t.Context()), first.Ready(t.Context())); err != nil {
		t.Fatal(err)
	}
	var holders []leaseholder
	for i, node := range n {
		for range 2 {
			who := fmt.Sprintf("holder %d of node %d", len(holders)+1, i+1)
			holders = append(holders, leaseholder{t, who, open(t, cluster.DSN(name, node))})
		}
	}
	const rounds, webhooks = 20, 8
	ids := insertWebhooks(t, first, webhooks)
	start := time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)
	turns := 0
	for round := range rounds {
		var mu sync.Mutex
		holder, advances := map[int64]string{}, map[int64]int{}
		var all sync.WaitGroup
		for _, h := range holders {
			all.Go(func() {
				leased, advanced := h.work(start.Add(time.Duration(round)*time.Hour), 3, ids, int64(round+1))
				mu.Lock()
				defer mu.Unlock()
				for _, id := range leased {
					if of, taken := holder[id]; taken {
						t.Errorf("round %d: %s and %s have webhook %d", round, of, h.name, id)
					}
					holder[id] = h.name
				}
				for _, id := range advanced {
					advances[id]++
				}
			})
		}
		all.Wait()
		for _, id := range ids {
			if _, taken := holder[id]; advances[id] > 1 || taken != (advances[id] == 1) {
				t.Errorf("round %d: webhook %d of %q was advanced %d times", round, id, holder[id], advances[id])
			}
		}
		turns += len(holder)
	}
	if total := countDeliveries(t, first, ids); total != turns {
		t.Errorf("%d deliveries, want %d", total, turns)
	}
	t.Logf("%d rounds, %d leases of webhooks", rounds, turns)
}

func insertWebhooks(t *testing.T, s storage.Store, n int) (ids []int64) {
	t.Helper()
	err := s.Update(t.Context(), func(tx storage.Tx) error {
		ids = nil
		owner := &user.User{Username: "owner"}
		err := tx.Users().Insert(t.Context(), owner)
		for range n {
			w := &webhook.Webhook{URL: "https://example.com", Active: true, OwnerID: owner.ID}
			err = errors.Join(err, tx.Webhooks().Insert(t.Context(), w))
			ids = append(ids, w.ID)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

func countDeliveries(t *testing.T, s storage.Store, webhooks []int64) (total int) {
	t.Helper()
	err := s.View(t.Context(), func(tx storage.Tx) error {
		total = 0
		for _, id := range webhooks {
			n, err := tx.Deliveries().Count(t.Context(), id)
			if err != nil {
				return err
			}
			total += n
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return total
}
