package httpapi_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk/httpapi"
)

// TestRequestersLearnWhatTheirFormNeeds: the queues that they open tickets in, and the
// custom fields that are not for staff only.
func TestRequestersLearnWhatTheirFormNeeds(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{}, "tier")
	queues := "/api/user_tickets/queues/"
	a.call(t, "jane", "GET", queues, "").is(t, http.StatusOK, `{"count":0,"next":null,"previous":null,"results":[]}`)
	a.open(t, "billing")
	billing := number(a.Queues["billing"].ID)
	a.call(t, "jane", "GET", queues, "").is(t, http.StatusOK,
		`{"count":1,"next":null,"previous":null,"results":[`+
			`{"id":`+billing+`,"title":"`+a.Queues["billing"].Title+
			`","slug":"billing"}]}`)
	got := a.call(t, "jane", "GET", "/api/user_tickets/custom-fields/", "").is(t, http.StatusOK, "")
	if all := got.list(t); len(all) != 13 || strings.Contains(got.Body.String(), "secret") || strings.Contains(got.Body.String(), "staff") {
		t.Errorf("got %s", got.Body)
	}
	a.call(t, "jane", "GET", "/api/user_tickets/custom-fields/?page=5&page_size=1", "").is(t, http.StatusOK,
		`{"count":13,"next":"http://example.com/api/user_tickets/custom-fields/?page=6&page_size=1",`+
			`"previous":"http://example.com/api/user_tickets/custom-fields/?page=4&page_size=1",`+
			`"results":[{"id":5,"name":"tier","label":"Tier",`+
			`"help_text":null,"data_type":"list","max_length":null,"decimal_places":null,"list_values":"gold\nsilver\nbronze",`+
			`"empty_selection_list":false,"ordering":4,"required":true}]}`)
	for _, path := range []string{queues, "/api/user_tickets/custom-fields/"} {
		a.call(t, "", "GET", path, "").is(t, http.StatusUnauthorized, "")
		a.call(t, "jane", "POST", path, "{}").is(t, http.StatusMethodNotAllowed, "")
	}
}
