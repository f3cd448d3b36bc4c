package cookbook

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const maxLines = 40 // of a recipe

var goBlock = regexp.MustCompile("(?ms)^```go\n(.*?)^```$")

// goBlocks returns the blocks of Go in a page of Markdown. The pages are links in testdata,
// since "go test" notices changes of files only inside the module: it would reuse old results.
func goBlocks(t *testing.T, page string) (blocks []string) {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range goBlock.FindAllStringSubmatch(string(text), -1) {
		blocks = append(blocks, m[1])
	}
	return blocks
}

// Each block of the page is what one file has after its imports, and each file is on the page.
func TestCookbook(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	recipes := map[string]string{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") || file == "doc.go" {
			continue
		}
		recipes[recipe(t, file)] = file
	}
	blocks := goBlocks(t, "testdata/cookbook.md")
	if len(blocks) < 9 {
		t.Errorf("%d recipes", len(blocks))
	}
	for _, block := range blocks {
		file, ok := recipes[block]
		if !ok {
			t.Errorf("no file has this block of docs/cookbook.md:\n%s", block)
		}
		delete(recipes, block)
		if n := strings.Count(block, "\n"); n > maxLines {
			t.Errorf("%s has %d lines, more than %d", file, n, maxLines)
		}
	}
	for _, file := range recipes {
		t.Errorf("docs/cookbook.md does not show %s as it is", file)
	}
}

// recipe returns what a file has after its imports.
func recipe(t *testing.T, file string) string {
	t.Helper()
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	set := token.NewFileSet()
	parsed, err := parser.ParseFile(set, file, source, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	end := parsed.Name.End()
	for _, d := range parsed.Decls {
		end = d.End()
	}
	return strings.TrimLeft(string(source[set.Position(end).Offset:]), "\n")
}

// readme is what the blocks of README take for granted.
const readme = `package readme

import (
	"context"
	"net/http"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/auth"
	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/storage/sqlite"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

type person struct {
	ID, Login, Email     string
	Confirmed, IsSupport bool
}

var (
	ctx      context.Context
	mux      *http.ServeMux
	desk     *helpdesk.Desk
	actor    *user.User
	password string
	sessions interface{ Person(*http.Request) (person, bool) }
)

func _() {
%s}
`

// Each block of README is statements that compile where its names are declared.
func TestReadme(t *testing.T) {
	blocks := goBlocks(t, "testdata/README.md")
	if len(blocks) < 4 {
		t.Errorf("%d blocks", len(blocks))
	}
	check := newChecker(t)
	for _, block := range blocks {
		if err := check(fmt.Sprintf(readme, block)); err != nil {
			t.Errorf("%v in this block of README.md:\n%s", err, block)
		}
	}
	for _, wrong := range []string{"desk.NoSuchMethod()\n", "made := desk.EnsureSuperuser(ctx)\n", "if {\n"} {
		if check(fmt.Sprintf(readme, wrong)) == nil {
			t.Errorf("%q is not found wrong", wrong)
		}
	}
}

// newChecker returns a function that says what a compiler finds wrong with a file, unused
// variables and imports aside.
func newChecker(t *testing.T) func(source string) error {
	t.Helper()
	exports := exportFiles(t)
	set := token.NewFileSet()
	packages := importer.ForCompiler(set, "gc", func(path string) (io.ReadCloser, error) {
		return os.Open(exports[path])
	})
	return func(source string) error {
		file, err := parser.ParseFile(set, "readme.go", source, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		var found error
		config := types.Config{Importer: packages, Error: func(err error) {
			var e types.Error
			if !errors.As(err, &e) || !e.Soft {
				found = errors.Join(found, err)
			}
		}}
		_, _ = config.Check("readme", set, []*ast.File{file}, nil) // Error has all of its errors
		return found
	}
}

// exportFiles returns the files with the compiled declarations of the packages that this
// module needs, by import path.
func exportFiles(t *testing.T) map[string]string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-export", "-deps", "-json=ImportPath,Export", ".")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for d := json.NewDecoder(bytes.NewReader(out)); d.More(); {
		var p struct{ ImportPath, Export string }
		if err := d.Decode(&p); err != nil {
			t.Fatal(err)
		}
		files[p.ImportPath] = p.Export
	}
	return files
}
