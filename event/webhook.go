package event

import (
	"net/url"
	"slices"

	"github.com/go-helpdesk/helpdesk/webhook"
)

// WebhookData is the Data of "webhook.created" and "webhook.deleted". It has nothing of the
// secret with which messages are signed.
type WebhookData struct {
	URL         Text            `json:"url"` // only scheme and host: the rest may be a secret of the receiver's
	Types       []string        `json:"types,omitempty"`
	Queues      IDs             `json:"queues,omitzero"`
	Description Text            `json:"description,omitzero"`
	Active      bool            `json:"active,omitzero"`
	Signing     webhook.Signing `json:"signing"`
	Disabled    webhook.Reason  `json:"disabled,omitzero"`
	OwnerID     int64           `json:"owner"`
}

// WebhookUpdate is the Data of "webhook.updated". What has not changed is nil or empty.
type WebhookUpdate struct {
	URL           *Change[Text]            `json:"url,omitzero"`
	Types         *Change[[]string]        `json:"types,omitzero"`
	QueuesAdded   IDs                      `json:"queues_added,omitzero"`
	QueuesRemoved IDs                      `json:"queues_removed,omitzero"`
	Description   *Change[Text]            `json:"description,omitzero"`
	Active        *Change[bool]            `json:"active,omitzero"`
	Signing       *Change[webhook.Signing] `json:"signing,omitzero"`
	Disabled      *Change[webhook.Reason]  `json:"disabled,omitzero"`
	OwnerID       *Change[int64]           `json:"owner,omitzero"`
	Rotated       bool                     `json:"rotated,omitzero"` // it has a new secret
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
