package httpapi_test

import (
	"net/http"
	"testing"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// TestTagsTellNobodyOfNewPasswords except who may set them, and the user.
func TestTagsTellNobodyOfNewPasswords(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	path := "/api/users/" + number(a.Users["admin"].ID) + "/"
	seen := func() (staff, admin string) {
		return a.call(t, "staff", "GET", path, "").tagged(t), a.call(t, "admin", "GET", path, "").tagged(t)
	}
	staff, admin := seen()
	before := a.Users["admin"]
	check(t, a.SetPassword(t.Context(), helpdesk.System(), before.ID, "another-pass-9"))
	check(t, a.SetPassword(t.Context(), helpdesk.System(), before.ID, "admin-pass-1"))
	staffNow, adminNow := seen()
	equal(t, staffNow, staff)
	if adminNow == admin {
		t.Error("the superuser's tag stayed")
	}
	a.call(t, "admin", "PATCH", path, `{"first_name":"Other"}`).is(t, http.StatusOK, "")
	if other, _ := seen(); other == staff {
		t.Error("a new name kept the tag")
	}
}

// TestIfMatchDoesNotFindWhatIsHidden: an object that the account may not see is answered like
// one that is not there, byte for byte, whatever the headers guess.
func TestIfMatchDoesNotFindWhatIsHidden(t *testing.T) {
	t.Parallel()
	for _, required := range []bool{false, true} {
		a, _, foreign := newPerQueue(t)
		token := a.call(t, "jane", "POST", "/api/tokens/", `{"name":"t"}`).id(t)
		strict := serve(a.Desk, a.log, httpapi.Config{RequireIfMatch: required})
		for _, c := range []struct{ owner, list, id string }{
			{"admin", "tickets", number(foreign)},
			{"admin", "followups", "2"},
			{"admin", "followups-attachments", "1"},
			{"jane", "tokens", token},
		} {
			tag := strict.call(t, c.owner, "GET", "/api/"+c.list+"/"+c.id+"/", "").is(t, http.StatusOK, "").tagged(t)
			methods := []string{"GET", "PATCH", "PUT", "DELETE"}
			if c.list == "tokens" {
				methods = []string{"GET", "DELETE"}
			}
			for _, method := range methods {
				for _, sent := range []string{"", "*", tag, otherTag} {
					name := "If-Match"
					if method == "GET" {
						name = "If-None-Match"
					}
					missing := strict.with(t, name, sent, "staff", method, "/api/"+c.list+"/98765/", "").is(t, http.StatusNotFound, "")
					got := strict.with(t, name, sent, "staff", method, "/api/"+c.list+"/"+c.id+"/", "")
					got.is(t, http.StatusNotFound, missing.Body.String()).untagged(t)
					equal(t, string(jsonText(got.Header())), string(jsonText(missing.Header())))
				}
			}
		}
	}
}

// TestARequestersTagTellsNothingOfStaff: what staff write among themselves changes no tag of
// the requester, and what the requester sees does.
func TestARequestersTagTellsNothingOfStaff(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	id := a.ticket(t, func(n *ticket.Ticket) { n.SubmitterEmail = new("jane@example.com") })
	own, staffs := "/api/user_tickets/"+number(id)+"/", "/api/tickets/"+number(id)+"/"
	tag := a.call(t, "jane", "GET", own, "").tagged(t)
	a.reply(t, &followup.FollowUp{TicketID: id, Comment: new("private")}, file("a.txt", "x"))
	for _, change := range []string{`{"priority":1}`, `{"assigned_to":2}`, `{"resolution":"x"}`, `{"custom_secret":"x"}`} {
		a.call(t, "staff", "PATCH", staffs, change).is(t, http.StatusOK, "")
	}
	const hidden = `{"name":"new","label":"New","data_type":"text","staff_only":true}`
	a.call(t, "admin", "POST", "/api/custom-fields/", hidden).is(t, http.StatusCreated, "")
	a.with(t, "If-None-Match", tag, "jane", "GET", own, "").is(t, http.StatusNotModified, "")
	a.call(t, "staff", "PATCH", staffs, `{"title":"other"}`).is(t, http.StatusOK, "")
	a.with(t, "If-None-Match", tag, "jane", "GET", own, "").is(t, http.StatusOK, "")
}
