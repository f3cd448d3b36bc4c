package httpapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
)

var retried = flag.Int("retried", 200, "how many writes go through a proxy that drops answers")

// dropping is a proxy that drops a third of the answers: all of one or its second half. Of
// the requests it drops a tenth, before the server has seen them.
type dropping struct {
	to      *httputil.ReverseProxy
	dropped atomic.Int64
}

func (d *dropping) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if rand.N(10) == 0 {
		panic(http.ErrAbortHandler)
	}
	answer := httptest.NewRecorder()
	d.to.ServeHTTP(answer, r)
	drop := rand.N(3) == 0
	body := answer.Body.Bytes()
	if drop {
		d.dropped.Add(1)
		if rand.N(2) == 0 {
			panic(http.ErrAbortHandler)
		}
		w.Header().Set("Content-Length", fmt.Sprint(len(body)))
		body = body[:len(body)/2]
	} else {
		for name, values := range answer.Header() {
			w.Header()[name] = values
		}
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write(body)
	if drop {
		panic(http.ErrAbortHandler)
	}
}

// TestNoWriteIsLostOrDoubled through a proxy that drops answers, by clients that retry with
// the same key: tickets, follow-ups with a file, and users, whose names are unique.
func TestNoWriteIsLostOrDoubled(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	server := httptest.NewServer(a)
	t.Cleanup(server.Close)
	target, err := url.Parse(server.URL)
	check(t, err)
	proxy := &dropping{to: httputil.NewSingleHostReverseProxy(target)}
	front := httptest.NewServer(proxy)
	t.Cleanup(front.Close)
	id := number(a.ticket(t))

	const clients = 8
	var mu sync.Mutex
	replayed, ids := 0, map[string]string{} // of each write
	var all sync.WaitGroup
	for client := range clients {
		all.Go(func() {
			for n := client; n < *retried; n += clients {
				name := fmt.Sprintf("write-%d", n)
				got, again := a.persist(t, front, name, id, n%3)
				mu.Lock()
				ids[name] = got
				if again {
					replayed++
				}
				mu.Unlock()
			}
		})
	}
	all.Wait()
	made := map[string][]string{}
	for i, list := range []struct{ path, name string }{{tickets, "title"}, {"/api/followups/", "comment"}, {"/api/users/", "username"}} {
		results := a.call(t, "admin", "GET", list.path+"?page_size=10000", "").is(t, http.StatusOK, "").object(t)["results"].([]any)
		for page := 2; len(results) < int(a.call(t, "admin", "GET", list.path+"?page_size=1", "").object(t)["count"].(float64)); page++ {
			next := a.call(t, "admin", "GET", fmt.Sprintf("%s?page_size=10000&page=%d", list.path, page), "").is(t, http.StatusOK, "")
			results = append(results, next.object(t)["results"].([]any)...)
		}
		for _, item := range results {
			name, _ := item.(map[string]any)[list.name].(string)
			if strings.HasPrefix(name, "write-") {
				made[name] = append(made[name], fmt.Sprint(i, " ", item.(map[string]any)["id"]))
			}
		}
	}
	for n := range *retried {
		name := fmt.Sprintf("write-%d", n)
		if len(made[name]) != 1 || made[name][0] != ids[name] {
			t.Errorf("%s is there as %v, acknowledged as %s", name, made[name], ids[name])
		}
	}
	t.Logf("%d writes, %d answers dropped, %d replayed", *retried, proxy.dropped.Load(), replayed)
	if proxy.dropped.Load() < int64(*retried/10) || replayed == 0 {
		t.Error("the proxy drops too few answers")
	}
}

// persist writes until there is a whole answer, and returns the kind and the id of what was
// made, and whether the answer is a replay.
func (a *api) persist(t *testing.T, front *httptest.Server, name, ticket string, kind int) (id string, replayed bool) {
	t.Helper()
	for range 1000 {
		path, as := tickets, "staff"
		contentType, body := "application/json", `{"queue":1,"title":"`+name+`"}`
		switch kind {
		case 1:
			path = "/api/followups/"
			contentType, body = form(part{name: "ticket", content: ticket}, part{name: "comment", content: name},
				part{name: "attachments", filename: "a.txt", content: name})
		case 2:
			path, as, body = "/api/users/", "admin", `{"username":"`+name+`","password":"long-enough-9"}`
		}
		r, err := http.NewRequestWithContext(context.WithoutCancel(t.Context()), http.MethodPost, front.URL+path, strings.NewReader(body))
		if err != nil {
			t.Error(err)
			return "", false
		}
		r.SetBasicAuth(as, testdesk.Password(as))
		r.Header.Set("Content-Type", contentType)
		r.Header.Set("Idempotency-Key", name)
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			continue
		}
		answer, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil {
			continue
		}
		switch resp.StatusCode {
		case http.StatusCreated:
			var made map[string]any
			check(t, json.Unmarshal(answer, &made))
			return fmt.Sprint(kind, " ", made["id"]), resp.Header.Get("Idempotency-Replayed") == "true"
		case http.StatusConflict, http.StatusServiceUnavailable, http.StatusBadGateway:
		default:
			t.Errorf("%s: %s %s", name, resp.Status, bytes.TrimSpace(answer))
			return "", false
		}
	}
	t.Errorf("%s: no answer", name)
	return "", false
}
