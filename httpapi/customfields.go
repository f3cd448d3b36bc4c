package httpapi

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/go-helpdesk/helpdesk/internal/jsontext"
	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/ticket"
)

func listCustomFields(x *exchange) error {
	return sendList(x, x.h.desk.CustomFields(x.actor), x.appendCustomField)
}

func getCustomField(x *exchange) error {
	return sendItem(x, x.h.desk.CustomField, x.appendCustomField)
}

func createCustomField(x *exchange) error {
	ctx, desk := x.r.Context(), x.h.desk
	in, err := x.read()
	if err != nil {
		return err
	}
	d, f := &ticket.CustomField{HelpText: new(""), ListValues: new(""), Ordering: new(int64)}, newFields(in, false)
	readCustomField(f, d)
	if f.err() != nil {
		return f.complete(desk.CheckCustomField(ctx, x.actor, d))
	}
	created, err := desk.CreateCustomField(ctx, x.actor, d)
	if err != nil {
		return err
	}
	return respond(x, http.StatusCreated, created, x.appendCustomField)
}

func updateCustomField(x *exchange) error {
	ctx, desk := x.r.Context(), x.h.desk
	id, err := x.id()
	if err != nil {
		return err
	}
	if _, err := desk.CustomField(ctx, x.actor, id); err != nil {
		return err
	}
	in, err := x.read()
	if err != nil {
		return err
	}
	updated, err := desk.UpdateCustomField(ctx, x.actor, id, func(d *ticket.CustomField) error {
		f := newFields(in, x.partial())
		readCustomField(f, d)
		return f.err()
	})
	if err != nil {
		return err
	}
	return respond(x, http.StatusOK, updated, x.appendCustomField)
}

func readCustomField(f *fields, d *ticket.CustomField) {
	f.text("name", &d.Name, required, problem.BadSlug)
	f.text("label", &d.Label, required, problem.NotString)
	f.nullText("help_text", &d.HelpText, problem.NotString)
	if v, ok := f.take("data_type", required); ok {
		if t := ticket.FieldType(v.plain()); slices.Contains(ticket.FieldTypes(), t) {
			d.Type = t
		} else {
			f.wrong("data_type", problem.NotChoice, v.spelled())
		}
	}
	f.nullInteger("max_length", &d.MaxLength)
	f.nullInteger("decimal_places", &d.DecimalPlaces)
	f.nullText("list_values", &d.ListValues, problem.NotString)
	f.boolean("empty_selection_list", &d.EmptySelectionList)
	f.nullInteger("ordering", &d.Ordering)
	f.boolean("required", &d.Required)
	f.boolean("staff_only", &d.StaffOnly)
}

func deleteCustomField(x *exchange) error {
	return x.remove(x.h.desk.DeleteCustomField)
}

func (x *exchange) appendCustomField(b []byte, d *ticket.CustomField) []byte {
	b = strconv.AppendInt(append(b, `{"id":`...), d.ID, 10)
	b = jsontext.String(append(b, `,"name":`...), d.Name)
	b = jsontext.String(append(b, `,"label":`...), d.Label)
	b = nullText(append(b, `,"help_text":`...), d.HelpText, x)
	b = jsontext.String(append(b, `,"data_type":`...), string(d.Type))
	b = jsontext.NullInt(append(b, `,"max_length":`...), d.MaxLength)
	b = jsontext.NullInt(append(b, `,"decimal_places":`...), d.DecimalPlaces)
	b = nullText(append(b, `,"list_values":`...), d.ListValues, x)
	b = strconv.AppendBool(append(b, `,"empty_selection_list":`...), d.EmptySelectionList)
	b = jsontext.NullInt(append(b, `,"ordering":`...), d.Ordering)
	b = strconv.AppendBool(append(b, `,"required":`...), d.Required)
	b = strconv.AppendBool(append(b, `,"staff_only":`...), d.StaffOnly)
	return append(b, '}')
}
