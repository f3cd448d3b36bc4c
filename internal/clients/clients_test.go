package clients_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/auth"
	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/httpapi/docs"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/ticket"
)

const oapiCodegen = "github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v2.8.2"

// work returns the directory for what is generated and installed, which .gitignore names.
func work(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs(filepath.Join("..", "..", ".bin", "clients"))
	check(t, err)
	check(t, os.MkdirAll(dir, 0o755))
	return dir
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// run runs a command in a directory, and returns what it prints.
func run(t *testing.T, dir string, env []string, name string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

// serve serves a new desk with its page. It returns the environment of programs that are
// to find it, and the document, in a file.
func serve(t *testing.T) (env []string, document string) {
	t.Helper()
	d := testdesk.New(t, helpdesk.Config{})
	for _, f := range []*ticket.CustomField{
		{Name: "hostile", Label: `<img src=x onerror=alert(1)>`, Type: ticket.Varchar, HelpText: new("</script><script>")},
	} {
		_, err := d.CreateCustomField(t.Context(), helpdesk.System(), f)
		check(t, err)
	}
	api, err := httpapi.New(d.Desk, httpapi.Config{Authenticator: auth.Chain(auth.Basic(d.Desk), auth.Bearer(d.Desk))})
	check(t, err)
	page, err := docs.New(docs.Config{})
	check(t, err)
	mux := http.NewServeMux()
	mux.Handle("/api/", api)
	mux.Handle("/docs/", page)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)

	r := httptest.NewRequestWithContext(t.Context(), "GET", server.URL+"/api/openapi.json", nil)
	r.SetBasicAuth("staff", testdesk.Password("staff"))
	w := httptest.NewRecorder()
	if api.ServeHTTP(w, r); w.Code != http.StatusOK {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	document = filepath.Join(t.TempDir(), "openapi.json")
	check(t, os.WriteFile(document, w.Body.Bytes(), 0o644))
	return []string{"HELPDESK_URL=" + server.URL + "/api", "HELPDESK_PASSWORD=" + testdesk.Password("staff")}, document
}

// TestGo lives through the day with a client for Go. An overlay puts the client where
// the program imports it from.
func TestGo(t *testing.T) {
	t.Parallel()
	env, document := serve(t)
	client, overlay := filepath.Join(t.TempDir(), "desk.go"), filepath.Join(t.TempDir(), "overlay.json")
	run(t, ".", nil, "go", "run", oapiCodegen, "-generate", "types,client", "-package", "desk", "-o", client, document)
	place, err := filepath.Abs(filepath.Join("desk", "desk.go"))
	check(t, err)
	text, err := json.Marshal(map[string]map[string]string{"Replace": {place: client}})
	check(t, err)
	check(t, os.WriteFile(overlay, text, 0o644))
	run(t, ".", nil, "go", "vet", "-overlay", overlay, "-tags", "generated", "./day", "./desk")
	out := run(t, ".", env, "go", "run", "-overlay", overlay, "-tags", "generated", "./day")
	if !strings.Contains(out, "the day is over") {
		t.Errorf("the program printed %q", out)
	}
}

// TestNode lives through the day with a client for TypeScript, and reads and uses the
// page of the document.
func TestNode(t *testing.T) {
	t.Parallel()
	env, document := serve(t)
	dir := work(t)
	files, err := filepath.Glob(filepath.Join("node", "*"))
	check(t, err)
	for _, name := range files {
		text, err := os.ReadFile(name)
		check(t, err)
		check(t, os.WriteFile(filepath.Join(dir, filepath.Base(name)), text, 0o644))
	}
	npm := filepath.Join("..", "npm", "bin", "npm-cli.js") // make installs it
	run(t, dir, nil, "node", npm, "ci", "--no-audit", "--no-fund", "--prefer-offline", "--ignore-scripts")
	tool := func(name string) string { return filepath.Join("node_modules", name) }
	run(t, dir, nil, "node", tool("openapi-typescript/bin/cli.js"), document, "-o", "schema.d.ts")
	run(t, dir, nil, "node", tool("typescript/bin/tsc"))
	for program, want := range map[string]string{"day.js": "the day is over", "page.mjs": "the page works"} {
		if out := run(t, dir, env, "node", program); !strings.Contains(out, want) {
			t.Errorf("%s printed %q", program, out)
		}
	}
}
