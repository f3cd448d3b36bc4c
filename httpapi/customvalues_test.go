package httpapi_test

import (
	"errors"
	"net/http"
	"net/url"
	"testing"

	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// customSamples are a value for each custom field of the start state.
var customSamples = map[string]string{
	"company": "ACME", "notes": "n", "seats": "3", "cost": "12.30", "tier": "gold", "vip": "true", "start": "2026-01-02", "at": "10:00:00",
	"when": "2026-01-02T03:04", "contact": "a@example.com", "site": "http://example.com/", "ip": "::1", "code": "x-1", "secret": "s",
}

// TestAnOptionalCustomFieldIsCleared by null, "" and white space, in JSON and in
// forms. Clearing it again is no change.
func TestAnOptionalCustomFieldIsCleared(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	path := "/api/tickets/" + number(a.ticket(t)) + "/"
	history := 0
	changes := func(t *testing.T, want int) {
		t.Helper()
		got := a.call(t, "staff", "GET", path+"history/", "").object(t)["count"]
		history += want
		equal(t, got, any(float64(history)))
	}
	for _, f := range a.Fields {
		key := f.Key()
		patch := func(value string) *answer { return a.call(t, "staff", "PATCH", path, `{"`+key+`":`+value+`}`) }
		for _, blank := range []string{"null", `""`, `"  "`, `"\u00a0\n"`} {
			patch(string(jsonText(customSamples[f.Name]))).is(t, http.StatusOK, "")
			changes(t, 1)
			equal(t, patch(blank).is(t, http.StatusOK, "").object(t)[key], nil)
			changes(t, 1)
			modified := a.call(t, "staff", "GET", path, "").object(t)["modified"]
			got := patch(blank).is(t, http.StatusOK, "").object(t)
			equal(t, got[key], nil)
			equal(t, got["modified"], modified)
			changes(t, 0)
		}
		for _, blank := range []string{"", " ", "\t"} {
			patch(string(jsonText(customSamples[f.Name]))).is(t, http.StatusOK, "")
			changes(t, 1)
			got := a.send(t, "staff", "PATCH", path, typeForm, url.Values{key: {blank}}.Encode()).is(t, http.StatusOK, "").object(t)
			equal(t, got[key], nil)
			changes(t, 1)
		}
	}
}

// TestARequiredCustomFieldIsNotCleared, by a client or in Go.
func TestARequiredCustomFieldIsNotCleared(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{}, "company")
	company := a.Fields[0].ID
	id := a.ticket(t, func(n *ticket.Ticket) { n.Values = ticket.Values{{Field: company, Text: "ACME"}} })
	path := "/api/tickets/" + number(id) + "/"
	unchanged := a.unchanged(t)
	a.call(t, "staff", "PATCH", path, `{"custom_company":null}`).is(t, http.StatusBadRequest,
		`{"custom_company":["This field may not be null."]}`)
	a.call(t, "staff", "PATCH", path, `{"custom_company":" "}`).is(t, http.StatusBadRequest,
		`{"custom_company":["This field may not be blank."]}`)
	_, err := a.UpdateTicket(t.Context(), a.Users["staff"], id, func(n *ticket.Ticket) error {
		n.Values.Set(ticket.Value{Field: company, Null: true})
		return nil
	})
	if problems, ok := errors.AsType[problem.Error](err); !ok || len(problems["custom_company"]) != 1 {
		t.Errorf("got %v", err)
	}
	unchanged()
}

// TestAListKeepsItsEmptyChoice where it has one.
func TestAListKeepsItsEmptyChoice(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	_, err := a.CreateCustomField(t.Context(), a.Users["admin"], &ticket.CustomField{Name: "size", Label: "Size", Type: ticket.List,
		ListValues: new("S\nM"), EmptySelectionList: true})
	check(t, err)
	path := "/api/tickets/" + number(a.ticket(t)) + "/"
	for body, want := range map[string]any{`{"custom_size":"S"}`: "S", `{"custom_size":""}`: ""} {
		equal(t, a.call(t, "staff", "PATCH", path, body).is(t, http.StatusOK, "").object(t)["custom_size"], want)
	}
	a.call(t, "staff", "PATCH", path, `{"custom_size":"M"}`).is(t, http.StatusOK, "")
	equal(t, a.send(t, "staff", "PATCH", path, typeForm, "custom_size=").is(t, http.StatusOK, "").object(t)["custom_size"], any(""))
	a.call(t, "staff", "PATCH", path, `{"custom_size":" "}`).is(t, http.StatusBadRequest,
		`{"custom_size":["\" \" is not a valid choice."]}`)
}
