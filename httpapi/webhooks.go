package httpapi

import (
	"net/http"
	"time"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/event"
	"github.com/go-helpdesk/helpdesk/internal/jsontext"
	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/webhook"
)

var webhooks = &resource[*webhook.Webhook]{
	table: newTable(
		integer("id", func(w *webhook.Webhook) int64 { return w.ID }),
		text("url", func(w *webhook.Webhook) *string { return &w.URL }, required, maxLength(webhook.MaxURL)),
		words("types", func(w *webhook.Webhook) *[]string { return &w.Types }, eventPatterns()),
		references("queues", func(w *webhook.Webhook) *[]int64 { return &w.QueueIDs }),
		text("description", func(w *webhook.Webhook) *string { return &w.Description }, blank, maxLength(webhook.MaxDescription)),
		boolean("active", func(w *webhook.Webhook) *bool { return &w.Active }, keptByForms),
		word("signing", func(w *webhook.Webhook) *webhook.Signing { return &w.Signing }, []webhook.Signing{webhook.V1, webhook.V1a}),
		reference("owner", func(w *webhook.Webhook) *int64 { return &w.OwnerID }, readOnly),
		datetime("created", func(w *webhook.Webhook) time.Time { return w.Created }),
		datetime("modified", func(w *webhook.Webhook) time.Time { return w.Modified }),
		nullText("disabled", func(w *webhook.Webhook) **string { return new(orNone(string(w.Disabled))) }, readOnly),
		nullDatetime("paused_until", func(w *webhook.Webhook) **time.Time { return new(orNever(w.PausedUntil)) }, readOnly),
		computed("secret", func(w *webhook.Webhook) string { return w.Secrets.Current.ForReceiver() }).
			omittedIf(func(w *webhook.Webhook) bool { return w.Secrets.Current.Signing() != webhook.V1 }),
		computed("public_key", func(w *webhook.Webhook) string { return w.Secrets.Current.ForReceiver() }).
			omittedIf(func(w *webhook.Webhook) bool { return w.Secrets.Current.Signing() != webhook.V1a }),
	),
	list: listAll((*helpdesk.Desk).Webhooks),
	get:  (*helpdesk.Desk).Webhook,
	start: func(*exchange) (*webhook.Webhook, error) {
		return &webhook.Webhook{Active: true, Signing: webhook.V1}, nil
	},
	create: func(x *exchange, w *webhook.Webhook, _ *extras) (*webhook.Webhook, error) {
		return x.desk.CreateWebhook(x.r.Context(), x.actor, w)
	},
	update: func(x *exchange, id int64, change func(*webhook.Webhook) error, _ *extras) (*webhook.Webhook, error) {
		return x.h.desk.UpdateWebhook(x.r.Context(), x.actor, id, change)
	},
	delete: (*helpdesk.Desk).DeleteWebhook,
	secret: true,
	tag: func(t *tagParts, w *webhook.Webhook) {
		t.object("webhook", w.ID, w.Version)
		t.numbers(w.PausedUntil.UnixMicro()) // counts no version up
		t.none = !w.Secrets.Current.IsZero() // nobody may keep a secret
	},
}

// eventPatterns returns what a webhook can ask for.
func eventPatterns() (all []string) {
	for _, k := range event.Kinds() {
		all = append(all, string(k)+".*")
	}
	for _, t := range event.Types() {
		all = append(all, string(t))
	}
	return all
}

// orNone returns nil for no text.
func orNone(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// orNever returns nil for no time.
func orNever(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

var attempts = newTable(
	datetime("time", func(a webhook.Attempt) time.Time { return a.Time }),
	nullInteger("status", func(a webhook.Attempt) **int64 { return new(orNil(int64(a.Status))) }, readOnly),
	integer("duration_ms", func(a webhook.Attempt) int64 { return a.Duration.Milliseconds() }),
	nullText("error", func(a webhook.Attempt) **string { return new(orNone(a.Error)) }, readOnly),
).called("WebhookAttempt")

var deliveries = &resource[*webhook.Delivery]{
	table: newTable(
		integer("id", func(d *webhook.Delivery) int64 { return d.ID }),
		computed("message", func(d *webhook.Delivery) string { return d.MessageID }),
		computed("type", func(d *webhook.Delivery) string { return d.Type }),
		nullInteger("event", func(d *webhook.Delivery) **int64 { return new(orNil(d.EventID)) }, readOnly),
		nullInteger("position", func(d *webhook.Delivery) **int64 { return new(orNil(d.Position)) }, readOnly),
		word("state", func(d *webhook.Delivery) *webhook.State { return &d.State }, webhook.States(), readOnly),
		datetime("created", func(d *webhook.Delivery) time.Time { return d.Created }),
		nullDatetime("next_attempt", func(d *webhook.Delivery) **time.Time {
			if d.State != webhook.Pending {
				return new(*time.Time)
			}
			return new(&d.Due)
		}, readOnly),
		shown("attempts", kindObjects, func(b []byte, d *webhook.Delivery, to writer) []byte {
			b = append(b, '[')
			for i, a := range d.Attempts {
				b = attempts.append(appendComma(b, i), a, to)
			}
			return append(b, ']')
		}, of(&attempts.schema)),
	),
	list: listing[*webhook.Delivery]{open: func(x *exchange) (*helpdesk.List[*webhook.Delivery], error) {
		id, err := x.id()
		return x.h.desk.Deliveries(x.actor, id), err
	}},
}

// rotateWebhook answers POST with the webhook and its new secret.
var rotateWebhook = act(&webhooks.schema, nil, http.StatusOK, true, func(x *exchange, id int64) (func([]byte) []byte, error) {
	w, err := x.desk.RotateWebhook(x.r.Context(), x.actor, id)
	return func(b []byte) []byte { return webhooks.append(b, w, x) }, err
})

var testWebhook = act(&deliveries.schema, nil, http.StatusAccepted, false, func(x *exchange, id int64) (func([]byte) []byte, error) {
	d, err := x.desk.TestWebhook(x.r.Context(), x.actor, id)
	return func(b []byte) []byte { return deliveries.append(b, d, x) }, err
})

var retryDelivery = act(&deliveries.schema, nil, http.StatusAccepted, false, func(x *exchange, id int64) (func([]byte) []byte, error) {
	delivery, err := x.number("delivery")
	if err != nil {
		return nil, err
	}
	d, err := x.desk.RetryDelivery(x.r.Context(), x.actor, id, delivery)
	return func(b []byte) []byte { return deliveries.append(b, d, x) }, err
})

// replay is a range of positions in a body, and in an answer how far it was prepared.
type replay struct {
	after, through *int64
	prepared       int64
}

var replayRange = newTable(
	nullInteger("after", func(r *replay) **int64 { return &r.after }, required),
	nullInteger("through", func(r *replay) **int64 { return &r.through }),
).called("WebhookReplayRange")

var replays = newTable(
	integer("prepared", func(r *replay) int64 { return r.prepared }),
	integer("after", func(r *replay) int64 { return *r.after }),
).called("WebhookReplay")

var replayWebhook = act(&replays.schema, &replayRange.schema, http.StatusAccepted, false, sendAgain)

func sendAgain(x *exchange, id int64) (func([]byte) []byte, error) {
	d, asked := newDecoder(x.in, creating), &replay{}
	replayRange.decode(d, asked)
	if asked.after == nil && d.problems["after"] == nil { // null, and not the beginning
		d.problems.Add("after", problem.Problem{Reason: problem.Null})
	}
	for key, n := range map[string]*int64{"after": asked.after, "through": asked.through} {
		if orZero(n) < 0 {
			d.problems.Add(key, problem.Problem{Reason: problem.Below})
		}
	}
	if err := d.err(); err != nil {
		return nil, err
	}
	n, next, err := x.desk.ReplayWebhook(x.r.Context(), x.actor, id, *asked.after, orZero(asked.through))
	done := &replay{after: &next, prepared: int64(n)}
	return func(b []byte) []byte { return replays.append(b, done, x) }, err
}

// act returns the operation of a POST that does something with the object with the id in the
// path. Do is called when the body has been read, if the operation takes one, and returns
// what appends the answer. An answer with a secret is never repeated.
func act(answers, takes *schema, status int, secret bool, do func(x *exchange, id int64) (func([]byte) []byte, error)) operation {
	return operation{answers: answers, takes: takes, status: status, do: func(x *exchange) error {
		if x.keyed != nil && x.keyed.progress == helpdesk.Done {
			return x.replayKnown()
		}
		id, err := x.id()
		if err != nil {
			return err
		}
		if takes != nil || x.keyed != nil {
			if _, err := x.read(); err != nil {
				return err
			}
		}
		if x.keyed != nil {
			return x.once(secret, func() (func([]byte) []byte, error) { return do(x, id) })
		}
		appendTo, err := do(x, id)
		if err != nil {
			return err
		}
		return respond(x, appendTo, func(b []byte, appendTo func([]byte) []byte) []byte { return appendTo(b) })
	}}
}

// WebhookBody returns a function for helpdesk.WebhookConfig.Body. It makes messages as
// Standard Webhooks recommends them: an object with the type, the time as timestamp, and
// the event as data, in the form in which the API answers staff. URLs begin with base, the
// absolute URL that clients see the API under, such as "https://example.com/api". Of an event
// that would make the body too long, the values are left out: its data is {"cut":["*"]}.
func WebhookBody(base string) func(e *event.Event, fields []*ticket.CustomField) []byte {
	to := baseURL(base)
	return func(e *event.Event, fields []*ticket.CustomField) []byte {
		b := jsontext.String([]byte(`{"type":`), string(e.Type))
		b = append(jsontext.Time(append(b, `,"timestamp":`...), e.Time), `,"data":`...)
		if e.Type == webhook.TestType {
			return append(b, `{}}`...)
		}
		head := len(b)
		shown := shownEvent{e, eventReader{fields: fields, base: to.base()}}
		if b = append(events.append(b, shown, to), '}'); len(b) <= webhook.MaxBody {
			return b
		}
		before, _, after := events.around("data")
		b = append(appendFields(before, b[:head], shown, to), `,"data":{"cut":["*"]}`...)
		return append(appendFields(after, b, shown, to), `}}`...)
	}
}
