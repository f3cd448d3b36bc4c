package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// seenEvent is an event as a reader has got it.
type seenEvent struct {
	Position, ID int64
	Type         string
	Ticket       *int64
	Object       eventObject
	Data         map[string]any
	text         string // all of it, as JSON without the address of the server
}

// eventObject is what an event is about.
type eventObject struct {
	Kind string
	ID   int64
}

// eventReader reads events from any server of a fleet, and continues after the last one when
// a server is gone.
type eventReader struct {
	t     *testing.T
	fleet *fleet
	asked int         // how often it has asked, which picks the server
	seen  []seenEvent // to be read when the reader has ended

	mu       sync.Mutex
	position int64
	moved    chan struct{} // is closed when the position changes
}

func newEventReader(t *testing.T, f *fleet) *eventReader {
	return &eventReader{t: t, fleet: f, moved: make(chan struct{})}
}

// at returns the position that the reader has reached.
func (r *eventReader) at() int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.position
}

// move has the reader continue after a position.
func (r *eventReader) move(position int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if position < r.position {
		r.t.Errorf("a reader at %d is sent back to %d", r.position, position)
	}
	if position != r.position {
		r.position = position
		close(r.moved)
		r.moved = make(chan struct{})
	}
}

// await waits until the reader has reached a position.
func (r *eventReader) await(position int64) {
	r.t.Helper()
	for limit := time.After(5 * time.Minute); ; {
		r.mu.Lock()
		at, moved := r.position, r.moved
		r.mu.Unlock()
		if at >= position {
			return
		}
		select {
		case <-moved:
		case <-limit:
			r.t.Fatalf("a reader stays at %d, want %d", at, position)
		}
	}
}

// follow reads until ctx ends. A read fails where a server is killed.
func (r *eventReader) follow(ctx context.Context, read func(context.Context) error) {
	for ctx.Err() == nil {
		if err := read(ctx); err != nil {
			select {
			case <-ctx.Done():
			case <-time.After(time.Millisecond): // so that it does not keep the servers busy
			}
		}
	}
}

// readAll reads to the end of the feed.
func (r *eventReader) readAll(ctx context.Context) {
	r.t.Helper()
	for before := int64(-1); before != r.at(); {
		before = r.at()
		if err := r.readPage(ctx); err != nil && err != errNothingNew {
			r.t.Fatal(err)
		}
	}
}

// ask sends a GET to the next server.
func (r *eventReader) ask(ctx context.Context, path, last string) (resp *http.Response, base string, err error) {
	r.asked++
	c := r.fleet.client(r.asked % servers)
	req, err := c.request(ctx, "GET", path, "", nil)
	if err != nil {
		return nil, "", err
	}
	if last != "" {
		req.Header.Set("Last-Event-ID", last)
	}
	resp, err = patient.Do(req)
	if err == nil && resp.StatusCode != http.StatusOK {
		resp.Body.Close()
		err = fmt.Errorf("%s: %s", path, resp.Status)
		if resp.Header.Get("Retry-After") == "" {
			r.t.Error(err)
		}
	}
	return resp, c.base, err
}

var errNothingNew = fmt.Errorf("nothing new")

// readPage reads a page of the feed.
func (r *eventReader) readPage(ctx context.Context) error {
	after := r.at()
	resp, base, err := r.ask(ctx, fmt.Sprintf("/api/events/?after=%d&limit=%d", after, 1+r.asked*7%200), "")
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	var page struct {
		Results []json.RawMessage
		After   int64
	}
	if err := json.NewDecoder(resp.Body).Decode(&page); err != nil {
		return err // cut off
	}
	for _, text := range page.Results {
		r.see(string(text), base)
	}
	if r.move(page.After); page.After == after {
		return errNothingNew
	}
	return nil
}

// readStream reads the stream until the server is gone.
func (r *eventReader) readStream(ctx context.Context) error {
	resp, base, err := r.ask(ctx, "/api/events/stream/", strconv.FormatInt(r.at(), 10))
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	lines, fields := bufio.NewReader(resp.Body), map[string]string{}
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return err // what was begun is not an event
		}
		if line != "\n" {
			name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
			fields[name] = value
			continue
		}
		if text := fields["data"]; text != "" {
			if e := r.see(text, base); fmt.Sprint(e.Position) != fields["id"] || e.Type != fields["event"] {
				r.t.Errorf("id %s and event %s with %s", fields["id"], fields["event"], text)
			}
		}
		if id := fields["id"]; id != "" {
			position, err := strconv.ParseInt(id, 10, 64)
			if err != nil {
				r.t.Error(err)
			}
			r.move(position)
		}
		clear(fields)
	}
}

// emptyField finds the value of a custom field that is empty, as all are here.
var emptyField = regexp.MustCompile(`,"custom_[^"]*":""`)

// see takes an event. Custom fields are left out: servers learn of those that others have
// made or deleted a second later.
func (r *eventReader) see(text, base string) (e seenEvent) {
	text = emptyField.ReplaceAllString(text, "")
	if err := json.Unmarshal([]byte(text), &e); err != nil {
		r.t.Errorf("%v in %s", err, text)
	}
	if n := len(r.seen); n > 0 && e.Position <= r.seen[n-1].Position {
		r.t.Errorf("after position %d there is %s", r.seen[n-1].Position, text)
	}
	e.text = strings.ReplaceAll(text, base, "")
	r.seen = append(r.seen, e)
	return e
}

// same fails the test unless the reader has seen what another one has.
func (r *eventReader) same(name string, want *eventReader) {
	r.t.Helper()
	equal := func(a, b seenEvent) bool { return a.text == b.text }
	if slices.EqualFunc(r.seen, want.seen, equal) {
		return
	}
	for i := range min(len(r.seen), len(want.seen)) {
		if !equal(r.seen[i], want.seen[i]) {
			r.t.Errorf("event %d of %s is\n%s\nwant\n%s", i, name, r.seen[i].text, want.seen[i].text)
			break
		}
	}
	r.t.Errorf("%s had %d events, want %d", name, len(r.seen), len(want.seen))
}
