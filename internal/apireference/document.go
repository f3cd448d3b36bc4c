package apireference

import (
	"encoding/json"
	"fmt"
	"strings"
)

// document is what the reference needs of an OpenAPI document.
type document struct {
	Tags  []struct{ Name string }
	Paths object // of object: by method

	Components struct {
		Schemas   object // of schema
		Responses object // of content
		Headers   object // of parameter
	}

	operations []operation
	examples   map[string]json.RawMessage // by the name of a schema
}

// operation is a method of a path.
type operation struct {
	method, path string

	Summary, Description string

	Tags        []string
	Parameters  []parameter
	RequestBody *content
	Responses   object // of content
}

// parameter is a parameter or a header.
type parameter struct {
	Name, In, Description string
	Schema                schema
}

// content is the body of a request or an answer, or a reference to it.
type content struct {
	Ref         string `json:"$ref"`
	Description string
	Headers     object
	Content     object // of media, by media type
}

// media is a body in one media type.
type media struct {
	Schema   schema
	Examples map[string]struct{ Value json.RawMessage }
}

// schema says which values there may be.
type schema struct {
	Ref                string `json:"$ref"`
	Type               types
	AnyOf              []schema
	Items              *schema
	Properties         object // of schema
	Required           []string
	Enum               []json.RawMessage
	Format, Pattern    string
	Title, Description string
	MaxLength          *int
}

// types are the types of a schema, which are a text when there is one.
type types []string

// UnmarshalJSON reads a text, or an array of texts.
func (t *types) UnmarshalJSON(text []byte) error {
	if text[0] == '[' {
		return json.Unmarshal(text, (*[]string)(t))
	}
	*t = types{""}
	return json.Unmarshal(text, &(*t)[0])
}

// parse reads a document. Its operations are in the order of the document, without HEAD
// and OPTIONS, which every path has.
func parse(text []byte) (*document, error) {
	d := &document{examples: map[string]json.RawMessage{}}
	if err := json.Unmarshal(text, d); err != nil {
		return nil, fmt.Errorf("the document: %w", err)
	}
	for _, path := range d.Paths {
		var item object
		if err := json.Unmarshal(path.value, &item); err != nil {
			return nil, fmt.Errorf("the path %s: %w", path.name, err)
		}
		var shared []parameter
		if raw := item.find("parameters"); raw != nil {
			if err := json.Unmarshal(raw, &shared); err != nil {
				return nil, fmt.Errorf("the parameters of %s: %w", path.name, err)
			}
		}
		for _, method := range []string{"get", "post", "put", "patch", "delete"} {
			raw := item.find(method)
			if raw == nil {
				continue
			}
			op := operation{method: strings.ToUpper(method), path: path.name}
			if err := json.Unmarshal(raw, &op); err != nil {
				return nil, fmt.Errorf("%s %s: %w", method, path.name, err)
			}
			op.Parameters = append(shared[:len(shared):len(shared)], op.Parameters...)
			d.operations = append(d.operations, op)
			if err := d.collectExamples(op); err != nil {
				return nil, fmt.Errorf("%s %s: %w", method, path.name, err)
			}
		}
	}
	return d, nil
}

// collectExamples keeps the example of each object that an operation answers with: the
// first one, or the first element of a list.
func (d *document) collectExamples(op operation) error {
	for _, m := range op.Responses {
		var answer content
		if err := json.Unmarshal(m.value, &answer); err != nil {
			return err
		}
		raw := answer.Content.find(typeJSON)
		if raw == nil {
			continue
		}
		var body media
		if err := json.Unmarshal(raw, &body); err != nil {
			return err
		}
		name := nameOf(body.Schema.Ref)
		for _, example := range body.Examples {
			var list struct{ Results []json.RawMessage }
			if listed, ok := strings.CutSuffix(name, "List"); ok && json.Unmarshal(example.Value, &list) == nil && len(list.Results) > 0 {
				if d.examples[listed] == nil {
					d.examples[listed] = list.Results[0]
				}
			} else if name != "" && d.examples[name] == nil {
				d.examples[name] = example.Value
			}
		}
	}
	return nil
}

const typeJSON = "application/json"

// nameOf returns the name of the component that a reference leads to.
func nameOf(ref string) string { return ref[strings.LastIndexByte(ref, '/')+1:] }
