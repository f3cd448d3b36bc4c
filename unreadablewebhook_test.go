package helpdesk_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/webhook"
)

// TestAWebhookThatCannotBeReadStopsNoOther and is logged once, with its id and without its
// secret. It goes on once it can be read.
func TestAWebhookThatCannotBeReadStopsNoOther(t *testing.T) {
	t.Parallel()
	const garbled = "whsz_ofalaterversion"
	d := newRunDesk(t)
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
	time.Sleep(7 * time.Second) // longer than from one renewal of leases, or one look after a failure, to the next
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

// deliveriesOf are the deliveries of a webhook, in the store.
func (d *runDesk) deliveriesOf(t *testing.T, id int64) (all []*webhook.Delivery) {
	t.Helper()
	check(t, d.store.View(t.Context(), func(tx storage.Tx) (err error) {
		all, err = tx.Deliveries().List(t.Context(), id, webhook.Query{Limit: 999})
		return err
	}))
	return all
}
