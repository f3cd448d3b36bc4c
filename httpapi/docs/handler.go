package docs

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // the assets
	"encoding/hex"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"time"
)

//go:embed page.html
var pageText string

//go:embed page.css
var styleSheet []byte

//go:embed page.js
var script []byte

var pageTemplate = template.Must(template.New("page").Parse(pageText))

// policy lets the page run its own script, and talk to its own origin. Trusted types
// keep the script from making HTML of texts, which users may have written.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; " +
	"frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"

// Config configures a Handler. Its zero value is the page of an API under /api.
type Config struct {
	// Document is where browsers find the OpenAPI document: a path, which may be
	// relative to the page. It may not name a host, since the page sends requests to
	// its own origin only. "" means "/api/openapi.json". What the page tries out is
	// beside the document, whatever the document says of servers.
	Document string

	// Title is the title of the page; "" means "Help desk API".
	Title string
}

// Handler serves the page. It is safe for concurrent use.
type Handler struct {
	assets map[string]asset // by the last segment of the path
}

type asset struct {
	contentType, etag string
	content           []byte
}

// New returns a handler of the page. A Config.Document that is not a path is an error.
func New(c Config) (*Handler, error) {
	if c.Document == "" {
		c.Document = "/api/openapi.json"
	}
	if c.Title == "" {
		c.Title = "Help desk API"
	}
	u, err := url.Parse(c.Document)
	if err != nil {
		return nil, fmt.Errorf("docs: the address of the document: %w", err)
	}
	if u.IsAbs() || u.Host != "" || u.Path == "" || strings.Contains(c.Document, `\`) {
		return nil, fmt.Errorf("docs: the address of the document is %q, and must be a path such as /api/openapi.json", c.Document)
	}
	var page bytes.Buffer
	if err := pageTemplate.Execute(&page, c); err != nil {
		return nil, fmt.Errorf("docs: the page: %w", err)
	}
	return &Handler{map[string]asset{
		"":         newAsset("text/html; charset=utf-8", page.Bytes()),
		"page.css": newAsset("text/css; charset=utf-8", styleSheet),
		"page.js":  newAsset("text/javascript; charset=utf-8", script),
	}}, nil
}

func newAsset(contentType string, content []byte) asset {
	sum := sha256.Sum256(content)
	return asset{contentType, `"` + hex.EncodeToString(sum[:16]) + `"`, content}
}

// ServeHTTP answers GET and HEAD. It looks only at what follows the last slash of the
// path, so that the page can be mounted anywhere, with its prefix stripped or not. The
// page itself is where nothing follows.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Content-Security-Policy", policy)
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "no-referrer")
	slash := strings.LastIndexByte(r.URL.Path, '/')
	a, found := h.assets[r.URL.Path[slash+1:]]
	switch {
	case slash < 0 || !found:
		http.Error(w, "Not found.", http.StatusNotFound)
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		header.Set("Allow", "GET, HEAD")
		http.Error(w, "Method not allowed.", http.StatusMethodNotAllowed)
	default:
		header.Set("Content-Type", a.contentType)
		header.Set("Cache-Control", "no-cache") // a browser asks whether its copy is good
		header.Set("ETag", a.etag)
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(a.content))
	}
}
