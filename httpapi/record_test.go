package httpapi_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/auth"
	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// recordTo is a directory in which the tests record what their handlers answer, "" for none.
// The tests of internal/openapitest check the answers against the OpenAPI documents, which
// are in the directory too.
var recordTo = os.Getenv("HELPDESK_TEST_RECORD")

// unobserved is the context in which the recorder itself uses a desk.
var unobserved = testdesk.Unobserved(context.Background())

// recordedAnswer is a request and its answer.
type recordedAnswer struct {
	Document      string // the name of the file with the document for who asked, when they got the answer
	Method, Route string // the route as a pattern, such as /tickets/:id; "" for none
	Path, Query   string // for messages; what is no UTF-8 is replaced
	Status        int
	Header        http.Header
	Body          []byte
}

// recorder records what a handler answers.
type recorder struct {
	*httpapi.Handler
	desk *helpdesk.Desk
	kind string // what a document depends on besides the custom fields

	mu     sync.Mutex
	seen   map[string]bool       // answers of which there is one
	fields []*ticket.CustomField // as they were last
}

// sender is what a recorder finds out about a request and who sends it.
type sender struct {
	route string
	who   auth.Identity
}

type senderKey struct{}

// record returns a handler that is recorded. It reads the custom fields from the store,
// since that of the desk may be made to fail; nil is the store of the desk.
func record(s storage.Store, d *helpdesk.Desk, c httpapi.Config) *recorder {
	source := d
	if s != nil {
		source = d.With(s)
	}
	observe := c.Observe
	c.Observe = func(ctx context.Context, m httpapi.Metrics) {
		if from, ok := ctx.Value(senderKey{}).(*sender); ok {
			from.route = m.Route
		}
		if observe != nil {
			observe(ctx, m)
		}
	}
	kind := strconv.FormatBool(c.RequireIfMatch)
	if c.Authenticator != nil {
		kind += fmt.Sprint(c.Authenticator.Challenges())
		c.Authenticator = noting{c.Authenticator}
	}
	h, err := httpapi.New(d, c)
	must(err)
	return &recorder{Handler: h, desk: source, kind: kind, seen: map[string]bool{}}
}

// handlerOf returns the handler in what newHandler returned.
func handlerOf(h http.Handler) *httpapi.Handler {
	if r, ok := h.(*recorder); ok {
		return r.Handler
	}
	return h.(*httpapi.Handler)
}

// noting notes who sends a request.
type noting struct{ auth.Authenticator }

func (n noting) Authenticate(r *http.Request) (auth.Identity, error) {
	who, err := n.Authenticator.Authenticate(r)
	if from, ok := r.Context().Value(senderKey{}).(*sender); ok && err == nil {
		from.who = who
	}
	return who, err
}

// ServeHTTP records an answer that is complete.
func (h *recorder) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	from, to := &sender{}, &recordedWriter{ResponseWriter: w}
	a := recordedAnswer{Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery}
	h.Handler.ServeHTTP(to, r.WithContext(context.WithValue(r.Context(), senderKey{}, from)))
	if to.status == 0 || to.err != nil {
		return
	}
	a.Route, a.Status, a.Header, a.Body = from.route, to.status, to.header, to.body.Bytes()
	if h.isNew(&a) {
		a.Document = h.document(h.isStaff(from.who))
		recordings.add(&a)
	}
}

// isNew reports whether the handler has not answered so before.
func (h *recorder) isNew(a *recordedAnswer) bool {
	selects := strings.Contains(a.Query, "fields") || strings.Contains(a.Query, "exclude")
	headers := slices.Sorted(maps.Keys(a.Header))
	answer := fmt.Sprint(a.Method, a.Route, selects, a.Status, headers, a.Header["Content-Type"], shapeOf(a.Body))
	h.mu.Lock()
	defer h.mu.Unlock()
	seen := h.seen[answer]
	h.seen[answer] = true
	return !seen
}

// shapeOf returns every key of a body in JSON with the type of its value, in order. Of the
// elements of a list it has each shape once.
func shapeOf(body []byte) string {
	var v any
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if d.Decode(&v) != nil {
		return ""
	}
	return string(appendShape(nil, v))
}

func appendShape(b []byte, v any) []byte {
	switch v := v.(type) {
	case map[string]any:
		b = append(b, '{')
		for _, key := range slices.Sorted(maps.Keys(v)) {
			b = appendShape(append(append(b, key...), ':'), v[key])
		}
		return append(b, '}')
	case []any:
		shapes := map[string]bool{}
		for _, element := range v {
			shapes[string(appendShape(nil, element))] = true
		}
		return fmt.Append(b, slices.Sorted(maps.Keys(shapes)))
	}
	return fmt.Appendf(b, "%T,", v)
}

// isStaff reports whether somebody gets the document of staff.
func (h *recorder) isStaff(who auth.Identity) bool {
	u := who.User
	if who.External != nil {
		u, _ = h.desk.UserByExternalID(unobserved, helpdesk.System(), who.External.ID)
	}
	return u != nil && h.desk.Allow(u, helpdesk.ReadTickets) == nil
}

// document writes the document with the custom fields as they are, or as they were last
// where the database is broken. It returns the name of the file.
func (h *recorder) document(staff bool) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	if fields, err := h.desk.Fields(unobserved, helpdesk.System()); err == nil {
		h.fields = fields
	}
	var fields []*ticket.CustomField
	for _, f := range h.fields {
		if staff || !f.StaffOnly {
			fields = append(fields, f)
		}
	}
	return recordings.document(h.kind+string(jsonText(fields)), func() []byte {
		text, err := httpapi.Document(h.Handler, fields)
		must(err)
		return text
	})
}

// recordings is what the tests of this process have recorded.
var recordings = recordingFiles{documents: map[string]string{}, seen: map[[sha256.Size]byte]bool{}}

type recordingFiles struct {
	mu        sync.Mutex
	answers   *os.File                   // one in each line
	documents map[string]string          // the names of the files, by what a document depends on
	seen      map[[sha256.Size]byte]bool // the digests of answers
}

// document writes the document of a key, once, and returns the name of the file.
func (f *recordingFiles) document(key string, read func() []byte) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	name, ok := f.documents[key]
	if !ok {
		text := read()
		digest := sha256.Sum256(text)
		name = hex.EncodeToString(digest[:8]) + ".json"
		must(os.WriteFile(filepath.Join(recordTo, name), text, 0o600))
		f.documents[key] = name
	}
	return name
}

// add writes an answer, unless the same was written.
func (f *recordingFiles) add(a *recordedAnswer) {
	line, err := json.Marshal(a)
	must(err)
	digest := sha256.Sum256(line)
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.seen[digest] {
		return
	}
	f.seen[digest] = true
	if f.answers == nil {
		f.answers, err = os.Create(filepath.Join(recordTo, "answers-"+strconv.Itoa(os.Getpid())+".jsonl"))
		must(err)
	}
	_, err = f.answers.Write(append(line, '\n'))
	must(err)
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// recordedWriter keeps a copy of an answer.
type recordedWriter struct {
	http.ResponseWriter
	status int
	header http.Header
	body   bytes.Buffer
	err    error // the first of writing
}

func (w *recordedWriter) WriteHeader(status int) {
	if w.status == 0 && status >= http.StatusOK {
		w.status, w.header = status, w.Header().Clone()
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *recordedWriter) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.status, w.header = http.StatusOK, w.Header().Clone()
	}
	w.body.Write(p)
	n, err := w.ResponseWriter.Write(p)
	if w.err == nil {
		w.err = err
	}
	return n, err
}

func (w *recordedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
