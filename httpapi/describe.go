package httpapi

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/go-helpdesk/helpdesk/ticket"
)

// describer makes an OpenAPI document from the routes and the tables of a handler.
type describer struct {
	h       *Handler
	fields  []*ticket.CustomField
	names   map[*schema]string
	schemas object // of the components, in the order in which they are needed
	refused object // the answers to failures, which many operations share
	secured object
}

// described is an operation with what its description depends on.
type described struct {
	*route
	operation
	method    string
	mustMatch bool // writes need If-Match
}

func newDescriber(h *Handler, fields []*ticket.CustomField) *describer {
	d := &describer{h: h, fields: fields, names: map[*schema]string{}, secured: h.securitySchemes()}
	for i := range h.routes {
		rt := &h.routes[i]
		for _, method := range routedMethods {
			op := rt.operation(method)
			for _, s := range []*schema{op.answers, op.takes} {
				if s != nil && d.names[s] == "" {
					d.names[s] = rt.nounOf(s)
				}
			}
		}
	}
	return d
}

// nounOf returns the name of a table that the route uses.
func (rt *route) nounOf(s *schema) string {
	if s.name != "" {
		return s.name
	}
	return strings.ReplaceAll(rt.noun(), " ", "")
}

// noun returns what the route is about, which is its title without the last word.
func (rt *route) noun() string {
	for _, end := range []string{" List", " Instance", " Download"} {
		if noun, ok := strings.CutSuffix(rt.title, end); ok {
			return noun
		}
	}
	return rt.title
}

// document returns the whole document.
func (d *describer) document() object {
	var tags []any
	paths := object{}
	for i := range d.h.routes {
		rt := &d.h.routes[i]
		listed := func(t any) bool { return t.(object).find("name") == rt.tag() }
		if !slices.ContainsFunc(tags, listed) {
			tags = append(tags, object{{"name", rt.tag()}})
		}
		paths = paths.with(rt.template(), d.path(rt))
	}
	sent := d.sentToWebhooks()
	d.need("Error", errorSchema)
	d.need("FieldErrors", fieldErrorsSchema)
	components := object{{"schemas", d.schemas}, {"responses", d.refused}, {"headers", describeHeaders()}}
	if d.secured != nil {
		components = components.with("securitySchemes", d.secured)
	}
	return object{
		{"openapi", "3.1.0"},
		{"info", object{{"title", "Help desk"}, {"version", "1"}, {"description", documentDescription}}},
		{"servers", []any{object{{"url", serverMark}}}},
		{"tags", tags},
		{"paths", paths},
		{"webhooks", sent},
		{"components", components},
	}
}

// template returns the path of the route as the document spells it. It ends with a slash
// unless it names a file.
func (rt *route) template() string {
	path := parameterInPath.ReplaceAllStringFunc(rt.path, func(p string) string { return "{" + p[1:] + "}" })
	if path == "/" || strings.Contains(path, ".") {
		return path
	}
	return path + "/"
}

// tag returns the first segment of the path, under which a document lists its routes.
func (rt *route) tag() string {
	first, _, _ := strings.Cut(strings.TrimPrefix(rt.path, "/"), "/")
	if first == "" || strings.Contains(first, ".") {
		return "api"
	}
	return first
}

// path describes a route.
func (d *describer) path(rt *route) object {
	var o object
	if names := parameterInPath.FindAllString(rt.path, -1); names != nil {
		var parameters []any
		for _, name := range names {
			parameters = append(parameters, object{{"name", name[1:]}, {"in", "path"}, {"required", true},
				{"description", "The id of " + article(pathNoun(rt, name[1:])) + "."}, {"schema", integerSchema(0)}})
		}
		o = object{{"parameters", parameters}}
	}
	for _, method := range routedMethods {
		if op := rt.operation(method); op.do != nil {
			o = o.with(strings.ToLower(method), d.operation(described{rt, op, method, d.h.config.RequireIfMatch}))
		}
	}
	return o
}

// pathNoun returns what an id in the path of a route is the id of.
func pathNoun(rt *route, name string) string {
	if name != "id" {
		return name
	}
	first, _, _ := strings.Cut(strings.TrimPrefix(rt.path, "/"), "/")
	switch first {
	case "followups-attachments":
		return "attachment"
	case "followups":
		return "follow-up"
	}
	return strings.TrimSuffix(strings.NewReplacer("user_", "", "-", " ").Replace(first), "s")
}

func article(noun string) string {
	if strings.ContainsRune("aeio", rune(noun[0])) {
		return "an " + noun
	}
	return "a " + noun
}

// verbs has how the id of an operation begins, by method.
var verbs = map[string]string{
	http.MethodGet: "get", http.MethodPost: "create", http.MethodPut: "replace", http.MethodPatch: "update",
	http.MethodDelete: "delete", http.MethodHead: "check", http.MethodOptions: "describe",
}

var wordStart = regexp.MustCompile(` [a-z]`)

// id returns the id of the operation, such as listTickets, and a summary of it in words.
func (op described) id() (id, summary string) {
	noun, verb := op.noun(), verbs[op.method]
	switch {
	case op.method == http.MethodHead || op.method == http.MethodOptions:
		noun = op.title
	case op.lists || op.results:
		verb = "list"
		noun = plural(noun)
	case op.file:
		verb = "download"
	case op.method == http.MethodPost && op.status == http.StatusNoContent:
		verb = "change"
	}
	summary = strings.ToUpper(verb[:1]) + verb[1:] + " " + strings.ToLower(noun)
	id = wordStart.ReplaceAllStringFunc(verb+" "+noun, strings.ToUpper)
	return strings.ReplaceAll(id, " ", ""), summary
}

func plural(noun string) string {
	if strings.HasSuffix(noun, "y") {
		return strings.TrimSuffix(noun, "y") + "ies"
	}
	if strings.HasSuffix(noun, "s") {
		return noun
	}
	return noun + "s"
}

// operation describes an operation.
func (d *describer) operation(op described) object {
	id, summary := op.id()
	o := object{{"operationId", id}, {"summary", summary}, {"tags", []string{op.tag()}}}
	if text := op.permission(); text != "" {
		o = o.with("description", text)
	}
	if parameters := d.parameters(op); parameters != nil {
		o = o.with("parameters", parameters)
	}
	if op.takes != nil {
		o = o.with("requestBody", d.body(op))
	}
	responses := object{}
	for _, s := range op.statuses() {
		responses = responses.with(strconv.Itoa(s.code), d.shared(op, s))
	}
	o = o.with("responses", responses)
	return o.with("security", d.security(op))
}

// permission says who may use an operation.
func (op described) permission() string {
	p := op.read
	if op.write != "" && isWrite(op.method) {
		p = op.write
	}
	if p == "" {
		return "Everyone may use it, without credentials too."
	}
	return "It needs the permission `" + string(p) + "`."
}

func isWrite(method string) bool {
	return slices.Contains([]string{http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}, method)
}

// security lists the schemes of which an operation needs one.
func (d *describer) security(op described) []any {
	list := []any{}
	if op.read == "" {
		list = append(list, object{})
	}
	for _, m := range d.secured {
		list = append(list, object{{m.name, []any{}}})
	}
	return list
}

// parameters lists the parameters in the query string and in headers.
func (d *describer) parameters(op described) (list []any) {
	for _, p := range op.query {
		for _, name := range d.parameterNames(op, p) {
			o := object{{"name", name}, {"in", "query"}, {"description", p.about}, {"schema", parameterSchema(p)}}
			if p.repeats {
				o = o.with("explode", true)
			}
			list = append(list, o)
		}
	}
	for _, h := range requestHeaders {
		if h.on(op, 0) {
			text := object{{"type", "string"}}
			o := object{{"name", h.name}, {"in", "header"}, {"description", h.about}}
			if h.name == "If-Match" && op.mustMatch {
				o = o.with("required", true)
			}
			list = append(list, o.with("schema", text))
		}
	}
	return list
}

// parameterNames returns the names of a parameter: one, or one for each custom field.
func (d *describer) parameterNames(op described, p parameter) (names []string) {
	if p.kind != kindCustom {
		return []string{p.name}
	}
	for _, f := range d.customFields(op.answers) {
		name := strings.Replace(p.name, customName, f.Name, 1)
		if suffix := strings.TrimPrefix(name, f.Key()); isOrdered(f.Type) || !slices.Contains(comparisons, suffix) {
			names = append(names, name)
		}
	}
	return names
}

// parameterSchema returns the schema of the values of a parameter. A choice or a reference
// is a text, since commas separate alternatives.
func parameterSchema(p parameter) object {
	o := object{{"type", "string"}}
	switch p.kind {
	case kindInteger:
		o = integerSchema(0)
	case kindBoolean:
		o = object{{"type", "boolean"}}
	case kindDatetime:
		o = o.with("format", "date-time")
	}
	if p.repeats {
		return object{{"type", "array"}, {"items", o}}
	}
	return o
}
