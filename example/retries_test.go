package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// TestRetriesAcrossKillsMakeNoDuplicates kills the server again and again while clients
// open tickets, each under a key of its own, and retry until they are answered. In the end
// each ticket is there once, with the id of the answer.
func TestRetriesAcrossKillsMakeNoDuplicates(t *testing.T) {
	kills, each := 10, 60
	if testing.Short() {
		kills, each = 3, 20
	}
	db := freshDB(t)
	p := launch(t, anyPort, db, "-demo=false", "-admin=root:secret")
	client{t, p.url, "root", "secret"}.send("POST", "/api/queues/", `{"title":"Support","slug":"support"}`).is(201)
	var base atomic.Value
	base.Store(p.url)

	var mu sync.Mutex
	ids, replayed := map[string]int{}, 0
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			for i := range each {
				title := fmt.Sprintf("writer-%d-ticket-%d", w, i)
				id, again := persist(t, &base, title)
				mu.Lock()
				ids[title] = id
				if again {
					replayed++
				}
				mu.Unlock()
			}
		})
	}
	done := make(chan struct{})
	go func() { all.Wait(); close(done) }()
	killed := 0
	for ended := false; !ended && killed < kills; {
		select {
		case <-done:
			ended = true
		case <-time.After(20*time.Millisecond + rand.N(60*time.Millisecond)):
			p.kill()
			killed++
			p = launch(t, anyPort, db, "-demo=false")
			base.Store(p.url)
		}
	}
	<-done
	found := map[string][]int{}
	var list struct {
		Results []ack
	}
	if err := json.Unmarshal(client{t, p.url, "root", "secret"}.get("/api/tickets/").is(200).body, &list); err != nil {
		t.Fatal(err)
	}
	for _, ticket := range list.Results {
		found[ticket.Title] = append(found[ticket.Title], ticket.ID)
	}
	for title, id := range ids {
		if got := found[title]; len(got) != 1 || got[0] != id {
			t.Errorf("%s is there as %v, acknowledged as %d", title, got, id)
		}
	}
	if len(ids) != writers*each || len(found) != len(ids) || killed == 0 {
		t.Errorf("%d tickets acknowledged, %d there, %d kills", len(ids), len(found), killed)
	}
	t.Logf("%d tickets, %d kills, %d answers replayed", len(ids), killed, replayed)
}

// persist opens a ticket, and retries with the same key until it is answered.
func persist(t *testing.T, base *atomic.Value, title string) (id int, replayed bool) {
	t.Helper()
	for begin := time.Now(); time.Since(begin) < 5*time.Minute; time.Sleep(time.Millisecond) {
		r, err := http.NewRequest(http.MethodPost, base.Load().(string)+"/api/tickets/",
			strings.NewReader(fmt.Sprintf(`{"queue":1,"title":%q}`, title)))
		if err != nil {
			t.Error(err)
			return 0, false
		}
		r.SetBasicAuth("root", "secret")
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Idempotency-Key", title)
		resp, err := patient.Do(r)
		if err != nil {
			continue
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		var made ack
		switch {
		case err != nil:
		case resp.StatusCode == http.StatusCreated:
			if err := json.Unmarshal(body, &made); err != nil || made.Title != title {
				t.Errorf("%s: %v in %s", title, err, body)
			}
			return made.ID, resp.Header.Get("Idempotency-Replayed") == "true"
		case resp.Header.Get("Retry-After") == "":
			t.Errorf("%s: %s %s", title, resp.Status, body)
			return 0, false
		}
	}
	t.Errorf("%s: no answer", title)
	return 0, false
}
