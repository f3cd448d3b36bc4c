package httpapi_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// additional are the keys an answer may have beyond the expected ones, by a
// key that only objects of that kind have.
var additional = []struct {
	marker string
	keys   []string
}{
	{"followup_set", []string{"created", "modified"}},
	{"followupattachment_set", []string{"ticketchange_set"}},
	{"username", []string{"id", "is_staff", "is_superuser", "is_active", "email_verified", "permissions", "queues"}},
}

// compare returns what differs from the expected answer, "" for nothing.
func (p *player) compare(v vector, resp *http.Response, body []byte) string {
	want := v.Expect
	if want.StatusIn != nil {
		if !slices.Contains(want.StatusIn, resp.StatusCode) {
			return fmt.Sprintf("status not in %v", want.StatusIn)
		}
		return ""
	}
	if resp.StatusCode != want.Status {
		return "status"
	}
	if mismatch := compareHeaders(want, resp.Header); mismatch != "" {
		return mismatch
	}
	if want.BodyEmpty {
		if len(body) > 0 {
			return "body not empty"
		}
		return ""
	}
	if want.RawBase64 != nil && *want.RawBase64 != base64.StdEncoding.EncodeToString(body) {
		return "bytes"
	}
	if sum := sha256.Sum256(body); want.RawSHA256 != "" && want.RawSHA256 != hex.EncodeToString(sum[:]) {
		return "bytes"
	}
	if want.Body == nil && want.BodyHas == nil && want.BodyContains == nil {
		return ""
	}
	got, err := decodeJSON(body)
	if err != nil {
		return "no JSON: " + err.Error()
	}
	p.capture(v.Capture, got)
	return p.compareBody(want, got)
}

func compareHeaders(want expectation, h http.Header) string {
	if mediaType, _, _ := mime.ParseMediaType(h.Get("Content-Type")); want.ContentType != "" && mediaType != want.ContentType {
		return "content type " + mediaType
	}
	var allow []string
	if string(want.Allow) != `"<any>"` {
		_ = json.Unmarshal(want.Allow, &allow) // absent is none
		var got []string
		if a := h.Get("Allow"); a != "" {
			got = strings.Split(a, ", ")
		}
		slices.Sort(got)
		if !slices.Equal(got, allow) {
			return fmt.Sprintf("Allow %v, want %v", got, allow)
		}
	}
	scheme, _, _ := strings.Cut(h.Get("WWW-Authenticate"), " ")
	if !strings.EqualFold(scheme, want.WWWAuthenticate) {
		return "WWW-Authenticate " + scheme
	}
	return ""
}

func (p *player) compareBody(want expectation, got any) string {
	object, _ := got.(map[string]any)
	for _, key := range want.BodyHas {
		if _, ok := object[key]; !ok {
			return "no key " + key
		}
	}
	if want.BodyContains != nil {
		members, err := decodeJSON(want.BodyContains)
		if err != nil {
			return err.Error()
		}
		for key, m := range members.(map[string]any) {
			if mismatch := p.match(m, object[key], key); mismatch != "" {
				return mismatch
			}
		}
	}
	if want.Body == nil {
		return ""
	}
	expected, err := decodeJSON(want.Body)
	if err != nil {
		return err.Error()
	}
	return p.match(expected, got, "body")
}

// capture binds symbols to values of the answer.
func (p *player) capture(paths map[string]string, got any) {
	for symbol, path := range paths {
		at := got
		for step := range strings.SplitSeq(path, ".") {
			switch v := at.(type) {
			case map[string]any:
				at = v[step]
			case []any:
				if i, err := strconv.Atoi(step); err == nil && i < len(v) {
					at = v[i]
				}
			}
		}
		if raw, err := json.Marshal(at); err == nil {
			if !strings.HasPrefix(symbol, "file.") {
				symbol = "$" + strings.TrimPrefix(symbol, "$")
			}
			p.bind(symbol, raw)
		}
	}
}

// match returns where got differs from the expected value, "" for nowhere.
func (p *player) match(want, got any, at string) string {
	switch w := want.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok {
			return at + ": no object"
		}
		return p.matchObject(w, g, at)
	case []any:
		g, ok := got.([]any)
		if !ok || len(g) != len(w) {
			return fmt.Sprintf("%s: %d elements expected", at, len(w))
		}
		for i := range w {
			if mismatch := p.match(w[i], g[i], at+"."+strconv.Itoa(i)); mismatch != "" {
				return mismatch
			}
		}
		return ""
	case string:
		return p.matchText(w, got, at)
	}
	if want != got {
		return fmt.Sprintf("%s: %v, want %v", at, got, want)
	}
	return ""
}

func (p *player) matchObject(want, got map[string]any, at string) string {
	for _, key := range slices.Sorted(keys(want)) {
		g, ok := got[key]
		if !ok {
			return at + ": no key " + key
		}
		if mismatch := p.match(want[key], g, at+"."+key); mismatch != "" {
			return mismatch
		}
	}
	for key := range got {
		if _, ok := want[key]; ok {
			continue
		}
		if !slices.ContainsFunc(additional, func(a struct {
			marker string
			keys   []string
		}) bool {
			_, marked := got[a.marker]
			return marked && slices.Contains(a.keys, key)
		}) {
			return at + ": additional key " + key
		}
	}
	return ""
}

func keys(m map[string]any) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

var dated = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z$`)

// matchText matches an expected text, which may be or hold a placeholder.
func (p *player) matchText(want string, got any, at string) string {
	text, isText := got.(string)
	ok := false
	switch {
	case symbolic.MatchString(want):
		return p.matchID(want, got, at)
	case want == "<now>":
		when, err := time.Parse(time.RFC3339, text)
		ok = err == nil && dated.MatchString(text) && time.Since(when).Abs() < time.Minute
	case want == "<url>":
		ok = strings.HasPrefix(text, p.base+"/")
	case want == "<secret>":
		ok = len(text) >= 16 && len(text) <= 36
	case want == "JSON parse error - <any>":
		ok = strings.HasPrefix(text, "JSON parse error - ")
	case want == "<password-errors>":
		list, isList := got.([]any)
		return map[bool]string{false: at + ": no password errors"}[isList && len(list) > 0]
	default:
		want = strings.NewReplacer("<base>", p.base, "<nonce>", "nonce1").Replace(want)
		want = embedded.ReplaceAllStringFunc(want, p.spell)
		ok = text == want
	}
	if !ok || !isText {
		return fmt.Sprintf("%s: %v, want %q", at, got, want)
	}
	return ""
}

var (
	symbolic = regexp.MustCompile(`^\$(ticket|followup|attachment|queue|user)\.(#?\w+)$`)
	embedded = regexp.MustCompile(`\$(ticket|followup|attachment|queue|user)\.#?\w+`)
)

// matchID matches an id: the one the symbol is bound to, else a new one.
func (p *player) matchID(symbol string, got any, at string) string {
	n, ok := got.(json.Number)
	if !ok {
		return fmt.Sprintf("%s: %v, want the id %s", at, got, symbol)
	}
	kind, _, _ := strings.Cut(symbol[1:], ".")
	bound, known := p.values[symbol]
	name, named := p.names[kind+" "+n.String()]
	switch {
	case known && string(bound) == n.String(), known && symbol == name:
		return ""
	case known || named:
		return fmt.Sprintf("%s: %v is %s, want %s", at, n, name, symbol)
	}
	p.bind(symbol, json.RawMessage(n.String()))
	return ""
}

// spell is a symbol in a text as its digits; letters may follow the longest
// symbol that is bound.
func (p *player) spell(symbol string) string {
	for end := len(symbol); end > 0; end-- {
		if v, ok := p.values[symbol[:end]]; ok {
			return string(v) + symbol[end:]
		}
	}
	return p.value(symbol)
}
