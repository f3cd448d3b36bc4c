package httpapi

import (
	"strconv"

	"github.com/go-helpdesk/helpdesk/internal/validate"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// custom reads the custom fields into values.
func (f *fields) custom(definitions []*ticket.CustomField, values *ticket.Values) {
	for _, d := range definitions {
		r := nullable | blankable
		if d.Required {
			r = required
		}
		key := d.Key()
		if d.Type == ticket.Boolean && f.in.form && !f.partial && f.get(key).kind == absent {
			values.Set(ticket.Value{Field: d.ID, Text: "false"})
			continue
		}
		v, ok := f.take(key, r)
		if !ok {
			continue
		}
		if v.kind == null || v.kind == text && d.Clears(v.text) {
			values.Set(ticket.Value{Field: d.ID, Null: true})
			continue
		}
		s, ok := v.forType(d.Type)
		if !ok {
			f.problems.Add(key, d.Invalid(v.spelled()))
			continue
		}
		parse := d.Parse
		if v.kind == number && d.Type == ticket.Integer {
			parse = d.ParseNumber // of any length, unlike a number in text
		}
		parsed, problems := parse(s)
		if len(problems) > 0 {
			if problems[0].Reason == validate.NotChoice {
				problems[0].Value = v.spelled()
			}
			f.problems.Add(key, problems...)
			continue
		}
		values.Set(parsed)
	}
}

// forType is the text that a value stands for in a field of a type, and false
// where the type never takes a value of this kind.
func (v value) forType(t ticket.FieldType) (string, bool) {
	switch t {
	case ticket.Boolean:
		truth, ok := v.asBoolean()
		return strconv.FormatBool(truth), ok
	case ticket.Integer, ticket.Decimal:
		return v.plain(), v.kind == text || v.kind == number
	case ticket.List:
		return v.plain(), v.kind != list && v.kind != object
	case ticket.Date, ticket.Time, ticket.Datetime, ticket.IPAddress:
		return v.text, v.kind == text
	}
	return v.text, v.kind == text || v.kind == number
}
