package httpapi_test

import (
	"bufio"
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/event"
)

// TestWhoSeesWhichEvents is the matrix of actors, types of events and feeds. An actor sees an
// event exactly when the API showed them its object then and shows it now. All that the
// event says is what the API has said.
func TestWhoSeesWhichEvents(t *testing.T) {
	t.Parallel()
	for _, perQueue := range []bool{false, true} {
		t.Run(fmt.Sprintf("per queue %v", perQueue), func(t *testing.T) {
			t.Parallel()
			e := newEventMatrix(t, helpdesk.DefaultPolicy{PerQueue: perQueue})
			e.everything()
			e.settle()
			e.hasEveryType()
			server := httptest.NewServer(e.handler)
			defer server.Close()
			read := [2]map[string][]map[string]any{{}, {}}
			for _, a := range e.actors {
				for side := range feeds {
					found := e.compare(a.name, side)
					e.filtered(a.name, side, found)
					e.streamed(server.URL, a.name, side, found)
					read[side][a.name] = found
				}
			}
			for _, a := range e.actors { // comes last: webhooks have events
				e.hooked(a.name, read[staffSide][a.name])
			}
			for _, f := range e.failures {
				t.Error(f)
			}
		})
	}
}

// hasEveryType fails when package event has a type that has not happened.
func (e *eventMatrix) hasEveryType() {
	e.Helper()
	for _, typ := range event.Types() {
		if !slices.ContainsFunc(e.happened, func(h *happening) bool { return h.typ == typ }) {
			e.Errorf("no %s has happened", typ)
		}
	}
}

func (e *eventMatrix) fail(format string, args ...any) {
	e.failures = append(e.failures, fmt.Sprintf(format, args...))
}

// compare compares a feed of an actor with what they could read. It returns what is in it.
func (e *eventMatrix) compare(name string, side int) (found []map[string]any) {
	e.Helper()
	refused := e.asks(name, "GET", siblings[side], "", "")
	if w := e.asks(name, "GET", feeds[side], "", ""); w.Code != refused.Code {
		e.fail("%s is %d, and that of %s is %d", w.name, w.Code, siblings[side], refused.Code)
	}
	if !e.mayRead[name][side] {
		return nil
	}
	found, _ = e.feed(name, feeds[side], e.start)
	seen := map[float64]map[string]any{}
	for _, one := range found {
		seen[one["id"].(float64)] = one
	}
	if len(seen) != len(found) {
		e.fail("%s: %s has events twice", name, feeds[side])
	}
	for _, h := range e.happened {
		one, got := seen[h.id]
		delete(seen, h.id)
		if want := e.visible(h, name, side); got != want {
			e.fail("%s: %s shows %s of %s %s: %v, want %v\n\tbefore %v\n\tafter %v", name, feeds[side], h.typ, h.kind, h.object, got, want,
				h.before[name][side], h.after[name][side])
		} else if got {
			e.says(h, name, side, one)
		}
	}
	for _, one := range seen {
		e.fail("%s: %s has %v, which nobody has caused", name, feeds[side], one)
	}
	return found
}

// filtered compares the feed of each kind with the feed of all.
func (e *eventMatrix) filtered(name string, side int, all []map[string]any) {
	e.Helper()
	if !e.mayRead[name][side] {
		return
	}
	for _, k := range event.Kinds() {
		var want []any
		for _, one := range all {
			if one["object"].(map[string]any)["kind"] == string(k) {
				want = append(want, one["id"])
			}
		}
		var got []any
		found, _ := e.feed(name, feeds[side], e.start, "&type="+string(k)+".*")
		for _, one := range found {
			got = append(got, one["id"])
		}
		if !slices.Equal(got, want) {
			e.fail("%s: %s?type=%s.* has the events %v, want %v", name, feeds[side], k, got, want)
		}
	}
}

// streamed compares a stream of an actor with what is in the feed.
func (e *eventMatrix) streamed(server, name string, side int, want []map[string]any) {
	e.Helper()
	path := feeds[side] + "stream/?limit=500&after=" + number(e.start)
	r, err := http.NewRequestWithContext(e.Context(), "GET", server+path, nil)
	check(e, err)
	r.Header.Set(actorHeader, name)
	w, err := http.DefaultClient.Do(r)
	check(e, err)
	defer func() { _ = w.Body.Close() }()
	if refused := e.asks(name, "GET", siblings[side], "", ""); w.StatusCode != refused.Code {
		e.fail("%s: %s is %d, and that of %s is %d", name, path, w.StatusCode, siblings[side], refused.Code)
	}
	if !e.mayRead[name][side] {
		return
	}
	var got []map[string]any
	last := int64(0)
	for lines := bufio.NewScanner(w.Body); lines.Scan(); {
		line := lines.Text()
		if line == "" && last >= e.end {
			break
		}
		if id, ok := strings.CutPrefix(line, "id: "); ok {
			last, err = strconv.ParseInt(id, 10, 64)
			check(e, err)
		} else if data, ok := strings.CutPrefix(line, "data: "); ok {
			got = append(got, (&answer{&httptest.ResponseRecorder{Body: bytes.NewBufferString(data)}, path}).object(e))
		}
	}
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || !reflect.DeepEqual(got[i], want[i]) {
			e.fail("%s: %s has other events than the feed, beginning with the one at %d", name, path, i)
			return
		}
	}
}

// hooked compares what a webhook of an actor is sent with what is in the feed.
func (e *eventMatrix) hooked(name string, want []map[string]any) {
	e.Helper()
	const hooks = "/api/webhooks/"
	made := e.asks(name, "POST", hooks, "application/json", `{"url":"https://hooks.example.org/"}`)
	if (made.Code == http.StatusCreated) != (e.sees(name, hooks) != nil) || made.Code == http.StatusCreated && !e.mayRead[name][staffSide] {
		e.fail("%s: creating a webhook is %d", name, made.Code)
	}
	if made.Code != http.StatusCreated {
		return
	}
	hook := hooks + made.id(e) + "/"
	for after := e.start; after < e.end; {
		body := fmt.Sprintf(`{"after":%d,"through":%d}`, after, e.end)
		page := e.asks(name, "POST", hook+"replay/", "application/json", body).is(e, http.StatusAccepted, "").object(e)
		after = int64(page["after"].(float64))
	}
	sent := map[any]bool{}
	for _, d := range e.sees(name, hook+"deliveries/")["results"].([]any) {
		sent[d.(map[string]any)["event"]] = true
	}
	for _, one := range want {
		if !sent[one["id"]] {
			e.fail("%s: a webhook is not sent %v", name, one)
		}
		delete(sent, one["id"])
	}
	for id := range sent {
		e.fail("%s: a webhook is sent %v, which is not in the feed", name, id)
	}
	e.asks(name, "DELETE", hook, "", "").is(e, http.StatusNoContent, "")
}

// says compares what an event says with what the actor could read.
func (e *eventMatrix) says(h *happening, name string, side int, one map[string]any) {
	before, after := h.before[name][side], h.after[name][side]
	wrong := func(key string, says, reads any) {
		e.fail("%s: %s of %s %s says %s=%v, and the API %v", name, h.typ, h.kind, h.object, key, says, reads)
	}
	same := func(object map[string]any, key string, says any) {
		reads, there := object[key]
		if empty, ok := says.([]any); ok && len(empty) == 0 && !there {
			return // as the API leaves it out
		}
		if !there || !reflect.DeepEqual(says, reads) {
			wrong(key, says, reads)
		}
		if _, now := e.now[h.kind+" "+h.object][name][side][key]; strings.HasPrefix(key, "custom_") && !now {
			wrong(key, says, "has no such field now")
		}
	}
	data := maps.Clone(one["data"].(map[string]any))
	changes, _ := data["changes"].(map[string]any)
	for key, v := range changes {
		change := v.(map[string]any)
		if is, ok := change["new"]; ok {
			same(after, key, is)
		}
		if was, ok := change["old"]; ok != (before != nil && change["added"] == nil && key != "file") {
			wrong(key, change, before)
		} else if ok {
			same(before, key, was)
		}
		e.members(change["added"], after[key], wrong)
		e.members(change["removed"], before[key], wrong)
	}
	delete(data, "changes")
	if h.typ.Verb() == event.Deleted {
		after = before
	}
	for key, v := range data {
		same(after, key, v)
	}
	e.names(h, name, side, one)
}

// members compares the members of a list that an event says with those that the actor could
// read.
func (e *eventMatrix) members(says, reads any, wrong func(key string, says, reads any)) {
	some, _ := says.([]any)
	all, _ := reads.([]any)
	for _, id := range some {
		if !slices.Contains(all, id) {
			wrong("members", says, reads)
		}
	}
}

// names compares who made a change with what the actor can read of them.
func (e *eventMatrix) names(h *happening, name string, side int, one map[string]any) {
	who := one["actor"].(map[string]any)
	if side == staffSide {
		if e.sees(name, fmt.Sprintf("/api/users/%v/", who["id"])) == nil {
			e.fail("%s: %s names %v", name, h.typ, who)
		}
		return
	}
	if who["id"] != nil || h.typ == "followup.created" && who["name"] != h.after[name][side]["user"] {
		e.fail("%s: %s names %v", name, h.typ, who)
	}
}
