package httpapi_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"sync"
	"testing"

	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
)

var rounds = flag.Int("rounds", 3, "how often the tests of concurrency send what they send at once")

// editable is an object with values for its fields, others in every round.
type editable struct {
	noun, path string
	fields     func(round int) map[string]any
}

// editables are one object of every noun that can be edited.
func (a *api) editables(t testing.TB) []editable {
	t.Helper()
	opened := a.upload(t, "admin", "POST", tickets, part{name: "queue", content: "1"}, part{name: "title", content: "x"},
		part{name: "attachment", filename: "a.txt", content: "old"}).is(t, http.StatusCreated, "").object(t)
	followUp := opened["followup_set"].([]any)[0].(map[string]any)
	file := followUp["followupattachment_set"].([]any)[0].(map[string]any)
	second := a.ticket(t)
	item := func(list string, v any) string { return "/api/" + list + "/" + fmt.Sprint(v) + "/" }
	create := func(list, body string) string {
		return item(list, a.call(t, "admin", "POST", "/api/"+list+"/", body).is(t, http.StatusCreated, "").object(t)["id"])
	}
	people, queues := []int64{a.Users["staff"].ID, a.Users["jane"].ID}, []int64{a.Queues["support"].ID, a.Queues["billing"].ID}
	return []editable{
		{"queue", create("queues", `{"title":"q","slug":"q"}`), func(n int) map[string]any {
			return map[string]any{"title": fmt.Sprint("title ", n), "slug": fmt.Sprint("slug", n),
				"email_address":           fmt.Sprintf("q%d@example.com", n),
				"allow_public_submission": n%2 == 0, "default_owner": people[n%2]}
		}},
		{"custom field", create("custom-fields", `{"name":"f","label":"l","data_type":"text"}`), func(n int) map[string]any {
			return map[string]any{"label": fmt.Sprint("label ", n), "help_text": fmt.Sprint("help ", n), "ordering": n,
				"max_length": 100 + n,
				"staff_only": n%2 == 0, "list_values": fmt.Sprint("list ", n)}
		}},
		{"group", create("groups", `{"name":"g"}`), func(n int) map[string]any {
			return map[string]any{"name": fmt.Sprint("name ", n), "users": people[:1+n%2], "queues": queues[:1+n%2]}
		}},
		{"user", create("users", `{"username":"u","password":"long-enough-9"}`), func(n int) map[string]any {
			return map[string]any{"username": fmt.Sprint("user", n), "first_name": fmt.Sprint("first ", n),
				"last_name": fmt.Sprint("last ", n),
				"email":     fmt.Sprintf("u%d@example.com", n), "is_active": n%2 == 0, "queues": queues[:1+n%2]}
		}},
		{"ticket", item("tickets", opened["id"]), func(n int) map[string]any {
			return map[string]any{"title": fmt.Sprint("title ", n), "description": fmt.Sprint("description ", n),
				"resolution":      fmt.Sprint("resolution ", n),
				"submitter_email": fmt.Sprintf("s%d@example.com", n), "on_hold": n%2 == 0, "priority": 1 + n%5, "status": 1 + n%5,
				"assigned_to": people[n%2],
				"queue":       queues[n%2], "custom_notes": fmt.Sprint("notes ", n), "custom_seats": n}
		}},
		{"follow-up", item("followups", followUp["id"]), func(n int) map[string]any {
			return map[string]any{"title": fmt.Sprint("title ", n), "comment": fmt.Sprint("comment ", n), "public": n%2 == 0,
				"time_spent": fmt.Sprintf("%02d:00:00", n%24), "ticket": []any{opened["id"], second}[n%2]}
		}},
		{"attachment", item("followups-attachments", file["id"]), func(n int) map[string]any {
			return map[string]any{"filename": fmt.Sprintf("name%d.txt", n), "mime_type": fmt.Sprintf("text/x%d", n)}
		}},
	}
}

// TestEditsOfDifferentFieldsAtOnceAreAllKept sends a PATCH for every field of every
// noun, each by itself and all at once.
func TestEditsOfDifferentFieldsAtOnceAreAllKept(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	requests := 0
	for _, e := range a.editables(t) {
		for round := range *rounds {
			fields, content := e.fields(round), fmt.Sprintf("%0*d", 1000+round, round)
			var all sync.WaitGroup
			for name, v := range fields {
				all.Go(func() {
					a.call(t, "admin", "PATCH", e.path, string(jsonText(map[string]any{name: v}))).is(t, http.StatusOK, "")
				})
			}
			if e.noun == "attachment" {
				all.Go(func() {
					a.upload(t, "admin", "PATCH", e.path, part{name: "file", filename: "new.txt", content: content}).is(t, http.StatusOK,
						"")
				})
			}
			all.Wait()
			requests += len(fields)
			got := a.call(t, "admin", "GET", e.path, "").is(t, http.StatusOK, "").object(t)
			for name, want := range fields {
				if text := string(jsonText(got[name])); text != string(jsonText(want)) {
					t.Errorf("round %d, %s: %s is %s, not %s", round, e.noun, name, text, jsonText(want))
				}
			}
			if e.noun == "attachment" {
				a.call(t, "admin", "GET", got["file"].(string), "").is(t, http.StatusOK, content)
			}
		}
	}
	t.Logf("%d edits in %d rounds", requests, *rounds)
	a.log.is(t)
	removed, err := a.Store.Sweep(t.Context(), -3600e9)
	check(t, err)
	equal(t, removed, 0)
}

// TestWhatIsAddedAtOnceIsAllThere adds follow-ups with files, and files to the first
// follow-up, while the ticket is being edited.
func TestWhatIsAddedAtOnceIsAllThere(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	id := number(a.ticket(t))
	const each = 4
	for round := range *rounds {
		var all sync.WaitGroup
		for i := range each {
			name := fmt.Sprintf("%d of %d", i, round)
			all.Go(func() {
				a.upload(t, "staff", "POST", "/api/followups/", part{name: "ticket", content: id}, part{name: "comment", content: name},
					part{name: "attachments", filename: "a.txt", content: name}).is(t, http.StatusCreated, "")
			})
			all.Go(func() {
				a.upload(t, "staff", "POST", "/api/followups-attachments/", part{name: "followup", content: "1"},
					part{name: "file", filename: "b.txt", content: name}).is(t, http.StatusCreated, "")
			})
			all.Go(func() {
				a.call(t, "staff", "PATCH", tickets+id+"/", `{"title":"`+name+`"}`).is(t, http.StatusOK, "")
			})
		}
		all.Wait()
	}
	followUps := a.call(t, "staff", "GET", tickets+id+"/", "").object(t)["followup_set"].([]any)
	equal(t, len(followUps), 1+each**rounds)
	files := 0
	for _, f := range followUps {
		for _, file := range f.(map[string]any)["followupattachment_set"].([]any) {
			files++
			got := a.call(t, "staff", "GET", file.(map[string]any)["file"].(string), "").is(t, http.StatusOK, "")
			equal(t, float64(got.Body.Len()), file.(map[string]any)["size"].(float64))
		}
	}
	equal(t, files, 2*each**rounds)
	equal(t, len(a.call(t, "staff", "GET", tickets+id+"/history/", "").list(t)), each**rounds)
	a.log.is(t)
}

// TestAValueThatDoesNotFitReadsNull, and is logged once: a store may have one after all,
// from two nodes of a cluster.
func TestAValueThatDoesNotFitReadsNull(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	bad := map[string]string{"seats": `1,"is_admin":true`, "vip": "maybe", "cost": "1e"}
	id := a.ticket(t)
	check(t, a.Store.Update(t.Context(), func(tx storage.Tx) error {
		before, err := tx.Tickets().Lock(t.Context(), id, ticket.Scope{All: true})
		if err != nil {
			return err
		}
		if before.Values, err = tx.Tickets().Values(t.Context(), id); err != nil {
			return err
		}
		after := before.Clone()
		for _, f := range a.Fields {
			if text, ok := bad[f.Name]; ok {
				after.Values.Set(ticket.Value{Field: f.ID, Text: text})
			}
		}
		return tx.Tickets().Update(t.Context(), before, after, a.Fields)
	}))
	for range 2 {
		for _, path := range []string{tickets + number(id) + "/", tickets} {
			body := a.call(t, "staff", "GET", path, "").is(t, http.StatusOK, "").Body.Bytes()
			check(t, testdesk.StrictJSON(body))
			var one struct{ Results []map[string]any }
			check(t, json.Unmarshal(body, &one))
			if one.Results == nil {
				one.Results = []map[string]any{a.call(t, "staff", "GET", path, "").object(t)}
			}
			for name := range bad {
				equal(t, one.Results[0]["custom_"+name], nil)
			}
		}
	}
	a.log.mu.Lock()
	defer a.log.mu.Unlock()
	equal(t, len(a.log.lines), len(bad))
}
