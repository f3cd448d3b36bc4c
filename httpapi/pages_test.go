package httpapi_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// newPages serves so many tickets, of which every third is closed.
func newPages(t testing.TB, c httpapi.Config, n int) *api {
	t.Helper()
	a := newAPI(t, c)
	check(t, a.Store.Update(t.Context(), func(tx storage.Tx) error {
		for i := range n {
			row := &ticket.Ticket{QueueID: 1, Title: "x", Status: ticket.Open, Priority: ticket.Normal, Created: time.Unix(0, 0),
				Modified: time.Unix(0, 0)}
			if i%3 == 2 {
				row.Status = ticket.Closed
			}
			if err := tx.Tickets().Insert(t.Context(), row, nil); err != nil {
				return err
			}
		}
		return nil
	}))
	return a
}

const tickets = "/api/tickets/"

// TestPagesOfAList asks for parts of 60 tickets with the ids 1 to 60.
func TestPagesOfAList(t *testing.T) {
	t.Parallel()
	const link = "http://example.com/api/tickets/?"
	a := newPages(t, httpapi.Config{}, 60)
	for _, c := range []struct {
		query          string
		from, to       int64
		next, previous string
	}{
		{"", 1, 60, "", ""},
		{"?", 1, 60, "", ""},
		{"?PAGE=2&page[]=2", 1, 60, "", ""},
		{"?page=1", 1, 25, "page=2", ""},
		{"?page=", 1, 25, "page=2", ""},
		{"?page", 1, 25, "page=2", ""},
		{"?page=2", 26, 50, "page=3", "page=1"},
		{"?page=3", 51, 60, "", "page=2"},
		{"?page=last", 51, 60, "", "page=2"},
		{"?page=002", 26, 50, "page=3", "page=1"},
		{"?page=9&page=2", 26, 50, "page=3", "page=1"},
		{"?page_size=10", 1, 10, "page=2&page_size=10", ""},
		{"?page_size=10&page=2", 11, 20, "page=3&page_size=10", "page_size=10"},
		{"?page_size=10&page=3", 21, 30, "page=4&page_size=10", "page=2&page_size=10"},
		{"?page_size=10&page=6", 51, 60, "", "page=5&page_size=10"},
		{"?page_size=010&page=2", 11, 20, "page=3&page_size=010", "page_size=010"},
		{"?page_size=60", 1, 60, "", ""},
		{"?page_size=59", 1, 59, "page=2&page_size=59", ""},
		{"?page_size=99999999999999999999999999", 1, 60, "", ""},
		{"?page_size=9223372036854775807", 1, 60, "", ""},
		{"?page_size=0", 1, 25, "page=2&page_size=0", ""},
		{"?page_size=", 1, 25, "page=2&page_size=", ""},
		{"?page_size=x&page=2", 26, 50, "page=3&page_size=x", "page_size=x"},
		{"?page_size=-1", 1, 25, "page=2&page_size=-1", ""},
		{"?page_size=%2B5", 1, 25, "page=2&page_size=%2B5", ""},
		{"?page_size=1.0", 1, 25, "page=2&page_size=1.0", ""},
		{"?page_size=%D9%A3", 1, 25, "page=2&page_size=%D9%A3", ""},
		{"?page_size=5&page_size=10", 1, 10, "page=2&page_size=5&page_size=10", ""},
		{"?z=1&page=2&a=%20b&z=0&=5&c", 26, 50, "=5&a=+b&c=&page=3&z=1&z=0", "=5&a=+b&c=&page=1&z=1&z=0"},
		{"?page=2&q=~*,/;%zz%FF", 26, 50, "page=3&q=~%2A%2C%2F%3B%25zz%EF%BF%BD", "page=1&q=~%2A%2C%2F%3B%25zz%EF%BF%BD"},
	} {
		r := httptest.NewRequestWithContext(t.Context(), "GET", tickets, nil)
		r.URL.RawQuery = strings.TrimPrefix(c.query, "?")
		got := a.do(t, "staff", r).is(t, http.StatusOK, "")
		list, ids := got.object(t), got.list(t)
		if len(ids) == 0 || ids[0] != c.from || ids[len(ids)-1] != c.to || int64(len(ids)) != c.to-c.from+1 || list["count"] != 60.0 {
			t.Errorf("%s: count %v, got %v", c.query, list["count"], ids)
		}
		for key, query := range map[string]string{"next": c.next, "previous": c.previous} {
			var want any
			if query != "" {
				want = link + query
			}
			if list[key] != want {
				t.Errorf("%s: %s %v, want %v", c.query, key, list[key], want)
			}
		}
	}
}

func TestAPageThatIsNotThereIsInvalid(t *testing.T) {
	t.Parallel()
	a := newPages(t, httpapi.Config{}, 60)
	for _, query := range []string{
		"page=0", "page=4", "page=-1", "page=%2B1", "page=1.0", "page=x", "page=LAST", "page=1%20", "page=%D9%A1",
		"page=99999999999999999999999999",
		"page=2&page_size=60", "page=9223372036854775807&page_size=9223372036854775807", "page=1&page=0", "page=%00",
	} {
		a.call(t, "staff", "GET", tickets+"?"+query, "").is(t, http.StatusNotFound, detail("Invalid page.")).has(t, "Allow",
			"GET, POST, HEAD, OPTIONS")
	}
}

func TestAnEmptyListHasOnePage(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	const empty = `{"count":0,"next":null,"previous":null,"results":[]}`
	for _, path := range []string{"tickets", "user_tickets", "followups", "followups-attachments"} {
		for _, query := range []string{"", "?page=1", "?page=last", "?page_size=1"} {
			a.call(t, "staff", "GET", "/api/"+path+"/"+query, "").is(t, http.StatusOK, empty)
		}
		a.call(t, "staff", "GET", "/api/"+path+"/?page=2", "").is(t, http.StatusNotFound, detail("Invalid page."))
	}
}

// TestAHostsPageSizeHoldsWhereAClientAsksForNone.
func TestAHostsPageSizeHoldsWhereAClientAsksForNone(t *testing.T) {
	t.Parallel()
	a := newPages(t, httpapi.Config{PageSize: 7}, 30)
	for query, last := range map[string]int64{"": 7, "?page=2": 14, "?page=": 7, "?page_size=5": 5, "?page_size=0": 25,
		"?page_size=x": 25, "?page=last": 30} {
		ids := a.call(t, "staff", "GET", tickets+query, "").is(t, http.StatusOK, "").list(t)
		if got := ids[len(ids)-1]; got != last {
			t.Errorf("%q ends with %d, want %d", query, got, last)
		}
	}
	equal(t, a.call(t, "staff", "GET", tickets, "").object(t)["next"], any("http://example.com/api/tickets/?page=2"))
	equal(t, a.call(t, "staff", "GET", tickets+"?page=2", "").object(t)["previous"], any("http://example.com/api/tickets/?page=1"))
}

func TestTicketsAreFilteredByStatus(t *testing.T) {
	t.Parallel()
	a := newPages(t, httpapi.Config{}, 6) // 3 and 6 are closed
	open, closed, all := []int64{1, 2, 4, 5}, []int64{3, 6}, []int64{1, 2, 3, 4, 5, 6}
	for query, want := range map[string][]int64{
		"status=1": open, "status=4": closed, "status=Closed": closed, "status=cLOSED": closed, "status=1,4": all, "status=4,Open": all,
		"status=,4,,": closed,
		"status=":     all, "status": all, "status=,": all, "status=2": nil, "status=3,5": nil, "status=9&status=4": closed,
		"status=4&status=": all,
		"STATUS=4":         all, "status=4&page=1&page_size=1": {3},
	} {
		if got := a.call(t, "staff", "GET", tickets+"?"+query, "").is(t, http.StatusOK, "").list(t); !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", query, got, want)
		}
	}
	next := a.call(t, "staff", "GET", tickets+"?status=closed,1&page_size=2", "").object(t)["next"]
	equal(t, next, any("http://example.com/api/tickets/?page=2&page_size=2&status=closed%2C1"))
}

func TestAStatusThatIsNoneIsSaid(t *testing.T) {
	t.Parallel()
	a := newPages(t, httpapi.Config{}, 1)
	for query, named := range map[string]string{
		"status=9": "9", "status=0": "0", "status=03": "03", "status=%2B1": "+1", "status=+1": " 1", "status=open,%20closed": " closed",
		"status=7,8":                    "7",
		"status=Closed%20-%20On%20Hold": "Closed - On Hold", "status=1.0": "1.0", "status=%D9%A3": "٣",
		"status=99999999999999999999": "99999999999999999999",
	} {
		want := `{"status":["Select a valid choice. ` + named + ` is not one of the available choices."]}`
		a.call(t, "staff", "GET", tickets+"?"+query+"&page=99", "").is(t, http.StatusBadRequest, want)
		a.call(t, "staff", "GET", "/api/user_tickets/?"+query+"&page=99", "").is(t, http.StatusBadRequest, want)
	}
	for _, path := range []string{"followups", "followups-attachments", "users", "queues", "custom-fields",
		"tickets/1/history"} {
		a.call(t, "staff", "GET", "/api/"+path+"/?status=9", "").is(t, http.StatusOK, "")
	}
}

func TestIDsInPaths(t *testing.T) {
	t.Parallel()
	a := newPages(t, httpapi.Config{}, 1)
	for id, want := range map[string]string{
		"1": "", "01": "", "%31": "", strings.Repeat("0", 300) + "1": "",
		"2": "No Ticket matches the given query.", "0": "No Ticket matches the given query.",
		"987654321987654321":     "No Ticket matches the given query.",
		strings.Repeat("9", 300): "No Ticket matches the given query.",
		"x":                      "Not found.", "+1": "Not found.", "-1": "Not found.", "1.0": "Not found.", "%201": "Not found.",
		"1%0a": "Not found.", "%D9%A1": "Not found.",
		"1x": "Not found.", "0x1": "Not found.", "me": "Not found.", "%00": "Not found.",
	} {
		for _, method := range []string{"GET", "PATCH", "PUT", "DELETE"} {
			if want == "" && method != "GET" {
				continue
			}
			got := a.call(t, "staff", method, "/api/tickets/"+id+"/", "")
			if want == "" {
				got.is(t, http.StatusOK, "")
				continue
			}
			got.is(t, http.StatusNotFound, detail(want)).has(t, "Allow", "GET, PUT, PATCH, DELETE, HEAD, OPTIONS")
		}
	}
}

func TestEveryKindOfObjectIsMissedByItsName(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	for path, model := range map[string]string{
		"tickets/9/": "Ticket", "tickets/9/history/": "Ticket", "user_tickets/9/": "Ticket", "followups/9/": "FollowUp",
		"followups-attachments/9/": "FollowUpAttachment", "followups-attachments/9/download/": "FollowUpAttachment",
		"users/99/": "User", "queues/9/": "Queue", "custom-fields/99/": "CustomField",
	} {
		a.call(t, "admin", "GET", "/api/"+path, "").is(t, http.StatusNotFound, detail("No "+model+" matches the given query."))
	}
}
