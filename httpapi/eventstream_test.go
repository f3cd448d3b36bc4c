package httpapi_test

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// streaming is an API on a server, with streams that often ask who reads them.
type streaming struct {
	*api
	*httptest.Server
	handler *httpapi.Handler
}

func newStreaming(t *testing.T, c httpapi.Config) *streaming {
	t.Helper()
	a := newAPI(t, c)
	s := &streaming{a, httptest.NewServer(a), handlerOf(a.Handler)}
	httpapi.SetHeartbeat(s.handler, 20*time.Millisecond)
	t.Cleanup(func() {
		s.CloseClientConnections()
		s.Close()
	})
	return s
}

// stream is an open stream of events.
type stream struct {
	*http.Response
	lines *bufio.Scanner
}

func (s *streaming) stream(ctx context.Context, t *testing.T, as, path string, headers ...string) *stream {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, "GET", s.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.SetBasicAuth(as, testdesk.Password(as))
	r.Header.Set("Accept", "text/event-stream")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w, err := s.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Body.Close() })
	return &stream{w, bufio.NewScanner(w.Body)}
}

// next returns the fields of the next event, or nil at the end of the stream. It passes over
// heartbeats.
func (s *stream) next() map[string]string {
	event := map[string]string{}
	for s.lines.Scan() {
		line := s.lines.Text()
		name, value, _ := strings.Cut(line, ": ")
		switch {
		case line == "" && event["data"] != "":
			return event
		case name != "":
			event[name] = value
		}
	}
	return nil
}

func TestAStreamTellsWhatHappens(t *testing.T) {
	t.Parallel()
	s := newStreaming(t, httpapi.Config{})
	before := s.ticket(t)
	live := s.stream(t.Context(), t, "staff", "/api/events/stream/")
	if live.StatusCode != http.StatusOK || live.Header.Get("Content-Type") != "text/event-stream" ||
		live.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("the stream begins with %d %v", live.StatusCode, live.Header)
	}
	id := s.ticket(t)
	first := live.next()
	for number(before) == ticketOf(first) { // on MariaDB it has no position before somebody asks
		first = live.next()
	}
	if first["event"] != "ticket.created" || ticketOf(first) != number(id) || first["id"] == "" {
		t.Fatalf("the first event is %v", first)
	}
	second := s.ticket(t)
	again := s.stream(t.Context(), t, "staff", "/api/events/stream/?after=0", "Last-Event-ID", first["id"])
	for _, c := range []*stream{live, again} {
		if got := c.next(); ticketOf(got) != number(second) {
			t.Errorf("after %s comes %v", first["id"], got)
		}
	}

	// Each has its page of the feed in it, and the requester has theirs.
	found, _ := s.eventsAfter(t, "staff", "/api/events/", 0, "&ticket="+number(id))
	if len(found) != 1 || fmt.Sprint(int64(found[0]["position"].(float64))) != first["id"] {
		t.Errorf("the feed has %v, and the stream %v", found, first)
	}
	own := s.stream(t.Context(), t, "jane", "/api/user_tickets/events/stream/?after=0&type=ticket.created")
	s.call(t, "staff", "PATCH", "/api/tickets/"+number(id)+"/", `{"submitter_email":"jane@example.com"}`).is(t, http.StatusOK, "")
	mine := s.call(t, "staff", "POST", "/api/tickets/", `{"queue":1,"title":"x","submitter_email":"jane@example.com"}`).id(t)
	if got := own.next(); ticketOf(got) != mine {
		t.Errorf("the requester hears of %v", got)
	}
}

// ticketOf is the ticket of an event of a stream.
func ticketOf(event map[string]string) string {
	_, rest, _ := strings.Cut(event["data"], `"ticket":`)
	id, _, _ := strings.Cut(rest, ",")
	return id
}

func TestAStreamEndsWhenAccessIsLost(t *testing.T) {
	t.Parallel()
	s := newStreaming(t, httpapi.Config{})
	httpapi.SetHeartbeat(s.handler, time.Hour) // the event itself has the stream ask
	live := s.stream(t.Context(), t, "staff", "/api/events/stream/")
	if _, err := s.UpdateUser(t.Context(), s.Users["admin"], s.Users["staff"].ID, func(u *user.User) error {
		u.Staff, u.Permissions = false, nil
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if got := live.next(); got != nil {
		t.Errorf("somebody without access hears of %v", got)
	}
}

// TestAnIdleStreamEndsWhenAccessIsLost, though its reader sees no event of that.
func TestAnIdleStreamEndsWhenAccessIsLost(t *testing.T) {
	t.Parallel()
	s := newStreaming(t, httpapi.Config{})
	live := s.stream(t.Context(), t, "jane", "/api/user_tickets/events/stream/")
	if _, err := s.UpdateUser(t.Context(), s.Users["admin"], s.Users["jane"].ID, func(u *user.User) error {
		u.Active = false
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if got := live.next(); got != nil {
		t.Errorf("somebody without access hears of %v", got)
	}
}

func TestAnAccountHasFewStreams(t *testing.T) {
	t.Parallel()
	s := newStreaming(t, httpapi.Config{MaxStreams: 2})
	ctx, stop := context.WithCancel(t.Context())
	s.stream(ctx, t, "staff", "/api/events/stream/")
	s.stream(t.Context(), t, "staff", "/api/events/stream/")
	if w := s.stream(t.Context(), t, "staff", "/api/events/stream/"); w.StatusCode != http.StatusTooManyRequests ||
		w.Header.Get("Retry-After") == "" {
		t.Errorf("a third stream is %d", w.StatusCode)
	}
	if w := s.stream(t.Context(), t, "admin", "/api/events/stream/"); w.StatusCode != http.StatusOK {
		t.Errorf("the stream of another account is %d", w.StatusCode)
	}
	stop()
	until(t, "a stream is closed", func() bool {
		return s.stream(t.Context(), t, "staff", "/api/events/stream/").StatusCode == http.StatusOK
	})
}

// TestStreamsEndWithTheServer: they keep no Shutdown waiting.
func TestStreamsEndWithTheServer(t *testing.T) {
	t.Parallel()
	s := newStreaming(t, httpapi.Config{})
	live := s.stream(t.Context(), t, "staff", "/api/events/stream/")
	if err := s.Config.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	if got := live.next(); got != nil {
		t.Errorf("after the end there is %v", got)
	}
}

// TestAStreamSkipsWhatItsReaderMayNotSee, and its client continues after that.
func TestAStreamSkipsWhatItsReaderMayNotSee(t *testing.T) {
	t.Parallel()
	s := newStreaming(t, httpapi.Config{})
	own := s.stream(t.Context(), t, "jane", "/api/user_tickets/events/stream/?after=0")
	jane := "jane@example.com"
	s.ticket(t, func(n *ticket.Ticket) { n.SubmitterEmail = new("somebody@example.com") })
	mine := s.ticket(t, func(n *ticket.Ticket) { n.SubmitterEmail = &jane })
	got := own.next()
	if ticketOf(got) != number(mine) {
		t.Errorf("the requester hears of %v", got)
	}
	found, next := s.eventsAfter(t, "jane", "/api/user_tickets/events/", 0, "")
	if len(found) != 1 || got["id"] == "" || fmt.Sprint(next) < got["id"] {
		t.Errorf("the feed has %v up to %d", found, next)
	}
}
