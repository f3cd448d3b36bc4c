package httpapi_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk/event"
	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/user"
	"github.com/go-helpdesk/helpdesk/webhook"
)

const hookBody = `{"url":"https://hooks.example.org/a?token=abc"}`

// TestAWebhookShowsItsSecretOnce, whatever is asked for later.
func TestAWebhookShowsItsSecretOnce(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	made := a.call(t, "admin", "POST", "/api/webhooks/", hookBody).is(t, http.StatusCreated, "").has(t, "ETag", "")
	first, _ := made.object(t)["secret"].(string)
	if _, err := webhook.ParseSecret(first); err != nil || !strings.HasPrefix(first, "whsec_") {
		t.Errorf("the secret is %q", first)
	}
	at := "/api/webhooks/" + made.id(t) + "/"
	rotated := a.call(t, "admin", "POST", at+"rotate/", "").is(t, http.StatusOK, "")
	second, _ := rotated.object(t)["secret"].(string)
	if second == "" || second == first {
		t.Errorf("after %q the secret is %q", first, second)
	}
	signed := a.call(t, "admin", "PATCH", at, `{"signing":"v1a"}`).is(t, http.StatusOK, "").object(t)
	if key, _ := signed["public_key"].(string); !strings.HasPrefix(key, "whpk_") || signed["secret"] != nil {
		t.Errorf("the keys of v1a are %v", signed)
	}
	for _, c := range [][3]string{
		{"GET", "/api/webhooks/", ""}, {"GET", at, ""}, {"PATCH", at, `{"description":"x"}`}, {"PUT", at, hookBody}, {"OPTIONS", at, ""},
		{"GET", "/api/events/", ""},
	} {
		r := a.call(t, "admin", c[0], c[1], c[2]).is(t, http.StatusOK, "")
		for _, secret := range []string{first, second, "whsec_", "whsk_", `"secret":"`} {
			if strings.Contains(r.Body.String(), secret) {
				t.Errorf("%s %s has %s: %s", c[0], c[1], secret, r.Body)
			}
		}
	}
	if strings.Contains(a.call(t, "staff", "GET", "/api/events/", "").Body.String(), "token=abc") {
		t.Error("events have the whole URL")
	}
}

// TestWrongWebhooksAreRefused, with everything that is wrong at once.
func TestWrongWebhooksAreRefused(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	unchanged := a.unchanged(t)
	a.call(t, "admin", "POST", "/api/webhooks/", `{}`).is(t, http.StatusBadRequest, `{"url":["This field is required."]}`)
	a.call(t, "admin", "POST", "/api/webhooks/", `{"url":"ftp://x","types":["ticket.closed","x"],"queues":[99],"signing":"v2",
		"description":"`+strings.Repeat("x", 256)+`"}`).is(t, http.StatusBadRequest,
		`{"description":["Ensure this field has no more than 255 characters."],`+
			`"queues":["Invalid pk \"99\" - object does not exist."],"signing":["\"v2\" is not a valid choice."],`+
			`"types":["\"ticket.closed\" is not a valid choice.","\"x\" is not a valid choice."],`+
			`"url":["Enter an http or https URL in ASCII characters, without user name, password and fragment."]}`)
	for _, as := range []string{"staff", "jane"} {
		a.call(t, as, "POST", "/api/webhooks/", hookBody).is(t, http.StatusForbidden, "")
		a.call(t, as, "GET", "/api/webhooks/", "").is(t, http.StatusForbidden, "")
	}
	a.call(t, "", "GET", "/api/webhooks/", "").is(t, http.StatusUnauthorized, "")
	unchanged()
}

// TestAnInactiveWebhookSendsNothing: neither a test nor what was sent before.
func TestAnInactiveWebhookSendsNothing(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	at := "/api/webhooks/" + a.call(t, "admin", "POST", "/api/webhooks/", hookBody).id(t) + "/"
	sent := number(int64(a.call(t, "admin", "POST", at+"test/", "").is(t, http.StatusAccepted, "").object(t)["id"].(float64)))
	a.call(t, "admin", "PATCH", at, `{"active":false}`).is(t, http.StatusOK, "")
	for _, c := range [][2]string{{"test/", ""}, {"replay/", `{"after":0}`}, {"deliveries/" + sent + "/retry/", ""}} {
		a.call(t, "admin", "POST", at+c[0], c[1]).is(t, http.StatusConflict, detail("This webhook is not active. Make it active first."))
	}
	a.call(t, "admin", "POST", at+"rotate/", "").is(t, http.StatusOK, "")
	a.call(t, "admin", "POST", at+"replay/", `{"after":"x","through":1.5}`).is(t, http.StatusBadRequest,
		`{"after":["A valid integer is required."],"through":["A valid integer is required."]}`)
	a.call(t, "admin", "POST", at+"replay/", `{"after":null,"through":-1}`).is(t, http.StatusBadRequest,
		`{"after":["This field may not be null."],"through":["Ensure this value is greater than or equal to 0."]}`)
	a.call(t, "admin", "POST", at+"replay/", `{}`).is(t, http.StatusBadRequest, `{"after":["This field is required."]}`)
	other := "/api/webhooks/" + a.call(t, "admin", "POST", "/api/webhooks/", hookBody).id(t) + "/"
	a.call(t, "admin", "POST", other+"deliveries/"+sent+"/retry/", "").is(t, http.StatusNotFound, "")
	a.call(t, "admin", "GET", "/api/webhooks/99/deliveries/", "").is(t, http.StatusNotFound, "")
}

// TestWhoChangesAWebhookOwnsIt, since it gets what its owner may read.
func TestWhoChangesAWebhookOwnsIt(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	at := "/api/webhooks/" + a.call(t, "admin", "POST", "/api/webhooks/", hookBody).id(t) + "/"
	hooks, err := a.CreateUser(t.Context(), a.Users["admin"], &user.User{Username: "hooks", Active: true, Staff: true,
		Permissions: []user.Permission{user.ManageWebhooks}}, "hooks-pass-1")
	check(t, err)
	owner := func(as, method, body string) float64 {
		t.Helper()
		return a.call(t, as, method, at, body).is(t, http.StatusOK, "").object(t)["owner"].(float64)
	}
	equal(t, owner("hooks", "GET", ""), float64(a.Users["admin"].ID))
	equal(t, owner("hooks", "PATCH", `{"url":"https://hooks.example.org/a?token=abc"}`), float64(a.Users["admin"].ID)) // changes nothing
	equal(t, owner("hooks", "PATCH", `{"url":"https://hooks.example.org/b"}`), float64(hooks.ID))
	equal(t, owner("admin", "PATCH", `{"owner":`+number(hooks.ID)+`,"description":"x"}`), float64(a.Users["admin"].ID))
}

// TestALongEventFitsIntoAMessage, if need be without its values.
func TestALongEventFitsIntoAMessage(t *testing.T) {
	t.Parallel()
	body := httpapi.WebhookBody("https://desk.example.org/api")
	e := &event.Event{ID: 7, Position: 8, Type: "user.created", Object: event.Object{Kind: event.User, ID: 1},
		Data: &event.UserData{Username: event.Text{String: strings.Repeat("\x01", 1000)}}}
	whole := string(body(e, nil))
	if !strings.Contains(whole, `"username":"\u0001`) {
		t.Errorf("no user name in %s", whole)
	}
	e.Data = &event.UserData{Username: event.Text{String: strings.Repeat("\x01", 4000)}}
	short := string(body(e, nil))
	if len(short) > webhook.MaxBody || !strings.HasSuffix(short, `,"object":{"kind":"user","id":1},"data":{"cut":["*"]}}}`) {
		t.Errorf("the message is %s", short)
	}
	for _, b := range []string{whole, short} {
		var message struct {
			Type string
			Data struct{ ID, Position int64 }
		}
		check(t, json.Unmarshal([]byte(b), &message))
		equal(t, message.Data.ID, int64(7))
	}
}
