//go:build cluster

package clustertest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// load makes the requests of clients and records the answers.
type load struct {
	*testing.T
	urls   []string
	desks  []*helpdesk.Desk // those that use any node
	queue  int64
	shared []int64 // tickets

	mu           sync.Mutex
	acknowledged map[string]int64 // ids, by title or comment
	newest       []int64          // acknowledged tickets
	answers      map[string]int   // by kind of desk and request, and status
}

// addresses labels the desks, which alternate between one node and any node.
var addresses = [...]string{"one node: ", "any node: "}

func newLoad(t *testing.T, d *testdesk.Desk) *load {
	return &load{T: t, queue: d.Queues["support"].ID, acknowledged: map[string]int64{}, answers: map[string]int{}}
}

// seed creates the tickets that all writers write to.
func (l *load) seed() {
	for i := range shared {
		l.createTicket(i%len(l.urls), fmt.Sprintf("shared %d", i))
	}
	l.shared = l.newest
	l.newest = nil
	if len(l.shared) != shared {
		l.Fatalf("%d tickets, want %d", len(l.shared), shared)
	}
}

// write makes requests to a desk until ctx ends.
func (l *load) write(ctx context.Context, desk int, request func(desk int, text string)) {
	for n := 0; ctx.Err() == nil; n++ {
		request(desk, fmt.Sprintf("%d by %d %x", n, desk, rand.Uint64()))
	}
}

func (l *load) createTicket(desk int, title string) {
	id, ok := l.post("ticket", desk, "/api/tickets/", map[string]any{"queue": l.queue, "title": title})
	if ok {
		l.acknowledge(title, id)
		l.mu.Lock()
		l.newest = append(l.newest, id)
		l.mu.Unlock()
	}
}

// reply adds a follow-up with a new status to a ticket that others reply to as well.
func (l *load) reply(desk int, comment string) {
	statuses := ticket.Statuses()
	body := map[string]any{
		"ticket": l.shared[rand.N(len(l.shared))], "comment": comment,
		"new_status": statuses[rand.N(len(statuses))], "public": true,
	}
	if id, ok := l.post("follow-up", desk, "/api/followups/", body); ok {
		l.acknowledge(comment, id)
	}
}

// readBack reads a ticket that was just created, perhaps through another desk.
func (l *load) readBack(desk int, _ string) {
	l.mu.Lock()
	var id int64
	if len(l.newest) > 0 {
		id = l.newest[len(l.newest)-1]
	}
	l.mu.Unlock()
	if id != 0 {
		l.do("read", desk, http.MethodGet, fmt.Sprintf("/api/tickets/%d/", id), nil)
	}
}

func (l *load) acknowledge(text string, id int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.acknowledged[text] = id
}

func (l *load) post(kind string, desk int, path string, body map[string]any) (id int64, ok bool) {
	text, err := json.Marshal(body)
	if err != nil {
		l.Error(err)
	}
	answer, ok := l.do(kind, desk, http.MethodPost, path, text)
	if !ok {
		return 0, false
	}
	var made struct{ ID int64 }
	if err := json.Unmarshal(answer, &made); err != nil || made.ID == 0 {
		l.Errorf("%s: %s", path, answer)
	}
	return made.ID, true
}

// do makes a request and reports whether it succeeded. It fails the test unless the
// answer is a success, or a 409 or 503 with Retry-After.
func (l *load) do(kind string, desk int, method, path string, body []byte) ([]byte, bool) {
	req, err := http.NewRequest(method, l.urls[desk]+path, bytes.NewReader(body))
	if err != nil {
		l.Error(err)
		return nil, false
	}
	req.SetBasicAuth("staff", testdesk.Password("staff"))
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		l.Errorf("%s %s: %v", method, path, err)
		return nil, false
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		l.Errorf("%s %s: %v", method, path, err)
	}
	l.mu.Lock()
	l.answers[fmt.Sprint(addresses[desk%2], kind, " ", resp.StatusCode)]++
	l.mu.Unlock()
	switch resp.StatusCode {
	case http.StatusOK, http.StatusCreated:
		return answer, true
	case http.StatusConflict, http.StatusServiceUnavailable:
		if resp.Header.Get("Retry-After") != "" {
			return nil, false
		}
	}
	l.Errorf("%s %s: %s %s", method, path, resp.Status, answer)
	return nil, false
}
