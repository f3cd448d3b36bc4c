package verifiers

import (
	"encoding/json"
	"io"
	"log"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/go-helpdesk/helpdesk/webhook"
)

// misbehaviour answers the nth attempt to send a message, from 1, and reports whether the
// message was taken.
type misbehaviour func(n int, w http.ResponseWriter, r *http.Request) bool

// unreliable fails the first attempt of half of the messages, the second of a quarter, and
// so on to the fifth.
func unreliable(fail http.HandlerFunc) misbehaviour {
	return func(n int, w http.ResponseWriter, r *http.Request) bool {
		if n > 5 || rand.N(2) == 0 {
			return true
		}
		fail(w, r)
		return false
	}
}

// rarely fails a number of first attempts, from the tenth on. Each takes long.
func rarely(times int32, fail http.HandlerFunc) misbehaviour {
	var messages, failures atomic.Int32
	return func(n int, w http.ResponseWriter, r *http.Request) bool {
		if n > 1 || messages.Add(1) < 10 || failures.Add(1) > times {
			return true
		}
		fail(w, r)
		return false
	}
}

// misbehaviours are the receivers of the campaign, by name. Trap is a URL that nobody may
// be sent to.
func misbehaviours(trap string) map[string]misbehaviour {
	return map[string]misbehaviour{
		"good":  func(int, http.ResponseWriter, *http.Request) bool { return true },
		"fails": unreliable(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader([]int{400, 403, 404, 500, 503}[rand.N(5)]) }),
		"slows": rarely(3, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "300")
			w.WriteHeader([]int{429, 502, 503, 504}[rand.N(4)])
		}),
		"hangs":  rarely(3, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }), // for as long as the sender waits
		"closes": unreliable(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }),
		"redirects": unreliable(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, trap, []int{301, 302, 303, 307, 308}[rand.N(5)])
		}),
		"gone": func(_ int, w http.ResponseWriter, _ *http.Request) bool {
			w.WriteHeader(http.StatusGone)
			return false
		},
		"moves": func(int, http.ResponseWriter, *http.Request) bool { return true },
	}
}

// receiver notes what it gets, and verifies it with the official libraries.
type receiver struct {
	*httptest.Server
	name      string
	answer    misbehaviour
	verifiers []verifier

	mu       sync.Mutex
	secret   string // what it has of the secret
	attempts int
	tries    map[string]int    // attempts by id of the message
	bodies   map[string]string // by id of the message
	taken    map[int64]string  // ids of messages by those of their events
}

func newReceiver(t *testing.T, name string, a misbehaviour) *receiver {
	t.Helper()
	r := &receiver{name: name, answer: a, tries: map[string]int{}, bodies: map[string]string{}, taken: map[int64]string{}}
	for _, start := range libraries {
		r.verifiers = append(r.verifiers, start(t))
	}
	r.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		body, err := io.ReadAll(q.Body)
		if err != nil {
			return // the sender was killed
		}
		n, event := r.note(t, attempt{body, q.Header.Clone()})
		if r.answer(n, w, q) {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.taken[event] = q.Header.Get(webhook.HeaderID)
		}
	}))
	r.Config.ErrorLog = log.New(io.Discard, "", 0)
	r.Config.SetKeepAlivesEnabled(false) // so that each attempt looks up the name
	r.Start()
	t.Cleanup(r.Close)
	return r
}

// note verifies an attempt. It returns which one it is for its message, and the event.
func (r *receiver) note(t *testing.T, a attempt) (n int, event int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, verify := range r.verifiers {
		if err := verify(t, r.secret, a); err != nil {
			t.Errorf("%s: %v", r.name, err)
		}
	}
	var message struct{ Data struct{ ID int64 } }
	if err := json.Unmarshal(a.body, &message); err != nil || message.Data.ID == 0 {
		t.Errorf("%s: %v in %s", r.name, err, a.body)
	}
	id := a.header.Get(webhook.HeaderID)
	if before, ok := r.bodies[id]; ok && before != string(a.body) {
		t.Errorf("%s: %s was %s and is %s", r.name, id, before, a.body)
	}
	if before := r.taken[message.Data.ID]; before != "" && before != id {
		t.Errorf("%s: event %d was %s and is %s", r.name, message.Data.ID, before, id)
	}
	r.bodies[id] = string(a.body)
	r.attempts++
	r.tries[id]++
	return r.tries[id], message.Data.ID
}

// lacks returns how many of some events it has not taken.
func (r *receiver) lacks(events []int64) (n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, id := range events {
		if r.taken[id] == "" {
			n++
		}
	}
	return n
}
