package httpapi_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/event"
	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// endOfEvents is the position after which nothing has happened yet.
func (a *api) endOfEvents(t testing.TB) int64 {
	t.Helper()
	after := int64(0)
	for {
		_, next, err := a.Events(t.Context(), a.Users["admin"], after, event.Filter{}, 0)
		if err != nil {
			t.Fatal(err)
		}
		if next == after {
			return after
		}
		after = next
	}
}

// eventsAfter is the answer to a page of a feed, with its events by type.
func (a *api) eventsAfter(t testing.TB, as, feed string, after int64, query string) (found []map[string]any, next int64) {
	t.Helper()
	got := a.call(t, as, "GET", fmt.Sprintf("%s?after=%d%s", feed, after, query), "").is(t, http.StatusOK, "").object(t)
	for _, e := range got["results"].([]any) {
		found = append(found, e.(map[string]any))
	}
	return found, int64(got["after"].(float64))
}

func typesOf(found []map[string]any) string {
	var types []string
	for _, e := range found {
		types = append(types, e["type"].(string))
	}
	return strings.Join(types, " ")
}

func TestTheFeedHasWhatHappened(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	after := a.endOfEvents(t)
	id := a.call(t, "staff", "POST", "/api/tickets/",
		`{"queue":1,"title":"Printer","submitter_email":"jane@example.com","custom_notes":"n"}`).id(t)
	a.call(t, "staff", "PATCH", "/api/tickets/"+id+"/", `{"priority":1,"custom_notes":"m"}`).is(t, http.StatusOK, "")
	a.call(t, "staff", "POST", "/api/followups/", `{"ticket":`+id+`,"comment":"secret","new_status":3}`).is(t, http.StatusCreated, "")
	found, next := a.eventsAfter(t, "staff", "/api/events/", after, "")
	if got := typesOf(found); got != "ticket.created ticket.updated followup.created ticket.updated" {
		t.Fatalf("the feed has %s", got)
	}
	update := found[1]
	for key, want := range map[string]string{
		"data":   `map[changes:map[custom_notes:map[new:m old:n] priority:map[new:1 old:3]]]`,
		"ticket": id, "object": "map[id:" + id + " kind:ticket]",
		"actor": fmt.Sprintf("map[id:%d name:%s]", a.Users["staff"].ID, a.Users["staff"].DisplayName()),
	} {
		if got := fmt.Sprint(update[key]); got != want {
			t.Errorf("%s is %s, want %s", key, got, want)
		}
	}
	if again, same := a.eventsAfter(t, "staff", "/api/events/", next, ""); len(again) > 0 || same != next {
		t.Errorf("after the end there are %v", again)
	}
	some, _ := a.eventsAfter(t, "staff", "/api/events/", after, "&type=followup.*,ticket.created&limit=1")
	if got := typesOf(some); got != "ticket.created" {
		t.Errorf("the filter selects %s", got)
	}
	if none, end := a.eventsAfter(t, "staff", "/api/events/", after, "&ticket=987654"); len(none) > 0 || end < after {
		t.Errorf("of another ticket there are %v", none)
	}

	// The requester sees neither the private note nor fields for staff.
	own, _ := a.eventsAfter(t, "jane", "/api/user_tickets/events/", after, "")
	if got := typesOf(own); got != "ticket.created ticket.updated ticket.updated" {
		t.Fatalf("the requester sees %s", got)
	}
	for _, e := range own {
		if text := fmt.Sprint(e); strings.Contains(text, "secret") || strings.Contains(text, "priority") {
			t.Errorf("the requester sees %s", text)
		}
	}
	if got := fmt.Sprint(own[2]["data"]); got != "map[changes:map[status:map[new:3 old:1]]]" {
		t.Errorf("the requester sees the change %s", got)
	}
}

func TestWrongParametersOfAFeed(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	for _, feed := range []string{"/api/events/", "/api/events/stream/"} {
		a.call(t, "staff", "GET", feed+"?after=-1&type=ticket.closed,nothing.*&ticket=x&limit=501", "").is(t, http.StatusBadRequest,
			`{"after":["A valid integer is required."],"limit":["Ensure this value is less than or equal to 500."],`+
				`"ticket":["A valid integer is required."],"type":["\"ticket.closed\" is not a valid choice.",`+
				`"\"nothing.*\" is not a valid choice."]}`)
		a.call(t, "staff", "GET", feed+"?limit=0", "").is(t, http.StatusBadRequest,
			`{"limit":["Ensure this value is greater than or equal to 1."]}`)
		a.call(t, "jane", "GET", feed, "").is(t, http.StatusForbidden, "")
		a.call(t, "", "GET", feed, "").is(t, http.StatusUnauthorized, "")
	}
	a.call(t, "staff", "GET", "/api/events/?colour=red", "").is(t, http.StatusOK, "").has(t, "Ignored-Parameters", "colour")
	a.call(t, "", "GET", "/api/user_tickets/events/", "").is(t, http.StatusUnauthorized, "")
	a.call(t, "staff", "POST", "/api/events/", "{}").is(t, http.StatusMethodNotAllowed, "")
}

// TestEveryTypeOfEventHasJSON that a strict decoder reads, with the keys of the API.
func TestEveryTypeOfEventHasJSON(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	after := a.endOfEvents(t)
	a.changeEverything(t)
	seen := map[event.Type]bool{}
	for {
		r := a.call(t, "admin", "GET", fmt.Sprintf("/api/events/?after=%d&limit=500", after), "").is(t, http.StatusOK, "")
		if err := testdesk.StrictJSON(r.Body.Bytes()); err != nil {
			t.Fatal(err)
		}
		found, next := a.eventsAfter(t, "admin", "/api/events/", after, "&limit=500")
		for _, e := range found {
			seen[event.Type(e["type"].(string))] = true
			if data := e["data"].(map[string]any); len(data) == 0 {
				t.Errorf("%s has no data", e["type"])
			}
		}
		if next == after {
			break
		}
		after = next
	}
	for _, typ := range event.Types() {
		if !seen[typ] {
			t.Errorf("there is no %s", typ)
		}
	}
}

// changeEverything creates, updates and deletes an object of each kind.
func (a *api) changeEverything(t testing.TB) {
	t.Helper()
	change := func(path, created, changed string) {
		t.Helper()
		at := "/api/" + path + "/" + a.call(t, "admin", "POST", "/api/"+path+"/", created).is(t, http.StatusCreated, "").id(t) + "/"
		if changed != "" {
			a.call(t, "admin", "PATCH", at, changed).is(t, http.StatusOK, "")
		}
		a.call(t, "admin", "DELETE", at, "").is(t, http.StatusNoContent, "")
	}
	id := number(a.ticket(t, func(n *ticket.Ticket) {}))
	note := a.call(t, "admin", "POST", "/api/followups/", `{"ticket":`+id+`,"comment":"x"}`).id(t)
	file := a.upload(t, "admin", "POST", "/api/followups-attachments/",
		part{"followup", "", "", note}, part{"file", "a.txt", "text/plain", "text"}).id(t)
	a.call(t, "admin", "PATCH", "/api/followups-attachments/"+file+"/", `{"filename":"b.txt"}`).is(t, http.StatusOK, "")
	a.call(t, "admin", "DELETE", "/api/followups-attachments/"+file+"/", "").is(t, http.StatusNoContent, "")
	change("tickets", `{"queue":1,"title":"x","due_date":"2030-01-01T00:00:00Z"}`,
		`{"title":"y","due_date":null,"status":3,"on_hold":true}`)
	change("followups", `{"ticket":`+id+`,"comment":"x","time_spent":"01:00:00"}`, `{"comment":"y","public":true,"time_spent":null}`)
	change("queues", `{"title":"x","slug":"x"}`, `{"title":"y","allow_public_submission":true,"email_address":"q@example.com"}`)
	change("groups", `{"name":"x"}`, `{"name":"y","users":[1],"queues":[1]}`)
	change("users", `{"username":"x","password":"long-enough-9"}`, `{"first_name":"X","is_staff":true,"permissions":["manage_users"]}`)
	change("custom-fields", `{"name":"x","label":"X","data_type":"varchar"}`, `{"label":"Y","max_length":5,"help_text":"h"}`)
	change("tokens", `{"name":"x"}`, "")
	change("webhooks", `{"url":"https://example.org/secret"}`,
		`{"url":"https://example.org/other","types":["ticket.*"],"queues":[1],"description":"d","active":false,"signing":"v1a"}`)
}

func TestAppendEventIsTheFeedsJSON(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{BaseURL: "https://desk.example.com"})
	after := a.endOfEvents(t)
	a.changeEverything(t)
	admin := a.Users["admin"]
	found, _, err := a.Events(t.Context(), admin, after, event.Filter{}, helpdesk.MaxEvents)
	if err != nil {
		t.Fatal(err)
	}
	fields, err := a.Desk.Desk.Fields(t.Context(), admin)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, e := range found {
		all = append(all, string(httpapi.AppendEvent(nil, e, fields, "https://desk.example.com/api")))
	}
	got := a.call(t, "admin", "GET", fmt.Sprintf("/api/events/?after=%d&limit=500", after), "").Body.String()
	want := `{"results":[` + strings.Join(all, ",") + `],"after":`
	if !strings.HasPrefix(got, want) || !strings.Contains(got, `"https://desk.example.com/api/followups-attachments/`) {
		t.Errorf("the feed is\n%s\nand AppendEvent makes\n%s", got, want)
	}
}
