package httpapi_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"testing"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/event"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/storage"
)

// refusing is an API of a host that refuses changes with an error, nil for none.
type refusing struct {
	*api
	err  error
	runs int // how often the host was asked
}

func newRefusing(t *testing.T) *refusing {
	t.Helper()
	book, r := &logbook{}, &refusing{}
	d := testdesk.New(t, helpdesk.Config{Logger: slog.New(book),
		BeforeCommit: func(context.Context, storage.Statements, []*event.Event) error {
			r.runs++
			return r.err
		}})
	r.api = serve(d, book, httpapi.Config{})
	return r
}

// TestAHostRefusesAChange: clients read what the host says is wrong with their values, and
// nothing of errors that they have not caused. Nothing is stored.
func TestAHostRefusesAChange(t *testing.T) {
	t.Parallel()
	r := newRefusing(t)
	opened := r.ticket(t)
	id, note := number(opened), number(r.reply(t, &followup.FollowUp{TicketID: opened}, file("a.txt", "x")).ID)
	contentType, form := form(part{"followup", "", "", note}, part{"file", "b.txt", "text/plain", "text"})
	wrong := problem.Error{"title": {{Reason: problem.NotChoice, Value: "x"}, {Reason: problem.TooLong, Limit: 5}},
		"order": {{Reason: "There are no more orders today."}}}
	cause := errors.New("orders: no route to 10.0.0.7")
	for _, c := range []struct {
		err    error
		status int
		body   string
		logged string // after the method and the path
	}{
		{wrong, http.StatusBadRequest, `{"order":["There are no more orders today."],"title":["\"x\" is not a valid choice.",` +
			`"Ensure this field has no more than 5 characters."]}`, ""},
		{fmt.Errorf("orders: %w", wrong), http.StatusBadRequest, "", ""},
		{fmt.Errorf("orders: %w", helpdesk.ErrForbidden), http.StatusForbidden,
			detail("You do not have permission to perform this action."), ""},
		{helpdesk.ErrConflict, http.StatusConflict, detail("This was changed by somebody else at the same time. Please try again."), ""},
		{cause, http.StatusInternalServerError, detail("Server error."), "orders: no route to 10.0.0.7"},
	} {
		end, unchanged := r.endOfEvents(t), r.unchanged(t)
		for _, q := range []struct{ method, path, contentType, body string }{
			{"POST", "/api/tickets/", "application/json", `{"queue":1,"title":"x","custom_notes":"n"}`},
			{"PATCH", "/api/tickets/" + id + "/", "application/json", `{"title":"y","custom_notes":"n"}`},
			{"DELETE", "/api/tickets/" + id + "/", "", ""},
			{"POST", "/api/followups/", "application/json", `{"ticket":` + id + `,"comment":"x","new_status":3}`},
			{"POST", "/api/followups-attachments/", contentType, form},
			{"DELETE", "/api/followups/" + note + "/", "", ""},
			{"POST", "/api/queues/", "application/json", `{"title":"x","slug":"x"}`},
			{"POST", "/api/tokens/", "application/json", `{"name":"x"}`},
		} {
			r.err, r.runs = c.err, 0
			got := r.send(t, "admin", q.method, q.path, q.contentType, q.body).is(t, c.status, c.body)
			if r.err = nil; r.runs != 1 {
				t.Errorf("%s: the host was asked %d times", got.name, r.runs)
			}
			if c.logged == "" {
				r.log.is(t)
			} else {
				r.log.is(t, "ERROR helpdesk: request failed method="+q.method+" path="+q.path+" error="+c.logged)
			}
		}
		unchanged()
		if found, _ := r.eventsAfter(t, "admin", "/api/events/", end, ""); len(found) > 0 {
			t.Errorf("%v: there are the events %v", c.err, found)
		}
	}
}

// TestARefusedChangeIsTriedAgain: an Idempotency-Key that came with it is not used up.
func TestARefusedChangeIsTriedAgain(t *testing.T) {
	t.Parallel()
	r := newRefusing(t)
	again := func(err error, status int) {
		t.Helper()
		r.err = err
		r.keyed(t, "staff", "a-key", "/api/tickets/", `{"queue":1,"title":"x"}`).is(t, status, "").has(t, "Idempotency-Replayed", "")
	}
	again(errors.New("no route"), http.StatusInternalServerError)
	again(problem.Error{"title": {{Reason: problem.Blank}}}, http.StatusBadRequest)
	again(nil, http.StatusCreated)
}
