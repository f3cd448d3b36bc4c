package cookbook

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/event"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// fakeChat answers the first messages with some statuses, and keeps the others.
type fakeChat struct {
	statuses []int
	texts    []string
}

func (c *fakeChat) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var message struct{ Text string }
	body, err := io.ReadAll(r.Body)
	if err != nil || r.Method != http.MethodPost || json.Unmarshal(body, &message) != nil {
		w.WriteHeader(http.StatusOK) // a message that is lost
		return
	}
	if len(c.statuses) > 0 {
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(c.statuses[0])
		c.statuses = c.statuses[1:]
		return
	}
	c.texts = append(c.texts, message.Text)
}

func TestChat(t *testing.T) {
	desk, p, chat := newSupport(t), Position{DB: hostDB(t), Name: "chat"}, &fakeChat{}
	server := httptest.NewServer(chat)
	defer server.Close()
	hook := server.URL + "/hook/s3cret"
	newTicket(t, desk, &ticket.Ticket{Title: "Before the recipe", Priority: ticket.Critical})
	if failed := catchUp(t, desk, p, Chat{hook}.Urgent, "ticket.created"); failed != nil {
		t.Fatal(failed)
	}

	newTicket(t, desk, &ticket.Ticket{Title: "Fire & <!channel>", Priority: ticket.Critical})
	newTicket(t, desk, &ticket.Ticket{Title: "Smoke", Priority: ticket.High})
	newTicket(t, desk, &ticket.Ticket{Title: "Water", Priority: ticket.Critical})
	chat.statuses = []int{500, 302, 307, 429}
	if failed := catchUp(t, desk, p, Chat{hook}.Urgent, "ticket.created"); len(failed) != 4 {
		t.Errorf("4 messages are refused: %v", failed)
	}
	newTicket(t, desk, &ticket.Ticket{Title: "After a restart", Priority: ticket.Critical})
	if failed := catchUp(t, desk, p, Chat{hook}.Urgent, "ticket.created"); failed != nil {
		t.Error(failed)
	}
	want := []string{"Urgent ticket 2: Fire &amp; &lt;!channel&gt;", "Urgent ticket 4: Water", "Urgent ticket 5: After a restart"}
	if !slices.Equal(chat.texts, want) {
		t.Errorf("the chat shows %q", chat.texts)
	}

	server.Close()
	e := urgentEvent(t, desk)
	for _, hook := range []string{hook, "http://s3cret\n"} {
		err := Chat{hook}.Urgent(t.Context(), e)
		if err == nil || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("a chat that is not there: %v", err)
		}
	}
}

// urgentEvent is the first event about an urgent ticket.
func urgentEvent(t *testing.T, desk *helpdesk.Desk) *event.Event {
	t.Helper()
	events, _, err := desk.Events(t.Context(), helpdesk.System(), 0, event.Filter{Types: []event.Type{"ticket.created"}}, 1)
	if err != nil || len(events) != 1 {
		t.Fatal(events, err)
	}
	return events[0]
}
