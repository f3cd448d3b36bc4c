package cookbook

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dop251/goja"

	"github.com/go-helpdesk/helpdesk/auth"
	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// browser runs the script of a page. Its EventSource connects again like that of a browser,
// and its timers go off when the test says so.
type browser struct {
	t      *testing.T
	ctx    context.Context
	vm     *goja.Runtime
	calls  chan func() // what connections want to be done where the script runs
	timers []goja.Callable
	origin string
}

// dom is what the script has in a browser.
const dom = `
class Element {
	children = []
	prepend(child) { this.children.unshift(child); child.parent = this }
	remove() { this.parent.children.splice(this.parent.children.indexOf(this), 1) }
	get childElementCount() { return this.children.length }
	get lastElementChild() { return this.children[this.children.length - 1] }
}
const page = new Element()
const document = { getElementById: () => page, createElement: () => new Element() }
class EventSource {
	static CLOSED = 2
	listeners = {}
	readyState = 0
	constructor(url) { open(this, url) }
	addEventListener(type, listener) { this.listeners[type] = listener }
	dispatch(type, data) { if (this.listeners[type]) this.listeners[type]({ data }) }
	fail(state) { this.readyState = state; this.onerror() }
}
function shown() { return page.children.map(row => row.textContent) }
`

var script = regexp.MustCompile(`(?s)<script>(.*)</script>`)

// newBrowser loads a page, and returns a function that runs its script.
func newBrowser(t *testing.T, origin string) (b *browser, start func()) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), 2*time.Minute)
	b = &browser{t: t, ctx: ctx, vm: goja.New(), calls: make(chan func()), origin: origin}
	var connections sync.WaitGroup
	t.Cleanup(func() { stop(); connections.Wait() })
	b.set("open", func(source *goja.Object, url string) { connections.Go(func() { b.stream(source, url) }) })
	b.set("setTimeout", func(f goja.Callable) { b.timers = append(b.timers, f) })
	b.run(dom)
	_, page := b.get("/", "")
	body, err := io.ReadAll(page)
	code := script.FindSubmatch(body)
	if err != nil || code == nil {
		t.Fatalf("%v in %s", err, body)
	}
	return b, func() { b.run(string(code[1])) }
}

func (b *browser) set(name string, f any) {
	if err := b.vm.Set(name, f); err != nil {
		b.t.Fatal(err)
	}
}

func (b *browser) run(code string) goja.Value {
	b.t.Helper()
	v, err := b.vm.RunString(code)
	if err != nil {
		b.t.Fatal(err)
	}
	return v
}

// get returns the body of an answer of the server, or nil without a connection.
func (b *browser) get(path, last string) (status int, body io.ReadCloser) {
	r, err := http.NewRequestWithContext(b.ctx, http.MethodGet, b.origin+path, nil)
	if err != nil {
		return 0, nil
	}
	if last != "" {
		r.Header.Set("Last-Event-ID", last)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, nil
	}
	context.AfterFunc(b.ctx, func() { answer.Body.Close() })
	return answer.StatusCode, answer.Body
}

// stream is an EventSource until the server refuses it.
func (b *browser) stream(source *goja.Object, url string) {
	last := ""
	for b.ctx.Err() == nil {
		status, body := b.get(url, last)
		if body != nil && status != http.StatusOK {
			b.call(source, "fail", 2)
			return
		}
		if body != nil {
			last = b.read(source, body, last)
		}
		b.call(source, "fail", 0)
	}
}

// read passes on the events of a connection until that ends. It returns the id of the last.
func (b *browser) read(source *goja.Object, body io.ReadCloser, last string) string {
	defer body.Close()
	id, kind, data := last, "", ""
	for lines := bufio.NewScanner(body); lines.Scan(); {
		name, value, _ := strings.Cut(lines.Text(), ": ")
		switch name {
		case "id":
			id = value
		case "event":
			kind = value
		case "data":
			data = value
		case "":
			if data != "" {
				b.call(source, "dispatch", kind, data)
			}
			last, kind, data = id, "", ""
		}
	}
	return last
}

// call has a method of an EventSource called.
func (b *browser) call(source *goja.Object, method string, args ...any) {
	done := make(chan struct{})
	call := func() {
		defer close(done)
		values := make([]goja.Value, len(args))
		for i, a := range args {
			values[i] = b.vm.ToValue(a)
		}
		f, _ := goja.AssertFunction(source.Get(method))
		if _, err := f(source, values...); err != nil {
			b.t.Error(err)
		}
	}
	select {
	case b.calls <- call:
		<-done
	case <-b.ctx.Done():
	}
}

// until lets the page work until a condition holds.
func (b *browser) until(condition func() bool) {
	b.t.Helper()
	for !condition() {
		select {
		case call := <-b.calls:
			call()
		case <-b.ctx.Done():
			b.t.Fatalf("the page shows %q", b.rows())
		}
	}
}

// rows are the texts that the page shows.
func (b *browser) rows() (rows []string) {
	if err := b.vm.ExportTo(b.run("shown()"), &rows); err != nil {
		b.t.Fatal(err)
	}
	return rows
}

var createdTicket = regexp.MustCompile(` ticket\.created (\d+) `)

// tickets are the tickets whose creation the page shows, the latest first.
func (b *browser) tickets() (ids []int64) {
	for _, row := range b.rows() {
		if m := createdTicket.FindStringSubmatch(row); m != nil {
			id, err := strconv.ParseInt(m[1], 10, 64)
			if err != nil {
				b.t.Fatal(err)
			}
			ids = append(ids, id)
		}
	}
	return ids
}

// The page shows each ticket once, although the connection is lost and refused meanwhile,
// and shows texts as they are.
func TestLivePage(t *testing.T) {
	desk := newSupport(t)
	var loggedOut atomic.Bool
	api, err := httpapi.New(desk, httpapi.Config{Authenticator: auth.Func(func(*http.Request) (auth.Identity, error) {
		if loggedOut.Load() {
			return auth.Identity{}, auth.ErrNoCredentials
		}
		return auth.Identity{External: &user.External{ID: "1", Username: "root", Staff: true}}, nil
	})})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/api/", api)
	mux.HandleFunc("/{$}", LivePage(desk, "/api/events/stream/"))
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	add := func(title string) { newTicket(t, desk, &ticket.Ticket{Title: title}) }

	add("before the page is loaded")
	b, start := newBrowser(t, server.URL)
	const evil = `<img src=x onerror=alert(1)>`
	add(evil)
	start()
	has := func(n int) func() bool { return func() bool { return len(b.tickets()) >= n } }
	b.until(has(1))
	if rows := strings.Join(b.rows(), "\n"); !strings.Contains(rows, evil) {
		t.Errorf("the page shows %q", rows)
	}

	add("while the page is connected")
	b.until(has(2))
	server.CloseClientConnections()
	add("while the connection is lost")
	b.until(has(3))

	loggedOut.Store(true)
	server.CloseClientConnections()
	b.until(func() bool { return len(b.timers) > 0 })
	add("while nobody is logged in")
	loggedOut.Store(false)
	for _, timer := range b.timers {
		if _, err := timer(nil); err != nil {
			t.Fatal(err)
		}
	}
	b.until(has(4))
	if shown := b.tickets(); !slices.Equal(shown, []int64{5, 4, 3, 2}) {
		t.Errorf("the page shows %v", shown)
	}

	for range 100 {
		add("one of many")
	}
	b.until(func() bool { return b.tickets()[0] == 105 })
	shown := b.tickets()
	if len(b.rows()) != 100 || len(shown) != 100 {
		t.Errorf("the page shows %d rows", len(b.rows()))
	}
	for i, id := range shown {
		if id != int64(105-i) {
			t.Fatalf("the page shows %v", shown)
		}
	}
}
