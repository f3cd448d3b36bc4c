package httpapi_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// lists are the paths of all lists that have something in them.
var lists = []string{
	"/api/tickets/", "/api/tickets/1/history/", "/api/user_tickets/", "/api/user_tickets/1/followups/", "/api/followups/",
	"/api/followups-attachments/", "/api/users/", "/api/groups/", "/api/tokens/", "/api/queues/", "/api/custom-fields/",
}

// newListed serves a desk of which every list has something.
func newListed(t *testing.T, tickets int) *api {
	t.Helper()
	a := newPages(t, httpapi.Config{}, 0)
	id := a.ticket(t, func(n *ticket.Ticket) { n.SubmitterEmail = new("admin@example.com") })
	a.reply(t, &followup.FollowUp{TicketID: id, Comment: new("x"), NewStatus: new(ticket.Closed), Public: true}, file("a.txt", "content"))
	a.call(t, "admin", "POST", "/api/groups/", `{"name":"x"}`).is(t, http.StatusCreated, "")
	a.call(t, "admin", "POST", "/api/tokens/", `{"name":"x"}`).is(t, http.StatusCreated, "")
	for range tickets {
		a.ticket(t)
	}
	return a
}

// observed sends a request as an administrator, and has after called after each
// statement. It reports whether the answer was broken off.
func (a *api) observed(
	t *testing.T, ctx context.Context, method, path, body string, after func(storage.Statement), //nolint:revive // as in testing
) (got *answer, broken bool) {
	t.Helper()
	defer func() {
		if p := recover(); p != nil {
			if p != http.ErrAbortHandler {
				panic(p)
			}
			broken = true
		}
	}()
	ctx = storage.WithObserver(ctx, func(_ context.Context, s storage.Statement) { after(s) })
	r := httptest.NewRequestWithContext(ctx, method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	return a.do(t, "admin", r), false
}

// TestAClientThatLeavesAtAnyTimeIsNobodysError: after each statement of a request
// on each kind of route.
func TestAClientThatLeavesAtAnyTimeIsNobodysError(t *testing.T) {
	t.Parallel()
	a := newListed(t, 12)
	all := []struct{ method, path, body string }{{"POST", "/api/user_tickets/1/followups/", `{"comment":"x"}`}}
	for _, path := range lists {
		all = append(all, struct{ method, path, body string }{"GET", path, ""}, struct{ method, path, body string }{"HEAD", path, ""})
	}
	for _, r := range append(all, requests...) {
		for leave, statements := 1, 1; leave <= statements; leave++ {
			ctx, cancel := context.WithCancel(t.Context())
			statements = 0
			a.observed(t, ctx, r.method, r.path, r.body, func(storage.Statement) {
				if statements++; statements == leave {
					cancel()
				}
			})
			cancel()
			a.log.is(t)
		}
	}
}

// TestAClientThatLeavesALongListIsNobodysError also where a part of it was sent.
func TestAClientThatLeavesALongListIsNobodysError(t *testing.T) {
	t.Parallel()
	a := newPages(t, httpapi.Config{}, 450)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	chunks := 0
	a = a.over(failing{list: func() error {
		if chunks++; chunks == 3 {
			cancel()
		}
		return nil
	}})
	_, broken := a.observed(t, ctx, "GET", "/api/tickets/", "", func(storage.Statement) {})
	equal(t, broken, true)
	a.log.is(t)
}

// TestHeadOfAListReadsNoRows: it counts them, and says so of pages that are not
// there.
func TestHeadOfAListReadsNoRows(t *testing.T) {
	t.Parallel()
	a := newListed(t, 12)
	for _, path := range lists {
		count := func(method string) (queries []string) {
			got, _ := a.observed(t, t.Context(), method, path, "", func(s storage.Statement) { queries = append(queries, s.Query) })
			got.is(t, http.StatusOK, "").has(t, "Content-Type", "application/json")
			if method == http.MethodHead && got.Body.Len() > 0 {
				t.Errorf("%s: a body of %d bytes", path, got.Body.Len())
			}
			return queries
		}
		count(http.MethodGet) // what is cached is there
		head, get := count(http.MethodHead), count(http.MethodGet)
		definitions := path == "/api/custom-fields/" // are few, and read to be counted
		if len(head) >= len(get) && !definitions {
			t.Errorf("%s: HEAD took\n%s\nGET took\n%s", path, strings.Join(head, "\n"), strings.Join(get, "\n"))
		}
		a.call(t, "admin", "HEAD", path+"?page=99&page_size=10", "").is(t, http.StatusNotFound, "")
	}
	a.over(failing{list: func() error { return errBoom }}).call(t, "staff", "HEAD", "/api/tickets/", "").is(t, http.StatusOK, "")
}
