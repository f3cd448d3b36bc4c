package httpapi_test

import (
	"net/http"
	"testing"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// TestHostsGetTheWireFormat that clients get, with links of their own.
func TestHostsGetTheWireFormat(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	f := a.reply(t, &followup.FollowUp{TicketID: a.ticket(t), Comment: new("<c>"), NewStatus: new(ticket.Resolved)}, file("a.txt", "x"))
	thread, err := a.Ticket(t.Context(), a.Users["staff"], f.TicketID)
	check(t, err)
	for _, base := range []string{"http://example.com/api", "http://example.com/api/"} {
		text, err := httpapi.AppendTicket(t.Context(), nil, thread, base)
		check(t, err)
		a.call(t, "staff", "GET", "/api/tickets/"+number(f.TicketID)+"/", "").is(t, http.StatusOK, string(text))
		a.call(t, "staff", "GET", "/api/followups/"+number(f.ID)+"/", "").is(t, http.StatusOK, string(httpapi.AppendFollowUp(nil, f, base)))
	}
	text, err := httpapi.AppendTicket(t.Context(), []byte("x"), nil, "")
	check(t, err)
	equal(t, string(text)+string(httpapi.AppendFollowUp(nil, nil, "")), "xnullnull")
}
