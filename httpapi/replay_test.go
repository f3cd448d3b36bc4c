package httpapi_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/auth"
	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
)

// vector is one request of the contract with the exact answer to it.
type vector struct {
	Scenario, Profile, Loose string
	Step                     int
	Request                  vectorRequest
	Capture                  map[string]string
	Expect                   expectation
}

type vectorRequest struct {
	Method, Path string
	As           json.RawMessage
	Headers      map[string]*string
	JSON         json.RawMessage
	Raw          *string
	RawBase64    *string `json:"raw_base64"`
	ContentType  *string `json:"content_type"`
	Form         *[][2]string
	Multipart    *vectorMultipart
}

type vectorMultipart struct {
	Fields [][2]string
	Files  []vectorFile
}

type vectorFile struct {
	Field, Filename string
	ContentType     *string           `json:"content_type"`
	ContentBase64   string            `json:"content_base64"`
	ContentRepeat   []json.RawMessage `json:"content_repeat"`
}

type expectation struct {
	Status          int
	StatusIn        []int           `json:"status_in"`
	ContentType     string          `json:"content_type"`
	Allow           json.RawMessage `json:"allow"`
	WWWAuthenticate string          `json:"www_authenticate"`
	Body            json.RawMessage
	BodyEmpty       bool            `json:"body_empty"`
	BodyHas         []string        `json:"body_has"`
	BodyContains    json.RawMessage `json:"body_contains"`
	RawBase64       *string         `json:"raw_base64"`
	RawSHA256       string          `json:"raw_sha256"`
}

func readVectors(t *testing.T) []vector {
	t.Helper()
	f, err := os.Open("testdata/vectors.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var vectors []vector
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 8<<20)
	for lines.Scan() {
		var v vector
		if err := json.Unmarshal(lines.Bytes(), &v); err != nil {
			t.Fatal(err)
		}
		vectors = append(vectors, v)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return vectors
}

// TestContractVectors replays every recorded request against the real handler
// over a real database, and expects every answer to be equal.
func TestContractVectors(t *testing.T) {
	vectors := readVectors(t)
	if len(vectors) != 1042 {
		t.Fatalf("%d vectors, want 1042", len(vectors))
	}
	scenarios := map[string][]vector{}
	for _, v := range vectors {
		scenarios[v.Scenario] = append(scenarios[v.Scenario], v)
	}
	for _, name := range slices.Sorted(maps.Keys(scenarios)) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var required []string
			if scenarios[name][0].Profile == "required" {
				required = []string{"company"}
			}
			p := newPlayer(t, testdesk.New(t, helpdesk.Config{}, required...))
			for _, v := range scenarios[name] {
				p.play(v)
			}
		})
	}
}

// player sends the steps of one scenario to a server.
type player struct {
	*testing.T
	server *httptest.Server
	*symbols
}

func newPlayer(t *testing.T, d *testdesk.Desk) *player {
	p := &player{T: t, symbols: newSymbols()}
	p.server = httptest.NewServer(newHandler(d.Desk, httpapi.Config{Authenticator: auth.Basic(d.Desk)}))
	t.Cleanup(p.server.Close)
	p.base = p.server.URL
	for name, u := range d.Users {
		p.bind("$user."+name, jsonInt(u.ID))
	}
	for slug, q := range d.Queues {
		p.bind("$queue."+slug, jsonInt(q.ID))
	}
	return p
}

func (p *player) play(v vector) {
	p.Helper()
	req := p.request(v.Request)
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		p.Fatalf("step %d: %v", v.Step, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		p.Fatalf("step %d: %v", v.Step, err)
	}
	if mismatch := p.compare(v, resp, body); mismatch != "" {
		p.Errorf("step %d: %s %s\n%s\ngot  %d %s\nwant %s", v.Step, req.Method, v.Request.Path, mismatch, resp.StatusCode, clip(body),
			clip(v.Expect.Body))
	}
}

func clip(b []byte) string {
	if len(b) > 1500 {
		return string(b[:1500]) + "…"
	}
	return string(b)
}

// request builds the request of a step, its symbols replaced.
func (p *player) request(r vectorRequest) *http.Request {
	p.Helper()
	body, contentType := p.body(r)
	req, err := http.NewRequestWithContext(p.Context(), r.Method, p.base+"/", bytes.NewReader(body))
	if err != nil {
		p.Fatal(err)
	}
	path := p.expandPath(r.Path)
	path, req.URL.RawQuery, _ = strings.Cut(strings.TrimPrefix(path, p.base), "?")
	req.URL.Opaque = "//" + req.URL.Host + path // as it stands, escapes included
	if body == nil {
		req.Body, req.ContentLength = http.NoBody, 0
	}
	if contentType != nil {
		req.Header["Content-Type"] = []string{*contentType}
	}
	req.Header.Set("Accept", "application/json")
	var pair [2]string
	var account string
	if json.Unmarshal(r.As, &account) == nil && account != "" {
		req.SetBasicAuth(account, testdesk.Password(account))
	} else if json.Unmarshal(r.As, &pair) == nil && pair[0] != "" {
		req.SetBasicAuth(p.expand(pair[0]), p.expand(pair[1]))
	}
	for name, value := range r.Headers {
		if value == nil {
			req.Header.Del(name)
		} else {
			req.Header.Set(name, p.expand(*value))
		}
	}
	return req
}
