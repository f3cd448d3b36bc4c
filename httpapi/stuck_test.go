package httpapi_test

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// TestAClientThatStopsReadingIsCutOff: it would keep a connection to the database.
func TestAClientThatStopsReadingIsCutOff(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	text := strings.Repeat("x", 1<<20)
	for range 40 {
		a.ticket(t, func(n *ticket.Ticket) { n.Description = &text })
	}
	a = serve(a.Desk, a.log, httpapi.Config{ClientWait: 50 * time.Millisecond})
	ended := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer close(ended)
		a.ServeHTTP(w, r)
	}))
	defer server.Close()
	client, err := net.Dial("tcp", server.Listener.Addr().String())
	check(t, err)
	defer client.Close()
	r := httptest.NewRequest("GET", "/api/tickets/", nil)
	r.SetBasicAuth("staff", "staff-pass-1")
	_, err = fmt.Fprintf(client, "GET /api/tickets/ HTTP/1.1\r\nHost: x\r\nAuthorization: %s\r\n\r\n", r.Header.Get("Authorization"))
	check(t, err)
	<-ended // though nobody has read a byte
	a.log.is(t)
}
