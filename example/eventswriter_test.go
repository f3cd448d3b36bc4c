package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// eventNouns are the kinds of objects that are written. Each event of them is found by a
// text that no other write uses.
var eventNouns = map[string]struct {
	path  string
	field string // what has the text after an update
	body  string // what creates one with the text %[1]s
}{
	"ticket":      {"/api/tickets/", "title", `{"queue":1,"title":%[1]q,"submitter_email":"ada@example.com"}`},
	"followup":    {"/api/followups/", "comment", ""},
	"attachment":  {"/api/followups-attachments/", "filename", ""},
	"queue":       {"/api/queues/", "title", `{"title":%[1]q,"slug":%[1]q}`},
	"user":        {"/api/users/", "first_name", `{"username":%[1]q,"password":"parrot-umbrella-42"}`},
	"group":       {"/api/groups/", "name", `{"name":%[1]q}`},
	"customfield": {"/api/custom-fields/", "label", `{"name":%[1]q,"label":%[1]q,"data_type":"varchar","max_length":20}`},
	"token":       {"/api/tokens/", "name", `{"name":%[1]q}`}, // is never updated
}

// outcome is what a client knows of a write.
type outcome int

const (
	cutOff outcome = iota
	acknowledged
	refused
)

// eventWrite is a write that a client has asked for.
type eventWrite struct {
	what string
	key  string // of its event; empty for a write that changes nothing
	outcome
}

// journal has the writes of all clients.
type journal struct {
	t *testing.T

	mu      sync.Mutex
	writes  []eventWrite
	count   [refused + 1]int
	objects map[string][]int64 // the ids of those that are there, by kind
	failed  bool
	changed *sync.Cond
}

func newJournal(t *testing.T) *journal {
	l := &journal{t: t, objects: map[string][]int64{}}
	l.changed = sync.NewCond(&l.mu)
	return l
}

func (l *journal) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return fmt.Sprintf("%d acknowledged, %d cut off and %d refused writes", l.count[acknowledged], l.count[cutOff], l.count[refused])
}

// wait waits for so many more acknowledged writes. It returns false when a writer has failed.
func (l *journal) wait(more int) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for more += l.count[acknowledged]; l.count[acknowledged] < more && !l.failed; {
		l.changed.Wait()
	}
	return !l.failed
}

// add takes a write that has come to an end.
func (l *journal) add(w eventWrite) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.writes = append(l.writes, w)
	l.count[w.outcome]++
	l.changed.Broadcast()
}

// pick returns an object, 0 for none, and takes it out where it is to be deleted.
func (l *journal) pick(kind string, r *rand.Rand, out bool) int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	ids := l.objects[kind]
	if len(ids) == 0 {
		return 0
	}
	i := r.IntN(len(ids))
	id := ids[i]
	if out {
		l.objects[kind] = slices.Delete(ids, i, i+1)
	}
	return id
}

func (l *journal) put(kind string, id int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.objects[kind] = append(l.objects[kind], id)
}

// compare fails the test unless the events are those of the writes. It returns how many of
// the writes that were cut off have happened.
func (l *journal) compare(keys map[string]int) (happened int) {
	l.t.Helper()
	known := map[string]bool{}
	for _, w := range l.writes {
		if w.key == "" {
			continue
		}
		known[w.key] = true
		switch n := keys[w.key]; {
		case w.outcome == acknowledged && n != 1:
			l.t.Errorf("%s was acknowledged and has %d events %q", w.what, n, w.key)
		case w.outcome == refused && n != 0:
			l.t.Errorf("%s was refused and has %d events %q", w.what, n, w.key)
		case n > 1:
			l.t.Errorf("%s was cut off and has %d events %q", w.what, n, w.key)
		case w.outcome == cutOff:
			happened += n
		}
	}
	for key := range keys {
		if !known[key] {
			l.t.Errorf("an event %q of no write", key)
		}
	}
	return happened
}

// eventWriter is a client that writes.
type eventWriter struct {
	*journal
	fleet  *fleet
	server int
	name   string
	r      *rand.Rand
	n      int
}

// write writes until ctx ends or something fails.
func (w *eventWriter) write(ctx context.Context) {
	for ctx.Err() == nil {
		w.n++
		if !w.one(fmt.Sprintf("%s-%d-", w.name, w.n)) {
			w.mu.Lock()
			w.failed = true
			w.mu.Unlock()
			w.changed.Broadcast()
			return
		}
	}
}

// one makes a write with a text of its own.
func (w *eventWriter) one(text string) bool {
	n := w.r.IntN(100)
	other := "queue"
	if w.r.IntN(4) == 0 { // few, since passwords are slow, and each field is in all tickets
		other = []string{"user", "group", "token", "customfield"}[w.r.IntN(4)]
	}
	switch {
	case n < 20:
		return w.create("ticket", text)
	case n < 40:
		return w.reply(text)
	case n < 55:
		return w.editTicket(text)
	case n < 58:
		return w.change("PATCH", "ticket", "", "{}") // which has no event
	case n < 65:
		return w.attach(text)
	case n < 70:
		return w.edit("followup", text)
	case n < 73:
		return w.edit("attachment", text)
	case n < 80:
		return w.create(other, text)
	case n < 87 && other != "token":
		return w.edit(other, text)
	case n < 90:
		return w.change("DELETE", other, "", "")
	case n < 94:
		return w.change("DELETE", "ticket", "", "")
	case n < 97:
		return w.change("DELETE", "followup", "", "")
	default:
		return w.change("DELETE", "attachment", "", "")
	}
}

func (w *eventWriter) create(kind, text string) bool {
	return w.post(kind, text, "application/json", fmt.Sprintf(eventNouns[kind].body, text))
}

// reply adds a follow-up, which may move its ticket to another status or refer to another
// ticket.
func (w *eventWriter) reply(text string) bool {
	id := w.pick("ticket", w.r, false)
	if id == 0 {
		return w.create("ticket", text)
	}
	comment, status := text, "null"
	if w.r.IntN(4) == 0 {
		comment += fmt.Sprintf(" like #%d", w.pick("ticket", w.r, false))
	}
	if w.r.IntN(2) == 0 {
		status = fmt.Sprint(1 + w.r.IntN(4))
	}
	return w.post("followup", text, "application/json",
		fmt.Sprintf(`{"ticket":%d,"comment":%q,"public":%t,"new_status":%s}`, id, comment, w.r.IntN(2) == 0, status))
}

func (w *eventWriter) attach(text string) bool {
	id := w.pick("followup", w.r, false)
	if id == 0 {
		return w.create("ticket", text)
	}
	const head = "--limit\r\nContent-Disposition: form-data; name="
	return w.post("attachment", text, "multipart/form-data; boundary=limit", fmt.Sprintf(
		head+"\"followup\"\r\n\r\n%d\r\n"+head+"\"file\"; filename=\"%s.txt\"\r\n\r\n%s\r\n--limit--\r\n", id, text, text))
}

func (w *eventWriter) editTicket(text string) bool {
	body := fmt.Sprintf(`{"title":%q,"priority":%d`, text, 1+w.r.IntN(5))
	switch w.r.IntN(4) {
	case 0:
		body += fmt.Sprintf(`,"status":%d`, 1+w.r.IntN(4))
	case 1:
		body += fmt.Sprintf(`,"description":"more of %s"`, text)
	case 2:
		if id := w.pick("ticket", w.r, false); id != 0 {
			body += fmt.Sprintf(`,"merged_to":%d`, id)
		}
	}
	return w.change("PATCH", "ticket", text, body+"}")
}

func (w *eventWriter) edit(kind, text string) bool {
	value := text
	if kind == "attachment" {
		value += ".txt"
	}
	return w.change("PATCH", kind, text, fmt.Sprintf(`{%q:%q}`, eventNouns[kind].field, value))
}

// post creates an object.
func (w *eventWriter) post(kind, text, contentType, body string) bool {
	ok, a := w.ask(eventWrite{what: "POST " + body, key: kind + ".created " + text}, "POST", eventNouns[kind].path, contentType, body)
	var made ack
	if !ok || a.status != http.StatusCreated {
		return ok
	}
	if err := json.Unmarshal(a.body, &made); err != nil || made.ID == 0 {
		w.t.Errorf("%v in %s", err, a.body)
		return false
	}
	w.put(kind, int64(made.ID))
	return true
}

// change changes or deletes one of the objects, if there is one.
func (w *eventWriter) change(method, kind, text, body string) bool {
	id := w.pick(kind, w.r, method == "DELETE")
	if id == 0 {
		return true
	}
	path := fmt.Sprintf("%s%d/", eventNouns[kind].path, id)
	write := eventWrite{what: method + " " + path + " " + body}
	switch {
	case method == "DELETE":
		write.key = fmt.Sprintf("%s.deleted %d", kind, id)
	case text != "":
		write.key = kind + ".updated " + text
	}
	ok, _ := w.ask(write, method, path, "application/json", body)
	return ok
}

// mayHappen finds what is answered where an object was deleted, or is the ticket itself.
var mayHappen = regexp.MustCompile(`Invalid pk|\{"merged_to":\["[^"]+"\]\}`)

// ask makes a request and takes down what became of it. It fails the test unless it was
// acknowledged, cut off, or refused since somebody else has changed what it needs.
func (w *eventWriter) ask(write eventWrite, method, path, contentType, body string) (bool, answer) {
	c := w.fleet.client(w.server)
	if path := strings.TrimPrefix(path, "/api/"); strings.HasPrefix(path, "groups/") || strings.HasPrefix(path, "tokens/") {
		c = w.fleet.root(w.server) // a token may not do that
	}
	a, err := c.try(method, path, contentType, strings.NewReader(body))
	switch {
	case err != nil:
	case a.status == http.StatusCreated, a.status == http.StatusOK, a.status == http.StatusNoContent:
		write.outcome = acknowledged
	case a.status == http.StatusNotFound, a.status == http.StatusConflict,
		a.status == http.StatusBadRequest && mayHappen.Match(a.body):
		write.outcome = refused
	default:
		w.t.Errorf("%s: %d %s", write.what, a.status, a.body)
		return false, a
	}
	w.add(write)
	return true, a
}
