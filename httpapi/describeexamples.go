package httpapi

import (
	"bytes"
	_ "embed" // the examples
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"sync"

	"github.com/go-helpdesk/helpdesk/internal/jsontext"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// examplesText has bodies of requests and the recorded answers to them. TestExamples
// writes it, with the flag -update.
//
//go:embed examples.json
var examplesText []byte

// examples are bodies in JSON.
type examples struct {
	Operations map[string]example         `json:"operations"` // by the id of the operation
	Failures   map[string]json.RawMessage `json:"failures"`   // answers, by status
}

// example is a request that worked, and the answer to it.
type example struct {
	Body   json.RawMessage `json:"body,omitempty"`
	Answer json.RawMessage `json:"answer,omitempty"`
}

var recorded = sync.OnceValue(func() (e examples) {
	if err := json.Unmarshal(examplesText, &e); err != nil {
		panic("httpapi: examples.json: " + err.Error()) // it is embedded, and a test reads it
	}
	return e
})

// exampleValue is the value of the only custom field in the examples, which stands for
// the custom fields of a desk.
const exampleValue = `,"custom_example":null`

// withAnswer adds the example of an answer to its content.
func (d *describer) withAnswer(op described, code int, content object) object {
	if content == nil || op.method == http.MethodOptions && code < 400 {
		return content
	}
	raw := recorded().Failures[strconv.Itoa(code)]
	if code < 400 {
		id, _ := op.id()
		raw = recorded().Operations[id].Answer
	}
	return withExample(content, raw, func() (values []byte) {
		for _, f := range d.customFields(op.answers) {
			values = appendExample(values, f, emptyValue(f))
		}
		return values
	})
}

// withBody adds the example of a body to its content, where that is JSON.
func (d *describer) withBody(op described, content object) object {
	id, _ := op.id()
	return withExample(content, recorded().Operations[id].Body, func() (values []byte) {
		for _, f := range d.customFields(op.takes) {
			if f.Required {
				values = appendExample(values, f, exampleOf(f))
			}
		}
		return values
	})
}

// withExample adds an example to what the content has in JSON, with custom values that
// values returns.
func withExample(content object, raw json.RawMessage, values func() []byte) object {
	i := slices.IndexFunc(content, func(m member) bool { return m.name == typeJSON })
	if raw == nil || i < 0 {
		return content
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, raw); err != nil {
		panic("httpapi: an example is no JSON: " + err.Error()) // it was read from JSON
	}
	text := bytes.ReplaceAll(compact.Bytes(), []byte(exampleValue), values())
	content = slices.Clone(content)
	content[i].value = content[i].value.(object).with("examples",
		object{{"recorded", object{{"value", json.RawMessage(text)}}}})
	return content
}

// appendExample appends a custom value to the members of an object.
func appendExample(b []byte, f *ticket.CustomField, value string) []byte {
	b = jsontext.String(append(b, ','), f.Key())
	return append(append(b, ':'), value...)
}

// emptyValue returns what a new ticket has in a custom field that nobody filled in, as
// JSON.
func emptyValue(f *ticket.CustomField) string {
	switch v := f.Empty(); {
	case v.Null:
		return "null"
	case f.Type == ticket.Boolean:
		return v.Text
	default:
		return string(jsontext.String(nil, v.Text))
	}
}

// exampleOf returns a value of a custom field, as JSON.
func exampleOf(f *ticket.CustomField) string {
	texts := map[ticket.FieldType]string{
		ticket.Decimal: "1", ticket.Date: "2026-03-02", ticket.Time: "09:30", ticket.Datetime: "2026-03-02T09:30:00Z",
		ticket.Email: "carol@example.com", ticket.URL: "https://example.com/", ticket.IPAddress: "192.0.2.1",
	}
	switch f.Type {
	case ticket.Integer:
		return "1"
	case ticket.Boolean:
		return "true"
	case ticket.List:
		if choices := f.Choices(); len(choices) > 0 {
			return string(jsontext.String(nil, choices[0]))
		}
	}
	if text, ok := texts[f.Type]; ok {
		return string(jsontext.String(nil, text))
	}
	return `"x"` // fits the shortest text, and is a slug
}
