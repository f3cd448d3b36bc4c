package httpapi_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/httpapi"
)

// hostile is a value in a body, and what each kind of field says of it: ""
// where it takes it. The keys are kinds; those not named are not asked.
type hostile struct {
	name, json string
	says       map[string]string
}

const (
	notString   = "Not a valid string."
	notEmail    = "Enter a valid email address."
	nul         = "Null characters are not allowed."
	surrogate   = "Surrogate characters are not allowed: U+D800."
	notBoolean  = "Must be a valid boolean."
	badDatetime = "Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z]."
	notInteger  = "A valid integer is required."
	notNumber   = "A valid number is required."
	badDate     = "Date has wrong format. Use one of these formats instead: YYYY-MM-DD."
)

func pk(v string) string     { return `Invalid pk "` + v + `" - object does not exist.` }
func kind(v string) string   { return "Incorrect type. Expected pk value, received " + v + "." }
func choice(v string) string { return `"` + v + `" is not a valid choice.` }

// kinds are fields of a ticket by what they take.
var kinds = map[string]string{
	"text": "description", "name": "title", "email": "submitter_email", "reference": "assigned_to", "choice": "priority",
	"boolean":  "on_hold",
	"datetime": "due_date", "integer": "custom_seats", "decimal": "custom_cost", "list": "custom_tier", "custom text": "custom_notes",
	"date": "custom_start", "ip": "custom_ip", "url": "custom_site", "slug": "custom_code",
}

// manyDigits is a number that no machine type holds.
var manyDigits = strings.Repeat("9", 400)

var hostiles = []hostile{
	{"NUL", `"a\u0000b"`, map[string]string{"text": nul, "name": nul, "email": nul + notEmail, "reference": kind("str"),
		"choice":  choice(`a\u0000b`),
		"boolean": notBoolean, "datetime": badDatetime, "integer": notInteger, "decimal": notNumber, "list": choice(`a\u0000b`),
		"custom text": nul, "date": badDate}},
	{"lone surrogate", `"\ud800"`, map[string]string{"text": surrogate, "name": surrogate, "email": surrogate + notEmail,
		"reference": kind("str"),
		"boolean":   notBoolean, "datetime": badDatetime, "integer": notInteger, "decimal": notNumber, "custom text": surrogate}},
	{"NUL and surrogate", `"\ud800\u0000"`, map[string]string{"text": nul + surrogate, "custom text": nul + surrogate}},
	{"surrogate pair", `"\ud83d\ude00"`, map[string]string{"text": "", "name": "", "custom text": "", "email": notEmail}},
	{"huge integer", manyDigits, map[string]string{"text": "", "reference": pk(manyDigits), "choice": choice(manyDigits),
		"boolean": notBoolean, "datetime": badDatetime,
		"integer": "", "decimal": "Ensure that there are no more than 6 digits in total.",
		"name": "Ensure this field has no more than 200 characters."}},
	{"huge float", "1e400", map[string]string{"text": "", "name": "", "reference": kind("float"), "choice": choice("1e400"),
		"boolean": notBoolean, "datetime": badDatetime,
		"integer": notInteger, "decimal": notNumber, "list": choice("1e400"), "date": badDate}},
	{"tiny float", "-1e-400", map[string]string{"text": "", "reference": kind("float"), "boolean": ""}},
	{"negative zero", "-0", map[string]string{"text": "", "reference": pk("0"), "boolean": "", "integer": "", "decimal": ""}},
	{"exponent beyond measure", "1e999999999999", map[string]string{"text": "", "integer": notInteger, "decimal": notNumber,
		"boolean": notBoolean}},
	{"exponent in text", `"1e999999999999"`,
		map[string]string{"integer": notInteger, "decimal": "Ensure that there are no more than 6 digits in total."}},
	{"array", `[1,"a\u0000"]`, map[string]string{"text": notString, "email": notEmail, "reference": kind("list"),
		"choice": choice(`[1,"a\u0000"]`), "boolean": notBoolean,
		"datetime": badDatetime, "integer": notInteger, "decimal": notNumber, "custom text": notString, "date": badDate,
		"ip": "Enter a valid IPv4 or IPv6 address."}},
	{"object", `{"a":{}}`, map[string]string{"text": notString, "email": notEmail, "reference": kind("dict"),
		"choice": choice(`{"a":{}}`), "boolean": notBoolean, "datetime": badDatetime}},
	{"boolean", "true", map[string]string{"text": notString, "email": notEmail, "reference": kind("bool"), "choice": choice("True"),
		"datetime": badDatetime, "integer": notInteger}},
	{"long text", `"` + strings.Repeat("é", 100_000) + `"`,
		map[string]string{"text": "", "name": "Ensure this field has no more than 200 characters.",
			"email": "Ensure this field has no more than 254 characters." + notEmail, "integer": "String value too large.",
			"decimal": "String value too large.",
			"url":     "Enter a valid URL.", "ip": "Enter a valid IPv4 or IPv6 address."}},
	{"deep array", strings.Repeat("[", 800) + strings.Repeat("]", 800), map[string]string{"text": notString, "reference": kind("list"),
		"boolean": notBoolean}},
}

// TestHostileJSON gives every hostile value to the kinds of fields and expects
// the contract's words.
func TestHostileJSON(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	for _, h := range hostiles {
		for k, says := range h.says {
			field := kinds[k]
			body := map[string]json.RawMessage{"queue": []byte("1"), "title": []byte(`"x"`)}
			body[field] = []byte(h.json)
			got := a.call(t, "staff", "POST", "/api/tickets/", string(jsonText(body)))
			if says == "" {
				equal(t, json.Valid(got.is(t, http.StatusCreated, "").Body.Bytes()), true)
				continue
			}
			if got.Code != http.StatusBadRequest {
				t.Errorf("%s as %s: %d %s", h.name, k, got.Code, clip(got.Body.Bytes()))
				continue
			}
			var problems map[string][]string
			if err := json.Unmarshal(got.Body.Bytes(), &problems); err != nil {
				t.Errorf("%s as %s: %v", h.name, k, err)
			}
			if text := strings.Join(problems[field], ""); len(problems) != 1 || text != says && unescaped(text) != unescaped(says) {
				t.Errorf("%s as %s: %s, want %s", h.name, k, clip([]byte(text)), says)
			}
		}
	}
}

// unescaped is a text with its NULs written out.
func unescaped(s string) string { return strings.ReplaceAll(s, "\x00", `\u0000`) }

// TestMalformedJSONIsAParseError, whatever is behind the malformed part.
func TestMalformedJSONIsAParseError(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	unchanged := a.unchanged(t)
	good := `{"queue":1,"title":"x"}`
	for _, body := range []string{
		" ", "\n", "{", `{"queue":1,"title":"x"`, good + "x", good + "\x00", good + good, "\ufeff" + good, "\v" + good, good + "\u00a0",
		`{"queue":1,"title":"x",}`, `{"queue":01,"title":"x"}`, `{"queue":+1,"title":"x"}`, `{"queue":1.,"title":"x"}`,
		`{"queue":0x1,"title":"x"}`,
		`{'queue':1}`, `{queue:1}`, `{"queue":1/**/}`, `{"a":NaN}`, `{"a":Infinity}`, `{"a":-}`, `{"a":"\x"}`, `{"a":"\u12"}`,
		"{\"a\":\"\n\"}", "{\"a\":\"\x00\"}",
		"{\"queue\":1,\"title\":\"\xff\"}", "{\"queue\":1,\"title\":\"\xed\xa0\x80\"}", "{\"queue\":1,\"title\":\"\xc0\xaf\"}",
		"{\"\xff\":1}",
		"\xff\xfe{\x00}\x00", `{"a":` + strings.Repeat("[", 3000) + strings.Repeat("]", 3000) + "}", strings.Repeat("[", 100_000),
		strings.Repeat(`{"a":`, 100_000),
		"nul", "tru", `"`, `"\`, `{"a":"\ud800`, "\\",
	} {
		for _, r := range []struct{ method, path string }{{"POST", "/api/tickets/"}, {"POST", "/api/followups/"}, {"POST", "/api/users/"}} {
			got := a.call(t, "admin", r.method, r.path, body).is(t, http.StatusBadRequest, "").object(t)
			if text, _ := got["detail"].(string); !strings.HasPrefix(text, "JSON parse error - ") || len(text) < 25 || len(text) > 300 {
				t.Errorf("%.40q: %v", body, got)
			}
		}
	}
	unchanged()
}

func TestABodyThatIsNoObjectIsRefused(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	a.ticket(t)
	for body, got := range map[string]string{
		"[]": "list", `["queue"]`: "list", `"queue"`: "str", "1": "int", "-0": "int", "1.0": "float", "1e400": "float", manyDigits: "int",
		"true": "bool", "false": "bool",
		" \t\r\n[1]\n": "list", `"\ud800"`: "str",
	} {
		want := `{"non_field_errors":["Invalid data. Expected a dictionary, but got ` + got + `."]}`
		for _, r := range []struct{ method, path string }{{"POST", "/api/tickets/"}, {"PATCH", "/api/tickets/1/"},
			{"PUT", "/api/tickets/1/"}, {"POST", "/api/queues/"}} {
			a.call(t, "admin", r.method, r.path, body).is(t, http.StatusBadRequest, want)
			a.call(t, "admin", r.method, r.path, "null").is(t, http.StatusBadRequest, `{"non_field_errors":["No data provided"]}`)
		}
	}
}

func TestOfEqualKeysTheLastCounts(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	for _, c := range []struct{ contentType, body string }{
		{"application/json", `{"queue":99,"title":"","title":["x"],"title":"last","queue":1,"QUEUE":99,"Title":"x","\ud800":1}`},
		{typeForm, "queue=99&title=&title=last&queue=1&Title=x&title[]=x"},
	} {
		got := a.send(t, "staff", "POST", "/api/tickets/", c.contentType, c.body).is(t, http.StatusCreated, "").object(t)
		equal(t, got["title"], any("last"))
	}
	got := a.upload(t, "staff", "POST", "/api/tickets/", part{name: "queue", content: "99"}, part{name: "title", content: "x"},
		part{name: "title", content: "last"},
		part{name: "queue", content: "1"}, part{name: "attachment", filename: "a.exe", content: "x"},
		part{name: "attachment", filename: "a.txt", content: "x"})
	equal(t, got.is(t, http.StatusCreated, "").object(t)["title"], any("last"))
}

// TestHostileForms: NUL and bytes that are not UTF-8, urlencoded and multipart.
func TestHostileForms(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	for _, c := range []struct{ field, value, want string }{
		{"title", "a\x00b", `{"title":["` + nul + `"]}`},
		{"description", "\x00", `{"description":["` + nul + `"]}`},
		{"submitter_email", "a@b.co\x00", `{"submitter_email":["` + nul + `","` + notEmail + `"]}`},
		{"assigned_to", "1\x00", `{"assigned_to":["` + kind("str") + `"]}`},
		{"assigned_to", manyDigits, `{"assigned_to":["` + strings.ReplaceAll(pk(manyDigits), `"`, `\"`) + `"]}`},
		{"priority", "3\x00", `{"priority":["\"3\u0000\" is not a valid choice."]}`},
		{"on_hold", "true\x00", `{"on_hold":["` + notBoolean + `"]}`},
		{"due_date", "2026-01-01\x00", `{"due_date":["` + badDatetime + `"]}`},
		{"custom_seats", manyDigits + manyDigits + manyDigits, `{"custom_seats":["String value too large."]}`},
		{"custom_notes", "\x00", `{"custom_notes":["` + nul + `"]}`},
		{"attachment", "text", `{"attachment":["The submitted data was not a file. Check the encoding type on the form."]}`},
		{"description", "\xff\xfe", ""},
		{"\xff", "\x00\xff", ""},
		{"", "x", ""},
	} {
		status := http.StatusBadRequest
		if c.want == "" {
			status = http.StatusCreated
		}
		body := "queue=1&title=x&" + url.QueryEscape(c.field) + "=" + url.QueryEscape(c.value)
		got := a.send(t, "staff", "POST", "/api/tickets/", typeForm, body).is(t, status, c.want).object(t)
		if c.field == "description" && c.want == "" {
			equal(t, got["description"], any("\uFFFD\uFFFD"))
		}
		a.upload(t, "staff", "POST", "/api/tickets/", part{name: "queue", content: "1"}, part{name: "title", content: "x"},
			part{name: c.field, content: c.value}).
			is(t, status, c.want).object(t)
	}
}

// TestHostileMultipart: forms that are no forms.
func TestHostileMultipart(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	a.reply(t, &followup.FollowUp{TicketID: a.ticket(t)}, file("a.txt", "x"))
	unchanged := a.unchanged(t)
	const none = `{"queue":["This field is required."],"title":["This field is required."]}`
	for _, c := range []struct{ contentType, body, want string }{
		{"multipart/form-data", "x", detail("Multipart form parse error - Invalid boundary in multipart: None")},
		{`multipart/form-data; boundary=""`, "x", detail("Multipart form parse error - Invalid boundary in multipart: ")},
		{"multipart/form-data; boundary=b", "x", none},
		{"multipart/form-data; boundary=b", "\x00\xff", none},
		{"multipart/form-data; boundary=b", "--b--", none},
		{"multipart/form-data; boundary=b", "--b", none},
		{"multipart/form-data; boundary=b", "--b\r\n", none},
		{"multipart/form-data; boundary=b", "--b\r\n\r\n", none},
		{"multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"queue\"", none},
		{"multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data\r\n\r\n1\r\n--b--\r\n", none},
		{"multipart/form-data; boundary=b",
			"--b\r\nContent-Disposition: form-data; name=\"attachment\"; filename=\"a.txt\"\r\nContent-Transfer-Encoding: " +
				"base64\r\n\r\n!!!\r\n--b--\r\n",
			detail("Multipart form parse error - Could not decode base64 data.")},
	} {
		a.send(t, "staff", "POST", "/api/tickets/", c.contentType, c.body).is(t, http.StatusBadRequest, c.want)
	}
	unchanged()
}

func TestOtherContentTypesAreUnsupported(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	for sent, named := range map[string]string{
		"text/plain": "text/plain", "text/html; charset=utf-8": "text/html; charset=utf-8", "application/xml": "application/xml", "": "",
		"  ":                           "",
		"application/json, text/plain": "application/json, text/plain", "application/vnd.api+json": "application/vnd.api+json",
		"\"": "\"", "x\x00y": "x\x00y",
	} {
		r := httptest.NewRequestWithContext(t.Context(), "POST", "/api/tickets/", strings.NewReader("x"))
		r.Header["Content-Type"] = []string{sent}
		var got map[string]string
		answer := a.do(t, "staff", r).is(t, http.StatusUnsupportedMediaType, "").has(t, "Allow", "GET, POST, HEAD, OPTIONS")
		check(t, json.Unmarshal(answer.Body.Bytes(), &got))
		equal(t, got["detail"], `Unsupported media type "`+named+`" in request.`)
	}
}

// TestHostileHeaders: no credentials and no Accept give a 5xx.
func TestHostileHeaders(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	for _, value := range []string{"\x00", "\xff", "Basic", "Basic \x00", "Basic ====", "Basic " + strings.Repeat("A", 100_000),
		"Basic AAAA", "Basic AA==", "Bearer x", strings.Repeat("x", 100_000)} {
		for _, name := range []string{"Authorization", "Accept", "X-Forwarded-Host", "Host", "Range", "If-None-Match"} {
			r := httptest.NewRequestWithContext(t.Context(), "GET", "/api/tickets/", nil)
			r.Header[name] = []string{value, value}
			if name != "Authorization" {
				r.SetBasicAuth("staff", "staff-pass-1")
			}
			w := httptest.NewRecorder()
			a.ServeHTTP(w, r)
			if w.Code >= 500 || !json.Valid(w.Body.Bytes()) {
				t.Errorf("%s %.20q: %d %s", name, value, w.Code, clip(w.Body.Bytes()))
			}
		}
	}
	a.log.is(t)
}
