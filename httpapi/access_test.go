package httpapi_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk/auth"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/ticket"
)

func TestGroups(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	const (
		first = `{"id":1,"name":"First line","users":[2,3],"queues":[1]}`
		bare  = `{"id":1,"name":"Second","users":[2,3],"queues":[]}`
	)
	a.play(t, []step{
		{"admin", "POST", "groups/", "", 400, `{"name":["This field is required."]}`},
		{"admin", "POST", "groups/", `{"name":" ","users":[1,99],"queues":"x"}`, 400,
			`{"name":["This field may not be blank."],"queues":["Expected a list of items but got type \"str\"."],"users":["Invalid ` +
				`pk \"99\" - object does not exist."]}`},
		{"admin", "POST", "groups/", `{"name":"x","users":[true],"queues":null}`, 400,
			`{"queues":["This field may not be null."],"users":["Incorrect type. Expected pk value, received bool."]}`},
		{"admin", "POST", "groups/", `{"name":" First line ","users":[3,"2",3],"queues":[1]}`, 201, first},
		{"admin", "POST", "groups/", `{"name":"First line"}`, 400, `{"name":["Group with this Name already exists."]}`},
		{"staff", "POST", "groups/", `{"name":"x"}`, 403, ""},
		{"staff", "GET", "groups/1/", "", 200, first},
		{"staff", "GET", "groups/", "", 200, `{"count":1,"next":null,"previous":null,"results":[` + first + `]}`},
		{"jane", "GET", "groups/", "", 403, ""},
		{"admin", "PATCH", "groups/1/", `{"name":"Second","queues":[]}`, 200, bare},
		{"admin", "PUT", "groups/1/", `{}`, 400, `{"name":["This field is required."]}`},
		{"admin", "PUT", "groups/1/", "name=Second&users=2&users=3", 200, bare},
		{"admin", "DELETE", "groups/1/", "", 204, ""},
		{"admin", "GET", "groups/1/", "", 404, detail("No Group matches the given query.")},
	})
}

// TestRightsAreGrantedBySuperusers, and managers of users grant none.
func TestRightsAreGrantedBySuperusers(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	const (
		staff = `{"first_name":"","last_name":"","username":"staff","email":"staff@example.com","id":2,"is_staff":true,` +
			`"is_superuser":false,"is_active":true,"email_verified":true`
		granted = staff + `,"permissions":["manage_users"],"queues":[1,2]}`
	)
	a.play(t, []step{
		{"admin", "PATCH", "users/2/", `{"permissions":["fly"],"queues":[9]}`, 400,
			`{"permissions":["\"fly\" is not a valid choice."],"queues":["Invalid pk \"9\" - object does not exist."]}`},
		{"admin", "PATCH", "users/2/", `{"permissions":["manage_users"],"queues":[2,1]}`, 200, granted},
		{"staff", "GET", "users/me/", "", 200, granted},
		{"staff", "PATCH", "users/2/", `{"is_superuser":true,"permissions":["manage_queues"],"queues":[]}`, 200, granted},
		// not theirs to set
		{"staff", "POST", "users/",
			`{"username":"made","password":"long-enough-9","is_staff":true,"permissions":["manage_users"],"queues":[1]}`, 201,
			`{"first_name":"","last_name":"","username":"made","email":"","id":6,"is_staff":false,"is_superuser":false,` +
				`"is_active":true,"email_verified":false}`},
		{"staff", "PATCH", "users/1/", `{"email":"mine@example.com"}`, 403, ""},
		{"staff", "DELETE", "users/1/", "", 403, ""},
		{"staff", "POST", "queues/", `{"title":"x","slug":"x"}`, 403, ""},
		{"admin", "PATCH", "users/2/", `{"permissions":[],"queues":[]}`, 200, staff + "}"},
		{"staff", "POST", "users/", `{"username":"more","password":"long-enough-9"}`, 403, ""},
	})
}

func TestTheLastSuperuserStays(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	last := detail("This is the last active superuser. Make another user one first.")
	a.play(t, []step{
		{"admin", "PATCH", "users/1/", `{"is_superuser":false}`, 409, last},
		{"admin", "PATCH", "users/1/", `{"is_active":false}`, 409, last},
		{"admin", "DELETE", "users/1/", "", 409, last},
		{"admin", "PATCH", "users/5/", `{"is_superuser":true}`, 200, ""}, // not active
		{"admin", "DELETE", "users/1/", "", 409, last},
		{"admin", "PATCH", "users/2/", `{"is_superuser":true}`, 200, ""},
		{"admin", "DELETE", "users/1/", "", 204, ""},
		{"staff", "DELETE", "users/2/", "", 409, last},
	})
}

func TestOnesOwnPassword(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	const wrong = `{"old_password":["Your old password was entered incorrectly. Please enter it again."]}`
	a.play(t, []step{
		{"jane", "POST", "users/me/password/", "", 400,
			`{"new_password":["This field is required."],"old_password":["This field is required."]}`},
		{"jane", "POST", "users/me/password/", `{"old_password":"x","new_password":"another-one-9"}`, 400, wrong},
		{"jane", "POST", "users/me/password/", `{"old_password":"jane-pass-1","new_password":"12345"}`, 400,
			`{"new_password":["This password is too short. It must contain at least 8 characters.","This password is too common.",` +
				`"This password is entirely numeric."]}`},
		{"jane", "GET", "users/me/", "", 200, ""},
		{"jane", "POST", "users/me/password/", `{"old_password":"jane-pass-1","new_password":"another-one-9"}`, 204, ""},
		{"jane", "GET", "users/me/", "", 401, ""},
	})
	r := httptest.NewRequestWithContext(t.Context(), "GET", "/api/users/me/", nil)
	r.SetBasicAuth("jane", "another-one-9")
	a.do(t, "", r).is(t, http.StatusOK, "")
}

// as sends a request with a token.
func (a *api) withToken(t testing.TB, token, method, path, body string) *answer {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+token)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	return a.do(t, "", r)
}

// newTokens serves a desk to passwords and tokens.
func newTokens(t testing.TB) *api {
	t.Helper()
	a := newAPI(t, httpapi.Config{})
	return serve(a.Desk, a.log, httpapi.Config{Authenticator: auth.Chain(auth.Bearer(a.Desk), auth.Basic(a.Desk))})
}

func TestTokens(t *testing.T) {
	t.Parallel()
	a := newTokens(t)
	a.call(t, "", "GET", "/api/tokens/", "").is(t, http.StatusUnauthorized, detail("Authentication credentials were not provided.")).
		has(t, "WWW-Authenticate", `Bearer realm="api", Basic realm="api"`)
	made := a.call(t, "staff", "POST", "/api/tokens/", `{"name":"script"}`).has(t, "Cache-Control", "no-store")
	equal(t, made.id(t), "1")
	secret, _ := made.object(t)["token"].(string)
	if !strings.HasPrefix(secret, "hd_") || len(secret) != 55 {
		t.Fatalf("%s", made.Body)
	}
	a.withToken(t, secret, "GET", "/api/tickets/", "").is(t, http.StatusOK, "")
	a.withToken(t, secret, "POST", "/api/tickets/", `{"queue":1,"title":"x"}`).is(t, http.StatusCreated, "")
	a.withToken(t, secret[:54]+"0", "GET", "/api/tickets/", "").is(t, http.StatusUnauthorized, detail("Invalid token."))
	a.withToken(t, secret, "POST", "/api/tokens/", "").is(t, http.StatusForbidden, "") // it makes no more of its kind
	a.withToken(t, secret, "POST", "/api/users/me/password/", "").is(t, http.StatusForbidden, "")

	listed := a.call(t, "staff", "GET", "/api/tokens/", "").is(t, http.StatusOK, "").Body.String()
	if strings.Contains(listed, secret) || !strings.Contains(listed, `"prefix":"`+secret[:13]+`"`) ||
		strings.Contains(listed, `"last_used":null`) {
		t.Error(listed)
	}
	a.play(t, []step{
		{"staff", "POST", "tokens/", `{"name":"` + strings.Repeat("x", 101) + `","expires":"2001-01-01"}`, 400,
			`{"expires":["This is in the past."],"name":["Ensure this field has no more than 100 characters."]}`},
		{"jane", "GET", "tokens/", "", 200, `{"count":0,"next":null,"previous":null,"results":[]}`},
		{"jane", "GET", "tokens/1/", "", 404, detail("No Token matches the given query.")},
		{"jane", "DELETE", "tokens/1/", "", 404, ""},
		{"jane", "GET", "tokens/?user=2", "", 404, detail("No User matches the given query.")},
		{"jane", "POST", "tokens/?user=2", "", 404, ""},
		{"admin", "GET", "tokens/?user=x", "", 400, ""},
		{"admin", "GET", "tokens/?user=2&page_size=1", "", 200, ""},
		{"admin", "POST", "tokens/?user=99", "", 404, ""},
		{"admin", "POST", "tokens/?user=2", `{"read_only":true}`, 201, ""},
		{"admin", "DELETE", "tokens/1/", "", 204, ""},
	})
	a.withToken(t, secret, "GET", "/api/tickets/", "").is(t, http.StatusUnauthorized, "")
}

func TestAReadOnlyTokenReads(t *testing.T) {
	t.Parallel()
	a := newTokens(t)
	id := number(a.ticket(t))
	secret, _ := a.call(t, "admin", "POST", "/api/tokens/", `{"read_only":true}`).object(t)["token"].(string)
	a.withToken(t, secret, "GET", "/api/tickets/"+id+"/", "").is(t, http.StatusOK, "")
	unchanged := a.unchanged(t) // from here on: the use was written down
	for _, path := range []string{"tickets/", "followups/", "users/", "queues/", "custom-fields/", "groups/", "tokens/", "user_tickets/"} {
		a.withToken(t, secret, "POST", "/api/"+path, "{").is(t, http.StatusForbidden, "")
	}
	a.withToken(t, secret, "DELETE", "/api/tickets/"+id+"/", "").is(t, http.StatusForbidden, "")
	unchanged()
}

// open makes a queue take requests.
func (a *api) open(t testing.TB, queue string) {
	t.Helper()
	_, err := a.UpdateQueue(t.Context(), a.Users["admin"], a.Queues[queue].ID, func(q *ticket.Queue) error {
		q.AllowPublicSubmission, q.DefaultOwner = true, &a.Users["staff"].ID
		return nil
	})
	check(t, err)
}

func TestRequestersOpenTickets(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	a.call(t, "jane", "POST", "/api/user_tickets/", `{"queue":1,"title":"x"}`).is(t, http.StatusMethodNotAllowed, "").has(t, "Allow",
		"GET, HEAD, OPTIONS")
	a.open(t, "support")
	a.call(t, "jane", "GET", "/api/user_tickets/", "").has(t, "Allow", "GET, POST, HEAD, OPTIONS")
	const noQueue = `"queue":["Invalid pk \"2\" - object does not exist."]`
	a.play(t, []step{
		{"", "POST", "user_tickets/", `{"queue":1,"title":"x"}`, 401, ""},
		{"jane", "POST", "user_tickets/", "", 400, `{"queue":["This field is required."],"title":["This field is required."]}`},
		{"jane", "POST", "user_tickets/", `{"queue":2,"title":" ","priority":9}`, 400,
			`{"priority":["\"9\" is not a valid choice."],` + noQueue + `,"title":["This field may not be blank."]}`},
		{"jane", "POST", "user_tickets/", `{"queue":2,"title":"x"}`, 400, `{` + noQueue + `}`},
		{"restricted", "POST", "user_tickets/", `{"queue":1,"title":"x"}`, 400,
			`{"submitter_email":["Your account has no verified e-mail address, so you could not see this ticket again."]}`},
	})
	made := a.upload(t, "jane", "POST", "/api/user_tickets/", part{name: "queue", content: "1"}, part{name: "title", content: "Broken"},
		part{name: "custom_secret", content: "x"},
		part{name: "custom_tier", content: "gold"}, part{name: "submitter_email", content: "staff@example.com"},
		part{name: "assigned_to", content: "1"}, part{name: "attachment", filename: "a.txt", content: "content"})
	equal(t, made.id(t), "1")
	got := made.object(t)
	if got["submitter"] != "jane@example.com" || got["custom_tier"] != "gold" || strings.Contains(made.Body.String(), "secret\":\"x") {
		t.Errorf("%s", made.Body)
	}
	a.call(t, "jane", "GET", "/api/user_tickets/1/", "").is(t, http.StatusOK, made.Body.String())
	seen := a.call(t, "staff", "GET", "/api/tickets/1/", "").object(t)
	equal(t, seen["assigned_to"], any(float64(2)))
	equal(t, seen["custom_secret"], any(""))
}

func TestRequestersReadAndAnswerTheirTickets(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	id := a.ticket(t, func(n *ticket.Ticket) { n.SubmitterEmail = new("jane@example.com") })
	other := a.ticket(t)
	a.reply(t, &followup.FollowUp{TicketID: id, Comment: new("private note")}, file("private.txt", "private content"))
	a.reply(t, &followup.FollowUp{TicketID: id, Comment: new("solved"), Public: true, NewStatus: new(ticket.Resolved),
		TimeSpent: new(followup.TimeSpent(90))}, file("public.txt", "public content"))
	path := "/api/user_tickets/" + number(id)
	read := a.call(t, "jane", "GET", path+"/followups/", "").is(t, http.StatusOK, "")
	for _, secret := range []string{"private", "time_spent", "email_recipients", "ticketchange_set", "staff@"} {
		if strings.Contains(read.Body.String(), secret) {
			t.Errorf("%q in %s", secret, read.Body)
		}
	}
	equal(t, len(read.list(t)), 2)

	answer := a.upload(t, "jane", "POST", path+"/followups/", part{name: "comment", content: "it is not, see #" + number(other)},
		part{name: "attachments", filename: "b.txt", content: "b"}).
		is(t, http.StatusCreated, "").object(t)
	equal(t, answer["user"], any("jane"))
	equal(t, answer["new_status"], any("Reopened"))
	a.call(t, "staff", "GET", "/api/tickets/"+number(other)+"/", "").is(t, http.StatusOK, "")
	if got := a.call(t, "staff", "GET", "/api/tickets/"+number(other)+"/", "").Body.String(); strings.Contains(got, "Referenced") {
		t.Errorf("a requester reached another's ticket: %s", got)
	}
	url := answer["followupattachment_set"].([]any)[0].(map[string]any)["file"].(string)
	a.call(t, "jane", "GET", url, "").is(t, http.StatusOK, "b").has(t, "Content-Disposition", "attachment; filename=b.txt")
	for _, c := range []struct {
		as, path string
		status   int
	}{
		{"jane", path + "/attachments/1/download/", 404}, // on a private note
		{"jane", path + "/attachments/2/download/", 200},
		{"jane", "/api/user_tickets/" + number(other) + "/attachments/2/download/", 404},
		{"jane", path + "/attachments/x/download/", 404},
		{"restricted", path + "/attachments/2/download/", 404},
		{"restricted", path + "/followups/", 404},
	} {
		a.call(t, c.as, "GET", c.path, "").is(t, c.status, "")
	}
	unchanged := a.unchanged(t)
	a.call(t, "jane", "POST", path+"/followups/", `{"comment":" "}`).is(t, http.StatusBadRequest,
		`{"comment":["This field may not be blank."]}`)
	a.call(t, "jane", "POST", path+"/followups/", `{"attachments":["x"]}`).is(t, http.StatusBadRequest,
		`{"attachments":{"0":["The submitted data was not a file. Check the encoding type on the form."]},"comment":["This field is `+
			`required."]}`)
	a.call(t, "restricted", "POST", path+"/followups/", `{"comment":"x"}`).is(t, http.StatusNotFound, "")
	unchanged()
}
