package httpapi_test

import (
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/auth"
	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/user"
)

// randomWrites are writes of every kind.
type randomWrites struct {
	*api
	rand *rand.Rand
	n    int // counts values
}

// TestATagChangesExactlyWhereTheBodyChanges writes something at random, again and again, and
// compares objects with what they were when they were last looked at, as everybody sees them. A superuser's writes reach
// each of them, also those that only count for staff.
func TestATagChangesExactlyWhereTheBodyChanges(t *testing.T) {
	t.Parallel()
	for range *rounds {
		seed := rand.Uint64()
		if newWrites(t, seed).compare(t, 60); t.Failed() {
			t.Fatalf("the seed was %d", seed)
		}
	}
}

// compare compares some objects after each of some writes, and all at last.
func (w *randomWrites) compare(t *testing.T, writes int) {
	t.Helper()
	seen, changes := w.look(t, 1), 0
	for n := range writes {
		what, part := w.write(t), looks
		if n == writes-1 {
			part = 1
		}
		for at, after := range w.look(t, part) {
			before, ok := seen[at]
			seen[at] = after
			if !ok {
				continue
			}
			if (before.body == after.body) != (before.tag == after.tag) {
				t.Errorf("after %s, %s:\n%s %s\n%s %s", what, at, before.tag, before.body, after.tag, after.body)
			}
			if before.body != after.body {
				changes++
			}
		}
	}
	if changes < writes/4 {
		t.Errorf("only %d bodies have changed", changes)
	}
}

// newWrites returns a desk whose clock advances, so that no two changes are at one time. A
// member of staff sees one queue.
func newWrites(t *testing.T, seed uint64) *randomWrites {
	t.Helper()
	var seconds atomic.Int64
	book := &logbook{}
	d := testdesk.Over(t, testdesk.OpenStore(t), helpdesk.Config{
		Logger: slog.New(book), Policy: helpdesk.DefaultPolicy{PerQueue: true}, CacheTTL: -1,
		Now: func() time.Time { return time.Unix(1767225600+seconds.Add(1), 0) },
	})
	a := serve(d, book, httpapi.Config{Authenticator: auth.Func(func(r *http.Request) (auth.Identity, error) {
		name, _, _ := r.BasicAuth()
		u, err := d.FindUser(r.Context(), name)
		return auth.Identity{User: u}, err
	})})
	w := &randomWrites{api: a, rand: rand.New(rand.NewPCG(seed, 0))}
	a.call(t, "admin", "PATCH", "/api/users/"+number(d.Users["staff"].ID)+"/", `{"queues":[1]}`).is(t, http.StatusOK, "")
	a.call(t, "admin", "PATCH", "/api/queues/1/", `{"allow_public_submission":true}`).is(t, http.StatusOK, "")
	for range 3 {
		a.call(t, "jane", "POST", "/api/user_tickets/", `{"queue":1,"title":"x"}`).is(t, http.StatusCreated, "")
	}
	a.call(t, "admin", "POST", "/api/groups/", `{"name":"g","users":[2,3],"queues":[1,2]}`).is(t, http.StatusCreated, "")
	a.call(t, "jane", "POST", "/api/tokens/", `{"name":"t"}`).is(t, http.StatusCreated, "")
	return w
}

type seenItem struct{ body, tag string }

const (
	mostIDs = 8 // how many objects of each noun are looked at
	looks   = 4 // one of so many is looked at after a write
)

// look returns what everybody sees of one in so many objects, at random.
func (w *randomWrites) look(t *testing.T, of int) map[string]seenItem {
	t.Helper()
	all := map[string]seenItem{}
	for _, as := range []string{"admin", "staff", "jane"} {
		rights := fmt.Sprint(w.call(t, as, "GET", "/api/users/me/", "").object(t)["permissions"])
		for _, list := range []string{"tickets", "user_tickets", "followups", "followups-attachments", "users", "groups", "queues",
			"custom-fields", "tokens"} {
			for id := range mostIDs {
				if w.rand.IntN(of) > 0 {
					continue
				}
				path := fmt.Sprintf("/api/%s/%d/", list, id+1)
				if r := w.call(t, as, "GET", path, ""); r.Code == http.StatusOK {
					at := as + " " + path
					if list == "users" { // whose tag depends on whether the reader may write the user
						at += " with the permissions " + rights
					}
					all[at] = seenItem{r.Body.String(), r.tagged(t)}
				}
			}
		}
	}
	return all
}

// write sends a random request that writes, which may be refused.
func (w *randomWrites) write(t *testing.T) string {
	t.Helper()
	w.n++
	x := fmt.Sprint("x", w.n)
	id := func() int { return 1 + w.rand.IntN(mostIDs) }
	flag := func() bool { return w.rand.IntN(2) == 0 }
	item := func(list string) string { return fmt.Sprintf("/api/%s/%d/", list, id()) }
	json := func(method, path string, fields map[string]any) string {
		body := ""
		if fields != nil {
			body = string(jsonText(fields))
		}
		r := w.call(t, "admin", method, path, body)
		return fmt.Sprint(r.name, " ", body, " ", r.Code)
	}
	switch w.rand.IntN(20) {
	case 0:
		return json("POST", "/api/tickets/", map[string]any{"queue": 1 + w.rand.IntN(2), "title": x, "submitter_email": "jane@example.com",
			"description": fmt.Sprintf("see #%d", id())})
	case 1, 2:
		return json("PATCH", item("tickets"), w.some(map[string]any{"title": x, "queue": 1 + w.rand.IntN(2), "status": 1 + w.rand.IntN(4),
			"on_hold": flag(), "priority": 1 + w.rand.IntN(5), "description": x, "merged_to": id(), "assigned_to": w.rand.IntN(4) + 1,
			"due_date": fmt.Sprintf("2026-01-%02d", id()), "custom_notes": x, "custom_secret": x, "custom_company": ""}))
	case 3, 4:
		return json("POST", "/api/followups/", map[string]any{"ticket": id(), "comment": x, "public": flag(),
			"new_status": 1 + w.rand.IntN(4)})
	case 5, 6:
		return json("PATCH", item("followups"), w.some(map[string]any{"comment": x, "title": x, "public": flag(), "ticket": id(),
			"time_spent": w.n}))
	case 7, 8:
		r := w.upload(t, "admin", "POST", "/api/followups-attachments/", part{name: "followup", content: fmt.Sprint(id())},
			part{name: "file", filename: x + ".txt", content: x})
		return fmt.Sprint(r.name, r.Code)
	case 9:
		r := w.upload(t, "admin", "PATCH", item("followups-attachments"), part{name: "file", filename: x + ".txt", content: x},
			part{name: "filename", content: x + ".txt"})
		return fmt.Sprint(r.name, r.Code)
	case 10:
		return json("PATCH", item("followups-attachments"), w.some(map[string]any{"filename": x + ".txt", "followup": id()}))
	case 11:
		return json("POST", "/api/users/", map[string]any{"username": x, "password": "long-enough-9"})
	case 12:
		return json("PATCH", fmt.Sprintf("/api/users/%d/", 2+w.rand.IntN(7)), w.some(map[string]any{"first_name": x, "last_name": x,
			"queues": []int{1, 1 + w.rand.IntN(3)}, "permissions": []string{string(user.Permissions()[w.rand.IntN(3)])}}))
	case 13:
		return json("PATCH", item("groups"), w.some(map[string]any{"name": x, "users": []int{id(), id()}, "queues": []int{1, id()}}))
	case 14:
		return json("POST", []string{"/api/groups/", "/api/queues/", "/api/custom-fields/"}[w.rand.IntN(3)],
			map[string]any{"name": x, "title": x, "slug": x, "label": x, "data_type": "text", "users": []int{2, 6}, "queues": []int{1, 3}})
	case 15:
		return json("PATCH", item("queues"), w.some(map[string]any{"title": x, "slug": x, "default_owner": id()}))
	case 16:
		return json("PATCH", item("custom-fields"), w.some(map[string]any{"name": x, "label": x, "help_text": x, "ordering": id(),
			"staff_only": flag(), "data_type": []string{"text", "varchar"}[w.rand.IntN(2)]}))
	case 17:
		return json("DELETE", item([]string{"tickets", "followups", "followups-attachments"}[w.rand.IntN(3)]), nil)
	case 18:
		return json("DELETE", fmt.Sprintf("/api/%s/%d/", []string{"queues", "users"}[w.rand.IntN(2)], 3+w.rand.IntN(6)), nil)
	}
	return json("DELETE", item([]string{"groups", "custom-fields", "tokens"}[w.rand.IntN(3)]), nil)
}

// some returns some of the fields.
func (w *randomWrites) some(fields map[string]any) map[string]any {
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if w.rand.IntN(3) > 0 {
			delete(fields, name)
		}
	}
	return fields
}
