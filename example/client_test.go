package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

// client speaks to the API as one user. Where the username is bearer, the password is a token.
type client struct {
	t                        testing.TB
	base, username, password string
}

const bearer = "Bearer"

// answer is what came back.
type answer struct {
	t      testing.TB
	what   string
	status int
	header http.Header
	body   []byte
}

func (c client) get(path string) answer {
	c.t.Helper()
	return c.do("GET", path, "", nil)
}

// send sends JSON.
func (c client) send(method, path, body string) answer {
	c.t.Helper()
	return c.do(method, path, "application/json", strings.NewReader(body))
}

// part is a field of a form, or a file when it has a name.
type part struct{ field, value, filename string }

// form sends what curl --form sends.
func (c client) form(path string, parts ...part) answer {
	c.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for _, p := range parts {
		create := func() (io.Writer, error) { return w.CreateFormField(p.field) }
		if p.filename != "" {
			create = func() (io.Writer, error) { return w.CreateFormFile(p.field, p.filename) }
		}
		to, err := create()
		if err == nil {
			_, err = io.WriteString(to, p.value)
		}
		if err != nil {
			c.t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		c.t.Fatal(err)
	}
	return c.do("POST", path, w.FormDataContentType(), &body)
}

func (c client) do(method, path, contentType string, body io.Reader) answer {
	c.t.Helper()
	a, err := c.try(method, path, contentType, body)
	if err != nil {
		c.t.Fatal(err)
	}
	return a
}

// try is do for requests that may fail.
func (c client) try(method, path, contentType string, body io.Reader) (answer, error) {
	a := answer{t: c.t, what: method + " " + path}
	req, err := c.request(c.t.Context(), method, path, contentType, body)
	if err != nil {
		return a, err
	}
	resp, err := patient.Do(req)
	if err != nil {
		return a, err
	}
	defer resp.Body.Close()
	a.status, a.header = resp.StatusCode, resp.Header
	a.body, err = io.ReadAll(resp.Body)
	return a, err
}

// request returns a request of the user.
func (c client) request(ctx context.Context, method, path, contentType string, body io.Reader) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, body)
	if err != nil {
		return nil, err
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	switch c.username {
	case "":
	case bearer:
		req.Header.Set("Authorization", "Bearer "+c.password)
	default:
		req.SetBasicAuth(c.username, c.password)
	}
	return req, nil
}

// is fails the test when the status is another one.
func (a answer) is(status int) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("%s: %d, want %d\n%s", a.what, a.status, status, a.body)
	}
	return a
}

// has fails the test when the body lacks one of the texts.
func (a answer) has(texts ...string) answer {
	a.t.Helper()
	for _, text := range texts {
		if !strings.Contains(string(a.body), text) {
			a.t.Errorf("%s: no %s in\n%s", a.what, text, a.body)
		}
	}
	return a
}

func (a answer) member(key string, v any) {
	a.t.Helper()
	var members map[string]json.RawMessage
	err := json.Unmarshal(a.body, &members)
	if err == nil {
		err = json.Unmarshal(members[key], v)
	}
	if err != nil {
		a.t.Fatalf("%s: %s: %v in\n%s", a.what, key, err, a.body)
	}
}

func (a answer) number(key string) (n int) {
	a.t.Helper()
	a.member(key, &n)
	return n
}

func (a answer) text(key string) (s string) {
	a.t.Helper()
	a.member(key, &s)
	return s
}

func (a answer) id() string {
	a.t.Helper()
	return strconv.Itoa(a.number("id"))
}

// patient waits for an answer, but not forever.
var patient = &http.Client{Timeout: 5 * time.Minute}
