package httpapi_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// TestEveryOperationHasAnExample: what has JSON in its answer or its body has an example,
// which fits the schema.
func TestEveryOperationHasAnExample(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	d := new(openAPI)
	check(t, json.Unmarshal(a.call(t, "admin", "GET", "/api/openapi.json", "").Body.Bytes(), d))
	d.operations(func(method, path string, o openAPIOperation) {
		if path == "/openapi.json" {
			return
		}
		d.checkExample(t, o.OperationID+": body", o.RequestBody)
		for status, answer := range o.Responses {
			if status < "300" {
				d.checkExample(t, o.OperationID+": "+status, answer)
			}
		}
	})
	for name, raw := range d.Components["responses"] {
		var answer openAPIContent
		check(t, json.Unmarshal(raw, &answer))
		for _, c := range answer.Content {
			if c.Examples != nil {
				d.checkExample(t, name, answer)
			}
		}
	}
}

func (d *openAPI) checkExample(t *testing.T, what string, c openAPIContent) {
	t.Helper()
	content, ok := c.Content["application/json"]
	if !ok {
		return
	}
	example, ok := content.Examples["recorded"]
	if !ok {
		t.Errorf("%s has no example: add a request to story", what)
		return
	}
	if wrong := d.unfit(content.Schema, example.Value); wrong != "" {
		t.Errorf("the example of %s does not fit: %s", what, wrong)
	}
}

// unfit returns what is wrong with a value by the schema, as far as keys and types go.
func (d *openAPI) unfit(schema json.RawMessage, value any) string {
	var s struct {
		Ref                  string `json:"$ref"`
		Type                 any
		AnyOf                []json.RawMessage
		Items                json.RawMessage
		Required             []string
		Properties           map[string]json.RawMessage
		AdditionalProperties json.RawMessage
	}
	if err := json.Unmarshal(schema, &s); err != nil {
		return err.Error()
	}
	if s.Ref != "" {
		return d.unfit(d.Components["schemas"][strings.TrimPrefix(s.Ref, "#/components/schemas/")], value)
	}
	if s.AnyOf != nil {
		if slices.ContainsFunc(s.AnyOf, func(s json.RawMessage) bool { return d.unfit(s, value) == "" }) {
			return ""
		}
		return "none of several schemas fits " + string(jsonText(value))
	}
	if kind := jsonType(value); s.Type != kind {
		if types, ok := s.Type.([]any); !ok || !slices.Contains(types, any(kind)) {
			return kind + ": " + string(jsonText(value))
		}
	}
	items, _ := value.([]any)
	for _, item := range items {
		if wrong := d.unfit(s.Items, item); wrong != "" {
			return wrong
		}
	}
	members, _ := value.(map[string]any)
	for _, name := range s.Required {
		if _, ok := members[name]; !ok && members != nil {
			return name + " is missing"
		}
	}
	for name, member := range members {
		property := s.Properties[name]
		if property == nil {
			property = s.AdditionalProperties
		}
		if property == nil && s.Properties != nil {
			return name + " is unknown"
		}
		if property != nil {
			if wrong := d.unfit(property, member); wrong != "" {
				return name + ": " + wrong
			}
		}
	}
	return ""
}

// jsonType returns the type of a value as schemas call it. Numbers of the API are
// integers.
func jsonType(value any) string {
	switch value.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case float64:
		return "integer"
	case []any:
		return "array"
	}
	return "object"
}

// TestTheExampleOfABodyWorks: with required custom fields of every type, the API takes
// the examples of the bodies that create tickets.
func TestTheExampleOfABodyWorks(t *testing.T) {
	t.Parallel()
	var names []string
	for _, kind := range ticket.FieldTypes() {
		names = append(names, "must_be_"+string(kind))
	}
	a := newAPI(t, httpapi.Config{})
	for i, kind := range ticket.FieldTypes() {
		f := &ticket.CustomField{Name: names[i], Label: "Label", Type: kind, Required: true}
		switch kind {
		case ticket.List:
			f.ListValues = new("One\nTwo")
		case ticket.Varchar:
			f.MaxLength = new(int64(1))
		case ticket.Decimal:
			f.MaxLength, f.DecimalPlaces = new(int64(5)), new(int64(2))
		}
		_, err := a.CreateCustomField(t.Context(), helpdesk.System(), f)
		check(t, err)
	}
	_, err := a.UpdateQueue(t.Context(), helpdesk.System(), a.Queues["support"].ID, func(q *ticket.Queue) error {
		q.AllowPublicSubmission = true
		return nil
	})
	check(t, err)
	_, err = a.CreateCustomField(t.Context(), helpdesk.System(),
		&ticket.CustomField{Name: "hidden", Label: "Hidden", Type: ticket.Varchar, Required: true, StaffOnly: true})
	check(t, err)
	for id, account := range map[string]string{"createTicket": "admin", "createUserTicket": "jane"} {
		raw := a.call(t, account, "GET", "/api/openapi.json", "").is(t, http.StatusOK, "").Body.Bytes()
		d := new(openAPI)
		check(t, json.Unmarshal(raw, d))
		var body []byte
		d.operations(func(_, _ string, o openAPIOperation) {
			if o.OperationID == id {
				body = jsonText(o.RequestBody.Content["application/json"].Examples["recorded"].Value)
			}
		})
		for _, name := range names {
			if !bytes.Contains(body, []byte(`"custom_`+name+`":`)) {
				t.Errorf("%s: the example has no %s: %s", id, name, body)
			}
		}
		if bytes.Contains(raw, []byte("custom_hidden")) != (account == "admin") {
			t.Errorf("%s: the document and the field of staff do not fit", account)
		}
		if !bytes.Contains(raw, []byte(`"custom_must_be_email":"","custom_must_be_url":"","custom_must_be_ipaddress":""`)) {
			t.Errorf("%s: the example of the answer has no empty values", id)
		}
		_, path := d.find(id)
		a.call(t, account, "POST", "/api"+path, string(body)).is(t, http.StatusCreated, "")
	}
}
