package httpapi_test

import (
	"mime"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/httpapi"
)

// attach stores a file under a name and a type, and returns the path of its download.
func (a *api) attach(t testing.TB, name, mimeType, content string) (id, path string) {
	t.Helper()
	f := file(name, content)
	f.MIMEType = mimeType
	id = number(a.reply(t, &followup.FollowUp{TicketID: a.ticket(t)}, f).Attachments[0].ID)
	return id, "/api/followups-attachments/" + id + "/download/"
}

// fetch downloads with headers, given as name and value by turns.
func (a *api) fetch(t testing.TB, method, path string, headers ...string) *answer {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return a.do(t, "staff", r)
}

func TestADownloadIsInert(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	_, path := a.attach(t, "page.txt", "text/html", "<script>alert(1)</script>")
	got := a.fetch(t, "GET", path).is(t, http.StatusOK, "<script>alert(1)</script>")
	got.has(t, "Content-Disposition", "attachment; filename=page.txt")
	got.has(t, "X-Content-Type-Options", "nosniff").has(t, "Content-Security-Policy", "sandbox; default-src 'none'")
	got.has(t, "Cache-Control", "private, no-cache").has(t, "Content-Type", "text/html").has(t, "Content-Length", "25").has(t,
		"Accept-Ranges", "bytes")
}

// TestADownloadsTypeIsTheStoredOneWhereItIsOne and never splits a header.
func TestADownloadsTypeIsTheStoredOneWhereItIsOne(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	id, path := a.attach(t, "a.txt", "", "x")
	for stored, want := range map[string]string{
		"text/plain": "text/plain", "image/png": "image/png", `text/css; q=\"1\"`: `text/css; q="1"`,
		"nonsense": "application/octet-stream", "pdf": "application/octet-stream", "te xt/plain": "application/octet-stream",
		"a/b/c": "application/octet-stream", `x\r\nSet-Cookie: a=b`: "application/octet-stream",
		"text/é": "application/octet-stream", "/": "application/octet-stream", ";": "application/octet-stream",
	} {
		a.call(t, "staff", "PATCH", "/api/followups-attachments/"+id+"/", `{"mime_type":"`+stored+`"}`).is(t, http.StatusOK, "")
		a.fetch(t, "GET", path).is(t, http.StatusOK, "x").has(t, "Content-Type", want).has(t, "Set-Cookie", "")
	}
}

// TestADownloadsNameSurvivesItsHeader: what a browser reads there is the name.
func TestADownloadsNameSurvivesItsHeader(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	id, path := a.attach(t, "a.txt", "", "x")
	for name, header := range map[string]string{
		"plain.txt":                          "attachment; filename=plain.txt",
		"two words.txt":                      `attachment; filename="two words.txt"`,
		`quo"ted.txt`:                        `attachment; filename="quo\"ted.txt"`,
		"é.txt":                              "attachment; filename*=utf-8''%C3%A9.txt",
		"文件;x=1.txt":                         "",
		"e\u0301.txt":                        "",
		"100%.txt":                           "",
		"😀":                                  "",
		strings.Repeat("long ", 60) + ".txt": "",
	} {
		body := `{"filename":` + string(jsonText(name)) + `}`
		a.call(t, "staff", "PATCH", "/api/followups-attachments/"+id+"/", body).is(t, http.StatusOK, "")
		got := a.fetch(t, "GET", path).is(t, http.StatusOK, "x").Header().Get("Content-Disposition")
		if header != "" && got != header {
			t.Errorf("%q: %s, want %s", name, got, header)
		}
		kind, params, err := mime.ParseMediaType(got)
		if err != nil || kind != "attachment" || params["filename"] != name || strings.ContainsAny(got, "\r\n\x00") {
			t.Errorf("%q is read from %q as %q, %v", name, got, params["filename"], err)
		}
	}
}

const unsatisfiable = `{"detail":"Requested range not satisfiable."}`

// TestADownloadIsServedWhateverIsAccepted, with JSON for what is refused.
func TestADownloadIsServedWhateverIsAccepted(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	_, path := a.attach(t, "a.pdf", "application/pdf", "content")
	for _, accept := range []string{"application/pdf", "image/*", "text/html", "application/json", "*/*", "", "nonsense"} {
		a.fetch(t, "GET", path, "Accept", accept).is(t, http.StatusOK, "content").has(t, "Content-Type", "application/pdf")
		a.fetch(t, "HEAD", path, "Accept", accept).is(t, http.StatusOK, "")
		a.fetch(t, "GET", "/api/followups-attachments/99/download/", "Accept", accept).is(t, http.StatusNotFound, "").has(t,
			"Content-Type", "application/json")
		a.fetch(t, "POST", path, "Accept", accept).is(t, http.StatusMethodNotAllowed, "")
	}
	a.fetch(t, "GET", strings.TrimSuffix(path, "download/"), "Accept", "application/pdf").is(t, http.StatusNotAcceptable, "")
}

func TestPartsOfADownload(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	content := strings.Repeat("0123456789", 60_000) // over several pieces
	_, path := a.attach(t, "a.txt", "", content)
	for _, c := range []struct {
		asked, got string
		status     int
		body       string
	}{
		{"bytes=0-9", "bytes 0-9/600000", 206, "0123456789"},
		{"bytes=262140-262149", "bytes 262140-262149/600000", 206, "0123456789"},
		{"bytes=599995-", "bytes 599995-599999/600000", 206, "56789"},
		{"bytes=-3", "bytes 599997-599999/600000", 206, "789"},
		{"bytes=599999-700000", "bytes 599999-599999/600000", 206, "9"},
		{"bytes=600000-", "bytes */600000", 416, unsatisfiable},
		{"bytes=9-1", "", 416, unsatisfiable},
		{"bytes=x", "", 416, unsatisfiable},
	} {
		got := a.fetch(t, "GET", path, "Range", c.asked).is(t, c.status, c.body).has(t, "Content-Range", c.got)
		got.has(t, "X-Content-Type-Options", "nosniff").has(t, "Content-Security-Policy", "sandbox; default-src 'none'")
		if c.status == http.StatusRequestedRangeNotSatisfiable {
			got.has(t, "Cache-Control", "no-store")
		}
	}
	a.fetch(t, "GET", path).is(t, http.StatusOK, content)
}

func TestADownloadIsNotSentTwice(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	id, path := a.attach(t, "a.txt", "", "first")
	first := a.fetch(t, "GET", path).is(t, http.StatusOK, "first").Header().Get("ETag")
	if !strings.HasPrefix(first, `"`) || !strings.HasSuffix(first, `"`) || len(first) < 10 {
		t.Fatalf("ETag %s", first)
	}
	got := a.fetch(t, "GET", path, "If-None-Match", first).is(t, http.StatusNotModified, "").has(t, "ETag", first)
	equal(t, got.Body.Len(), 0)
	a.fetch(t, "GET", path, "Range", "bytes=1-2", "If-Range", first).is(t, http.StatusPartialContent, "ir")
	a.fetch(t, "GET", path, "Range", "bytes=1-2", "If-Range", `"other"`).is(t, http.StatusOK, "first")
	a.call(t, "staff", "PATCH", "/api/followups-attachments/"+id+"/", `{"filename":"b.txt"}`).is(t, http.StatusOK, "")
	a.fetch(t, "GET", path, "If-None-Match", first).is(t, http.StatusNotModified, "")
	a.upload(t, "staff", "PATCH", "/api/followups-attachments/"+id+"/", part{name: "file", filename: "x.txt", content: "second"}).is(t,
		http.StatusOK, "")
	second := a.fetch(t, "GET", path, "If-None-Match", first).is(t, http.StatusOK, "second").Header().Get("ETag")
	equal(t, second != first, true)
}

func TestHEADOfADownloadSendsNone(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	_, path := a.attach(t, "a.txt", "", "content")
	got := a.fetch(t, "HEAD", path).is(t, http.StatusOK, "").has(t, "Content-Length", "7").has(t, "Content-Type", "text/plain")
	equal(t, got.Body.Len(), 0)
	equal(t, a.fetch(t, "HEAD", path, "Range", "bytes=0-1").is(t, http.StatusPartialContent, "").Body.Len(), 0)
}

// TestADownloadNeedsThePermissionOfItsTicket: its submitter has it not.
func TestADownloadNeedsThePermissionOfItsTicket(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	_, path := a.attach(t, "a.txt", "", "content")
	a.call(t, "", "GET", path, "").is(t, http.StatusUnauthorized, "")
	a.call(t, "jane", "GET", path, "").is(t, http.StatusForbidden, "")
	a.call(t, "staff", "DELETE", "/api/tickets/1/", "").is(t, http.StatusNoContent, "")
	a.call(t, "staff", "GET", path, "").is(t, http.StatusNotFound, detail("No FollowUpAttachment matches the given query."))
}

func TestUploadedFilesComeBackAsTheyWere(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	for _, size := range []int{1, 64 << 10, 64<<10 + 1, 700_000} { // in memory and spooled
		content := strings.Repeat("\x00\xffé\r\n--", size/8+1)[:size]
		created := a.upload(t, "staff", "POST", "/api/tickets/", part{name: "queue", content: "1"}, part{name: "title", content: "x"},
			part{name: "attachment", filename: "a.txt", contentType: "x/y", content: content}).is(t, http.StatusCreated, "")
		f := created.object(t)["followup_set"].([]any)[0].(map[string]any)["followupattachment_set"].([]any)[0].(map[string]any)
		equal(t, f["size"], any(float64(size)))
		equal(t, f["mime_type"], any("x/y"))
		if got := a.fetch(t, "GET", f["file"].(string)); got.Body.String() != content {
			t.Errorf("%d bytes come back as %d others", size, got.Body.Len())
		}
	}
}
