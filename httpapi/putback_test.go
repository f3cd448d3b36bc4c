package httpapi_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"testing"

	"github.com/go-helpdesk/helpdesk/httpapi"
)

// TestATicketIsPutBackAsItWasRead: random tickets, of which a PUT of what GET
// answered changes nothing and writes no history. An empty custom text is cleared
// by it, and reads null from then on.
func TestATicketIsPutBackAsItWasRead(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	first := a.ticket(t)
	r := rand.New(rand.NewPCG(1, 2))
	oneOf := func(values ...any) any { return values[r.IntN(len(values))] }
	for range 60 {
		id := number(a.ticket(t))
		path := "/api/tickets/" + id + "/"
		sent := map[string]any{}
		for name, value := range map[string]any{
			"title": oneOf(" x ", "T 😀 #1", "<b>"), "description": oneOf(nil, "", " a\n\tb ", "&amp;"),
			"resolution":      oneOf(nil, "", "done"),
			"submitter_email": oneOf(nil, "", "Jane@Example.com"), "assigned_to": oneOf(nil, a.Users["staff"].ID, a.Users["inactive"].ID),
			"status": oneOf(1, 2, 3, 4, 5), "on_hold": oneOf(true, false), "priority": oneOf(1, 3, 5), "queue": oneOf(1, 2),
			"due_date":  oneOf(nil, "2026-01-02T03:04:05.678901+02:00", "0001-01-01", "9999-12-31T23:59:59.999999Z"),
			"merged_to": oneOf(nil, first),
		} {
			if r.IntN(4) > 0 {
				sent[name] = value
			}
		}
		for name, value := range customSamples {
			switch r.IntN(4) {
			case 0:
				sent["custom_"+name] = value
			case 1:
				sent["custom_"+name] = nil
			}
		}
		a.call(t, "staff", "PATCH", path, string(jsonText(sent))).is(t, http.StatusOK, "")
		history := a.call(t, "staff", "GET", path+"history/", "").Body.String()
		before := a.call(t, "staff", "GET", path, "").is(t, http.StatusOK, "")
		put := a.call(t, "staff", "PUT", path, before.Body.String()).is(t, http.StatusOK, "")
		after := a.call(t, "staff", "GET", path, "").is(t, http.StatusOK, put.Body.String())
		for name, value := range before.object(t) {
			now := after.object(t)[name]
			if value == "" && now == nil && len(name) > 7 && name[:7] == "custom_" {
				continue
			}
			if string(jsonText(now)) != string(jsonText(value)) {
				t.Errorf("%s of %s became %s", name, jsonText(value), jsonText(now))
			}
		}
		a.call(t, "staff", "GET", path+"history/", "").is(t, http.StatusOK, history)
		a.call(t, "staff", "PUT", path, after.Body.String()).is(t, http.StatusOK, after.Body.String())
	}
}

// FuzzUploads: after a success every file that was sent can be downloaded with its
// bytes, of several under a name that takes one the last; after a refusal none is
// stored.
func FuzzUploads(f *testing.F) {
	d := newFuzzDesk(f)
	a := &api{d.handler, d.Desk, nil}
	targets := []struct {
		path, single string // the name that takes one file, "" where all count
		fields       []string
	}{
		{"/api/tickets/", "attachment", []string{sentText("queue", "1"), sentText("title", "t")}},
		{"/api/followups/", "", []string{sentText("ticket", "1")}},
		{"/api/followups-attachments/", "file", []string{sentText("followup", "1")}},
	}
	for i := range targets {
		for _, name := range []string{"attachment", "attachments", "attachments[]", "attachments[0]", "file", "x", "title"} {
			f.Add(uint8(i), name, "a.txt", []byte("one"), name, "b.txt", []byte("two"))
		}
		f.Add(uint8(i), "attachments", "", []byte{}, "file", "a.exe. ", []byte("two"))
		f.Add(uint8(i), "attachment", "..", []byte("x"), "attachments[1]", "x", []byte("--b"))
	}
	f.Fuzz(func(t *testing.T, target uint8, name1, file1 string, content1 []byte, name2, file2 string, content2 []byte) {
		c := targets[int(target)%len(targets)]
		sent := map[string][]byte{} // what has to be stored, by a unique content
		body := append([]string{}, c.fields...)
		for i, p := range []struct {
			name, file string
			content    []byte
		}{{name1, file1, content1}, {name2, file2, content2}} {
			if quoteParameter(p.file) == `""` { // text, or an empty file input
				continue
			}
			content := fmt.Sprintf("%d %x", i, p.content)
			body = append(body, fmt.Sprintf("Content-Disposition: form-data; name=%s; filename=%s\r\n\r\n%s", quoteParameter(p.name),
				quoteParameter(p.file), content))
			if c.single != "" {
				clear(sent) // refused, or the last under its name
			}
			sent[content] = nil
		}
		before := storedFiles(t, a)
		got := a.send(t, "staff", "POST", c.path, boundaried, parts(body...))
		now := storedFiles(t, a)
		if got.Code >= 400 {
			if len(now) != len(before) {
				t.Fatalf("%d, and yet %d files became %d", got.Code, len(before), len(now))
			}
			return
		}
		for content := range sent {
			if now[content] != before[content]+1 {
				t.Fatalf("%d %s, but %q is not there", got.Code, clip(got.Body.Bytes()), content)
			}
		}
	})
}

// quoteParameter quotes the value of a parameter, without what ends a header.
func quoteParameter(s string) string {
	b := []byte{'"'}
	for _, c := range []byte(s) {
		if c >= ' ' && c != '"' && c != '\\' && c != 0x7f {
			b = append(b, c)
		}
	}
	return string(append(b, '"'))
}

// storedFiles counts the contents of all files that can be downloaded.
func storedFiles(t *testing.T, a *api) map[string]int {
	t.Helper()
	var list struct{ Results []struct{ File string } }
	if err := json.Unmarshal(a.call(t, "staff", "GET", "/api/followups-attachments/", "").Body.Bytes(), &list); err != nil {
		t.Fatal(err)
	}
	found := map[string]int{}
	for _, item := range list.Results {
		found[a.call(t, "staff", "GET", item.File, "").is(t, http.StatusOK, "").Body.String()]++
	}
	return found
}
