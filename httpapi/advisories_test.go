package httpapi_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// What follows are requests that other help desks answered, as their advisories
// tell.

// newPerQueue serves a desk on which staff has the queue support and not
// billing; mine and foreign are tickets in each.
func newPerQueue(t testing.TB) (a *api, mine, foreign int64) {
	t.Helper()
	book := &logbook{}
	a = serve(testdesk.New(t, helpdesk.Config{Policy: helpdesk.DefaultPolicy{PerQueue: true}}), book, httpapi.Config{})
	_, err := a.UpdateUser(t.Context(), helpdesk.System(), a.Users["staff"].ID, func(u *user.User) error {
		u.Queues = []int64{a.Queues["support"].ID}
		return nil
	})
	check(t, err)
	mine = a.ticket(t)
	thread, err := a.Desk.CreateTicket(t.Context(), helpdesk.System(), &ticket.Ticket{QueueID: a.Queues["billing"].ID, Title: "hidden",
		Description: new("hidden")}, file("hidden.txt", "hidden"))
	check(t, err)
	return a, mine, thread.ID
}

// hides expects an answer without anything of the foreign ticket.
func (r *answer) hides(t testing.TB) *answer {
	t.Helper()
	if strings.Contains(r.Body.String(), "hidden") {
		t.Errorf("%s tells of a foreign ticket: %s", r.name, clip(r.Body.Bytes()))
	}
	return r
}

func TestAdvisoryUnscopedLists(t *testing.T) {
	t.Parallel()
	a, mine, foreign := newPerQueue(t)
	equal(t, len(a.call(t, "staff", "GET", "/api/tickets/", "").hides(t).list(t)), 1)
	for _, list := range []string{"tickets/?page_size=100", "tickets/?status=1", "followups/", "followups-attachments/",
		"tickets/" + number(mine) + "/history/"} {
		a.call(t, "staff", "GET", "/api/"+list, "").is(t, http.StatusOK, "").hides(t)
	}
	for _, item := range []string{"tickets/" + number(foreign) + "/", "tickets/" + number(foreign) + "/history/", "followups/2/",
		"followups-attachments/1/", "followups-attachments/1/download/"} {
		a.call(t, "staff", "GET", "/api/"+item, "").is(t, http.StatusNotFound, "").hides(t)
	}
}

// TestAdvisoryForeignReferences: naming what one may not see reads like naming
// what is not there.
func TestAdvisoryForeignReferences(t *testing.T) {
	t.Parallel()
	a, mine, foreign := newPerQueue(t)
	ownFollowUp := "/api/followups/1/"
	a.reply(t, &followup.FollowUp{TicketID: mine}, file("a.txt", "x"))
	unchanged := a.unchanged(t)
	for _, c := range []struct{ method, path, field string }{
		{"PATCH", "/api/tickets/" + number(mine) + "/", "merged_to"},
		{"POST", "/api/followups/", "ticket"},
		{"PATCH", ownFollowUp, "ticket"},
	} {
		for _, id := range []int64{foreign, 987654321} {
			a.call(t, "staff", c.method, c.path, `{"`+c.field+`":`+number(id)+`}`).
				is(t, http.StatusBadRequest, `{"`+c.field+`":["Invalid pk \"`+number(id)+`\" - object does not exist."]}`)
		}
	}
	for _, id := range []string{"2", "987654321"} { // 2 is the foreign ticket's
		a.upload(t, "staff", "POST", "/api/followups-attachments/", part{name: "followup", content: id},
			part{name: "file", filename: "x.txt", content: "x"}).
			is(t, http.StatusBadRequest, `{"followup":["Invalid pk \"`+id+`\" - object does not exist."]}`)
		a.call(t, "staff", "PATCH", "/api/followups-attachments/2/", `{"followup":`+id+`}`).
			is(t, http.StatusBadRequest, `{"followup":["Invalid pk \"`+id+`\" - object does not exist."]}`)
		a.call(t, "staff", "POST", "/api/tickets/", `{"title":"x","queue":`+id+`}`).is(t, http.StatusBadRequest, "")
	}
	unchanged()
}

func TestAdvisoryUsersMadeByPlainStaff(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	unchanged := a.unchanged(t)
	for _, as := range []string{"staff", "jane"} {
		a.call(t, as, "POST", "/api/users/", `{"username":"mine","password":"long-enough-9","is_superuser":true}`).is(t,
			http.StatusForbidden, "")
		a.call(t, as, "PATCH", "/api/users/"+number(a.Users[as].ID)+"/", `{"is_superuser":true}`).is(t, http.StatusForbidden, "")
	}
	unchanged()
}

// TestAdvisoryEmptyEMailMatchesNobody: no address has no tickets, and only
// the case of ASCII letters does not tell addresses apart.
func TestAdvisoryEmptyEMailMatchesNobody(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	for _, address := range []string{"", "jane@example.co", "xjane@example.com"} {
		a.ticket(t, func(n *ticket.Ticket) { n.SubmitterEmail = &address; n.Title = "hidden" })
	}
	for _, as := range []string{"restricted", "jane"} {
		a.call(t, as, "GET", "/api/user_tickets/", "").hides(t).is(t, http.StatusOK, `{"count":0,"next":null,"previous":null,"results":[]}`)
		a.call(t, as, "GET", "/api/user_tickets/1/", "").is(t, http.StatusNotFound, "")
	}
}

func TestAdvisoryAuthorsCannotBeSpoofed(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	id := number(a.ticket(t))
	made := a.call(t, "staff", "POST", "/api/followups/",
		`{"ticket":`+id+`,"user":1,"date":"2001-01-01","message_id":"x","email_recipients":["x"]}`).object(t)
	equal(t, made["user"], any(float64(a.Users["staff"].ID)))
	for _, method := range []string{"PUT", "PATCH"} {
		got := a.call(t, "staff", method, "/api/followups/"+number(int64(made["id"].(float64)))+"/", `{"ticket":`+id+`,"user":1}`).is(t,
			http.StatusOK, "").object(t)
		equal(t, got["user"], made["user"])
		equal(t, got["date"], made["date"])
	}
}

func TestAdvisoryStaffOnlyFieldsStayWithStaff(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	a.open(t, "support")
	id := a.ticket(t, func(n *ticket.Ticket) {
		n.SubmitterEmail = new("jane@example.com")
		n.Values = ticket.Values{{Field: a.Fields[13].ID, Text: "hidden"}}
	})
	_, err := a.UpdateTicket(t.Context(), a.Users["staff"], id, func(n *ticket.Ticket) error {
		n.Values.Set(ticket.Value{Field: a.Fields[13].ID, Text: "hidden 2"}) // and so it is in the history
		return nil
	})
	check(t, err)
	a.reply(t, &followup.FollowUp{TicketID: id, Comment: new("hidden")}, file("hidden.txt", "x"))
	path := "/api/user_tickets/" + number(id) + "/"
	a.call(t, "jane", "GET", "/api/user_tickets/", "").is(t, http.StatusOK, "").hides(t)
	a.call(t, "jane", "GET", path, "").is(t, http.StatusOK, "").hides(t)
	a.call(t, "jane", "GET", path+"followups/", "").is(t, http.StatusOK, "").hides(t)
	a.call(t, "jane", "POST", path+"followups/", `{"comment":"x"}`).is(t, http.StatusCreated, "").hides(t)
	a.call(t, "jane", "POST", "/api/user_tickets/", `{"queue":1,"title":"x","custom_secret":"hidden"}`).is(t, http.StatusCreated,
		"").hides(t)
	a.call(t, "staff", "GET", "/api/tickets/"+number(id+1)+"/", "").is(t, http.StatusOK, "").hides(t)
}

func TestAdvisoryHTMLIsNotServedInline(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	id := a.ticket(t)
	f := a.reply(t, &followup.FollowUp{TicketID: id}, file("page", "<script>alert(1)</script>"))
	path := "/api/followups-attachments/" + number(f.Attachments[0].ID) + "/"
	a.call(t, "staff", "PATCH", path, `{"mime_type":"text/html"}`).is(t, http.StatusOK, "")
	a.call(t, "staff", "GET", path+"download/", "").is(t, http.StatusOK, "").
		has(t, "Content-Disposition", "attachment; filename=page").has(t, "X-Content-Type-Options", "nosniff").
		has(t, "Content-Security-Policy", "sandbox; default-src 'none'")
}

// TestAdvisoryFiltersReachNoOtherColumns: keys of a query that another framework
// would look up in the database are ignored.
func TestAdvisoryFiltersReachNoOtherColumns(t *testing.T) {
	t.Parallel()
	a, _, _ := newPerQueue(t)
	want := a.call(t, "staff", "GET", "/api/tickets/", "").Body.String()
	for _, q := range []string{"secret_key__startswith=a", "assigned_to__password__startswith=a", "queue__slug=billing", "id=2",
		"title=hidden", "search=hidden", "limit=9&offset=1", "status__in=1"} {
		a.call(t, "staff", "GET", "/api/tickets/?"+q, "").is(t, http.StatusOK, want)
	}
	const none = `{"count":0,"next":null,"previous":null,"results":[]}`
	a.call(t, "staff", "GET", "/api/tickets/?queue=2", "").is(t, http.StatusOK, none)    // there are some, out of reach
	a.call(t, "staff", "GET", "/api/tickets/?queue=9999", "").is(t, http.StatusOK, none) // there is no such queue
	for _, q := range []string{"ordering=secret_key", "ordering=assigned_to__password", "fields=secret_key"} {
		a.call(t, "staff", "GET", "/api/tickets/?"+q, "").is(t, http.StatusBadRequest, "").hides(t)
	}
	a.call(t, "staff", "GET", "/api/tickets/?status=1)%20OR%20(1=1", "").is(t, http.StatusBadRequest, "").hides(t)
}
