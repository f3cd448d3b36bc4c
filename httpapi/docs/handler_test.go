package docs_test

import (
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk/httpapi/docs"
)

func newPage(t *testing.T, c docs.Config) *docs.Handler {
	t.Helper()
	h, err := docs.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func send(t *testing.T, h http.Handler, method, path string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), method, path, nil))
	return w
}

// TestThePageWorksUnderAnyPrefix: the page finds its assets wherever it is mounted, with
// its prefix stripped or not.
func TestThePageWorksUnderAnyPrefix(t *testing.T) {
	t.Parallel()
	page := newPage(t, docs.Config{})
	asset := regexp.MustCompile(`(?:src|href)="([^"#{]+)"`)
	for _, prefix := range []string{"/", "/docs/", "/desk/api/docs/"} {
		mux := http.NewServeMux()
		mux.Handle(prefix, page)
		mux.Handle("/stripped"+prefix, http.StripPrefix("/stripped"+strings.TrimSuffix(prefix, "/"), page))
		for _, root := range []string{prefix, "/stripped" + prefix} {
			html := send(t, mux, "GET", root)
			if html.Code != http.StatusOK {
				t.Fatalf("%s: %d", root, html.Code)
			}
			found := 0
			for _, m := range asset.FindAllStringSubmatch(html.Body.String(), -1) {
				if strings.HasPrefix(m[1], "/") {
					continue // the document
				}
				found++
				if a := send(t, mux, "GET", root+m[1]); a.Code != http.StatusOK || a.Body.Len() == 0 {
					t.Errorf("%s%s: %d", root, m[1], a.Code)
				}
			}
			if found != 2 {
				t.Errorf("%s: %d assets", root, found)
			}
		}
	}
}

// TestAnswersOfThePage checks types, headers, methods and paths.
func TestAnswersOfThePage(t *testing.T) {
	t.Parallel()
	page := newPage(t, docs.Config{})
	for path, contentType := range map[string]string{
		"/docs/": "text/html; charset=utf-8", "/docs/page.css": "text/css; charset=utf-8",
		"/docs/page.js": "text/javascript; charset=utf-8",
	} {
		got := send(t, page, "GET", path)
		if is := got.Header().Get("Content-Type"); is != contentType || got.Code != http.StatusOK {
			t.Errorf("%s: %d %s", path, got.Code, is)
		}
		if got.Header().Get("Cache-Control") != "no-cache" {
			t.Errorf("%s: Cache-Control %q", path, got.Header().Get("Cache-Control"))
		}
		head := send(t, page, "HEAD", path)
		if head.Code != http.StatusOK || head.Body.Len() != 0 || head.Header().Get("ETag") != got.Header().Get("ETag") {
			t.Errorf("HEAD %s: %d, %d bytes", path, head.Code, head.Body.Len())
		}
		again := httptest.NewRequestWithContext(t.Context(), "GET", path, nil)
		again.Header.Set("If-None-Match", got.Header().Get("ETag"))
		w := httptest.NewRecorder()
		if page.ServeHTTP(w, again); w.Code != http.StatusNotModified {
			t.Errorf("%s with its ETag: %d", path, w.Code)
		}
		for _, method := range []string{"POST", "PUT", "DELETE", "OPTIONS"} {
			refused := send(t, page, method, path)
			if refused.Code != http.StatusMethodNotAllowed || refused.Header().Get("Allow") != "GET, HEAD" {
				t.Errorf("%s %s: %d", method, path, refused.Code)
			}
		}
	}
	for _, path := range []string{"/docs", "/docs/page.html", "/docs/handler.go", "/docs/..", "/docs/PAGE.JS"} {
		if got := send(t, page, "GET", path); got.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, got.Code)
		}
	}
}

// TestThePolicyIsStrict: every answer has a policy that allows nothing inline, nothing
// evaluated and no other host.
func TestThePolicyIsStrict(t *testing.T) {
	t.Parallel()
	page := newPage(t, docs.Config{})
	allowed := regexp.MustCompile(`^[a-z-]+ '(none|self|script)'$`)
	for _, path := range []string{"/", "/page.css", "/page.js", "/missing"} {
		h := send(t, page, "GET", path).Header()
		directives := strings.Split(h.Get("Content-Security-Policy"), "; ")
		if directives[0] != "default-src 'none'" {
			t.Errorf("%s: the policy begins with %q", path, directives[0])
		}
		for _, d := range directives {
			if !allowed.MatchString(d) {
				t.Errorf("%s: the policy says %q", path, d)
			}
		}
		if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("%s: %v", path, h)
		}
	}
}

// TestTheAssetsKeepToThePolicy: nothing in them needs another host, inline code or
// styles, or makes HTML of texts.
func TestTheAssetsKeepToThePolicy(t *testing.T) {
	t.Parallel()
	forbidden := regexp.MustCompile(`(?i)https?://|(?-i:url\()|@import|"//|'//|\bimport\b|innerHTML|outerHTML|insertAdjacent|` +
		`document\.write|\beval\b|new Function|setTimeout|localStorage|sessionStorage|\.cookie|\sstyle=|<style|\son[a-z]+=|javascript:`)
	for _, name := range []string{"page.html", "page.css", "page.js"} {
		text, err := fs.ReadFile(os.DirFS("."), name)
		if err != nil {
			t.Fatal(err)
		}
		if found := forbidden.FindAll(text, -1); found != nil {
			t.Errorf("%s has %q", name, found)
		}
	}
	html := send(t, newPage(t, docs.Config{}), "GET", "/").Body.String()
	if n := strings.Count(html, "<script"); n != 1 || !strings.Contains(html, `<script src="page.js" defer></script>`) {
		t.Errorf("%d scripts", n)
	}
}

// TestTheScriptFindsItsElements: the page has every element that the script looks for.
func TestTheScriptFindsItsElements(t *testing.T) {
	t.Parallel()
	script, err := os.ReadFile("page.js")
	if err != nil {
		t.Fatal(err)
	}
	list := regexp.MustCompile(`const names = \[([^]]*)\]`).FindStringSubmatch(string(script))
	if list == nil {
		t.Fatal("the script has no list of elements")
	}
	html := send(t, newPage(t, docs.Config{}), "GET", "/").Body.String()
	for id := range strings.SplitSeq(list[1], ", ") {
		if !strings.Contains(html, ` id="`+strings.Trim(id, "'")+`"`) {
			t.Errorf("the page has no element %s", id)
		}
	}
}

func TestTheConfigurationIsEscaped(t *testing.T) {
	t.Parallel()
	page := newPage(t, docs.Config{Document: `/a"b/openapi.json?x=<y>`, Title: `<script>alert(1)</script> & more`})
	html := send(t, page, "GET", "/").Body.String()
	for _, want := range []string{
		`<title>&lt;script&gt;alert(1)&lt;/script&gt; &amp; more</title>`, `data-document="/a&#34;b/openapi.json?x=&lt;y&gt;"`,
	} {
		if !strings.Contains(html, want) {
			t.Errorf("no %s in\n%s", want, html)
		}
	}
	if html := send(t, newPage(t, docs.Config{}), "GET", "/").Body.String(); !strings.Contains(html, `data-document="/api/openapi.json"`) {
		t.Error("no default address of the document")
	}
}

// TestTheDocumentIsAtTheOriginOfThePage: an address with a host is refused, since the
// policy would not let the page load it.
func TestTheDocumentIsAtTheOriginOfThePage(t *testing.T) {
	t.Parallel()
	for _, address := range []string{
		"https://elsewhere.example/openapi.json", "//elsewhere.example/openapi.json", "javascript:alert(1)", "data:application/json,{}",
		`\\elsewhere.example\openapi.json`, "?x", "/%zz",
	} {
		if _, err := docs.New(docs.Config{Document: address}); err == nil {
			t.Errorf("%s is accepted", address)
		}
	}
	for _, address := range []string{"/desk/openapi.json", "../api/openapi.json", "openapi.json"} {
		newPage(t, docs.Config{Document: address})
	}
}
