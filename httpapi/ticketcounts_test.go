package httpapi_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/ticket"
)

func TestTicketsAreCounted(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	staff := a.Users["staff"].ID
	first := a.ticket(t, func(n *ticket.Ticket) { n.QueueID, n.AssignedTo = 2, &staff })
	created, _, _ := strings.Cut(a.call(t, "staff", "GET", "/api/tickets/"+number(first)+"/", "").object(t)["created"].(string), "T")
	a.ticket(t, func(n *ticket.Ticket) { n.Priority = ticket.Critical })
	a.ticket(t)
	assigned := number(staff)
	for query, want := range map[string]string{
		"":                     `{"results":[{"count":3}]}`,
		"?by=":                 `{"results":[{"count":3}]}`,
		"?queue=9999":          `{"results":[{"count":0}]}`,
		"?by=queue&queue=9999": `{"results":[]}`,
		"?by=queue":            `{"results":[{"queue":1,"count":2},{"queue":2,"count":1}]}`,
		"?by=queue,priority": `{"results":[{"queue":1,"priority":1,"count":1},{"queue":1,"priority":3,"count":1},` +
			`{"queue":2,"priority":3,"count":1}]}`,
		"?by=assigned_to":                     `{"results":[{"assigned_to":` + assigned + `,"count":1},{"assigned_to":null,"count":2}]}`,
		"?by=status&by=status&assigned_to=me": `{"results":[{"status":1,"count":1}]}`,
		"?by=day":                             `{"results":[{"day":"` + created + `","count":3}]}`,
	} {
		a.call(t, "staff", "GET", "/api/tickets/counts/"+query, "").is(t, http.StatusOK, want)
	}
	a.call(t, "staff", "GET", "/api/tickets/counts/?by=colour,status&priority=9", "").
		is(t, http.StatusBadRequest, `{"by":["\"colour\" is not a valid choice."],"priority":["\"9\" is not a valid choice."]}`)
	a.call(t, "staff", "GET", "/api/tickets/counts/?colour=red", "").is(t, http.StatusOK, "").has(t, "Ignored-Parameters", "colour")
	a.call(t, "jane", "GET", "/api/tickets/counts/", "").is(t, http.StatusForbidden, "")
	a.call(t, "", "GET", "/api/tickets/counts/", "").is(t, http.StatusUnauthorized, "")
	a.call(t, "staff", "POST", "/api/tickets/counts/", "{}").is(t, http.StatusMethodNotAllowed, "")
}
