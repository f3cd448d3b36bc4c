package webhook_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/webhook"
)

var eventTypes = []string{"ticket.created", "ticket.updated", "followup.created", "custom_field.created"}

func valid() *webhook.Webhook {
	return &webhook.Webhook{URL: "https://example.com/hook", Types: []string{"followup.created", "ticket.*"}, QueueIDs: []int64{1, 2},
		Description: "chat", Signing: webhook.V1}
}

func TestWants(t *testing.T) {
	for _, c := range []struct {
		types  []string
		queues []int64
		event  string
		of     []int64
		want   bool
	}{
		{nil, nil, "ticket.created", []int64{1}, true},
		{nil, nil, "user.created", nil, true},
		{[]string{"ticket.*"}, nil, "ticket.created", nil, true},
		{[]string{"ticket.*"}, nil, "ticket.a.b", nil, true},
		{[]string{"ticket.*"}, nil, "ticket.", nil, false},
		{[]string{"ticket.*"}, nil, "ticket", nil, false},
		{[]string{"ticket.*"}, nil, "tickets.created", nil, false},
		{[]string{"ticket.created"}, nil, "ticket.created", nil, true},
		{[]string{"ticket.created"}, nil, "ticket.updated", nil, false},
		{[]string{"ticket.created", "followup.*"}, nil, "followup.updated", nil, true},
		{nil, []int64{1, 2}, "ticket.created", []int64{2}, true},
		{nil, []int64{1, 2}, "ticket.created", []int64{3}, false},
		{nil, []int64{1, 2}, "ticket.updated", []int64{3, 1}, true}, // moved
		{nil, []int64{1, 2}, "user.created", nil, false},
		{[]string{"ticket.*"}, []int64{1}, "user.created", []int64{1}, false},
	} {
		w := webhook.Webhook{Types: c.types, QueueIDs: c.queues}
		if got := w.Wants(c.event, c.of...); got != c.want {
			t.Errorf("types %q and queues %v: %s of %v: got %v", c.types, c.queues, c.event, c.of, got)
		}
	}
}

func TestCheckAcceptsWhatIsRight(t *testing.T) {
	w := valid()
	if err := w.Check(eventTypes).Err(); err != nil {
		t.Error(err)
	}
	w.Types, w.QueueIDs, w.Description, w.Signing = nil, nil, "", webhook.V1a
	if err := w.Check(eventTypes).Err(); err != nil {
		t.Error(err)
	}
	w.URL, w.Description = "https://example.com/"+strings.Repeat("x", webhook.MaxURL-20), strings.Repeat("é", webhook.MaxDescription)
	if err := w.Check(eventTypes).Err(); err != nil {
		t.Error(err)
	}
}

func TestCheckReports(t *testing.T) {
	for _, c := range []struct {
		change func(*webhook.Webhook)
		want   string
	}{
		{func(w *webhook.Webhook) { w.URL = "" }, "url: blank"},
		{func(w *webhook.Webhook) { w.URL = "ftp://example.com" }, "url: not the URL of an endpoint"},
		{func(w *webhook.Webhook) { w.URL = "http://a/" + strings.Repeat("x", webhook.MaxURL) }, "url: too long (limit 2048)"},
		{func(w *webhook.Webhook) { w.Types = []string{"ticket.*", "tickets.*"} }, `types: not a choice "tickets.*"`},
		{func(w *webhook.Webhook) { w.Types = []string{"*"} }, `types: not a choice "*"`},
		{func(w *webhook.Webhook) { w.Types = []string{""} }, `types: not a choice`},
		{func(w *webhook.Webhook) { w.Types = []string{".*"} }, `types: not a choice ".*"`},
		{func(w *webhook.Webhook) { w.Types = []string{"ticket.Created"} }, `types: not a choice "ticket.Created"`},
		{func(w *webhook.Webhook) { w.QueueIDs = []int64{1, 0} }, `queues: no such object "0"`},
		{func(w *webhook.Webhook) { w.Description = strings.Repeat("x", 256) }, "description: too long (limit 255)"},
		{func(w *webhook.Webhook) { w.Description = "a\x00" }, "description: null character"},
		{func(w *webhook.Webhook) { w.Signing = "" }, "signing: not a choice"},
		{func(w *webhook.Webhook) { w.Signing = "v2" }, `signing: not a choice "v2"`},
	} {
		w := valid()
		c.change(w)
		if got := w.Check(eventTypes).Error(); got != "helpdesk: invalid "+c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
	if wrong := (&webhook.Webhook{URL: "x", Types: []string{"x"}, QueueIDs: []int64{-1},
		Description: "\x00"}).Check(nil); len(wrong) != 5 {
		t.Errorf("not everything is reported: %v", wrong)
	}
}

func TestURLProblemsComeOnce(t *testing.T) {
	w := valid()
	w.URL = "\xff"
	if got := w.Check(eventTypes)["url"]; !slices.Equal(got, []problem.Problem{{Reason: problem.NotString}}) {
		t.Error(got)
	}
}

func TestTrim(t *testing.T) {
	types, queues := []string{" ticket.* ", "followup.created", "ticket.*"}, []int64{2, 1, 2}
	w := &webhook.Webhook{URL: "\u00a0https://a/ \n", Description: " x ", Types: types, QueueIDs: queues}
	w.Trim()
	if w.URL != "https://a/" || w.Description != "x" || !slices.Equal(w.Types, []string{"followup.created", "ticket.*"}) ||
		!slices.Equal(w.QueueIDs, []int64{1, 2}) {
		t.Errorf("%+v", w)
	}
	if types[0] != " ticket.* " || queues[0] != 2 {
		t.Errorf("the slices of the caller have changed: %q, %v", types, queues)
	}
}
