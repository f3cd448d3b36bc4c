package httpapi

import (
	"cmp"
	"net/http"
	"reflect"
	"strings"
)

// status is an answer that operations can have.
type status struct {
	code  int
	about string
	on    func(op described) bool
}

// header is a header that operations read, or that answers with a status have.
type header struct {
	name, about string
	component   string // its name among the components; "" is name
	always      bool   // where it may be, it is
	on          func(op described, code int) bool
}

func onAll(described) bool       { return true }
func onBodies(op described) bool { return op.takes != nil }
func onFiles(op described) bool  { return op.file && op.method != http.MethodOptions }
func onPosts(op described) bool  { return op.method == http.MethodPost }
func onTags(op described) bool   { return onFiles(op) || op.tagged && !isWrite(op.method) }
func onMatches(op described) bool {
	return op.tagged && isWrite(op.method) && op.method != http.MethodPost
}
func onHidden(op described) bool   { return op.postIf != nil && op.method == http.MethodPost }
func onJSONOnly(op described) bool { return !op.file && !op.streams }

// onData is where an answer comes from the database, which may give up a transaction.
func onData(op described) bool { return op.method != http.MethodOptions && op.read != "" }

// onPaths is where an object can be missing: that of the path, or a page.
func onPaths(op described) bool {
	if op.method == http.MethodOptions {
		return false
	}
	return strings.Contains(op.path, ":") || op.lists || len(op.query) > 0 && !op.results && !op.streams
}

// failures has every status of an answer that is no success, in order.
var failures = []status{
	{http.StatusNotModified, "The client has this version.", onTags},
	{http.StatusBadRequest, "The host or a parameter is wrong, or a value of a field.", onAll},
	{http.StatusUnauthorized, "There are no credentials, or wrong ones.", onAll},
	{http.StatusForbidden, "The account may not do this.", onAll},
	{http.StatusNotFound, "There is no such object or page, or the account may not see it.", onPaths},
	{http.StatusMethodNotAllowed, "No queue is open to requesters at the moment.", onHidden},
	{http.StatusNotAcceptable, "The Accept header does not admit application/json.", onJSONOnly},
	{http.StatusConflict, "Something is in use, or somebody else wrote at the same time.", onData},
	{http.StatusPreconditionFailed, "The object was changed since it was read.", onMatches},
	{http.StatusRequestEntityTooLarge, "The body or a file is too large, or there are too many files.", onBodies},
	{http.StatusUnsupportedMediaType, "The body is neither JSON nor a form.", onBodies},
	{http.StatusRequestedRangeNotSatisfiable, "The file has no such range.", onFiles},
	{http.StatusUnprocessableEntity, "The Idempotency-Key was used for another request.", onPosts},
	{http.StatusPreconditionRequired, "The header If-Match is missing.", func(op described) bool { return onMatches(op) && op.mustMatch }},
	{http.StatusTooManyRequests, "There were too many wrong passwords, or the account created too much.", onAll},
	{http.StatusInternalServerError, "The server made a mistake, and has logged it.", onAll},
	{http.StatusServiceUnavailable, "The server is busy or lost its database.", onAll},
	{http.StatusInsufficientStorage, "The server has no room left.", onAll},
}

// successes has what a status of a success means.
var successes = map[int]string{
	http.StatusOK:             "The answer.",
	http.StatusCreated:        "It was created.",
	http.StatusAccepted:       "It will be done.",
	http.StatusNoContent:      "It was done.",
	http.StatusPartialContent: "A part of the file.",
}

// statuses returns every status that an operation can answer with.
func (op described) statuses() (list []status) {
	code := op.status
	if code == 0 {
		code = http.StatusOK
	}
	list = append(list, status{code: code, about: successes[code]})
	if onFiles(op) {
		list = append(list, status{code: http.StatusPartialContent, about: successes[http.StatusPartialContent]})
	}
	for _, s := range failures {
		if s.on(op) {
			list = append(list, s)
		}
	}
	return list
}

// requestHeaders has every header that operations read, besides those of HTTP itself.
var requestHeaders = []header{
	{name: "If-None-Match", about: "The ETag that the client has.", on: func(op described, _ int) bool { return onTags(op) }},
	{name: keyHeader, about: "A text that this request and its repetitions have in common, and no other request.",
		on: func(op described, _ int) bool { return onPosts(op) }},
	{name: "If-Match", about: "The ETag of the object that was read.", on: func(op described, _ int) bool { return onMatches(op) }},
	{name: lastEventID, about: "The id of the last event that the client has got.", on: func(op described, _ int) bool {
		return op.streams
	}},
	{name: "Range", about: "The part of the file to send, such as bytes=0-99.", on: func(op described, _ int) bool { return onFiles(op) }},
}

// isContent reports whether an answer has the content of a file, or says that the client
// has it.
func isContent(op described, code int) bool {
	return op.file && op.method != http.MethodOptions && (code < 300 || code == http.StatusNotModified)
}

func isJSON(op described, code int) bool { return !isContent(op, code) }

// answerHeaders has every header of answers, besides those of HTTP itself.
var answerHeaders = []header{
	{name: "Allow", about: "The methods of the route.", on: isJSON},
	{name: "Cache-Control", about: "Whether the answer may be kept.", always: true, on: func(described, int) bool { return true }},
	{name: "Vary", about: "The headers of the request that the answer depends on.", on: func(described, int) bool { return true }},
	{name: "Location", about: "The URL of what was created.", always: true, on: func(op described, code int) bool {
		return code == http.StatusCreated && op.items
	}},
	{name: "Location", component: "EarlierLocation", about: "The URL of what an earlier request with this Idempotency-Key created.",
		on: func(op described, code int) bool { return code == http.StatusConflict && op.items && onPosts(op) }},
	{name: replayedHeader, about: "It is true where the answer is that of an earlier request.", on: func(op described, code int) bool {
		return onPosts(op) && code < 300
	}},
	{name: ignoredHeader, about: "The parameters of the query that have no meaning here.", on: isJSON},
	{name: "Link", about: "The next and the previous page of a list that is read by cursor.", on: func(op described, code int) bool {
		return op.lists && code == http.StatusOK
	}},
	{name: "X-Accel-Buffering", about: "Tells proxies to pass on each event at once.", on: func(op described, code int) bool {
		return op.streams && code == http.StatusOK
	}},
	{name: "X-Content-Type-Options", about: "Tells browsers not to guess the type.", on: func(described, int) bool { return true }},
	{name: "WWW-Authenticate", about: "The schemes by which a client can authenticate.", on: func(_ described, code int) bool {
		return code == http.StatusUnauthorized
	}},
	{name: "Retry-After", about: "After how many seconds another try makes sense.", on: func(_ described, code int) bool {
		return code == http.StatusConflict || code == http.StatusTooManyRequests || code == http.StatusServiceUnavailable
	}},
	{name: "ETag", about: "The version of the object or file.", on: func(op described, code int) bool {
		if op.tagged {
			return code < 300 && code != http.StatusNoContent || code == http.StatusNotModified || code == http.StatusPreconditionFailed
		}
		return isContent(op, code)
	}},
	{name: "Content-Disposition", about: "The name of the file.", on: isContent},
	{name: "Content-Security-Policy", about: "Tells browsers to run nothing of the file.", on: func(op described, code int) bool {
		return isContent(op, code) || op.file && code == http.StatusRequestedRangeNotSatisfiable
	}},
	{name: "Accept-Ranges", about: "The unit of ranges.", on: func(op described, code int) bool {
		return isContent(op, code) || code == http.StatusRequestedRangeNotSatisfiable
	}},
	{name: "Content-Range", about: "Which part of the file it is.", on: func(_ described, code int) bool {
		return code == http.StatusPartialContent || code == http.StatusRequestedRangeNotSatisfiable
	}},
}

// describeHeaders returns the components for the headers of answers.
func describeHeaders() (o object) {
	for _, h := range answerHeaders {
		about := object{{"description", h.about}, {"schema", object{{"type", "string"}}}}
		if h.always {
			about = about.with("required", true)
		}
		o = o.with(cmp.Or(h.component, h.name), about)
	}
	return o
}

// shared returns the description of an answer, or a reference to that of other operations
// which have the same.
func (d *describer) shared(op described, s status) object {
	o := d.response(op, s)
	if s.code < 300 {
		return o
	}
	name := strings.ReplaceAll(http.StatusText(s.code), " ", "")
	if op.method == http.MethodHead {
		name += "Head"
	}
	other := d.refused.find(name)
	if other == nil {
		d.refused = d.refused.with(name, o)
	} else if !reflect.DeepEqual(other, o) {
		return o
	}
	return refer("responses", name)
}

// response describes an answer with a status.
func (d *describer) response(op described, s status) object {
	o := object{{"description", s.about}}
	var headers object
	for _, h := range answerHeaders {
		if h.on(op, s.code) {
			headers = headers.with(h.name, refer("headers", cmp.Or(h.component, h.name)))
		}
	}
	if headers != nil {
		o = o.with("headers", headers)
	}
	if content := d.withAnswer(op, s.code, d.content(op, s.code)); content != nil {
		o = o.with("content", content)
	}
	return o
}

// content describes the body of an answer, nil for none.
func (d *describer) content(op described, code int) object {
	jsonOf := func(s object) object { return object{{typeJSON, object{{"schema", s}}}} }
	switch {
	case op.method == http.MethodHead, code == http.StatusNoContent, code == http.StatusNotModified:
		return nil
	case code == http.StatusBadRequest:
		return jsonOf(object{{"anyOf", []any{refer("schemas", "Error"), refer("schemas", "FieldErrors")}}})
	case code >= 400:
		return jsonOf(refer("schemas", "Error"))
	case op.method == http.MethodOptions:
		d.need("Description", descriptionSchema)
		return jsonOf(refer("schemas", "Description"))
	case op.file:
		return object{{"*/*", object{{"schema", fileSchema}}}}
	case op.streams:
		return object{{"text/event-stream", object{}}} // a schema would be that of the whole stream
	case op.answers == nil:
		return jsonOf(object{{"type", "object"}})
	case op.lists:
		return jsonOf(d.page(op.answers))
	case op.results:
		required := []string{"results"}
		properties := object{{"results", object{{"type", "array"}, {"items", d.answered(op.answers)}}}}
		if op.after {
			required = append(required, "after")
			properties = properties.with("after", integerSchema(64))
		}
		return jsonOf(object{{"type", "object"}, {"required", required}, {"properties", properties}})
	}
	return jsonOf(d.answered(op.answers))
}

var descriptionSchema = object{{"type", "object"}, {"required", []string{"name", "description", "renders", "parses"}},
	{"properties", object{{"name", object{{"type", "string"}}}, {"description", object{{"type", "string"}}},
		{"renders", object{{"type", "array"}, {"items", object{{"type", "string"}}}}},
		{"parses", object{{"type", "array"}, {"items", object{{"type", "string"}}}}}}}}

// page returns a reference to the schema of a list.
func (d *describer) page(s *schema) object {
	name := d.nameOf(s) + "List"
	link := object{{"type", []string{"string", "null"}}, {"format", "uri"}}
	item := d.answered(s)
	d.need(name, object{{"type", "object"}, {"required", []string{"next", "previous", "results"}},
		{"properties", object{{"count", integerSchema(64)}, {"next", link}, {"previous", link},
			{"results", object{{"type", "array"}, {"items", item}}}}}})
	return refer("schemas", name)
}

// modes has what the fields of a body are for, by method.
var modes = map[string]mode{http.MethodPost: creating, http.MethodPut: replacing, http.MethodPatch: changing}

// body describes the body of a request.
func (d *describer) body(op described) object {
	m := modes[op.method]
	plain, files := d.bodySchema(op, m, false), false
	mustHaveFile := false
	for _, f := range op.takes.specs {
		if f.isFile() && f.readIn(m) && !(f.refusedOnUpdate && m != creating) {
			files = true
			mustHaveFile = mustHaveFile || f.required && m != changing
		}
	}
	form := plain
	if files {
		form = d.bodySchema(op, m, true)
	}
	content := object{}
	if !mustHaveFile {
		content = object{{typeJSON, object{{"schema", plain}}}, {typeForm, object{{"schema", plain}}}}
	}
	content = content.with(typeMultipart, object{{"schema", form}})
	return object{{"required", m != changing}, {"content", d.withBody(op, content)}}
}
