package httpapi_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/event"
	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// newDividedAPI serves a desk in which staff reach tickets by their queues: the account
// staff has the queue support.
func newDividedAPI(t *testing.T) *api {
	t.Helper()
	book := &logbook{}
	d := testdesk.New(t, helpdesk.Config{Logger: slog.New(book), Policy: helpdesk.DefaultPolicy{PerQueue: true}})
	_, err := d.UpdateUser(t.Context(), d.Users["admin"], d.Users["staff"].ID, func(u *user.User) error {
		u.Queues = []int64{d.Queues["support"].ID}
		return nil
	})
	check(t, err)
	return serve(d, book, httpapi.Config{})
}

// dataAfter is the data of the last event in a feed.
func (a *api) dataAfter(t *testing.T, as, feed string, after int64) map[string]any {
	t.Helper()
	found, _ := a.eventsAfter(t, as, feed, after, "")
	if len(found) == 0 {
		t.Fatalf("%s finds nothing in %s", as, feed)
	}
	return found[len(found)-1]["data"].(map[string]any)
}

// isCut expects the keys whose values are cut, "<nil>" for none.
func isCut(t *testing.T, data map[string]any, want string) {
	t.Helper()
	if got := fmt.Sprint(data["cut"]); got != want {
		t.Errorf("cut is %s, want %s: %.500v", got, want, data)
	}
}

func TestLongTextsInEventsAreMarkedAsCut(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	const staff, requester = "/api/events/", "/api/user_tickets/events/"
	after := a.endOfEvents(t)
	last := func(as, feed string) map[string]any { t.Helper(); return a.dataAfter(t, as, feed, after) }
	patch := func(path, body string) { t.Helper(); a.call(t, "staff", "PATCH", path, body).is(t, http.StatusOK, "") }
	long := strings.Repeat("long ", 1000)

	id := a.call(t, "staff", "POST", "/api/tickets/", `{"queue":1,"title":"x","submitter_email":"jane@example.com","description":"`+long+
		`","custom_notes":"`+long+`","custom_secret":"s"}`).id(t)
	data := last("staff", staff)
	isCut(t, data, "[description custom_notes]")
	for _, key := range []string{"description", "custom_notes"} {
		if text := data[key].(string); len(text) < 1000 || len(text) >= len(long) || !strings.HasPrefix(long, text) {
			t.Errorf("%s has %d of %d characters", key, len(text), len(long))
		}
	}
	isCut(t, last("jane", requester), "[custom_notes]") // the description is for staff
	patch("/api/tickets/"+id+"/", `{"description":"short"}`)
	isCut(t, last("staff", staff), "[description]") // of which the old text is cut
	patch("/api/tickets/"+id+"/", `{"resolution":"`+long+`","custom_notes":"short"}`)
	isCut(t, last("staff", staff), "[resolution custom_notes]")
	isCut(t, last("jane", requester), "[custom_notes]")
	patch("/api/tickets/"+id+"/", `{"title":"y","custom_notes":"shorter"}`)
	isCut(t, last("staff", staff), "<nil>")

	note := a.call(t, "staff", "POST", "/api/followups/", `{"ticket":`+id+`,"comment":"`+long+`","public":true}`).id(t)
	isCut(t, last("staff", staff), "[comment]")
	isCut(t, last("jane", requester), "[comment]")
	patch("/api/followups/"+note+"/", `{"comment":"short"}`)
	isCut(t, last("staff", staff), "[comment]")
	isCut(t, last("jane", requester), "[comment]")
	patch("/api/followups/"+note+"/", `{"comment":"shorter"}`)
	isCut(t, last("jane", requester), "<nil>")
	a.call(t, "admin", "POST", "/api/custom-fields/", `{"name":"x","label":"X","data_type":"text","help_text":"`+long+`"}`).id(t)
	isCut(t, last("staff", staff), "[help_text]")
}

// TestLongListsInEventsAreMarkedAsCut, also when only elements that are missing were changed.
func TestLongListsInEventsAreMarkedAsCut(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	var queues []string
	check(t, a.Atomically(t.Context(), func(d *helpdesk.Desk) error {
		for i := range 300 {
			name := "q" + number(int64(i))
			q, err := d.CreateQueue(t.Context(), a.Users["admin"], &ticket.Queue{Title: name, Slug: name})
			if err != nil {
				return err
			}
			queues = append(queues, number(q.ID))
		}
		return nil
	}))
	after, all := a.endOfEvents(t), "["+strings.Join(queues, ",")+"]"
	last := func() map[string]any { t.Helper(); return a.dataAfter(t, "staff", "/api/events/", after) }
	id := a.call(t, "admin", "POST", "/api/groups/", `{"name":"x","queues":`+all+`}`).id(t)
	isCut(t, last(), "[queues]")
	if n := len(last()["queues"].([]any)); n == 0 || n >= len(queues) {
		t.Errorf("%d of %d queues are left", n, len(queues))
	}
	a.call(t, "admin", "PATCH", "/api/groups/"+id+"/", `{"queues":[1]}`).is(t, http.StatusOK, "")
	isCut(t, last(), "[queues]")
	a.call(t, "admin", "PATCH", "/api/groups/"+id+"/", `{"name":"y","queues":[2]}`).is(t, http.StatusOK, "")
	isCut(t, last(), "<nil>")
}

// TestCustomValuesInEventsAreMarkedAsCut: those that are missing, and those that no text is
// left of.
func TestCustomValuesInEventsAreMarkedAsCut(t *testing.T) {
	t.Parallel()
	fields := []*ticket.CustomField{{ID: 1, Name: "text", Type: ticket.Text}, {ID: 2, Name: "site", Type: ticket.URL},
		{ID: 3, Name: "code", Type: ticket.Slug}}
	cut, whole := &event.Text{String: "http", Cut: true}, &event.Text{String: "https://example.com"}
	for _, c := range []struct {
		typ  event.Type
		data event.Data
		want string
	}{
		{"ticket.created", &event.TicketData{Values: []event.Value{{Field: 1, Value: cut}, {Field: 2, Value: cut}}},
			`"custom_text":"http","custom_site":null,"cut":["custom_text","custom_site"]}`},
		{"ticket.created", &event.TicketData{Values: []event.Value{{Field: 2, Value: whole}}, ValuesCut: true},
			`"custom_site":"https://example.com","cut":["custom_"]}`},
		{"ticket.updated", &event.TicketUpdate{Values: []event.ValueChange{{Field: 2, Old: cut, New: whole}, {Field: 3}}},
			`"custom_site":{"old":null,"new":"https://example.com"},"custom_code":{"old":null,"new":null}},"cut":["custom_site"]}`},
		{"ticket.updated", &event.TicketUpdate{ValuesCut: true}, `"data":{"changes":{},"cut":["custom_"]}`},
	} {
		e := &event.Event{Type: c.typ, TicketID: 1, Object: event.Object{Kind: event.Ticket, ID: 1}, Data: c.data}
		if got := string(httpapi.AppendEvent(nil, e, fields, "")); !strings.Contains(got, c.want) {
			t.Errorf("%s is\n%s\nwithout\n%s", c.typ, got, c.want)
		}
	}
}

// TestOldValuesThatAReaderCouldNotSee are left out, and nothing tells how long they were.
func TestOldValuesThatAReaderCouldNotSee(t *testing.T) {
	t.Parallel()
	a := newDividedAPI(t)
	long := strings.Repeat("long ", 1000)
	id := a.call(t, "admin", "POST", "/api/tickets/", `{"queue":2,"title":"Broken","description":"`+long+`"}`).id(t)
	after := a.endOfEvents(t)
	is := func(as, feed, want string) {
		t.Helper()
		if got := string(jsonText(a.dataAfter(t, as, feed, after))); got != want {
			t.Errorf("%s reads\n%.300s\nwant\n%s", as, got, want)
		}
	}
	a.call(t, "admin", "PATCH", "/api/tickets/"+id+"/",
		`{"queue":1,"title":"arrived","description":"short","submitter_email":"jane@example.com","custom_notes":"n"}`).
		is(t, http.StatusOK, "")
	is("staff", "/api/events/", `{"changes":{"custom_notes":{"new":"n"},"description":{"new":"short"},"queue":{"new":1},`+
		`"submitter_email":{"new":"jane@example.com"},"title":{"new":"arrived"}}}`)
	is("jane", "/api/user_tickets/events/", `{"changes":{"custom_notes":{"new":"n"},"queue":{"new":1},`+
		`"submitter":{"new":"jane@example.com"},"title":{"new":"arrived"}}}`)
	admins := a.dataAfter(t, "admin", "/api/events/", after)
	isCut(t, admins, "[description]")
	if text := fmt.Sprint(admins); !strings.Contains(text, "old:Broken") || !strings.Contains(text, "old:long long") {
		t.Errorf("who could read the old values reads %.300s", text)
	}

	note := a.call(t, "admin", "POST", "/api/followups/", `{"ticket":`+id+`,"comment":"`+long+`"}`).id(t)
	a.call(t, "admin", "PATCH", "/api/followups/"+note+"/", `{"comment":"for all","public":true}`).is(t, http.StatusOK, "")
	is("jane", "/api/user_tickets/events/", `{"changes":{"comment":{"new":"for all"},"public":{"new":true}}}`)
	isCut(t, a.dataAfter(t, "staff", "/api/events/", after), "[comment]")
	a.call(t, "admin", "PATCH", "/api/followups/"+note+"/", `{"comment":"changed"}`).is(t, http.StatusOK, "")
	is("jane", "/api/user_tickets/events/", `{"changes":{"comment":{"new":"changed","old":"for all"}}}`)
}

// TestOthersReadNothingOfANewPassword, as the entity tag of a user tells them nothing of it.
func TestOthersReadNothingOfANewPassword(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	after, own := a.endOfEvents(t), "/api/users/"+number(a.Users["staff"].ID)+"/"
	_, err := a.CreateUser(t.Context(), a.Users["admin"], &user.User{Username: "manager", Active: true, Staff: true,
		Permissions: []user.Permission{user.ManageUsers}}, testdesk.Password("manager"))
	check(t, err)
	next := testdesk.Password("staff") + "-again"
	a.call(t, "admin", "PATCH", own, `{"password":"`+next+`"}`).is(t, http.StatusOK, "")
	a.call(t, "admin", "PATCH", own, `{"password":"`+testdesk.Password("staff")+`"}`).is(t, http.StatusOK, "")
	a.call(t, "admin", "PATCH", own, `{"password":"`+next+`","first_name":"Sam"}`).is(t, http.StatusOK, "")
	a.call(t, "admin", "PATCH", own, `{"password":"`+testdesk.Password("staff")+`","last_name":"Lee"}`).is(t, http.StatusOK, "")
	const shown = "map[changes:map[first_name:map[new:Sam old:]]] map[changes:map[last_name:map[new:Lee old:]]] "
	const secret = "map[changes:map[]] map[changes:map[]] "
	for as, want := range map[string]string{"manager": shown, "staff": secret + shown, "admin": secret + shown} {
		found, _ := a.eventsAfter(t, as, "/api/events/", after, "&type=user.updated")
		got := ""
		for _, e := range found {
			got += fmt.Sprint(e["data"], " ")
		}
		if got != want {
			t.Errorf("%s reads %s\nwant %s", as, got, want)
		}
	}
}
