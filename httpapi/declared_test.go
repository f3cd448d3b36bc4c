package httpapi

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/auth"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// TestRoutesAnswerWhatTheyDeclare: every GET has the status, the keys and the order of
// keys that its operation declares, with an object 1 behind every route.
func TestRoutesAnswerWhatTheyDeclare(t *testing.T) {
	t.Parallel()
	d := testdesk.New(t, helpdesk.Config{})
	h, err := New(d.Desk, Config{Authenticator: auth.Basic(d.Desk)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, admin := t.Context(), d.Users["admin"]
	opened, err := d.CreateTicket(ctx, admin, &ticket.Ticket{QueueID: 1, Title: "x", SubmitterEmail: new("jane@example.com")})
	if err != nil {
		t.Fatal(err)
	}
	upload := followup.Upload{Filename: "a.txt", Size: 1, Open: (&spool{memory: []byte("x")}).open}
	reply := &followup.FollowUp{TicketID: opened.ID, Public: true, NewStatus: new(ticket.Closed)}
	if _, err := d.Reply(ctx, admin, reply, upload); err != nil {
		t.Fatal(err)
	}
	call := func(as, method, path, body string) *httptest.ResponseRecorder {
		r := httptest.NewRequestWithContext(ctx, method, "/api"+path+"/", strings.NewReader(body))
		r.Header.Set("Content-Type", typeJSON)
		r.SetBasicAuth(as, testdesk.Password(as))
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	call("admin", "POST", "/groups", `{"name":"x"}`)
	call("admin", "PATCH", "/queues/1", `{"allow_public_submission":true}`)
	call("jane", "POST", "/tokens", `{"name":"x"}`)
	call("admin", "POST", "/webhooks", `{"url":"https://example.org/"}`)
	call("admin", "POST", "/webhooks/1/test", "")
	declared := 0
	for _, rt := range h.routes {
		if rt.get.answers == nil {
			continue
		}
		declared++
		as := "admin"
		if rt.read == helpdesk.ReadOwnTickets {
			as = "jane"
		}
		w := call(as, "GET", strings.ReplaceAll(rt.path, ":id", "1"), "")
		if w.Code != rt.get.status {
			t.Errorf("%s: status %d, declared %d: %s", rt.path, w.Code, rt.get.status, w.Body)
		}
		keys := keysOfFirst(t, w.Body.Bytes())
		if want := rt.get.answers.keys(keys); len(keys) == 0 || !slices.Equal(keys, want) {
			t.Errorf("%s answers the keys\n%v, declared are\n%v", rt.path, keys, want)
		}
	}
	if declared < 20 {
		t.Errorf("%d routes declare what GET answers", declared)
	}
}

// keys returns the keys of an answer in the order of the table. Those of custom fields,
// and of fields that are omitted in some answers, are there if they are in got.
func (s *schema) keys(got []string) (keys []string) {
	for _, f := range s.specs {
		switch {
		case f.writeOnly:
		case f.kind == kindCustom:
			for _, key := range got {
				if strings.HasPrefix(key, ticket.KeyPrefix) {
					keys = append(keys, key)
				}
			}
		case !f.optional || slices.Contains(got, f.name):
			keys = append(keys, f.name)
		}
	}
	return keys
}

// keysOfFirst returns the keys of a JSON object in their order, or of the first object
// where it is a list.
func keysOfFirst(t *testing.T, body []byte) (keys []string) {
	t.Helper()
	var list struct{ Results []json.RawMessage }
	if err := json.Unmarshal(body, &list); err != nil {
		t.Fatal(err)
	}
	if len(list.Results) > 0 {
		body = list.Results[0]
	}
	tokens := json.NewDecoder(strings.NewReader(string(body)))
	_, _ = tokens.Token() // "{"
	for tokens.More() {
		key, err := tokens.Token()
		if err != nil {
			t.Fatal(err)
		}
		var member json.RawMessage
		if err := tokens.Decode(&member); err != nil {
			t.Fatal(err)
		}
		keys = append(keys, key.(string))
	}
	return keys
}

// withoutBody are the routes whose POST takes no body.
var withoutBody = []string{"/webhooks/:id/rotate", "/webhooks/:id/test", "/webhooks/:id/deliveries/:delivery/retry"}

// TestEveryOperationDeclaresItself: what writes says what it takes, and every answer that
// is no file has a status.
func TestEveryOperationDeclaresItself(t *testing.T) {
	t.Parallel()
	for _, rt := range allRoutes() {
		for _, method := range routedMethods {
			op := rt.operation(method)
			takes := method == http.MethodPut || method == http.MethodPatch ||
				method == http.MethodPost && !slices.Contains(withoutBody, rt.path)
			if op.do != nil && (takes != (op.takes != nil) || op.status == 0 && !rt.file) {
				t.Errorf("%s %s declares %+v", method, rt.path, op)
			}
		}
	}
}
