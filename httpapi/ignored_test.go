package httpapi_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk/httpapi"
)

// TestUnknownParametersAreIgnoredAndNamed: once each, in the order in which they came,
// with escapes for what does not belong into a header.
func TestUnknownParametersAreIgnoredAndNamed(t *testing.T) {
	t.Parallel()
	a := newPopulated(t, httpapi.Config{})
	for query, want := range map[string]string{
		"":                                  "",
		"page=1&page_size=5&fields=id":      "",
		"colour=1":                          "colour",
		"b=1&a=2&b=3&page=1":                "b, a",
		"Page=1&page[]=2":                   "Page, page%5B%5D",
		"a%0D%0AX:1=2&%22,%C3%A9%00=1&x y=": "a%0D%0AX%3A1, %22%2C%C3%A9%00, x+y",
		"=1":                                "",
		strings.Repeat("x", 501) + "=1":     "...",
		"a=1&" + strings.Repeat("x", 501) + "=1&c=1": "a, ...",
	} {
		query = strings.ReplaceAll(query, " ", "+")
		a.call(t, "staff", "GET", "/api/tickets/?"+query, "").is(t, http.StatusOK, "").has(t, "Ignored-Parameters", want)
	}
	a.call(t, "staff", "GET", "/api/tickets/1/?page=2", "").is(t, http.StatusOK, "").has(t, "Ignored-Parameters", "page")
	a.call(t, "staff", "HEAD", "/api/tickets/?colour=1", "").is(t, http.StatusOK, "").has(t, "Ignored-Parameters", "colour")
	a.call(t, "jane", "GET", "/api/tokens/?user=3&users=4", "").has(t, "Ignored-Parameters", "users")
	a.call(t, "jane", "GET", "/api/users/me/?x=4", "").has(t, "Ignored-Parameters", "x")
	a.call(t, "staff", "POST", "/api/groups/?x=4", "").has(t, "Ignored-Parameters", "")
}

// TestUnknownParametersAreRefusedWhereTheHostIsStrict together with all else that is wrong.
func TestUnknownParametersAreRefusedWhereTheHostIsStrict(t *testing.T) {
	t.Parallel()
	a := newPopulated(t, httpapi.Config{StrictQuery: true})
	const unknown = `"colour":["There is no such parameter."]`
	for _, c := range []struct{ as, path, want string }{
		{"staff", "tickets/?colour=1&colour=2", `{` + unknown + `}`},
		{"staff", "tickets/?colour=1&page=9", `{` + unknown + `}`},
		{"staff", "tickets/?status=9&colour=", `{` + unknown +
			`,"status":["Select a valid choice. 9 is not one of the available choices."]}`},
		{"staff", "tickets/1/?colour", `{` + unknown + `}`},
		{"staff", "tickets/1/history/?colour", `{` + unknown + `}`},
		{"staff", "users/me/?colour", `{` + unknown + `}`},
		{"jane", "tokens/?colour", `{` + unknown + `}`},
	} {
		a.call(t, c.as, "GET", "/api/"+c.path, "").is(t, http.StatusBadRequest, c.want).has(t, "Ignored-Parameters", "")
		a.call(t, c.as, "HEAD", "/api/"+c.path, "").is(t, http.StatusBadRequest, "")
	}
	a.call(t, "staff", "GET", "/api/tickets/?page=1&page_size=3&fields=id&status=1", "").is(t, http.StatusOK, "")
	a.call(t, "staff", "GET", "/api/tickets/77/?colour", "").is(t, http.StatusBadRequest, "")
}
