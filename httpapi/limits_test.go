package httpapi_test

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
)

// meter is a body that counts what was read of it. It goes on beyond every
// limit, but not for ever, lest a missing limit take all memory.
type meter struct {
	start string
	read  int64
}

var filling = strings.Repeat("x", 4096)

func (m *meter) Read(p []byte) (int, error) {
	n := 0
	if m.read > 64<<20 {
		return 0, errors.New("nobody stopped reading")
	}
	if m.read < int64(len(m.start)) {
		n = copy(p, m.start[m.read:])
	} else {
		n = copy(p, filling)
	}
	m.read += int64(n)
	return n, nil
}

// endless sends a body without end, whose length is declared or not (-1).
func (a *api) endless(t testing.TB, as, method, path, contentType, start string, declared int64) (*answer, int64) {
	t.Helper()
	body := &meter{start: start}
	r := httptest.NewRequestWithContext(t.Context(), method, path, body)
	r.ContentLength = declared
	r.Header.Set("Content-Type", contentType)
	return a.do(t, as, r), body.read
}

const (
	kilo       = 1 << 10
	readAhead  = 64 * kilo // of buffers
	tooLarge   = http.StatusRequestEntityTooLarge
	boundaried = "multipart/form-data; boundary=b"
	fieldStart = "--b\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\n"
	fileStart  = "--b\r\nContent-Disposition: form-data; name=\"attachment\"; filename=\"a.txt\"\r\n\r\n"
)

// TestABodyOverTheLimitIsNotReadThrough: not at all where its length is
// declared, up to the limit where it is not.
func TestABodyOverTheLimitIsNotReadThrough(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{MaxBody: kilo, MaxUpload: 10 * kilo, MaxFiles: 2})
	a.ticket(t)
	unchanged := a.unchanged(t)
	const (
		body  = "The request body is larger than the limit of 1024 bytes."
		whole = "The request body is larger than the limit of 21504 bytes." // of fields and all files
		file  = "A file is larger than the limit of 10240 bytes."
	)
	for _, c := range []struct {
		contentType, start string
		declared           int64
		want               string
	}{
		{"application/json", `{"title":"`, 2 * kilo, body},
		{"application/json", `{"title":"`, 1 << 40, body},
		{"application/json", `{"title":"`, -1, body},
		{typeForm, "title=", 2 * kilo, body},
		{typeForm, "title=", -1, body},
		{boundaried, fieldStart, 1 << 40, whole},
		{boundaried, fieldStart, -1, body},
		{boundaried, fieldStart, 15 * kilo, body}, // its fields may take no more than other bodies
		{boundaried, fileStart, -1, file},
		{boundaried, fileStart, 15 * kilo, file},
		{boundaried, "--b\r\n\r\n", -1, whole},
		{boundaried, "--b\r\nX: ", -1, whole},
		{boundaried, "--b\r\nContent-Disposition: form-data\r\n\r\n", -1, whole}, // a part without a name
	} {
		for _, path := range []string{"/api/tickets/1/", "/api/tickets/"} {
			method := "POST"
			if path == "/api/tickets/1/" {
				method = "PATCH"
			}
			got, read := a.endless(t, "staff", method, path, c.contentType, c.start, c.declared)
			got.is(t, tooLarge, detail(c.want)).has(t, "Connection", "close").has(t, "Content-Type", "application/json")
			limit := int64(22*kilo + readAhead)
			if c.declared >= 0 && c.declared != 15*kilo {
				limit = 0
			}
			if read > limit {
				t.Errorf("%s %.20q of %d bytes: %d were read", c.contentType, c.start, c.declared, read)
			}
		}
	}
	unchanged()
}

func TestABodyAtTheLimitIsFine(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{MaxBody: kilo, MaxUpload: 10 * kilo, MaxFiles: 2})
	body := `{"queue":1,"title":"x","description":""}`
	body = strings.Replace(body, `n":"`, `n":"`+strings.Repeat("d", kilo-len(body)), 1)
	a.call(t, "staff", "POST", "/api/tickets/", body).is(t, http.StatusCreated, "")
	a.call(t, "staff", "POST", "/api/tickets/", body+" ").is(t, tooLarge, "")
	full := strings.Repeat("f", 10*kilo)
	ticket := part{name: "ticket", content: "1"}
	a.upload(t, "staff", "POST", "/api/followups/", ticket, part{name: "attachments", filename: "a.txt", content: full},
		part{name: "attachments", filename: "b.txt", content: full}).is(t, http.StatusCreated, "")
	a.upload(t, "staff", "POST", "/api/followups/", ticket, part{name: "attachments", filename: "a.txt", content: full + "f"}).
		is(t, tooLarge, detail("A file is larger than the limit of 10240 bytes."))
}

func TestMoreFilesThanTheLimitAreRefused(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{MaxFiles: 3})
	a.ticket(t)
	unchanged := a.unchanged(t)
	for _, name := range []string{"attachments", "anything"} {
		parts := []part{{name: "ticket", content: "1"}}
		for range 4 {
			parts = append(parts, part{name: name, filename: "a.txt", content: "x"})
		}
		a.upload(t, "staff", "POST", "/api/followups/", parts...).is(t, tooLarge, detail("There are more than 3 files."))
		unchanged()
	}
	three := []part{{name: "ticket", content: "1"}}
	for range 3 {
		three = append(three, part{name: "attachments", filename: "a.txt", content: "x"})
	}
	a.upload(t, "staff", "POST", "/api/followups/", three...).is(t, http.StatusCreated, "")
}

func TestMoreThanAThousandFieldsAreABadRequest(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	for n, status := range map[int]int{1000: http.StatusCreated, 1001: http.StatusBadRequest} {
		pairs := []string{"queue=1", "title=x"}
		parts := []part{{name: "queue", content: "1"}, {name: "title", content: "x"}}
		nameless := slices.Clone(parts)
		for i := 2; i < n; i++ {
			pairs = append(pairs, fmt.Sprintf("f%d=", i))
			parts = append(parts, part{name: fmt.Sprintf("f%d", i)})
			nameless = append(nameless, part{})
		}
		want := ""
		if status == http.StatusBadRequest {
			want = detail("Bad request.")
		}
		a.send(t, "staff", "POST", "/api/tickets/", typeForm, strings.Join(pairs, "&")).is(t, status, want)
		a.upload(t, "staff", "POST", "/api/tickets/", parts...).is(t, status, want)
		a.upload(t, "staff", "POST", "/api/tickets/", nameless...).is(t, status, want)
	}
}

// TestHeadersOfPartsCountAsFields: they take memory as well.
func TestHeadersOfPartsCountAsFields(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{MaxBody: kilo})
	for _, p := range []part{{name: "x", contentType: strings.Repeat("y", 2*kilo)},
		{name: strings.Repeat("y", 2*kilo), filename: "a.txt", content: "x"}} {
		a.upload(t, "staff", "POST", "/api/tickets/", part{name: "queue", content: "1"}, part{name: "title", content: "x"}, p).
			is(t, tooLarge, detail("The request body is larger than the limit of 1024 bytes."))
	}
}

// TestALongListOfNoFilesIsAnsweredShortly: not a million times the same.
func TestALongListOfNoFilesIsAnsweredShortly(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	body := `{"ticket":1,"attachments":[1` + strings.Repeat(",1", 500_000) + `]}`
	got := a.call(t, "staff", "POST", "/api/followups/", body).is(t, http.StatusBadRequest, "")
	if got.Body.Len() > 200*kilo {
		t.Errorf("%d KiB", got.Body.Len()/kilo)
	}
}

// TestALimitIsToldOnlyToThoseWhoMayWrite, on what there is.
func TestALimitIsToldOnlyToThoseWhoMayWrite(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{MaxBody: kilo})
	a.ticket(t)
	for _, c := range []struct {
		as, method, path string
		status           int
	}{
		{"", "POST", "/api/tickets/", 401},
		{"jane", "POST", "/api/tickets/", 403},
		{"staff", "POST", "/api/users/", 403},
		{"staff", "PATCH", "/api/tickets/987/", 404},
		{"staff", "PATCH", "/api/tickets/x/", 404},
		{"staff", "POST", "/api/nothing/", 404},
		{"staff", "PATCH", "/api/tickets/", 405},
		{"staff", "PATCH", "/api/tickets/1/", 413},
		{"admin", "POST", "/api/users/", 413},
	} {
		for _, declared := range []int64{1 << 40, -1} {
			got, read := a.endless(t, c.as, c.method, c.path, "application/json", "{", declared)
			got.is(t, c.status, "")
			if c.status != 413 && read > 0 {
				t.Errorf("%s: %d bytes were read for a %d", got.name, read, c.status)
			}
		}
	}
}

func TestNoBodyIsReadWhereNoneIsWanted(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	a.ticket(t)
	for _, c := range []struct{ method, path string }{
		{"GET", "/api/tickets/"}, {"OPTIONS", "/api/tickets/"}, {"DELETE", "/api/tickets/1/"},
	} {
		if got, read := a.endless(t, "staff", c.method, c.path, "application/json", "{", -1); read > 0 || got.Code >= 300 {
			t.Errorf("%s: %d, %d bytes were read", got.name, got.Code, read)
		}
	}
}

// TestNoUploadStaysInTheTemporaryDirectory, whatever becomes of its request.
func TestNoUploadStaysInTheTemporaryDirectory(t *testing.T) {
	a := newAPI(t, httpapi.Config{MaxUpload: 200 * kilo, MaxFiles: 2})
	id := number(a.ticket(t))
	broken := a.over(failing{start: func() error { return errBoom }})
	panicking := a.over(failing{start: func() error { panic("boom") }})
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	spooled := part{name: "attachments", filename: "a.txt", content: strings.Repeat("x", 150*kilo)}
	for name, send := range map[string]func() (*answer, int){
		"stored": func() (*answer, int) {
			return a.upload(t, "staff", "POST", "/api/followups/", part{name: "ticket", content: id}, spooled, spooled), 201
		},
		"refused": func() (*answer, int) {
			return a.upload(t, "staff", "POST", "/api/followups/", part{name: "ticket", content: "99"}, spooled), 400
		},
		"unused": func() (*answer, int) {
			return a.upload(t, "staff", "PATCH", "/api/tickets/"+id+"/", spooled), 400
		},
		"too many": func() (*answer, int) {
			return a.upload(t, "staff", "POST", "/api/followups/", spooled, spooled, spooled), 413
		},
		"too large": func() (*answer, int) {
			large := spooled
			large.content += large.content
			return a.upload(t, "staff", "POST", "/api/followups/", spooled, large), 413
		},
		"nameless": func() (*answer, int) {
			nameless := spooled
			nameless.filename = "/"
			return a.upload(t, "staff", "POST", "/api/followups/", nameless), 400
		},
		"broken store": func() (*answer, int) {
			return broken.upload(t, "staff", "POST", "/api/followups/", part{name: "ticket", content: id}, spooled), 500
		},
		"panic": func() (*answer, int) {
			return panicking.upload(t, "staff", "POST", "/api/followups/", part{name: "ticket", content: id}, spooled), 500
		},
		"cut off": func() (*answer, int) {
			contentType, body := form(spooled)
			r := httptest.NewRequestWithContext(t.Context(), "POST", "/api/followups/",
				io.MultiReader(strings.NewReader(body[:len(body)/2]), iotest.ErrReader(errors.New("connection reset"))))
			r.Header.Set("Content-Type", contentType)
			return a.do(t, "staff", r), 400
		},
	} {
		got, status := send()
		got.is(t, status, "")
		left, err := filepath.Glob(filepath.Join(dir, "*"))
		check(t, err)
		if left = append(left, openUploads()...); len(left) > 0 {
			t.Errorf("%s: left %v", name, left)
		}
	}
}

// openUploads are the uploads that this process holds open, with a name or
// without, where the system tells.
func openUploads() (open []string) {
	descriptors, _ := filepath.Glob("/proc/self/fd/*")
	for _, d := range descriptors {
		if to, err := os.Readlink(d); err == nil && strings.Contains(to, "helpdesk-") {
			open = append(open, to)
		}
	}
	return open
}

func TestAnUploadThatCannotBeSpooledIsTheServersError(t *testing.T) {
	a := newAPI(t, httpapi.Config{})
	unchanged := a.unchanged(t)
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "missing"))
	large := part{name: "attachment", filename: "a.txt", content: strings.Repeat("x", 150*kilo)}
	fields := []part{{name: "queue", content: "1"}, {name: "title", content: "x"}}
	a.upload(t, "staff", "POST", "/api/tickets/", append(fields, large)...).is(t, http.StatusInternalServerError, detail("Server error."))
	unchanged()
	a.upload(t, "staff", "POST", "/api/tickets/", append(fields, part{name: "attachment", filename: "a.txt", content: "x"})...).is(t,
		http.StatusCreated, "")
}

// allocated is how much memory a function takes in all.
func allocated(fn func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	fn()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// heap measures what is held in memory. It is asked by the goroutine that works, so
// that nothing is allocated while it collects garbage.
type heap struct{ before, most uint64 }

func (h *heap) sample() {
	var now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&now)
	if h.before == 0 {
		h.before = now.HeapAlloc
	}
	h.most = max(h.most, now.HeapAlloc)
}

// sampled samples after each MiB that is read.
type sampled struct {
	io.Reader
	heap *heap
	read int
}

func (s *sampled) Read(p []byte) (int, error) {
	n, err := s.Reader.Read(p)
	if s.read += n; s.read >= 1<<20 {
		s.read = 0
		s.heap.sample()
	}
	return n, err
}

// TestAFileIsNeverWholeInMemory on its way in, neither while it is read nor while
// it is stored.
func TestAFileIsNeverWholeInMemory(t *testing.T) {
	const size = 24 << 20
	var memory heap
	statements := 0
	store := testdesk.OpenStore(t, func(string) {
		if statements++; memory.before > 0 && statements%4 == 0 {
			memory.sample()
		}
	})
	book := &logbook{}
	a := serve(testdesk.Over(t, store, helpdesk.Config{Logger: slog.New(book)}), book, httpapi.Config{})
	head := "--b\r\nContent-Disposition: form-data; name=\"queue\"\r\n\r\n1\r\n" + fieldStart + "x\r\n" + fileStart
	body := io.MultiReader(strings.NewReader(head), io.LimitReader(&meter{}, size), strings.NewReader("\r\n--b--\r\n"))
	r := httptest.NewRequestWithContext(t.Context(), "POST", "/api/tickets/", &sampled{Reader: body, heap: &memory})
	r.Header.Set("Content-Type", boundaried)
	r.SetBasicAuth("staff", testdesk.Password("staff"))
	w := httptest.NewRecorder()
	memory.sample()
	began := statements
	a.ServeHTTP(w, r)
	if most := memory.most - memory.before; most > size/8 {
		t.Errorf("%d MiB for %d", most>>20, size>>20)
	}
	if statements-began < 20 {
		t.Errorf("%d statements: is the file stored in parts?", statements-began)
	}
	(&answer{w, "upload"}).is(t, http.StatusCreated, "")
}

// TestNestedJSONCostsWhatItsLengthCosts: a multiple of it.
func TestNestedJSONCostsWhatItsLengthCosts(t *testing.T) {
	a := newAPI(t, httpapi.Config{})
	for _, around := range []string{`{"x":%s}`, `{"attachments":%s}`, `{"title":%s}`} {
		for open, end := range map[string]string{"[": "]", `{"a":`: "}"} {
			body := fmt.Sprintf(around, strings.Repeat(open, 850)+`"`+strings.Repeat("a", 100_000)+`"`+strings.Repeat(end, 850))
			took := allocated(func() { a.call(t, "staff", "POST", "/api/followups/", body).is(t, http.StatusBadRequest, "") })
			if took > 100*uint64(len(body)) {
				t.Errorf("%.20s: %d KiB for %d", body, took>>10, len(body)>>10)
			}
		}
	}
}
