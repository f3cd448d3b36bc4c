package httpapi_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/go-helpdesk/helpdesk/httpapi"
)

// TestPasswordsAreKeptAsSent, white space around them included, on every way that
// sets one.
func TestPasswordsAreKeptAsSent(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	logsIn := func(password string, want int) {
		t.Helper()
		r := httptest.NewRequestWithContext(t.Context(), "GET", "/api/users/me/", nil)
		r.SetBasicAuth("eve", password)
		a.do(t, "", r).is(t, want, "")
	}
	change := func(old, password string) *answer {
		t.Helper()
		r := httptest.NewRequestWithContext(t.Context(), "POST", "/api/users/me/password/", bytes.NewReader(jsonText(map[string]string{"old_password": old, "new_password": password})))
		r.Header.Set("Content-Type", "application/json")
		r.SetBasicAuth("eve", old)
		return a.do(t, "", r)
	}
	a.call(t, "admin", "POST", "/api/users/", `{"username":"eve","password":"Zebra-91-quilt \t"}`).is(t, http.StatusCreated, "")
	logsIn("Zebra-91-quilt \t", http.StatusOK)
	logsIn("Zebra-91-quilt", http.StatusUnauthorized)
	change("Zebra-91-quilt \t", "\u00a0 Other-77-quilt").is(t, http.StatusNoContent, "")
	logsIn("\u00a0 Other-77-quilt", http.StatusOK)
	logsIn("Other-77-quilt", http.StatusUnauthorized)
	change("\u00a0 Other-77-quilt", " \t ").is(t, http.StatusBadRequest, `{"new_password":["This field may not be blank."]}`)
	a.send(t, "admin", "POST", "/api/users/", typeForm, "username=fay&password=+Zebra-91-quilt").is(t, http.StatusCreated, "")
	r := httptest.NewRequestWithContext(t.Context(), "GET", "/api/users/me/", nil)
	r.SetBasicAuth("fay", " Zebra-91-quilt")
	a.do(t, "", r).is(t, http.StatusOK, "")
}
