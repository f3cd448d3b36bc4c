package httpapi_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/auth"
	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/user"
)

// login is the status that a user gets with a password.
func (a *api) login(t testing.TB, username, password string) int {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), "GET", "/api/users/me/", nil)
	r.SetBasicAuth(username, password)
	return a.do(t, "", r).Code
}

func TestPasswordsAreKeptAsSent(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	a.play(t, []step{
		{"admin", "POST", "users/", `{"username":"eve","password":"Zebra-91-quilt "}`, 201, ""},
		{"admin", "POST", "users/", `{"username":"adam","password":" \t\u00a0 "}`, 400, `{"password":["This field may not be blank."]}`},
		{"admin", "PATCH", "users/6/", `{"password":"   "}`, 400, `{"password":["This field may not be blank."]}`},
		{"admin", "PATCH", "users/6/", `{"password":null,"email":"x"}`, 400,
			`{"email":["Enter a valid email address."],"password":["This field may not be null."]}`},
		{"admin", "PATCH", "users/6/", `{"password":"12345678","first_name":"E."}`, 400, ""},
	})
	for password, want := range map[string]int{"Zebra-91-quilt ": 200, "Zebra-91-quilt": 401} {
		if got := a.login(t, "eve", password); got != want {
			t.Errorf("with %q: %d, want %d", password, got, want)
		}
	}
	a.play(t, []step{{"admin", "PATCH", "users/6/", `{"password":" Other-Zebra-77","first_name":"E."}`, 200,
		`{"first_name":"E.","last_name":"","username":"eve","email":"","id":6,"is_staff":false,"is_superuser":false,"is_active":true,` +
			`"email_verified":false}`}})
	for password, want := range map[string]int{" Other-Zebra-77": 200, "Other-Zebra-77": 401, "Zebra-91-quilt ": 401} {
		if got := a.login(t, "eve", password); got != want {
			t.Errorf("with %q: %d, want %d", password, got, want)
		}
	}
	a.play(t, []step{
		{"jane", "POST", "users/me/password/", `{"old_password":" jane-pass-1","new_password":"Zebra-91-quilt"}`, 400,
			`{"old_password":["Your old password was entered incorrectly. Please enter it again."]}`},
		{"jane", "POST", "users/me/password/", `{"old_password":"jane-pass-1","new_password":"  Zebra-91-quilt"}`, 204, ""},
	})
	for password, want := range map[string]int{"  Zebra-91-quilt": 200, "Zebra-91-quilt": 401} {
		if got := a.login(t, "jane", password); got != want {
			t.Errorf("with %q: %d, want %d", password, got, want)
		}
	}
}

func TestAPasswordIsRefusedAndNeverIgnored(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	may := []helpdesk.Permission{helpdesk.ManageUsers}
	_, err := a.CreateUser(t.Context(), helpdesk.System(), &user.User{Username: "manager", Active: true, Staff: true, Permissions: may},
		testdesk.Password("manager"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.ExternalUser(t.Context(), &user.External{ID: "17", Username: "host"}); err != nil {
		t.Fatal(err)
	}
	unchanged := a.unchanged(t)
	const forbidden = "You do not have permission to perform this action."
	for _, s := range []step{
		{"manager", "PATCH", "users/2/", `{"password":"Other-Zebra-77"}`, 403, detail(forbidden)}, // staff
		{"manager", "PATCH", "users/6/", `{"password":"Other-Zebra-77"}`, 403, detail(forbidden)}, // themselves
		{"manager", "PATCH", "users/1/", `{"password":"Other-Zebra-77"}`, 403, detail(forbidden)},
		{"admin", "PATCH", "users/7/", `{"password":"Other-Zebra-77"}`, 403, detail(forbidden)}, // the host's
		{"admin", "PATCH", "users/7/", `{"password":""}`, 403, detail(forbidden)},
	} {
		a.play(t, []step{s})
	}
	unchanged()
	a.play(t, []step{{"manager", "PATCH", "users/3/", `{"password":"Other-Zebra-77"}`, 200, ""}})
	if got := a.login(t, "jane", "Other-Zebra-77"); got != http.StatusOK {
		t.Errorf("the new password: %d", got)
	}
}

func TestASuperuserConfirmsAnAddress(t *testing.T) {
	t.Parallel()
	book := &logbook{}
	perQueue := helpdesk.Config{Logger: slog.New(book), Policy: helpdesk.DefaultPolicy{PerQueue: true}}
	a := serve(testdesk.New(t, perQueue), book, httpapi.Config{})
	may := []helpdesk.Permission{helpdesk.ManageUsers}
	if _, err := a.CreateUser(t.Context(), helpdesk.System(),
		&user.User{Username: "manager", Active: true, Staff: true, Permissions: may}, testdesk.Password("manager")); err != nil {
		t.Fatal(err)
	}
	const (
		unverified = `{"first_name":"","last_name":"","username":"manager","email":"jane@example.com","id":6,"is_staff":true,` +
			`"is_superuser":false,"is_active":true,"email_verified":false,"permissions":["manage_users"]}`
		confirmed = `{"first_name":"","last_name":"","username":"manager","email":"jane@example.com","id":6,"is_staff":true,` +
			`"is_superuser":false,"is_active":true,"email_verified":true,"permissions":["manage_users"]}`
	)
	a.play(t, []step{
		{"admin", "POST", "tickets/", `{"queue":1,"title":"Secret","submitter_email":"jane@example.com"}`, 201, ""},
		{"manager", "PATCH", "users/6/", `{"email":"jane@example.com"}`, 200, unverified},
		{"manager", "PATCH", "users/6/", `{"email_verified":true}`, 200, unverified},
		{"manager", "GET", "user_tickets/", "", 200, `{"count":0,"next":null,"previous":null,"results":[]}`},
		{"admin", "PATCH", "users/6/", `{"email_verified":"maybe"}`, 400, `{"email_verified":["Must be a valid boolean."]}`},
		{"admin", "PATCH", "users/6/", `{"email_verified":true}`, 200, confirmed},
	})
	if n := a.call(t, "manager", "GET", "/api/user_tickets/", "").object(t)["count"]; n != 1.0 {
		t.Errorf("%v tickets, want 1", n)
	}
	a.play(t, []step{
		{"manager", "PATCH", "users/3/", `{"password":"Other-Zebra-77"}`, 403, ""},
		{"admin", "PATCH", "users/3/", `{"password":"Other-Zebra-77"}`, 200, ""},
	})
}

// TestGuessesAtAnOldPasswordAreThrottled as those of a login are, and by the
// client's own address behind a proxy.
func TestGuessesAtAnOldPasswordAreThrottled(t *testing.T) {
	t.Parallel()
	const header = "X-Real-Ip"
	a := newAPI(t, httpapi.Config{})
	a = serve(a.Desk, a.log, httpapi.Config{
		ClientAddress: func(r *http.Request) string { return r.Header.Get(header) },
		Authenticator: auth.Chain(auth.Basic(a.Desk), auth.Func(func(*http.Request) (auth.Identity, error) {
			return auth.Identity{User: a.Users["jane"]}, nil
		})),
	})
	from := func(address, as, method, path, body string) *answer {
		r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
		r.Header.Set(header, address)
		r.Header.Set("Content-Type", "application/json")
		return a.do(t, as, r)
	}
	from("198.51.100.7", "jane", "GET", "/api/users/me/", "").is(t, http.StatusOK, "") // known from now on
	guess := func(address string) (checked int) {
		for i := range 100 {
			body := fmt.Sprintf(`{"old_password":"guess %d","new_password":"Zebra-91-quilt"}`, i)
			switch w := from(address, "", "POST", "/api/users/me/password/", body); w.Code {
			case http.StatusBadRequest:
				checked++
			case http.StatusTooManyRequests:
				if w.Header().Get("Retry-After") == "" {
					t.Error("no Retry-After")
				}
			default:
				t.Errorf("answer %d %s", w.Code, w.Body)
			}
		}
		return checked
	}
	if n := guess("203.0.113.5"); n < 20 || n > 60 { // a slow machine gives more time
		t.Errorf("%d guesses of a hundred were checked", n)
	}
	from("203.0.113.6", "jane", "GET", "/api/users/me/", "").is(t, http.StatusTooManyRequests, "")
	const change = `{"old_password":"jane-pass-1","new_password":"Zebra-91-quilt"}`
	from("203.0.113.5", "", "POST", "/api/users/me/password/", change).is(t, http.StatusTooManyRequests, "")
	from("198.51.100.7", "", "POST", "/api/users/me/password/", change).is(t, http.StatusNoContent, "")
}
