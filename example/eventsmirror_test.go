package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// mirror has the objects that are there according to events.
type mirror struct {
	t       *testing.T
	objects map[eventObject]map[string]any
	tickets map[eventObject]int64 // of follow-ups and attachments
	changes map[int64]int         // of a ticket, which are also in its history
	status  map[int64]any         // which the next event about a ticket must report
	keys    map[string]int        // how many events there are, by what tells their write
}

func newMirror(t *testing.T) *mirror {
	return &mirror{t, map[eventObject]map[string]any{}, map[eventObject]int64{}, map[int64]int{}, map[int64]any{}, map[string]int{}}
}

// ownText finds what only one write says.
var ownText = regexp.MustCompile(`w\d+-\d+-`)

// apply does what an event says.
func (m *mirror) apply(e seenEvent) {
	m.t.Helper()
	kind, verb, _ := strings.Cut(e.Type, ".")
	if kind != e.Object.Kind || (kind == "ticket" && (e.Ticket == nil || *e.Ticket != e.Object.ID)) {
		m.t.Errorf("the object and the type differ: %s", e.text)
	}
	m.sequel(e)
	object, there := m.objects[e.Object], m.objects[e.Object] != nil
	if there != (verb != "created") {
		m.t.Errorf("the object is there: %t, and there is %s", there, e.text)
	}
	switch verb {
	case "created":
		m.objects[e.Object] = e.Data
		if e.Ticket != nil {
			m.tickets[e.Object] = *e.Ticket
		}
		m.count(e, e.Data[textOf(kind, verb)])
	case "updated":
		m.update(e, object)
	case "deleted":
		for key, value := range e.Data {
			if !reflect.DeepEqual(object[key], value) {
				m.t.Errorf("%s is %v before %s", key, object[key], e.text)
			}
		}
		m.remove(e.Object)
		m.keys[fmt.Sprintf("%s %d", e.Type, e.Object.ID)]++
	}
}

// textOf returns the key of the text that only one write says.
func textOf(kind, verb string) string {
	if kind == "user" && verb == "created" {
		return "username"
	}
	return eventNouns[kind].field
}

// count takes down that there is an event with a text.
func (m *mirror) count(e seenEvent, value any) {
	text, _ := value.(string)
	if text = ownText.FindString(text); text != "" {
		m.keys[e.Type+" "+text]++
	}
}

// update changes an object from the old values to the new ones.
func (m *mirror) update(e seenEvent, object map[string]any) {
	m.t.Helper()
	changes, _ := e.Data["changes"].(map[string]any)
	if len(changes) == 0 {
		m.t.Errorf("no changes: %s", e.text)
	}
	if e.Object.Kind == "ticket" {
		m.changes[e.Object.ID] += len(changes)
	}
	for key, value := range changes {
		change, _ := value.(map[string]any)
		was, hasOld := change["old"]
		is, hasNew := change["new"]
		if !hasOld || !hasNew || reflect.DeepEqual(was, is) || !reflect.DeepEqual(was, object[key]) {
			m.t.Errorf("%s is %v before %s", key, object[key], e.text)
		}
		if object != nil {
			object[key] = is
		}
		if key == textOf(e.Object.Kind, "updated") {
			m.count(e, is)
		}
	}
}

// sequel looks for what a write has besides its first event. A follow-up that changes the
// status is followed by the change of its ticket. Other changes of tickets have a title of
// their own, or take a ticket out of one that is deleted.
func (m *mirror) sequel(e seenEvent) {
	m.t.Helper()
	if e.Ticket == nil {
		return
	}
	changes, _ := e.Data["changes"].(map[string]any)
	status, _ := changes["status"].(map[string]any)
	want, moved := m.status[*e.Ticket]
	delete(m.status, *e.Ticket)
	switch {
	case moved && (e.Type != "ticket.updated" || status["new"] != want):
		m.t.Errorf("a follow-up changed the status to %v, and then there is %s", want, e.text)
	case !moved && e.Type == "ticket.updated" && changes["title"] == nil && (changes["merged_to"] == nil || len(changes) != 1):
		m.t.Errorf("a change of no write: %s", e.text)
	case e.Type == "followup.created" && e.Data["new_status"] != nil:
		m.status[*e.Ticket] = e.Data["new_status"]
	}
}

// remove removes an object and what goes with it.
func (m *mirror) remove(o eventObject) {
	delete(m.objects, o)
	delete(m.tickets, o)
	for other, ticket := range m.tickets {
		if o.Kind == "ticket" && ticket == o.ID || o.Kind == "followup" && other.Kind == "attachment" &&
			m.objects[other]["followup"] == float64(o.ID) {
			delete(m.objects, other)
			delete(m.tickets, other)
		}
	}
}

// finish fails the test where the last events lack what belongs to them.
func (m *mirror) finish() {
	for ticket, status := range m.status {
		m.t.Errorf("a follow-up changed the status of ticket %d to %v, and there is no event of that", ticket, status)
	}
}

// compare fails the test unless the API has the objects that the events tell of, and no
// others but the follow-ups that open tickets.
func (m *mirror) compare(c client) {
	m.t.Helper()
	rest, opened := maps.Clone(m.objects), map[int64]int{}
	for kind, noun := range eventNouns {
		var list struct{ Results []map[string]any }
		if err := json.Unmarshal(c.get(noun.path).is(200).body, &list); err != nil {
			m.t.Fatal(err)
		}
		for _, is := range list.Results {
			o := eventObject{kind, int64(is["id"].(float64))}
			_, told := rest[o]
			switch {
			case !told && kind == "followup" && is["title"] == "Ticket Opened":
				opened[int64(is["ticket"].(float64))]++
				continue
			case kind == "user" && is["username"] == "root": // the flag -admin writes the row itself
				continue
			}
			m.compareObject(o, is)
			delete(rest, o)
		}
	}
	for o := range rest {
		m.t.Errorf("%v is gone without an event", o)
	}
	for o := range m.objects {
		if o.Kind != "ticket" {
			continue
		}
		if opened[o.ID] != 1 {
			m.t.Errorf("ticket %d has %d follow-ups that open it", o.ID, opened[o.ID])
		}
		if n := c.get(fmt.Sprintf("/api/tickets/%d/history/", o.ID)).is(200).number("count"); n != m.changes[o.ID] {
			m.t.Errorf("ticket %d has %d changes in its history, and %d in its events", o.ID, n, m.changes[o.ID])
		}
	}
}

// compareObject fails the test unless an object is as its events tell.
func (m *mirror) compareObject(o eventObject, is map[string]any) {
	m.t.Helper()
	told := m.objects[o]
	if told == nil {
		m.t.Errorf("no event tells of %v: %v", o, is)
	}
	for key, value := range told {
		now, found := is[key]
		if o.Kind == "user" && !found && (key == "permissions" || key == "queues") {
			now, found = []any{}, true // the API leaves these out when they are empty
		}
		if key != "file" && (!found || !reflect.DeepEqual(now, value)) {
			m.t.Errorf("%s of %v is %v, and %v by its events", key, o, now, value)
		}
	}
}
