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

// definitions returns the definitions by which the custom fields of a body are read.
// They come from a cache. Where they do not fit the body, because it names other
// fields or has values that they refuse, another process may have changed them: they
// are read anew, so that no value is dropped or refused by outdated definitions.
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

// fits reports whether the definitions know every custom field that a body names, and
// take every value.
func fits(in *input, m mode, definitions []*ticket.CustomField) bool {
	for name := range in.values {
		known := func(d *ticket.CustomField) bool { return d.Key() == name }
		if strings.HasPrefix(name, ticket.KeyPrefix) && !slices.ContainsFunc(definitions, known) {
			return false
		}
	}
	f, values := newFields(in, m == changing), ticket.Values{}
	f.custom(definitions, &values)
	return len(f.problems) == 0
}

// maxReported bounds how many values are logged, each once.
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

// custom reads the custom fields into values.
func (f *fields) custom(definitions []*ticket.CustomField, values *ticket.Values) {
	for _, d := range definitions {
		r := oldNullable | oldBlank
		if d.Required {
			r = oldRequired
		}
		key := d.Key()
		if d.Type == ticket.Boolean && f.in.form && !f.partial && f.get(key).sent == sentNothing {
			values.Set(ticket.Value{Field: d.ID, Text: "false"})
			continue
		}
		v, ok := f.take(key, r)
		if !ok {
			continue
		}
		if v.sent == sentNull || v.sent == sentText && d.Clears(v.text) {
			values.Set(ticket.Value{Field: d.ID, Null: true})
			continue
		}
		s, ok := v.forType(d.Type)
		if !ok {
			f.problems.Add(key, d.Invalid(v.spelled()))
			continue
		}
		parse := d.Parse
		if v.sent == sentNumber && d.Type == ticket.Integer {
			parse = d.ParseNumber // of any length, unlike a number in text
		}
		parsed, problems := parse(s)
		if len(problems) > 0 {
			if problems[0].Reason == problem.NotChoice {
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
		return v.plain(), v.sent == sentText || v.sent == sentNumber
	case ticket.List:
		return v.plain(), v.sent != sentList && v.sent != sentObject
	case ticket.Date, ticket.Time, ticket.Datetime, ticket.IPAddress:
		return v.text, v.sent == sentText
	}
	return v.text, v.sent == sentText || v.sent == sentNumber
}
