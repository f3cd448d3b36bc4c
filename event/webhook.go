package event

import (
	"net/url"
	"slices"

	"github.com/go-helpdesk/helpdesk/webhook"
)

// WebhookData is the Data of "webhook.created" and "webhook.deleted". It has nothing of the
// secret with which messages are signed.
type WebhookData struct {
	URL         Text // only scheme and host: the rest may be a secret of the receiver's
	Types       []string
	Queues      IDs
	Description Text
	Active      bool
	Signing     webhook.Signing
	Disabled    webhook.Reason
	OwnerID     int64
}

func (d *WebhookData) code(c *coder) {
	text(c, &d.URL)
	words(c, &d.Types)
	ids(c, &d.Queues)
	text(c, &d.Description)
	boolean(c, &d.Active)
	word(c, &d.Signing)
	word(c, &d.Disabled)
	integer(c, &d.OwnerID)
}

// WebhookUpdate is the Data of "webhook.updated". What has not changed is nil or empty.
type WebhookUpdate struct {
	URL           *Change[Text]
	Types         *Change[[]string]
	QueuesAdded   IDs
	QueuesRemoved IDs
	Description   *Change[Text]
	Active        *Change[bool]
	Signing       *Change[webhook.Signing]
	Disabled      *Change[webhook.Reason]
	OwnerID       *Change[int64]
	Rotated       bool // it has a new secret
}

func (u *WebhookUpdate) code(c *coder) {
	change(c, &u.URL, text)
	change(c, &u.Types, words)
	ids(c, &u.QueuesAdded)
	ids(c, &u.QueuesRemoved)
	change(c, &u.Description, text)
	change(c, &u.Active, boolean)
	change(c, &u.Signing, word)
	change(c, &u.Disabled, word)
	change(c, &u.OwnerID, integer)
	boolean(c, &u.Rotated)
}

func webhookData(l limit, w *webhook.Webhook) *WebhookData {
	return &WebhookData{origin(w.URL), w.Types, l.ids(w.QueueIDs), l.text(w.Description), w.Active, w.Signing, w.Disabled, w.OwnerID}
}

func webhookUpdate(l limit, before, after *webhook.Webhook) *WebhookUpdate {
	u := &WebhookUpdate{
		QueuesAdded: l.missing(after.QueueIDs, before.QueueIDs), QueuesRemoved: l.missing(before.QueueIDs, after.QueueIDs),
		Description: l.change(before.Description, after.Description), Active: changeOf(before.Active, after.Active),
		Signing: changeOf(before.Signing, after.Signing), Disabled: changeOf(before.Disabled, after.Disabled),
		OwnerID: changeOf(before.OwnerID, after.OwnerID),
		Rotated: !before.Secrets.Current.Equal(after.Secrets.Current),
	}
	if before.URL != after.URL {
		u.URL = &Change[Text]{origin(before.URL), origin(after.URL)}
	}
	if !slices.Equal(before.Types, after.Types) {
		u.Types = &Change[[]string]{before.Types, after.Types}
	}
	return u
}

// origin is the scheme and the host of a URL.
func origin(s string) Text {
	u, err := url.Parse(s)
	if err != nil {
		return Text{Cut: true}
	}
	short := u.Scheme + "://" + u.Host
	return Text{String: short, Cut: short != s && short+"/" != s}
}
