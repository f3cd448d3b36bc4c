package httpapi_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/auth"
	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/user"
)

var update = flag.Bool("update", false, "write examples.json anew")

// asked is a request of which the answer is recorded.
type asked struct {
	id     string // of the operation
	as     string // the account; "" is admin, and "nobody" sends no credentials
	path   string // the ids in the path, with slashes between
	query  string // without the question mark
	body   string // JSON
	form   []part // of a multipart form
	header [2]string
	status int // of a failure; 0 for a success
}

// story has a request for each operation with JSON in its answer or body.
var story = []asked{
	{id: "createQueue", body: `{"title":"Support","slug":"support","email_address":"support@example.org","allow_public_submission":true}`},
	{id: "createQueue", body: `{"title":"Billing","slug":"billing"}`},
	{id: "createUser", body: `{"first_name":"Ada","last_name":"Park","username":"ada","email":"ada@example.org","is_staff":true,` +
		`"password":"correct-horse-1"}`},
	{id: "createUser", body: `{"first_name":"Carol","last_name":"Lind","username":"carol","email":"carol@example.com",` +
		`"password":"correct-horse-2"}`},
	{id: "updateUser", path: "3", body: `{"email_verified":true}`},
	{id: "createGroup", body: `{"name":"Second level","users":[2],"queues":[1]}`},
	{id: "replaceGroup", path: "1", body: `{"name":"Second level","users":[2],"queues":[1,2]}`},
	{id: "updateGroup", path: "1", body: `{"name":"Third level"}`},
	{id: "createCustomField", body: `{"name":"example","label":"Example","data_type":"integer","help_text":"How many people wait"}`},
	{id: "replaceCustomField", path: "1", body: `{"name":"example","label":"Affected","data_type":"integer","ordering":10}`},
	{id: "updateCustomField", path: "1", body: `{"help_text":"How many people wait"}`},
	{id: "replaceQueue", path: "2", body: `{"title":"Billing","slug":"billing","default_owner":2}`},
	{id: "updateQueue", path: "2", body: `{"email_address":"billing@example.org"}`},

	{id: "createTicket", as: "ada", body: `{"queue":1,"title":"The printer is on fire","description":"Smoke comes out of tray 2.",` +
		`"submitter_email":"carol@example.com","priority":2,"custom_example":null}`},
	{id: "replaceTicket", as: "ada", path: "1", body: `{"queue":1,"title":"The printer on floor 2 is on fire",` +
		`"description":"Smoke comes out of tray 2.","submitter_email":"carol@example.com","priority":1,"assigned_to":2,` +
		`"custom_example":null}`},
	{id: "createFollowUp", as: "ada", body: `{"ticket":1,"comment":"We unplugged it, and send a new printer.","public":true,` +
		`"new_status":3}`},
	{id: "replaceFollowUp", as: "ada", path: "2", body: `{"ticket":1,` +
		`"title":"Unplugged","comment":"We unplugged it, and send a new printer tomorrow.","public":true}`},
	{id: "updateFollowUp", as: "ada", path: "2", body: `{"time_spent":"00:10:00"}`},
	{id: "createFollowUpAttachment", as: "ada", form: []part{{"followup", "", "", "2"}, {"file", "plug.txt", "text/plain", "Pull here."}}},
	{id: "replaceFollowUpAttachment", as: "ada", path: "1",
		form: []part{{"followup", "", "", "2"}, {"file", "plug.txt", "text/plain", "Pull there."}}},
	{id: "updateFollowUpAttachment", as: "ada", path: "1", body: `{"filename":"where-to-pull.txt"}`},
	{id: "createUserTicketFollowUp", as: "carol", path: "1", body: `{"comment":"Which model is it?"}`},
	{id: "updateTicket", as: "ada", path: "1", body: `{"status":4,"resolution":"There is a new printer."}`},
	{id: "createUserTicket", as: "carol", body: `{"queue":1,"title":"The new printer is locked","description":"Nobody has the code.",` +
		`"custom_example":null}`},

	{id: "listTickets", as: "ada"},
	{id: "listTicketCounts", as: "ada", query: "by=status,queue"},
	{id: "getTicket", as: "ada", path: "1"},
	{id: "listTicketHistories", as: "ada", path: "1"},
	{id: "listFollowUps", as: "ada"},
	{id: "getFollowUp", as: "ada", path: "2"},
	{id: "listFollowUpAttachments", as: "ada"},
	{id: "getFollowUpAttachment", as: "ada", path: "1"},
	{id: "listUserTickets", as: "carol"},
	{id: "getUserTicket", as: "carol", path: "1"},
	{id: "listUserTicketFollowUps", as: "carol", path: "1"},
	{id: "listUserTicketQueues", as: "carol"},
	{id: "listUserTicketCustomFields", as: "carol"},
	{id: "listEvents", as: "ada", query: "ticket=1&type=ticket.*&limit=2"},
	{id: "listUserTicketEvents", as: "carol", query: "type=followup.created"},
	{id: "listUsers"},
	{id: "getUser", path: "2"},
	{id: "getCurrentUser", as: "carol"},
	{id: "listGroups"},
	{id: "getGroup", path: "1"},
	{id: "listQueues"},
	{id: "getQueue", path: "1"},
	{id: "listCustomFields"},
	{id: "getCustomField", path: "1"},
	{id: "createToken", as: "ada", body: `{"name":"nightly report","read_only":true,"expires":"2027-01-01T00:00:00Z"}`},
	{id: "listTokens", as: "ada"},
	{id: "getToken", as: "ada", path: "1"},

	{id: "createWebhook", body: `{"url":"https://hooks.example.org/helpdesk","types":["ticket.*","followup.created"],"queues":[1],` +
		`"description":"Tells the chat of new tickets"}`},
	{id: "replaceWebhook", path: "1", body: `{"url":"https://hooks.example.org/helpdesk","types":["ticket.*"],"queues":[1],` +
		`"description":"Tells the chat of tickets"}`},
	{id: "updateWebhook", path: "1", body: `{"description":"Tells the chat what happens to tickets"}`},
	{id: "createWebhookTest", path: "1"},
	{id: "createWebhookReplay", path: "1", body: `{"after":0,"through":12}`},
	{id: "listWebhooks"},
	{id: "getWebhook", path: "1"},
	{id: "listWebhookDeliveries", path: "1"},
	{id: "createWebhookDeliveryRetry", path: "1/1"},
	{id: "createWebhookRotation", path: "1"},

	{id: "changeOwnPassword", as: "carol", body: `{"old_password":"correct-horse-2","new_password":"correct-horse-3"}`},
	{id: "getApiRoot"},

	{id: "createTicket", as: "ada", body: `{"queue":9,"priority":0}`, status: http.StatusBadRequest},
	{id: "listTickets", as: "nobody", status: http.StatusUnauthorized},
	{id: "createQueue", as: "ada", body: `{}`, status: http.StatusForbidden},
	{id: "getTicket", as: "ada", path: "9", status: http.StatusNotFound},
	{id: "getTicket", as: "ada", path: "1", header: [2]string{"Accept", "text/html"}, status: http.StatusNotAcceptable},
	{id: "deleteQueue", path: "1", status: http.StatusConflict},
	{id: "deleteQueue", path: "1", header: [2]string{"If-Match", `"of-an-older-version"`}, status: http.StatusPreconditionFailed},
	{id: "createQueue", body: `{"title":"Sales","slug":"sales"}`, header: [2]string{"Idempotency-Key", "e1b2"}},
	{id: "createQueue", body: `{"title":"Trade","slug":"trade"}`, header: [2]string{"Idempotency-Key", "e1b2"},
		status: http.StatusUnprocessableEntity},
	{id: "createTicket", as: "ada", body: "Fire!", header: [2]string{"Content-Type", "text/plain"},
		status: http.StatusUnsupportedMediaType},
}

// recording is what examples.json has.
type recording struct {
	Operations map[string]recordedExample `json:"operations"`
	Failures   map[string]json.RawMessage `json:"failures"`
}

type recordedExample struct {
	Body   json.RawMessage `json:"body,omitempty"`
	Answer json.RawMessage `json:"answer,omitempty"`
}

// TestExamples compares examples.json with what is answered now. It writes the file with
// the flag -update.
func TestExamples(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	h := examplesAPI(t, func() time.Time { return now })
	document := readDocument(t, h)
	got := recording{map[string]recordedExample{}, map[string]json.RawMessage{}}
	for _, q := range story {
		now = now.Add(time.Minute)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, q.request(t, document))
		if want := q.status; w.Code != want && (want != 0 || w.Code >= 300) {
			t.Fatalf("%s: %d %s", q.id, w.Code, w.Body)
		}
		answer := withoutSecrets(w.Body.Bytes())
		if q.status != 0 {
			got.Failures[strconv.Itoa(q.status)] = answer
			continue
		}
		if got.Operations[q.id].Answer == nil {
			got.Operations[q.id] = recordedExample{json.RawMessage(q.body), answer}
		}
	}
	file := new(bytes.Buffer)
	e := json.NewEncoder(file)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	check(t, e.Encode(got))
	if *update {
		check(t, os.WriteFile("examples.json", file.Bytes(), 0o644))
	}
	stored, err := os.ReadFile("examples.json")
	check(t, err)
	if !bytes.Equal(stored, file.Bytes()) {
		t.Error("examples.json is stale: run make docs-api, and read the difference")
	}
}

// examplesAPI returns the API of a new desk with the superuser admin.
func examplesAPI(t *testing.T, now func() time.Time) http.Handler {
	t.Helper()
	desk, err := helpdesk.New(testdesk.OpenStore(t),
		helpdesk.Config{Now: now, Hasher: &user.Hasher{Params: user.Params{Memory: 8, Time: 1, Threads: 1}}})
	check(t, err)
	_, err = desk.EnsureSuperuser(t.Context(), &user.User{Username: "admin"}, "correct-horse-0")
	check(t, err)
	return newHandler(desk, httpapi.Config{Authenticator: auth.Basic(desk), BaseURL: "https://desk.example.org"})
}

// request returns the request, which the document says where to send.
func (q asked) request(t *testing.T, d *openAPI) *http.Request {
	t.Helper()
	method, path := d.find(q.id)
	if path == "" {
		t.Fatalf("no operation is called %s", q.id)
	}
	for id := range strings.SplitSeq(q.path, "/") {
		path = regexp.MustCompile(`\{[a-z]+\}`).ReplaceAllString(path, id)
	}
	contentType, body := "application/json", q.body
	if q.form != nil {
		contentType, body = form(q.form...)
	}
	r := httptest.NewRequestWithContext(t.Context(), method, "/api"+path+"?"+q.query, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", contentType)
	}
	if q.header[0] != "" {
		r.Header.Set(q.header[0], q.header[1])
	}
	passwords := map[string]string{"": "correct-horse-0", "ada": "correct-horse-1", "carol": "correct-horse-2"}
	if password, ok := passwords[q.as]; ok {
		name := q.as
		if name == "" {
			name = "admin"
		}
		r.SetBasicAuth(name, password)
	}
	return r
}

var secrets = regexp.MustCompile(`"(token|prefix|secret_key|secret|message)":"[^"]*"`)

// withoutSecrets replaces what is random in an answer, nil for an empty one.
func withoutSecrets(answer []byte) json.RawMessage {
	if len(answer) == 0 {
		return nil
	}
	return secrets.ReplaceAllFunc(answer, func(found []byte) []byte {
		name, _, _ := bytes.Cut(found, []byte(":"))
		return slices.Concat(name, []byte(map[string]string{`"token"`: `:"hd_this-is-shown-only-once"`, `"prefix"`: `:"hd_this"`,
			`"secret_key"`: `:"a-key-of-this-ticket"`, `"secret"`: `:"whsec_this-is-shown-only-once"`,
			`"message"`: `:"msg_or-evt-and-what-makes-it-unique"`}[string(name)]))
	})
}

// openAPI is what tests read of an OpenAPI document.
type openAPI struct {
	Paths      map[string]map[string]json.RawMessage
	Components map[string]map[string]json.RawMessage
}

// openAPIOperation is an operation of a document.
type openAPIOperation struct {
	OperationID string
	RequestBody openAPIContent
	Responses   map[string]openAPIContent
}

type openAPIContent struct {
	Ref     string `json:"$ref"`
	Content map[string]struct {
		Schema   json.RawMessage
		Examples map[string]struct{ Value any }
	}
}

// readDocument returns the document that admin sees.
func readDocument(t *testing.T, h http.Handler) *openAPI {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), "GET", "/api/openapi.json", nil)
	r.SetBasicAuth("admin", "correct-horse-0")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	var d openAPI
	check(t, json.Unmarshal(w.Body.Bytes(), &d))
	return &d
}

// operations calls visit with every operation that is no HEAD or OPTIONS.
func (d *openAPI) operations(visit func(method, path string, o openAPIOperation)) {
	for path, item := range d.Paths {
		for method, raw := range item {
			var o openAPIOperation
			if slices.Contains([]string{"get", "post", "put", "patch", "delete"}, method) && json.Unmarshal(raw, &o) == nil {
				visit(strings.ToUpper(method), path, o)
			}
		}
	}
}

// find returns the method and the path of an operation.
func (d *openAPI) find(id string) (method, path string) {
	d.operations(func(m, p string, o openAPIOperation) {
		if o.OperationID == id {
			method, path = m, p
		}
	})
	return method, path
}
