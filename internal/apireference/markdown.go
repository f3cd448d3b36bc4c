package apireference

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// writer writes the reference of a document. It keeps the errors of what it could not
// read.
type writer struct {
	*document
	bytes.Buffer
	errs []error
}

// Markdown returns the reference. It begins with preface, which follows the title. A text
// that is no document is an error.
func Markdown(text []byte, preface string) ([]byte, error) {
	d, err := parse(text)
	if err != nil {
		return nil, fmt.Errorf("apireference: %w", err)
	}
	w := &writer{document: d}
	w.line("# API reference", "", strings.TrimSpace(preface))
	w.contents()
	for _, tag := range d.Tags {
		w.line("", "## "+tag.Name)
		for _, op := range d.operations {
			if slices.Contains(op.Tags, tag.Name) {
				w.operation(op)
			}
		}
	}
	w.failures()
	w.headers()
	w.objects()
	if err := errors.Join(w.errs...); err != nil {
		return nil, fmt.Errorf("apireference: %w", err)
	}
	return w.Bytes(), nil
}

func (w *writer) line(lines ...string) {
	for _, l := range lines {
		w.WriteString(l)
		w.WriteByte('\n')
	}
}

// row writes a row of a table.
func (w *writer) row(cells ...string) { w.line("| " + strings.Join(cells, " | ") + " |") }

// head writes the head of a table.
func (w *writer) head(cells ...string) {
	w.line("")
	w.row(cells...)
	w.line(strings.Repeat("|---", len(cells)) + "|")
}

// read reads a part of the document, and keeps the error.
func (w *writer) read(raw json.RawMessage, to any) {
	if err := json.Unmarshal(raw, to); err != nil {
		w.errs = append(w.errs, err)
	}
}

// contents lists the operations.
func (w *writer) contents() {
	w.head("operation", "request")
	for _, op := range w.operations {
		w.row(link(op.Summary), code(op.method+" "+op.path))
	}
}

func (w *writer) operation(op operation) {
	w.line("", "### "+op.Summary, "", code(op.method+" "+op.path))
	if op.Description != "" {
		w.line("", escape(op.Description))
	}
	if len(op.Parameters) > 0 {
		w.head("parameter", "in", "type", "meaning")
		for _, p := range op.Parameters {
			w.row(code(p.Name), p.In, w.typeText(p.Schema), escape(p.Description))
		}
	}
	if op.RequestBody != nil {
		w.body(op.RequestBody)
	}
	var failures []string
	w.head("status", "meaning", "body", "headers")
	for _, m := range op.Responses {
		if m.name >= "400" {
			failures = append(failures, m.name)
			continue
		}
		answer := w.answer(m.value)
		w.row(m.name, escape(answer.Description), strings.Join(w.bodies(answer), " or "), headerNames(answer))
	}
	w.line("", "Failures: "+strings.Join(failures, ", ")+". See "+link("Failures")+".")
}

// answer reads an answer, and follows a reference.
func (w *writer) answer(raw json.RawMessage) (answer content) {
	w.read(raw, &answer)
	if answer.Ref != "" {
		name := nameOf(answer.Ref)
		answer = content{}
		w.read(w.Components.Responses.find(name), &answer)
	}
	return answer
}

// bodies says what each media type of a content has.
func (w *writer) bodies(c content) (texts []string) {
	for _, m := range c.Content {
		var body media
		w.read(m.value, &body)
		texts = append(texts, w.typeText(body.Schema))
	}
	return texts
}

func headerNames(answer content) string {
	var names []string
	for _, h := range answer.Headers {
		names = append(names, code(h.name))
	}
	return strings.Join(names, ", ")
}

// body describes the body of a request, with an example.
func (w *writer) body(c *content) {
	var example json.RawMessage
	text, last := "", ""
	for i, m := range c.Content {
		var body media
		w.read(m.value, &body)
		switch is := w.typeText(body.Schema); {
		case i == 0:
			text, last = is+" as "+code(m.name), is
		case is == last:
			text += " or " + code(m.name)
		default:
			text, last = text+", "+is+" as "+code(m.name), is
		}
		for _, e := range body.Examples {
			example = e.Value
		}
	}
	w.line("", "Body: "+text+".")
	w.example(example)
}

// example writes JSON.
func (w *writer) example(raw json.RawMessage) {
	if raw == nil {
		return
	}
	var b bytes.Buffer
	if err := json.Indent(&b, raw, "", "  "); err != nil {
		w.errs = append(w.errs, err)
	}
	w.line("", "```json", b.String(), "```")
}

// failures describes the answers to what failed.
func (w *writer) failures() {
	w.line("", "## Failures", "", "The bodies are "+link("Error")+" or, where fields of a body are wrong, "+link("FieldErrors")+".")
	meanings := map[string]string{}
	examples := map[string]json.RawMessage{}
	headers := map[string]string{}
	for _, op := range w.operations {
		for _, m := range op.Responses {
			if _, found := meanings[m.name]; found || m.name < "400" {
				continue
			}
			answer := w.answer(m.value)
			meanings[m.name], headers[m.name] = answer.Description, headerNames(answer)
			var body media
			if raw := answer.Content.find(typeJSON); raw != nil {
				w.read(raw, &body)
			}
			for _, e := range body.Examples {
				examples[m.name] = e.Value
			}
		}
	}
	w.head("status", "meaning", "for example", "headers")
	for status := range 600 {
		name := strconv.Itoa(status)
		if meaning, found := meanings[name]; found {
			example := ""
			if raw := examples[name]; raw != nil {
				example = code(string(raw))
			}
			w.row(name, escape(meaning), example, headers[name])
		}
	}
}

// headers describes the headers of answers.
func (w *writer) headers() {
	w.line("", "## Headers")
	w.head("header", "meaning")
	for _, m := range w.Components.Headers {
		var h parameter
		w.read(m.value, &h)
		w.row(code(m.name), escape(h.Description))
	}
}

// objects describes the bodies of requests and answers.
func (w *writer) objects() {
	w.line("", "## Objects")
	for _, m := range w.Components.Schemas {
		var s schema
		w.read(m.value, &s)
		w.line("", "### "+m.name)
		if s.Description != "" {
			w.line("", escape(s.Description))
		}
		if len(s.Properties) > 0 {
			w.properties(s)
		}
		w.example(w.examples[m.name])
	}
}

// properties describes the keys of an object.
func (w *writer) properties(s schema) {
	w.head("key", "type", "required")
	for _, m := range s.Properties {
		var p schema
		w.read(m.value, &p)
		required := ""
		if slices.Contains(s.Required, m.name) {
			required = "yes"
		}
		text := w.typeText(p)
		for _, about := range []string{p.Title, p.Description} {
			if about != "" {
				text += "; " + escape(about)
			}
		}
		w.row(code(m.name), text, required)
	}
}

// typeText says in words which values a schema allows.
func (w *writer) typeText(s schema) string {
	if s.Ref != "" {
		return link(nameOf(s.Ref))
	}
	var parts []string
	for _, one := range s.AnyOf {
		parts = append(parts, w.typeText(one))
	}
	for _, t := range s.Type {
		if t == "array" && s.Items != nil {
			t = "array of " + w.typeText(*s.Items)
		}
		parts = append(parts, t)
	}
	text := strings.Join(parts, " or ")
	if s.Enum != nil {
		var values []string
		for _, v := range s.Enum {
			values = append(values, code(string(v)))
		}
		text += ": " + strings.Join(values, ", ")
	}
	if s.Format != "" {
		text += ", " + s.Format
	}
	if s.MaxLength != nil {
		text += ", at most " + strconv.Itoa(*s.MaxLength) + " characters"
	}
	if s.Pattern != "" {
		text += ", matching " + code(s.Pattern)
	}
	return text
}

// link returns a link to a heading of the page.
func link(heading string) string {
	return "[" + heading + "](#" + strings.ReplaceAll(strings.ToLower(heading), " ", "-") + ")"
}

// code returns a text as code, also in a table.
func code(text string) string { return "`" + strings.ReplaceAll(text, "|", `\|`) + "`" }

var escapes = strings.NewReplacer("|", `\|`, "<", "&lt;", "*", `\*`, "\n", " ")

// escape returns a text without what Markdown would take for markup, besides code.
func escape(text string) string { return escapes.Replace(text) }
