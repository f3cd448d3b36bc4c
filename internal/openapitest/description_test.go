package openapitest

import (
	"bytes"
	"encoding/json"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/pb33f/jsonschema/v6"
)

// description is an OpenAPI document with which answers are checked. It compiles the schemas
// that it needs itself, since a validator of libopenapi compiles all of them, which takes
// seconds for each document.
type description struct {
	paths      map[string]map[string]*operation // by route, as a pattern, and method
	components map[string]response
	headers    map[string]header
	whole      *schemas // of complete objects
	selected   *schemas // of objects from which the parameters fields and exclude may have taken keys
}

type operation struct {
	Responses map[string]response // by status
	at        string              // where it is in the document
}

type response struct {
	Ref     string `json:"$ref"`
	Headers map[string]struct {
		Ref string `json:"$ref"`
	}
	Content map[string]struct{ Schema any } // by content type
}

type header struct{ Required bool }

// schemas has the schemas of a document by where they are in it, such as
// #/components/schemas/Ticket.
type schemas struct {
	compiler *jsonschema.Compiler
	compiled map[string]*jsonschema.Schema
}

var parameterInPath = regexp.MustCompile(`\{([a-z]+)\}`)

// pattern returns the route of a path of the document.
func pattern(path string) string {
	if path != "/" {
		path = strings.TrimSuffix(path, "/")
	}
	return parameterInPath.ReplaceAllString(path, ":$1")
}

func newDescription(t *testing.T, text []byte) *description {
	t.Helper()
	var parsed struct {
		Paths      map[string]map[string]json.RawMessage
		Components struct {
			Responses map[string]response
			Headers   map[string]header
		}
	}
	check(t, json.Unmarshal(text, &parsed))
	d := &description{
		paths: map[string]map[string]*operation{}, components: parsed.Components.Responses, headers: parsed.Components.Headers,
		whole: newSchemas(t, text, false), selected: newSchemas(t, text, true),
	}
	for path, operations := range parsed.Paths {
		d.paths[pattern(path)] = map[string]*operation{}
		for method, text := range operations {
			if method == "parameters" {
				continue
			}
			op := &operation{at: "#/paths/" + strings.ReplaceAll(path, "/", "~1") + "/" + method}
			check(t, json.Unmarshal(text, op))
			d.paths[pattern(path)][strings.ToUpper(method)] = op
		}
	}
	return d
}

// documentURL stands for where a document is.
const documentURL = "http://desk.example/openapi.json"

func newSchemas(t *testing.T, text []byte, selected bool) *schemas {
	t.Helper()
	root, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	check(t, err)
	narrow(root, selected)
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	check(t, c.AddResource(documentURL, root))
	return &schemas{compiler: c, compiled: map[string]*jsonschema.Schema{}}
}

// narrow changes the schemas of a document so that objects have no keys besides those that
// are described, which the document allows for the sake of later versions. Of selected
// objects it requires nothing.
func narrow(v any, selected bool) {
	switch v := v.(type) {
	case []any:
		for _, element := range v {
			narrow(element, selected)
		}
	case map[string]any:
		if properties, ok := v["properties"].(map[string]any); ok && v["type"] == "object" {
			if v["additionalProperties"] == nil {
				v["additionalProperties"] = false
			}
			if selected && properties["results"] == nil && properties["detail"] == nil {
				delete(v, "required")
			}
		}
		for _, element := range v {
			narrow(element, selected)
		}
	}
}

// validate returns how a body differs from the schema at a place in the document, "" for
// not at all.
func (d *description) validate(at string, body io.Reader, selected bool) string {
	s := d.whole
	if selected {
		s = d.selected
	}
	v, err := jsonschema.UnmarshalJSON(body)
	if err != nil {
		return err.Error()
	}
	schema := s.compiled[at]
	if schema == nil {
		if schema, err = s.compiler.Compile(documentURL + at); err != nil {
			return err.Error()
		}
		s.compiled[at] = schema
	}
	if err := schema.Validate(v); err != nil {
		return err.Error()
	}
	return ""
}
