package httpapi

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/internal/validate"
	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// filter is a condition on a list, or its order, that clients set by query parameters. F
// is what the list is asked for.
type filter[F any] struct {
	parameters []parameter
	read       func(x *exchange, f *F) error
}

// maxAlternatives bounds how many values of a filter a query may have.
const maxAlternatives = 1000

// filtered returns a listing with filters.
func filtered[T, F any](filters []filter[F], open func(x *exchange, f F) *helpdesk.List[T]) listing[T] {
	return listing[T]{query: parametersOf(filters), open: func(x *exchange) (*helpdesk.List[T], error) {
		f, err := readFilters(x, filters)
		if err != nil {
			return nil, err
		}
		return open(x, f), nil
	}}
}

func parametersOf[F any](filters []filter[F]) (all []parameter) {
	for _, f := range filters {
		all = append(all, f.parameters...)
	}
	return all
}

// readFilters reads filters from the query. What is wrong with a value is in the problems
// of the arguments afterwards.
func readFilters[F any](x *exchange, filters []filter[F]) (f F, err error) {
	if x.r.URL.RawQuery == "" {
		return f, nil
	}
	for i := range filters {
		if err := filters[i].read(x, &f); err != nil {
			return f, err
		}
	}
	return f, nil
}

// values reads one value of a filter. It reports false for one that is no value, and adds
// what is wrong with it to the problems of the arguments.
type values[V any] func(x *exchange, name, text string) (v V, ok bool, err error)

// byValue filters by the value of a field. Parameter p selects objects with one of the
// values, and p.name+"__not" leaves them out. In a kindText or kindEmail value a comma is
// an ordinary character. Where none is set, "none" stands for objects without a value.
func byValue[F any, V comparable](p parameter, none bool, read values[V], set func(*F, ticket.Among[V])) filter[F] {
	p.repeats = true
	not := p
	not.name += "__not"
	p.about = "Only objects of which " + p.name + " is one of these."
	not.about = "Only objects of which " + p.name + " is none of these, or null."
	return filter[F]{[]parameter{p, not}, func(x *exchange, f *F) (err error) {
		var a ticket.Among[V]
		if a.In, a.None, err = readValues(x, &p, none, read); err != nil {
			return err
		}
		if a.NotIn, a.NotNone, err = readValues(x, &not, none, read); err != nil {
			return err
		}
		set(f, a)
		return nil
	}}
}

// readValues reads the values of a parameter, nil where the query has none.
func readValues[V any](x *exchange, p *parameter, none bool, read values[V]) (all []V, orNone bool, err error) {
	texts := x.arguments().each(p.name)
	if p.kind != kindText && p.kind != kindEmail {
		texts = x.arguments().words(p.name)
	}
	if len(texts) > maxAlternatives {
		return nil, false, tooManyValues(p.name)
	}
	for _, text := range texts {
		if none && text == "none" {
			orNone = true
			continue
		}
		v, ok, err := read(x, p.name, text)
		if err != nil {
			return nil, false, err
		}
		if !ok {
			return nil, false, nil // only the first that is wrong is told
		}
		all = append(all, v)
	}
	return all, orNone, nil
}

func tooManyValues(name string) error {
	return newFailure(http.StatusBadRequest, "The parameter %s has more than %d values.", name, maxAlternatives)
}

// choiceOf reads a choice by its number.
func choiceOf[V ~int](choices []V) values[V] {
	return func(x *exchange, name, text string) (v V, ok bool, err error) {
		i := slices.IndexFunc(choices, func(c V) bool { return text == strconv.Itoa(int(c)) })
		if i < 0 {
			x.arguments().wrong(name, problem.NotChoice, text)
			return v, false, nil
		}
		return choices[i], true, nil
	}
}

// statusFor reads a status by its number or its label. Reason is why anything else is
// refused.
func statusFor(reason problem.Reason) values[ticket.Status] {
	return func(x *exchange, name, text string) (ticket.Status, bool, error) {
		for _, s := range ticket.Statuses() {
			if strings.EqualFold(text, s.Label()) || text == strconv.Itoa(int(s)) {
				return s, true, nil
			}
		}
		x.arguments().wrong(name, reason, text)
		return 0, false, nil
	}
}

// noID is the id of nothing: a reference to what does not exist.
const noID = -1

// referenceTo reads an id. Nothing has an id beyond 64 bits.
func referenceTo(x *exchange, name, text string) (int64, bool, error) {
	if !isDigits(text) {
		x.arguments().wrong(name, problem.WrongType, "str")
		return 0, false, nil
	}
	if id, err := strconv.ParseInt(text, 10, 64); err == nil {
		return id, true, nil
	}
	return noID, true, nil
}

// referenceToUser reads the id of a user, or "me" for the actor.
func referenceToUser(x *exchange, name, text string) (int64, bool, error) {
	if text == "me" {
		return x.actor.ID, true, nil
	}
	return referenceTo(x, name, text)
}

// referenceToQueue reads the id or the slug of a queue. Digits are an id.
func referenceToQueue(x *exchange, name, text string) (int64, bool, error) {
	if isDigits(text) {
		return referenceTo(x, name, text)
	}
	if !validate.Slug(text) {
		x.arguments().wrong(name, problem.BadSlug, "")
		return 0, false, nil
	}
	id, err := x.h.desk.QueueID(x.r.Context(), x.actor, text)
	if errors.Is(err, helpdesk.ErrNotFound) {
		return noID, true, nil
	}
	return id, err == nil, err
}

// truthOf reads a boolean.
func truthOf(x *exchange, name, text string) (truth, ok bool, err error) {
	if truth, ok = textValue(text).asBoolean(); !ok {
		x.arguments().wrong(name, problem.NotBoolean, "")
	}
	return truth, ok, nil
}

// textOf reads a text as it is.
func textOf(x *exchange, name, text string) (string, bool, error) {
	problems := validate.Text(text, 0)
	x.arguments().problems.Add(name, problems...)
	return text, len(problems) == 0, nil
}

// byTime filters by a time, with the four comparisons. A nullable one also has "__isnull".
func byTime[F any](name string, nullable bool, set func(*F, ticket.Range)) filter[F] {
	declare := func(suffix string, k kind, about string) parameter {
		return parameter{name: name + suffix, kind: k, about: about}
	}
	all := []parameter{
		declare("__gt", kindDatetime, "Only objects of which "+name+" is later."),
		declare("__gte", kindDatetime, "Only objects of which "+name+" is later or equal."),
		declare("__lt", kindDatetime, "Only objects of which "+name+" is earlier."),
		declare("__lte", kindDatetime, "Only objects of which "+name+" is earlier or equal."),
	}
	if nullable {
		all = append(all, declare("__isnull", kindBoolean, "Only objects of which "+name+" is null, or is not."))
	}
	return filter[F]{all, func(x *exchange, f *F) error {
		r := ticket.Range{
			After: x.time(all[0].name), From: x.time(all[1].name), Before: x.time(all[2].name), Through: x.time(all[3].name),
		}
		if nullable {
			r.Set = x.isSet(all[4].name)
		}
		set(f, r)
		return nil
	}}
}

// time reads a datetime from the query, nil for none.
func (x *exchange) time(name string) *time.Time {
	text := x.arguments().last(name)
	if text == "" {
		return nil
	}
	t, problems := validate.Datetime(text)
	x.arguments().problems.Add(name, problems...)
	return &t
}

// isSet reads an "__isnull", and returns the opposite: whether there has to be a value.
func (x *exchange) isSet(name string) *bool {
	text := x.arguments().last(name)
	if text == "" {
		return nil
	}
	null, _, _ := truthOf(x, name, text)
	return new(!null)
}

// byOrder is the order of a list, by one of some columns; "-" in front reverses it.
func byOrder[F any, C ~string](set func(f *F, column C, descending bool), columns ...C) filter[F] {
	p := parameter{name: "ordering", kind: kindChoice,
		about: `The key that the list is sorted by; "-" in front of it reverses the order. Ties are broken by id.`}
	for _, c := range columns {
		p.choices = append(p.choices, string(c), "-"+string(c))
	}
	return filter[F]{[]parameter{p}, func(x *exchange, f *F) error {
		text := x.arguments().last(p.name)
		switch {
		case text == "":
		case !slices.Contains(p.choices, text):
			x.arguments().wrong(p.name, problem.NotChoice, text)
		default:
			column, descending := strings.CutPrefix(text, "-")
			set(f, C(column), descending)
		}
		return nil
	}}
}
