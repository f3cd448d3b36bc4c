package httpapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/go-helpdesk/helpdesk/httpapi"
)

// TestListsAreConsistentWhileOthersWrite has writers and readers at work at
// once: a list's count is that of its elements, a ticket is whole, and in the
// end everything that was acknowledged is there.
func TestListsAreConsistentWhileOthersWrite(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	for range 20 {
		a.ticket(t)
	}
	const writers, rounds = 4, 12
	done := make(chan struct{})
	var writing, reading sync.WaitGroup
	for w := range writers {
		writing.Go(func() { a.writeSome(t, w, rounds) })
	}
	for _, path := range []string{"/api/tickets/", "/api/tickets/?page_size=1000", "/api/followups/",
		"/api/followups-attachments/?page_size=1000"} {
		reading.Go(func() {
			for {
				if err := a.consistent(t, path); err != nil {
					t.Errorf("%s: %v", path, err)
				}
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	writing.Wait()
	close(done)
	reading.Wait()
	got := a.call(t, "staff", "GET", "/api/tickets/1/", "").object(t)
	equal(t, len(got["followup_set"].([]any)), 1+writers*rounds)
	equal(t, len(a.call(t, "staff", "GET", "/api/tickets/", "").list(t)), 20+writers*rounds/2)
	a.log.is(t)
}

// writeSome opens tickets and deletes every other one, and answers the first.
func (a *api) writeSome(t *testing.T, writer, rounds int) {
	t.Helper()
	for i := range rounds {
		created := a.call(t, "staff", "POST", "/api/tickets/", fmt.Sprintf(`{"queue":1,"title":"%d/%d","description":"#1"}`, writer, i))
		if created.Code != http.StatusCreated {
			t.Errorf("%d %s", created.Code, created.Body)
			return
		}
		var row struct{ ID int64 }
		if err := json.Unmarshal(created.Body.Bytes(), &row); err != nil {
			t.Error(err)
		}
		if i%2 == 0 {
			a.call(t, "staff", "DELETE", "/api/tickets/"+number(row.ID)+"/", "").is(t, http.StatusNoContent, "")
		}
		a.call(t, "staff", "PATCH", "/api/tickets/2/", fmt.Sprintf(`{"title":"%d/%d"}`, writer, i)).is(t, http.StatusOK, "")
	}
}

// consistent reads a list and looks for contradictions in it.
func (a *api) consistent(t *testing.T, path string) error {
	t.Helper()
	got := a.call(t, "staff", "GET", path, "")
	var list struct {
		Count   int
		Results []struct {
			ID          int64
			FollowUpSet []struct{ ID int64 } `json:"followup_set"`
		}
	}
	if err := json.Unmarshal(got.Body.Bytes(), &list); err != nil {
		return err
	}
	if list.Count != len(list.Results) {
		return fmt.Errorf("count %d, %d elements", list.Count, len(list.Results))
	}
	for i, r := range list.Results {
		if !strings.HasPrefix(path, "/api/tickets/") {
			continue
		}
		if i > 0 && r.ID <= list.Results[i-1].ID {
			return fmt.Errorf("ticket %d after %d", r.ID, list.Results[i-1].ID)
		}
		if len(r.FollowUpSet) == 0 {
			return fmt.Errorf("ticket %d without its opening follow-up", r.ID)
		}
	}
	return nil
}

// TestUploadsAtOnceDoNotMix: every file comes back to its own attachment.
func TestUploadsAtOnceDoNotMix(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	id := a.ticket(t)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			content := fmt.Sprintf("%0*d", 70_000+i, i)
			created := a.upload(t, "staff", "POST", "/api/followups/", part{name: "ticket", content: number(id)},
				part{name: "attachments", filename: fmt.Sprintf("%d.txt", i), content: content})
			if created.Code != http.StatusCreated {
				t.Errorf("%d %s", created.Code, created.Body)
			}
		})
	}
	all.Wait()
	listed := a.call(t, "staff", "GET", "/api/followups-attachments/", "").object(t)["results"].([]any)
	equal(t, len(listed), 8)
	for i, row := range listed { // by name
		got := a.call(t, "staff", "GET", row.(map[string]any)["file"].(string), "").is(t, http.StatusOK, "")
		equal(t, got.Body.String(), fmt.Sprintf("%0*d", 70_000+i, i))
	}
}
