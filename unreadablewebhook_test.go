package helpdesk_test

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/webhook"
)

// TestAWebhookThatCannotBeReadStopsNoOther and is logged once, with its id and without its
// secret. It goes on once it can be read.
func TestAWebhookThatCannotBeReadStopsNoOther(t *testing.T) {
	t.Parallel()
	const garbled = "whsz_ofalaterversion"
	store := &lookedAt{Store: testdesk.OpenStore(t)}
	d := runDeskOver(t, store)
	r := d.newReceiver(t, taking)
	broken, other := d.hook(t, r), d.hook(t, r)
	secret := func(text string) {
		check(t, d.store.Update(t.Context(), func(tx storage.Tx) error {
			return tx.Exec(t.Context(), "UPDATE helpdesk_webhook SET secret = ? WHERE id = ?", text, broken.ID)
		}))
	}
	secret(garbled)
	stop := start(t, d.Desk)
	d.created(t, 1)
	d.attempts(t, other, 1)
	// At the third look, whatever the second one logs is in the log.
	d.eventually(t, "a third look", func() bool { return store.unreadable.Load() >= 3 })
	d.created(t, 1)
	d.attempts(t, other, 2)
	equal(t, len(d.deliveriesOf(t, broken.ID)), 0)
	secret(broken.Secrets.Current.Reveal())
	d.attempts(t, broken, 2)
	stop()
	log := d.log.String()
	equal(t, strings.Count(log, "\n"), 1)
	equal(t, strings.Contains(log, "webhook="+strconv.FormatInt(broken.ID, 10)+" "), true)
	equal(t, strings.Contains(log, garbled), false)
}

// lookedAt is a Store that counts the reads of rows that cannot be read.
type lookedAt struct {
	storage.Store
	unreadable atomic.Int32
}

func (s *lookedAt) View(ctx context.Context, fn func(storage.Tx) error) error {
	return s.count(s.Store.View(ctx, fn))
}

func (s *lookedAt) Read(ctx context.Context, fn func(storage.Tx) error) error {
	return s.count(s.Store.Read(ctx, fn))
}

func (s *lookedAt) count(err error) error {
	if errors.Is(err, storage.ErrUnreadable) {
		s.unreadable.Add(1)
	}
	return err
}

// deliveriesOf are the deliveries of a webhook, in the store.
func (d *runDesk) deliveriesOf(t *testing.T, id int64) (all []*webhook.Delivery) {
	t.Helper()
	check(t, d.store.View(t.Context(), func(tx storage.Tx) (err error) {
		all, err = tx.Deliveries().List(t.Context(), id, webhook.Query{Limit: 999})
		return err
	}))
	return all
}
