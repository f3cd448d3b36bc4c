package httpapi

import (
	"cmp"
	"strconv"

	"github.com/go-helpdesk/helpdesk/ticket"
)

var (
	errorSchema = object{{"type", "object"}, {"description", "What went wrong."}, {"required", []string{"detail"}},
		{"properties", object{{"detail", object{{"type", "string"}}}}}}
	messages          = object{{"type", "array"}, {"items", object{{"type", "string"}}}}
	fieldErrorsSchema = object{{"type", "object"},
		{"description", "What is wrong with each field: messages, or messages by position where the field is a list of files. " +
			"The key non_field_errors has what is wrong with the whole body."},
		{"additionalProperties", object{{"anyOf", []any{messages, object{{"type", "object"}, {"additionalProperties", messages}}}}}}}
)

// need puts a schema among the components, once.
func (d *describer) need(name string, o object) {
	if d.schemas.find(name) == nil {
		d.schemas = d.schemas.with(name, o)
	}
}

// nameOf returns the name of the component for a table.
func (d *describer) nameOf(s *schema) string { return cmp.Or(d.names[s], s.name) }

// answered returns a reference to the schema of an object in answers.
func (d *describer) answered(s *schema) object {
	name := d.nameOf(s)
	if d.schemas.find(name) == nil {
		d.need(name, nil) // first, so that the order is that of the answers
		o := d.objectSchema(s, func(f *spec) bool { return !f.writeOnly }, d.answeredField, d.answeredCustom,
			func(f *spec) bool { return !f.optional })
		for i := range d.schemas {
			if d.schemas[i].name == name {
				d.schemas[i].value = o
			}
		}
	}
	return refer("schemas", name)
}

// objectSchema returns the schema of an object with those fields of a table that has
// selects.
func (d *describer) objectSchema(
	s *schema, has func(*spec) bool, show func(*spec) object,
	custom func(*ticket.CustomField) (o object, required bool), must func(*spec) bool,
) object {
	properties, required := object{}, []string{}
	for _, f := range s.specs {
		switch {
		case !has(f):
		case f.kind == kindCustom:
			for _, c := range d.customFields(s) {
				o, must := custom(c)
				properties = properties.with(c.Key(), o)
				if must {
					required = append(required, c.Key())
				}
			}
		default:
			properties = properties.with(f.name, show(f))
			if must(f) {
				required = append(required, f.name)
			}
		}
	}
	o := object{{"type", "object"}}
	if len(required) > 0 {
		o = o.with("required", required)
	}
	return o.with("properties", properties)
}

// customFields returns the custom fields that a table has.
func (d *describer) customFields(s *schema) (fields []*ticket.CustomField) {
	for _, f := range d.fields {
		if !f.StaffOnly || s != &userTickets.schema {
			fields = append(fields, f)
		}
	}
	return fields
}

// answeredField returns the schema of a field in answers.
func (d *describer) answeredField(f *spec) object {
	o := kindSchema(f)
	switch f.kind {
	case kindReference:
		if f.of != nil {
			o = d.answered(f.of)
		}
	case kindFile:
		o = o.with("format", "uri")
	case kindTexts:
		o = object{{"type", "array"}, {"items", object{{"type", "string"}}}}
	case kindObject:
		o = object{{"type", "object"}}
	case kindObjects:
		o = object{{"type", "array"}, {"items", d.answered(f.of)}}
	}
	if f.nullable || f.maybeNull {
		o = orNull(o)
	}
	return o
}

// kindSchema returns the schema of a kind that is the same in answers and in bodies, and
// that of a text for the others.
func kindSchema(f *spec) object {
	o := object{{"type", "string"}}
	switch f.kind {
	case kindInteger, kindReference:
		o = integerSchema(64)
	case kindReferences:
		o = object{{"type", "array"}, {"items", integerSchema(64)}}
	case kindBoolean:
		o = object{{"type", "boolean"}}
	case kindChoice:
		o = choiceSchema(f.choices)
	case kindChoices:
		o = object{{"type", "array"}, {"items", choiceSchema(f.choices)}}
	case kindDatetime:
		o = o.with("format", "date-time")
	}
	return o
}

// bodyField returns the schema of a field in bodies of a mode.
func (d *describer) bodyField(m mode) func(f *spec) object {
	return func(f *spec) object {
		o := kindSchema(f)
		switch f.kind {
		case kindSlug:
			o = o.with("pattern", "^[-a-zA-Z0-9_]+$")
		case kindPassword:
			o = o.with("format", "password")
		case kindFile:
			return fileSchema
		case kindFiles:
			return object{{"type", "array"}, {"items", fileSchema}}
		}
		if f.maxLength > 0 {
			o = o.with("maxLength", f.maxLength)
		}
		if f.required && !f.blank && (f.kind == kindText || f.kind == kindSlug || f.kind == kindPassword) {
			o = o.with("minLength", 1)
		}
		if f.nullIn(m) {
			o = orNull(o)
		}
		return o
	}
}

var fileSchema = object{{"type", "string"}, {"format", "binary"}, {"contentMediaType", "application/octet-stream"}}

// bodyNames has how the name of a body ends, by mode.
var bodyNames = map[mode]string{creating: "Create", replacing: "Replace", changing: "Update"}

func (s *spec) isFile() bool { return s.kind == kindFile || s.kind == kindFiles }

// bodySchema returns a reference to the schema of a body, with its files or without.
func (d *describer) bodySchema(op described, m mode, files bool) object {
	name := d.nameOf(op.takes)
	if op.answers != nil {
		name += bodyNames[m]
	}
	if files {
		name += "Form"
	}
	d.need(name, d.objectSchema(op.takes, func(f *spec) bool {
		refused := f.refusedOnUpdate && m != creating
		return !f.readOnly && f.readIn(m) && !refused && (files || !f.isFile())
	}, d.bodyField(m), d.bodyCustom(m), func(f *spec) bool { return f.required && m != changing }))
	return refer("schemas", name)
}

// bodyCustom returns the schema of a custom field in bodies of a mode.
func (d *describer) bodyCustom(m mode) func(c *ticket.CustomField) (object, bool) {
	return func(c *ticket.CustomField) (object, bool) {
		o := customSchema(c)
		if c.MaxLength != nil && (c.Type == ticket.Varchar || c.Type == ticket.Text) {
			o = o.with("maxLength", *c.MaxLength)
		}
		if !c.Required {
			o = orNull(o)
		}
		return describeCustom(o, c), c.Required && m != changing
	}
}

// answeredCustom returns the schema of a custom field in answers, which a ticket has
// even without a value.
func (d *describer) answeredCustom(c *ticket.CustomField) (object, bool) {
	o := customSchema(c)
	switch c.Type {
	case ticket.List, ticket.Email, ticket.URL: // it may be empty, and choices may have changed since
		o = object{{"type", "string"}}
	}
	return describeCustom(orNull(o), c), true
}

func describeCustom(o object, c *ticket.CustomField) object {
	o = o.with("title", c.Label)
	if c.HelpText != nil && *c.HelpText != "" {
		o = o.with("description", *c.HelpText)
	}
	return o
}

// customSchema returns the schema of the values of a custom field.
func customSchema(c *ticket.CustomField) object {
	o := object{{"type", "string"}}
	switch c.Type {
	case ticket.Integer:
		return object{{"type", "integer"}}
	case ticket.Boolean:
		return object{{"type", "boolean"}}
	case ticket.List:
		return o.with("enum", c.Choices())
	case ticket.Date:
		return o.with("format", "date")
	case ticket.Email:
		return o.with("format", "email")
	case ticket.URL:
		return o.with("format", "uri")
	}
	return o
}

func integerSchema(bits int) object {
	o := object{{"type", "integer"}, {"format", "int64"}}
	if bits == 0 { // of a parameter
		o = o.with("minimum", 0)
	}
	return o
}

// choiceSchema returns the schema of one of some numbers, or of one of some words.
func choiceSchema(choices []string) object {
	var numbers []int
	for _, c := range choices {
		n, err := strconv.Atoi(c)
		if err != nil {
			return object{{"type", "string"}, {"enum", choices}}
		}
		numbers = append(numbers, n)
	}
	return object{{"type", "integer"}, {"enum", numbers}}
}

// orNull returns a schema that takes null too.
func orNull(o object) object {
	if o[0].name != "type" || o.find("enum") != nil {
		return object{{"anyOf", []any{o, object{{"type", "null"}}}}}
	}
	return append(object{{"type", []any{o[0].value, "null"}}}, o[1:]...)
}
