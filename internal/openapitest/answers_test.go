package openapitest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk/httpapi"
)

// recordedAnswer is a request and its answer, as the tests of httpapi record them.
type recordedAnswer struct {
	Document                   string
	Method, Route, Path, Query string
	Status                     int
	Header                     http.Header
	Body                       []byte
}

// record runs the tests of httpapi. It returns the answers by document, and the directory
// that has the documents.
func record(t *testing.T) (answers map[string][]*recordedAnswer, dir string) {
	t.Helper()
	dir = t.TempDir()
	tests := exec.CommandContext(t.Context(), "go", "test", "-count=1", "-timeout", "1h", "./httpapi")
	tests.Dir = filepath.Join("..", "..")
	tests.Env = append(os.Environ(), "HELPDESK_TEST_RECORD="+dir)
	if out, err := tests.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	files, err := filepath.Glob(filepath.Join(dir, "answers-*.jsonl"))
	check(t, err)
	answers = map[string][]*recordedAnswer{}
	for _, name := range files {
		readAnswers(t, name, answers)
	}
	return answers, dir
}

func readAnswers(t *testing.T, name string, answers map[string][]*recordedAnswer) {
	t.Helper()
	f, err := os.Open(name)
	check(t, err)
	defer f.Close()
	for d := json.NewDecoder(bufio.NewReader(f)); ; {
		var a recordedAnswer
		if err := d.Decode(&a); err == io.EOF {
			return
		}
		check(t, err)
		answers[a.Document] = append(answers[a.Document], &a)
	}
}

// TestEveryAnswerIsDescribed checks the answers of the tests of httpapi, those of the
// contract replay among them, against the document of the desk that answered and of who
// asked. Objects have no keys, and answers no headers, that the document does not name. Of
// the answers of a handler that have the same status, headers, keys and types, it checks one.
// It also looks for an answer with every status that a document names, for every operation.
func TestEveryAnswerIsDescribed(t *testing.T) {
	t.Parallel()
	answers, dir := record(t)
	found, named := map[string]bool{}, map[string]bool{}
	for name, list := range answers {
		text, err := os.ReadFile(filepath.Join(dir, name))
		check(t, err)
		d := newDescription(t, text)
		for _, a := range list {
			if problem := d.check(a); problem != "" {
				t.Errorf("%s %s?%s: %d: %s\n%.500s\n%v", a.Method, a.Path, a.Query, a.Status, problem, a.Body, a.Header)
			}
			found[a.Method+" "+a.Route+" "+strconv.Itoa(a.Status)] = true
		}
		d.names(named)
	}
	if len(named) < 1_000 {
		t.Errorf("the documents name only %d answers", len(named))
	}
	for _, name := range slices.Sorted(maps.Keys(named)) {
		if !found[name] {
			t.Errorf("no test gets the answer %s", name)
		}
	}
}

// names adds every answer that the document names, such as "GET /tickets/:id 200".
func (d *description) names(all map[string]bool) {
	for route, operations := range d.paths {
		for method, op := range operations {
			for status := range op.Responses {
				all[method+" "+route+" "+status] = true
			}
		}
	}
}

// ofHTTP has the headers that need no description.
var ofHTTP = []string{"Connection", "Content-Length", "Content-Type"}

// check returns what is wrong with an answer, "" for nothing.
func (d *description) check(a *recordedAnswer) string {
	op, problem := d.operationFor(a)
	if op == nil {
		return problem
	}
	declared, ok := op.Responses[strconv.Itoa(a.Status)]
	if !ok {
		return "the status is not declared"
	}
	at := op.at + "/responses/" + strconv.Itoa(a.Status)
	if declared.Ref != "" {
		at = declared.Ref
		declared = d.components[strings.TrimPrefix(declared.Ref, "#/components/responses/")]
	}
	for name := range a.Header {
		isDeclared := func(h string) bool { return http.CanonicalHeaderKey(h) == name }
		if !slices.Contains(ofHTTP, name) && !slices.ContainsFunc(slices.Collect(maps.Keys(declared.Headers)), isDeclared) {
			return "the header " + name + " is not declared"
		}
	}
	if missing := d.missingHeader(a, declared); missing != "" {
		return "there is no header " + missing
	}
	return d.checkBody(a, at, declared)
}

// missingHeader returns the name of a required header that an answer does not have.
func (d *description) missingHeader(a *recordedAnswer, declared response) string {
	for name, header := range declared.Headers {
		if d.headers[strings.TrimPrefix(header.Ref, "#/components/headers/")].Required && a.Header.Get(name) == "" {
			return name
		}
	}
	return ""
}

// operationFor returns the operation whose description an answer must keep to: its own, or
// one that is refused in the same way where the document has no such path or method. It is
// nil where something is wrong, or where the answer is to have no body and has none.
func (d *description) operationFor(a *recordedAnswer) (op *operation, problem string) {
	methods := d.paths[a.Route]
	if op := methods[a.Method]; op != nil {
		return op, ""
	}
	switch {
	case methods == nil && a.Status != http.StatusNotFound && a.Status != http.StatusBadRequest:
		return nil, "the document does not have the path"
	case methods != nil && a.Status == http.StatusMethodNotAllowed && !d.allows(a):
		return nil, "Allow is not what the document has"
	case a.Method == http.MethodHead && len(a.Body) > 0:
		return nil, "the answer to HEAD has a body"
	case a.Method == http.MethodHead:
		return nil, ""
	case methods == nil:
		return d.paths["/tickets/:id"][http.MethodGet], ""
	case a.Status == http.StatusMethodNotAllowed:
		return d.paths["/user_tickets"][http.MethodPost], ""
	}
	return methods[http.MethodOptions], ""
}

// allows reports whether Allow has the methods of the document. Requesters may open tickets
// at some times only.
func (d *description) allows(a *recordedAnswer) bool {
	allow := strings.Split(a.Header.Get("Allow"), ", ")
	if a.Route == "/user_tickets" && !slices.Contains(allow, http.MethodPost) {
		allow = append(allow, http.MethodPost)
	}
	slices.Sort(allow)
	return slices.Equal(allow, slices.Sorted(maps.Keys(d.paths[a.Route])))
}

// checkBody checks the body of an answer, of which the description is at a pointer.
func (d *description) checkBody(a *recordedAnswer, at string, declared response) string {
	contentType, _, _ := strings.Cut(a.Header.Get("Content-Type"), ";")
	if len(declared.Content) == 0 {
		if len(a.Body) > 0 {
			return "a body is not declared"
		}
		return ""
	}
	if _, ok := declared.Content["*/*"]; ok {
		return ""
	}
	content, ok := declared.Content[contentType]
	switch {
	case !ok:
		return "the content type " + contentType + " is not declared"
	case content.Schema == nil:
		return ""
	}
	query, _ := url.ParseQuery(a.Query)
	selects := a.Status == http.StatusOK && (query.Has("fields") || query.Has("exclude"))
	return d.validate(at+"/content/"+strings.ReplaceAll(contentType, "/", "~1")+"/schema", bytes.NewReader(a.Body), selects)
}

// TestAWrongAnswerIsFound makes sure that the checks are not blind.
func TestAWrongAnswerIsFound(t *testing.T) {
	d := newDescription(t, document(t, "staff", httpapi.Config{}))
	const body = `{"id":1,"name":"Third level","users":[2],"queues":[1,2]}`
	for name, c := range map[string]struct {
		change func(*recordedAnswer)
		right  bool
	}{
		"right":               {func(*recordedAnswer) {}, true},
		"selected":            {func(a *recordedAnswer) { a.Query, a.Body = "fields=id", []byte(`{"id":1}`) }, true},
		"missing key":         {func(a *recordedAnswer) { a.Body = []byte(`{"id":1}`) }, false},
		"unknown key":         {func(a *recordedAnswer) { a.Body = []byte(strings.Replace(body, "{", `{"new":1,`, 1)) }, false},
		"unknown selected":    {func(a *recordedAnswer) { a.Query, a.Body = "fields=new", []byte(`{"new":1}`) }, false},
		"another type":        {func(a *recordedAnswer) { a.Body = []byte(strings.Replace(body, "1", `"1"`, 1)) }, false},
		"no body":             {func(a *recordedAnswer) { a.Body = nil }, false},
		"unknown status":      {func(a *recordedAnswer) { a.Status = http.StatusTeapot }, false},
		"status without body": {func(a *recordedAnswer) { a.Status = http.StatusNotModified }, false},
		"HEAD with a body":    {func(a *recordedAnswer) { a.Method = http.MethodHead }, false},
		"unknown path":        {func(a *recordedAnswer) { a.Route = "/groups/:id/new" }, false},
		"unknown header":      {func(a *recordedAnswer) { a.Header.Set("New", "x") }, false},
		"missing header":      {func(a *recordedAnswer) { a.Header.Del("Cache-Control") }, false},
		"unknown type":        {func(a *recordedAnswer) { a.Header.Set("Content-Type", "text/html") }, false},
	} {
		a := &recordedAnswer{Method: http.MethodGet, Route: "/groups/:id", Path: "/api/groups/1/", Status: http.StatusOK,
			Header: http.Header{"Content-Type": {"application/json"}, "Cache-Control": {"private, no-cache"}}, Body: []byte(body)}
		c.change(a)
		if problem := d.check(a); (problem == "") != c.right {
			t.Errorf("%s: %q", name, problem)
		}
	}
}
