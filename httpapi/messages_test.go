package httpapi_test

import (
	"net/http"
	"strconv"
	"testing"

	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/problem"
)

// TestAHostTranslatesProblems, and those that it has no text for stay English.
func TestAHostTranslatesProblems(t *testing.T) {
	t.Parallel()
	german := func(p problem.Problem) string {
		switch p.Reason {
		case problem.Required:
			return "Bitte ausfüllen."
		case problem.TooLong:
			return "Höchstens " + strconv.FormatInt(p.Limit, 10) + " Zeichen."
		case problem.Taken:
			return "Schon vergeben."
		}
		return ""
	}
	a := newAPI(t, httpapi.Config{Message: german})
	long := make([]byte, 300)
	for i := range long {
		long[i] = 'x'
	}
	for _, c := range []struct{ as, path, body, want string }{
		{"staff", "/api/tickets/", `{"title":"` + string(long) + `"}`, `{"queue":["Bitte ausfüllen."],"title":["Höchstens 200 Zeichen."]}`},
		{"admin", "/api/queues/", `{"title":"x","slug":"support"}`, `{"slug":["Schon vergeben."]}`},
		{"admin", "/api/queues/", `{"title":"","slug":"x"}`, `{"title":["This field may not be blank."]}`},
	} {
		a.call(t, c.as, "POST", c.path, c.body).is(t, http.StatusBadRequest, c.want)
	}
}
