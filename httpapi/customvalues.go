package httpapi

import (
	"context"
	"log/slog"
	"slices"
	"strconv"
	"strings"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// definitions returns the definitions that the custom fields of a body are read by, from
// the cache of the desk. If the body names other fields, or has values that these
// definitions refuse, another process may have changed them. Then they are read from the
// store, so that outdated definitions neither drop nor refuse a value.
func (x *exchange) definitions(
	in *input, m mode, get func(*helpdesk.Desk, context.Context, *user.User) ([]*ticket.CustomField, error),
) ([]*ticket.CustomField, error) {
	ctx := x.r.Context()
	definitions, err := get(x.h.desk, ctx, x.actor)
	if err != nil || fits(in, m, definitions) {
		return definitions, err
	}
	if err := x.h.desk.RefreshFields(ctx); err != nil {
		return nil, err
	}
	return get(x.h.desk, ctx, x.actor)
}

// fits reports whether the definitions have every custom field that a body names, and
// accept every value.
func fits(in *input, m mode, definitions []*ticket.CustomField) bool {
	for name := range in.values {
		known := func(d *ticket.CustomField) bool { return d.Key() == name }
		if strings.HasPrefix(name, ticket.KeyPrefix) && !slices.ContainsFunc(definitions, known) {
			return false
		}
	}
	d := newDecoder(in, m)
	d.definitions = definitions
	d.custom(&ticket.Values{})
	return len(d.problems) == 0
}

// maxReported bounds how many values are logged. Each is logged once.
const maxReported = 1000

// reportValue logs that a ticket has a value that does not fit its field.
func (x *exchange) reportValue(id int64, d *ticket.CustomField) {
	type place struct{ ticket, field int64 }
	x.h.reported.Lock()
	defer x.h.reported.Unlock()
	if len(x.h.reported.values) >= maxReported || x.h.reported.values[place{id, d.ID}] {
		return
	}
	if x.h.reported.values == nil {
		x.h.reported.values = map[any]bool{}
	}
	x.h.reported.values[place{id, d.ID}] = true
	x.h.desk.Logger().LogAttrs(x.r.Context(), slog.LevelError, "helpdesk: a custom value that does not fit its field reads null",
		slog.Int64("ticket", id), slog.Int64("field", d.ID), slog.String("type", string(d.Type)))
}

// customValues says where the values of the custom fields of a ticket are.
type customValues struct {
	ticketID    int64
	definitions []*ticket.CustomField // of an answer; those of a body are in the decoder
	values      *ticket.Values
}

// custom stands for the custom fields of a ticket, each under a key of its own.
func custom[T any](in func(T) customValues) field[T] {
	f := newField(ticket.KeyPrefix+"<name>", kindCustom, nil,
		func(d *decoder, _ *spec, v T) { d.custom(in(v).values) },
		func(b []byte, v T, to writer) []byte { return appendValues(b, in(v), to) })
	f.custom = in
	return f
}

// custom reads the custom fields into values.
func (d *decoder) custom(values *ticket.Values) {
	for _, definition := range d.definitions {
		if v, ok := d.customValue(definition); ok {
			values.Set(v)
		}
	}
}

// customValue reads the value of one custom field.
func (d *decoder) customValue(f *ticket.CustomField) (parsed ticket.Value, ok bool) {
	s := &spec{name: f.Key(), kind: kindCustom, required: f.Required, nullable: !f.Required, blank: !f.Required}
	if f.Type == ticket.Boolean && d.in.form && d.mode != changing && d.get(s.name).sent == sentNothing {
		return ticket.Value{Field: f.ID, Text: "false"}, true
	}
	v, ok := d.take(s)
	if !ok {
		return parsed, false
	}
	if v.sent == sentNull || v.sent == sentText && f.Clears(v.text) {
		return ticket.Value{Field: f.ID, Null: true}, true
	}
	text, ok := v.forType(f.Type)
	if !ok {
		d.problems.Add(s.name, f.Invalid(v.spelled()))
		return parsed, false
	}
	parse := f.Parse
	if v.sent == sentNumber && f.Type == ticket.Integer {
		parse = f.ParseNumber // of any length, unlike a number in text
	}
	parsed, problems := parse(text)
	if len(problems) > 0 && problems[0].Reason == problem.NotChoice {
		problems[0].Value = v.spelled()
	}
	d.problems.Add(s.name, problems...)
	return parsed, len(problems) == 0
}

// forType returns the text that a value stands for in a custom field of a type. It
// reports false if the type never takes what was sent.
func (v value) forType(t ticket.FieldType) (string, bool) {
	switch t {
	case ticket.Boolean:
		truth, ok := v.asBoolean()
		return strconv.FormatBool(truth), ok
	case ticket.Integer, ticket.Decimal:
		return v.plain(), v.sent == sentText || v.sent == sentNumber
	case ticket.List:
		return v.plain(), v.sent != sentList && v.sent != sentObject
	case ticket.Date, ticket.Time, ticket.Datetime, ticket.IPAddress:
		return v.text, v.sent == sentText
	}
	return v.text, v.sent == sentText || v.sent == sentNumber
}

// appendValues appends the custom fields of a ticket.
func appendValues(b []byte, c customValues, to writer) []byte {
	for _, d := range c.definitions {
		b = appendValue(append(b, ','), c, d, to)
	}
	return b
}

// appendValue appends a custom field of a ticket. A value that does not fit the type of its
// field becomes null. The stores prevent such values, but concurrent writes on several
// nodes of a Galera cluster can still produce them.
func appendValue(b []byte, c customValues, d *ticket.CustomField, to writer) []byte {
	b = append(b, `"custom_`...)
	b = append(append(b, d.Name...), `":`...) // a slug needs no escapes
	v := c.values.Get(d.ID)
	switch {
	case v.Null:
		return appendNull(b)
	case !v.Canonical(d.Type):
		to.reportValue(c.ticketID, d)
		return appendNull(b)
	case d.Type == ticket.Integer || d.Type == ticket.Boolean:
		return append(b, v.Text...)
	}
	return appendText(b, v.Text, to)
}
