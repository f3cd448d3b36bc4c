package httpapi_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// newLimited serves a desk with limits for requesters, in which jane has a ticket
// and time stands still.
func newLimited(t *testing.T, l helpdesk.Limits) (a *api, answers string) {
	t.Helper()
	book, now := &logbook{}, time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	d := testdesk.New(t, helpdesk.Config{Logger: slog.New(book), Limits: l, Now: func() time.Time { return now }})
	a = serve(d, book, httpapi.Config{})
	id := a.ticket(t, func(n *ticket.Ticket) { n.SubmitterEmail = new("jane@example.com") })
	a.call(t, "admin", "PATCH", "/api/queues/1/", `{"allow_public_submission":true}`).is(t, http.StatusOK, "")
	return a, "/api/user_tickets/" + number(id) + "/followups/"
}

func TestReachedLimitsAreToldInWords(t *testing.T) {
	t.Parallel()
	const answer = `{"comment":"12345"}`
	for _, c := range []struct {
		name   string
		limits helpdesk.Limits
		status int
		retry  string
		detail string
	}{
		{"rate", helpdesk.Limits{CreatesPerMinute: 6, Burst: 2}, 429, "10",
			"You have reached the limit of 6 tickets and answers a minute. Please try again in 10 seconds."},
		{"bytes", helpdesk.Limits{BytesPerDay: 25}, 429, "86400",
			"You have reached the limit of 25 bytes of texts and files a day. Please try again in 86400 seconds."},
		{"answers", helpdesk.Limits{AnswersPerTicket: 2}, 409, "",
			"You have 2 answers on this ticket, which is the limit. Please open another ticket."},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			a, path := newLimited(t, c.limits)
			for range 3 {
				a.call(t, "jane", "POST", path, `{"comment":""}`).is(t, http.StatusBadRequest, "")
			}
			for range 2 {
				a.call(t, "jane", "POST", path, answer).is(t, http.StatusCreated, "")
			}
			if c.name == "bytes" {
				a.upload(t, "jane", "POST", path, part{name: "comment", content: "12345"},
					part{"attachments", "a.txt", "", "1234567890"}).is(t, http.StatusCreated, "")
			}
			unchanged := a.unchanged(t)
			a.call(t, "jane", "POST", path, answer).is(t, c.status, detail(c.detail)).has(t, "Retry-After", c.retry)
			if c.status == http.StatusTooManyRequests {
				a.call(t, "jane", "POST", "/api/user_tickets/", `{"queue":1,"title":"x"}`).is(t, c.status, detail(c.detail))
			}
			unchanged()
			a.call(t, "jane", "GET", path, "").is(t, http.StatusOK, "")
			a.call(t, "staff", "POST", "/api/tickets/", `{"queue":1,"title":"x"}`).is(t, http.StatusCreated, "")
			a.log.is(t)
		})
	}
}

// endless is a body that counts what is read of it.
type endless struct {
	head string
	read int
}

func (e *endless) Read(p []byte) (int, error) {
	n := copy(p, e.head)
	e.head = e.head[n:]
	if n == 0 {
		for i := range p {
			p[i] = 'x'
		}
		n = len(p)
	}
	e.read += n
	return n, nil
}

// TestARequestIsBoundedBeforeItIsRead when it says how long it is, and where it is
// too long otherwise. Staff are bounded by the handler alone.
func TestARequestIsBoundedBeforeItIsRead(t *testing.T) {
	t.Parallel()
	const limit = 1 << 20
	a, path := newLimited(t, helpdesk.Limits{BytesPerRequest: limit})
	tooLarge := detail("The request body is larger than the limit of 1048576 bytes.")
	const boundary = "multipart/form-data; boundary=b"
	head := "--b\r\nContent-Disposition: form-data; name=\"attachments\"; filename=\"a.txt\"\r\n\r\n"
	unchanged := a.unchanged(t)
	for _, length := range []int64{limit + 1, -1} {
		body := &endless{head: head}
		r := httptest.NewRequestWithContext(t.Context(), "POST", path, body)
		r.ContentLength = length
		r.Header.Set("Content-Type", boundary)
		a.do(t, "jane", r).is(t, http.StatusRequestEntityTooLarge, tooLarge)
		if length > 0 && body.read > 0 || body.read > 2*limit {
			t.Errorf("a body of length %d: %d bytes are read", length, body.read)
		}
	}
	unchanged()
	full := head + strings.Repeat("x", limit) + "\r\n--b\r\nContent-Disposition: form-data; name=\"comment\"\r\n\r\nx\r\n--b--\r\n"
	r := httptest.NewRequestWithContext(t.Context(), "POST", "/api/followups/",
		io.MultiReader(strings.NewReader("--b\r\nContent-Disposition: form-data; name=\"ticket\"\r\n\r\n1\r\n"), strings.NewReader(full)))
	r.ContentLength = -1
	r.Header.Set("Content-Type", boundary)
	a.do(t, "staff", r).is(t, http.StatusCreated, "")
}

// TestAnAccountAtItsLimitIsToldBeforeItsFilesAreRead.
func TestAnAccountAtItsLimitIsToldBeforeItsFilesAreRead(t *testing.T) {
	t.Parallel()
	a, path := newLimited(t, helpdesk.Limits{CreatesPerMinute: 1, Burst: 1})
	a.call(t, "jane", "POST", path, `{"comment":"x"}`).is(t, http.StatusCreated, "")
	body := &endless{}
	r := httptest.NewRequestWithContext(t.Context(), "POST", path, body)
	r.Header.Set("Content-Type", "multipart/form-data; boundary=b")
	a.do(t, "jane", r).is(t, http.StatusTooManyRequests, "").has(t, "Retry-After", "60")
	equal(t, body.read, 0)
}
