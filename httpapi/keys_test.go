package httpapi

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// PostPaths are the paths of all routes that take POST.
func PostPaths() (paths []string) {
	for _, rt := range allRoutes() {
		if rt.post.do != nil {
			paths = append(paths, "/api"+rt.path+"/")
		}
	}
	return paths
}

func TestParseKey(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		`abc`: "abc", `"abc"`: "abc", ` "abc" `: "abc", `8e03978e-40d5-43dd-bc93-6894a57f9324`: "8e03978e-40d5-43dd-bc93-6894a57f9324",
		`"a b"`: "a b", `"a\"b\\c"`: `a"b\c`, `a\b`: `a\b`, `"a;b"`: "a;b", `a;b=1`: "a;b=1",
		strings.Repeat("k", 255):             strings.Repeat("k", 255),
		`"` + strings.Repeat("k", 255) + `"`: strings.Repeat("k", 255), `"` + strings.Repeat(`\\`, 255) + `"`: strings.Repeat(`\`, 255),

		``: "", ` `: "", `""`: "", `"`: "", `"abc`: "", `abc"`: "", `"abc"x`: "", `"abc";a=1`: "", `"a"b"`: "", `"a\b"`: "", `"a\`: "",
		`a b`: "", "a\tb": "", "\"a\tb\"": "", "\"a\x7f\"": "", "é": "", `"é"`: "", strings.Repeat("k", 256): "",
		`"` + strings.Repeat("k", 256) + `"`: "",
	} {
		if got, ok := parseKey([]string{given}); got != want && ok || ok != (want != "") {
			t.Errorf("%q: got %q, %v", given, got, ok)
		}
	}
	if _, ok := parseKey([]string{"a", "a"}); ok {
		t.Error("two headers were taken")
	}
}

// TestDigestsLeavePasswordsOut: nobody can guess one from what is stored.
func TestDigestsLeavePasswordsOut(t *testing.T) {
	t.Parallel()
	h := &Handler{config: Config{MaxBody: 1000}}
	read := func(contentType, body string) *input {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader(body))
		r.Header.Set("Content-Type", contentType)
		in, err := h.readInput(httptest.NewRecorder(), r, -1, &keyed{})
		if err != nil {
			t.Fatal(err)
		}
		return in
	}
	for _, c := range []struct{ contentType, body string }{
		{typeJSON, `{"username":"u","password":"PASSWORD"}`},
		{typeForm, `username=u&password=PASSWORD`},
		{typeForm, `username=u&password=PASSWORD&password=PASSWORD2`},
		{typeJSON, `{"username":"u","password":["PASSWORD"]}`},
	} {
		a, b := read(c.contentType, c.body), read(c.contentType, strings.ReplaceAll(c.body, "PASSWORD", "other"))
		of := &users.schema
		if string(a.digest("", of)) != string(b.digest("", of)) {
			t.Errorf("%s: the digest depends on the password", c.body)
		}
		if a.secret(of) == b.secret(of) || !strings.Contains(a.secret(of), "PASSWORD") {
			t.Errorf("%s: the secret is %q", c.body, a.secret(of))
		}
		if a.secret(&tickets.schema) != "" || string(a.digest("", &tickets.schema)) == string(b.digest("", &tickets.schema)) {
			t.Errorf("%s: a ticket has a password", c.body)
		}
	}
}
