package httpapi_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk/httpapi"
)

// parts is a multipart form of parts given as they are on the wire.
func parts(raw ...string) string {
	var b strings.Builder
	for _, p := range raw {
		b.WriteString("--b\r\n" + p + "\r\n")
	}
	return b.String() + "--b--\r\n"
}

const inQueue = "Content-Disposition: form-data; name=\"queue\"\r\n\r\n1"

// TestHeadersOfPartsAreReadLeniently: whatever names the title, it is "x".
func TestHeadersOfPartsAreReadLeniently(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	for _, headers := range []string{
		`Content-Disposition: form-data; name="title"`,
		`Content-Disposition: form-data; name=title`,
		`content-disposition: form-data; NAME=title`,
		`Content-Disposition: form-data; name = "title"`,
		`Content-Disposition: attachment; name=" title "`,
		`Content-Disposition: form-data; name="other"; name="title"`,
		"Content-Disposition: form-data; name=\"other\"\r\nContent-Disposition: form-data; name=\"title\"",
		`Content-Disposition: form-data; name*=UTF-8''titl%65`,
		`Content-Disposition: form-data; name="ti\tle"; name=title`,
		`Content-Disposition: form-data; name=title; filename`,
		`Content-Disposition: form-data; name=title; filename=`,
		`Content-Disposition: form-data; name=title; filename=""`,
		`Content-Disposition: form-data; name=title;;; =; x="a;name=other"`,
		"X-Other: " + strings.Repeat("y",
			500) + "\r\nContent-Type: text/plain; charset=utf-16\r\nContent-Disposition: form-data; name=title",
		"Content-Transfer-Encoding: quoted-printable\r\nContent-Disposition: form-data; name=title",
	} {
		got := a.send(t, "staff", "POST", "/api/tickets/", boundaried, parts(inQueue, headers+"\r\n\r\nx")).is(t, http.StatusCreated, "")
		equal(t, got.object(t)["title"], any("x"))
	}
}

func TestPartsWithoutANameAreIgnored(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	const title = "Content-Disposition: form-data; name=\"title\"\r\n\r\nx"
	for _, headers := range []string{"", "Content-Disposition: form-data", "Content-Disposition: form-data; name",
		"Content-Disposition: form-data; name=\" \"", "X: y"} {
		if headers != "" {
			headers += "\r\n"
		}
		got := a.send(t, "staff", "POST", "/api/tickets/", boundaried, parts(inQueue, title, headers+"\r\nignored")).is(t,
			http.StatusCreated, "")
		equal(t, got.object(t)["title"], any("x"))
	}
}

func TestTheBoundaryIsReadLeniently(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	body := parts(inQueue, "Content-Disposition: form-data; name=\"title\"\r\n\r\nx")
	long := strings.Repeat("B", 201)
	for contentType, body := range map[string]string{
		"multipart/form-data; boundary=b":                      body,
		`multipart/form-data; boundary="b"`:                    body,
		"multipart/form-data; BOUNDARY=b":                      body,
		"multipart/form-data; charset=utf-8; boundary=b;":      body,
		"multipart/form-data; boundary=x; boundary=b":          body,
		"multipart/form-data; x; boundary=b":                   body,
		"multipart/form-data; boundary='b'":                    strings.ReplaceAll(body, "--b", "--'b'"),
		"multipart/form-data; boundary=" + long:                strings.ReplaceAll(body, "--b", "--"+long),
		"multipart/form-data; boundary=b; comment=\"a;b=\\\"c": body,
	} {
		a.send(t, "staff", "POST", "/api/tickets/", contentType, body).is(t, http.StatusCreated, "")
	}
}

// TestATruncatedFormKeepsWhatIsThere, as the reference does; over a connection
// that broke it is refused (TestAnUploadThatIsCutOffLeavesNothing).
func TestATruncatedFormKeepsWhatIsThere(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	whole := parts(inQueue, "Content-Disposition: form-data; name=\"title\"\r\n\r\nabc")
	for end, want := range map[string]string{
		"abc":      `"title":"abc"`,
		"ab":       `"title":"ab"`,
		"\r\n\r\n": "",
	} {
		got := a.send(t, "staff", "POST", "/api/tickets/", boundaried, whole[:strings.LastIndex(whole, end)+len(end)])
		if want == "" {
			got.is(t, http.StatusBadRequest, `{"title":["This field may not be blank."]}`)
			continue
		}
		if !strings.Contains(got.is(t, http.StatusCreated, "").Body.String(), want) {
			t.Errorf("%q: %s", end, clip(got.Body.Bytes()))
		}
	}
	inHeaders := whole[:strings.Index(whole, "name=\"title\"")+8]
	a.send(t, "staff", "POST", "/api/tickets/", boundaried, inHeaders).is(t, http.StatusBadRequest, `{"title":["This field is required."]}`)
}

func TestBase64PartsAreDecoded(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	const encoded = "Content-Transfer-Encoding: BASE64\r\nContent-Disposition: form-data; "
	got := a.send(t, "staff", "POST", "/api/tickets/", boundaried,
		parts(inQueue, encoded+"name=title\r\n\r\nw6k=", encoded+"name=description\r\n\r\nnot base64",
			encoded+"name=attachment; filename=a.txt\r\n\r\nY29u\r\ndGVudA==")).is(t, http.StatusCreated, "").object(t)
	equal(t, got["title"], any("é"))
	equal(t, got["description"], any("not base64"))
	f := got["followup_set"].([]any)[0].(map[string]any)["followupattachment_set"].([]any)[0].(map[string]any)
	a.call(t, "staff", "GET", f["file"].(string), "").is(t, http.StatusOK, "content")
	unchanged := a.unchanged(t)
	for _, content := range []string{"Y29", "!!!!", "Y29udA==Y29u"} {
		a.send(t, "staff", "POST", "/api/tickets/", boundaried, parts(inQueue, encoded+"name=attachment; filename=a.txt\r\n\r\n"+content)).
			is(t, http.StatusBadRequest, detail("Multipart form parse error - Could not decode base64 data."))
	}
	unchanged()
}

// TestAFileIsNoText: what each kind of field says of a file.
func TestAFileIsNoText(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	for field, want := range map[string]string{
		"title": notString, "description": notString, "submitter_email": notEmail, "priority": choice("x.txt"), "on_hold": notBoolean,
		"due_date": badDatetime, "custom_seats": notInteger, "custom_notes": notString, "custom_tier": choice("x.txt"),
	} {
		got := a.upload(t, "staff", "POST", "/api/tickets/", part{name: "queue", content: "1"},
			part{name: field, filename: "x.txt", content: "x"},
			part{name: "title", content: "x"}, part{name: field, content: "text beside it"}).is(t, http.StatusBadRequest, "").object(t)
		problems, _ := got[field].([]any)
		if len(got) != 1 || len(problems) != 1 || problems[0] != want {
			t.Errorf("%s: %v, want %s", field, got, want)
		}
	}
}

// TestTextsComeBeforeFilesInAList, whatever their order in the form, and every
// bad one is named by its place.
func TestTextsComeBeforeFilesInAList(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	a.ticket(t)
	unchanged := a.unchanged(t)
	const notFile = "The submitted data was not a file. Check the encoding type on the form."
	a.upload(t, "staff", "POST", "/api/followups/", part{name: "ticket", content: "1"},
		part{name: "attachments", filename: "a.exe", content: "x"},
		part{name: "attachments", filename: "ok.txt", content: "x"}, part{name: "attachments", content: "text"},
		part{name: "attachments", filename: "empty.txt"}).
		is(t, http.StatusBadRequest,
			`{"attachments":{"0":["`+notFile+`"],"1":["Unsupported file extension: .exe"],"3":["The submitted file is empty."]}}`)
	unchanged()
}

func TestFileNamesAreMadeHarmless(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	id := number(a.ticket(t))
	for sent, want := range map[string]string{
		`filename="../../evil é.txt"`: "evil é.txt", `filename="C:\\dir\\b.txt"`: "b.txt", `filename="C:\dir\b.txt"`: "b.txt",
		`filename="a&amp;b.txt"`:                          "a&b.txt",
		`filename=plain.txt; filename*=UTF-8''%c3%a9.txt`: "é.txt", `filename="a\"b.txt"`: `a"b.txt`, `filename=a b.txt`: "a b.txt",
		"filename=\"a\u202etxt.txt\"":                     "atxt.txt",
		`filename="` + strings.Repeat("a", 300) + `.txt"`: strings.Repeat("a", 251) + ".txt", `filename="a.txt. ."`: "a.txt",
		`filename="%41.txt"`: "%41.txt",
		`filename="..."`:     "", `filename="."`: "", `filename=".."`: "", `filename="a/"`: "", `filename="/"`: "",
		`filename="&#46;"`: "", `filename="C:\temp\"`: "",
	} {
		form := parts("Content-Disposition: form-data; name=ticket\r\n\r\n"+id,
			"Content-Disposition: form-data; name=attachments; "+sent+"\r\n\r\nx")
		got := a.send(t, "staff", "POST", "/api/followups/", boundaried, form)
		if want == "" {
			got.is(t, http.StatusBadRequest, `{"attachments":{"0":["This file has no usable name."]}}`)
			continue
		}
		stored := got.is(t, http.StatusCreated, "").object(t)["followupattachment_set"].([]any)
		if len(stored) != 1 || stored[0].(map[string]any)["filename"] != want {
			t.Errorf("%.60s: %v, want %q", sent, stored, want)
		}
	}
}
