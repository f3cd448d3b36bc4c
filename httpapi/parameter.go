package httpapi

import (
	"net/url"
	"slices"
	"strings"

	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// parameter is a query parameter that an operation knows.
type parameter struct {
	name    string   // that of a kindCustom parameter stands for one of each custom field
	kind    kind     // of a value, or of each of several
	choices []string // of a choice, as they are spelled on the wire
	repeats bool     // may come several times; of any other parameter the last one counts
	about   string   // what it does, in one sentence
}

// arguments are the query parameters of a request while they are read.
type arguments struct {
	all      query
	known    map[string]bool // names that the operation knows
	problems problem.Error
	keys     keys
}

// ignoredHeader names the query parameters of a request that were ignored.
const ignoredHeader = "Ignored-Parameters"

// maxIgnored bounds the value of the header, in bytes.
const maxIgnored = 500

// arguments returns the query of the request, in which the names that the operation
// declares are known.
func (x *exchange) arguments() *arguments {
	if x.args == nil {
		x.args = &arguments{problems: problem.Error{}}
		if x.r.URL.RawQuery != "" {
			x.args.all = parseQuery(x.r.URL.RawQuery)
			x.args.known = make(map[string]bool, len(x.operation.query))
			for _, p := range x.operation.query {
				x.args.known[p.name] = p.kind != kindCustom
			}
		}
	}
	return x.args
}

// settle ends the reading of the query: it names the parameters that nobody knew, and
// returns what is wrong.
func (x *exchange) settle() error {
	a := x.arguments()
	var unknown []string
	seen := map[string]bool{}
	for _, g := range a.all {
		if !a.known[g.name] && !seen[g.name] {
			seen[g.name] = true
			unknown = append(unknown, g.name)
		}
	}
	if x.h.config.StrictQuery {
		for _, name := range unknown {
			a.wrong(name, problem.UnknownParameter, "")
		}
	} else if len(unknown) > 0 {
		x.w.Header().Set(ignoredHeader, ignoredNames(unknown))
	}
	return a.problems.Err()
}

// ignoredNames returns names as the value of a header: with percent escapes, and "..." for
// those that are too many.
func ignoredNames(names []string) string {
	var b strings.Builder
	for i, name := range names {
		name = url.QueryEscape(name)
		if b.Len()+len(name) > maxIgnored {
			name = "..."
		}
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(name)
		if name == "..." {
			break
		}
	}
	return b.String()
}

func (a *arguments) wrong(name string, r problem.Reason, v string) {
	a.problems.Add(name, problem.Problem{Reason: r, Value: v})
}

// last returns the value of a parameter that counts: the last one. It returns "" where
// the query lacks the parameter, which is the same as an empty value.
func (a *arguments) last(name string) string {
	v, _ := a.all.get(name)
	return v
}

// each returns the values of a parameter that are not empty.
func (a *arguments) each(name string) (values []string) {
	for _, g := range a.all {
		if g.name == name && g.value != "" {
			values = append(values, g.value)
		}
	}
	return values
}

// words returns the values of a parameter in which commas separate alternatives. Empty
// ones are left out.
func (a *arguments) words(name string) (words []string) {
	for _, v := range a.each(name) {
		for word := range strings.SplitSeq(v, ",") {
			if word != "" {
				words = append(words, word)
			}
		}
	}
	return words
}

// keys says which keys of an object an answer has. The zero value is all of them.
type keys struct {
	only   map[string]bool // nil for no such choice
	except map[string]bool
}

// has reports whether answers have a key.
func (k keys) has(name string) bool { return (k.only == nil || k.only[name]) && !k.except[name] }

// hasCustom reports whether answers may have custom fields.
func (k keys) hasCustom() bool {
	if k.only == nil {
		return true
	}
	for name := range k.only {
		if strings.HasPrefix(name, ticket.KeyPrefix) {
			return true
		}
	}
	return false
}

// all reports whether answers have every key.
func (k keys) all() bool { return k.only == nil && k.except == nil }

// fieldParameters choose the keys of objects in an answer.
func fieldParameters(s *schema) []parameter {
	var names []string
	for _, f := range s.specs {
		if !f.writeOnly {
			names = append(names, f.name)
		}
	}
	return []parameter{
		{name: "fields", kind: kindChoice, choices: names, repeats: true,
			about: "The only keys that objects in the answer have, separated by commas."},
		{name: "exclude", kind: kindChoice, choices: names, repeats: true,
			about: "Keys that objects in the answer do not have, separated by commas."},
	}
}

// readKeys reads which keys an answer has. Custom returns the keys of custom fields.
func (a *arguments) readKeys(s *schema, custom func() ([]string, error)) error {
	for _, into := range []struct {
		name string
		set  *map[string]bool
	}{{"fields", &a.keys.only}, {"exclude", &a.keys.except}} {
		words := a.words(into.name)
		if len(words) == 0 {
			continue
		}
		*into.set = make(map[string]bool, len(words))
		for _, word := range words {
			f := s.find(word)
			known := f != nil && !f.writeOnly && f.kind != kindCustom
			if !known && s.hasCustom() {
				names, err := custom()
				if err != nil {
					return err
				}
				known = slices.Contains(names, word)
			}
			if !known {
				a.wrong(into.name, problem.NotChoice, word)
			}
			(*into.set)[word] = true
		}
	}
	return nil
}
