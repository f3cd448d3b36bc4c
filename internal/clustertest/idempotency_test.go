//go:build cluster

package clustertest

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/internal/mariadb"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
)

// TestOneKeyIsOneTicketOnAllNodes sends 50 POSTs with one Idempotency-Key at once, through
// two nodes, in each of several rounds, and then one of the third node's.
func TestOneKeyIsOneTicketOnAllNodes(t *testing.T) {
	cluster := mariadb.StartCluster(t)
	n := cluster.Nodes
	database := mariadb.Create(t, cluster.DSN("", n[0]))
	name := database[len(cluster.DSN("", n[0])):]
	first := open(t, cluster.DSN(name, n[0]))
	if err := errors.Join(first.Migrate(t.Context()), first.Ready(t.Context())); err != nil {
		t.Fatal(err)
	}
	l := newLoad(t, testdesk.Over(t, first, helpdesk.Config{}))
	for _, node := range n {
		l.serve(open(t, cluster.DSN(name, node)))
	}
	const rounds, posts = 10, 50
	replayed := 0
	for round := range rounds {
		title := fmt.Sprintf("round %d", round)
		answers := make([]string, posts)
		firsts := 0
		var mu sync.Mutex
		var all sync.WaitGroup
		send := func(i, node int) {
			answer, again := l.once(node, title)
			mu.Lock()
			defer mu.Unlock()
			if answers[i] = answer; again {
				replayed++
			} else {
				firsts++
			}
		}
		for i := range posts {
			all.Go(func() { send(i, i%2) })
		}
		all.Wait()
		last := answers[0]
		send(0, 2)
		for i, answer := range answers {
			if answer != last {
				t.Errorf("%s: answer %d is %s, another %s", title, i, answer, last)
			}
		}
		if firsts != 1 {
			t.Errorf("%s: %d answers are not replayed", title, firsts)
		}
	}
	for i, node := range n {
		tickets, err := helpdesk.New(open(t, cluster.DSN(name, node)), helpdesk.Config{})
		if err != nil {
			t.Fatal(err)
		}
		count, err := tickets.Tickets(helpdesk.System(), helpdesk.TicketQuery{}).Count(t.Context())
		if err != nil || count != rounds {
			t.Errorf("node %d has %d tickets, want %d: %v", i+1, count, rounds, err)
		}
	}
	t.Logf("%d rounds of %d POSTs, %d replayed", rounds, posts, replayed)
}

// once opens a ticket through a desk with the title as its key. It retries what it is told
// to, and returns the answer and whether that is a replay.
func (l *load) once(desk int, title string) (answer string, replayed bool) {
	for range 100 {
		body := strings.NewReader(fmt.Sprintf(`{"queue":%d,"title":%q}`, l.queue, title))
		r, err := http.NewRequestWithContext(l.Context(), http.MethodPost, l.urls[desk]+"/api/tickets/", body)
		if err != nil {
			l.Error(err)
			return "", false
		}
		r.SetBasicAuth("staff", testdesk.Password("staff"))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Idempotency-Key", strconv.Quote(title))
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			l.Error(err)
			return "", false
		}
		text, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		switch {
		case err != nil:
			l.Error(err)
		case resp.StatusCode == http.StatusCreated:
			return string(text), resp.Header.Get("Idempotency-Replayed") == "true"
		case resp.Header.Get("Retry-After") == "":
			l.Errorf("%s: %s %s", title, resp.Status, text)
			return "", false
		}
	}
	l.Errorf("%s: no answer", title)
	return "", false
}
