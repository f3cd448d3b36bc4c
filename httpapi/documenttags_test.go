package httpapi_test

import (
	"encoding/json"
	"net/http"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk/httpapi"
)

// declaredAnswer is what a document says of an answer.
type declaredAnswer struct {
	Ref     string `json:"$ref"`
	Headers map[string]any
}

// declared is what a document says of answers.
type declared struct {
	Paths      map[string]map[string]json.RawMessage
	Components struct{ Responses map[string]declaredAnswer }
}

// TestTheDocumentDeclaresTags: where an answer has an entity tag, and which requests may name
// one. If-Match is required where the desk requires it.
func TestTheDocumentDeclaresTags(t *testing.T) {
	t.Parallel()
	for _, required := range []bool{false, true} {
		a := newAPI(t, httpapi.Config{RequireIfMatch: required})
		var d declared
		check(t, json.Unmarshal(a.call(t, "staff", "GET", "/api/openapi.json", "").is(t, http.StatusOK, "").Body.Bytes(), &d))
		for _, c := range []struct{ path, method, parameter, statuses string }{
			{"/tickets/", "get", "", ""},
			{"/tickets/", "post", "", "201"},
			{"/tickets/{id}/", "get", "If-None-Match", "200 304"},
			{"/tickets/{id}/", "head", "If-None-Match", "200 304"},
			{"/tickets/{id}/", "put", "If-Match", "200 412"},
			{"/tickets/{id}/", "patch", "If-Match", "200 412"},
			{"/tickets/{id}/", "delete", "If-Match", "412"},
			{"/users/me/", "get", "If-None-Match", "200 304"},
			{"/users/me/password/", "post", "", ""},
			{"/tokens/", "post", "", ""},
			{"/tokens/{id}/", "delete", "If-Match", "412"},
			{"/user_tickets/{id}/", "get", "If-None-Match", "200 304"},
			{"/followups-attachments/{id}/download/", "get", "If-None-Match", "200 206 304"},
			{"/followups-attachments/{id}/download/", "head", "If-None-Match", "200 206 304"},
		} {
			var op struct {
				Parameters []struct {
					Name     string
					Required bool
				}
				Responses map[string]declaredAnswer
			}
			check(t, json.Unmarshal(d.Paths[c.path][c.method], &op))
			parameter := ""
			for _, p := range op.Parameters {
				if p.Name == "If-Match" || p.Name == "If-None-Match" {
					parameter += p.Name
					equal(t, p.Required, required && p.Name == "If-Match")
				}
			}
			equal(t, c.method+c.path+parameter, c.method+c.path+c.parameter)
			var statuses []string
			for status, r := range op.Responses {
				if r.Ref != "" {
					r = d.Components.Responses[path.Base(r.Ref)]
				}
				if r.Headers["ETag"] != nil {
					statuses = append(statuses, status)
				}
			}
			slices.Sort(statuses)
			equal(t, c.method+c.path+strings.Join(statuses, " "), c.method+c.path+c.statuses)
			_, declared := op.Responses["428"]
			equal(t, declared, required && c.parameter == "If-Match")
		}
	}
}

// TestTheDocumentHasConflicts of reads too, and where the object is that an earlier request
// has created.
func TestTheDocumentHasConflicts(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	var d declared
	check(t, json.Unmarshal(a.call(t, "staff", "GET", "/api/openapi.json", "").is(t, http.StatusOK, "").Body.Bytes(), &d))
	for _, c := range []struct {
		path, method string
		located      bool
	}{
		{"/tickets/", "get", false}, {"/tickets/", "post", true}, {"/tokens/", "post", true}, {"/users/me/password/", "post", false},
		{"/tickets/{id}/", "patch", false},
	} {
		var op struct{ Responses map[string]declaredAnswer }
		check(t, json.Unmarshal(d.Paths[c.path][c.method], &op))
		r, ok := op.Responses["409"]
		if r.Ref != "" {
			r = d.Components.Responses[path.Base(r.Ref)]
		}
		if equal(t, ok, true); (r.Headers["Location"] != nil) != c.located {
			t.Errorf("%s %s: 409 has a Location: %v", c.method, c.path, !c.located)
		}
	}
}
