package httpapi_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// step is a request, and the exact answer to it; "" is any body.
type step struct {
	as, method, path, body string
	status                 int
	want                   string
}

func (a *api) play(t testing.TB, steps []step) {
	t.Helper()
	for _, s := range steps {
		contentType := "application/json"
		if s.body != "" && !strings.HasPrefix(s.body, "{") {
			contentType = typeForm
		}
		a.send(t, s.as, s.method, "/api/"+s.path, contentType, s.body).is(t, s.status, s.want)
	}
}

func TestQueues(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	const (
		missing  = `{"slug":["This field is required."],"title":["This field is required."]}`
		taken    = `{"slug":["Queue with this Slug already exists."]}`
		created  = `{"id":3,"title":"Sales","slug":"sales","email_address":null,"allow_public_submission":false,"default_owner":null}`
		replaced = `{"id":3,"title":"Sales 2","slug":"sales","email_address":"s@example.com","allow_public_submission":true,` +
			`"default_owner":2}`
	)
	a.play(t, []step{
		{"admin", "POST", "queues/", "", 400, missing},
		{"admin", "POST", "queues/", `{"title":"","slug":"","email_address":"x","allow_public_submission":"x","default_owner":99}`, 400,
			`{"allow_public_submission":["Must be a valid boolean."],"default_owner":["Invalid pk \"99\" - object does not exist."],` +
				`"email_address":["Enter a valid email address."],"slug":["This field may not be blank."],"title":["This field may ` +
				`not be blank."]}`},
		{"admin", "POST", "queues/", `{"title":"x","slug":"sup port"}`, 400,
			`{"slug":["Enter a valid \"slug\" consisting of letters, numbers, underscores or hyphens."]}`},
		{"admin", "POST", "queues/", `{"title":"x","slug":"support"}`, 400, taken},
		{"admin", "POST", "queues/", `{"title":" Sales ","slug":"sales"}`, 201, created},
		{"staff", "GET", "queues/3/", "", 200, created},
		{"admin", "PATCH", "queues/3/", `{"slug":"billing"}`, 400, taken},
		{"admin", "PATCH", "queues/3/", `{"slug":"sales"}`, 200, created},
		{"admin", "PUT", "queues/3/", `{"title":"x"}`, 400, `{"slug":["This field is required."]}`},
		{"admin", "PUT", "queues/3/",
			`{"title":"Sales 2","slug":"sales","email_address":"s@example.com","allow_public_submission":"on","default_owner":"2"}`, 200,
			replaced},
		{"admin", "PUT", "queues/3/", `{"title":"Sales 2","slug":"sales"}`, 200, replaced}, // absent leaves alone
		{"admin", "PUT", "queues/3/", "title=Sales&slug=sales&email_address=&default_owner=", 200,
			`{"id":3,"title":"Sales","slug":"sales","email_address":"","allow_public_submission":false,"default_owner":null}`},
		{"admin", "PATCH", "queues/3/", `{"email_address":null,"default_owner":null,"id":7}`, 200, created},
		{"staff", "GET", "queues/?page=1&page_size=2", "", 200, ""},
		{"admin", "DELETE", "queues/3/", "", 204, ""},
		{"admin", "DELETE", "queues/3/", "", 404, detail("No Queue matches the given query.")},
		{"staff", "POST", "tickets/", `{"queue":3,"title":"x"}`, 400, `{"queue":["Invalid pk \"3\" - object does not exist."]}`},
		{"staff", "POST", "tickets/", `{"queue":1,"title":"x"}`, 201, ""},
		{"admin", "DELETE", "queues/1/", "", 409, detail("This queue has tickets. Move or delete them first.")},
		{"staff", "DELETE", "queues/2/", "", 403, ""},
		{"staff", "POST", "queues/", `{"title":"x","slug":"x"}`, 403, ""},
	})
}

func TestCustomFields(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	const (
		created = `{"id":15,"name":"size","label":"Size","help_text":"","data_type":"list","max_length":null,"decimal_places":null,` +
			`"list_values":"",` +
			`"empty_selection_list":false,"ordering":0,"required":false,"staff_only":false}`
		full = `{"id":15,"name":"size","label":"Größe","help_text":"cm","data_type":"list","max_length":3,"decimal_places":0,` +
			`"list_values":"S\nM",` +
			`"empty_selection_list":true,"ordering":-5,"required":true,"staff_only":true}`
		typed = "Tickets have values for this field, so its type cannot change. Define a new field instead."
	)
	a.play(t, []step{
		{"admin", "POST", "custom-fields/", "{}", 400,
			`{"data_type":["This field is required."],"label":["This field is required."],"name":["This field is required."]}`},
		{"admin", "POST", "custom-fields/",
			`{"name":"company","label":"","data_type":"colour","max_length":"x","ordering":1.5,"required":null}`, 400,
			`{"data_type":["\"colour\" is not a valid choice."],"label":["This field may not be blank."],"max_length":["A valid ` +
				`integer is required."],"name":["Custom field with this Field Name already exists."],"ordering":["A valid integer is ` +
				`required."],"required":["This field may not be null."]}`},
		{"admin", "POST", "custom-fields/", `{"name":"a b","label":"` + strings.Repeat("x", 31) + `","data_type":"text"}`, 400,
			`{"label":["Ensure this field has no more than 30 characters."],"name":["Enter a valid \"slug\" consisting of letters, ` +
				`numbers, underscores or hyphens."]}`},
		{"admin", "POST", "custom-fields/", `{"name":"size","label":"Size","data_type":"list"}`, 201, created},
		{"admin", "PUT", "custom-fields/15/",
			`{"name":"size","label":"Größe","data_type":"list","help_text":"cm","max_length":3,"decimal_places":"0",` +
				`"list_values":"S\nM","empty_selection_list":true,"ordering":-5,"required":1,"staff_only":"yes"}`, 200, full},
		{"staff", "GET", "custom-fields/15/", "", 200, full},
		{"admin", "PATCH", "custom-fields/15/", `{"name":"company"}`, 400,
			`{"name":["Custom field with this Field Name already exists."]}`},
		{"staff", "POST", "tickets/", `{"queue":1,"title":"x"}`, 400, `{"custom_size":["This field is required."]}`},
		{"staff", "POST", "tickets/", `{"queue":1,"title":"x","custom_size":"XL"}`, 400,
			`{"custom_size":["\"XL\" is not a valid choice."]}`},
		{"staff", "POST", "tickets/", `{"queue":1,"title":"x","custom_size":"M"}`, 201, ""},
		{"admin", "PATCH", "custom-fields/15/", `{"data_type":"text"}`, 409, detail(typed)},
		{"admin", "PATCH", "custom-fields/15/", `{"data_type":"list","required":false}`, 200, ""},
		{"admin", "DELETE", "custom-fields/15/", "", 204, ""},
		{"admin", "GET", "custom-fields/15/", "", 404, detail("No CustomField matches the given query.")},
		{"staff", "PATCH", "tickets/1/", `{"custom_size":"unknown keys are ignored"}`, 200, ""},
		{"staff", "DELETE", "custom-fields/1/", "", 403, ""},
		{"admin", "POST", "custom-fields/", `{"name":"x","label":"x","data_type":"text","max_length":9223372036854775808}`, 400,
			`{"max_length":["Ensure this value is less than or equal to 9223372036854775807."]}`},
		{"admin", "POST", "custom-fields/", `{"name":"x","label":"x","data_type":"text","max_length":-9223372036854775809}`, 400,
			`{"max_length":["Ensure this value is greater than or equal to -9223372036854775808."]}`},
	})
	if _, has := a.call(t, "staff", "GET", "/api/tickets/1/", "").object(t)["custom_size"]; has {
		t.Error("a deleted field is still shown")
	}
}

func TestUsers(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	const created = `{"first_name":"","last_name":"","username":"New","email":"","id":6,"is_staff":true,"is_superuser":false,` +
		`"is_active":true,"email_verified":false}`
	const inUse = "This user wrote or owns something and cannot be deleted. Set is_active to false instead."
	a.play(t, []step{
		{"admin", "POST", "users/", `{"username":"New","password":"long-enough-9","is_staff":true,"id":1}`, 201, created},
		{"staff", "GET", "users/6/", "", 200, created},
		{"admin", "POST", "users/", `{"username":"NEW","password":"long-enough-9","email":"x"}`, 400,
			`{"email":["Enter a valid email address."],"username":["A user with that username already exists."]}`},
		{"admin", "PATCH", "users/6/", `{"username":"STAFF","email":"x"}`, 400,
			`{"email":["Enter a valid email address."],"username":["A user with that username already exists."]}`},
		{"admin", "PATCH", "users/6/",
			`{"first_name":"N","last_name":"E","email":"n@example.com","is_staff":false,"is_superuser":"on","is_active":0}`, 200,
			`{"first_name":"N","last_name":"E","username":"New","email":"n@example.com","id":6,"is_staff":false,"is_superuser":true,` +
				`"is_active":false,"email_verified":true}`},
		{"admin", "PATCH", "users/6/", "is_active=on", 200, ""}, // the other flags stay, in a form as well
		{"admin", "GET", "users/6/", "", 200,
			`{"first_name":"N","last_name":"E","username":"New","email":"n@example.com","id":6,"is_staff":false,"is_superuser":true,` +
				`"is_active":true,"email_verified":true}`},
		{"staff", "PATCH", "users/6/", "{}", 403, ""},
		{"staff", "POST", "users/", "{}", 403, ""},
		{"jane", "GET", "users/", "", 403, ""},
		{"jane", "GET", "users/3/", "", 403, ""},
		{"admin", "PUT", "users/6/", "{}", 405, detail(`Method "PUT" not allowed.`)},
		{"staff", "POST", "tickets/", `{"queue":1,"title":"x","assigned_to":6}`, 201, ""},
		{"admin", "DELETE", "users/6/", "", 409, detail(inUse)},
		{"admin", "DELETE", "users/2/", "", 409, detail(inUse)},
		{"staff", "DELETE", "tickets/1/", "", 204, ""},
		{"admin", "DELETE", "users/6/", "", 204, ""},
		{"admin", "DELETE", "users/6/", "", 404, detail("No User matches the given query.")},
	})
}

func TestMeIsWhoAsks(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	for name, u := range a.Users {
		if !u.Active {
			a.call(t, name, "GET", "/api/users/me/", "").is(t, http.StatusUnauthorized, detail("Invalid username/password."))
			continue
		}
		got := a.call(t, strings.ToUpper(name[:1])+name[1:], "GET", "/api/users/me", "")
		got.is(t, http.StatusUnauthorized, "") // the password is that of another spelling
		me := a.call(t, name, "GET", "/api/users/me", "").is(t, http.StatusOK, "").object(t)
		equal(t, me["id"], any(float64(u.ID)))
		equal(t, me["username"], any(name))
		if _, has := me["password"]; has {
			t.Error("the password is told")
		}
	}
}

func TestDeactivationAndANewPasswordCountAtOnce(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	a.call(t, "staff", "GET", "/api/users/me/", "").is(t, http.StatusOK, "")
	check(t, a.SetPassword(t.Context(), a.Users["admin"], a.Users["staff"].ID, "another-pass-7"))
	a.call(t, "staff", "GET", "/api/users/me/", "").is(t, http.StatusUnauthorized, detail("Invalid username/password."))
	a.call(t, "jane", "GET", "/api/users/me/", "").is(t, http.StatusOK, "")
	a.call(t, "admin", "PATCH", "/api/users/3/", `{"is_active":false}`).is(t, http.StatusOK, "")
	a.call(t, "jane", "GET", "/api/users/me/", "").is(t, http.StatusUnauthorized, detail("Invalid username/password."))
}

func TestTheHistoryOfATicket(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	id := a.ticket(t)
	a.call(t, "admin", "PATCH", "/api/tickets/1/", `{"title":"New","description":null}`).is(t, http.StatusOK, "")
	f := a.reply(t, &followup.FollowUp{TicketID: id, Comment: new("done"), NewStatus: new(ticket.Closed)})
	got := a.call(t, "staff", "GET", "/api/tickets/1/history", "").is(t, http.StatusOK, "").object(t)
	equal(t, got["count"], any(4.0))
	want := []map[string]any{
		{"id": 1.0, "user": 1.0, "field": "Title", "old_value": "Broken", "new_value": "New", "followup": nil},
		{"id": 2.0, "user": 1.0, "field": "Description", "old_value": "", "new_value": nil, "followup": nil},
		{"id": 3.0, "user": 2.0, "field": "Status", "old_value": "Open", "new_value": "Closed", "followup": float64(f.ID)},
		{"id": 4.0, "user": 2.0, "field": "Resolution", "old_value": nil, "new_value": "done", "followup": float64(f.ID)},
	}
	for i, record := range got["results"].([]any) {
		record := record.(map[string]any)
		equal(t, len(record), 7)
		equal(t, dated.MatchString(record["date"].(string)), true)
		for key, value := range want[i] {
			equal(t, record[key], value)
		}
	}
	page := a.call(t, "staff", "GET", "/api/tickets/1/history/?page=2&page_size=1", "").is(t, http.StatusOK, "")
	equal(t, page.list(t)[0], 2)
	equal(t, page.object(t)["next"], any("http://example.com/api/tickets/1/history/?page=3&page_size=1"))
	read := a.call(t, "staff", "GET", "/api/followups/2/", "").object(t)
	equal(t, len(read["ticketchange_set"].([]any)), 2)
}

func TestOwnTicketsShowWhatTheirSubmitterMaySee(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	a.call(t, "staff", "POST", "/api/tickets/",
		`{"queue":2,"title":"x","submitter_email":"jane@example.com","custom_secret":"hush","custom_company":"ACME"}`).is(t, 201, "")
	a.call(t, "staff", "PATCH", "/api/tickets/1/", `{"on_hold":true,"status":3,"due_date":"2026-01-01T00:00:00.5Z"}`).is(t, 200, "")
	got := a.call(t, "jane", "GET", "/api/user_tickets/1/", "").is(t, http.StatusOK, "").object(t)
	for key, want := range map[string]any{
		"ticket": "1 [billing-1]", "id": 1.0, "title": "x", "status": "Resolved - On Hold", "due_date": "2026-01-01T00:00:00.500000Z",
		"submitter": "jane@example.com", "kbitem": "", "custom_company": "ACME",
	} {
		equal(t, got[key], want)
	}
	if _, has := got["custom_secret"]; has {
		t.Error("a field for staff is shown")
	}
	equal(t, string(jsonText(got["queue"])), `{"id":2,"title":"Billing"}`)
	listed := a.call(t, "jane", "GET", "/api/user_tickets/", "").object(t)["results"].([]any)[0]
	equal(t, string(jsonText(listed)), string(jsonText(got)))
	a.call(t, "restricted", "GET", "/api/user_tickets/1/", "").is(t, http.StatusNotFound, detail("No Ticket matches the given query."))
}
