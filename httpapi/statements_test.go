package httpapi_test

import (
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/auth"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// counted is an API that counts its statements but those that begin and end
// transactions. It authenticates without any.
type counted struct {
	*api
	statements []string
}

func newCounted(t testing.TB) *counted {
	t.Helper()
	c := &counted{}
	store := testdesk.OpenStore(t, func(query string) {
		for _, word := range []string{"BEGIN", "START TRANSACTION", "COMMIT", "ROLLBACK"} {
			if strings.HasPrefix(query, word) {
				return
			}
		}
		c.statements = append(c.statements, query)
	})
	book := &logbook{}
	d := testdesk.Over(t, store, helpdesk.Config{Logger: slog.New(book), CacheTTL: -1}) // as if nothing was asked before
	c.api = serve(d, book, httpapi.Config{Authenticator: auth.Func(func(*http.Request) (auth.Identity, error) {
		return auth.Identity{User: d.Users["staff"]}, nil
	})})
	return c
}

// take is how many statements a request takes.
func (c *counted) take(t testing.TB, method, path, body string) int {
	t.Helper()
	c.statements = nil
	if a := c.call(t, "", method, path, body); a.Code >= http.StatusBadRequest {
		a.is(t, http.StatusOK, "")
	}
	return len(c.statements)
}

// fill opens tickets with follow-ups, attachments and history.
func (c *counted) fill(t testing.TB, tickets, followUps int) (last int64) {
	t.Helper()
	for i := range tickets {
		last = c.ticket(t, func(n *ticket.Ticket) {
			n.SubmitterEmail, n.QueueID = new("staff@example.com"), int64(1+i%2)
			n.Values = ticket.Values{{Field: c.Fields[0].ID, Text: "ACME"}}
		})
		for j := range followUps {
			f := &followup.FollowUp{TicketID: last, NewStatus: new(ticket.Status(2 - j%2))}
			c.reply(t, f, file("a.txt", "a"), file("b.txt", "b"))
		}
	}
	return last
}

// TestReadingTakesAConstantNumberOfStatements, however much there is to read.
func TestReadingTakesAConstantNumberOfStatements(t *testing.T) {
	t.Parallel()
	const most = 8
	few, many := newCounted(t), newCounted(t)
	small, large := number(few.fill(t, 1, 1)), number(many.fill(t, 101, 3))
	for _, c := range []struct{ path, small, large string }{
		{"/api/tickets/?page_size=25", "", ""},
		{"/api/tickets/?page_size=100", "", ""},
		{"/api/tickets/?page_size=50&page=2&status=open,reopened", "?page_size=50&status=open,reopened", ""},
		{"/api/tickets/ID/", small, large},
		{"/api/tickets/ID/history/", small, large},
		{"/api/user_tickets/?page_size=100", "", ""},
		{"/api/user_tickets/ID/", small, large},
		{"/api/followups/?page_size=100", "", ""},
		{"/api/followups/2/", "", ""},
		{"/api/followups-attachments/?page_size=100", "", ""},
		{"/api/followups-attachments/1/", "", ""},
		{"/api/users/?page_size=100", "", ""},
		{"/api/queues/?page_size=100", "", ""},
		{"/api/custom-fields/?page_size=100", "", ""},
	} {
		path := strings.Replace(c.path, "ID", c.small, 1)
		if strings.HasPrefix(c.small, "?") {
			path, _, _ = strings.Cut(c.path, "?")
			path += c.small
		}
		a := few.take(t, http.MethodGet, path, "")
		b := many.take(t, http.MethodGet, strings.Replace(c.path, "ID", c.large, 1), "")
		if a != b || a == 0 || b > most {
			t.Errorf("%s: %d statements for little, %d for much:\n%s", c.path, a, b, strings.Join(many.statements, "\n"))
		}
	}
}

// TestWritingTakesAConstantNumberOfStatements, however much is there already.
func TestWritingTakesAConstantNumberOfStatements(t *testing.T) {
	t.Parallel()
	few, many := newCounted(t), newCounted(t)
	small, large := number(few.fill(t, 1, 1)), number(many.fill(t, 10, 10))
	for _, c := range []struct{ method, path, body string }{
		{http.MethodPost, "/api/tickets/", `{"queue":1,"title":"x","custom_company":"a","custom_notes":"b"}`},
		{http.MethodPatch, "/api/tickets/ID/", `{"title":"y","custom_company":"c","custom_notes":"d"}`},
		{http.MethodPost, "/api/followups/", `{"ticket":ID,"comment":"x","new_status":3}`},
		{http.MethodPatch, "/api/followups/2/", `{"comment":"x"}`},
		{http.MethodDelete, "/api/followups/2/", ""},
	} {
		fill := func(s, id string) string { return strings.Replace(s, "ID", id, 1) }
		a := few.take(t, c.method, fill(c.path, small), fill(c.body, small))
		b := many.take(t, c.method, fill(c.path, large), fill(c.body, large))
		if a != b {
			t.Errorf("%s %s: %d statements over little, %d over much", c.method, c.path, a, b)
		}
	}
}

// TestACompleteListIsReadInChunks, each in a constant number of statements.
func TestACompleteListIsReadInChunks(t *testing.T) {
	t.Parallel()
	c := newCounted(t)
	c.fill(t, 401, 1)
	one := c.take(t, http.MethodGet, "/api/tickets/?page_size=100", "")
	all := c.take(t, http.MethodGet, "/api/tickets/", "")
	// A statement for each kind of row and one for the fields; the first few tickets,
	// and twice up to 200; and one for where the list ends.
	const part, parts, end = 6, 3, 1
	if all != one+(parts-1)*part+end {
		t.Errorf("%d statements for 100, %d for 401", one, all)
	}
}
