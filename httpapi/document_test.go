package httpapi_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// TestTheDocumentShowsWhatItsReaderMaySee: the document needs an account, has the custom
// fields of the desk, and hides those of staff from requesters.
func TestTheDocumentShowsWhatItsReaderMaySee(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{Prefix: "/desk", BaseURL: "https://desk.example.org"})
	const path = "/desk/openapi.json"
	a.call(t, "", "GET", path, "").is(t, http.StatusUnauthorized, "")
	_, err := a.CreateCustomField(t.Context(), helpdesk.System(),
		&ticket.CustomField{Name: "margin", Label: "Margin", Type: ticket.Integer, StaffOnly: true})
	check(t, err)
	staff := a.call(t, "staff", "GET", path, "").is(t, http.StatusOK, "").Body.String()
	requester := a.call(t, "jane", "GET", path, "").is(t, http.StatusOK, "").Body.String()
	const server = `"servers":[{"url":"https://desk.example.org/desk"}]`
	for _, part := range []string{`"custom_margin"`, `"custom_company"`, server, `"scheme":"basic"`} {
		if !strings.Contains(staff, part) {
			t.Errorf("the document of staff has no %s", part)
		}
		if strings.Contains(requester, part) != (part != `"custom_margin"`) {
			t.Errorf("the document of a requester and %s do not fit", part)
		}
	}
	if again := a.call(t, "staff", "GET", path, "").Body.String(); again != staff {
		t.Error("the same document is spelled in another way")
	}
	check(t, a.DeleteCustomField(t.Context(), helpdesk.System(), a.fieldNamed(t, "margin")))
	if strings.Contains(a.call(t, "staff", "GET", path, "").Body.String(), "custom_margin") {
		t.Error("a deleted field is still in the document")
	}
}

func (a *api) fieldNamed(t *testing.T, name string) int64 {
	t.Helper()
	fields, err := a.Desk.Desk.Fields(t.Context(), a.Users["staff"])
	check(t, err)
	i := slices.IndexFunc(fields, func(f *ticket.CustomField) bool { return f.Name == name })
	if i < 0 {
		t.Fatalf("no field %s", name)
	}
	return fields[i].ID
}

// TestTheDocumentHasEveryOperationOnce: operations have names of their own, and every
// reference leads somewhere.
func TestTheDocumentHasEveryOperationOnce(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	raw := a.call(t, "staff", "GET", "/api/openapi.json", "").is(t, http.StatusOK, "").Body.Bytes()
	var d struct {
		Paths      map[string]map[string]json.RawMessage
		Components map[string]map[string]any
	}
	check(t, json.Unmarshal(raw, &d))
	ids := map[string]string{}
	for path, operations := range d.Paths {
		for method, o := range operations {
			if method == "parameters" {
				continue
			}
			var op struct{ OperationID string }
			check(t, json.Unmarshal(o, &op))
			if other := ids[op.OperationID]; other != "" || op.OperationID == "" {
				t.Errorf("%s %s and %s are called %q", method, path, other, op.OperationID)
			}
			ids[op.OperationID] = method + " " + path
		}
	}
	for _, id := range []string{"listTickets", "createTicket", "replaceTicket", "downloadFollowUpAttachment", "changeOwnPassword"} {
		if ids[id] == "" {
			t.Errorf("no operation is called %s", id)
		}
	}
	for _, part := range strings.Split(string(raw), `"$ref":"#/components/`)[1:] {
		target, _, _ := strings.Cut(part, `"`)
		kind, name, _ := strings.Cut(target, "/")
		if d.Components[kind][name] == nil {
			t.Errorf("nothing is at %s", target)
		}
	}
}

// TestPostSaysWhereTheObjectIs: Location has the URL of what was created.
func TestPostSaysWhereTheObjectIs(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	created := a.call(t, "staff", "POST", "/api/tickets/", `{"queue":1,"title":"x"}`).is(t, http.StatusCreated, "")
	where := created.Header().Get("Location")
	if where != "http://example.com/api/tickets/"+created.id(t)+"/" {
		t.Errorf("Location: %q", where)
	}
	a.call(t, "staff", "GET", strings.TrimPrefix(where, "http://example.com"), "").is(t, http.StatusOK, created.Body.String())
	refused := a.call(t, "staff", "POST", "/api/tickets/", `{}`).is(t, http.StatusBadRequest, "")
	refused.has(t, "Location", "")
	created = a.call(t, "admin", "POST", "/api/users/", `{"username":"newcomer","password":"a-good-pass-1"}`).is(t, http.StatusCreated, "")
	created.has(t, "Location", "http://example.com/api/users/"+created.id(t)+"/")
}
