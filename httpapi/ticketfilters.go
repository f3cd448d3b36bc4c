package httpapi

import (
	"net/http"
	"slices"
	"strings"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// ticketFilters choose tickets, for staff.
var ticketFilters = []filter[helpdesk.TicketQuery]{
	statusOfTickets,
	byValue(ofTickets("queue"), false, referenceToQueue, func(q *helpdesk.TicketQuery, a ticket.Among[int64]) { q.Queue = a }),
	byValue(ofTickets("assigned_to"), true, referenceToUser, func(q *helpdesk.TicketQuery, a ticket.Among[int64]) { q.AssignedTo = a }),
	byValue(ofTickets("priority"), false, choiceOf(ticket.Priorities()),
		func(q *helpdesk.TicketQuery, a ticket.Among[ticket.Priority]) { q.Priority = a }),
	byValue(ofTickets("on_hold"), false, truthOf, func(q *helpdesk.TicketQuery, a ticket.Among[bool]) { q.OnHold = a }),
	byValue(ofTickets("submitter_email"), false, textOf,
		func(q *helpdesk.TicketQuery, a ticket.Among[string]) { q.SubmitterEmail = a }),
	byValue(ofTickets("merged_to"), true, referenceTo, func(q *helpdesk.TicketQuery, a ticket.Among[int64]) { q.MergedTo = a }),
	idOfTickets,
	byTime("created", false, func(q *helpdesk.TicketQuery, r ticket.Range) { q.Created = r }),
	byTime("modified", false, func(q *helpdesk.TicketQuery, r ticket.Range) { q.Modified = r }),
	byTime("due_date", true, func(q *helpdesk.TicketQuery, r ticket.Range) { q.DueDate = r }),
	valuesOfTickets,
}

// ticketOrder sorts tickets.
var ticketOrder = byOrder(func(q *helpdesk.TicketQuery, c ticket.Column, descending bool) {
	q.Order = ticket.Order{By: c, Descending: descending}
}, ticket.Columns()...)

// ofTickets declares a parameter as the table of tickets describes the field.
func ofTickets(name string) parameter {
	s := ticketTable.find(name)
	return parameter{name: name, kind: s.kind, choices: s.choices}
}

// statusOfTickets differs from other filters: the last "status" counts alone.
var statusOfTickets = func() filter[helpdesk.TicketQuery] {
	read := statusFor(problem.NotAvailable)
	p, not := ofTickets("status"), ofTickets("status")
	p.about = "Only tickets with one of these statuses, by numbers or labels with commas between."
	not.name, not.repeats, not.about = "status__not", true, "Only tickets with none of these statuses."
	return filter[helpdesk.TicketQuery]{[]parameter{p, not}, func(x *exchange, q *helpdesk.TicketQuery) (err error) {
		for word := range strings.SplitSeq(x.arguments().last(p.name), ",") {
			if word == "" {
				continue
			}
			s, ok, _ := read(x, p.name, word)
			if !ok {
				break // only the first that is wrong is told
			}
			q.Status.In = append(q.Status.In, s)
		}
		q.Status.NotIn, _, err = readValues(x, &not, false, read)
		return err
	}}
}()

// idOfTickets selects tickets by their ids.
var idOfTickets = func() filter[helpdesk.TicketQuery] {
	p := parameter{name: "id__in", kind: kindReference, repeats: true, about: "Only tickets with one of these ids."}
	return filter[helpdesk.TicketQuery]{[]parameter{p}, func(x *exchange, q *helpdesk.TicketQuery) (err error) {
		q.IDs, _, err = readValues(x, &p, false, referenceTo)
		return err
	}}
}()

// Suffixes of the parameter of a custom field. Those behind suffixIsNull compare.
const (
	suffixNot    = "__not"
	suffixIsNull = "__isnull"
)

var comparisons = []string{"__gt", "__gte", "__lt", "__lte"}

// valuesOfTickets selects tickets by the values of their custom fields.
var valuesOfTickets = filter[helpdesk.TicketQuery]{
	parameters: customParameters(),
	read:       func(x *exchange, q *helpdesk.TicketQuery) error { return x.readValueFilters(&q.Values) },
}

// customName stands for the name of a custom field in that of a parameter.
const customName = "<name>"

func customParameters() []parameter {
	const name = ticket.KeyPrefix + customName
	all := []parameter{
		{name: name, kind: kindCustom, repeats: true, about: "Only tickets with one of these values of the custom field."},
		{name: name + suffixNot, kind: kindCustom, repeats: true, about: "Only tickets with none of these values, or without a value."},
		{name: name + suffixIsNull, kind: kindCustom, about: "Only tickets without a value of the custom field, or with one."},
	}
	for _, suffix := range comparisons {
		all = append(all, parameter{name: name + suffix, kind: kindCustom, about: "Only tickets of which the value compares so."})
	}
	return all
}

// readValueFilters reads the conditions on custom fields, and makes their parameters known.
func (x *exchange) readValueFilters(filters *[]ticket.ValueFilter) error {
	a := x.arguments()
	var names []string
	for _, g := range a.all {
		if strings.HasPrefix(g.name, ticket.KeyPrefix) && !slices.Contains(names, g.name) {
			names = append(names, g.name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	if len(names) > maxCustomParameters {
		return newFailure(http.StatusBadRequest, "The query names more than %d custom fields.", maxCustomParameters)
	}
	definitions, err := x.definitionsFor(names)
	if err != nil {
		return err
	}
	for _, name := range names {
		d, suffix := customParameter(name, definitions)
		if d == nil {
			continue
		}
		a.known[name] = true
		i := slices.IndexFunc(*filters, func(f ticket.ValueFilter) bool { return f.Field == d.ID })
		if i < 0 {
			i = len(*filters)
			*filters = append(*filters, ticket.ValueFilter{Field: d.ID, Type: d.Type})
		}
		if err := x.readValueFilter(name, suffix, d, &(*filters)[i]); err != nil {
			return err
		}
	}
	return nil
}

// maxCustomParameters bounds how many parameters of custom fields a query may have.
const maxCustomParameters = 100

// definitionsFor returns the definitions of custom fields, from the store if the cache of
// the desk lacks one that a parameter is for.
func (x *exchange) definitionsFor(names []string) ([]*ticket.CustomField, error) {
	ctx := x.r.Context()
	definitions, err := x.h.desk.Fields(ctx, x.actor)
	unknown := func(name string) bool { d, _ := customParameter(name, definitions); return d == nil }
	if err != nil || !slices.ContainsFunc(names, unknown) {
		return definitions, err
	}
	if err := x.h.desk.RefreshFields(ctx); err != nil {
		return nil, err
	}
	return x.h.desk.Fields(ctx, x.actor)
}

// customParameter returns the field and the suffix that a parameter stands for, nil for
// none. A field whose name ends like a suffix wins.
func customParameter(name string, definitions []*ticket.CustomField) (d *ticket.CustomField, suffix string) {
	find := func(key string) *ticket.CustomField {
		i := slices.IndexFunc(definitions, func(d *ticket.CustomField) bool { return d.Key() == key })
		if i < 0 {
			return nil
		}
		return definitions[i]
	}
	if d := find(name); d != nil {
		return d, ""
	}
	for _, suffix := range append([]string{suffixNot, suffixIsNull}, comparisons...) {
		key, ok := strings.CutSuffix(name, suffix)
		if !ok {
			continue
		}
		if d := find(key); d != nil && (!slices.Contains(comparisons, suffix) || isOrdered(d.Type)) {
			return d, suffix
		}
	}
	return nil, ""
}

// isOrdered reports whether values of a type can be compared.
func isOrdered(t ticket.FieldType) bool {
	switch t {
	case ticket.Integer, ticket.Decimal, ticket.Date, ticket.Time, ticket.Datetime:
		return true
	}
	return false
}

// readValueFilter reads one condition on a custom field.
func (x *exchange) readValueFilter(name, suffix string, d *ticket.CustomField, f *ticket.ValueFilter) error {
	a := x.arguments()
	switch suffix {
	case suffixIsNull:
		f.Set = x.isSet(name)
		return nil
	case "":
		return x.readTexts(name, d, &f.Equal.In, &f.Equal.None)
	case suffixNot:
		return x.readTexts(name, d, &f.Equal.NotIn, &f.Equal.NotNone)
	}
	text := a.last(name)
	if text == "" {
		return nil
	}
	v, problems := d.Parse(text)
	a.problems.Add(name, problems...)
	if v.Null { // what is wrong, or white space
		return nil
	}
	*map[string]**string{"__gt": &f.Above, "__gte": &f.From, "__lt": &f.Below, "__lte": &f.Through}[suffix] = &v.Text
	return nil
}

// readTexts reads values of a custom field. A comma separates choices, unless one contains
// it.
func (x *exchange) readTexts(name string, d *ticket.CustomField, texts *[]string, none *bool) error {
	a := x.arguments()
	for _, given := range a.each(name) {
		words := []string{given}
		if d.Type == ticket.List && !slices.Contains(d.Choices(), given) {
			words = strings.Split(given, ",")
		}
		for _, word := range words {
			if word == "" {
				continue
			}
			v, problems := d.Parse(word)
			a.problems.Add(name, problems...)
			switch {
			case len(problems) > 0:
				return nil // only the first that is wrong is told
			case len(*texts) == maxAlternatives:
				return tooManyValues(name)
			case v.Null:
				*none = true
			default:
				*texts = append(*texts, v.Text)
			}
		}
	}
	return nil
}
