package httpapi_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/auth"
	"github.com/go-helpdesk/helpdesk/event"
	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/user"
)

// eventMatrix is the desk of a matrix. What happens in it is compared with what each actor
// could read of the object through the API.
type eventMatrix struct {
	*matrix
	handler  http.Handler
	mayRead  map[string][2]bool // whether an actor may ask for lists at all
	start    int64              // the position after which it began
	end      int64              // the position of what happened last
	happened []*happening
	now      map[string]sight // of objects, when everything has happened
}

// happening is one event.
type happening struct {
	typ           event.Type
	id            float64
	kind, object  string
	before, after sight // of the object, right before the change and right after it
}

// sight is what each actor could read of an object, on each side of the API. It is nil
// where they could not.
type sight map[string][2]map[string]any

const (
	staffSide     = 0
	requesterSide = 1
)

// feeds are the feeds of events, by side, and lists that the same people may ask for.
var (
	feeds    = [2]string{"/api/events/", "/api/user_tickets/events/"}
	siblings = [2]string{"/api/tickets/", "/api/user_tickets/"}
)

// routesOf are the routes of the kinds of objects, for staff.
var routesOf = map[event.Kind]string{
	event.Ticket: "tickets", event.FollowUp: "followups", event.Attachment: "followups-attachments", event.User: "users",
	event.Group: "groups", event.Queue: "queues", event.CustomField: "custom-fields", event.Token: "tokens",
	event.Webhook: "webhooks",
}

// actorHeader says which actor sends a request.
const actorHeader = "Test-Actor"

func newEventMatrix(t *testing.T, policy helpdesk.Policy) *eventMatrix {
	t.Helper()
	e := &eventMatrix{matrix: newMatrix(t)}
	add := func(name string, u user.User) {
		u.Username, u.Active = name, true
		made, err := e.desk.CreateUser(t.Context(), helpdesk.System(), &u, "long-enough-9")
		check(t, err)
		e.actors = append(e.actors, actor{name: name, id: auth.Identity{User: made}})
	}
	add("mia-who-manages-users", user.User{Staff: true, Email: "mia@example.com", Permissions: []user.Permission{user.ManageUsers}})
	add("max-who-manages-webhooks", user.User{Staff: true, Email: "max@example.com", Permissions: []user.Permission{user.ManageWebhooks}})
	add("tom-who-submits-and-works", user.User{Staff: true, Email: "tom@example.com"})
	for _, a := range e.actors {
		if a.name == "requester" || a.name == "superuser" {
			inactive, reader := a.id.User.Clone(), a.id.User.Clone()
			inactive.Active, reader.Token = false, &user.Token{}
			e.actors = append(e.actors, actor{name: a.name + ", deactivated", id: auth.Identity{User: inactive}},
				actor{name: a.name + ", with a token", id: auth.Identity{User: reader}})
		}
	}
	desk, err := helpdesk.New(e.store, helpdesk.Config{Policy: policy})
	check(t, err)
	e.handler = newHandler(desk, httpapi.Config{BaseURL: "https://desk.example.com", Authenticator: auth.Func(
		func(r *http.Request) (auth.Identity, error) {
			for _, a := range e.actors {
				if a.name == r.Header.Get(actorHeader) && a.id != (auth.Identity{}) {
					return a.id, nil
				}
			}
			return auth.Identity{}, auth.ErrNoCredentials
		})})
	e.start, err = desk.EndOfEvents(t.Context())
	check(t, err)
	e.end, e.mayRead = e.start, map[string][2]bool{}
	for _, a := range e.actors {
		e.mayRead[a.name] = [2]bool{e.sees(a.name, siblings[staffSide]) != nil, e.sees(a.name, siblings[requesterSide]) != nil}
	}
	return e
}

// asks sends a request as an actor.
func (e *eventMatrix) asks(name, method, path, contentType, body string) *answer {
	r := httptest.NewRequestWithContext(e.Context(), method, path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", contentType)
	}
	r.Header.Set(actorHeader, name)
	w := httptest.NewRecorder()
	e.handler.ServeHTTP(w, r)
	return &answer{w, name + ": " + method + " " + path}
}

// sees is what an actor may GET of a path, or nil.
func (e *eventMatrix) sees(name, path string) map[string]any {
	if w := e.asks(name, "GET", path, "", ""); w.Code == http.StatusOK {
		return w.object(e)
	}
	return nil
}

// look asks everybody for an object.
func (e *eventMatrix) look(k event.Kind, id string) sight {
	s := sight{}
	for _, a := range e.actors {
		seen := [2]map[string]any{requesterSide: e.requesterSees(a.name, k, id)}
		if e.mayRead[a.name][staffSide] {
			seen[staffSide] = e.sees(a.name, "/api/"+routesOf[k]+"/"+id+"/")
		}
		s[a.name] = seen
	}
	return s
}

// requesterSees looks for an object among those that an actor sees as a requester. Keys and
// values are those of data.
func (e *eventMatrix) requesterSees(name string, k event.Kind, id string) map[string]any {
	if !k.OnTicket() || !e.mayRead[name][requesterSide] {
		return nil
	}
	own := e.sees(name, siblings[requesterSide]+"?page_size=100")
	for _, listed := range own["results"].([]any) {
		at := "/api/user_tickets/" + idOf(listed) + "/"
		if k == event.Ticket && idOf(listed) == id {
			return inNumbers(e.sees(name, at))
		}
		if k == event.Ticket {
			continue
		}
		for _, listed := range e.sees(name, at+"followups/?page_size=100")["results"].([]any) {
			f := listed.(map[string]any)
			if k == event.FollowUp && idOf(f) == id {
				f["public"] = true
				return inNumbers(f)
			}
			for _, file := range f["followupattachment_set"].([]any) {
				if k == event.Attachment && idOf(file) == id {
					return file.(map[string]any)
				}
			}
		}
	}
	return nil
}

func idOf(object any) string { return fmt.Sprint(object.(map[string]any)["id"]) }

// inNumbers changes the words that requesters read to the numbers of data.
func inNumbers(object map[string]any) map[string]any {
	const onHold = " - On Hold"
	for i, label := range []string{"Open", "Reopened", "Resolved", "Closed", "Duplicate"} {
		if object["new_status"] == label {
			object["new_status"] = float64(i + 1)
		}
		if text, _ := object["status"].(string); strings.TrimSuffix(text, onHold) == label {
			object["status"], object["on_hold"] = float64(i+1), strings.HasSuffix(text, onHold)
		}
	}
	if q, ok := object["queue"].(map[string]any); ok {
		object["queue"] = q["id"]
	}
	return object
}

// happens has the superuser send a request, which is one event of a type. It returns the
// id of the object. Without an id the object is created.
func (e *eventMatrix) happens(typ event.Type, id, contentType, body string, query ...string) string {
	e.Helper()
	h := &happening{typ: typ, kind: string(typ.Kind()), object: id}
	method, path := "POST", "/api/"+routesOf[typ.Kind()]+"/"
	if id != "" {
		method, path = map[event.Verb]string{event.Updated: "PATCH", event.Deleted: "DELETE"}[typ.Verb()], path+id+"/"
		h.before = e.look(typ.Kind(), id)
	}
	w := e.asks("superuser", method, path+strings.Join(query, ""), contentType, body)
	if w.Code >= 400 {
		e.Fatalf("%s %s: %d %s", w.name, body, w.Code, w.Body)
	}
	if id == "" {
		h.object = w.id(e)
	}
	if typ.Verb() != event.Deleted {
		h.after = e.look(typ.Kind(), h.object)
	}
	found, next := e.feed("superuser", feeds[staffSide], e.end)
	if len(found) != 1 || found[0]["type"] != string(typ) || idOf(found[0]["object"]) != h.object {
		e.Fatalf("%s %s is the events %v", w.name, body, found)
	}
	h.id, e.end = found[0]["id"].(float64), next
	e.happened = append(e.happened, h)
	return h.object
}

// does is happens with a body of JSON.
func (e *eventMatrix) does(typ event.Type, id, body string, query ...string) string {
	e.Helper()
	return e.happens(typ, id, "application/json", body, query...)
}

// feed reads a feed to its end, and returns the position of that.
func (e *eventMatrix) feed(name, path string, after int64, query ...string) ([]map[string]any, int64) {
	e.Helper()
	var found []map[string]any
	for {
		w := e.asks(name, "GET", path+"?limit=500&after="+number(after)+strings.Join(query, ""), "", "").is(e, http.StatusOK, "")
		page := w.object(e)
		for _, one := range page["results"].([]any) {
			found = append(found, one.(map[string]any))
		}
		next := int64(page["after"].(float64))
		if next == after {
			return found, after
		}
		after = next
	}
}

// everything has an event of each type happen, on a ticket of jane's in the queue support and
// on one of tom's in the queue billing.
func (e *eventMatrix) everything() {
	e.Helper()
	for i, submitter := range []string{"jane@example.com", "tom@example.com"} {
		queue := strconv.Itoa(i + 1)
		open := func(title string) string {
			return e.does("ticket.created", "", `{"queue":`+queue+`,"title":"`+title+`","submitter_email":"`+submitter+
				`","custom_notes":"public note","custom_secret":"staff-only","description":"staff-only text"}`)
		}
		id, gone := open("stays"), open("goes")
		e.does("ticket.deleted", gone, "")
		e.does("ticket.updated", id, `{"title":"changed","custom_secret":"staff-only too","custom_notes":"other note","priority":1}`)
		e.does("ticket.updated", id, `{"custom_secret":"staff-only again","resolution":"staff-only text"}`)
		e.does("ticket.updated", id, `{"due_date":"2030-01-01T00:00:00Z","on_hold":true,"status":3}`)
		e.conversation(id, "true")
		e.conversation(id, "false")
		e.moves(id, queue, submitter)
	}
	e.others()
}

// conversation has everything happen to a follow-up and its files, public or not.
func (e *eventMatrix) conversation(ticket, public string) {
	e.Helper()
	write := func() (note, file string) {
		note = e.does("followup.created", "",
			`{"ticket":`+ticket+`,"comment":"comment-`+public+`","public":`+public+`,"time_spent":"01:00:00"}`)
		contentType, body := form(part{"followup", "", "", note}, part{"file", public + ".txt", "text/plain", "text"})
		return note, e.happens("attachment.created", "", contentType, body)
	}
	note, file := write()
	e.does("followup.updated", note, `{"comment":"edited-`+public+`","time_spent":"03:00:00"}`)
	e.does("followup.updated", note, `{"time_spent":"02:00:00"}`) // of which requesters see nothing
	e.does("attachment.updated", file, `{"filename":"renamed-`+public+`.txt"}`)
	contentType, body := form(part{"file", public + ".txt", "text/plain", "another text"})
	e.happens("attachment.updated", file, contentType, body)
	e.does("attachment.deleted", file, "")
	e.does("followup.deleted", note, "")

	// Each becomes the other, and back. One is deleted as what it was not at first.
	other := map[string]string{"true": "false", "false": "true"}[public]
	note, file = write()
	e.does("followup.updated", note, `{"comment":"turned-`+public+`","public":`+other+`}`)
	e.does("attachment.updated", file, `{"filename":"turned-`+public+`.txt"}`)
	e.does("followup.updated", note, `{"comment":"back-`+public+`","public":`+public+`}`)
	e.does("attachment.updated", file, `{"filename":"back-`+public+`.txt"}`)
	note, file = write()
	e.does("followup.updated", note, `{"public":`+other+`}`)
	e.does("attachment.deleted", file, "")
	e.does("followup.deleted", note, "")
}

// moves has a ticket change its queue, its submitter and its assignee, and come back. Others
// are deleted on the way.
func (e *eventMatrix) moves(id, queue, submitter string) {
	e.Helper()
	other := map[string]string{"1": "2", "2": "1"}[queue]
	for _, move := range [][2]string{
		{`"queue":` + other, `"queue":` + queue},
		{`"submitter_email":"joe@example.com"`, `"submitter_email":"` + submitter + `"`},
		{`"assigned_to":` + number(e.assignee()), `"assigned_to":null`},
	} {
		there, back := move[0], move[1]
		write := func(comment string) string {
			return e.does("followup.created", "", `{"ticket":`+id+`,"comment":"`+comment+`","public":true}`)
		}
		note := write("before it moves")
		e.does("ticket.updated", id, `{"title":"moves",`+there+`}`)
		e.does("ticket.updated", id, `{"title":"away"}`)
		away := write("while it is away")
		e.does("followup.updated", note, `{"comment":"while it was away"}`)
		e.does("followup.deleted", write("only while it was away"), "")
		e.does("ticket.updated", id, `{"title":"comes back",`+back+`}`)
		e.does("followup.updated", away, `{"comment":"when it was back"}`)

		other := e.does("ticket.created", "", `{"queue":`+queue+`,"title":"deleted elsewhere","submitter_email":"`+submitter+`"}`)
		e.does("ticket.updated", other, `{`+there+`}`)
		e.does("followup.updated", away, `{"ticket":`+other+`,"comment":"on a ticket that is elsewhere"}`)
		e.does("followup.updated", away, `{"ticket":`+id+`,"comment":"on the first ticket again"}`)
		e.does("ticket.deleted", other, "")
	}
}

// assignee is the id of ann.
func (e *eventMatrix) assignee() int64 {
	for _, a := range e.actors {
		if a.name == "assignee" {
			return a.id.User.ID
		}
	}
	e.Fatal("nobody is the assignee")
	return 0
}

// others has everything happen that belongs to no ticket. One of each stays. Of the custom
// fields of the tickets, notes is for staff only from then on, and secret no longer.
func (e *eventMatrix) others() {
	e.Helper()
	e.does("customfield.updated", "2", `{"staff_only":true}`)
	e.does("customfield.updated", "14", `{"staff_only":false}`)
	for k, bodies := range map[event.Kind][2]string{
		event.User: {`{"username":"new","password":"long-enough-9","email":"new@example.com"}`,
			`{"first_name":"New","is_staff":true,"permissions":["manage_users"],"queues":[1],"email":"newer@example.com"}`},
		event.Group:       {`{"name":"new"}`, `{"name":"newer","users":[1,3],"queues":[1,2]}`},
		event.Queue:       {`{"title":"new","slug":"new"}`, `{"title":"newer","email_address":"q@example.com","default_owner":2}`},
		event.CustomField: {`{"name":"new","label":"New","data_type":"varchar"}`, `{"label":"Newer","max_length":9,"staff_only":true}`},
		event.Token:       {`{"name":"new"}`, ""},
		event.Webhook: {`{"url":"https://hooks.example.org","active":false}`,
			`{"types":["ticket.*"],"queues":[1,2],"description":"new","active":true,"url":"http://hooks.example.org"}`},
	} {
		queries := []string{"", ""}
		if k == event.Token {
			owner := "?user=" + number(e.assignee())
			queries = []string{"", "", owner, owner}
		}
		for i, query := range queries {
			id := e.does(event.TypeOf(k, event.Created), "", bodies[0], query)
			if bodies[1] != "" {
				e.does(event.TypeOf(k, event.Updated), id, bodies[1])
			}
			if i%2 == 0 {
				e.does(event.TypeOf(k, event.Deleted), id, "")
			}
		}
	}
}

// settle asks everybody for every object, when everything has happened.
func (e *eventMatrix) settle() {
	e.now = map[string]sight{}
	for _, h := range e.happened {
		at := h.kind + " " + h.object
		if h.typ.Verb() == event.Deleted {
			e.now[at] = h.before
		} else if e.now[at] == nil {
			e.now[at] = e.look(h.typ.Kind(), h.object)
		}
	}
}

// visible reports whether an actor could read the object of an event right after the change
// and can read it now, or could when it was deleted. Requesters are not told of an update of
// which they see nothing.
func (e *eventMatrix) visible(h *happening, name string, side int) bool {
	before, after := h.before[name][side], h.after[name][side]
	if h.typ.Verb() == event.Deleted {
		after = before
	} else if side == requesterSide && before != nil && reflect.DeepEqual(before, after) {
		return false
	}
	return after != nil && e.now[h.kind+" "+h.object][name][side] != nil
}
