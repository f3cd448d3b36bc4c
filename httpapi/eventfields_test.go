package httpapi_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// TestAFeedHasFieldsThatAnotherProcessHasAdded, whatever is cached: a reader does not come
// back to an event.
func TestAFeedHasFieldsThatAnotherProcessHasAdded(t *testing.T) {
	t.Parallel()
	a := serve(testdesk.New(t, helpdesk.Config{CacheTTL: time.Hour}), &logbook{}, httpapi.Config{})
	other, err := helpdesk.New(a.Store, helpdesk.Config{})
	check(t, err)
	for _, feed := range []struct{ as, path string }{{"staff", "/api/events/"}, {"jane", "/api/user_tickets/events/"}} {
		a.call(t, feed.as, "GET", feed.path+"?type=ticket.*", "").is(t, http.StatusOK, "") // caches the fields
		after := a.endOfEvents(t)
		f, err := other.CreateCustomField(t.Context(), helpdesk.System(), &ticket.CustomField{Name: feed.as, Label: "x", Type: ticket.Text})
		check(t, err)
		opened := &ticket.Ticket{QueueID: a.Queues["support"].ID, Title: "x", SubmitterEmail: new("jane@example.com"),
			Values: ticket.Values{{Field: f.ID, Text: "said once"}}}
		_, err = other.CreateTicket(t.Context(), helpdesk.System(), opened)
		check(t, err)
		got := a.call(t, feed.as, "GET", feed.path+"?after="+number(after), "").is(t, http.StatusOK, "").Body.String()
		if !strings.Contains(got, `"custom_`+feed.as+`":"said once"`) {
			t.Errorf("%s: %s", feed.path, got)
		}
	}
}
