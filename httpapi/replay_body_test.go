package httpapi_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// symbols maps the names that vectors use to what the server gave them.
type symbols struct {
	base   string
	values map[string]json.RawMessage // "$ticket.A" to 17
	names  map[string]string          // "ticket 17" to "$ticket.A"
	count  map[string]int             // of ids nobody captured, by kind
}

func newSymbols() *symbols {
	return &symbols{values: map[string]json.RawMessage{}, names: map[string]string{}, count: map[string]int{}}
}

func jsonInt(id int64) json.RawMessage { return strconv.AppendInt(nil, id, 10) }

// bind gives a symbol its value, once.
func (s *symbols) bind(symbol string, v json.RawMessage) {
	s.values[symbol] = v
	kind, _, _ := strings.Cut(strings.TrimPrefix(symbol, "$"), ".")
	s.names[kind+" "+string(v)] = symbol
}

// value is what a symbol stands for; one never bound is an id that does not exist.
func (s *symbols) value(symbol string) string {
	if v, ok := s.values[symbol]; ok {
		return strings.Trim(string(v), `"`)
	}
	return "987650000"
}

var (
	braced = regexp.MustCompile(`\$\{((?:ticket|followup|attachment|queue|user)\.[^}]+)\}`)
	whole  = regexp.MustCompile(`^\$(?:ticket|followup|attachment|queue|user)\.[\w#]+$`)
	raised = regexp.MustCompile(`^(\$(?:ticket|followup|attachment|queue|user)\.[\w#]+)\+0\.5$`)
	inPath = regexp.MustCompile(`\$(?:ticket|followup|attachment|queue|user)\.[\w#]+`)
	fileOf = regexp.MustCompile(`^<file:(.+)>$`)
)

// expand replaces the symbols of a text.
func (s *symbols) expand(text string) string {
	text = strings.ReplaceAll(text, "${nonce}", "nonce1")
	if whole.MatchString(text) {
		return s.value(text)
	}
	return braced.ReplaceAllStringFunc(text, func(m string) string { return s.value("$" + m[2:len(m)-1]) })
}

func (s *symbols) expandPath(path string) string {
	if m := fileOf.FindStringSubmatch(path); m != nil {
		return s.value("file." + m[1])
	}
	return inPath.ReplaceAllStringFunc(s.expand(path), s.value)
}

// expandJSON replaces the symbols of a JSON value.
func (s *symbols) expandJSON(v any) any {
	switch v := v.(type) {
	case string:
		if whole.MatchString(v) {
			return json.Number(s.value(v))
		}
		if m := raised.FindStringSubmatch(v); m != nil {
			return json.Number(s.value(m[1]) + ".5")
		}
		return s.expand(v)
	case []any:
		for i := range v {
			v[i] = s.expandJSON(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = s.expandJSON(v[k])
		}
	}
	return v
}

func decodeJSON(raw []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	return v, d.Decode(&v)
}

// body is a request's body and its content type.
func (p *player) body(r vectorRequest) ([]byte, *string) {
	p.Helper()
	switch {
	case r.JSON != nil:
		v, err := decodeJSON(r.JSON)
		if err != nil {
			p.Fatal(err)
		}
		raw, err := json.Marshal(p.expandJSON(v))
		if err != nil {
			p.Fatal(err)
		}
		return raw, new("application/json")
	case r.Raw != nil:
		return []byte(p.expand(*r.Raw)), r.ContentType
	case r.RawBase64 != nil:
		raw, err := base64.StdEncoding.DecodeString(*r.RawBase64)
		if err != nil {
			p.Fatal(err)
		}
		return []byte(p.expand(string(raw))), r.ContentType
	case r.Form != nil:
		var fields []string
		for _, f := range *r.Form {
			fields = append(fields, url.QueryEscape(f[0])+"="+url.QueryEscape(p.expand(f[1])))
		}
		return []byte(strings.Join(fields, "&")), new("application/x-www-form-urlencoded")
	case r.Multipart != nil:
		return p.multipart(*r.Multipart), new("multipart/form-data; boundary=vector")
	}
	return nil, nil
}

func (p *player) multipart(m vectorMultipart) []byte {
	p.Helper()
	var b bytes.Buffer
	for _, f := range m.Fields {
		fmt.Fprintf(&b, "--vector\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n", f[0], p.expand(f[1]))
	}
	for _, f := range m.Files {
		fmt.Fprintf(&b, "--vector\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"%s\"\r\n", f.Field, f.Filename)
		if f.ContentType != nil {
			fmt.Fprintf(&b, "Content-Type: %s\r\n", *f.ContentType)
		}
		b.WriteString("\r\n")
		b.Write(p.content(f))
		b.WriteString("\r\n")
	}
	b.WriteString("--vector--\r\n")
	return b.Bytes()
}

func (p *player) content(f vectorFile) []byte {
	p.Helper()
	if f.ContentRepeat != nil {
		var char string
		var times int
		if err := json.Unmarshal(f.ContentRepeat[0], &char); err != nil {
			p.Fatal(err)
		}
		if err := json.Unmarshal(f.ContentRepeat[1], &times); err != nil {
			p.Fatal(err)
		}
		return []byte(strings.Repeat(char, times))
	}
	raw, err := base64.StdEncoding.DecodeString(f.ContentBase64)
	if err != nil {
		p.Fatal(err)
	}
	return raw
}
